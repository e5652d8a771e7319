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

/// One run in four left it stopped: the rescaling that Flink had refused stood where the stop was.
BOOST_AUTO_TEST_CASE(a_job_that_flink_does_not_rescale_is_stopped_and_started) {
  every_seed_holds("tests/worlds/not_rescaled.yaml", "none", 20);
}

/// Nothing that runs is touched until a change asks for more (decision 0050).
BOOST_AUTO_TEST_CASE(what_apaches_operator_runs_is_taken_over_as_it_runs) {
  every_seed_holds("tests/worlds/taken_over.yaml", "none", 6);
  every_seed_holds("tests/worlds/taken_over.yaml", "heavy", 20);
}

BOOST_AUTO_TEST_CASE(what_somebody_else_made_is_not_overwritten_for_its_name) {
  every_seed_holds("tests/worlds/taken_name.yaml", "none", 6);
}

/// Each that stands against a change is named, and nothing is touched until a person lets it go on.
BOOST_AUTO_TEST_CASE(jobs_that_nobody_may_restart_unasked_hold_a_change) {
  every_seed_holds("tests/worlds/held_change.yaml", "none", 6);
  every_seed_holds("tests/worlds/held_change.yaml", "heavy", 20);
}

BOOST_AUTO_TEST_CASE(two_managers_of_one_number_are_told_of) {
  every_seed_holds("tests/worlds/contested.yaml", "none", 6);
}

BOOST_AUTO_TEST_CASE(another_release_of_the_operator_restarts_nothing) {
  every_seed_holds("tests/worlds/older_status.yaml", "none", 6);
  every_seed_holds("tests/worlds/newer_status.yaml", "none", 6);
}

}  // namespace drey::sim
