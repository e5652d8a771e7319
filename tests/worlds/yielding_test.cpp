/// Where another operator writes status drey only observes, under heavy faults too, and takes over
/// when that one has left.
#include <boost/test/unit_test.hpp>

#include "tests/worlds/worlds.hpp"

namespace drey::sim {

namespace {

constexpr const char* yielding_scenario = "tests/worlds/yielding.yaml";

}  // namespace

BOOST_AUTO_TEST_CASE(another_operator_is_left_alone_without_faults) {
  every_seed_holds(yielding_scenario, "none", 10);
}
BOOST_AUTO_TEST_CASE(another_operator_is_left_alone_under_heavy_faults) {
  every_seed_holds(yielding_scenario, "heavy", 40);
}

}  // namespace drey::sim
