/// What the validation rules see: the resource, the configuration in effect, and where findings go.
#pragma once

#include <string>
#include <utility>

#include "protocol/validate.hpp"

namespace drey::validation {

/// Collects findings; the line is filled in by who knows the file.
class report {
public:
  void error(std::string path, std::string problem, std::string remedy) {
    add(severity::error, std::move(path), std::move(problem), std::move(remedy));
  }
  void warning(std::string path, std::string problem, std::string remedy) {
    add(severity::warning, std::move(path), std::move(problem), std::move(remedy));
  }
  void add(severity level, std::string path, std::string problem, std::string remedy) {
    all_.push_back({level, std::move(path), std::move(problem), std::move(remedy), 0});
  }
  findings take() { return std::move(all_); }

private:
  findings all_;
};

/// The path of one key of `spec.flinkConfiguration`.
inline std::string config_path(std::string_view key) {
  return "spec.flinkConfiguration[" + excerpt(key) + "]";
}

/// `own` over `defaults`.
configuration merged(const configuration& defaults, const configuration& own);

/// A boolean option under its key or its old one; none: not set. Anything but true and false is an
/// error.
std::optional<bool> flag(const configuration& config, report& out, std::string_view key,
                         std::string_view old_key = {});

bool is_blank(std::string_view text);

/// `[a-z]([-a-z0-9]{0,43}[a-z0-9])?`: names of FlinkDeployments.
bool is_cluster_name(std::string_view name);
/// A DNS subdomain, as the API server demands of every name.
bool is_object_name(std::string_view name);

/// Rules 11–17, of any job. `task_managers`: `spec.taskManager.replicas` of an application cluster.
void check_job(const job_spec& job, const configuration& config,
               std::optional<std::int32_t> task_managers, report& out);
/// `savepointTrigger` and `savepointTriggerNonce` are one.
void check_savepoint_trigger(const job_spec& job, report& out);
/// What becomes of a running job that is deleted. `own`: the configuration of one resource.
void check_deletion_options(const configuration& own, report& out);
/// The same beside each other. `config`: all that is in effect.
void check_drain(const configuration& config, report& out);
/// drey's `restartPolicy` and what belongs to it.
void check_restart_policy(const job_spec& job, report& out);
void check_auto_parallelism(const job_spec& job, report& out);
/// `own`: the configuration of a session job.
void check_rollback_settings(const configuration& own, report& out);
/// Rules 18–26: sizes and numbers of both components.
void check_components(const flink_deployment_spec& spec, const configuration& config, report& out);
/// Pod templates, and Flink's options about its pods.
void check_pods(const flink_deployment_spec& spec, const configuration& config, report& out);
/// Rules 33–36.
void check_autoscaler(const configuration& config, report& out);
/// Snapshots that are made by themselves: how often, how many are kept.
void check_snapshot_options(const configuration& config, report& out);
/// How a session job's jar is asked for.
void check_artifact_headers(const configuration& config, report& out);
/// Apache's rules about a session job's jarURI.
void check_jar_uri(const std::string& uri, const validation_options& options, report& out);
/// Warns of members that no field has, with the likeliest spelling.
void check_unknown_fields(const flink_deployment_spec& spec, report& out);
void check_unknown_fields(const flink_session_job_spec& spec, report& out);
void check_unknown_fields(const flink_state_snapshot_spec& spec, report& out);

}  // namespace drey::validation
