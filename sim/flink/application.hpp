/// Application mode: what a JobManager's arguments tell it to run, as `standalone-job.sh` of Flink
/// 1.20 reads them, or `kubernetes-jobmanager.sh kubernetes-application`.
#pragma once

#include <optional>
#include <string>

#include "protocol/flink_call.hpp"
#include "sim/kubernetes/kubernetes.hpp"

namespace drey::sim {

/// By which a process takes away from a ConfigMap where it begins: a JSON patch of one entry.
struct launch_taking {
  std::string map;
  std::string entry;
  std::string found;  ///< what must still be there
  std::string left;   ///< what is there afterwards
};

struct application_program {
  run_jar what;
  std::string jar;  ///< its address; empty: it is in the image
  std::optional<launch_taking> taking;
};

/// None: the pod's process is no application's JobManager. Variables are read as they are now: a
/// container that is begun again may read others.
std::optional<application_program> application_in(const kubernetes& kube, const pod& x);

}  // namespace drey::sim
