/// Rules 5 and 6: state never regresses, and one execution per resource.
#include <algorithm>
#include <utility>

#include "actors/children.hpp"
#include "actors/restart_boundary.hpp"
#include "actors/rollout_machine.hpp"
#include "protocol/configuration.hpp"
#include "protocol/flink_versions.hpp"
#include "protocol/primary_codec.hpp"
#include "protocol/reconciled_spec.hpp"
#include "protocol/validate.hpp"
#include "sim/checkers/checkers.hpp"

namespace drey::sim {

namespace {

bool is_job_manager_of(const pod& one, const std::string& cluster) {
  const auto says = [&](const char* key, std::string_view value) {
    const auto found = one.metadata.labels.find(key);
    return found != one.metadata.labels.end() && found->second == value;
  };
  return says("component", label_of(component::job_manager)) && says("app", cluster);
}

/// Several jobs make their checkpoints one beside the other, under faults; this is long after.
constexpr milliseconds fresh_max{300'000};
/// A list on its way, and the order that follows from it.
constexpr milliseconds untold_max{3'000};

std::string version_of(const pod_template& pods) {
  const auto found = pods.annotations.find(std::string(flink_version_key));
  return found == pods.annotations.end() ? std::string() : found->second;
}

/// By name, or all of them.
bool is_let_go(const flink_deployment& cluster, std::string_view job) {
  const auto said = cluster.metadata.annotations.find(std::string(allow_restart_key));
  if (said == cluster.metadata.annotations.end()) return false;
  const auto all = "," + said->second + ",";
  return said->second == "*" || all.find("," + std::string(job) + ",") != std::string::npos;
}

/// Why nobody may restart it unasked; empty: one may.
std::string held_by(const flink_session_job_spec& spec) {
  if (value_of(spec.flink_configuration, "execution.runtime-mode") == "BATCH")
    return "it is a batch job";
  const auto policy = spec.job ? spec.job->restart : std::nullopt;
  if (!policy || *policy == restart_policy::on_failure) return {};
  return "its restartPolicy is " + std::string(name_of(*policy));
}

}  // namespace

job_ptr checkers::owner_of(const job_id& id) {
  const auto lineage = lineage_of(kube_, id);
  if (lineage.empty()) return nullptr;
  const auto name = std::string(resource_of(lineage));
  const auto slash = name.find('/');
  return job_named(kube_, {name.substr(0, slash), name.substr(slash + 1)});
}

void checkers::look() {
  const auto& all = flink_.executions();
  for (; executions_seen_ < all.size(); ++executions_seen_) check_execution(all[executions_seen_]);
}

/// A restart by the operator's own choice: a workload gets another template, or a window leaves
/// TaskManagers behind that work.
void checkers::check_choice(const kube_body& body) {
  if (const auto* removed = std::get_if<kube_delete>(&body)) return check_removed(*removed);
  const auto* applied = std::get_if<kube_apply>(&body);
  if (applied == nullptr) return;
  const auto name = name_of(*applied->wanted);
  if (const auto* wanted = std::get_if<deployment>(&*applied->wanted)) {
    const auto* live = kube_.get<deployment>(name);
    if (live != nullptr && live->available_replicas > 0 && live->pods != wanted->pods) {
      check_disturbed(name, nullptr);
      const auto* cluster = kube_.get<flink_deployment>(name);
      const bool forgets =
          cluster != nullptr && !is_highly_available(cluster->spec->flink_configuration);
      if (forgets || version_of(live->pods) != version_of(wanted->pods)) check_stopped(name);
    }
  }
  if (const auto* wanted = std::get_if<stateful_set>(&*applied->wanted)) {
    const auto* live = kube_.get<stateful_set>(name);
    if (live == nullptr) return;
    const auto first = kube_.keeps_ordinals(*live) ? wanted->first_ordinal() : 0;
    const auto stays = [&](std::int32_t ordinal) {
      return ordinal >= first && ordinal < first + wanted->replicas;
    };
    for (auto ordinal = live->first_ordinal(); live->holds(ordinal); ++ordinal) {
      if (stays(ordinal)) continue;
      const auto* left = kube_.get<pod>({name.ns, name.name + "-" + std::to_string(ordinal)});
      if (left == nullptr || !left->ready || left->metadata.deletion_timestamp) continue;
      if (!kube_.reachable({}, left->node_name)) continue;  // lost, not chosen
      const auto cluster = left->metadata.labels.find("app");
      const auto jobs = flink_.jobs_on(left->metadata.uid);
      if (cluster != left->metadata.labels.end())
        check_disturbed({name.ns, cluster->second}, &jobs);
    }
  }
}

bool checkers::is_of_set(const pod& x) {
  return std::ranges::any_of(x.metadata.owners,
                             [](const owner_reference& one) { return one.kind == "StatefulSet"; });
}

/// Where the API server keeps no ordinals, a rollout deletes TaskManagers one by one.
void checkers::check_replaced(const pod& x) {
  const object_name cluster{x.metadata.ns, x.metadata.labels.at("app")};
  const auto* live = kube_.get<flink_deployment>(cluster);
  if (live == nullptr || !live->status.rollout)
    return fail(5, "TaskManager " + x.metadata.name + " was deleted, and no rollout asks for that");
  if (!x.ready || !kube_.reachable({}, x.node_name)) return;  // lost, not chosen
  const auto jobs = flink_.jobs_on(x.metadata.uid);
  check_disturbed(cluster, &jobs);
}

/// An application's JobManager goes only when its job is over, or will not come to be.
void checkers::check_removed(const kube_delete& what) {
  if (what.kind != object_kind::deployment && what.kind != object_kind::batch_job) return;
  const auto* cluster = kube_.get<flink_deployment>(what.name);
  if (cluster == nullptr || !cluster->spec->job || cluster->metadata.deletion_timestamp) return;
  bool up = false;         // a JobManager of this cluster
  bool own = false;        // and it goes with what is removed
  bool followers = false;  // TaskManagers go with it
  for (const auto& [name, thing] : kube_.all(object_kind::pod)) {
    const auto& live = std::get<pod>(*thing);
    const auto& owners = live.metadata.owners;
    const bool goes = std::ranges::find(owners, what.uid, &owner_reference::uid) != owners.end();
    const bool leads = name.ns == what.name.ns && is_job_manager_of(live, what.name.name);
    up |= leads && live.ready;
    own |= leads && live.ready && goes;
    followers |= !leads && goes;
  }
  if (own || (up && followers)) check_stopped(what.name);
}

/// The next JobManager will not know its jobs, or not understand them: all must have been stopped.
void checkers::check_stopped(const object_name& cluster) {
  for (const auto& there : jobs_there(kube_)) {
    const auto& job = *there.job;
    const auto name = drey::name_of(*there.live);
    if (!job.spec || name.ns != cluster.ns || job.spec->deployment_name != cluster.name) continue;
    const auto truth = flink_.job_truth(name);
    if (truth && truth->state == "RUNNING" && truth->tasks_running == truth->tasks_total &&
        !began_just_now(text_of_name(name) + "@" + job.metadata.uid))
      fail(5, "job " + text_of_name(name) + " was not stopped before its cluster was restarted");
  }
}

/// TaskManagers with tasks go because they are replaced, or because the spec lets them when there
/// are too many.
bool checkers::may_take_task_managers(const object_name& cluster) const {
  const auto* live = kube_.get<flink_deployment>(cluster);
  if (live == nullptr || live->spec->task_manager.scale_down == scale_down::disruptive) return true;
  const auto& rollout = live->status.rollout;
  return rollout && (rollout->action == name_of(restart_action::replace_task_managers) ||
                     rollout->action == name_of(restart_action::restart_both));
}

/// When its tasks last began to work; what it did before that is in what they began from, or lost.
std::optional<milliseconds> checkers::began_at(const std::string& lineage) const {
  const auto& starts = flink_.starts();
  const auto newest = std::find_if(starts.rbegin(), starts.rend(), [&](const task_start& one) {
    return flink_.executions()[one.execution].lineage == lineage;
  });
  if (newest == starts.rend()) return std::nullopt;
  return newest->at;
}

/// Its tasks took their slots so short a time ago that nobody could have been told.
bool checkers::began_just_now(const std::string& lineage) const {
  const auto began = began_at(lineage);
  return began && time_.now() - *began <= untold_max;
}

/// Every job that works there (of `only`, when given) may be restarted unasked, and loses little
/// by it.
void checkers::check_disturbed(const object_name& cluster, const std::set<std::string>* only) {
  for (const auto& there : jobs_there(kube_)) {
    const auto& job = *there.job;
    const auto name = drey::name_of(*there.live);
    if (!job.spec || name.ns != cluster.ns || job.spec->deployment_name != cluster.name) continue;
    const auto whose = text_of_name(name);
    const auto lineage = whose + "@" + job.metadata.uid;
    if ((only != nullptr && !only->contains(whose)) || began_just_now(lineage)) continue;
    const auto truth = flink_.job_truth(name);
    if (!truth || truth->state != "RUNNING" || truth->tasks_running != truth->tasks_total) continue;
    check_brake(cluster, lineage);
    if (only != nullptr && !may_take_task_managers(cluster))
      fail(5, "a TaskManager with tasks of job " + whose +
                  " was taken away by choice, though the spec of its cluster does not let it go");
    const auto* live = kube_.get<flink_deployment>(cluster);
    const auto held = held_by(*job.spec);
    if (!held.empty() && (live == nullptr || !is_let_go(*live, name.name)))
      fail(5, "job " + whose + " was about to be restarted by choice, though " + held);
    const auto newest = flink_.newest_durable(lineage);
    const auto unsaved =
        time_.now() - (newest ? std::max(newest->taken, began_at(lineage).value_or(milliseconds{0}))
                              : milliseconds{0});
    if (!newest || unsaved > fresh_max)
      fail(5, "job " + whose + " was about to be restarted by choice with " +
                  std::to_string(std::chrono::floor<seconds>(unsaved).count()) +
                  " s of work that no checkpoint has");
  }
}

/// A person changed the spec, and said that the job begins anew: without state, or from what they
/// named.
bool checkers::is_rewound(const execution& began) {
  const auto job = owner_of(began.job);
  if (job == nullptr) return false;
  const auto now = deployed_spec(*job);
  auto& before = carried_out_[began.lineage];
  if (!now || !now->job) return false;
  const auto text = encode_spec(*now);
  const auto was = std::exchange(before, text);
  if (was.empty() || was == text) return false;
  const auto decoded = decode_session_job_spec(was);
  const auto* then = std::get_if<flink_session_job_spec>(&decoded);
  if (then == nullptr || !then->job) return false;
  const auto& nonce = now->job->savepoint_redeploy_nonce;
  if (nonce && nonce != then->job->savepoint_redeploy_nonce)
    return began.restored == normal_path(now->job->initial_savepoint_path.value_or(""));
  // What counts again was stopped the way of the spec that failed.
  const bool undone = job->status.reconciliation.state == rolled_back && job->spec->job;
  const auto mode = undone ? job->spec->job->upgrade : now->job->upgrade;
  return mode == upgrade_mode::stateless && began.restored.empty();
}

void checkers::check_execution(const execution& began) {
  const auto whose = std::string(resource_of(began.lineage));
  // What a lost JobManager left behind on TaskManagers ends by itself: Flink's own overlap.
  const auto overlaps = [&](const execution& other) {
    return other.id < began.id && other.lineage == began.lineage &&
           (!other.end || *other.end > began.start) && flink_.may_work(other) &&
           (!other.orphaned || *other.orphaned > began.start);
  };
  if (std::ranges::any_of(flink_.executions(), overlaps))
    fail(6, "job " + whose + " was started while an execution of it was live");
  // What is to begin where nothing is does not begin: it ends before any task of it runs.
  if (!began.restored.empty() && flink_.file_at(began.restored) == nullptr) return;
  // What Flink recovers by itself it recovers from its newest checkpoint, by its own rules.
  if (began.origin == execution_origin::recovered) return;
  check_drained(began);
  check_policy(began);
  check_rollback(began);
  check_preference(began);
  if (is_rewound(began)) {
    rewinds_[began.lineage] = {began.start, began.position_at_start};
    return;
  }
  if (!began.newest_at_start) return;
  const auto branch = rewinds_.find(began.lineage);
  const bool of_branch =
      branch == rewinds_.end() || began.newest_at_start->taken >= branch->second.at;
  const auto least = of_branch ? began.newest_at_start->position : branch->second.position;
  if (began.position_at_start >= least) return;
  if (is_preferred(began)) {
    rewinds_[began.lineage] = {began.start, began.position_at_start};
    return;
  }
  fail(5, "job " + whose + " was started from " +
              (began.restored.empty() ? "nothing" : began.restored) + " although " +
              began.newest_at_start->path + " is newer and durable");
}

}  // namespace drey::sim
