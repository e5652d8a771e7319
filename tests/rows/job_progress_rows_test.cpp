/// What is made of a running job's checkpoints.
#include "actors/job_progress.hpp"

#include <boost/test/unit_test.hpp>

namespace drey {

namespace {

const job_id first{"1"};
const job_id second{"2"};
constexpr std::optional<milliseconds> every_minute{60'000};
constexpr milliseconds min(std::int64_t minutes) { return milliseconds{minutes * 60'000}; }

}  // namespace

BOOST_AUTO_TEST_SUITE(progress_of_a_job)

BOOST_AUTO_TEST_CASE(it_stands_still_three_intervals_and_a_timeout_after_its_newest_checkpoint) {
  job_progress seen;
  note_checkpoint(seen, first, 4, every_minute, min(100));
  note_checkpoint(seen, first, 4, every_minute, min(113) - milliseconds{1});
  BOOST_TEST(text_of_standstill(seen).empty());
  note_checkpoint(seen, first, 4, every_minute, min(113));
  BOOST_TEST(text_of_standstill(seen).find("after checkpoint 4,") != std::string::npos);
  note_checkpoint(seen, first, 5, every_minute, min(118));
  BOOST_TEST(text_of_standstill(seen).empty());
}

BOOST_AUTO_TEST_CASE(one_that_never_completed_any_is_told_so) {
  job_progress seen;
  note_checkpoint(seen, first, 0, every_minute, min(1));
  note_checkpoint(seen, first, 0, every_minute, min(20));
  BOOST_TEST(text_of_standstill(seen).find("no checkpoint was ever completed") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_first_failure_is_told_in_flinks_words_and_stands) {
  job_progress seen;
  note_checkpoint(seen, first, 0, every_minute, min(1));
  note_failed_checkpoint(seen, second, "of another execution");
  note_failed_checkpoint(seen, first, "Failure to finalize checkpoint.\n\tat org.apache.flink");
  note_failed_checkpoint(seen, first, "Checkpoint expired before completing.");
  note_checkpoint(seen, first, 0, every_minute, min(20));
  BOOST_TEST(text_of_standstill(seen).ends_with(
                 "web interface. The first that failed: Failure to finalize checkpoint."),
             text_of_standstill(seen));
  note_checkpoint(seen, first, 1, every_minute, min(21));
  BOOST_TEST(seen.failure.empty(), "one completed");
  note_failed_checkpoint(seen, first, "to s3://me:hush@bucket/x");
  BOOST_TEST(seen.failure.find("hush") == std::string::npos, seen.failure);
}

BOOST_AUTO_TEST_CASE(another_execution_begins_anew) {
  job_progress seen;
  note_checkpoint(seen, first, 4, every_minute, min(0));
  note_checkpoint(seen, second, 4, every_minute, min(20));
  BOOST_TEST(!seen.stands_still);
}

BOOST_AUTO_TEST_CASE(without_an_interval_nothing_is_concluded) {
  job_progress seen;
  note_checkpoint(seen, first, 0, {}, min(0));
  note_checkpoint(seen, first, 0, {}, min(600));
  BOOST_TEST(!seen.stands_still);
  note_checkpoint(seen, first, 0, every_minute, min(601));
  BOOST_TEST(!seen.stands_still, "the wait begins when one is due");
}

BOOST_AUTO_TEST_CASE(a_new_operator_goes_on_from_what_status_says) {
  flink_session_job_status status;
  status.job.job_id = "1";
  status.lineage.emplace().newest = restore_point{"s3://c/chk-4", 4, "checkpoint"};
  status.conditions = {{"Degraded", "True", std::string(no_checkpoints), "", {}, 1}};
  auto seen = progress_in(status, min(0));
  BOOST_TEST(seen.stands_still);
  note_checkpoint(seen, first, 4, every_minute, min(1));
  BOOST_TEST(seen.stands_still);
  note_checkpoint(seen, first, 5, every_minute, min(2));
  BOOST_TEST(!seen.stands_still);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey
