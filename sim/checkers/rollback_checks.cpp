/// Rules 1 and 5 for a changed spec that is undone: only where that was asked for, and only as long
/// as nothing was written under it.
#include <utility>

#include "protocol/configuration.hpp"
#include "protocol/primary_codec.hpp"
#include "protocol/reconciled_spec.hpp"
#include "protocol/validate.hpp"
#include "sim/checkers/checkers.hpp"

namespace drey::sim {

namespace {

constexpr std::string_view asking_key = "kubernetes.operator.deployment.rollback.enabled";

bool asks(const flink_session_job_spec& spec) {
  return value_of(spec.flink_configuration, asking_key) == "true";
}

}  // namespace

/// By the spec that failed, which is the newest one, the one that runs, or their cluster.
bool checkers::asks_for_rollback(const flink_session_job& job,
                                 const flink_session_job_spec& undone) const {
  if (asks(undone) || (job.spec && asks(*job.spec))) return true;
  const auto* cluster = kube_.get<flink_deployment>({job.metadata.ns, undone.deployment_name});
  return cluster != nullptr && cluster->spec &&
         value_of(cluster->spec->flink_configuration, asking_key) == "true";
}

/// `began` is the first execution of the spec that counts again; those of the one that failed, if
/// there were any, stand right before it.
void checkers::check_rollback(const execution& began) {
  const auto job = owner_of(began.job);
  const auto deployed = job != nullptr ? deployed_spec(*job) : std::nullopt;
  if (!deployed) return;
  auto& seen = under_spec_[began.lineage];
  const auto text = encode_spec(*deployed);
  const auto failed = seen.spec != text ? std::exchange(seen.ids, {}) : std::set<std::string>{};
  seen.spec = text;
  seen.ids.insert(began.job.hex);
  const auto& record = job->status.rollback;
  if (job->status.reconciliation.state != rolled_back || !record || record->at == seen.undone)
    return;
  seen.undone = record->at;
  check_undone(*job, began, failed);
}

void checkers::check_undone(const flink_session_job& job, const execution& began,
                            const std::set<std::string>& failed) {
  const auto whose = std::string(resource_of(began.lineage));
  auto as_reconciled = job;
  as_reconciled.status.reconciliation.state.clear();
  const auto undone = deployed_spec(as_reconciled);
  if (undone && !asks_for_rollback(job, *undone))
    fail(1, "the changed spec of job " + whose + " was undone, though nobody asked for that");
  const auto& newest = began.newest_at_start;
  const bool is_of_it = newest && failed.contains(newest->job.hex);
  if (is_of_it)
    fail(5, "the changed spec of job " + whose + " was undone, although " + newest->path +
                " had been written under it");
}

}  // namespace drey::sim
