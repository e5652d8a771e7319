// How a savepoint is followed, by what its Flink can be told.
#include <boost/test/unit_test.hpp>

#include "actors/savepoint_look.hpp"

using namespace drey;

namespace {

const followed_savepoint ours{job_id{"07"}, "t", "s3://s/ns/orders/t"};
const followed_savepoint our_stop{ours.job, ours.trigger_id, ours.directory,
                                  followed_savepoint::end::stops};

std::string asked(const savepoint_ids& ids, flink_version version) {
  const auto body = ids.look_at(ours, version);
  if (const auto* one = std::get_if<get_savepoint>(&body)) return one->trigger_id;
  return std::holds_alternative<get_checkpoints>(body) ? "checkpoints" : "something else";
}

triggered_checkpoint savepoint(std::string path, std::string status) {
  return {{5, std::move(path), 50}, std::move(status), true};
}

std::string meaning(const checkpoints& told, const followed_savepoint& what = ours) {
  savepoint_ids ids;
  const auto answer = ids.meaning_of(what, {told});
  if (const auto* why = std::get_if<refusal>(&answer.result))
    return why->reason == refusal_reason::not_found ? "not found" : "refused";
  const auto& progress = std::get<savepoint_progress>(answer.result);
  return progress.state + " " + progress.location + progress.failure;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(savepoint_look)

BOOST_AUTO_TEST_CASE(where_flink_knows_our_id_it_is_asked_by_that) {
  savepoint_ids ids;
  BOOST_TEST(asked(ids, flink_version::v1_15) == "t");
  ids.learn("t", {flink_done{"t"}});
  BOOST_TEST(asked(ids, flink_version::v1_20) == "t");
}

BOOST_AUTO_TEST_CASE(before_that_by_its_own_as_long_as_that_is_known) {
  savepoint_ids ids;
  BOOST_TEST(asked(ids, flink_version::v1_14) == "checkpoints");
  ids.learn("t", {flink_done{"theirs"}});
  ids.learn("another", {flink_done{"other"}});
  BOOST_TEST(asked(ids, flink_version::v1_12) == "theirs");
  ids.meaning_of(ours, {savepoint_progress{"IN_PROGRESS", "", ""}});
  ids.meaning_of(ours, {refusal{refusal_reason::unavailable, "", {}}});
  BOOST_TEST(asked(ids, flink_version::v1_12) == "theirs");
  ids.meaning_of(ours, {savepoint_progress{"COMPLETED", "s3://s/1", ""}});
  BOOST_TEST(asked(ids, flink_version::v1_12) == "checkpoints");
}

BOOST_AUTO_TEST_CASE(a_job_manager_that_does_not_know_its_id_is_another) {
  savepoint_ids ids;
  ids.learn("t", {flink_done{"theirs"}});
  const auto told = ids.meaning_of(ours, {refusal{refusal_reason::not_found, "", {}}});
  BOOST_TEST((std::get<refusal>(told.result).reason == refusal_reason::not_found));
  BOOST_TEST(asked(ids, flink_version::v1_12) == "checkpoints");
}

BOOST_AUTO_TEST_CASE(of_checkpoints_the_one_in_its_directory_counts) {
  const std::string there = "s3:/s/ns/orders/t/savepoint-07-1";
  checkpoints told;
  BOOST_TEST(meaning(told) == "not found");
  told.savepoint = checkpoint_info{4, "s3:/s/ns/orders/other/savepoint-07-2", 40};
  told.history = {savepoint("s3:/s/ns/orders/other/savepoint-07-2", "COMPLETED"),
                  {{6, there, 60}, "COMPLETED", false},
                  savepoint(there, "FAILED")};
  BOOST_TEST(meaning(told) == "not found");
  told.history.push_back(savepoint("", "IN_PROGRESS"));
  BOOST_TEST(meaning(told) == "IN_PROGRESS ");
  told.history.push_back(savepoint(there, "COMPLETED"));
  BOOST_TEST(meaning(told) == "COMPLETED " + there);
  told.history.clear();
  told.savepoint->path = there;
  BOOST_TEST(meaning(told) == "COMPLETED " + there);
}

BOOST_AUTO_TEST_CASE(a_stop_after_which_checkpoints_are_taken_has_failed) {
  const std::string there = "s3:/s/ns/orders/t/savepoint-07-1";
  checkpoints told;
  told.savepoint = checkpoint_info{4, there, 40};
  told.completed = checkpoint_info{3, "s3:/s/chk-3", 30};
  BOOST_TEST(meaning(told, our_stop) == "COMPLETED " + there);
  told.completed->id = 5;
  BOOST_TEST(meaning(told) == "COMPLETED " + there);
  BOOST_TEST(meaning(told, our_stop) ==
             "COMPLETED its savepoint is " + there + ", but the job goes on");
  told.history = {savepoint("", "IN_PROGRESS")};
  BOOST_TEST(meaning(told) == "COMPLETED " + there);
  BOOST_TEST(meaning(told, our_stop) == "IN_PROGRESS ", "another stop into the same directory");
}

BOOST_AUTO_TEST_SUITE_END()
