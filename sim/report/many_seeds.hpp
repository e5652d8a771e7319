/// What stays of many runs: sums, and the seeds that failed. The happenings of a run are dropped.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/report/run_result.hpp"

namespace drey::sim {

/// One seed whose verdict is VIOLATED.
struct failed_seed {
  std::uint64_t seed = 0;
  std::vector<violation> violations;
  std::vector<expectation_result> expectations;  ///< those that did not hold
  std::string replay;                            ///< the command that repeats it
  bool operator==(const failed_seed&) const = default;
};

struct many_seeds {
  std::string scenario;
  std::string faults = "none";
  std::uint64_t first_seed = 0;
  std::uint64_t seeds = 0;
  std::uint64_t seeds_held = 0;
  milliseconds simulated{0};
  run_figures sums;                 ///< `outages`: totals over all seeds, `longest` over all seeds
  std::vector<failed_seed> failed;  ///< the first `failed_kept_max`, by seed

  static constexpr std::size_t failed_kept_max = 100;
};

/// Adds a run. Runs must be added in the order of their seeds, or the result depends on it.
void add_run(many_seeds& into, const run_result& result, const std::string& replay);

inline bool held(const many_seeds& x) { return x.seeds_held == x.seeds; }

}  // namespace drey::sim
