/// How fast the model of Kubernetes is. The defaults are those of a real cluster where it has such
/// a setting (named at the field), else what was seen on one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "protocol/time.hpp"

namespace drey::sim {

/// What becomes of `spec.ordinals` of a StatefulSet. Servers up to 1.25 do not know it, and a
/// server-side apply that names it is refused; 1.26 drops it, from one that has none yet, while its
/// feature gate StatefulSetStartOrdinal is off; from 1.27 on it is kept.
enum class ordinals_fate { kept, dropped, unknown };
constexpr std::string_view name_of(ordinals_fate x) {
  constexpr std::string_view texts[] = {"kept", "dropped", "unknown"};
  return texts[static_cast<std::size_t>(x)];
}

struct kubernetes_settings {
  /// Events kept per kind; a watch from before the oldest is answered by 410. A real server's watch
  /// cache holds 100 to 100,000.
  std::size_t history_max = 1'000;

  // ── controllers: each reaction comes after 1 ms up to this ──
  milliseconds controller_delay_max{40};
  milliseconds collector_delay_max{500};  ///< garbage collection works from a graph of its own
  milliseconds scheduler_delay_max{30};
  milliseconds autoscaler_period{15'000};  ///< --horizontal-pod-autoscaler-sync-period

  // ── kubelet ──
  milliseconds container_start_min{500};  ///< image pull, sandbox and start
  milliseconds container_start_max{3'000};
  milliseconds image_retry_first{
      10'000};                            ///< MaxContainerBackOff and image back-off: 10 s, doubled
  milliseconds image_told{2'000};         ///< ErrImagePull to ImagePullBackOff
  milliseconds mount_retry_first{500};    ///< doubled up to `mount_retry_max`
  milliseconds mount_retry_max{122'000};  ///< maxDurationBeforeRetry of volumes
  milliseconds config_retry{10'000};      ///< backOffPeriod of the pod workers
  milliseconds restart_first{10'000};
  milliseconds restart_max{300'000};
  milliseconds termination_grace{30'000};  ///< terminationGracePeriodSeconds
  /// Deletion to SIGTERM: six pods deleted together took leave within 404 ms of each other.
  milliseconds sigterm_delay_max{400};
  milliseconds exit_delay_max{3'000};            ///< SIGTERM to exit of a process that behaves
  std::uint32_t ignores_sigterm_per_mille = 10;  ///< such a process is killed after the grace
  milliseconds removal_delay_max{1'000};         ///< exit to the object's removal
  milliseconds probe_delay_max{1'000};           ///< readiness to its report

  // ── nodes ──
  milliseconds node_grace{40'000};               ///< --node-monitor-grace-period before 1.32
  milliseconds unreachable_toleration{300'000};  ///< DefaultTolerationSeconds
  milliseconds heartbeat_delay_max{10'000};      ///< return to the first heartbeat
  milliseconds boot_delay_max{30'000};           ///< power on to a kubelet that works
  milliseconds lost_node_quarantine{40'000};     ///< node removed to removal of its pods (pod GC)
};

}  // namespace drey::sim
