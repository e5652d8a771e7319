#include "sim/scenario/scenario_finding.hpp"

namespace drey::sim {

std::string text_of(const scenario_finding& x) {
  std::string text = x.file;
  if (x.error.line > 0) text += ":" + std::to_string(x.error.line);
  return text + ": " + text_of_error(x.error);
}

}  // namespace drey::sim
