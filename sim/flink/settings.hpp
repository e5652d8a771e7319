/// Flink's configuration as its processes read it: the file in the pod, and the few settings that
/// the model obeys, with Flink's own defaults. Source: Flink's configuration reference, 1.20.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/configuration.hpp"
#include "protocol/flink_resources.hpp"
#include "sim/flink/restart_strategy.hpp"

namespace drey::sim {

/// Reads flat "key: value" lines; values may be quoted, '#' begins a comment line. Lines that are
/// neither are dropped, as Flink's own loader does.
configuration parse_flat_configuration(std::string_view text);

/// Which checkpoints outlive a job that ends; `execution.checkpointing.externalized-checkpoint-
/// retention`, Flink's default being none.
enum class checkpoint_retention { none, delete_on_cancellation, retain_on_cancellation };

/// What holds for a process.
struct process_settings {
  std::string cluster_id;          ///< `kubernetes.cluster-id`
  bool high_availability = false;  ///< `high-availability.type` is kubernetes
  std::string storage_dir;         ///< `high-availability.storageDir`
  std::int32_t slots = 1;          ///< `taskmanager.numberOfTaskSlots`
  milliseconds heartbeat_interval{10'000};
  milliseconds heartbeat_timeout{50'000};
  milliseconds lease_duration{15'000};
  milliseconds lease_retry{5'000};
  milliseconds slot_request_timeout{300'000};
  std::int32_t slots_max = 0;  ///< `slotmanager.number-of-slots.max`; 0: as many as are asked
  milliseconds idle_timeout{30'000};             ///< `resourcemanager.taskmanager-timeout`
  milliseconds job_store_expiration{3'600'000};  ///< `jobstore.expiration-time`
  bool adaptive = false;                         ///< `jobmanager.scheduler` is adaptive
  bool delete_job_results = true;                ///< `job-result-store.delete-on-commit`
};
process_settings process_settings_of(const configuration& config);

/// What holds for a job: the cluster's configuration with the submission's own over it.
struct job_settings {
  std::string name;  ///< `pipeline.name`; empty: not given
  std::int32_t parallelism = 1;
  std::optional<milliseconds> checkpoint_interval;  ///< none: checkpointing is off
  std::int32_t max_parallelism = 128;  ///< `pipeline.max-parallelism`, else Flink's least
  std::string checkpoint_dir;          ///< empty: state stays in memory
  std::string savepoint_dir;
  std::size_t retained = 1;
  checkpoint_retention retention = checkpoint_retention::none;
  std::int32_t snapshot_format = 0;  ///< what its release writes, and the newest that it reads
  drey::sim::restart_strategy restart;
};
job_settings job_settings_of(const configuration& config, flink_version version);

/// What of it a release reads: a key that came later is passed over, and so is `kubernetes` for a
/// kind of high availability before 1.16 (a real one dies of it).
configuration read_by(flink_version release, configuration config);

/// Of "1.12.5" or "1.12"; of what is none 1.20.
flink_version release_of(std::string_view version);

}  // namespace drey::sim
