// The rules about what says when a job is started again, and when a changed spec is undone.
#include "protocol/flink_versions.hpp"
#include "protocol/limits.hpp"
#include "protocol/validation_view.hpp"

namespace drey::validation {

namespace {

void check_duration(std::string_view path, const std::optional<std::string>& text,
                    milliseconds most, report& out) {
  if (!text) return;
  const auto length = parse_duration(*text);
  if (!length || *length <= milliseconds{0} || *length > most)
    out.error(std::string(path), "'" + excerpt(*text) + "' is not a time that can be waited",
              "Write a duration such as 10 s or 5 min, at most " +
                  std::to_string(std::chrono::duration_cast<seconds>(most).count()) + " s");
}

}  // namespace

void check_restart_policy(const job_spec& job, report& out) {
  if (job.restart_attempts && *job.restart_attempts < 0)
    out.error("spec.job.restartAttempts",
              "must not be negative, is " + std::to_string(*job.restart_attempts),
              "Write how often it may be started again after a failure, from 0");
  check_duration("spec.job.restartBackoff", job.restart_backoff, limits::restart_backoff_max, out);
  check_duration("spec.job.restartWindow", job.restart_window, limits::restart_window_max, out);
  const bool limited = job.restart_attempts || job.restart_backoff || job.restart_window;
  const bool stays = job.restart && *job.restart != restart_policy::on_failure;
  if (limited && stays)
    out.warning("spec.job.restartPolicy",
                "is " + std::string(name_of(*job.restart)) +
                    ": restartAttempts, restartBackoff and restartWindow have no effect",
                "Remove them, or set it to ON_FAILURE");
}

void check_auto_parallelism(const job_spec& job, report& out) {
  if (!job.auto_parallelism.value_or(false) || !job.restart) return;
  const std::string field = "spec.job.autoParallelism";
  if (*job.restart == restart_policy::nostart)
    out.error(field, "restarts the job, which spec.job.restartPolicy nostart forbids",
              "Remove it, or set spec.job.restartPolicy to ON_FAILURE");
  if (*job.restart == restart_policy::never)
    out.warning(field,
                "has no effect while spec.job.restartPolicy is NEVER: a job that nobody starts "
                "again after a failure is not restarted by choice",
                "Remove it, or set spec.job.restartPolicy to ON_FAILURE");
}

void check_rollback_settings(const configuration& own, report& out) {
  flag(own, out, "kubernetes.operator.deployment.rollback.enabled");
  constexpr std::string_view timeout = "kubernetes.operator.deployment.readiness.timeout";
  check_duration(config_path(timeout), value_of(own, timeout), limits::restart_window_max, out);
}

}  // namespace drey::validation

namespace drey {

std::optional<finding> nostart_beside_high_availability(const job_spec& job,
                                                        const configuration& cluster) {
  if (job.restart != restart_policy::nostart || !is_highly_available(cluster)) return {};
  finding told;
  told.level = severity::error;
  told.path = "spec.job.restartPolicy";
  told.problem =
      "nostart cannot be kept on a cluster with high availability: each new JobManager of it "
      "starts every job again by itself";
  told.remedy =
      "Set it to NEVER, or name a cluster without high-availability.type in spec.deploymentName";
  return told;
}

std::optional<finding> nostart_beside_old_flink(const job_spec& job, const configuration& cluster,
                                                flink_version version) {
  if (job.restart != restart_policy::nostart || capabilities_of(version).run_configuration)
    return {};
  const auto strategy = value_of(cluster, "restart-strategy.type", "restart-strategy");
  if (strategy == "none" || strategy == "off" || strategy == "disable") return {};
  finding told;
  told.level = severity::error;
  told.path = "spec.job.restartPolicy";
  told.problem = "nostart cannot be kept on Flink " + std::string(capabilities_of(version).number) +
                 ", which restarts a job as its cluster says: it takes no configuration with a job";
  told.remedy =
      "Set restart-strategy: none in the cluster's spec.flinkConfiguration, or set it to NEVER";
  return told;
}

std::optional<finding> configuration_not_taken(const configuration& own, flink_version version) {
  if (capabilities_of(version).run_configuration) return {};
  std::string keys;
  for (const auto& [key, value] : own) {
    // drey reads these itself, and names each savepoint's directory with its request.
    const bool is_read_by_drey = key.starts_with("kubernetes.operator.") ||
                                 key.starts_with("job.autoscaler.") ||
                                 savepoint_dir_of({{key, value}}).has_value();
    if (!is_read_by_drey) keys += (keys.empty() ? "" : ", ") + key;
  }
  if (keys.empty()) return {};
  finding told;
  told.level = severity::warning;
  told.path = "spec.flinkConfiguration";
  told.problem = "has no effect on Flink " + std::string(capabilities_of(version).number) +
                 ", which takes no configuration with a job (that is since 1.17): " + keys;
  told.remedy =
      "Write it into the cluster's spec.flinkConfiguration, where it holds for all its jobs";
  return told;
}

}  // namespace drey
