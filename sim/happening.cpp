#include "sim/happening.hpp"

#include <array>

namespace drey::sim {

std::string_view name_of(subject x) {
  constexpr std::array<std::string_view, 10> names{
      "operator", "cluster",    "jobmanager", "taskmanager", "job",
      "node",     "kubernetes", "fault",      "person",      "verdict"};
  return names.at(static_cast<std::size_t>(x));
}

std::string_view name_of(tone x) {
  constexpr std::array<std::string_view, 6> names{"note", "good",   "warning",
                                                  "bad",  "outage", "recovered"};
  return names.at(static_cast<std::size_t>(x));
}

}  // namespace drey::sim
