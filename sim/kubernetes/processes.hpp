/// The line between a node and what runs in its pods. The Kubernetes model starts and stops
/// processes; the model of the program inside (Flink) says when it is ready and when it ends.
#pragma once

#include <string>

#include "protocol/kubernetes.hpp"

namespace drey::sim {

/// How a process came to its end when it was not its own doing.
enum class stop_reason {
  killed,      ///< SIGKILL, out of memory, power lost: at once and without a goodbye
  terminated,  ///< SIGTERM: it had the time to say goodbye to its peers
};

/// What a readiness probe would answer.
enum class readiness { not_ready, ready };

/// Told when processes live and die; implemented by the model of the program. Calls come at the
/// moment itself, also from nodes that the API server does not hear of.
class pod_processes {
public:
  virtual ~pod_processes() = default;

  /// The container of `x` runs now; `x` has its node and IP. The same UID comes again when the
  /// kubelet restarts the container in place (then `restart_count` is greater). The pod is not
  /// ready until `kubernetes::report_ready` says so.
  virtual void started(const pod& x) = 0;

  /// SIGTERM has arrived: the process takes leave of its peers, and may live on for a while.
  virtual void asked_to_stop(const std::string& pod_uid) = 0;

  /// The process is gone. For `terminated` this is the moment of its exit: it lived on for a while
  /// after the pod had got its deletionTimestamp. Not called after `kubernetes::report_exit`.
  virtual void stopped(const std::string& pod_uid, stop_reason why) = 0;
};

}  // namespace drey::sim
