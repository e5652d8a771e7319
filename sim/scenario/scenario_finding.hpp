/// What is wrong in a file of a person's, where, and what to do about it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "protocol/field_error.hpp"

namespace drey::sim {

struct scenario_finding {
  std::string file;
  field_error error;
  bool operator==(const scenario_finding&) const = default;
};

/// "scenario.yaml:12: timeline[2].at: is not a length of time. Write 90s, 5m or 1h30m".
std::string text_of(const scenario_finding& x);

/// A value, or why there is none. Exactly one of the two.
template <class T>
struct loaded {
  std::optional<T> value;
  std::vector<scenario_finding> findings;
};

}  // namespace drey::sim
