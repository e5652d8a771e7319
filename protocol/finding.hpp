/// What validation has to say about a resource.
#pragma once

#include <string>
#include <vector>

#include "protocol/field_error.hpp"

namespace drey {

/// `error`: the operator does not act on the resource. `warning`: it does, but it is hardly what
/// was meant. `note`: only for information.
enum class severity { error, warning, note };

struct finding {
  severity level = severity::error;
  std::string path;
  std::string problem;
  std::string remedy;
  int line = 0;  ///< of the file, from 1; 0: not known
  bool operator==(const finding&) const = default;
};
using findings = std::vector<finding>;

inline finding as_finding(field_error error) {
  return {severity::error, std::move(error.path), std::move(error.problem), std::move(error.remedy),
          error.line};
}

inline bool has_errors(const findings& all) {
  for (const auto& one : all)
    if (one.level == severity::error) return true;
  return false;
}

/// "path: problem. Remedy"; warnings and notes say so first.
inline std::string text_of_finding(const finding& x) {
  std::string_view prefix;
  if (x.level == severity::warning) prefix = "warning: ";
  if (x.level == severity::note) prefix = "note: ";
  return std::string(prefix) + text_of_error({x.path, x.problem, x.remedy, x.line});
}

}  // namespace drey
