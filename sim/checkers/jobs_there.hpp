/// The jobs that there are: FlinkSessionJobs, and those of application clusters, which are read as
/// if they were.
#pragma once

#include <memory>
#include <vector>

#include "sim/kubernetes/kubernetes.hpp"

namespace drey::sim {

using job_ptr = std::shared_ptr<const flink_session_job>;

struct job_there {
  object_ptr live;  ///< the resource
  job_ptr job;
};
std::vector<job_there> jobs_there(const kubernetes& kube);
/// Null: there is none of that name.
job_ptr job_named(const kubernetes& kube, const object_name& name);
/// Of a FlinkSessionJob, or of a FlinkDeployment with a job; null: it is something else.
job_ptr job_in(const object_ptr& resource);

}  // namespace drey::sim
