#include "actors/snapshot_claims.hpp"

#include <algorithm>

#include "actors/application.hpp"
#include "actors/pause.hpp"
#include "protocol/validate.hpp"

namespace drey {

namespace {

void strip_end(std::string_view& path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
}

std::string normal(std::string_view path) {
  constexpr std::string_view metadata = "/_metadata";
  strip_end(path);
  if (path.ends_with(metadata)) path.remove_suffix(metadata.size());
  strip_end(path);
  if (!path.starts_with("file:") && !path.starts_with('/')) return std::string(path);
  if (path.starts_with("file:")) path.remove_prefix(5);
  while (path.starts_with("//")) path.remove_prefix(1);
  return "file:" + std::string(path);
}

bool is_named(const std::optional<std::string>& path, const std::string& snapshot) {
  return path && is_same_snapshot(*path, snapshot);
}

bool is_named(const std::optional<job_spec>& job, const std::string& snapshot) {
  return job && is_named(job->initial_savepoint_path, snapshot);
}

std::string remove_from_spec(const std::string& who) {
  return who + " names it in spec.job.initialSavepointPath: take it out there";
}

/// It has not begun yet, and is to begin with it.
bool begins_with(const flink_session_job& job, const flink_state_snapshot& snapshot) {
  const auto& spec = job.spec;
  if (!spec || !spec->job || !spec->job->snapshot) return false;
  if (job.status.lineage && job.status.lineage->submissions > 0) return false;
  const auto& asked = *spec->job->snapshot;
  if (is_same_snapshot(asked.path, snapshot.status.path)) return true;
  const auto& ns = asked.ns.empty() ? job.metadata.ns : asked.ns;
  return asked.name == snapshot.metadata.name && ns == snapshot.metadata.ns;
}

/// The execution that it was taken of is the one that the job runs, or ran last.
bool is_of_newest_execution(const lineage& history, const snapshot_origin& origin) {
  return !history.job_ids.empty() && history.job_ids.back() == origin.job_id;
}

/// Checkpoints go with an execution that is FINISHED.
bool is_kept(const restore_point& newest, const flink_session_job& job) {
  return job.status.job.state != "FINISHED" || newest.source != "checkpoint";
}

/// Of the job that it was taken of: whether nothing newer is on record.
bool may_be_newest(const flink_session_job& job, const lineage& history,
                   const snapshot_origin& origin) {
  const auto& newest = history.newest;
  if (!newest || !is_kept(*newest, job)) return true;
  if (newest->checkpoint_id != 0 && origin.checkpoint_id != 0)
    return newest->checkpoint_id <= origin.checkpoint_id;
  // Whoever is started again is started from its newest state: what it had before is older.
  return is_of_newest_execution(history, origin) && newest->end_of != origin.job_id;
}

bool is_of_branch(const lineage& history, const snapshot_origin& origin) {
  const auto found = std::ranges::find(history.job_ids, origin.job_id);
  if (found == history.job_ids.end()) return false;
  const auto number = history.submissions - (history.job_ids.end() - found) + 1;
  return number > history.branch;
}

/// Preferred to newer state, whatever the job has.
bool is_preferred(const flink_session_job& job, const flink_state_snapshot& snapshot,
                  const std::vector<object_ptr>& all) {
  if (!job.spec || !job.spec->job ||
      job.spec->job->restore_preference != restore_preference::snapshot)
    return false;
  const auto history = job.status.lineage.value_or(lineage{});
  if (!is_linked(snapshot, job.metadata.uid, history)) return false;
  return std::ranges::none_of(all, [&](const object_ptr& live) {
    const auto* other = std::get_if<flink_state_snapshot>(live.get());
    return other != nullptr && !other->metadata.deletion_timestamp &&
           is_linked(*other, job.metadata.uid, history) &&
           other->status.origin->checkpoint_id > snapshot.status.origin->checkpoint_id;
  });
}

snapshot_claim claim_of_job(object_kind kind, const flink_session_job& job,
                            const flink_state_snapshot& snapshot,
                            const std::vector<object_ptr>& all) {
  const object_name name{job.metadata.ns, job.metadata.name};
  const auto who = std::string(name_of(kind)) + " " + text_of_name(name);
  const auto& path = snapshot.status.path;
  const auto history = job.status.lineage.value_or(lineage{});
  const bool is_restored_from =
      (history.newest && is_same_snapshot(history.newest->path, path)) ||
      (job.status.operation && is_same_snapshot(job.status.operation->path, path)) ||
      (job.status.trial && is_same_snapshot(job.status.trial->from, path)) ||
      is_same_snapshot(job.status.job.upgrade_savepoint_path, path);
  const auto& origin = snapshot.status.origin;
  const bool is_own = origin && origin->job_uid == job.metadata.uid;
  if (is_restored_from ||
      (is_own && is_of_branch(history, *origin) && may_be_newest(job, history, *origin)))
    return {"it may be the newest state of " + who +
                ": it goes when that has a newer checkpoint or savepoint, or is deleted",
            is_restored_from || origin->checkpoint_id != 0
                ? std::optional<job_reference>{{kind, name}}
                : std::nullopt};
  if (is_preferred(job, snapshot, all))
    return {who +
                " prefers it to newer state (spec.job.restorePreference): it goes when there is "
                "a newer FlinkStateSnapshot of that, or another preference",
            {}};
  if (begins_with(job, snapshot))
    return {who + " is to begin with it (spec.job.flinkStateSnapshotReference)", {}};
  if (job.spec && is_named(job.spec->job, path)) return {remove_from_spec(who), {}};
  const auto deployed = deployed_spec(job);
  if (deployed && is_named(deployed->job, path)) return {remove_from_spec(who), {}};
  return {};
}

snapshot_claim claim_of(const flink_session_job& job, const flink_state_snapshot& snapshot,
                        const std::vector<object_ptr>& all) {
  return claim_of_job(object_kind::flink_session_job, job, snapshot, all);
}

/// Another operator's application says less: then that is all there is to go by.
snapshot_claim claim_of(const flink_deployment& cluster, const flink_state_snapshot& snapshot,
                        const std::vector<object_ptr>& all) {
  if (is_application(cluster)) {
    auto claim =
        claim_of_job(object_kind::flink_deployment, session_job_of(cluster), snapshot, all);
    if (!claim.why.empty()) return claim;
  }
  const auto who = "FlinkDeployment " + text_of_name({cluster.metadata.ns, cluster.metadata.name});
  if (is_same_snapshot(cluster.status.job.upgrade_savepoint_path, snapshot.status.path))
    return {"it may be the newest state of " + who, {}};
  if (cluster.spec && is_named(cluster.spec->job, snapshot.status.path))
    return {remove_from_spec(who), {}};
  return {};
}

/// Two that are both being deleted do not wait for each other.
snapshot_claim claim_of(const flink_state_snapshot& other, const flink_state_snapshot& snapshot,
                        const std::vector<object_ptr>&) {
  if (other.metadata.uid == snapshot.metadata.uid || other.metadata.deletion_timestamp) return {};
  const auto& asked = other.spec ? other.spec->savepoint : std::nullopt;
  const bool names =
      is_same_snapshot(other.status.path, snapshot.status.path) ||
      (asked && asked->already_exists && is_same_snapshot(asked->path, snapshot.status.path));
  if (!names) return {};
  return {"FlinkStateSnapshot " + text_of_name({other.metadata.ns, other.metadata.name}) +
              " names the same files: delete it, too",
          {}};
}

template <class T>
snapshot_claim claim_of(const T&, const flink_state_snapshot&, const std::vector<object_ptr>&) {
  return {};
}

}  // namespace

bool is_same_snapshot(std::string_view a, std::string_view b) {
  return !a.empty() && !b.empty() && normal(a) == normal(b);
}

std::optional<job_reference> job_of(const flink_state_snapshot& snapshot) {
  const auto& spec = snapshot.spec;
  if (!spec || !spec->job_name) return std::nullopt;
  for (const auto kind : {object_kind::flink_session_job, object_kind::flink_deployment})
    if (spec->job_kind == name_of(kind))
      return job_reference{kind, {snapshot.metadata.ns, *spec->job_name}};
  return std::nullopt;
}

bool is_checkpoint_path(std::string_view path) {
  const auto text = normal(path);
  return std::string_view(text).substr(text.rfind('/') + 1).starts_with("chk-");
}

bool is_linked(const flink_state_snapshot& snapshot, const std::string& job_uid,
               const lineage& history) {
  const auto& origin = snapshot.status.origin;
  if (!origin || origin->job_uid != job_uid || origin->checkpoint_id == 0 || !snapshot.spec ||
      !snapshot.spec->savepoint || snapshot.status.state != "COMPLETED")
    return false;
  const auto& began = history.restored;
  return is_of_branch(history, *origin) ||
         (began && is_same_snapshot(began->path, snapshot.status.path));
}

std::string disposable_path(const flink_state_snapshot& snapshot) {
  const auto& spec = snapshot.spec;
  if (!spec || !spec->savepoint || !spec->savepoint->dispose_on_delete || !spec->job_name ||
      snapshot.status.state != "COMPLETED" || is_checkpoint_path(snapshot.status.path))
    return {};
  return snapshot.status.path;
}

const flink_deployment* disposer_of(const flink_state_snapshot& snapshot,
                                    const std::vector<object_ptr>& all) {
  const auto wanted = snapshot.status.origin ? snapshot.status.origin->cluster : std::string{};
  const flink_deployment* found = nullptr;
  for (const auto& one : all) {
    const auto* cluster = std::get_if<flink_deployment>(one.get());
    if (cluster == nullptr || cluster->metadata.deletion_timestamp ||
        is_paused(cluster->metadata) || cluster->status.job_manager_deployment_status != "READY")
      continue;
    if (found == nullptr || cluster->metadata.name == wanted) found = cluster;
  }
  return found;
}

std::vector<snapshot_claim> claims_on(const flink_state_snapshot& snapshot,
                                      const std::vector<object_ptr>& all) {
  std::vector<snapshot_claim> claims;
  for (const auto& one : all) {
    auto claim = std::visit([&](const auto& x) { return claim_of(x, snapshot, all); }, *one);
    if (!claim.why.empty()) claims.push_back(std::move(claim));
  }
  return claims;
}

}  // namespace drey
