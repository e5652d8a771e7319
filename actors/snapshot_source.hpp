/// What a FlinkStateSnapshot is told of the job that it is of: one picture per change.
#pragma once

#include <string>
#include <string_view>

#include "protocol/flink_call.hpp"

namespace drey {

enum class source_phase {
  unknown,      ///< not heard of yet: says nothing
  missing,      ///< there is no such job (by the cache)
  unsupported,  ///< of what has no job
  starting,     ///< not all of it runs, or nobody can be asked: it may come back by itself
  running,      ///< all tasks run, and its JobManager answers
  ended,        ///< it does not run, and will not by itself
};
constexpr std::string_view name_of(source_phase x) {
  constexpr std::string_view names[] = {"unknown",  "missing", "unsupported",
                                        "starting", "running", "ended"};
  return names[static_cast<std::size_t>(x)];
}

struct snapshot_source {
  source_phase phase = source_phase::unknown;
  std::string why;      ///< of `missing`, `unsupported`, `starting` and `ended`, for people
  std::string job_uid;  ///< of the resource that has the job
  job_id job;           ///< its newest execution
  std::string cluster;  ///< the FlinkDeployment that runs it
  flink_endpoint endpoint;
  drey::flink_version version = flink_version::v1_20;
  std::string directory;  ///< for its savepoints; empty: none is set
  bool operator==(const snapshot_source&) const = default;
};

}  // namespace drey
