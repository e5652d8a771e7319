/// A restart plan in words for people, and as JSON for pipelines.
#pragma once

#include <string>
#include <vector>

#include "actors/restart_plan.hpp"

namespace drey {

enum class plan_tone { plain, quiet, good, warning, bad };

struct plan_line {
  int depth = 0;
  plan_tone tone = plan_tone::plain;
  std::string text;
};

/// Ends with what the whole plan needs and its exit code.
std::vector<plan_line> lines_of(const restart_plan& plan);

/// Ends with a line break. The same plan gives the same bytes.
std::string json_of(const restart_plan& plan);

}  // namespace drey
