#include "sim/checkers/checkers.hpp"

#include <algorithm>

#include "actors/application.hpp"
#include "actors/children.hpp"
#include "actors/job_picture.hpp"
#include "actors/restart_boundary.hpp"
#include "actors/slots_lost.hpp"
#include "actors/spec_problem.hpp"
#include "protocol/limits.hpp"
#include "protocol/validate.hpp"
#include "sim/checkers/history_checks.hpp"

namespace drey::sim {

namespace {

bool is_lease(const kube_body& body) {
  if (const auto* one = std::get_if<kube_replace>(&body))
    return kind_of(*one->wanted) == object_kind::lease;
  if (const auto* one = std::get_if<kube_create>(&body))
    return kind_of(*one->wanted) == object_kind::lease;
  return false;
}

bool is_event(const kube_body& body) {
  const auto* one = std::get_if<kube_apply>(&body);
  return one != nullptr && kind_of(*one->wanted) == object_kind::event;
}

std::string short_id(const std::string& id) { return id.substr(0, 8); }

}  // namespace

void checkers::fail(int rule, std::string text) {
  for (const auto& one : found_)
    if (one.rule == rule && one.text == text) return;  // the same thing again
  found_.push_back({rule, time_.now(), std::move(text)});
}

void checkers::leaves(const arrival& call) {
  acting_ = call.who->process;
  check_fence(*call.who, call.kube);
  if (const auto wrong = pauses_.broken_by(call); !wrong.empty()) fail(4, wrong);
  if (const auto wrong = yields_.broken_by(call, time_.wall()); !wrong.empty()) fail(4, wrong);
  if (const auto wrong = paths_.complaint(call); !wrong.empty()) fail(1, wrong);
  if (call.kube != nullptr) {
    check_choice(*call.kube);
    if (const auto* launch = std::get_if<kube_create>(call.kube)) check_launch(*launch);
    if (const auto wrong = removal_complaint(kube_, time_.wall(), *call.kube); !wrong.empty())
      fail(7, wrong);
    if (const auto wrong = unnamed_complaint(kube_, *call.kube); !wrong.empty()) fail(2, wrong);
    return check_preconditions(*call.kube);
  }
  if (const auto* run = std::get_if<run_jar>(call.flink)) {
    check_intent(*run);
    check_resolved(*run);
    check_parallelism(run->job, run->parallelism);
  }
  if (const auto* trigger = std::get_if<trigger_savepoint>(call.flink))
    check_savepoint_intent(*trigger);
  if (const auto* trigger = std::get_if<trigger_checkpoint>(call.flink))
    check_checkpoint_intent(*trigger);
  if (const auto* what = std::get_if<dispose_savepoint>(call.flink)) check_disposal(*what);
  if (const auto* stop = std::get_if<stop_job>(call.flink)) check_stop_intent(*stop);
  if (const auto* rescale = std::get_if<rescale_job>(call.flink)) check_rescale(*rescale);
  if (const auto* cancel = std::get_if<cancel_job>(call.flink)) check_farewell(*cancel);
}

void checkers::arrives(const arrival& call) {
  count(call);
  if (const auto wrong = storms_.broken_by(call, time_.now()); !wrong.empty()) fail(8, wrong);
  if (call.kube == nullptr) return;
  check_order(*call.kube);
  check_last_savepoint(*call.kube);
  check_suspicion(*call.kube);
  check_told_slots(*call.kube);
  note_suspended(*call.kube);
  if (const auto* what = std::get_if<kube_delete>(call.kube)) check_replacement(*what);
  if (const auto wrong = periodic_complaint(kube_, time_.wall(), *call.kube); !wrong.empty())
    fail(8, wrong);
}

// ── rule 2: intent before effect ────────────────────────────────────────────────────────────────

void checkers::check_intent(const run_jar& run) {
  const auto job = owner_of(run.job);
  if (job == nullptr)
    return fail(2, "a job was submitted under id " + short_id(run.job.hex) +
                       ", which belongs to no FlinkSessionJob");
  const auto& said = job->status.operation;
  if (!said || said->kind != "submit" || said->id != run.job.hex)
    fail(2, "job " + job->metadata.name + " was submitted under id " + short_id(run.job.hex) +
                " before its status named that id");
  else if (said->path != run.savepoint_path)
    fail(2, "job " + job->metadata.name + " was submitted from another path than its status says");
}

/// The JobManager of an application is the submission of its job.
void checkers::check_launch(const kube_create& launch) {
  const auto name = launch_of(*launch.wanted);
  if (name.empty()) return;
  check_inherited(metadata_of(*launch.wanted));
  const auto job = owner_of({name.substr(0, name.find('-'))});
  const auto& said = job != nullptr ? job->status.operation : std::nullopt;
  if (!said || said->kind != "submit" || !name.starts_with(said->id))
    return fail(2, "the JobManager of " + metadata_of(*launch.wanted).name +
                       " was made for a job before its status named it");
  const auto* workload = std::get_if<batch_job>(launch.wanted.get());
  const auto* several = std::get_if<deployment>(launch.wanted.get());
  if (workload != nullptr || several != nullptr)
    check_launched_parallelism(job_id{said->id},
                               (workload != nullptr ? workload->pods : several->pods).spec);
  if (workload != nullptr && !said->path.empty() &&
      workload->pods.spec.find(said->path + '"') == std::string::npos)
    fail(2, "the JobManager of " + metadata_of(*launch.wanted).name +
                " was made for another path than its status says");
}

void checkers::check_stop_intent(const stop_job& stop) {
  const auto job = owner_of(stop.job);
  if (job == nullptr) return;
  const auto& said = job->status.operation;
  const auto* kind = stop.drain ? "drain" : "stop";
  if (!said || said->kind != kind || said->id != stop.trigger_id)
    fail(2, "job " + job->metadata.name + " was stopped before its status named the savepoint");
}

// ── rule 3: unknown is not empty, and not failed ────────────────────────────────────────────────

void checkers::check_resolved(const run_jar& run) {
  const auto lineage = lineage_of(kube_, run.job);
  for (const auto& [id, whose] : unresolved_)
    if (whose == lineage && !lineage.empty())
      return fail(3, "job " + std::string(resource_of(lineage)) +
                         " was submitted again before the outcome of submission " + short_id(id) +
                         " was read");
}

/// Pods are deleted by nobody but for a JobManager that is dead; its kubelet must have said so. And
/// for TaskManagers that Flink made from an earlier spec.
void checkers::check_replacement(const kube_delete& what) {
  constexpr milliseconds dead_after{180'000};
  const auto* one = what.kind == object_kind::pod ? kube_.get<pod>(what.name) : nullptr;
  if (one == nullptr || one->metadata.uid != what.uid || one->metadata.deletion_timestamp) return;
  if (!what.resource_version.empty() && one->metadata.resource_version != what.resource_version)
    return;  // refused
  if (is_made_by_flink(*one)) return check_native_removal(*one);
  if (is_of_set(*one)) return check_replaced(*one);
  const auto text = "pod " + text_of_name(what.name) + " was deleted though ";
  if (check_abandoned(*one, text)) return;
  if (one->ready || !one->unready_since) return fail(3, text + "it answers its kubelet");
  const auto silent = timeline::wall_start + time_.now() - *one->unready_since;
  if (silent < dead_after)
    fail(3,
         text + "it answered its kubelet " + std::to_string(silent.count() / 1'000) + " s before");
}

/// On a node that does not answer: because a person said so, and where nothing shows that it works.
/// False: it is judged as one on any other, for it was not ready before its node was lost.
bool checkers::check_abandoned(const pod& one, const std::string& text) {
  constexpr milliseconds told_late{90'000};  // a watch that broke in silence is missed that late
  constexpr milliseconds lease{15'000};
  const auto lost = kube_.lost_since(one.node_name);
  const auto* owner = kube_.get<flink_deployment>({one.metadata.ns, one.metadata.labels.at("app")});
  if (!lost || owner == nullptr) return false;
  if (!owner->spec->job_manager.unreachable_node_seconds) {
    const bool was_unready = one.unready_since && *one.unready_since < timeline::wall_start + *lost;
    if (was_unready && time_.now() - *lost <= told_late) return false;
    fail(3, text + "nobody asked for it: the tolerations of its pod decide");
    return true;
  }
  const auto led = flink_.lock_renewed_for(one.metadata.uid);
  if (led && *led >= lease) fail(3, text + "it works: it renews its lock");
  return true;
}

void checkers::answered(const settled& call) {
  paths_.answered(call, time_.now());
  if (const auto* run = std::get_if<run_jar>(call.flink)) {
    const auto* why = std::get_if<refusal>(&call.answer->result);
    if (why != nullptr && may_have_happened(why->reason))
      unresolved_[run->job.hex] = lineage_of(kube_, run->job);
  }
  if (std::holds_alternative<get_jobs_overview>(*call.flink) &&
      std::holds_alternative<jobs_overview>(call.answer->result))
    unresolved_.clear();
}

// ── rule 4: fenced ──────────────────────────────────────────────────────────────────────────────

void checkers::check_fence(const caller& who, const kube_body* body) {
  if (body != nullptr && is_lease(*body)) return;
  for (const auto& [name, live] : kube_.all(object_kind::lease)) {
    const auto& held = std::get<lease>(*live);
    if (held.holder.empty() || held.holder == who.identity) continue;
    return fail(4, who.identity + " changed something while " + held.holder + " held the Lease");
  }
}

void checkers::check_preconditions(const kube_body& body) {
  if (const auto* gone = std::get_if<kube_delete>(&body); gone != nullptr && gone->uid.empty())
    fail(4,
         std::string(name_of(gone->kind)) + " " + gone->name.name + " was deleted without its UID");
  if (const auto* one = std::get_if<kube_write_status>(&body);
      one != nullptr && metadata_of(*one->wanted).resource_version.empty())
    fail(4, "a status was written without the resourceVersion it was computed from");
  if (const auto* one = std::get_if<kube_write_finalizers>(&body);
      one != nullptr && (one->resource_version.empty() || one->uid.empty()))
    fail(4, "finalizers were written without resourceVersion or UID");
}

// ── rule 8: quiet when done ─────────────────────────────────────────────────────────────────────

/// Checkpoint progress and nothing else, at most every five minutes: not a change (rule 8).
bool checkers::is_progress(const kube_body& body) {
  const auto* write = std::get_if<kube_write_status>(&body);
  const auto wanted = write != nullptr ? job_in(write->wanted) : nullptr;
  if (wanted == nullptr || !wanted->status.lineage) return false;
  const auto live = job_in(kube_.find(kind_of(*write->wanted), name_of(*write->wanted)));
  if (live == nullptr || !live->status.lineage) return false;
  auto before = live->status;
  auto after = wanted->status;
  before.lineage->newest.reset();
  after.lineage->newest.reset();
  if (before != after || live->status == wanted->status) return false;
  const auto last = progress_.find(live->metadata.uid);
  if (last != progress_.end() && time_.now() - last->second < limits::checkpoint_record_spacing)
    return false;
  progress_[live->metadata.uid] = time_.now();
  return true;
}

void checkers::count(const arrival& call) {
  if (call.kube != nullptr && (is_lease(*call.kube) || is_event(*call.kube))) return;
  if (call.kube != nullptr &&
      (is_progress(*call.kube) || is_acquittal(*call.kube) || is_check_alone(call)))
    return;
  ++mutating_calls_;
  last_mutation_ = time_.now();
  if (!must_be_quiet_) return;
  std::string what = "a Flink call";
  if (call.kube != nullptr) {
    if (const auto* one = std::get_if<kube_write_status>(call.kube))
      what = "a status write of " + name_of(*one->wanted).name;
    else if (const auto* apply = std::get_if<kube_apply>(call.kube))
      what = "an apply of " + name_of(*apply->wanted).name;
    else
      what = "a write";
  }
  fail(8, what + " " + std::to_string((time_.now() - quiet_since_).count() / 1000) +
              " s after everything had converged");
}

// ── rule 1: level-triggered ─────────────────────────────────────────────────────────────────────

/// Of what works, nothing lasts; and nothing is told twice.
void checkers::check_ledger(const std::string& whose, const std::vector<restart_record>& all) {
  if (all.size() > limits::restarts_told_max) fail(1, "the ledger of " + whose + " is too long");
  std::set<std::pair<std::string, std::string>> seen;
  for (const auto& one : all) {
    if (!one.down_ms)
      fail(1, whose + " works, but its ledger says that a restart lasts (" + one.why + ")");
    if (!seen.insert({one.what, one.since}).second)
      fail(1, "the ledger of " + whose + " tells of one restart twice (" + one.why + ")");
  }
}

/// Of pods that work nothing is told, however long something was wrong with them.
void checkers::check_told_trouble(const object_name& name, const flink_deployment& cluster) {
  const auto& all = cluster.status.conditions;
  const auto told = std::ranges::find(all, "Degraded", &condition::type);
  if (told == all.end() || told->status != "True" || told->reason == "RolloutHalted") return;
  if (told->reason == slots_lost_reason || tells_of_ends(*told)) return;  // pods work all the same
  for (const auto& [pod_name, live] : kube_.all(object_kind::pod)) {
    const auto& one = std::get<pod>(*live);
    const auto owner = one.metadata.labels.find(std::string(owner_uid_key));
    if (owner == one.metadata.labels.end() || owner->second != cluster.metadata.uid) continue;
    if (!one.ready || one.metadata.deletion_timestamp) return;
  }
  fail(1, "cluster " + text_of_name(name) + " is told to be degraded (" + told->reason + ": " +
              told->message + "), and every pod of it is ready");
}

namespace {

bool is_told_stalled(const flink_session_job& job) {
  const auto& all = job.status.conditions;
  const auto told = std::ranges::find(all, "Stalled", &condition::type);
  return told != all.end() && told->status == "True" && told->reason == "UpgradeFailed";
}

/// An application that a person has suspended.
bool is_suspended(const flink_deployment& cluster) {
  return cluster.spec->job && cluster.spec->job->state == desired_state::suspended;
}

/// An application that is suspended, or whose job is over.
bool needs_no_process(const flink_deployment& cluster) {
  return is_suspended(cluster) || (cluster.spec->job && is_terminal(cluster.status.job.state));
}

}  // namespace

void checkers::converged() {
  check_left_behind();
  if (const auto wrong = yields_.told_for_ever(); !wrong.empty()) fail(1, wrong);
  check_snapshots();
  check_shared_slots();
  for (const auto& there : jobs_there(kube_)) {
    const auto& job = *there.job;
    const auto name = drey::name_of(*there.live);
    const auto lineage = text_of_name(name) + "@" + job.metadata.uid;
    if (pauses_.is_paused(*there.live)) continue;
    if (job.metadata.deletion_timestamp) {
      fail(1, "job " + text_of_name(name) + " is still being deleted, long after the last fault");
      continue;
    }
    if (job.spec->job && job.spec->job->state == desired_state::suspended) {
      // But for one whose savepoint failed again and again: that waits for a person, and says so.
      if (flink_.live_executions(lineage) > 0 && !is_told_stalled(job))
        fail(1, "job " + text_of_name(name) + " runs, though it is suspended");
      continue;
    }
    if (!kube_.find(object_kind::flink_deployment, {name.ns, job.spec->deployment_name})) continue;
    if (is_refused(job)) {
      if (!deployed_spec(job) && flink_.live_executions(lineage) > 0)
        fail(1, "job " + text_of_name(name) + " runs, though it is refused");
      continue;
    }
    const auto& state = job.status.job.state;
    if (state == "FINISHED" || state == "CANCELED" || state == "FAILED") continue;
    if (flink_.live_executions(lineage) == 0)
      fail(1, "job " + text_of_name(name) +
                  " does not run, long after the last fault (its status: " + state +
                  (job.status.error.empty() ? "" : ", " + job.status.error) + ")");
    else if (state != "RUNNING")
      fail(1, "job " + text_of_name(name) + " runs, but its status says " + state);
    else
      check_ledger("job " + text_of_name(name), job.status.restarts);
    if (state == "RUNNING" && job.status.lineage && job.status.lineage->unlisted)
      fail(1, "the savepoint at " + job.status.lineage->unlisted->path + " of job " +
                  text_of_name(name) + " has no FlinkStateSnapshot, long after the last fault");
    if (const auto wrong = length_complaint(kube_, pauses_, job);
        state == "RUNNING" && !wrong.empty())
      fail(1, wrong);
  }
  check_clusters_at_rest();
}

/// What a suspended application had is let go of: pods cost, whether they work or not.
void checkers::check_rests(const object_name& name, const flink_deployment& cluster) {
  for (const auto& [pod_name, live] : kube_.all(object_kind::pod)) {
    const auto& one = std::get<pod>(*live);
    const auto app = one.metadata.labels.find("app");
    const bool ours =
        pod_name.ns == name.ns && app != one.metadata.labels.end() && app->second == name.name;
    if (ours && !one.metadata.deletion_timestamp && cluster.status.lifecycle_state == "SUSPENDED")
      fail(1,
           "cluster " + text_of_name(name) + " is suspended, and still has pod " + pod_name.name);
  }
}

void checkers::check_clusters_at_rest() {
  for (const auto& [name, live] : kube_.all(object_kind::flink_deployment)) {
    const auto& cluster = std::get<flink_deployment>(*live);
    if (pauses_.is_paused(*live)) continue;
    if (cluster.metadata.deletion_timestamp) {
      fail(1,
           "cluster " + text_of_name(name) + " is still being deleted, long after the last fault");
      continue;
    }
    if (!problem_of(cluster).empty()) continue;
    const bool led_to = kube_.find(object_kind::ingress, name) != nullptr;
    if (led_to != cluster.spec->ingress.has_value())
      fail(1, "cluster " + text_of_name(name) +
                  (led_to ? " still has an Ingress that its spec has lost"
                          : " lacks the Ingress that its spec asks for"));
    if (is_suspended(cluster)) check_rests(name, cluster);
    if (needs_no_process(cluster)) continue;
    const auto truth = flink_.cluster_truth(name);
    const bool native = mode_of(cluster) == deployment_mode::native;
    const auto wanted = native ? 0 : wanted_task_managers(*cluster.spec);
    if (native) check_native(name, cluster);
    if (!truth)
      fail(1, "cluster " + text_of_name(name) + " has no JobManager, long after the last fault");
    else if (truth->task_managers < wanted && !check_held_growth(name, cluster))
      fail(1, "cluster " + text_of_name(name) + " has " + std::to_string(truth->task_managers) +
                  " of " + std::to_string(wanted) + " TaskManagers, long after the last fault");
    else
      check_ledger("cluster " + text_of_name(name), cluster.status.restarts);
    check_scale(name, cluster);
    check_cluster_rollback(name, cluster);
    check_told_trouble(name, cluster);
    check_lost_slots(name, cluster);
  }
}

}  // namespace drey::sim
