/// Many seeds of the scenarios under heavy faults, run once for all tests that ask about them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/worlds/worlds.hpp"

namespace drey::sim {

/// So many seeds of the standard scenario are always run, of people's, and of changed specs; their
/// coverage is what is judged, so that a fast machine judges the same as a slow one.
inline constexpr std::uint64_t standard_seeds = 1'800;
inline constexpr std::uint64_t people_seeds = 900;
inline constexpr std::uint64_t rollout_seeds = 300;

struct many_runs {
  std::uint64_t standard_done = 0;
  std::uint64_t people_done = 0;
  std::uint64_t rollouts_done = 0;
  coverage reached;
  std::vector<std::string> failed;  ///< each with its replay command and why, by seed
};

/// The first call runs them, on two threads: more seeds of the standard scenario for as long as the
/// budget lasts.
const many_runs& heavy_runs();

}  // namespace drey::sim
