/// FlinkStateSnapshots without faults: each ends as it should, and its files go when they may.
/// (With heavy faults the scenario is among the many runs.)
#include <boost/test/unit_test.hpp>

#include "tests/worlds/worlds.hpp"

namespace drey::sim {

BOOST_AUTO_TEST_CASE(snapshots_are_taken_begun_with_and_disposed_of) {
  constexpr std::uint64_t seeds = 5;
  for (const auto* path :
       {snapshots_scenario, discarding_scenario, "tests/worlds/dispose.yaml",
        "tests/worlds/periodic.yaml", "tests/worlds/goes_back.yaml", "tests/worlds/overtaken.yaml",
        old_flink_scenario, "tests/worlds/manual_restore.yaml"})
    every_seed_holds(path, "none", seeds);
}

}  // namespace drey::sim
