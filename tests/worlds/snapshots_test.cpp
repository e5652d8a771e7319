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
        old_flink_scenario, "tests/worlds/manual_restore.yaml"}) {
    const auto what = scenario_of(path);
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      const auto result = judged_run(what, seed, {});
      BOOST_CHECK_MESSAGE(held(result), replay_of(path, "none", seed, wire_form::typed)
                                            << "\n"
                                            << complaints_of(result));
    }
  }
}

}  // namespace drey::sim
