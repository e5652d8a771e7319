/// What a session job is told of its cluster: one immutable picture per poll.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "protocol/flink_call.hpp"
#include "protocol/time.hpp"

namespace drey {

enum class cluster_phase {
  unknown,      ///< not heard of yet: says nothing
  missing,      ///< no FlinkDeployment of that name (by the cache: absence needs a live read)
  application,  ///< it runs a job of its own and takes no session jobs
  starting,     ///< not there yet, or its JobManager is being replaced
  ready,        ///< REST answers; `jobs` is of this JobManager
  unreachable,  ///< its pod is there but REST does not answer
  deleting,
};
constexpr std::string_view name_of(cluster_phase x) {
  constexpr std::string_view names[] = {"unknown", "missing",     "application", "starting",
                                        "ready",   "unreachable", "deleting"};
  return names[static_cast<std::size_t>(x)];
}

/// What happened to the cluster last that restarts jobs; empty: nothing did.
struct disturbance {
  std::string why;
  milliseconds at{0};  ///< monotonic
};

/// Jobs that may be what ends TaskManagers: why, by UID.
using suspicions = std::map<std::string, std::string>;

/// One job may go on with another parallelism (decision 0024).
struct slot_offer {
  std::string uid;  ///< of its resource; empty: none may
  std::int32_t parallelism = 0;
  bool operator==(const slot_offer&) const = default;
};

struct cluster_view {
  cluster_phase phase = cluster_phase::unknown;
  std::string uid;          ///< of the FlinkDeployment
  std::string incarnation;  ///< UID of the JobManager pod that answers
  flink_endpoint endpoint;
  drey::flink_version version = flink_version::v1_20;
  deployment_mode mode = deployment_mode::standalone;
  bool high_availability = false;  ///< a field of a picture, not a parameter
  std::string cluster_id;
  /// How many lists were read under this actor: what was asked for before a call left says nothing
  /// about it, so absence is counted in lists, too.
  std::uint64_t looks = 0;
  std::int32_t slots_total = 0;
  /// That nobody has reserved and that may be asked for now; native: that Flink may make, too.
  std::int32_t slots_free = 0;
  /// TaskManagers that run, as far as Kubernetes knows, and that the JobManager does not reach:
  /// what it cancelled may live on there until they notice.
  std::int32_t isolated_task_managers = 0;
  /// Pods of JobManagers beside the one that answers whose processes may live: on a node that is
  /// out of reach, or not ended yet.
  std::int32_t other_job_managers = 0;
  /// Not 0: the cluster is about to be restarted, and its jobs are to rest until it is. Another
  /// number each time.
  std::uint64_t rest_order = 0;
  slot_offer offer;
  disturbance disturbed;
  std::shared_ptr<const suspicions> suspected;  ///< null: nothing can be said yet
  /// Of an application: no process of its JobManager is there, and none comes but for a launch.
  bool nobody_runs = false;
  std::string job_manager_end;  ///< of an application's that ended by itself; empty: it did not
  std::shared_ptr<const configuration> config;  ///< of the cluster, flat
  std::shared_ptr<const jobs_overview> jobs;    ///< null: never seen since `ready`
};

}  // namespace drey
