#include "actors/job_picture.hpp"

#include <algorithm>

#include "protocol/configuration.hpp"

namespace drey {

bool list_is_live(const job_known& known) {
  return known.cluster.phase == cluster_phase::ready && known.cluster.jobs != nullptr;
}

bool may_live_elsewhere(const job_known& known) {
  const auto& cluster = known.cluster;
  return !cluster.high_availability && cluster.other_job_managers > 0 &&
         cluster.isolated_task_managers > 0;
}

const job_overview* row_of(const job_known& known, const job_id& id) {
  if (!list_is_live(known)) return nullptr;
  const auto& jobs = known.cluster.jobs->jobs;
  const auto found = std::ranges::find(jobs, id, &job_overview::id);
  return found == jobs.end() ? nullptr : &*found;
}

bool is_fresh_since(const job_known& known, std::uint64_t looks) {
  return list_is_live(known) && known.cluster.looks >= looks + 2;
}

bool is_terminal(std::string_view flink_state) {
  return flink_state == "FINISHED" || flink_state == "CANCELED" || flink_state == "FAILED";
}

bool all_tasks_run(const job_overview& row) {
  return row.state == "RUNNING" && row.tasks_total > 0 &&
         row.tasks_running + row.tasks_finished == row.tasks_total;
}

job_id current_id(const job_known& known) {
  return known.history.job_ids.empty() ? job_id{} : job_id{known.history.job_ids.back()};
}

std::vector<job_id> live_ids(const job_known& known) {
  std::vector<job_id> live;
  for (const auto& hex : known.history.job_ids) {
    const auto* row = row_of(known, {hex});
    if (row != nullptr && !is_terminal(row->state)) live.push_back({hex});
  }
  return live;
}

bool is_wanted(const job_known& known) {
  if (!known.problem.empty() && known.history.job_ids.empty()) return false;
  return known.spec && known.spec->job && known.spec->job->state == desired_state::running;
}

std::optional<std::string> setting_of(const job_known& known, std::string_view key) {
  auto text = known.spec ? value_of(known.spec->flink_configuration, key) : std::nullopt;
  if (!text && known.cluster.config) text = value_of(*known.cluster.config, key);
  return text;
}

milliseconds tasks_outlive(const job_known& known) {
  const auto setting = [&](std::string_view key, milliseconds otherwise) {
    if (!known.cluster.config) return otherwise;
    const auto text = value_of(*known.cluster.config, key);
    return text ? parse_duration(*text).value_or(otherwise) : otherwise;
  };
  return setting("heartbeat.timeout", limits::heartbeat_timeout) +
         setting("heartbeat.interval", limits::heartbeat_interval);
}

std::optional<submission> recorded_submission(const job_known& known) {
  const auto& operation = known.recorded->operation;
  if (!operation || operation->kind != "submit") return std::nullopt;
  return submission{{operation->id},        operation->path,    operation->generation,
                    operation->incarnation, operation->attempt, {}};
}

std::optional<stop_order> recorded_stop(const job_known& known) {
  const auto& operation = known.recorded->operation;
  if (!operation) return std::nullopt;
  if (operation->kind == "stop" || operation->kind == "drain")
    return stop_order{operation->kind == "stop" ? stop_way::savepoint : stop_way::drain,
                      current_id(known), operation->id, operation->directory,
                      operation->generation};
  if (operation->kind == "cancel")
    return stop_order{stop_way::cancel, {operation->id}, "", "", operation->generation};
  return std::nullopt;
}

bool is_established(const lineage& history, const job_id& id) {
  return id && history.newest && history.newest->end_of == id.hex;
}

bool is_suspended(const job_known& known) {
  return known.deployed && known.deployed->job &&
         known.deployed->job->state == desired_state::suspended;
}

submission next_submission(const job_known& known, std::string path, branch of) {
  const auto attempt = static_cast<std::uint64_t>(known.history.submissions) + 1;
  return {submission_id(known.uid, attempt),
          std::move(path),
          known.generation,
          known.cluster.incarnation,
          0,
          {},
          of};
}

}  // namespace drey
