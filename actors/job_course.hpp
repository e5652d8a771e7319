/// What a change of its cluster does to a job that runs on it, how long that takes, and what stands
/// against it. Times are those of the lab (tests/lab), with small state.
#pragma once

#include "actors/restart_plan.hpp"

namespace drey {

/// What is before and what shall be; of what comes or goes both are the same.
struct course_specs {
  const flink_session_job_spec& job_now;
  const flink_session_job_spec& job_then;
  const flink_deployment_spec* cluster_now;   ///< null: nobody gave it
  const flink_deployment_spec* cluster_then;  ///< the same
};

/// Fills in course, restarts, outage, blocks and cautions. `plan.is` is known.
void decide_course(job_plan& plan, const course_specs& specs, const cluster_plan& cluster);

}  // namespace drey
