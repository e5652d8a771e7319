/// Which of several JobManagers leads, as Flink's Kubernetes high availability writes it down.
/// Source: Flink's KubernetesHaServices and KubernetesUtils.encodeLeaderInformation, 1.12 … 2.x.
#pragma once

#include <string>

#include "protocol/flink_resources.hpp"

namespace drey {

/// The ConfigMap that names the leader of REST; before Flink 1.15 each component had its own.
std::string leader_map_name(flink_version version, std::string_view cluster_id);

/// The ConfigMap that names the checkpoints of one job.
std::string job_map_name(flink_version version, std::string_view cluster_id, std::string_view job);

/// Host of the leader's REST interface; empty: nobody leads, or the text cannot be understood.
std::string leader_host_in(const config_map& map);

/// Whether the leader is written down in a ConfigMap at all: the type is Kubernetes'.
bool leads_by_config_map(const configuration& config);

/// How long a lock counts that is not renewed
/// (`high-availability.kubernetes.leader-election.lease-duration`, 15 s).
milliseconds lease_duration_of(const configuration& config);

}  // namespace drey
