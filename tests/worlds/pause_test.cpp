/// What a person has paused is left alone, under heavy faults too, and caught up with afterwards.
#include <boost/test/unit_test.hpp>

#include "tests/worlds/worlds.hpp"

namespace drey::sim {

namespace {

constexpr const char* paused_scenario = "tests/worlds/paused.yaml";

void hold(const std::string& faults, std::uint64_t seeds) {
  const auto what = scenario_of(paused_scenario, faults);
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const auto result = judged_run(what, seed, {});
    BOOST_CHECK_MESSAGE(held(result), replay_of(paused_scenario, faults, seed, wire_form::typed)
                                          << "\n"
                                          << complaints_of(result));
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_pause_holds_without_faults) { hold("none", 10); }
BOOST_AUTO_TEST_CASE(a_pause_holds_under_heavy_faults) { hold("heavy", 40); }

}  // namespace drey::sim
