#include "actors/spec_problem.hpp"

#include <algorithm>

#include "protocol/snapshot_options.hpp"
#include "protocol/validate.hpp"

namespace drey {

namespace {

/// Jars of session jobs are fetched by drey itself; what may be fetched is the operator's setting.
validation_options operator_rules(const jar_sources& jars = {}) {
  validation_options options;
  options.allowed_schemes = jars.schemes;
  options.hosts = jars.hosts;
  return options;
}

std::string first_error(const findings& all) {
  for (const auto& one : all)
    if (one.level == severity::error) return text_of_finding(one);
  return {};
}

}  // namespace

std::vector<std::string> warnings_of(const flink_deployment& cluster) {
  std::vector<std::string> texts;
  if (!cluster.spec) return texts;
  for (const auto& one : validate_deployment(cluster, operator_rules()))
    if (one.level == severity::warning)
      texts.push_back(text_of_error({one.path, one.problem, one.remedy, one.line}));
  return texts;
}

bool has_finalizer(const object_meta& meta, std::string_view finalizer) {
  return std::ranges::find(meta.finalizers, finalizer) != meta.finalizers.end();
}

std::string problem_of(const flink_session_job& job, const jar_sources& jars) {
  if (!job.spec) return job.unreadable;
  auto problem = first_error(validate_session_job(job, nullptr, operator_rules(jars)));
  if (!problem.empty()) return problem;
  if (!job.spec->job->jar_uri)
    return "spec.job.jarURI: it is missing. Give the http, https or s3 address of the job's jar";
  return {};
}

std::string problem_beside(const flink_session_job& job, const configuration& cluster,
                           flink_version version) {
  if (!job.spec || !job.spec->job) return {};
  auto told = nostart_beside_high_availability(*job.spec->job, cluster);
  if (!told) told = nostart_beside_old_flink(*job.spec->job, cluster, version);
  if (!told) told = periodic_savepoints_without_directory(job.spec->flink_configuration, cluster);
  return told ? text_of_finding(*told) : std::string{};
}

std::string problem_of(const flink_deployment& cluster) {
  if (!cluster.spec) return cluster.unreadable;
  return first_error(validate_deployment(cluster, operator_rules()));
}

/// Whether its job is there is no matter of the spec: it may come.
std::string problem_of(const flink_state_snapshot& snapshot) {
  if (!snapshot.spec) return snapshot.unreadable;
  auto problem = first_error(validate_snapshot(snapshot, snapshot_target::unknown));
  if (!problem.empty()) return problem;
  const auto& savepoint = snapshot.spec->savepoint;
  if (savepoint && savepoint->already_exists && savepoint->path.empty())
    return "spec.savepoint.path: it is missing. Say where the savepoint lies";
  return {};
}

}  // namespace drey
