#include "sim/commands/terminal.hpp"

#include <unistd.h>

#include <iostream>

namespace drey::sim {

bool is_terminal(const std::ostream& stream) {
  if (stream.rdbuf() == std::cout.rdbuf()) return isatty(STDOUT_FILENO) == 1;
  if (stream.rdbuf() == std::cerr.rdbuf()) return isatty(STDERR_FILENO) == 1;
  return false;
}

}  // namespace drey::sim
