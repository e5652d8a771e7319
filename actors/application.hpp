/// The job of an application cluster, which is a FlinkDeployment with `spec.job`: the same job
/// machine drives it, so it is shown to it as a FlinkSessionJob of the same name and UID. What is
/// written of it stands in `status.application`. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "actors/launch_guard.hpp"
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

/// Of its job; where another operator wrote it, out of the words that both use (decision 0050).
flink_session_job_status job_status_of(const flink_deployment& application);

/// As it would be as a resource of its own; without a spec where the cluster's cannot be read.
flink_session_job session_job_of(const flink_deployment& application);

/// `primary` (a FlinkSessionJob, or the FlinkDeployment of an application) with that status.
object_ptr with_job_status(const object& primary, const flink_session_job_status& status);

/// Which of Flink's entry points is given a launch: that of native mode takes all of it as
/// configuration.
struct launch_target {
  flink_version version = flink_version::v1_20;
  deployment_mode mode = deployment_mode::standalone;
};

/// What Flink's entry point is given for a launch, but for what it restores from. `config`: of the
/// submission.
std::vector<std::string> launch_arguments(const job_spec& job, const job_id& id,
                                          const configuration& config, const launch_target& to);

// ── the JobManager's workload ───────────────────────────────────────────────────────────────────

/// `workload` (a Deployment or a Job) for this launch, with one pod.
object_ptr with_launch(const object_ptr& workload, const launch& what);
/// `wanted` for the launch that `live` is of.
object_ptr with_launch_of(const object_ptr& wanted, const object& live);
/// How its processes are told where to begin.
argument_form form_of_launch(const object& workload);
/// Empty: it is of none.
std::string launch_of(const object& workload);
/// The same; one that another operator made is of the job that status tells of.
std::string launch_of(const object& workload, const flink_deployment& application);

}  // namespace drey
