/// Every bound of the system in one place, and how they relate.
#pragma once

#include <cstddef>
#include <cstdint>

#include "protocol/time.hpp"

namespace drey::limits {

// ── input ──
inline constexpr std::int64_t manifest_bytes_max = 4 << 20;  ///< one YAML or JSON file
inline constexpr int document_depth_max = 64;                ///< nesting of YAML or JSON
inline constexpr std::int64_t yaml_nodes_max =
    200'000;  ///< after aliases are followed: an alias bomb ends here
inline constexpr std::int64_t artifact_bytes_max = 1LL << 30;  ///< a job's jar
inline constexpr int cluster_name_chars_max = 45;  ///< Apache's rule; a StatefulSet may have 52
inline constexpr int stateful_set_name_chars_max = 52;  ///< pod-revision labels hold 63
inline constexpr int task_managers_max = 10'000;
inline constexpr double limit_factor_max = 1000;  ///< of a container's limit over its request
inline constexpr int parallelism_max = 32'768;    ///< Flink's upper bound of max parallelism

// ── polling (architecture §7.12) ──
inline constexpr milliseconds poll_in_transition{250};
inline constexpr milliseconds poll_at_rest{10'000};
inline constexpr milliseconds idle_told_max{
    1'000};  ///< a slot that was free longer ago may be taken
inline constexpr milliseconds ordinals_ask_again{
    3'600'000};  ///< an API server that dropped a window's start may be another one by now

// ── the write-ahead log ──
inline constexpr int lineage_job_ids_max = 16;
inline constexpr int lineage_triggers_max = 8;
inline constexpr int restarts_told_max = 20;  ///< in the ledger of a resource
inline constexpr milliseconds status_write_spacing{1'000};
inline constexpr milliseconds checkpoint_record_spacing{300'000};  ///< rule 8

// ── patience ──
inline constexpr milliseconds call_retry_first{250};
inline constexpr milliseconds call_retry_max{30'000};
/// A set of TaskManagers whose pods are refused is touched again.
inline constexpr milliseconds nudge_first{60'000};
inline constexpr milliseconds nudge_max{600'000};
inline constexpr milliseconds list_retry_max{5'000};  ///< the whole controller waits for its lists
inline constexpr milliseconds watch_silence_max{90'000};
inline constexpr milliseconds job_manager_dead_after{60'000};
/// A call of unknown outcome has arrived after this, or never will.
inline constexpr milliseconds settle_wait{60'000};
inline constexpr milliseconds heartbeat_timeout{50'000};   ///< Flink's default
inline constexpr milliseconds heartbeat_interval{10'000};  ///< Flink's default
inline constexpr milliseconds savepoint_wait{600'000};
/// A stop that failed costs the job a restart: after so many it is for a person to look.
inline constexpr int stop_attempts_max = 3;
/// A changed spec that is refused for good so often is undone.
inline constexpr int refusals_max = 3;
/// Apache's default of kubernetes.operator.deployment.readiness.timeout.
inline constexpr milliseconds readiness_timeout{300'000};
/// Without checkpoints a changed spec is stable when all its tasks ran for so long.
inline constexpr milliseconds stable_after{60'000};
/// A JobManager that is new has so long to bring its jobs back before one of them is blamed.
inline constexpr milliseconds recovery_grace{60'000};
inline constexpr milliseconds trial_look{2'000};  ///< at the checkpoints of a changed spec
inline constexpr milliseconds stop_retry_first{10'000};
inline constexpr milliseconds stop_retry_max{120'000};
/// A snapshot that failed is tried again, for as long as its backoffLimit lets it.
inline constexpr milliseconds snapshot_retry_first{10'000};
inline constexpr milliseconds snapshot_retry_max{600'000};
/// Where nobody can dispose of a snapshot's files, they are left behind after this.
inline constexpr milliseconds disposal_patience{600'000};
inline constexpr milliseconds submission_wait{600'000};
inline constexpr milliseconds restart_backoff_first{1'000};
inline constexpr milliseconds restart_backoff_max{300'000};
inline constexpr int restart_attempts_max = 10;
/// Beyond three intervals; Flink's default `execution.checkpointing.timeout`.
inline constexpr milliseconds checkpoint_patience{600'000};
inline constexpr milliseconds restart_window{3'600'000};
inline constexpr milliseconds restart_window_max{604'800'000};

// ── parallelism (decision 0024) ──
/// Slots that were free, or lacked, for so long: an autoscaler's steps are taken as one.
inline constexpr milliseconds slots_settle_wait{60'000};
/// From one change of a job's parallelism to its next raise; doubled for each that failed.
inline constexpr milliseconds raise_spacing{600'000};
inline constexpr milliseconds raise_spacing_max{86'400'000};
/// So long Flink may take to tell that the slots of a stopped job are free.
inline constexpr milliseconds slots_told_wait{5'000};
/// Slots that lack, or are taken while no job lives, are lost after this. A TaskManager that
/// registers has none for a moment; and Flink frees idle ones after `slot.idle.timeout`, 50 s.
inline constexpr milliseconds slots_lost_patience{60'000};
/// What is known of slots is out of date after this: at rest Flink is asked every `poll_at_rest`.
inline constexpr milliseconds slots_known_max{30'000};
/// The least that Flink derives as a job's max parallelism.
inline constexpr int max_parallelism_least = 128;

// ── leadership: client-go's defaults ──
inline constexpr milliseconds lease_duration{15'000};
inline constexpr milliseconds lease_renew_deadline{10'000};
inline constexpr milliseconds lease_retry{2'000};
inline constexpr milliseconds lease_release_max{2'000};  ///< of a stop; then it runs out by itself
static_assert(lease_renew_deadline + lease_retry < lease_duration,
              "a leader must stop mutating before another may begin");

// ── checks of a cluster (decision 0026) ──
inline constexpr milliseconds preflight_spacing{600'000};  ///< with one generation
inline constexpr milliseconds preflight_wait{60'000};      ///< for all answers together

// ── another operator (decision 0027) ──
/// So long nobody else may have written a status before a namespace is taken over; doubled each
/// time that it is written again after that.
inline constexpr milliseconds rival_silence{300'000};
inline constexpr milliseconds rival_silence_max{3'600'000};
inline constexpr milliseconds rival_memory{3'600'000};  ///< after a takeover
/// Writes of a manager with a name that tells nothing, for it to be an operator.
inline constexpr std::size_t rival_writes_min = 3;
inline constexpr milliseconds rival_window{600'000};

// ── supervision ──
inline constexpr int actor_failures_max = 3;
inline constexpr milliseconds actor_failure_window{600'000};

}  // namespace drey::limits
