/// Rows of `drey-operator why`: from the objects that were read to the page that a person reads.
#include "actors/explanation.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "actors/pause.hpp"
#include "protocol/timestamp.hpp"

namespace drey::rows {

namespace {

milliseconds clock_at(std::string_view text) { return *parse_timestamp(text); }
const milliseconds ten = clock_at("2026-11-26T10:00:00Z");

template <class T>
object_ptr made(T x) {
  return std::make_shared<const object>(std::move(x));
}

flink_session_job orders() {
  flink_session_job job;
  job.metadata.ns = "flink";
  job.metadata.name = "orders";
  job.metadata.uid = "job-uid";
  job.metadata.generation = 3;
  flink_session_job_spec spec;
  spec.deployment_name = "session";
  spec.job = job_spec{};
  job.spec = std::make_shared<const flink_session_job_spec>(spec);
  job.status.observed_generation = 3;
  job.status.job.state = "RUNNING";
  job.status.lifecycle_state = "STABLE";
  job.status.conditions = {
      {"Ready", "True", "Running", "all tasks run", ten - milliseconds{60'000}, 3},
      {"Stalled", "False", "Running", "all tasks run", ten, 3}};
  return job;
}

flink_deployment session() {
  flink_deployment cluster;
  cluster.metadata.ns = "flink";
  cluster.metadata.name = "session";
  cluster.metadata.uid = "cluster-uid";
  cluster.metadata.generation = 2;
  cluster.spec = std::make_shared<const flink_deployment_spec>();
  cluster.status.observed_generation = 2;
  cluster.status.job_manager_deployment_status = "READY";
  cluster.status.lifecycle_state = "STABLE";
  cluster.status.task_manager_replicas = 2;
  cluster.status.conditions = {
      {"Ready", "True", "Ready", "2 of 2 TaskManagers registered", ten, 2}};
  return cluster;
}

evidence about(object_ptr primary) {
  evidence found;
  found.wall = ten;
  found.primary = std::move(primary);
  found.cluster = made(session());
  return found;
}

pod worker(const std::string& name) {
  pod one;
  one.metadata.name = name;
  one.phase = pod_phase::running;
  one.ready = true;
  return one;
}

event_record event(const std::string& uid, const std::string& reason, std::string_view at) {
  event_record one;
  one.involved_uid = uid;
  one.reason = reason;
  one.message = "it was so";
  one.last = clock_at(at);
  return one;
}

/// The text without its last restarts, which only make it long.
std::size_t lines_in(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(explanation_rows)

BOOST_AUTO_TEST_CASE(spans) {
  BOOST_TEST(span_text(milliseconds{0}) == "0 ms");
  BOOST_TEST(span_text(milliseconds{340}) == "340 ms");
  BOOST_TEST(span_text(milliseconds{1'800}) == "1.8 s");
  BOOST_TEST(span_text(milliseconds{12'000}) == "12 s");
  BOOST_TEST(span_text(milliseconds{125'000}) == "2 min 5 s");
  BOOST_TEST(span_text(milliseconds{7'380'000}) == "2 h 3 min");
  BOOST_TEST(span_text(milliseconds{180'000'000}) == "2 d 2 h");
}

BOOST_AUTO_TEST_CASE(a_job_that_is_well) {
  auto job = orders();
  job.status.lineage = lineage{1, {"id"}, restore_point{"s3://chk-7", 7, "checkpoint"}, 0};
  job.status.restarts = {
      {"2026-11-26T09:00:00.000Z", "job", "JobManager pod a lost", "its own, by Flink", 1'800}};
  auto found = about(made(job));
  found.events = {made(event("job-uid", "Submit", "2026-11-26T09:00:00Z")),
                  made(event("job-uid", "Running", "2026-11-26T09:59:00Z")),
                  made(event("another", "Failed", "2026-11-26T09:59:59Z"))};
  found.pods = {made(worker("tm-0"))};
  BOOST_TEST(text_of(explain(found)) ==
             "what         FlinkSessionJob flink/orders\n"
             "state        RUNNING (STABLE), well\n"
             "since        2026-11-26T09:59:00Z, 1 min ago\n"
             "cause        Running: all tasks run\n"
             "cluster      session: READY (STABLE), 2 TaskManagers, Ready: 2 of 2 TaskManagers "
             "registered\n"
             "next         nothing, until something changes\n"
             "to do        nothing needs to be done\n"
             "last action  Running: it was so (2026-11-26T09:59:00Z, 1 min ago)\n"
             "restore from s3://chk-7 (checkpoint, the newest in status)\n"
             "restarts     2026-11-26T09:00:00.000Z job: JobManager pod a lost; from its own, by "
             "Flink; down 1.8 s\n");
}

BOOST_AUTO_TEST_CASE(a_job_that_is_suspected_is_well_and_told_of) {
  auto job = orders();
  job.status.conditions.push_back(
      {"Suspected", "True", "TaskManagersEnd", "its tasks fell with 3 containers", ten, 3});
  const auto told = text_of(explain(about(made(job))));
  BOOST_TEST(has(told, "RUNNING (STABLE), well"), told);
  BOOST_TEST(has(told, "TaskManagersEnd: its tasks fell with 3 containers"), told);
}

BOOST_AUTO_TEST_CASE(a_job_that_waits_for_slots) {
  auto job = orders();
  job.status.job.state = "RECONCILING";
  job.status.lifecycle_state = "UPGRADING";
  job.status.conditions[0] = {"Ready", "False", "WaitingForSlots", "waiting for 4 free slots",
                              ten,     3};
  job.status.restarts = {{"2026-11-26T09:58:00.000Z", "job", "TaskManager pod tm-1 lost", "", {}}};
  job.status.operation = operation{"submit", 3, "0f2a", "", "s3://chk-9", "jm", 1, ten.count()};
  auto pending = worker("tm-1");
  pending.phase = pod_phase::pending;
  pending.ready = false;
  pending.unschedulable = "0/3 nodes are available";
  auto crashing = worker("tm-2");
  crashing.ready = false;
  crashing.waiting_reason = "CrashLoopBackOff";
  crashing.waiting_message = "back-off 20s restarting";
  crashing.terminated_reason = "OOMKilled";
  crashing.exit_code = 137;
  crashing.restart_count = 3;
  auto found = about(made(job));
  found.pods = {made(worker("tm-0")), made(pending), made(crashing)};
  found.unread = {"events cannot be read: forbidden"};
  const auto told = explain(found);
  const auto text = text_of(told);
  BOOST_CHECK(told.health == health::unwell);
  BOOST_TEST(has(text, "state        RECONCILING (UPGRADING), NOT well\n"), text);
  BOOST_TEST(has(text,
                 "cause        WaitingForSlots: waiting for 4 free slots; TaskManager pod tm-1 "
                 "lost\n"),
             text);
  BOOST_TEST(has(text, "to do        raise spec.taskManager.replicas"), text);
  BOOST_TEST(
      has(text, "under way    submit of 0f2a since 2026-11-26T10:00:00Z, 0 ms ago, attempt 2\n"),
      text);
  BOOST_TEST(has(text,
                 "pods         tm-1: finds no node: 0/3 nodes are available\n"
                 "             tm-2: CrashLoopBackOff: back-off 20s restarting, restarted 3 times, "
                 "last OOMKilled (exit code 137)\n"),
             text);
  BOOST_TEST(has(text, "unread       events cannot be read: forbidden\n"), text);
  BOOST_TEST(has(text, "restore from s3://chk-9 (chosen for the start under way)\n"), text);
  BOOST_TEST(has(text, "job: TaskManager pod tm-1 lost; it lasts\n"), text);
}

BOOST_AUTO_TEST_CASE(who_is_well) {
  const auto health_of = [](auto primary) { return explain(about(made(primary))).health; };
  BOOST_CHECK(health_of(orders()) == health::well);
  BOOST_CHECK(health_of(session()) == health::well);
  auto job = orders();
  job.metadata.generation = 4;  // nobody has looked at it
  BOOST_CHECK(health_of(job) == health::unwell);
  job = orders();
  job.status.conditions.push_back(
      {std::string(paused_condition), "True", "Paused", "paused", ten, 3});
  BOOST_CHECK(health_of(job) == health::unwell);
  job = orders();
  job.status.conditions[0].status = "False";
  BOOST_CHECK(health_of(job) == health::unwell);
  job.status.job.state = "FINISHED";
  BOOST_CHECK(health_of(job) == health::well);
  job.status.job.state = "FAILED";
  BOOST_CHECK(health_of(job) == health::unwell);
  job.status.conditions.clear();  // no operator was there
  BOOST_CHECK(health_of(job) == health::unwell);
  auto cluster = session();
  cluster.status.conditions.push_back({"Degraded", "True", "RolloutHalted", "orders", ten, 2});
  BOOST_CHECK(health_of(cluster) == health::unwell);
  cluster = session();  // a changed spec is being carried out, and all works
  cluster.status.conditions.push_back({"Progressing", "True", "TakingCheckpoints", "", ten, 2});
  BOOST_CHECK(health_of(cluster) == health::well);
}

BOOST_AUTO_TEST_CASE(a_cluster_that_has_lost_slots) {
  auto cluster = session();
  cluster.status.conditions.push_back(
      {"Degraded", "True", "SlotsLost", "TaskManager tm-0 offers 1 of the 2 slots", ten, 2});
  const auto told = text_of(explain(about(made(cluster))));
  BOOST_TEST(has(told, "cause        SlotsLost: TaskManager tm-0 offers 1 of the 2 slots\n"), told);
  BOOST_TEST(has(told, "to do        delete the pods that the cause names"), told);
}

BOOST_AUTO_TEST_CASE(it_is_one_page) {
  auto job = orders();
  job.status.conditions[0] = {
      "Ready", "False", "SubmitFailed", std::string(5'000, 'x') + "\nat Main", ten, 3};
  job.metadata.generation = 4;
  for (int i = 0; i < 20; ++i)
    job.status.restarts.push_back({"t", "job", std::to_string(i), "", 1});
  job.status.lineage = lineage{1, {"id"}, restore_point{"a", 7, "checkpoint"}, 0};
  job.status.savepoint = savepoint_record{1, "COMPLETED", "t", "b", ""};
  auto found = about(made(job));
  for (int i = 0; i < 10; ++i) {
    auto bad = worker("tm-" + std::to_string(i));
    bad.ready = false;
    found.pods.push_back(made(bad));
  }
  found.unread.assign(5, "it cannot be read");
  const auto told = explain(found);
  const auto text = text_of(told);
  BOOST_TEST(lines_in(text) <= static_cast<std::size_t>(explanation_lines_max), text);
  BOOST_TEST(has(text, "tm-3: not ready (and 6 more pods)\n"), text);
  BOOST_TEST(told.restarts.front() == "t job: 19; down 1 ms");
  const auto json = nlohmann::json::parse(json_of(told));
  BOOST_TEST(json["healthy"] == false);
  BOOST_TEST(json["candidates"].size() == 2u);
  BOOST_TEST(json["subject"] == "FlinkSessionJob flink/orders");
}

BOOST_AUTO_TEST_CASE(a_cluster_whose_change_is_undone) {
  auto cluster = session();
  cluster.status.lifecycle_state = "ROLLED_BACK";
  cluster.status.conditions.push_back(
      {"Stalled", "True", "RolledBack", "generation 2 is undone: no such image", ten, 2});
  auto told = explain(about(made(cluster)));
  BOOST_CHECK(told.health == health::unwell);
  BOOST_TEST(told.state == "READY (ROLLED_BACK), 2 TaskManagers");
  BOOST_TEST(told.cause == "RolledBack: generation 2 is undone: no such image");
  BOOST_TEST(told.next.starts_with("nothing: the newest spec failed"));
  BOOST_TEST(told.remedies.front().ends_with("any change of it is tried anew"));
  cluster.status.conditions.back().reason = "RollbackFailed";
  told = explain(about(made(cluster)));
  BOOST_TEST(told.next.starts_with("nothing more is restarted"));
}

BOOST_AUTO_TEST_CASE(a_cluster_that_is_gone_or_going) {
  auto job = orders();
  auto found = about(made(job));
  found.cluster = nullptr;
  BOOST_TEST(explain(found).cluster == "session: it was not found");
  auto cluster = session();
  cluster.metadata.deletion_timestamp = ten - milliseconds{5'000};
  BOOST_TEST(explain(about(made(cluster))).state ==
             "READY (STABLE), 2 TaskManagers, being deleted since 2026-11-26T09:59:55Z, 5 s ago");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
