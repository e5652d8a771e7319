/// One start of an application: what its JobManager is to run, and what was seen of the workload
/// that runs it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "actors/cluster_words.hpp"
#include "protocol/flink_call.hpp"

namespace drey {

/// On the JobManager's workload and its pods: which launch they are of.
inline constexpr std::string_view launch_key = "drey.io/launch";

/// A process that is begun under it runs the job `id` from `path`, and nothing else. Only one whose
/// JobManager recovers its job by itself may be begun twice.
struct launch {
  job_id id;
  std::int32_t attempt = 0;            ///< another one for each time that it is asked for anew
  std::string path;                    ///< restored from; empty: from nothing
  std::vector<std::string> arguments;  ///< of Flink's entry point, without the path
  static constexpr auto names = fields("id", "attempt", "path", "arguments");
  bool operator==(const launch&) const = default;
};
inline std::string name_of(const launch& x) { return x.id.hex + "-" + std::to_string(x.attempt); }

/// The JobManager's workload as it is.
struct launch_sight {
  std::string name;       ///< of its launch; empty: it is of none
  bool current = false;   ///< made from the spec as it is wanted now
  bool scaled = true;     ///< with as many JobManagers as are wanted now
  bool over = false;      ///< no process of it is left, and none will be begun
  bool same_kind = true;  ///< a Job, or a Deployment, as is wanted now
  static constexpr auto names = fields("name", "current", "scaled", "over", "same_kind");
  bool operator==(const launch_sight&) const = default;
};

/// Read live what is there of JobManagers: workloads and pods. Answered by `removal_seen`.
struct look_at_job_managers {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const look_at_job_managers&) const = default;
};
/// The same, and delete each workload by its UID.
struct remove_job_managers {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const remove_job_managers&) const = default;
};
/// Delete what Flink's high availability holds of executions before, and the owner of TaskManagers
/// that Flink made for them. Answered by `removal_seen`, which names those TaskManagers, too.
struct clear_earlier_launches {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const clear_earlier_launches&) const = default;
};
/// Write down for its pods what the first of them restores from; without high availability, make
/// what will own its TaskManagers.
struct prepare_launch {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const prepare_launch&) const = default;
};
/// Create the workload. Never an apply: one that arrives late must not change another.
struct create_job_manager {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const create_job_manager&) const = default;
};
/// Its job lives: from now on each process of it goes on from HA metadata or not at all, if that is
/// not so already, and more than one may wait.
struct guard_launch {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const guard_launch&) const = default;
};
/// Give the workload the spec's template, and leave it its launch. Or make again what the
/// TaskManagers of a Job hang on, where that is gone.
struct patch_job_manager {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const patch_job_manager&) const = default;
};
/// To the job: its launch is there, or will not be.
struct answer_launch {
  std::optional<call_refused> why;  ///< none: it is there
  static constexpr auto names = fields("why");
  bool operator==(const answer_launch&) const = default;
};

}  // namespace drey
