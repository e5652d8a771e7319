/// Worlds of one question each.
#include <boost/test/unit_test.hpp>

#include "tests/worlds/worlds.hpp"

namespace drey::sim {

/// The older one has it, the other is not begun, and nobody is stopped for it (decision 0040).
BOOST_AUTO_TEST_CASE(a_directory_belongs_to_the_job_that_was_there_first) {
  every_seed_holds("tests/worlds/shared_directories.yaml", "none", 6);
  every_seed_holds("tests/worlds/shared_directories.yaml", "heavy", 20);
}

BOOST_AUTO_TEST_CASE(a_start_that_nobody_heard_of_is_not_repeated_past_its_state) {
  every_seed_holds("tests/worlds/unheard_start.yaml", "none", 6);
}

BOOST_AUTO_TEST_CASE(a_volume_that_cannot_be_mounted_is_told_and_stops_the_change) {
  every_seed_holds("tests/worlds/unmounted.yaml", "none", 6);
}

BOOST_AUTO_TEST_CASE(taskmanagers_that_end_one_after_the_other_are_told) {
  every_seed_holds("tests/worlds/ended_pods.yaml", "none", 6);
}

/// Of a newer release, and a file that is none: told before anything is stopped or begun.
BOOST_AUTO_TEST_CASE(a_job_is_not_stopped_for_a_snapshot_that_its_flink_cannot_read) {
  every_seed_holds("tests/worlds/other_flink.yaml", "none", 6);
}

BOOST_AUTO_TEST_CASE(whoever_mends_a_quota_does_not_wait_for_a_controller) {
  every_seed_holds("tests/worlds/refused_pods.yaml", "none", 6);
}

}  // namespace drey::sim
