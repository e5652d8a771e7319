/// JobManagers that follow others: standbys, of which whoever leads is asked and given jobs,
/// through every fault; one whose predecessor never came to the job that it was launched for; and
/// those that come back before, or long after, their spec was changed.
#include <boost/test/unit_test.hpp>

#include "tests/worlds/worlds.hpp"

namespace drey::sim {

namespace {

constexpr const char* standby_scenario = "tests/worlds/standby.yaml";

}  // namespace

BOOST_AUTO_TEST_CASE(standbys_take_over_without_faults) {
  every_seed_holds(standby_scenario, "none", 10);
}
BOOST_AUTO_TEST_CASE(standbys_take_over_under_heavy_faults) {
  every_seed_holds(standby_scenario, "heavy", 30);
}
BOOST_AUTO_TEST_CASE(a_launch_that_never_came_to_its_job_is_lost) {
  every_seed_holds("tests/worlds/never_began.yaml", "none", 10);
  every_seed_holds("tests/worlds/never_began.yaml", "heavy", 20);
}
BOOST_AUTO_TEST_CASE(what_was_begun_without_a_jobmanager_ends_when_it_is_back) {
  every_seed_holds("tests/worlds/back_again.yaml", "none", 10);
  every_seed_holds("tests/worlds/back_again.yaml", "heavy", 20);
}
BOOST_AUTO_TEST_CASE(what_rests_takes_another_spec_at_once) {
  every_seed_holds("tests/worlds/resting_changed.yaml", "none", 10);
  every_seed_holds("tests/worlds/resting_changed.yaml", "heavy", 20);
}

}  // namespace drey::sim
