/// What a story's `apply` makes of its keys.
#pragma once

#include <string>

#include "tests/stories/transcript.hpp"

namespace drey::stories {

/// YAML of a FlinkDeployment, a FlinkSessionJob and a FlinkStateSnapshot.
std::string cluster_yaml(const command& asked);
std::string job_yaml(const command& asked);
std::string snapshot_yaml(const command& asked);

}  // namespace drey::stories
