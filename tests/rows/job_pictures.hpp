/// Pictures of a session job for its rows: "orders" with UID "uid" in generation 3, ours by its
/// finalizer, wanted RUNNING from nothing; its cluster is ready under the JobManager pod "jm-1" and
/// lists no job, in its tenth list; cancelling the first keeps its checkpoints; the clock shows 100
/// s. Changes are applied to that.
#pragma once

#include <memory>

#include "actors/job_machine.hpp"
#include "protocol/deletion_options.hpp"
#include "tests/rows/rows.hpp"

namespace drey::rows::job_pictures {

using m = job_machine;

inline constexpr ticket t0{0}, t1{1}, t2{2};
constexpr milliseconds s(std::int64_t seconds) { return milliseconds{seconds * 1'000}; }

/// So many lists of jobs were read; what began at `long_ago` has been looked at often enough.
inline constexpr std::uint64_t seen_lists = 10, long_ago = 8, just_now = 9;

inline const job_id first = submission_id("uid", 1);
inline const job_id second = submission_id("uid", 2);
inline const submission what{first, "", 3, "jm-1", 0, 0};
/// Asked for before, with an unknown outcome.
inline const submission what_is_open{first, "", 3, "jm-1", 0, 1};

template <class... Changes>
m seeing(Changes... changes) {
  m machine;
  auto& known = machine.known;
  known.now = {s(100), s(100)};
  known.name = {"ns", "orders"};
  known.uid = "uid";
  known.generation = 3;
  known.finalizer = true;
  flink_session_job_spec spec;
  spec.deployment_name = "session";
  spec.job = job_spec{};
  spec.job->parallelism = 2;
  known.spec = std::make_shared<const flink_session_job_spec>(std::move(spec));
  known.cluster.phase = cluster_phase::ready;
  known.cluster.incarnation = "jm-1";
  known.cluster.looks = seen_lists;
  known.cluster.version = flink_version::v1_20;
  known.cluster.jobs = std::make_shared<const jobs_overview>();
  known.retention = {first, true};
  (changes(known), ...);
  return machine;
}

/// What Flink told of the checkpoints of `first` when it is cancelled; `untold`: nothing yet.
inline auto checkpoints_are_deleted() {
  return [](job_known& x) { x.retention = {first, false}; };
}
inline auto untold() {
  return [](job_known& x) { x.retention.reset(); };
}

/// A change of the spec's job.
template <class F>
auto spec(F change) {
  return [=](job_known& x) {
    auto copy = *x.spec;
    change(*copy.job);
    x.spec = std::make_shared<const flink_session_job_spec>(std::move(copy));
  };
}
inline auto suspended() {
  return spec([](job_spec& x) { x.state = desired_state::suspended; });
}
inline auto policy(restart_policy which) {
  return spec([=](job_spec& x) { x.restart = which; });
}
inline auto starting_from(std::string path) {
  return spec([=](job_spec& x) { x.initial_savepoint_path = path; });
}

/// The snapshot that the spec names; its store cannot be read.
inline auto looked_at(std::string path) {
  return [=](job_known& x) { x.reference = {path, "", path}; };
}

/// The JobManager lists `id` as Flink tells it: a state, and how many of two tasks run.
inline auto listed(const job_id& id, std::string state, std::int32_t running = 2) {
  return [=](job_known& x) {
    auto jobs = *x.cluster.jobs;
    jobs.jobs.push_back({id, "orders", state, 0, 2, running, 0});
    x.cluster.jobs = std::make_shared<const jobs_overview>(std::move(jobs));
  };
}
inline auto with_isolated_task_managers(std::int32_t count) {
  return [=](job_known& x) { x.cluster.isolated_task_managers = count; };
}
inline auto with_other_job_managers(std::int32_t count) {
  return [=](job_known& x) { x.cluster.other_job_managers = count; };
}
inline auto cluster_config(configuration config) {
  return [=](job_known& x) { x.cluster.config = std::make_shared<const configuration>(config); };
}
inline auto cluster_is(cluster_phase phase) {
  return [=](job_known& x) { x.cluster.phase = phase; };
}
inline auto under(std::string incarnation) {
  return [=](job_known& x) { x.cluster.incarnation = incarnation; };
}
inline auto flink_is(flink_version version) {
  return [=](job_known& x) { x.cluster.version = version; };
}
inline auto deleting() {
  return [](job_known& x) { x.deleting = true; };
}
/// A savepoint comes before its end.
inline auto saved_first() {
  return [](job_known& x) {
    auto copy = *x.spec;
    copy.flink_configuration[std::string(savepoint_on_deletion_key)] = "true";
    x.spec = std::make_shared<const flink_session_job_spec>(std::move(copy));
  };
}
inline auto without_finalizer() {
  return [](job_known& x) { x.finalizer = false; };
}
inline auto without_spec() {
  return [](job_known& x) { x.spec = nullptr; };
}
inline auto problem(std::string text) {
  return [=](job_known& x) { x.problem = text; };
}
inline auto at(std::int64_t seconds) {
  return [=](job_known& x) { x.now = {s(seconds), s(seconds)}; };
}
inline auto generation(std::int64_t number) {
  return [=](job_known& x) { x.generation = number; };
}

/// Status names an unfinished submission of `id` to "jm-1".
inline auto recorded_submit(const job_id& id, std::string path = "") {
  return [=](job_known& x) {
    x.recorded.change().operation = operation{"submit", 3, id.hex, "", path, "jm-1", 0, 0};
    x.history.job_ids = {id.hex};
    x.history.submissions = 1;
  };
}
/// Status names a stop of `id` that is under way.
inline auto recorded_stop_of(const stop_order& order) {
  return [=](job_known& x) {
    const bool graceful = takes_savepoint(order.way);
    const auto* kind = order.way == stop_way::drain ? "drain" : graceful ? "stop" : "cancel";
    x.recorded.change().operation = operation{kind,
                                              order.generation,
                                              graceful ? order.trigger_id : order.job.hex,
                                              order.directory,
                                              "",
                                              "jm-1",
                                              0,
                                              0};
    x.history.job_ids = {order.job.hex};
    x.history.submissions = 1;
  };
}
/// What a changed spec needs.
inline auto needs(job_need need) {
  return [=](job_known& x) { x.need = need; };
}
inline auto upgrades_by(upgrade_mode mode) {
  return spec([=](job_spec& x) { x.upgrade = mode; });
}
inline auto with_directories() {
  return [](job_known& x) {
    x.cluster.config = std::make_shared<const configuration>(
        configuration{{"execution.checkpointing.dir", "s3://c"},
                      {"execution.checkpointing.savepoint-dir", "s3://sp"}});
  };
}
inline auto with_checkpoints() {
  return [](job_known& x) {
    x.cluster.config = std::make_shared<const configuration>(
        configuration{{"execution.checkpointing.dir", "s3://c"}});
  };
}
/// A savepoint may have been taken under it.
inline auto with_trigger(std::string id) {
  return [=](job_known& x) { x.history.triggers = {id}; };
}
inline auto ordered_to_rest(std::uint64_t order) {
  return [=](job_known& x) { x.cluster.rest_order = order; };
}
inline auto tried_to_rest(rest_attempts attempts) {
  return [=](job_known& x) { x.rests = attempts; };
}
inline auto change_failed(change_record record) {
  return [=](job_known& x) { x.change = record; };
}
/// Changed specs that fail are undone.
inline auto undoes() {
  return [](job_known& x) {
    auto copy = *x.spec;
    copy.flink_configuration["kubernetes.operator.deployment.rollback.enabled"] = "true";
    x.spec = std::make_shared<const flink_session_job_spec>(std::move(copy));
  };
}
/// Another spec was stable before.
inline auto stable_before(upgrade_mode mode = upgrade_mode::last_state) {
  return [=](job_known& x) {
    auto copy = *x.spec;
    copy.job->args = {"--before"};
    copy.job->upgrade = mode;
    x.stable = std::make_shared<const flink_session_job_spec>(std::move(copy));
  };
}
inline auto on_trial(trial_record record) {
  return [=](job_known& x) { x.trial = record; };
}
inline auto undone(rollback_record record) {
  return [=](job_known& x) { x.rollback = record; };
}

/// What was carried out last left it suspended.
inline auto carried_out_suspended() {
  return [](job_known& x) {
    auto copy = *x.spec;
    copy.job->state = desired_state::suspended;
    x.deployed = std::make_shared<const flink_session_job_spec>(std::move(copy));
  };
}

/// `ids` were sent before; the last is the present one.
inline auto sent(std::vector<job_id> ids) {
  return [=](job_known& x) {
    x.history.job_ids.clear();
    for (const auto& id : ids) x.history.job_ids.push_back(id.hex);
    x.history.submissions = static_cast<std::int64_t>(ids.size());
  };
}
inline auto recorded_state(const job_id& id, std::string state) {
  return [=](job_known& x) {
    x.recorded.change().job.job_id = id.hex;
    x.recorded.change().job.state = state;
  };
}
inline auto failures(std::int32_t count) {
  return [=](job_known& x) { x.history.failures = count; };
}
inline auto newest_recorded(restore_point point) {
  return [=](job_known& x) { x.history.newest = point; };
}
/// The same state as that with which `id` ended.
inline restore_point end_of(const job_id& id, restore_point point) {
  point.end_of = id.hex;
  return point;
}
inline auto with_high_availability() {
  return [](job_known& x) { x.cluster.high_availability = true; };
}
inline auto told_by_job_manager(std::optional<restore_point> point) {
  return [=](job_known& x) {
    x.found.change().job_manager = point ? pointer_answer::found : pointer_answer::none;
    x.found.change().from_job_manager = point;
  };
}
inline auto named_by_ha(restore_point point) {
  return [=](job_known& x) {
    x.found.change().ha_metadata = pointer_answer::found;
    x.found.change().from_ha_metadata = point;
  };
}

}  // namespace drey::rows::job_pictures

namespace drey::rows {

extern template class table<job_machine>;

}  // namespace drey::rows
