/// Changed specs that fail, without random faults: each ends as it should. (With heavy faults the
/// scenario is among the many runs.)
#include <boost/test/unit_test.hpp>

#include "tests/worlds/worlds.hpp"

namespace drey::sim {

BOOST_AUTO_TEST_CASE(changed_jobs_that_fail_are_undone) {
  constexpr std::uint64_t seeds = 5;
  const auto what = scenario_of(rollback_scenario);
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const auto result = judged_run(what, seed, {});
    BOOST_CHECK_MESSAGE(held(result), replay_of(rollback_scenario, "none", seed, wire_form::typed)
                                          << "\n"
                                          << complaints_of(result));
  }
}

BOOST_AUTO_TEST_CASE(a_changed_cluster_that_fails_is_undone) {
  constexpr std::uint64_t seeds = 5;
  const auto what = scenario_of(cluster_rollback_scenario);
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const auto result = judged_run(what, seed, {});
    BOOST_CHECK_MESSAGE(held(result),
                        replay_of(cluster_rollback_scenario, "none", seed, wire_form::typed)
                            << "\n"
                            << complaints_of(result));
  }
}

}  // namespace drey::sim
