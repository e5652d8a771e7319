/// JobManager and TaskManager processes as plain data. A process is one run of a container: a pod
/// whose container is restarted in place has another process under the same UID.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/flink/application.hpp"
#include "sim/flink/flink_job.hpp"
#include "sim/flink/settings.hpp"
#include "sim/flink/workers.hpp"
#include "sim/timeline.hpp"

namespace drey::sim {

/// Where a process runs.
struct process_place {
  std::uint64_t number = 0;  ///< of the process, never used again
  std::string pod_uid;
  object_name pod;
  std::string node;
  object_name cluster;
  std::string address;      ///< of the pod, which the API may not have been told yet
  std::string resource_id;  ///< of a TaskManager of standalone mode: what it registers with
};

struct savepoint_operation {
  job_id job;
  std::optional<milliseconds> completed;  ///< when; none: in progress
  std::string location;
  std::string failure;
};

/// A checkpoint that was asked for under an id.
struct checkpoint_operation {
  job_id job;
  std::int64_t checkpoint = 0;  ///< the one that it will be
  std::optional<milliseconds> completed;
  std::string failure;
};

struct disposal_operation {
  std::optional<milliseconds> completed;
  std::string failure;
};

/// A run_jar that was taken and is not yet a job.
struct pending_submission {
  job_graph graph;
  std::function<void(flink_answer)> answer;  ///< may be empty
};

enum class leadership { starting, candidate, leading };

/// Jar id to address.
using jars_on_disk = std::map<std::string, std::string>;

struct job_manager_process {
  process_place place;
  process_settings settings;
  configuration config;
  std::string version;                           ///< "1.20.1"
  flink_version release = flink_version::v1_20;  ///< the same, as what it can do goes by
  leadership phase = leadership::starting;
  std::uint64_t session = 0;  ///< of its leadership; 0: does not lead
  milliseconds leads_since{0};
  bool serves_rest = false;        ///< a little later than it leads
  bool rest_dead = false;          ///< answers nobody any more, and works on
  bool hears_api = true;           ///< can renew its lock and reach the store
  timeline::handle bid = 0;        ///< planned attempt to become leader
  timeline::handle lock_loss = 0;  ///< planned end of a leadership that cannot be renewed
  timeline::handle renewal = 0;    ///< planned renewal of the lock that is written down
  timeline::handle fence = 0;      ///< planned end of a launch's first process, before that

  std::optional<application_program> program;  ///< none: it is a session cluster's
  bool application_over = false;               ///< as the result store says: main() is not run
  std::optional<native_workers> workers;       ///< none: others make its TaskManagers

  jars_on_disk jars;                 ///< of those that were uploaded to it
  std::map<job_id, flink_job> jobs;  ///< terminal ones too, for a while
  std::map<std::uint64_t, pending_submission> pending;
  std::set<job_id> results;  ///< without HA: the embedded job result store
  std::map<std::string, savepoint_operation> savepoints;
  std::map<std::string, checkpoint_operation> checkpoints_asked;
  std::map<std::string, disposal_operation> disposals;
  std::vector<std::uint64_t> task_managers;  ///< registered, in that order
};

struct task_manager_process {
  process_place place;
  process_settings settings;
  bool up = false;               ///< the JVM has started
  bool alive = true;             ///< false: dead, and its JobManager does not know yet
  std::uint64_t master = 0;      ///< the leader session that it is registered with
  std::string master_node;       ///< where that is, or was
  timeline::handle silence = 0;  ///< planned end of the connection to `master`
  timeline::handle joining = 0;  ///< planned registration
  /// Without HA: the node of a master that fell silent, on a connection that nobody ends. All
  /// masters have one name, so until that connection ends it reaches no other.
  std::string deaf_towards;
  bool native = false;               ///< a JobManager made its pod
  timeline::handle giving_up = 0;    ///< planned end of one that no JobManager takes
  std::int32_t used_slots = 0;       ///< `leaked_slots` among them, while it is registered
  std::int32_t leaked_slots = 0;     ///< taken, and no job has them
  milliseconds idle_since{0};        ///< when no slot is used
  std::set<std::size_t> executions;  ///< whose tasks it runs
};

}  // namespace drey::sim
