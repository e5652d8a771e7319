/// What may go wrong in a run, and how often. A profile is a YAML file under configs/faults/ with
/// exactly these names as keys.
#pragma once

#include <cstdint>
#include <string>

#include "protocol/time.hpp"

namespace drey::sim {

/// `…_per_mille`: chance per call or event. `…_every`: mean time between two; zero: never.
struct fault_profile {
  std::string name = "none";

  // between the operator and the API server
  std::uint32_t kube_unavailable_per_mille = 0;   ///< 503, not applied
  std::uint32_t kube_throttled_per_mille = 0;     ///< 429, not applied
  std::uint32_t kube_lost_request_per_mille = 0;  ///< time-out, not applied
  std::uint32_t kube_lost_answer_per_mille = 0;   ///< time-out, applied
  std::uint32_t kube_late_request_per_mille = 0;  ///< time-out, applied up to `late_max` afterwards
  std::uint32_t kube_rival_write_per_mille = 0;   ///< somebody else writes the object just before
  milliseconds kube_latency_max{5};
  std::uint32_t watch_broken_per_mille = 0;   ///< per event: the stream ends silently
  std::uint32_t watch_expired_per_mille = 0;  ///< per event: the stream ends with 410
  milliseconds watch_delay_max{5};

  // between the operator and the JobManagers
  std::uint32_t flink_unavailable_per_mille = 0;
  std::uint32_t flink_lost_request_per_mille = 0;
  std::uint32_t flink_lost_answer_per_mille = 0;
  std::uint32_t flink_late_request_per_mille = 0;
  std::uint32_t flink_garbage_per_mille = 0;  ///< applied, the answer cannot be understood
  milliseconds flink_latency_max{20};
  milliseconds late_max{30'000};

  // storage
  std::uint32_t storage_unavailable_per_mille = 0;
  std::uint32_t artifact_unavailable_per_mille = 0;

  // Flink itself
  std::uint32_t checkpoint_failure_per_mille = 0;
  std::uint32_t savepoint_failure_per_mille = 0;
  milliseconds job_failure_every{0};
  milliseconds task_manager_crash_every{0};
  milliseconds job_manager_crash_every{0};

  // Kubernetes
  milliseconds pod_eviction_every{0};
  milliseconds node_down_every{0};       ///< power lost, back after up to `node_back_max`
  milliseconds node_partition_every{0};  ///< cut off, healed after up to `node_back_max`
  milliseconds node_back_max{180'000};
  milliseconds api_outage_every{0};
  milliseconds api_outage_max{30'000};

  // the operator
  milliseconds operator_crash_every{0};
  milliseconds operator_pause_every{0};  ///< stands still, then goes on as if nothing had been
  milliseconds operator_pause_max{40'000};
  std::uint32_t crash_after_effect_per_mille = 0;

  /// No new fault after this: the rest of the run must converge.
  milliseconds until{600'000};
};

}  // namespace drey::sim
