/// Flink's configuration as the processes of a side read it: the user's keys that are theirs, and
/// what drey sets. Pure, as children.hpp.
#pragma once

#include "actors/children.hpp"

namespace drey {

/// `own`: what Flink is told besides, in native mode (native_cluster.hpp).
configuration configuration_for(const flink_deployment& cluster, component which,
                                flink_version version, const configuration& own);

/// What a process reads at its start, without the defaults that each job is given with its
/// submission.
configuration without_defaults(configuration config, flink_version version);

}  // namespace drey
