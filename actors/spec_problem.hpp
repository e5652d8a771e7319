/// What is wrong with a primary, as its own status will say; and the finalizers of drey's kinds,
/// which are Apache's, so that either operator can take over from the other.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "protocol/flink_resources.hpp"
#include "protocol/jar_sources.hpp"

namespace drey {

inline constexpr std::string_view deployment_finalizer =
    "flinkdeployments.flink.apache.org/finalizer";
inline constexpr std::string_view session_job_finalizer =
    "flinksessionjobs.flink.apache.org/finalizer";
inline constexpr std::string_view snapshot_finalizer =
    "flinkstatesnapshots.flink.apache.org/finalizer";

bool has_finalizer(const object_meta& meta, std::string_view finalizer);

/// Every error of the validation rules in one sentence each; empty: none.
std::string problem_of(const flink_session_job& job, const jar_sources& jars = {});
std::string problem_of(const flink_deployment& deployment);
std::string problem_of(const flink_state_snapshot& snapshot);

/// What is wrong with a job on a cluster with this configuration and version; empty: nothing.
std::string problem_beside(const flink_session_job& job, const configuration& cluster,
                           flink_version version);

/// What of a spec that can be run is hardly meant so: fields that have no effect and the like.
std::vector<std::string> warnings_of(const flink_deployment& cluster);

}  // namespace drey
