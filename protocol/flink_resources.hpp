/// The three primaries, `flink.apache.org/v1beta1`, as values. Field names and meanings follow the
/// Apache Flink Kubernetes Operator's CRDs, so existing manifests and live objects work unchanged;
/// fields marked "drey" are additive and optional. Every struct keeps what it does not know in
/// `unknown` (a JSON object as text), so that nothing is lost in a round trip.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/boxed.hpp"
#include "protocol/configuration.hpp"
#include "protocol/described.hpp"
#include "protocol/kubernetes.hpp"
#include "protocol/lineage.hpp"

namespace drey {

inline constexpr std::string_view api_version = "flink.apache.org/v1beta1";

/// Flink versions in order. 1.12 is drey's own addition; Apache's enum begins at v1_13.
enum class flink_version {
  v1_12,
  v1_13,
  v1_14,
  v1_15,
  v1_16,
  v1_17,
  v1_18,
  v1_19,
  v1_20,
  v2_0,
  v2_1,
  v2_2,
  v2_3,
  v2_4
};
enum class deployment_mode { native, standalone };
enum class upgrade_mode { stateless, savepoint, last_state };
enum class desired_state { running, suspended };
/// drey: what happens to a job that reached FAILED, or that its cluster lost (restart_policy.hpp of
/// actors). Absent means Apache's `job.restart.failed`.
enum class restart_policy { on_failure, never, nostart };
/// drey: what a job that ended by itself is restored from: the newest state of all, or the newest
/// savepoint that a FlinkStateSnapshot of it holds.
enum class restore_preference { newest, snapshot };
/// drey: which TaskManagers go when there are more than the spec asks for. Absent: idle.
enum class scale_down { idle, disruptive };
/// drey: what is done about more TaskManagers than the nodes have room for. Absent: report.
enum class over_commit { off, report, enforce };

std::string_view name_of(flink_version);    // "v1_20"
std::string_view name_of(deployment_mode);  // "native", "standalone"
std::string_view name_of(upgrade_mode);     // "stateless", "savepoint", "last-state"
std::string_view name_of(desired_state);    // "running", "suspended"
std::string_view name_of(restart_policy);   // "ON_FAILURE", "NEVER", "nostart"
std::string_view name_of(restore_preference);
std::string_view name_of(scale_down);   // "idle", "disruptive"
std::string_view name_of(over_commit);  // "off", "report", "enforce"

struct resource_spec {
  std::optional<double> cpu;  ///< cores
  std::optional<std::string> memory;
  std::optional<std::string> ephemeral_storage;
  json_text unknown;
  bool operator==(const resource_spec&) const = default;
};

/// `spec.jobManager`, and what `spec.taskManager` has of it.
struct component_spec {
  std::optional<resource_spec> resource;
  json_text resources;  ///< core/v1 ResourceRequirements
  std::optional<std::int32_t> replicas;
  std::optional<std::int32_t> unreachable_node_seconds;  ///< drey: `unreachableNodeSeconds`
  json_text pod_template;
  json_text unknown;
  bool operator==(const component_spec&) const = default;
};
struct task_manager_spec : component_spec {
  std::optional<drey::scale_down> scale_down;    ///< drey: `scaleDown`
  std::optional<drey::over_commit> over_commit;  ///< drey: `overCommit`
  bool operator==(const task_manager_spec&) const = default;
};

/// drey: the snapshot that a job begins with (`spec.job.flinkStateSnapshotReference`).
struct snapshot_reference {
  std::string ns;    ///< empty: the job's own
  std::string name;  ///< of a FlinkStateSnapshot; empty: `path` says where it lies
  std::string path;
  json_text unknown;
  bool operator==(const snapshot_reference&) const = default;
};

struct job_spec {
  std::optional<std::string> jar_uri;
  std::int32_t parallelism = 0;
  std::optional<std::string> entry_class;
  std::vector<std::string> args;
  desired_state state = desired_state::running;
  upgrade_mode upgrade = upgrade_mode::stateless;
  std::optional<std::string> initial_savepoint_path;
  std::optional<snapshot_reference> snapshot;  ///< drey: `flinkStateSnapshotReference`
  std::optional<bool> allow_non_restored_state;
  std::optional<std::int64_t> savepoint_trigger_nonce;
  std::optional<std::int64_t> savepoint_trigger;  ///< drey: another name of the same
  std::optional<std::int64_t> checkpoint_trigger_nonce;
  std::optional<std::int64_t> savepoint_redeploy_nonce;
  std::optional<std::int64_t> autoscaler_reset_nonce;
  std::optional<restart_policy> restart;         ///< drey: `restartPolicy`
  std::optional<std::int32_t> restart_attempts;  ///< drey: `restartAttempts`
  std::optional<std::string> restart_backoff;    ///< drey: `restartBackoff`, a duration of Flink's
  std::optional<std::string> restart_window;     ///< drey: `restartWindow`, a duration of Flink's
  std::optional<drey::restore_preference> restore_preference;  ///< drey: `restorePreference`
  std::optional<bool> auto_parallelism;                        ///< drey: `autoParallelism`
  json_text unknown;
  bool operator==(const job_spec&) const = default;
};

/// What asks for a savepoint when it changes, by either name.
inline const std::optional<std::int64_t>& savepoint_nonce(const job_spec& x) {
  return x.savepoint_trigger_nonce ? x.savepoint_trigger_nonce : x.savepoint_trigger;
}

/// `spec.ingress`: how Flink's web interface is reached from outside.
struct ingress_spec {
  std::optional<std::string> url;  ///< `template`
  std::optional<std::string> class_name;
  string_map annotations;
  string_map labels;
  json_text tls;  ///< a list of networking/v1 IngressTLS
  json_text unknown;
  bool operator==(const ingress_spec&) const = default;
};

struct flink_deployment_spec {
  std::optional<job_spec> job;  ///< present: application mode
  std::optional<std::int64_t> restart_nonce;
  configuration flink_configuration;
  std::optional<std::string> image;
  std::optional<std::string> image_pull_policy;
  std::optional<std::string> service_account;
  std::optional<drey::flink_version> flink_version;
  std::optional<ingress_spec> ingress;
  json_text pod_template;
  component_spec job_manager;
  task_manager_spec task_manager;
  string_map log_configuration;
  std::optional<deployment_mode> mode;
  json_text unknown;
  bool operator==(const flink_deployment_spec&) const = default;
};

struct flink_session_job_spec {
  std::string deployment_name;
  std::optional<job_spec> job;
  std::optional<std::int64_t> restart_nonce;
  configuration flink_configuration;
  json_text unknown;
  bool operator==(const flink_session_job_spec&) const = default;
};

/// `status.jobStatus`. Times are epoch milliseconds as strings, as Apache writes them.
struct job_status {
  std::string job_name;
  std::string job_id;
  std::string state;  ///< Flink's JobStatus, RUNNING only when the tasks run
  std::string start_time;
  std::string update_time;
  std::string upgrade_savepoint_path;
  json_text savepoint_info;
  json_text checkpoint_info;
  json_text unknown;
  bool operator==(const job_status&) const = default;
};

struct reconciliation_status {
  std::int64_t reconciliation_timestamp = 0;  ///< epoch milliseconds
  std::string last_reconciled_spec;           ///< Apache's form: JSON text with `resource_metadata`
  std::string last_stable_spec;
  std::string state;  ///< UPGRADING, DEPLOYED, ROLLING_BACK, ROLLED_BACK
  json_text unknown;
  bool operator==(const reconciliation_status&) const = default;
};

/// drey: the write-ahead log, one per resource (`status.operation`). It names an effect that cannot
/// be repeated safely *before* the effect is asked for; it goes when the effect is known.
struct operation {
  /// "submit", "stop", "drain" (a stop that ends the sources for ever), "cancel", "create",
  /// "delete"; of a snapshot "savepoint", "checkpoint", "dispose"
  std::string kind;
  std::int64_t generation = 0;
  std::string id;           ///< job id; of a stop its trigger id
  std::string directory;    ///< savepoint's own directory
  std::string path;         ///< what a submission restores from; empty: from nothing
  std::string incarnation;  ///< UID of the JobManager pod that it was sent to
  std::int32_t attempt = 0;
  std::int64_t started = 0;  ///< wall milliseconds
  bool operator==(const operation&) const = default;
};

/// drey: the last handled request for a savepoint or checkpoint (`status.savepoint`,
/// `status.checkpoint`).
struct savepoint_record {
  std::int64_t nonce = 0;
  std::string state;  ///< "IN_PROGRESS", "COMPLETED", "FAILED"
  std::string trigger_id;
  std::string location;
  std::string error;
  std::string snapshot = {};  ///< name of the FlinkStateSnapshot that takes it; empty: none does
  bool operator==(const savepoint_record&) const = default;
};

/// drey: a changed spec that could not be carried out yet (`status.change`). The job runs on.
struct change_record {
  std::int64_t generation = 0;
  std::int32_t failures = 0;  ///< stops that failed for this generation
  std::string message;        ///< what stands against it
  std::int64_t retry_at = 0;  ///< epoch milliseconds; 0: with the next change, or when it may
  bool operator==(const change_record&) const = default;
};

/// drey: a submitted spec that has not shown yet that it is stable (`status.trial`).
struct trial_record {
  std::int64_t generation = 0;
  std::string from;              ///< the state that it began with; empty: from nothing
  std::int64_t submissions = 0;  ///< those after this number are of it
  std::int64_t since = 0;        ///< epoch milliseconds of its newest submission
  static constexpr auto names = fields("generation", "from", "submissions", "since");
  bool operator==(const trial_record&) const = default;
};

/// drey: a generation that failed and is undone: as long as it is the newest (of a cluster: but for
/// the number of its TaskManagers), the last stable spec counts instead (`status.rollback`).
struct rollback_record {
  std::int64_t generation = 0;
  std::string why;
  std::int64_t at = 0;  ///< epoch milliseconds
  static constexpr auto names = fields("generation", "why", "at");
  bool operator==(const rollback_record&) const = default;
};

/// drey: with which parallelism a job runs that may use more slots than its spec asks for
/// (`status.parallelism`); none: with that of its spec.
struct parallelism_record {
  std::int32_t current = 0;     ///< with which its newest execution was submitted
  std::int32_t target = 0;      ///< with which the next is, as far as there are slots
  std::int32_t proven = 0;      ///< with which all its tasks ran last
  std::int32_t failures = 0;    ///< raises in a row under which they did not
  std::int64_t changed_at = 0;  ///< epoch milliseconds: when its cluster changed the target last
  static constexpr auto names = fields("current", "target", "proven", "failures", "changed_at");
  bool operator==(const parallelism_record&) const = default;
};

/// drey: one line of the ledger of restarts (`status.restarts`), the newest last.
struct restart_record {
  std::string since;  ///< RFC 3339 with milliseconds: from then on not all of it ran
  std::string what;   ///< "job", "JobManager" or "TaskManagers"
  std::string why;
  std::string from;                     ///< what it went on from; empty: says nothing
  std::optional<std::int64_t> down_ms;  ///< until all of it ran again; none: it lasts
  bool operator==(const restart_record&) const = default;
};

struct flink_session_job_status {
  drey::job_status job;
  std::string error;
  std::int64_t observed_generation = 0;
  std::string lifecycle_state;
  reconciliation_status reconciliation;
  std::vector<condition> conditions;
  std::optional<drey::operation> operation;
  std::optional<drey::lineage> lineage;
  std::optional<savepoint_record> savepoint;
  std::optional<savepoint_record> checkpoint;
  std::optional<change_record> change;
  std::optional<trial_record> trial;
  std::optional<rollback_record> rollback;
  std::optional<parallelism_record> parallelism;
  std::vector<restart_record> restarts;
  json_text unknown;
  bool operator==(const flink_session_job_status&) const = default;
};

/// drey: a changed spec that is being carried out (`status.rollout`). It is written before anything
/// is restarted and goes when what runs is what the spec asks for.
struct rollout_record {
  std::string action;  ///< what the change needs, by the table of restart_boundary.hpp
  std::int64_t generation = 0;
  std::string phase;              ///< "Waiting", "Stepping", "Halted"
  std::int32_t retire_below = 0;  ///< of a step: TaskManagers with a lower ordinal go
  std::vector<std::string> jobs;  ///< of a step: the jobs that worked before it
  std::int32_t registered = 0;    ///< TaskManagers before the first step that took some
  bool operator==(const rollout_record&) const = default;
};

struct flink_deployment_status {
  drey::job_status job;
  std::string error;
  std::int64_t observed_generation = 0;
  std::string lifecycle_state;
  reconciliation_status reconciliation;
  string_map cluster_info;
  std::string
      job_manager_deployment_status;  ///< READY, DEPLOYED_NOT_READY, DEPLOYING, MISSING, ERROR
  std::string task_manager_label_selector;
  std::int32_t task_manager_replicas = 0;
  std::vector<condition> conditions;
  std::optional<drey::operation> operation;
  std::optional<rollout_record> rollout;
  std::optional<rollback_record> rollback;
  std::vector<restart_record> restarts;
  std::string mode;  ///< drey: the mode that was chosen, "native" or "standalone"
  /// drey: of an application cluster, its job as one of a session cluster would be told of.
  boxed<flink_session_job_status> application;
  json_text unknown;
  bool operator==(const flink_deployment_status&) const = default;
};

struct flink_deployment {
  object_meta metadata;
  std::shared_ptr<const flink_deployment_spec> spec;  ///< null: see `unreadable`
  flink_deployment_status status;
  std::string unreadable = {};  ///< what is wrong with an object that cannot be understood
};

struct flink_session_job {
  object_meta metadata;
  std::shared_ptr<const flink_session_job_spec> spec;  ///< null: see `unreadable`
  flink_session_job_status status;
  std::string unreadable = {};  ///< what is wrong with an object that cannot be understood
};

struct savepoint_spec {
  std::string path;
  std::string format_type = "CANONICAL";  ///< CANONICAL, NATIVE, UNKNOWN
  bool dispose_on_delete = true;
  bool already_exists = false;
  json_text unknown;
  bool operator==(const savepoint_spec&) const = default;
};

struct flink_state_snapshot_spec {
  std::optional<std::string> job_kind;  ///< `jobReference.kind`
  std::optional<std::string> job_name;
  std::optional<savepoint_spec> savepoint;
  bool checkpoint = false;  ///< `checkpoint: {}` given
  std::int32_t backoff_limit = -1;
  json_text unknown;
  bool operator==(const flink_state_snapshot_spec&) const = default;
};

/// drey: whose state a snapshot holds (`status.origin`).
struct snapshot_origin {
  std::string job_uid;             ///< of the FlinkSessionJob
  std::string job_id;              ///< of the execution that it was taken of
  std::string cluster;             ///< the FlinkDeployment that ran it
  std::int64_t checkpoint_id = 0;  ///< in Flink's counting; 0: not known
  bool operator==(const snapshot_origin&) const = default;
};

struct flink_state_snapshot_status {
  std::string state;  ///< TRIGGER_PENDING, IN_PROGRESS, COMPLETED, FAILED, ABANDONED
  std::string trigger_id;
  std::string trigger_timestamp;
  std::string result_timestamp;
  std::string path;
  std::string error;
  std::int32_t failures = 0;
  std::vector<condition> conditions;
  std::optional<drey::operation> operation;
  std::optional<snapshot_origin> origin;
  json_text unknown;
  bool operator==(const flink_state_snapshot_status&) const = default;
};

struct flink_state_snapshot {
  object_meta metadata;
  std::shared_ptr<const flink_state_snapshot_spec> spec;  ///< null: see `unreadable`
  flink_state_snapshot_status status;
  std::string unreadable = {};  ///< what is wrong with an object that cannot be understood
};

}  // namespace drey
