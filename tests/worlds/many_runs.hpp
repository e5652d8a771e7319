/// Many seeds of the scenarios under heavy faults, run once for all tests that ask about them.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/worlds/worlds.hpp"

namespace drey::sim {

/// So many seeds of each scenario are always run; their coverage is what is judged, so that a fast
/// machine judges the same as a slow one. The last is run on for as long as the budget lasts.
struct seed_share {
  const char* path;
  std::uint64_t seeds;
};
inline constexpr std::array<seed_share, 29> heavy_shares{{
    {people_scenario, 400},
    {rollout_scenario, 120},
    {upgrade_scenario, 120},
    {discarding_scenario, 30},
    {scaling_scenario, 100},
    {shared_slots_scenario, 60},
    {idle_scenario, 100},
    {crowded_scenario, 40},
    {troubles_scenario, 40},
    {snapshots_scenario, 120},
    {old_flink_scenario, 40},
    {rollback_scenario, 100},
    {cluster_rollback_scenario, 60},
    {dead_rest_scenario, 30},
    {farewell_scenario, 60},
    {application_scenario, 120},
    {left_behind_scenario, 40},
    {resting_scenario, 40},
    {fleet_scenario, 40},
    {native_application_scenario, 80},
    {native_scenario, 100},
    {native_without_ha_scenario, 60},
    {without_ordinals_scenario, 30},
    {rescaling_scenario, 40},
    {rescaling_applications_scenario, 20},
    {lost_slots_scenario, 20},
    {lost_nodes_scenario, 30},
    {drained_scenario, 40},
    {standard_scenario, 1'000},
}};

struct many_runs {
  std::array<std::uint64_t, heavy_shares.size()> done{};
  coverage reached;
  std::vector<std::string> failed;  ///< each with its replay command and why, by seed
};

/// The first call runs them, on two threads.
const many_runs& heavy_runs();

}  // namespace drey::sim
