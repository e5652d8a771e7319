/// Submissions: upload, run, duplicates, what a job starts from, slots, ends.
#include "tests/models/flink_world.hpp"

using namespace drey;
using namespace drey::sim;
using namespace drey::sim::testing;

BOOST_AUTO_TEST_SUITE(flink_submission)

BOOST_AUTO_TEST_CASE(a_job_is_accepted_then_listed_then_runs_with_all_tasks) {
  flink_world w;
  w.start();
  const auto job = w.submit("orders");
  BOOST_TEST(w.state(job) == "");
  w.until(seconds{2}, [&] { return w.state(job) == "INITIALIZING"; });
  BOOST_TEST(w.state(job) == "INITIALIZING");
  w.until(seconds{2}, [&] { return w.state(job) == "RUNNING"; });
  BOOST_TEST(w.seen(job).tasks_running == 0);
  w.pass(seconds{1});
  BOOST_TEST(w.seen(job).tasks_running == 4);
  BOOST_TEST(w.seen(job).tasks_total == 4);
  BOOST_TEST(w.seen(job).name == "prod/orders@u-orders");
  BOOST_TEST(w.ask<cluster_overview>(get_cluster_overview{}).slots_available == 2);
  BOOST_TEST(w.f.job_truth(in_prod("orders"))->state == "RUNNING");
}

BOOST_AUTO_TEST_CASE(the_answer_may_come_when_the_job_is_registered) {
  flink_world w;
  w.start();
  std::vector<flink_answer> answers;
  const auto keep = [&](flink_answer x) { answers.push_back(std::move(x)); };
  const auto what = w.submission("orders");
  w.f.call({"c-rest.prod", 8081}, what, keep);
  BOOST_TEST(answers.empty());
  w.pass(seconds{2});
  BOOST_REQUIRE_EQUAL(answers.size(), 1u);
  BOOST_TEST(std::get<job_accepted>(answers[0].result).job == what.job);
  BOOST_TEST(w.state(what.job) != "");
}

