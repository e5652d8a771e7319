#include "sim/report/run_result.hpp"

#include <algorithm>
#include <array>

namespace drey::sim {

std::string_view rule_title(std::int32_t number) {
  constexpr std::array<std::string_view, 9> titles{"our own code does not fail",
                                                   "level-triggered",
                                                   "intent before effect",
                                                   "unknown is not empty, and not failed",
                                                   "fenced",
                                                   "state never regresses",
                                                   "one execution per resource",
                                                   "destroy last, in order",
                                                   "quiet when done"};
  if (number < 0 || number >= static_cast<std::int32_t>(titles.size())) return "unknown rule";
  return titles.at(static_cast<std::size_t>(number));
}

bool held(const run_result& result) {
  return result.violations.empty() &&
         std::all_of(result.expectations.begin(), result.expectations.end(),
                     [](const expectation_result& one) { return one.held; });
}

}  // namespace drey::sim
