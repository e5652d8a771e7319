// Apache's rules 11–17, which hold for the job of an application cluster and for a session job.
#include "protocol/deletion_options.hpp"
#include "protocol/flink_versions.hpp"
#include "protocol/limits.hpp"
#include "protocol/snapshot_options.hpp"
#include "protocol/validation_view.hpp"

namespace drey::validation {

namespace {

constexpr std::string_view checkpoint_dir = "execution.checkpointing.dir";
constexpr std::string_view savepoint_dir = "execution.checkpointing.savepoint-dir";
constexpr std::string_view max_age =
    "kubernetes.operator.job.upgrade.last-state.max.allowed.checkpoint.age";

void check_savepoint_directory(const job_spec& job, const configuration& config, report& out) {
  if (!is_blank(savepoint_dir_of(config).value_or(""))) return;
  const std::string path = config_path(savepoint_dir);
  const std::string remedy = "Set " + std::string(savepoint_dir) + " (before Flink 1.20 " +
                             "state.savepoints.dir) to a directory that every pod reaches";
  if (job.upgrade == upgrade_mode::savepoint)
    out.error(path, "is missing for upgradeMode savepoint", remedy);
  if (job.savepoint_trigger_nonce) out.error(path, "is missing for savepointTriggerNonce", remedy);
  if (job.savepoint_trigger && !job.savepoint_trigger_nonce)
    out.error(path, "is missing for savepointTrigger", remedy);
  if (config.contains(std::string(periodic_savepoint_key)))
    out.error(path, "is missing for periodic savepoints", remedy);
  if (config.contains(std::string(max_age)))
    out.error(path, "is missing for savepoints when the newest checkpoint is too old", remedy);
  if (is_on(config, savepoint_on_deletion_key))  // which Apache accepts
    out.warning(path,
                "is missing for " + std::string(savepoint_on_deletion_key) +
                    ": the job could not be deleted while it runs",
                remedy);
}

void check_parallelism(const job_spec& job, std::optional<std::int32_t> task_managers,
                       report& out) {
  if (!task_managers && job.parallelism < 1)
    out.error("spec.job.parallelism", "must be at least 1, is " + std::to_string(job.parallelism),
              "Say how many parallel instances the job shall have");
  if (job.parallelism < 0 && task_managers)
    out.warning("spec.job.parallelism", "is negative and ignored", "Remove it");
  if (job.parallelism > limits::parallelism_max)
    out.error("spec.job.parallelism", std::to_string(job.parallelism) + " is beyond Flink's bound",
              "Use at most " + std::to_string(limits::parallelism_max));
}

}  // namespace

void check_savepoint_trigger(const job_spec& job, report& out) {
  if (!job.savepoint_trigger || !job.savepoint_trigger_nonce ||
      *job.savepoint_trigger == *job.savepoint_trigger_nonce)
    return;
  out.error("spec.job.savepointTrigger",
            "is " + std::to_string(*job.savepoint_trigger) +
                ", and spec.job.savepointTriggerNonce, which is the same by another name, is " +
                std::to_string(*job.savepoint_trigger_nonce),
            "Give one of the two");
}

void check_deletion_options(const configuration& own, report& out) {
  flag(own, out, savepoint_on_deletion_key);
  flag(own, out, drain_on_deletion_key);
}

void check_drain(const configuration& config, report& out) {
  if (is_on(config, drain_on_deletion_key) && !is_on(config, savepoint_on_deletion_key))
    out.warning(config_path(drain_on_deletion_key),
                "has no effect unless " + std::string(savepoint_on_deletion_key) + " is true",
                "Remove it, or set that to true");
}

void check_job(const job_spec& job, const configuration& config,
               std::optional<std::int32_t> task_managers, report& out) {
  if (job.upgrade != upgrade_mode::stateless && is_blank(checkpoint_dir_of(config).value_or("")))
    out.error(config_path(checkpoint_dir),
              "is missing for upgradeMode " + std::string(name_of(job.upgrade)),
              "Set " + std::string(checkpoint_dir) + " (before Flink 1.20 state.checkpoints.dir) " +
                  "to a directory that every pod reaches");
  check_savepoint_directory(job, config, out);
  check_parallelism(job, task_managers, out);
}

}  // namespace drey::validation
