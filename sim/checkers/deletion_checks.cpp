/// A job whose deletion is to be preceded by a savepoint
/// (`kubernetes.operator.job.savepoint-on-deletion`): it is never cancelled for it, what it was
/// stopped with can be found when its resource is gone, and nothing goes on from a drained one. And
/// one that is to keep its state is not cancelled where its checkpoints end with that.
#include <algorithm>

#include "actors/children.hpp"
#include "actors/spec_problem.hpp"
#include "protocol/configuration.hpp"
#include "protocol/deletion_options.hpp"
#include "protocol/flink_versions.hpp"
#include "protocol/snapshot_options.hpp"
#include "protocol/validate.hpp"
#include "sim/checkers/checkers.hpp"

namespace drey::sim {

namespace {

configuration in_effect(const kubernetes& kube, const flink_session_job& job) {
  auto all = job.spec->flink_configuration;
  const auto* cluster = kube.get<flink_deployment>({job.metadata.ns, job.spec->deployment_name});
  if (cluster != nullptr && cluster->spec)
    for (const auto& [key, value] : cluster->spec->flink_configuration) all.emplace(key, value);
  return all;
}

bool is_to_be_saved(const kubernetes& kube, const flink_session_job& job) {
  return job.spec && job.metadata.deletion_timestamp &&
         is_on(in_effect(kube, job), savepoint_on_deletion_key);
}

/// By the configuration that its execution was submitted with.
bool deletes_checkpoints(const std::optional<flink_session_job_spec>& deployed) {
  return deployed &&
         value_of(deployed->flink_configuration, retention_key) == "DELETE_ON_CANCELLATION";
}

/// What is undone goes back to state from before it.
bool is_to_keep_state(const flink_session_job& job,
                      const std::optional<flink_session_job_spec>& deployed) {
  if (!job.spec || !job.spec->job || job.metadata.deletion_timestamp || job.status.rollback)
    return false;
  const auto& nonce = job.spec->job->savepoint_redeploy_nonce;
  const bool rewound =
      nonce && !(deployed && deployed->job && deployed->job->savepoint_redeploy_nonce == nonce);
  return job.spec->job->upgrade != upgrade_mode::stateless && !rewound;
}

/// Its own finalizer goes, and this write is not refused.
job_ptr released_by(const kubernetes& kube, const kube_body& body) {
  const auto* write = std::get_if<kube_write_finalizers>(&body);
  if (write == nullptr) return nullptr;
  const auto job = job_in(kube.find(write->kind, write->name));
  if (job == nullptr || !has_finalizer(job->metadata, session_job_finalizer) ||
      job->metadata.resource_version != write->resource_version)
    return nullptr;
  const auto& left = write->finalizers;
  return std::ranges::find(left, session_job_finalizer) == left.end() ? job : nullptr;
}

bool is_named_by_snapshot(const kubernetes& kube, const std::string& path) {
  return std::ranges::any_of(kube.all(object_kind::flink_state_snapshot), [&](const auto& entry) {
    const auto& spec = std::get<flink_state_snapshot>(*entry.second).spec;
    return spec && spec->savepoint && normal_path(spec->savepoint->path) == path;
  });
}

}  // namespace

/// What is cancelled for another reason, and before its deletion was heard of, its status names.
void checkers::check_farewell(const cancel_job& cancel) {
  const auto job = owner_of(cancel.job);
  if (job == nullptr) return;
  const auto& said = job->status.operation;
  const auto deployed = deployed_spec(*job);
  if (said && said->kind == "cancel" && deletes_checkpoints(deployed) &&
      is_to_keep_state(*job, deployed))
    fail(5, "job " + job->metadata.name +
                " was cancelled to go on from its newest checkpoint, and Flink deletes that then");
  if (!is_to_be_saved(kube_, *job) || (said && said->kind == "cancel")) {
    rightly_cancelled_.insert(cancel.job.hex);
    return;
  }
  const auto truth = flink_.job_truth({job->metadata.ns, job->metadata.name});
  if (truth && truth->id == cancel.job && truth->state == "RUNNING")
    fail(5, "job " + job->metadata.name +
                " was cancelled, though its deletion is to be preceded by a savepoint");
}

/// Whoever cancelled it, its last state was there to be kept.
void checkers::check_last_state(const flink_session_job& job, const std::string& lineage) {
  const auto& all = flink_.executions();
  const auto last = std::find_if(all.rbegin(), all.rend(),
                                 [&](const execution& one) { return one.lineage == lineage; });
  const auto deleted = *job.metadata.deletion_timestamp - timeline::wall_start;
  if (last != all.rend() && last->how == execution_end::canceled && last->end &&
      *last->end > deleted && !rightly_cancelled_.contains(last->job.hex))
    fail(5, "job " + std::string(resource_of(lineage)) +
                " was let go without a savepoint, though it ran when it was deleted");
}

/// One that ended before it was stopped has none.
void checkers::check_last_savepoint(const kube_body& body) {
  const auto job = released_by(kube_, body);
  if (job == nullptr || !is_to_be_saved(kube_, *job)) return;
  const auto name = text_of_name({job->metadata.ns, job->metadata.name});
  const auto lineage = name + "@" + job->metadata.uid;
  check_last_state(*job, lineage);
  const auto& said = job->status.operation;
  if (!said || (said->kind != "stop" && said->kind != "drain")) return;
  if (value_of(in_effect(kube_, *job), snapshot_resource_key) == "false") return;
  const auto newest = flink_.newest_durable(lineage);
  const bool is_of_stop = newest && newest->path.find("/" + said->id + "/") != std::string::npos;
  if (is_of_stop && !is_named_by_snapshot(kube_, newest->path))
    fail(7, "job " + name + " was let go before a FlinkStateSnapshot told of its last savepoint");
}

void checkers::check_drained(const execution& began) {
  const auto* from = flink_.file_at(began.restored);
  if (from != nullptr && from->drained)
    fail(5, "job " + std::string(resource_of(began.lineage)) + " was started from " +
                began.restored + ", which was written after the end of event time");
}

}  // namespace drey::sim
