/// What each change of a FlinkSessionJob needs. It concerns that job alone: the restart boundary of
/// its cluster is restart_boundary.hpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "protocol/flink_resources.hpp"

namespace drey {

/// By weight. `rescale`: Flink changes its parallelism under the same job id.
enum class job_action { nothing, suspend_or_resume, rescale, restart, refuse };
std::string_view name_of(job_action x);

struct job_change {
  std::string path;  ///< as in a manifest: spec.job.parallelism
  job_action action;
  bool operator==(const job_change&) const = default;
};

std::vector<job_change> job_changes_between(const flink_session_job_spec& before,
                                            const flink_session_job_spec& after);

}  // namespace drey
