/// What metrics tell of one resource: what its status says, in numbers. Pure.
#pragma once

#include <optional>

#include "protocol/kube_call.hpp"

namespace drey {

struct resource_figures {
  object_kind kind = object_kind::flink_deployment;
  object_name name;
  bool ready = false;
  bool stalled = false;
  bool degraded = false;
  bool paused = false;
  bool resting = false;                       ///< not ready, and not to be
  bool over_committed = false;                ///< nodes or quota have no room for all that is asked
  bool contested = false;                     ///< two managers undo each other's `replicas`
  bool scale_down_waits = false;              ///< TaskManagers that are too many have tasks
  std::optional<milliseconds> last_restart;   ///< wall clock; none: none is in its ledger
  std::optional<milliseconds> last_downtime;  ///< none: it lasts, or there was none
};

/// Of a FlinkDeployment or a FlinkSessionJob.
resource_figures figures_of(const object& primary);

}  // namespace drey
