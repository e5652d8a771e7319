/// A small but honest Flink: JobManager and TaskManager processes in pods, REST, Dispatcher,
/// checkpoints, savepoints, HA ConfigMaps, slots, heartbeats and restart strategies, held against
/// what a real 1.20.1 answered. Other versions differ only where the code says so.
///
/// How pods become processes: labels `app=<cluster>` and `component=jobmanager|taskmanager`; the
/// annotation `drey.io/config-map` names the ConfigMap with Flink's configuration (key
/// `config.yaml` or `flink-conf.yaml`, flat "key: value" lines). A pod whose ConfigMap is missing
/// exits again and again.
///
/// Time: nothing is planned at rest. Checkpoints are computed when somebody looks; heartbeats are
/// deadlines that exist only while a peer is silent.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/flink_call.hpp"
#include "sim/choices.hpp"
#include "sim/faults.hpp"
#include "sim/flink/ledger.hpp"
#include "sim/happening.hpp"
#include "sim/kubernetes/kubernetes.hpp"
#include "sim/kubernetes/processes.hpp"
#include "sim/storage/storage.hpp"
#include "sim/timeline.hpp"

namespace drey::sim {

/// What to do with checkpoints of a job.
enum class checkpoint_flow { open, blocked };

class flink final : public pod_processes {
public:
  /// Runs the processes of `kube` from now on. Everything given must outlive the actions planned
  /// on `time`. Of the profile it reads: job_failure_every, checkpoint_failure_per_mille,
  /// savepoint_failure_per_mille, flink_late_request_per_mille with late_max (slow registration of
  /// a submission), until.
  flink(timeline& time, choices& chance, const fault_profile& faults, kubernetes& kube,
        storage& files, recorder record);
  ~flink() override;
  flink(const flink&) = delete;
  flink& operator=(const flink&) = delete;

  // ── REST ──
  /// One request, handled and answered at this moment. `unavailable`: no Service, no ready leader,
  /// or its node cannot be reached from the control plane. `unknown_outcome`: it hangs. Latency,
  /// loss and repetition on the way are the caller's business. A `run_jar` that was accepted may
  /// become visible only later (slow accept).
  flink_answer call(const flink_endpoint& to, const flink_body& body);
  /// The same, but the answer of a `run_jar` comes when Flink gives it: after the job is
  /// registered; `unknown_outcome` if the JobManager is lost before. Others answer at once.
  void call(const flink_endpoint& to, const flink_body& body,
            std::function<void(flink_answer)> answer);

  // ── pods ──
  void started(const pod& x) override;
  void asked_to_stop(const std::string& pod_uid) override;
  void stopped(const std::string& pod_uid, stop_reason why) override;
  /// To be called after nodes were cut or healed, powered off or on, and after the API server went
  /// or came back: who can hear whom is looked at again.
  void network_changed();

  /// Writes every checkpoint that is due by now, files and HA ConfigMaps. To be called before
  /// anybody reads ConfigMaps; REST and the storage do it themselves.
  void catch_up();

  // ── faults on demand ──
  // `job` is the resource's name: the part of the lineage before '@', or the Flink job's name.
  // False: there is no such process or job that is not terminal.

  bool crash_job_manager(const object_name& cluster);
  bool crash_task_manager(const object_name& pod_name);
  /// Beyond what its restart strategy bears: FAILED.
  bool fail_job(const object_name& job);
  /// An ordinary failure: the restart strategy decides.
  bool disturb_job(const object_name& job);
  /// From now on a TaskManager that it runs on is killed, `after` each start of its tasks, for want
  /// of memory.
  void poison_job(const object_name& job, milliseconds after);
  void cure_job(const object_name& job);
  /// Until its process ends the TaskManager offers so many slots fewer.
  bool lose_slots(const object_name& pod_name, std::int32_t count);
  /// Until its process ends so many of its free slots are taken, for no job. False: none is free.
  bool leak_slots(const object_name& pod_name, std::int32_t count);
  bool finish_job(const object_name& job);
  bool cancel_by_hand(const object_name& job);
  bool set_checkpoints(const object_name& job, checkpoint_flow flow);
  bool fail_next_savepoint(const object_name& job);
  /// Behind its savepoint, which stays.
  void fail_next_stop(const object_name& job);
  /// Every call of this cluster's REST times out, not applied, for `length` from now on.
  void hang_rest(const object_name& cluster, milliseconds length);
  /// Until the process that leads ends; false: none does.
  bool kill_rest(const object_name& cluster);

  // ── the truth ──
  const std::vector<execution>& executions() const;
  const std::vector<task_start>& starts() const;
  const std::vector<submission_record>& submissions() const;
  const std::vector<host_end>& host_ends() const;
  const std::vector<slot_loss>& slot_losses() const;
  std::size_t live_executions(std::string_view lineage) const;
  /// False: its JobManager is being deleted and has no TaskManager that lives, so none of its tasks
  /// runs or will.
  bool may_work(const execution& x) const;
  /// Those that live and may work.
  std::size_t working_executions(std::string_view lineage) const;
  /// Those of them that have a JobManager.
  std::size_t led_executions(std::string_view lineage) const;
  /// The snapshot whose state was taken last of all durable ones of the lineage, by now.
  std::optional<snapshot_file> newest_durable(std::string_view lineage);
  /// The snapshot at that path; null: there is none.
  const snapshot_file* file_at(std::string_view path) const;
  /// Of all jobs that ever ran, by now; savepoints are not among them.
  std::int64_t checkpoints_completed();
  /// What REST of the leader would answer, whoever can reach it; none: no leader.
  std::optional<cluster_overview> cluster_truth(const object_name& cluster) const;
  /// Resources whose jobs hold slots of the TaskManager in that pod.
  std::set<std::string> jobs_on(const std::string& pod_uid) const;
  /// The job of that resource in the JobManager that registered it last; none: nobody knows it.
  std::optional<job_overview> job_truth(const object_name& job) const;
  /// So many tasks each of its parts has, but for those that its program fixes; none: as above.
  std::optional<std::int32_t> parallelism_truth(const object_name& job) const;
  /// For so long the JobManager in that pod has led by a lock that it renews; none: it does not.
  std::optional<milliseconds> lock_renewed_for(const std::string& pod_uid) const;
  /// A JobManager that is there still knows what became of it. A new one does not.
  bool is_remembered(const job_id& id) const;

private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

}  // namespace drey::sim
