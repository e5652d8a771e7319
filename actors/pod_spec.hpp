/// The PodSpec of a JobManager or TaskManager: the user's templates with what drey must have on
/// top.
#pragma once

#include <string>

#include "actors/children.hpp"
#include "protocol/flink_resources.hpp"

namespace drey {

struct pod_request {
  component which = component::job_manager;
  std::string config_map;      ///< Flink's configuration
  std::string log_config_map;  ///< empty: none
  std::string template_map =
      {};  ///< of native mode, the JobManager's: the template of TaskManagers
  std::string configuration = {};  ///< of native mode, the TaskManagers': which one they have
};

/// Template labels and annotations of the user are kept; ours win where they collide.
pod_template pod_template_of(const flink_deployment& cluster, const pod_request& request);

}  // namespace drey
