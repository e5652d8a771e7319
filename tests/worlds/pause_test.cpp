/// What a person has paused is left alone, under heavy faults too, and caught up with afterwards.
#include <boost/test/unit_test.hpp>

#include "tests/worlds/worlds.hpp"

namespace drey::sim {

namespace {

constexpr const char* paused_scenario = "tests/worlds/paused.yaml";

}  // namespace

BOOST_AUTO_TEST_CASE(a_pause_holds_without_faults) {
  every_seed_holds(paused_scenario, "none", 10);
}
BOOST_AUTO_TEST_CASE(a_pause_holds_under_heavy_faults) {
  every_seed_holds(paused_scenario, "heavy", 40);
}

}  // namespace drey::sim
