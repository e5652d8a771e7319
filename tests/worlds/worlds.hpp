/// What the tests of whole runs share: scenarios by their path in the repository, and a run as its
/// bytes.
#pragma once

#include <cstdint>
#include <string>

#include "sim/report/run_result.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/world/world.hpp"

namespace drey::sim {

/// What `make run` shows, and people's changes of mind: scaling, deleting, finishing.
inline constexpr const char* standard_scenario = "configs/scenarios/session-cluster.yaml";
inline constexpr const char* people_scenario = "tests/worlds/people.yaml";
inline constexpr const char* rollout_scenario = "tests/worlds/rollout.yaml";
inline constexpr const char* upgrade_scenario = "tests/worlds/upgrade.yaml";
inline constexpr const char* discarding_scenario = "tests/worlds/discarding.yaml";
inline constexpr const char* without_ordinals_scenario = "tests/worlds/without_ordinals.yaml";
inline constexpr const char* scaling_scenario = "tests/worlds/scaling.yaml";
inline constexpr const char* shared_slots_scenario = "tests/worlds/shared_slots.yaml";
inline constexpr const char* snapshots_scenario = "tests/worlds/snapshots.yaml";
inline constexpr const char* old_flink_scenario = "tests/worlds/old_flink.yaml";
inline constexpr const char* dead_rest_scenario = "tests/worlds/dead_rest.yaml";
inline constexpr const char* application_scenario = "tests/worlds/application.yaml";
inline constexpr const char* left_behind_scenario = "tests/worlds/left_behind.yaml";
inline constexpr const char* fleet_scenario = "tests/worlds/fleet.yaml";
inline constexpr const char* resting_scenario = "tests/worlds/resting.yaml";
inline constexpr const char* rollback_scenario = "tests/worlds/rollback.yaml";
inline constexpr const char* cluster_rollback_scenario = "tests/worlds/cluster_rollback.yaml";
inline constexpr const char* farewell_scenario = "tests/worlds/farewell.yaml";
inline constexpr const char* idle_scenario = "tests/worlds/idle.yaml";
inline constexpr const char* crowded_scenario = "tests/worlds/crowded.yaml";
inline constexpr const char* troubles_scenario = "tests/worlds/troubles.yaml";
inline constexpr const char* lost_slots_scenario = "tests/worlds/lost_slots.yaml";
inline constexpr const char* native_scenario = "tests/worlds/native.yaml";
inline constexpr const char* native_application_scenario = "tests/worlds/native_application.yaml";
inline constexpr const char* rescaling_scenario = "tests/worlds/rescaling.yaml";
inline constexpr const char* rescaling_applications_scenario =
    "tests/worlds/rescaling_applications.yaml";
inline constexpr const char* lost_nodes_scenario = "tests/worlds/lost_nodes.yaml";
inline constexpr const char* drained_scenario = "tests/worlds/drained.yaml";
inline constexpr const char* native_without_ha_scenario = "tests/worlds/native_without_ha.yaml";

/// `path` is seen from the repository's root. Throws what is wrong with the file.
scenario scenario_of(const std::string& path);
/// The same with a fault profile by name or path in place of the file's.
scenario scenario_of(const std::string& path, const std::string& faults);

/// One run whose exception is a violation of rule 0, as the command line has it.
run_result judged_run(const scenario& what, std::uint64_t seed, world_settings settings);

/// The JSON report: what must be equal, byte for byte.
std::string bytes_of(const run_result& result);

/// Why the verdict does not hold, a line for each reason; empty: it holds.
std::string complaints_of(const run_result& result);

/// The command that shows the run.
std::string replay_of(const std::string& path, const std::string& faults, std::uint64_t seed,
                      wire_form form);

/// Runs the file with so many seeds from 1 on: each must hold, or its command and complaints are
/// told.
void every_seed_holds(const std::string& path, const std::string& faults, std::uint64_t seeds);

}  // namespace drey::sim
