/// Checkpoints that are computed when somebody looks, their files and their pointers; savepoints.
#include <algorithm>

#include "tests/models/flink_world.hpp"

using namespace drey;
using namespace drey::sim;
using namespace drey::sim::testing;

namespace {

const std::string directory = "file:///data/checkpoints";

trigger_savepoint a_trigger(const job_id& job, std::string id = "t1") {
  return {job, id, "file:///data/savepoints/" + id};
}

std::vector<std::string> pointers_of(flink_world& w, const job_id& job) {
  w.f.catch_up();
  std::vector<std::string> keys;
  const auto* map = w.k.get<config_map>(in_prod("c-" + job.hex + "-config-map"));
  BOOST_REQUIRE(map);
  for (const auto& [key, path] : map->data) keys.push_back(key);
  return keys;
}

/// "5 COMPLETED, 4 savepoint FAILED"
std::string text_of(const std::vector<triggered_checkpoint>& history) {
  std::string text;
  for (const auto& one : history)
    text += (text.empty() ? "" : ", ") + std::to_string(one.what.id) +
            (one.is_savepoint ? " savepoint " : " ") + one.status;
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(flink_checkpoint)

BOOST_AUTO_TEST_CASE(one_every_interval_and_only_the_newest_is_kept) {
  flink_world w;
  w.start();
  const auto job = w.running("orders");
  w.pass(seconds{55});
  const auto seen = w.checkpoints_of(job);
  BOOST_TEST(seen.count_completed == 5);
  BOOST_TEST(seen.completed->id == 5);
  BOOST_TEST(seen.completed->path == "file:/data/checkpoints/" + job.hex + "/chk-5");
  BOOST_TEST(!seen.restored);
  const auto all = w.listed(directory);
  BOOST_REQUIRE_EQUAL(all.size(), 1u);
  BOOST_TEST(all[0].path == directory + "/" + job.hex + "/chk-5");
  BOOST_TEST(all[0].modified > seen.completed->time);
}

BOOST_AUTO_TEST_CASE(all_that_completed_are_counted_whoever_took_them) {
  flink_world w;
  w.start();
  const auto first = w.running("orders");
  w.pass(seconds{55});
  const auto second = w.running("clicks");
  w.pass(std::chrono::minutes{30});
  const auto of_first = w.checkpoints_of(first).count_completed;
  const auto of_second = w.checkpoints_of(second).count_completed;
  BOOST_TEST(of_second > 100);
  BOOST_TEST(w.f.checkpoints_completed() == of_first + of_second);
  BOOST_REQUIRE(w.f.finish_job(in_prod("orders")));
  w.pass(seconds{55});
  BOOST_TEST(w.f.checkpoints_completed() == of_first + w.checkpoints_of(second).count_completed);
}

BOOST_AUTO_TEST_CASE(looking_often_or_seldom_gives_the_same) {
  const auto last = [](milliseconds step) {
    flink_world w;
    w.start();
    const auto job = w.running("orders");
    for (milliseconds passed{0}; passed < std::chrono::minutes{30}; passed += step) {
      w.pass(step);
      w.f.catch_up();
    }
    return w.checkpoints_of(job);
  };
  const auto often = last(seconds{3});
  const auto seldom = last(std::chrono::minutes{30});
  BOOST_TEST((often.completed == seldom.completed));
  BOOST_TEST(often.count_completed == seldom.count_completed);
}

BOOST_AUTO_TEST_CASE(several_are_retained_when_asked_for) {
  flink_world w{
      1,
      {},
      joined(joined(ha_on, checkpoints_on), {{"execution.checkpointing.num-retained", "3"}})};
  w.start();
  const auto job = w.running("orders");
  w.pass(std::chrono::minutes{20});
  BOOST_TEST(w.listed(directory).size() == 3u);
  BOOST_TEST(pointers_of(w, job).size() == 4u);
}

BOOST_AUTO_TEST_CASE(a_restart_takes_the_newest_of_several) {
  flink_world w{
      1,
      {},
      joined(joined(ha_on, checkpoints_on), {{"execution.checkpointing.num-retained", "3"}})};
  w.start();
  w.running("orders");
  w.pass(seconds{55});
  const auto newest = w.f.newest_durable("prod/orders@u-orders");
  w.f.disturb_job(in_prod("orders"));
  w.pass(seconds{5});
  BOOST_TEST(w.f.starts().back().restored == newest->path);
  BOOST_TEST(w.f.starts().back().position == newest->position);
}

BOOST_AUTO_TEST_CASE(none_completes_while_its_pointer_cannot_be_written) {
  flink_world w{
      1, {}, joined({{"execution.checkpointing.interval", "1 s"}}, joined(ha_on, checkpoints_on))};
  w.start();
  w.running("orders");
  const auto newest = [&] { return w.f.newest_durable("prod/orders@u-orders")->checkpoint_id; };
  w.k.set_api(api_state::down);
  w.f.network_changed();
  const auto before = newest();
  w.pass(seconds{8});
  BOOST_TEST(newest() == before);
  w.k.set_api(api_state::up);
  w.f.network_changed();
  w.pass(seconds{3});
  BOOST_TEST(newest() > before);
}

BOOST_AUTO_TEST_CASE(the_ha_config_map_names_the_newest) {
  flink_world w;
  w.start();
  const auto job = w.running("orders");
  w.pass(seconds{25});
  const std::vector<std::string> wanted{"checkpointID-0000000000000000002", "counter"};
  BOOST_TEST(pointers_of(w, job) == wanted, boost::test_tools::per_element());
  const auto* graph = w.k.get<config_map>(in_prod("c-cluster-config-map"));
  BOOST_TEST(graph->data.contains("jobGraph-" + job.hex));
}

BOOST_AUTO_TEST_CASE(a_deleted_config_map_is_not_made_again) {
  flink_world w;
  w.start();
  const auto job = w.running("orders");
  const auto name = in_prod("c-" + job.hex + "-config-map");
  w.remove(object_kind::config_map, name);
  w.pass(seconds{25});
  w.f.catch_up();
  BOOST_TEST(!w.k.get<config_map>(name));
  BOOST_TEST(w.rest(std::chrono::minutes{1}));
}

BOOST_AUTO_TEST_CASE(off_means_no_figures) {
  flink_world w{1, {}, ha_on};
  w.start();
  const auto job = w.running("orders");
  w.pass(seconds{100});
  const auto seen = w.checkpoints_of(job);
  BOOST_TEST(!seen.completed);
  BOOST_TEST(seen.count_completed == 0);
  BOOST_TEST(w.is_refused_for(get_checkpoints{{"00"}}, refusal_reason::not_found));
}

BOOST_AUTO_TEST_CASE(blocked_means_none_until_open_again) {
  flink_world w;
  w.start();
  const auto job = w.running("orders");
  w.pass(seconds{15});
  w.f.set_checkpoints(in_prod("orders"), checkpoint_flow::blocked);
  w.pass(seconds{100});
  BOOST_TEST(w.checkpoints_of(job).count_completed == 1);
  w.f.set_checkpoints(in_prod("orders"), checkpoint_flow::open);
  w.pass(seconds{11});
  BOOST_TEST(w.checkpoints_of(job).count_completed == 2);
  BOOST_TEST(w.checkpoints_of(job).completed->id == 2);
}

BOOST_AUTO_TEST_CASE(a_failed_one_takes_an_id_all_the_same) {
  fault_profile profile;
  profile.checkpoint_failure_per_mille = 500;
  flink_world w{2, profile};
  w.start();
  const auto job = w.running("orders");
  w.pass(seconds{85});
  const auto seen = w.checkpoints_of(job);
  BOOST_TEST(seen.count_completed < 8);
  BOOST_TEST(seen.count_completed > 0);
  BOOST_TEST(seen.completed->id > seen.count_completed);
  const auto failed = std::ranges::count(seen.history, "FAILED", &triggered_checkpoint::status);
  BOOST_TEST(failed > 0);
  BOOST_TEST(std::ssize(seen.history) <=
             failed + seen.count_completed + 1);  // one may be under way
}

BOOST_AUTO_TEST_CASE(what_outlives_the_job_follows_the_retention) {
  const auto left_after = [](std::string retention, auto end) {
    auto config = joined(ha_on, checkpoints_on);
    config["execution.checkpointing.externalized-checkpoint-retention"] = std::move(retention);
    flink_world w{1, {}, config};
    w.start();
    const auto job = w.running("orders");
    w.pass(seconds{25});
    end(w, job);
    w.pass(seconds{5});
    return w.listed(directory).size();
  };
  const auto cancel = [](flink_world& w, const job_id& job) { w.ask<flink_done>(cancel_job{job}); };
  const auto fail = [](flink_world& w, const job_id&) { w.f.fail_job(in_prod("orders")); };
  const auto finish = [](flink_world& w, const job_id&) { w.f.finish_job(in_prod("orders")); };
  BOOST_TEST(left_after("RETAIN_ON_CANCELLATION", cancel) == 1u);
  BOOST_TEST(left_after("RETAIN_ON_CANCELLATION", fail) == 1u);
  BOOST_TEST(left_after("RETAIN_ON_CANCELLATION", finish) == 0u);
  BOOST_TEST(left_after("DELETE_ON_CANCELLATION", cancel) == 0u);
  BOOST_TEST(left_after("DELETE_ON_CANCELLATION", fail) == 1u);
  BOOST_TEST(left_after("NO_EXTERNALIZED_CHECKPOINTS", fail) == 0u);
}

BOOST_AUTO_TEST_CASE(a_savepoint_is_in_progress_then_durable_then_known) {
  flink_world w;
  w.start();
  const auto job = w.running("orders");
  w.pass(seconds{12});
  w.ask<flink_done>(a_trigger(job));
  w.ask<flink_done>(a_trigger(job));
  BOOST_TEST(w.ask<savepoint_progress>(get_savepoint{job, "t1"}).state == "IN_PROGRESS");
  w.pass(seconds{3});
  const auto done = w.ask<savepoint_progress>(get_savepoint{job, "t1"});
  BOOST_TEST(done.state == "COMPLETED");
  BOOST_TEST(done.failure == "");
  BOOST_TEST(done.location.starts_with("file:/data/savepoints/t1/savepoint-" +
                                       job.hex.substr(0, 6) + "-"));
  const auto all = w.listed("file:///data/savepoints/t1");
  BOOST_REQUIRE_EQUAL(all.size(), 1u);
  BOOST_TEST(all[0].path == normal_path(done.location));
  BOOST_TEST(w.f.newest_durable("prod/orders@u-orders")->path == all[0].path);
  BOOST_TEST(w.checkpoints_of(job).savepoint->id == 2);
  w.pass(seconds{10});
  BOOST_TEST(w.checkpoints_of(job).completed->id == 3);
}

/// As the lab's Flink lists them (recorded/flink-1.20/job-checkpoints.json).
BOOST_AUTO_TEST_CASE(the_history_holds_the_last_ten_newest_first) {
  flink_world w;
  w.start();
  const auto job = w.running("orders");
  BOOST_TEST(w.checkpoints_of(job).history.empty());
  w.pass(seconds{12});
  w.ask<flink_done>(trigger_checkpoint{job, "c1"});
  w.pass(milliseconds{5});
  w.ask<flink_done>(a_trigger(job));
  BOOST_TEST(text_of(w.checkpoints_of(job).history) ==
             "3 savepoint IN_PROGRESS, 2 IN_PROGRESS, 1 COMPLETED");
  w.pass(seconds{3});
  const auto seen = w.checkpoints_of(job);
  BOOST_TEST(text_of(seen.history) == "3 savepoint COMPLETED, 2 COMPLETED, 1 COMPLETED");
  BOOST_TEST((seen.history[0].what == *seen.savepoint));
  BOOST_TEST((seen.history[1].what == *seen.completed));
  BOOST_TEST(w.listed(directory).size() == 1u);
  BOOST_TEST(checkpoint_with_id(seen, 1)->path ==
             "file:/data/checkpoints/" + job.hex + "/chk-1");  // its files are gone
  w.pass(std::chrono::minutes{10});
  const auto all = w.checkpoints_of(job).history;
  BOOST_REQUIRE_EQUAL(all.size(), 10u);
  for (std::int64_t at = 1; at < 10; ++at)
    BOOST_TEST(all.at(static_cast<std::size_t>(at)).what.id == all.front().what.id - at);
  for (const auto& one : all)
    if (one.status == "COMPLETED")
      BOOST_TEST(one.what.path.ends_with("/chk-" + std::to_string(one.what.id)));
}

BOOST_AUTO_TEST_CASE(one_that_was_asked_for_and_overtaken_is_complete_all_the_same) {
  flink_world w{
      1,
      {},
      joined({{"execution.checkpointing.interval", "200 ms"}}, joined(ha_on, checkpoints_on))};
  w.start();
  const auto job = w.running("orders");
  w.ask<flink_done>(trigger_checkpoint{job, "c1"});
  w.pass(seconds{1});
  const auto told = w.ask<checkpoint_progress>(get_triggered_checkpoint{job, "c1"});
  BOOST_TEST(told.state == "COMPLETED");
  BOOST_TEST(told.failure == "");
  const auto seen = w.checkpoints_of(job);
  BOOST_TEST(seen.completed->id > told.checkpoint_id);
  const auto* overtaken = checkpoint_with_id(seen, told.checkpoint_id);
  BOOST_REQUIRE(overtaken != nullptr);
  BOOST_TEST(overtaken->path ==
             "file:/data/checkpoints/" + job.hex + "/chk-" + std::to_string(told.checkpoint_id));
}

/// The coordinator gives a number when it triggers: what was triggered later has newer state.
BOOST_AUTO_TEST_CASE(a_savepoint_is_numbered_behind_a_checkpoint_that_is_under_way) {
  flink_world w;
  w.start();
  const auto job = w.running("orders");
  w.pass(seconds{12});
  w.ask<flink_done>(trigger_checkpoint{job, "c1"});
  w.pass(milliseconds{5});
  w.ask<flink_done>(a_trigger(job));
  w.pass(seconds{3});
  BOOST_TEST(w.checkpoints_of(job).completed->id == 2);
  BOOST_TEST(w.checkpoints_of(job).savepoint->id == 3);
  const auto location = w.ask<savepoint_progress>(get_savepoint{job, "t1"}).location;
  BOOST_TEST(w.f.newest_durable("prod/orders@u-orders")->path == normal_path(location));
  w.pass(seconds{10});
  BOOST_TEST(w.checkpoints_of(job).completed->id == 4);
}

BOOST_AUTO_TEST_CASE(a_savepoint_can_fail) {
  flink_world w;
  w.start();
  const auto job = w.running("orders");
  w.f.fail_next_savepoint(in_prod("orders"));
  w.ask<flink_done>(a_trigger(job));
  w.pass(seconds{3});
  const auto seen = w.ask<savepoint_progress>(get_savepoint{job, "t1"});
  BOOST_TEST(seen.state == "COMPLETED");
  BOOST_TEST(seen.failure != "");
  BOOST_TEST(w.listed("file:///data/savepoints").empty());
  w.ask<flink_done>(a_trigger(job, "t2"));
  w.pass(seconds{3});
  BOOST_TEST(w.ask<savepoint_progress>(get_savepoint{job, "t2"}).failure == "");
}

/// The savepoint is named by the failure, and the job goes on from its newest checkpoint.
BOOST_AUTO_TEST_CASE(a_stop_can_fail_behind_its_savepoint) {
  flink_world w;
  w.start();
  const auto job = w.running("orders");
  w.pass(seconds{12});
  w.f.fail_next_stop(in_prod("orders"));
  w.ask<flink_done>(stop_job{job, flink_version::v1_20, "t1", "file:///data/savepoints/t1"});
  w.pass(seconds{5});
  const auto told = w.ask<savepoint_progress>(get_savepoint{job, "t1"});
  BOOST_TEST(told.state == "COMPLETED");
  BOOST_TEST(told.failure.find("StopWithSavepointStoppingException") != std::string::npos);
  BOOST_REQUIRE_EQUAL(w.listed("file:///data/savepoints/t1").size(), 1U);
  BOOST_TEST(normal_path(told.location) == w.listed("file:///data/savepoints/t1").front().path);
  w.pass(seconds{20});
  BOOST_TEST(w.state(job) == "RUNNING");
  BOOST_TEST(w.checkpoints_of(job).restored->path.find("/chk-") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_savepoint_needs_all_tasks_from_its_trigger_to_its_end) {
  flink_world w;
  w.start();
  const auto job = w.running("orders");
  w.ask<flink_done>(a_trigger(job));
  w.f.disturb_job(in_prod("orders"));
  w.ask<flink_done>(a_trigger(job, "t2"));
  w.pass(seconds{3});
  BOOST_TEST(w.ask<savepoint_progress>(get_savepoint{job, "t1"}).failure != "");
  BOOST_TEST(w.ask<savepoint_progress>(get_savepoint{job, "t2"}).failure != "");
  BOOST_TEST(text_of(w.checkpoints_of(job).history) == "1 savepoint FAILED");
}

BOOST_AUTO_TEST_CASE(the_result_of_a_savepoint_is_known_for_five_minutes) {
  flink_world w;
  w.start();
  const auto job = w.running("orders");
  w.ask<flink_done>(a_trigger(job));
  w.pass(std::chrono::minutes{5});
  BOOST_TEST(w.ask<savepoint_progress>(get_savepoint{job, "t1"}).state == "COMPLETED");
  w.pass(seconds{3});
  BOOST_TEST(w.is_refused_for(get_savepoint{job, "t1"}, refusal_reason::not_found));
}

BOOST_AUTO_TEST_CASE(the_result_of_a_savepoint_is_forgotten_and_its_files_stay) {
  flink_world w;
  w.start();
  const auto job = w.running("orders");
  w.ask<flink_done>(a_trigger(job));
  w.pass(seconds{3});
  w.f.crash_job_manager(in_prod("c"));
  w.pass(seconds{90});
  BOOST_TEST(w.state(job) == "RUNNING");
  BOOST_TEST(w.is_refused_for(get_savepoint{job, "t1"}, refusal_reason::not_found));
  BOOST_TEST(w.listed("file:///data/savepoints/t1").size() == 1u);
  BOOST_TEST(w.is_refused_for(a_trigger({"00"}), refusal_reason::not_found));
}

BOOST_AUTO_TEST_SUITE_END()
