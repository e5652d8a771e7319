/// Whether a person reads a stream.
#pragma once

#include <ostream>

namespace drey::sim {

/// True for the program's own output or error stream when it is a terminal.
bool is_terminal(const std::ostream& stream);

}  // namespace drey::sim
