/// The job of an application cluster, which is a FlinkDeployment with `spec.job`: the same job
/// machine drives it, so it is shown to it as a FlinkSessionJob of the same name and UID. What is
/// written of it stands in `status.application`. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "actors/launch_words.hpp"
#include "protocol/flink_resources.hpp"
#include "protocol/kube_call.hpp"

namespace drey {

bool is_application(const flink_deployment& cluster);

/// The configuration that is the job's own: what Flink takes with a job, and what drey itself reads
/// about it. A change of it restarts the job and nothing else.
configuration job_configuration_of(const flink_deployment_spec& cluster);

flink_session_job_spec session_job_spec_of(const std::string& cluster,
                                           const flink_deployment_spec& spec);

/// As it would be as a resource of its own; without a spec where the cluster's cannot be read.
flink_session_job session_job_of(const flink_deployment& application);

/// `primary` (a FlinkSessionJob, or the FlinkDeployment of an application) with that status.
object_ptr with_job_status(const object& primary, const flink_session_job_status& status);

/// What Flink's entry point is given for a launch, but for what it restores from. `config`: of the
/// submission.
std::vector<std::string> launch_arguments(const job_spec& job, const job_id& id,
                                          const configuration& config, flink_version version);

// ── the JobManager's workload ───────────────────────────────────────────────────────────────────

inline constexpr std::string_view restore_variable = "DREY_RESTORE";
inline constexpr std::string_view restore_entry = "restore";
/// What a process finds that must go on from HA metadata when that is gone: nothing.
inline constexpr std::string_view no_metadata = "file:///its-high-availability-metadata-is-gone";

/// Where pods of a highly available application read what the first of them restores from.
std::string launch_map_name(std::string_view cluster);
std::string restore_text(const launch& what);
std::string guarded_restore_text(const std::string& restore);

/// `workload` (a Deployment or a Job) for this launch.
object_ptr with_launch(const object_ptr& workload, const launch& what);
/// `wanted` for the launch that `live` is of.
object_ptr with_launch_of(const object_ptr& wanted, const object& live);
/// Empty: it is of none.
std::string launch_of(const object& workload);

}  // namespace drey
