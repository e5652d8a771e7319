// The rules about FlinkSessionJob and FlinkStateSnapshot (operator-facts §13.2, §13.3).
#include "protocol/limits.hpp"
#include "protocol/primary_codec.hpp"
#include "protocol/validation_view.hpp"

namespace drey {

namespace {

using validation::report;

void check_object_name(const std::string& name, report& out) {
  if (!validation::is_object_name(name))
    out.error("metadata.name", "'" + excerpt(name) + "' is not a name for a Kubernetes resource",
              "Use lower case letters, digits, '-' and '.', with a letter or digit at both ends");
}

void check_cluster_reference(const flink_session_job_spec& spec, report& out) {
  if (spec.deployment_name.empty())
    out.error("spec.deploymentName", "is missing",
              "Name the FlinkDeployment in the same namespace that runs the job");
  else if (!validation::is_cluster_name(spec.deployment_name))
    out.error("spec.deploymentName",
              "'" + excerpt(spec.deployment_name) + "' cannot be the name of a FlinkDeployment",
              "Name the FlinkDeployment in the same namespace that runs the job");
}

void check_snapshot_reference(const job_spec& job, report& out) {
  if (!job.snapshot) return;
  const std::string field = "spec.job.flinkStateSnapshotReference";
  if (job.snapshot->name.empty() == job.snapshot->path.empty())
    out.error(field,
              job.snapshot->name.empty() ? "has neither name nor path" : "has both name and path",
              "Name a FlinkStateSnapshot, or say where a snapshot without one lies");
  if (job.initial_savepoint_path)
    out.error("spec.job.initialSavepointPath", "is given beside " + field, "Give one of the two");
}

/// What only the cluster's own resource tells.
void check_with_cluster(const flink_session_job_spec& spec, const flink_deployment& cluster,
                        const validation_options& options, report& out) {
  if (cluster.spec->job)
    out.error(
        "spec.deploymentName",
        "'" + excerpt(spec.deployment_name) + "' is an application cluster, which runs its own job",
        "Name a FlinkDeployment without spec.job");
  if (cluster.metadata.name != spec.deployment_name)
    out.error("spec.deploymentName", "does not name the cluster " + cluster.metadata.name,
              "Write the cluster's name");
  const auto defaults = validation::merged(options.defaults, cluster.spec->flink_configuration);
  const auto config = validation::merged(defaults, spec.flink_configuration);
  if (spec.job) {
    validation::check_job(*spec.job, config, std::nullopt, out);
    if (auto told = nostart_beside_high_availability(*spec.job, defaults))
      out.add(told->level, told->path, told->problem, told->remedy);
    const auto version = cluster.spec->flink_version.value_or(flink_version::v1_20);
    if (auto told = nostart_beside_old_flink(*spec.job, defaults, version))
      out.add(told->level, told->path, told->problem, told->remedy);
    if (auto told = configuration_not_taken(spec.flink_configuration, version))
      out.add(told->level, told->path, told->problem, told->remedy);
  }
  validation::check_autoscaler(config, out);
  validation::check_drain(config, out);
}

}  // namespace

findings validate_session_job(const flink_session_job& x, const flink_deployment* cluster,
                              const validation_options& options) {
  if (is_canary(x.metadata)) return {};
  report out;
  const auto& spec = *x.spec;
  check_object_name(x.metadata.name, out);
  check_cluster_reference(spec, out);
  if (!spec.job) out.error("spec.job", "is missing", "Describe the job");
  if (const auto deployed = deployed_spec(x);
      deployed && deployed->deployment_name != spec.deployment_name)
    out.error("spec.deploymentName",
              "cannot change from " + deployed->deployment_name + " to " + spec.deployment_name,
              "Put it back, or make a new FlinkSessionJob");
  if (spec.job) check_snapshot_reference(*spec.job, out);
  if (spec.job && spec.job->jar_uri) validation::check_jar_uri(*spec.job->jar_uri, options, out);
  if (spec.job && spec.job->parallelism > limits::parallelism_max && !cluster)
    out.error("spec.job.parallelism",
              std::to_string(spec.job->parallelism) + " is beyond Flink's bound",
              "Use at most " + std::to_string(limits::parallelism_max));
  if (spec.job && spec.job->parallelism < 0 && !cluster)
    out.error("spec.job.parallelism", "must be at least 1", "Write a number from 1");
  if (spec.job) validation::check_restart_policy(*spec.job, out);
  if (spec.job) validation::check_auto_parallelism(*spec.job, out);
  if (spec.job) validation::check_savepoint_trigger(*spec.job, out);
  validation::check_snapshot_options(spec.flink_configuration, out);
  validation::check_artifact_headers(spec.flink_configuration, out);
  validation::check_deletion_options(spec.flink_configuration, out);
  validation::check_rollback_settings(spec.flink_configuration, out);
  if (cluster) check_with_cluster(spec, *cluster, options, out);
  validation::check_unknown_fields(spec, out);
  return out.take();
}

findings validate_snapshot(const flink_state_snapshot& x, snapshot_target target) {
  report out;
  const auto& spec = *x.spec;
  check_object_name(x.metadata.name, out);
  if (spec.savepoint.has_value() == spec.checkpoint)
    out.error("spec",
              spec.checkpoint ? "has both savepoint and checkpoint"
                              : "has neither savepoint nor checkpoint",
              "Give exactly one of savepoint and checkpoint");
  const bool exists = spec.savepoint && spec.savepoint->already_exists;
  if (exists && spec.savepoint->path.empty())
    out.warning("spec.savepoint.path", "an existing savepoint has no path", "Say where it lies");
  const bool named = spec.job_kind.has_value() || spec.job_name.has_value();
  if (!exists && !named)
    out.error("spec.jobReference", "is missing", "Name the job by kind and name");
  const bool fresh = x.status.state.empty() || x.status.state == "TRIGGER_PENDING";
  if (!exists && named && fresh && target == snapshot_target::missing)
    out.error("spec.jobReference.name",
              "there is no " + spec.job_kind.value_or("job") + " " + spec.job_name.value_or(""),
              "Name a job in the same namespace");
  validation::check_unknown_fields(spec, out);
  return out.take();
}

}  // namespace drey
