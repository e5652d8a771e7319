/// Compact JSON as text: what is written without a tree.
#pragma once

#include <string>
#include <string_view>

namespace drey {

/// Appends `text` as a JSON string with its quotes.
void append_quoted(std::string& out, std::string_view text);
std::string quoted_json(std::string_view text);

/// Appends a number as JSON: whole numbers without a fraction, else the shortest text that reads
/// back as the same double. `number` must be finite.
void append_number(std::string& out, double number);

}  // namespace drey
