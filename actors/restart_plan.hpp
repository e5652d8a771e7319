/// What other manifests would restart, before anybody applies them: the restart boundary over
/// clusters and the jobs on them. Pure: the manifests, or what lives in Kubernetes, are given.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "actors/job_changes.hpp"
#include "actors/restart_boundary.hpp"
#include "protocol/ids.hpp"

namespace drey {

struct resource_set {
  std::vector<flink_deployment> clusters;
  std::vector<flink_session_job> jobs;
  /// Clusters whose API server does not keep where the window of ordinals begins (decision 0033).
  std::set<object_name> without_ordinals = {};
};

/// How a resource stands in the two sets. `not_given`: a cluster that only its jobs name.
enum class comparison { unchanged, changed, added, removed, not_given };
std::string_view name_of(comparison x);

struct planned_change {
  spec_change change;
  std::string before, after;  ///< for people, without secrets
};

/// What becomes of a job.
enum class job_course {
  untouched,       ///< it runs on
  not_running,     ///< it is suspended
  starts,          ///< it is new
  ends,            ///< it is removed, or its cluster is
  may_move,        ///< the same as below, when it has tasks on a TaskManager that goes
  moves_over,      ///< Flink restarts it once, on other TaskManagers
  fails_over,      ///< the next JobManager starts it from its newest checkpoint
  is_resubmitted,  ///< without HA the next JobManager does not know it: drey submits it again
  starts_over,     ///< everything restarts; it goes on from a checkpoint made just before
};
std::string_view name_of(job_course x);

/// How long not all of its tasks run, as measured on a real cluster with small state.
struct expected_outage {
  seconds low;
  seconds high;
};

struct job_plan {
  object_name name;
  comparison is = comparison::unchanged;
  job_course course = job_course::untouched;
  std::int32_t restarts = 0;  ///< by what its cluster needs
  /// The same where machines have too little room for spare TaskManagers, or each standby leads
  /// once.
  std::int32_t restarts_most = 0;
  std::optional<expected_outage> outage;
  std::vector<std::string> blocked_by;  ///< why drey does not begin by itself
  std::vector<std::string> cautions;
  std::vector<job_change> own_changes;
  job_action own_action = job_action::nothing;
  /// Why another parallelism, which alone changes of it, stops it; empty: it does not, or more
  /// changes.
  std::string not_in_place;
};

struct cluster_plan {
  object_name name;
  comparison is = comparison::unchanged;
  deployment_mode mode = deployment_mode::standalone;
  restart_action action = restart_action::nothing;
  std::vector<planned_change> changes;
  std::vector<std::string> cautions;
  bool ordinals = true;           ///< the window of its TaskManagers may move; else jobs move twice
  std::int32_t job_managers = 0;  ///< pods that restart
  std::optional<std::int32_t> task_managers;  ///< the same; none: as many as Flink has made
  std::vector<job_plan> jobs;
};

/// Clusters and their jobs in the order of their names.
struct restart_plan {
  std::vector<cluster_plan> clusters;
};

/// Under which name a plan speaks of a cluster; a manifest without a namespace belongs to
/// "default".
object_name name_in_plan(const object_meta& cluster);

restart_plan plan_between(const resource_set& before, const resource_set& after);

/// The heaviest of all clusters; a change of a job that is refused is one, too.
restart_action action_of(const restart_plan& plan);

/// What a pipeline is told: 0 no pod restarts, 3 TaskManagers are replaced or removed
/// with tasks on them, 4 the JobManager fails
/// over, 5 both restart, 6 something is refused. 1 and 2 are left to whoever reads the manifests.
int exit_code_of(restart_action action);

}  // namespace drey
