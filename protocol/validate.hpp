/// The operator's rules about its primaries: the same in the operator, in `drey validate` and in
/// the simulator. Rules and their order: Apache's DefaultValidator (operator-facts §13); all
/// findings are given, not only the first. Whatever Apache accepts has no error here, but for
/// options that it passes over because it cannot read them (validate_snapshots.cpp); warnings and
/// the bounds of limits.hpp go beyond it.
///
/// Only what can be read: errors of decoding (primary_codec.hpp, manifest.hpp) come before these.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "protocol/configuration.hpp"
#include "protocol/finding.hpp"
#include "protocol/flink_resources.hpp"
#include "protocol/jar_sources.hpp"

namespace drey {

struct validation_options {
  /// Flink's configuration before `spec.flinkConfiguration`: the operator's defaults.
  configuration defaults;
  /// Of a session job's jarURI, in lower case (`user.artifacts.allowed-schemes`).
  std::vector<std::string> allowed_schemes{"https"};
  /// Further schemes that get a warning instead of an error.
  std::vector<std::string> tolerated_schemes;
  restricted_hosts hosts = restricted_hosts::refused;
};

/// For a person at a desk, who knows neither the operator's settings nor its network.
validation_options offline_validation();

findings validate_deployment(const flink_deployment& x, const validation_options& options);

/// `cluster`: the FlinkDeployment that it names; null: not known, and then not judged.
findings validate_session_job(const flink_session_job& x, const flink_deployment* cluster,
                              const validation_options& options);

/// `restartPolicy: nostart` promises what a session cluster with high availability cannot keep.
/// `cluster`: its configuration.
std::optional<finding> nostart_beside_high_availability(const job_spec& job,
                                                        const configuration& cluster);

/// The same on a Flink before 1.17 whose cluster restarts jobs.
std::optional<finding> nostart_beside_old_flink(const job_spec& job, const configuration& cluster,
                                                flink_version version);
/// What of a job's own configuration a Flink before 1.17 is not told.
std::optional<finding> configuration_not_taken(const configuration& own, flink_version version);

/// Whether the job that a snapshot refers to is there.
enum class snapshot_target { unknown, found, missing };
findings validate_snapshot(const flink_state_snapshot& x, snapshot_target target);

/// The spec that was deployed last, out of `status.reconciliationStatus`; none: nothing was
/// deployed, or it cannot be read.
std::optional<flink_deployment_spec> deployed_spec(const flink_deployment& x);
std::optional<flink_session_job_spec> deployed_spec(const flink_session_job& x);

/// Out of the text of `lastStableSpec`; none: there is none, or it was not to run.
std::optional<flink_session_job_spec> stable_spec(const std::string& text);

/// Out of the text of `lastReconciledSpec` or `lastStableSpec` of a cluster.
std::optional<flink_deployment_spec> cluster_spec_in(const std::string& text);

}  // namespace drey
