/// A cluster with standby JobManagers: whoever leads is asked and given jobs, through every fault.
#include <boost/test/unit_test.hpp>

#include "tests/worlds/worlds.hpp"

namespace drey::sim {

namespace {

constexpr const char* standby_scenario = "tests/worlds/standby.yaml";

void hold(const std::string& faults, std::uint64_t seeds) {
  const auto what = scenario_of(standby_scenario, faults);
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const auto result = judged_run(what, seed, {});
    BOOST_CHECK_MESSAGE(held(result), replay_of(standby_scenario, faults, seed, wire_form::typed)
                                          << "\n"
                                          << complaints_of(result));
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(standbys_take_over_without_faults) { hold("none", 10); }
BOOST_AUTO_TEST_CASE(standbys_take_over_under_heavy_faults) { hold("heavy", 30); }
}  // namespace drey::sim
