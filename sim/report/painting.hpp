/// Words for a terminal: colour and columns.
#pragma once

#include <string>

#include "sim/report/text_report.hpp"

namespace drey::sim {

enum class ink { plain, dim, green, yellow, red, cyan, magenta, green_bold, red_bold };

/// `text` in that colour (ANSI SGR), or as it is.
std::string painted(const std::string& text, ink with, colour use);

ink ink_of(const happening& x);

/// How many columns UTF-8 text takes, when every code point takes one.
std::size_t columns_of(const std::string& text);

/// Filled with blanks to `columns`: text to the left, or to the right.
std::string filled(std::string text, std::size_t columns);
std::string filled_left(const std::string& text, std::size_t columns);

}  // namespace drey::sim
