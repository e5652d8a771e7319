/// Where another operator writes status drey only observes, under heavy faults too, and takes over
/// when that one has left.
#include <boost/test/unit_test.hpp>

#include "tests/worlds/worlds.hpp"

namespace drey::sim {

namespace {

constexpr const char* yielding_scenario = "tests/worlds/yielding.yaml";

void hold(const std::string& faults, std::uint64_t seeds) {
  const auto what = scenario_of(yielding_scenario, faults);
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const auto result = judged_run(what, seed, {});
    BOOST_CHECK_MESSAGE(held(result), replay_of(yielding_scenario, faults, seed, wire_form::typed)
                                          << "\n"
                                          << complaints_of(result));
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(another_operator_is_left_alone_without_faults) { hold("none", 10); }
BOOST_AUTO_TEST_CASE(another_operator_is_left_alone_under_heavy_faults) { hold("heavy", 40); }

}  // namespace drey::sim
