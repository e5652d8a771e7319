/// The part of the root that brings jobs and clusters together, and pauses both.
#include <algorithm>

#include "actors/operator_actor.hpp"
#include "actors/primary_log.hpp"
#include "protocol/reconciled_spec.hpp"
#include "protocol/validate.hpp"

namespace drey {

namespace {

/// Where it was deployed, whatever its spec says now; else where it asks to be.
std::string cluster_of(const flink_session_job& job) {
  const auto& text = deployed_text(job.status.reconciliation);
  const auto& asked = job.spec->deployment_name;
  if (text.empty() || text.find("\"deploymentName\":\"" + asked + "\"") != std::string::npos)
    return asked;
  const auto deployed = deployed_spec(job);
  return deployed ? deployed->deployment_name : asked;
}

}  // namespace

void operator_shell::leave_cluster(child& job) {
  const auto cluster = children_.find(job.cluster_uid);
  if (cluster != children_.end() && cluster->second.actor)
    self_->send(cluster->second.actor, job_left{metadata_of(*job.live).uid});
  job.cluster_uid.clear();
}

/// It is with a cluster, and names another one.
bool operator_shell::has_moved(const child& job) const {
  const auto& primary = std::get<flink_session_job>(*job.live);
  const auto before = children_.find(job.cluster_uid);
  return primary.spec && before != children_.end() &&
         name_of(*before->second.live).name != cluster_of(primary);
}

/// Brings a job and its cluster together; a job without a cluster is told so once absence means it.
/// Whatever it had begun to do for another one must not be done here: a new actor begins with what
/// its status holds.
void operator_shell::join(child& job) {
  if (!job.actor) return;
  const auto& primary = std::get<flink_session_job>(*job.live);
  if (!primary.spec) return;
  if (has_moved(job)) return replace(job);
  const auto* cluster = cluster_named({primary.metadata.ns, cluster_of(primary)});
  if (cluster == nullptr || !cluster->actor || !cluster->paused.empty()) {
    job.cluster_uid.clear();
    if (!world_known_) return;
    cluster_view none;
    const auto wanted = cluster_of(primary);
    const bool is_strange = strangers_.contains({primary.metadata.ns, wanted});
    if (is_strange) tell_of_stranger(job, wanted);
    none.phase =
        cluster == nullptr && !is_strange ? cluster_phase::missing : cluster_phase::unknown;
    self_->send(job.actor, cluster_changed{none, nullptr});
    return;
  }
  const auto& uid = metadata_of(*cluster->live).uid;
  if (job.cluster_uid == uid) return;
  job.cluster_uid = uid;
  self_->send(
      cluster->actor,
      job_joined{primary.metadata.uid, {primary.metadata.ns, primary.metadata.name}, job.actor});
}

void operator_shell::tell_of_stranger(child& job, const std::string& cluster) {
  if (is_left(job) || std::exchange(job.told_of_stranger, true)) return;
  out_->tell(*job.live, "Warning", "ClusterNotSelected",
             "FlinkDeployment " + cluster + " is not selected by --label-selector " +
                 settings_.label_selector +
                 ", so nothing is done for this job: give both the same labels");
}

void operator_shell::join_jobs_of(const object_name& cluster) {
  for (auto& [uid, one] : children_) {
    if (one.kind != object_kind::flink_session_job) continue;
    const auto& primary = std::get<flink_session_job>(*one.live);
    if (!primary.spec || primary.metadata.ns != cluster.ns || cluster_of(primary) != cluster.name)
      continue;
    one.cluster_uid.clear();
    join(one);
  }
}

// ── directories (decision 0040) ─────────────────────────────────────────────────────────────────

void operator_shell::claim_directories(const child& job) {
  const auto& primary = std::get<flink_session_job>(*job.live);
  const auto& meta = primary.metadata;
  if (!primary.spec) return;
  directory_claim claim{meta.uid,
                        {meta.ns, meta.name},
                        meta.creation_timestamp.value_or(milliseconds{0}),
                        directories_named(*primary.spec)};
  if (!claim.directories.empty()) {
    const auto deployed = deployed_spec(primary);
    claim.carried_out = deployed && directories_named(*deployed) == claim.directories;
  }
  tell_of_directories(directories_.note(claim));
}

void operator_shell::tell_of_directories(const std::vector<std::string>& jobs) {
  for (const auto& uid : jobs) {
    const auto found = children_.find(uid);
    if (found == children_.end() || !found->second.actor) continue;
    auto problem = directories_.problem_of(uid);
    if (problem == std::exchange(found->second.told_taken, problem)) continue;
    self_->send(found->second.actor, directories_taken{std::move(problem)});
  }
}

// ── pauses (decision 0010) ──────────────────────────────────────────────────────────────────────

/// A job whose cluster is paused is paused with it.
std::string operator_shell::why_paused(const child& one) {
  const auto& meta = metadata_of(*one.live);
  auto why = drey::why_paused(meta, settings_.pauses);
  if (why.empty() && one.kind == object_kind::flink_state_snapshot) return why_snapshot_paused(one);
  if (!why.empty() || one.kind != object_kind::flink_session_job) return why;
  const auto& job = std::get<flink_session_job>(*one.live);
  if (!job.spec) return {};
  const auto* cluster = cluster_named({meta.ns, job.spec->deployment_name});
  if (cluster == nullptr || cluster->paused.empty()) return {};
  return "its cluster " + job.spec->deployment_name + " is paused";
}

void operator_shell::pause_or_resume(child& one) {
  auto why = why_paused(one);
  if (why != std::exchange(one.paused, why)) replace(one);
}

void operator_shell::pause_or_resume_jobs_of(const object_name& cluster) {
  for (auto& [uid, one] : children_) {
    if (one.kind != object_kind::flink_session_job) continue;
    const auto& job = std::get<flink_session_job>(*one.live);
    if (job.spec && name_of(*one.live).ns == cluster.ns &&
        job.spec->deployment_name == cluster.name)
      pause_or_resume(one);
  }
}

/// The gate first: from here on nothing of the old actor goes out, whatever it does until it ends.
void operator_shell::replace(child& one) {
  if (one.gate) one.gate->close();
  if (one.kind == object_kind::flink_session_job) leave_cluster(one);
  if (one.actor) {
    self_->demonitor(one.actor);
    self_->send_exit(one.actor, caf::exit_reason::user_shutdown);
    one.actor = nullptr;
  }
  if (!one.parked) spawn(one);
  if (one.kind == object_kind::flink_deployment) pause_or_resume_jobs_of(name_of(*one.live));
  if (one.kind != object_kind::flink_state_snapshot)
    pause_or_resume_snapshots_of({one.kind, name_of(*one.live)});
}

/// Its gate is closed already: whatever the newest copy says, it needs a successor.
void operator_shell::hear(const pause_seen& told) {
  const auto found = children_.find(metadata_of(*told.live).uid);
  if (found == children_.end()) return;
  auto& one = found->second;
  if (!is_left(one) && is_fresher(*told.live, *one.live)) one.live = told.live;
  one.paused = why_paused(one);
  replace(one);
}

}  // namespace drey