BOOST_AUTO_TEST_CASE(a_submission_that_its_job_manager_did_not_survive_is_unknown) {
  flink_world w;
  w.start();
  std::vector<flink_answer> answers;
  w.f.call({"c-rest.prod", 8081}, w.submission("orders"),
           [&](flink_answer x) { answers.push_back(std::move(x)); });
  w.f.crash_job_manager(in_prod("c"));
  BOOST_REQUIRE_EQUAL(answers.size(), 1u);
  BOOST_TEST(std::get<refusal>(answers[0].result).reason == refusal_reason::unknown_outcome);
  w.pass(seconds{60});
  BOOST_TEST(w.f.executions().empty());
  BOOST_TEST(w.f.submissions().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_job_id_fences_while_flink_remembers_it) {
  flink_world w{
      1,
      {},
      joined(joined(ha_on, checkpoints_on), {{"job-result-store.delete-on-commit", "false"}})};
  w.start();
  const auto job = w.running("orders");
  BOOST_TEST(w.is_refused_for(w.submission("orders"), refusal_reason::already_exists));
  w.ask<flink_done>(cancel_job{job});
  w.pass(seconds{10});
  BOOST_TEST(w.state(job) == "CANCELED");
  BOOST_TEST(w.is_refused_for(w.submission("orders"), refusal_reason::already_exists));
  w.f.crash_job_manager(in_prod("c"));
  w.pass(seconds{90});
  BOOST_TEST(w.is_refused_for(w.submission("orders"), refusal_reason::already_exists));
  BOOST_TEST(w.f.executions().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_result_that_is_deleted_at_commit_fences_no_longer) {
  flink_world w;
  w.start();
  w.ask<flink_done>(cancel_job{w.running("orders")});
  w.pass(seconds{10});
  w.running("orders");
  BOOST_TEST(w.f.executions().size() == 2u);
}

BOOST_AUTO_TEST_CASE(two_racing_submissions_pass_in_old_versions_and_one_overwrites) {
  flink_world w;
  w.start();
  auto what = w.submission("orders");
  what.version = flink_version::v1_16;
  w.ask<job_accepted>(what);
  w.ask<job_accepted>(what);
  w.pass(seconds{10});
  const auto& all = w.f.executions();
  BOOST_REQUIRE_EQUAL(all.size(), 2u);
  BOOST_TEST(all[0].how == execution_end::overwritten);
  BOOST_TEST(all[1].live());
  BOOST_TEST(w.f.live_executions("prod/orders@u-orders") == 1u);
}

BOOST_AUTO_TEST_CASE(two_racing_submissions_are_told_apart_in_new_versions) {
  flink_world w;
  w.start();
  const auto what = w.submission("orders");
  w.ask<job_accepted>(what);
  BOOST_TEST(w.is_refused_for(what, refusal_reason::already_exists));
}

BOOST_AUTO_TEST_CASE(two_ids_of_one_lineage_are_two_live_executions) {
  flink_world w;
  w.start();
  w.running("orders");
  w.ask<job_accepted>(w.submission("orders", 2, 2));
  w.pass(seconds{5});
  BOOST_TEST(w.f.live_executions("prod/orders@u-orders") == 2u);
  BOOST_TEST(w.f.executions().back().live_at_start == 1u);
}

BOOST_AUTO_TEST_CASE(jars_that_are_wrong_or_gone) {
  flink_world w;
  w.start();
  auto what = w.submission("orders");
  what.jar = "unknown.jar";
  BOOST_TEST(w.is_refused_for(what, refusal_reason::not_found));
  what.jar = w.upload("https://jars/throws.jar");
  BOOST_TEST(w.is_refused_for(what, refusal_reason::invalid));
  what.jar = w.upload();
  w.ask<flink_done>(delete_jar{what.jar});
  BOOST_TEST(w.is_refused_for(what, refusal_reason::not_found));
  BOOST_TEST(w.is_refused_for(upload_jar{"artifact:never-fetched"}, refusal_reason::invalid));
  what.jar = w.upload();
  w.f.crash_job_manager(in_prod("c"));
  w.pass(seconds{90});
  BOOST_TEST(w.is_refused_for(what, refusal_reason::not_found));
}

BOOST_AUTO_TEST_CASE(a_restore_path_that_is_not_there_fails_the_job) {
  flink_world w;
  w.start();
  const auto job = w.submit("orders", 2, "file:///data/checkpoints/nothing/chk-9");
  w.pass(seconds{5});
  BOOST_TEST(w.state(job) == "FAILED");
  BOOST_TEST(w.f.starts().empty());
}

BOOST_AUTO_TEST_CASE(a_restored_job_goes_on_counting) {
  flink_world w;
  w.start();
  const auto first = w.running("orders");
  w.pass(seconds{35});
  const auto newest = w.checkpoints_of(first).completed;
  BOOST_REQUIRE(newest);
  w.ask<flink_done>(cancel_job{first});
  w.pass(seconds{5});
  auto again = w.submission("orders", 2, 2);
  again.savepoint_path = newest->path;
  w.ask<job_accepted>(again);
  w.pass(seconds{20});
  const auto seen = w.checkpoints_of(again.job);
  BOOST_TEST(seen.restored->path == newest->path);
  BOOST_TEST(seen.restored->id == newest->id);
  BOOST_TEST(seen.completed->id == newest->id + 1);
  const auto& last = w.f.executions().back();
  BOOST_TEST(last.restored == normal_path(newest->path));
  BOOST_TEST(last.newest_at_start->path == last.restored);
  BOOST_TEST(last.position_at_start == newest->id * 10'000);
}

BOOST_AUTO_TEST_CASE(without_slots_a_job_says_running_and_has_no_task) {
  flink_world w;
  w.start();
  const auto job = w.submit("orders", 5);
  w.pass(seconds{20});
  BOOST_TEST(w.state(job) == "RUNNING");
  BOOST_TEST(w.seen(job).tasks_running == 0);
  BOOST_TEST(w.seen(job).tasks_total == 10);
  w.running("small");  // it is not kept from its slots
  w.pass(std::chrono::minutes{5});
  BOOST_TEST(w.seen(job).tasks_running == 0);
  const auto said = std::count_if(w.told.begin(), w.told.end(), [](const happening& x) {
    return x.what == "job_restarting" && x.name == "prod/orders";
  });
  BOOST_TEST(said == 1);
}

BOOST_AUTO_TEST_CASE(a_waiting_job_starts_when_a_task_manager_comes) {
  flink_world w;
  w.start(2);
  const auto job = w.submit("orders", 5);
  w.pass(seconds{20});
  auto more = *w.k.get<stateful_set>(in_prod("c-tm"));
  more.replicas = 3;
  w.k.edit(object_kind::stateful_set, in_prod("c-tm"), "person",
           [](object& x) { std::get<stateful_set>(x).replicas = 3; });
  w.pass(seconds{20});
  BOOST_TEST(w.seen(job).tasks_running == 10);
}

BOOST_AUTO_TEST_CASE(a_cancelled_job_stays_listed_for_an_hour) {
  flink_world w;
  w.start();
  const auto job = w.running("orders");
  w.ask<flink_done>(cancel_job{job});
  BOOST_TEST(w.state(job) == "CANCELLING");
  w.pass(seconds{2});
  BOOST_TEST(w.state(job) == "CANCELED");
  BOOST_TEST(w.ask<cluster_overview>(get_cluster_overview{}).slots_available == 4);
  w.pass(std::chrono::minutes{58});
  BOOST_TEST(w.state(job) == "CANCELED");
  w.pass(std::chrono::minutes{3});
  BOOST_TEST(w.state(job) == "");
  BOOST_TEST(w.is_refused_for(cancel_job{job}, refusal_reason::not_found));
}

BOOST_AUTO_TEST_CASE(a_finished_job_cannot_be_cancelled) {
  flink_world w;
  w.start();
  const auto job = w.running("orders");
  BOOST_TEST(w.f.finish_job(in_prod("orders")));
  BOOST_TEST(!w.f.finish_job(in_prod("orders")));
  BOOST_TEST(w.state(job) == "FINISHED");
  BOOST_TEST(w.seen(job).tasks_finished == 4);
  BOOST_TEST(w.is_refused_for(cancel_job{job}, refusal_reason::conflict));
  BOOST_TEST(w.f.executions().back().how == execution_end::finished);
}

BOOST_AUTO_TEST_CASE(slow_acceptance_can_take_long) {
  fault_profile slow;
  slow.flink_late_request_per_mille = 1000;
  flink_world w{3, slow};
  w.start();
  const auto job = w.submit("orders");
  w.pass(seconds{2});
  BOOST_TEST(w.state(job) == "");
  w.pass(slow.late_max);
  BOOST_TEST(w.state(job) == "RUNNING");
}

BOOST_AUTO_TEST_SUITE_END()
