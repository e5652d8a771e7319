#include "actors/explanation.hpp"

#include <algorithm>

#include "actors/application.hpp"
#include "actors/explanation_reasons.hpp"
#include "actors/job_suspects.hpp"
#include "actors/pause.hpp"
#include "actors/preflight_condition.hpp"
#include "actors/replicas_contest.hpp"
#include "actors/rivals.hpp"
#include "actors/room.hpp"
#include "protocol/timestamp.hpp"

namespace drey {

bool rests_rightly(const flink_session_job& job) {
  const bool asleep = job.spec && job.spec->job && job.spec->job->state == desired_state::suspended;
  return asleep || job.status.job.state == "FINISHED";
}
bool rests_rightly(const flink_deployment& cluster) {
  return is_application(cluster) && rests_rightly(session_job_of(cluster));
}

namespace {

constexpr std::size_t pods_told_max = 4;
constexpr std::size_t restarts_told = 5;

const condition* find(const std::vector<condition>& all, std::string_view type) {
  const auto found = std::ranges::find(all, type, &condition::type);
  return found == all.end() ? nullptr : &*found;
}

bool is_true(const condition* one) { return one != nullptr && one->status == "True"; }

/// The condition that says most about it now; null: none was written yet.
const condition* leading(const std::vector<condition>& all) {
  for (const std::string_view bad :
       {paused_condition, yielding_condition, std::string_view("Stalled"),
        std::string_view("Degraded"), std::string_view("Progressing")})
    if (const auto* one = find(all, bad); is_true(one)) return one;
  return find(all, "Ready");
}

std::string ago(milliseconds then, milliseconds now) {
  return timestamp_seconds(then) + ", " + span_text(std::max(milliseconds{0}, now - then)) + " ago";
}

// ── what both kinds have ────────────────────────────────────────────────────────────────────────

std::string state_of(const flink_session_job& job) {
  const auto& state = job.status.job.state;
  const auto& chosen = job.status.parallelism;
  return (state.empty() ? "nothing in Flink yet" : state) + " (" + job.status.lifecycle_state +
         ")" + (chosen ? ", parallelism " + std::to_string(chosen->current) : "");
}
std::string state_of(const flink_deployment& cluster) {
  const auto job = is_application(cluster) ? ", job " + state_of(session_job_of(cluster)) : "";
  return cluster.status.job_manager_deployment_status + " (" + cluster.status.lifecycle_state +
         "), " + std::to_string(cluster.status.task_manager_replicas) + " TaskManagers" + job;
}

std::string restart_line(const restart_record& one) {
  auto text = one.since + " " + one.what + ": " + one.why;
  if (!one.from.empty()) text += "; from " + one.from;
  return text + (one.down_ms ? "; down " + span_text(milliseconds{*one.down_ms}) : "; it lasts");
}

template <class Primary>
void explain_status(explanation& told, const Primary& primary, const evidence& found) {
  const auto& status = primary.status;
  const auto* main = leading(status.conditions);
  told.state = state_of(primary);
  if (primary.metadata.deletion_timestamp)
    told.state += ", being deleted since " + ago(*primary.metadata.deletion_timestamp, found.wall);
  const auto kind = kind_of(*found.primary);
  if (main == nullptr) {
    told.cause = "drey has not written a status yet";
    told.next = "nothing, unless an operator watches this namespace";
    told.remedies = {"is drey-operator running, and does it watch this namespace?"};
    return;
  }
  const bool ready = is_true(find(status.conditions, "Ready"));
  const bool well = ready && main->type != paused_condition && main->type != yielding_condition &&
                    main->type != "Stalled" && main->type != "Degraded";
  told.health = well || rests_rightly(primary) ? health::well : health::unwell;
  told.since = ago(main->last_transition_time, found.wall);
  told.cause = main->reason + ": " + main->message;
  const auto lasting =
      std::ranges::find_if(status.restarts, [](const restart_record& one) { return !one.down_ms; });
  if (lasting != status.restarts.end()) told.cause += "; " + lasting->why;
  const auto& row = row_of_reason(kind, main->reason);
  told.next = row.next;
  told.remedies = {std::string(row.remedy)};
  for (const auto beside : {replicas_contested, over_committed, suspected_condition})
    if (const auto* one = find(status.conditions, beside); is_true(one))
      told.remedies.push_back(one->reason + ": " + one->message);
  if (const auto* checks = find(status.conditions, preflight_condition);
      checks != nullptr && checks->status == "False")
    told.remedies.push_back(checks->reason + ": " + checks->message);
  if (status.observed_generation < primary.metadata.generation) {
    told.health = health::unwell;
    told.remedies.push_back("the newest spec (generation " +
                            std::to_string(primary.metadata.generation) +
                            ") was not taken up yet: is drey-operator running?");
  }
  if (status.operation)
    told.under_way = status.operation->kind + " of " + status.operation->id + " since " +
                     ago(milliseconds{status.operation->started}, found.wall) + ", attempt " +
                     std::to_string(status.operation->attempt + 1);
  const auto count = std::min(restarts_told, status.restarts.size());
  for (std::size_t i = 0; i < count; ++i)
    told.restarts.push_back(restart_line(status.restarts[status.restarts.size() - 1 - i]));
}

// ── Events and pods ─────────────────────────────────────────────────────────────────────────────

std::string last_action_of(const evidence& found) {
  const event_record* newest = nullptr;
  for (const auto& one : found.events) {
    const auto* event = std::get_if<event_record>(one.get());
    if (event == nullptr || event->involved_uid != metadata_of(*found.primary).uid) continue;
    if (newest == nullptr || event->last > newest->last) newest = event;
  }
  if (newest == nullptr) return {};
  return newest->reason + ": " + newest->message + " (" + ago(newest->last, found.wall) + ")";
}

/// Empty: it is well.
std::string unwell_text(const pod& one, milliseconds wall) {
  const auto& meta = one.metadata;
  if (meta.deletion_timestamp) return "terminating since " + ago(*meta.deletion_timestamp, wall);
  if (!one.unschedulable.empty()) return "finds no node: " + one.unschedulable;
  if (!one.reason.empty()) return one.reason;
  std::string text = one.waiting_reason;
  if (!text.empty() && !one.waiting_message.empty()) text += ": " + one.waiting_message;
  if (text.empty() && one.phase == pod_phase::pending) text = "pending";
  if (text.empty() && !one.ready) text = "not ready";
  if (one.restart_count == 0) return text;
  text +=
      (text.empty() ? "" : ", ") + ("restarted " + std::to_string(one.restart_count)) + " times";
  if (one.terminated_reason.empty()) return text;
  return text + ", last " + one.terminated_reason + " (exit code " + std::to_string(one.exit_code) +
         ")";
}

void explain_pods(explanation& told, const evidence& found) {
  std::size_t more = 0;
  for (const auto& one : found.pods) {
    const auto* live = std::get_if<pod>(one.get());
    const auto trouble = live == nullptr ? std::string{} : unwell_text(*live, found.wall);
    if (trouble.empty()) continue;
    if (told.pods.size() < pods_told_max)
      told.pods.push_back(live->metadata.name + ": " + trouble);
    else
      ++more;
  }
  if (more > 0) told.pods.back() += " (and " + std::to_string(more) + " more pods)";
}

// ── a job ───────────────────────────────────────────────────────────────────────────────────────

void explain_candidates(explanation& told, const flink_session_job& job) {
  const auto& status = job.status;
  if (status.operation && !status.operation->path.empty())
    told.candidates.push_back(status.operation->path + " (chosen for the start under way)");
  if (status.lineage && status.lineage->newest)
    told.candidates.push_back(status.lineage->newest->path + " (" + status.lineage->newest->source +
                              ", the newest in status)");
  if (status.savepoint && !status.savepoint->location.empty())
    told.candidates.push_back(status.savepoint->location + " (savepoint that was asked for)");
  if (job.spec && job.spec->job && job.spec->job->initial_savepoint_path)
    told.candidates.push_back(*job.spec->job->initial_savepoint_path + " (initialSavepointPath)");
}

void explain_cluster(explanation& told, const flink_session_job& job, const evidence& found) {
  const auto name = job.spec ? job.spec->deployment_name : std::string{"?"};
  const auto* cluster =
      found.cluster ? std::get_if<flink_deployment>(found.cluster.get()) : nullptr;
  if (cluster == nullptr) {
    told.cluster = name + ": it was not found";
    return;
  }
  const auto* main = leading(cluster->status.conditions);
  told.cluster = name + ": " + state_of(*cluster) +
                 (main == nullptr ? "" : ", " + main->reason + ": " + main->message);
}

}  // namespace

std::string span_text(milliseconds length) {
  const auto ms = length.count();
  const auto two = [](std::int64_t much, const char* big, std::int64_t rest, const char* small) {
    return std::to_string(much) + big + (rest == 0 ? "" : " " + std::to_string(rest) + small);
  };
  if (ms < 1'000) return std::to_string(ms) + " ms";
  if (ms < 60'000) {
    const auto tenths = ms / 100;
    return std::to_string(tenths / 10) +
           (tenths % 10 == 0 ? "" : "." + std::to_string(tenths % 10)) + " s";
  }
  const auto s = ms / 1'000;
  if (s < 3'600) return two(s / 60, " min", s % 60, " s");
  if (s < 86'400) return two(s / 3'600, " h", s % 3'600 / 60, " min");
  return two(s / 86'400, " d", s % 86'400 / 3'600, " h");
}

explanation explain(const evidence& found) {
  explanation told;
  const auto kind = kind_of(*found.primary);
  told.subject = std::string(name_of(kind)) + " " + text_of_name(name_of(*found.primary));
  told.unread = found.unread;
  told.last_action = last_action_of(found);
  explain_pods(told, found);
  if (const auto* job = std::get_if<flink_session_job>(found.primary.get())) {
    explain_status(told, *job, found);
    explain_cluster(told, *job, found);
    explain_candidates(told, *job);
  }
  if (const auto* cluster = std::get_if<flink_deployment>(found.primary.get())) {
    explain_status(told, *cluster, found);
    if (is_application(*cluster)) explain_candidates(told, session_job_of(*cluster));
  }
  return told;
}

}  // namespace drey
