/// Kubernetes HA of Flink: the two kinds of ConfigMaps that a JobManager writes and reads itself,
/// the files below `high-availability.storageDir` that they point to, and the leader lock.
///
///   <id>-cluster-config-map   who leads; `jobGraph-<job id>` for every job to be recovered
///   <id>-<job id>-config-map  `checkpointID-%019d` for every retained checkpoint; `counter`
/// Before 1.15 (lab, 1.12.5) each component has its own: <id>-dispatcher-leader with the graphs,
/// <id>-restserver-leader with the `address`, and <id>-<job id>-jobmanager-leader.
///
/// Real values are serialised Java; here they are the paths. A ConfigMap that somebody deleted is
/// not made again for a job that had one: its checkpoints have lost their pointer.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/flink/flink_process.hpp"
#include "sim/kubernetes/kubernetes.hpp"

namespace drey::sim {

/// A job to be started by a new leader.
struct recoverable_job {
  job_graph graph;
  std::vector<completed_checkpoint> retained;  ///< oldest first
  std::int64_t next_checkpoint = 1;
};

/// The lock in the leader's ConfigMap. It is renewed without trace, but where a kubelet is silent
/// and somebody may look at it; when the holder falls silent it is free only after the lease.
struct leader_lock {
  std::uint64_t holder = 0;  ///< process; 0: nobody
  milliseconds free_at{0};   ///< when `holder` is 0
};

class high_availability {
public:
  high_availability(kubernetes& kube, const storage& files) : kube_(kube), files_(files) {}

  leader_lock& lock_of(const object_name& cluster) { return locks_[cluster]; }

  /// False: the API server refused.
  bool write_leader(const job_manager_process& by);
  /// The leader's annotation says when it did so last; the server's refusal changes nothing.
  void renew_lock(const job_manager_process& by, milliseconds now);
  bool write_graph(const job_manager_process& by, const job_graph& graph);
  /// Creates the job's own ConfigMap.
  bool write_job(const job_manager_process& by, const flink_job& x);

  /// Notes the job's checkpoint pointers, to be written by the next `flush`.
  void owe_pointers(const job_manager_process& by, flink_job& x);
  /// Writes what is owed; what is refused stays owed.
  void flush();
  bool owes() const { return !owed_.empty(); }

  std::vector<recoverable_job> recoverable(const job_manager_process& by);

  /// The job result store: "dirty" from the end of the job to the removal of its HA data.
  bool has_result(const job_manager_process& by, const job_id& job) const;
  void write_result(const job_manager_process& by, const job_id& job);
  std::vector<job_id> dirty_results(const job_manager_process& by) const;
  /// Removes the job's HA data and marks its result clean, or deletes it. False: refused.
  bool clean(const job_manager_process& by, const job_id& job);

  /// The application result store, by path: the same for an application that is over, whatever jobs
  /// it had.
  bool has_application_result(const job_manager_process& by) const;
  void write_application_result(const job_manager_process& by);
  void clean_application(const job_manager_process& by);

private:
  enum class result_state { dirty, clean };
  /// Below one `storageDir/cluster-id`.
  struct directory {
    std::map<job_id, job_graph> graphs;
    std::map<job_id, result_state> results;
  };
  /// Wanted content of a job's ConfigMap.
  struct owed_pointers {
    std::string cluster_id;
    std::string user;
    string_map data;
  };

  directory& directory_of(const job_manager_process& by);
  const directory* find_directory(const job_manager_process& by) const;
  bool apply(const object_name& name, const std::string& cluster_id, string_map data,
             std::string_view user);
  bool forget_graph(const job_manager_process& by, const job_id& job);
  bool remove_map(const object_name& name, std::string_view user);
  void read_pointers(const object_name& name, recoverable_job& into) const;

  kubernetes& kube_;
  const storage& files_;
  std::map<object_name, leader_lock> locks_;
  std::map<std::string, directory> directories_;
  std::map<std::string, result_state> applications_;
  std::map<object_name, owed_pointers> owed_;
};

object_name cluster_map_name(const job_manager_process& x);
object_name job_map_name(const job_manager_process& x, const job_id& job);
/// `checkpointID-%019d`
std::string checkpoint_key(std::int64_t id);

}  // namespace drey::sim
