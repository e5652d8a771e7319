/// The inside of `flink`: all processes and what they do to each other. One file per topic
/// implements it: job_managers, task_managers, dispatcher, scheduling, savepoints, rest, truth.
///
/// Planned steps never hold pointers: they name a process or a job and are dropped when it is no
/// longer what it was.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/flink/checkpoints.hpp"
#include "sim/flink/flink.hpp"
#include "sim/flink/flink_process.hpp"
#include "sim/flink/high_availability.hpp"

namespace drey::sim {

/// Whether a process had the time to tell its peers.
enum class farewell { said, none };

/// Who made the pod of a TaskManager.
enum class pod_of { controller, job_manager };

/// Which job, as it was when this was made.
struct job_reference {
  std::uint64_t session = 0;
  job_id id;
  std::uint64_t serial = 0;
  std::uint64_t attempt = 0;
};

/// Tasks that run on without their JobMaster, until every TaskManager has noticed.
struct orphaned_tasks {
  std::set<std::uint64_t> hosts;
  std::int64_t position = 0;
  std::optional<milliseconds> flowing_since;
};

struct flink::parts {
  parts(timeline& time_, choices& chance_, const fault_profile& faults_, kubernetes& kube_,
        storage& files_, recorder record_)
      : time(time_),
        chance(chance_),
        faults(faults_),
        kube(kube_),
        files(files_),
        record(std::move(record_)),
        ha(kube_, files_),
        checkpointing(chance_, faults_, files_) {}

  timeline& time;
  choices& chance;
  const fault_profile& faults;
  kubernetes& kube;
  storage& files;
  recorder record;
  ledger books;
  high_availability ha;
  checkpoints_of_jobs checkpointing;

  std::uint64_t last_number = 0;  ///< of processes, sessions and jobs
  std::map<std::uint64_t, job_manager_process> job_managers;
  std::map<std::uint64_t, task_manager_process> task_managers;
  std::map<std::string, std::uint64_t> process_of_pod;
  std::map<std::uint64_t, std::uint64_t> process_of_session;
  std::map<std::size_t, orphaned_tasks> orphans;  ///< by execution
  std::set<std::string> outages;                  ///< resources whose job stands still
  std::map<std::string, job_reference> last_job;  ///< by resource
  std::set<std::string> doomed_savepoints;        ///< resources whose next savepoint fails
  std::map<std::string, milliseconds> poison;     ///< by resource: kills so long after each start
  std::map<object_name, milliseconds> hanging_rest;

  // ── common ──
  void tell(subject whom, std::string name, tone how, std::string what, std::string text) const;
  milliseconds drawn(std::string_view site, std::int64_t low, std::int64_t high);
  bool faults_allowed() const { return time.now() < faults.until; }
  job_manager_process* job_manager(std::uint64_t number);
  job_manager_process* leader_of_session(std::uint64_t session);
  /// Null: its process is gone.
  const job_manager_process* job_manager_of(const execution& x) const;
  task_manager_process* task_manager(std::uint64_t number);
  /// Null: it has moved on.
  flink_job* find(const job_reference& which);
  static job_reference reference_to(const job_manager_process& in, const flink_job& x);
  /// Plans a step of a job; dropped if the job has moved on by then.
  template <class Step>
  timeline::handle later(milliseconds delay, const job_manager_process& in, const flink_job& x,
                         Step step);

  // ── job_managers.cpp ──
  void start_job_manager(process_place place, configuration config, std::string version,
                         std::optional<application_program> program,
                         std::optional<native_workers> workers);
  void start_flink(std::uint64_t number);
  void bid_for_leadership(job_manager_process& x);
  void bid_of_all(const object_name& cluster);
  void try_to_lead(std::uint64_t number);
  void lead(job_manager_process& x);
  void serve_rest(std::uint64_t session, const std::vector<recoverable_job>& recovered);
  void stand_by(const job_manager_process& x);
  /// Null: nobody serves REST there now.
  job_manager_process* serving_leader(const object_name& cluster);
  void stop_job_manager(job_manager_process& x, farewell how);
  void drop_leadership(job_manager_process& x, farewell how);
  void release_lock(job_manager_process& x, farewell how);
  void look_at_api(job_manager_process& x);
  void lose_lock(std::uint64_t number);
  void keep_renewing(job_manager_process& x);
  void metadata_deleted(const object_name& map);
  /// The process ends by itself, with an error.
  void end_process(job_manager_process& x);

  // ── application.cpp ──
  void take_launch(std::uint64_t number, std::int32_t tries_left);
  void fence_first_process(job_manager_process& x);
  static bool can_begin(const application_program& program);
  void run_application(std::uint64_t session);
  void end_of_main(std::uint64_t session);
  /// main() is told that its job did not begin, and the process ends with it (lab: 0.8 s later).
  void end_soon(std::uint64_t number);

  // ── task_managers.cpp ──
  void start_task_manager(process_place place, const configuration& config, pod_of made_by);
  void task_manager_up(std::uint64_t number);
  void stop_task_manager(task_manager_process& x, farewell how);
  bool is_deaf(task_manager_process& x);
  void seek_master(task_manager_process& x);
  void seek_masters(const object_name& cluster);
  job_manager_process* master_for(const task_manager_process& x);
  void register_at(task_manager_process& x, job_manager_process& master);
  void displace_namesake(const task_manager_process& x, job_manager_process& master);
  void look_at_peer(task_manager_process& x);
  void plan_silence(task_manager_process& x, milliseconds delay);
  /// The connection to its master ends on both sides.
  void fall_silent(task_manager_process& x, std::string_view why);
  void take_slots_away(job_manager_process& x, std::uint64_t host, const std::string& why);
  void lose_slots(task_manager_process& x, std::int32_t count);
  bool leak_slots(task_manager_process& x, std::int32_t count);
  void drop_tasks(task_manager_process& x);
  void forget_if_dead(std::uint64_t number);
  void left_by_master(task_manager_process& x, const process_place& master, farewell how);

  // ── workers.cpp ──
  enum class creation { done, refused };
  void recover_workers(std::uint64_t session);
  void want_workers(job_manager_process& x);
  void plan_workers(job_manager_process& x, milliseconds delay);
  void look_at_workers(std::uint64_t session);
  void give_up_workers(job_manager_process& x);
  void release_idle(job_manager_process& x);
  void delete_released(job_manager_process& x);
  creation ask_for_workers(job_manager_process& x);
  creation make_worker(job_manager_process& x);
  static bool takes(const job_manager_process& x, const task_manager_process& one);
  void plan_end_of_worker(task_manager_process& x, milliseconds delay);
  void pod_changed(const object_change& change);

  // ── dispatcher.cpp ──
  /// `jars`: of the JobManager that was asked, `x`: the one that leads.
  flink_answer submit(job_manager_process& x, const jars_on_disk& jars, const run_jar& what,
                      std::function<void(flink_answer)> answer);
  job_graph graph_of(const job_manager_process& x, const jars_on_disk& jars,
                     const run_jar& what) const;
  std::optional<refusal> submission_refused(const job_manager_process& x, const jars_on_disk& jars,
                                            const run_jar& what) const;
  void register_submission(std::uint64_t session, std::uint64_t number);
  flink_job& register_job(job_manager_process& x, job_graph graph, execution_origin origin);
  void recover_jobs(job_manager_process& x);
  void recover(job_manager_process& x, const recoverable_job& what);
  void initialise(job_manager_process& x, flink_job& job);
  void end_job(job_manager_process& x, flink_job& job, job_state how, std::string_view why);
  void overwrite(job_manager_process& x, flink_job& job);
  void clean_up(std::uint64_t session, const job_id& job);
  void cancel(job_manager_process& x, flink_job& job);
  void finish_cancel(job_manager_process& x, flink_job& job);
  void drop_expired(job_manager_process& x) const;
  void tell_end(const flink_job& job, std::string_view why);

  // ── scheduling.cpp ──
  void await_slots(job_manager_process& x, flink_job& job);
  void serve_waiting(job_manager_process& x);
  bool take_slots(job_manager_process& x, flink_job& job);
  void free_slots(flink_job& job);
  void end_waiting(flink_job& job);
  void deploy(job_manager_process& x, flink_job& job);
  void tasks_started(job_manager_process& x, flink_job& job);
  void fail(job_manager_process& x, flink_job& job, std::string_view why);
  void fail_for_good(job_manager_process& x, flink_job& job, std::string_view why);
  void restart(job_manager_process& x, flink_job& job);
  /// Of one that is poisonous: a TaskManager that it runs on.
  void plan_kill(const job_manager_process& x, const flink_job& job);
  void stop_tasks(job_manager_process& x, flink_job& job);
  /// Whether all its tasks run and hear each other is looked at again.
  void look_at_flow(job_manager_process& x, flink_job& job);
  void look_at_flow_on(std::uint64_t task_manager_number);
  bool hosts_are_well(const job_manager_process& x, const flink_job& job) const;
  void start_flow(job_manager_process& x, flink_job& job);
  void stop_flow(job_manager_process& x, flink_job& job);
  /// Only if its records flow.
  void begin_outage(const flink_job& job, std::string_view why);
  bool load_state(flink_job& job);
  std::string why_unreadable(const flink_job& job) const;
  void settle(job_manager_process& x, flink_job& job);
  void settle_all();

  // ── adaptive.cpp ──
  flink_answer answer(job_manager_process& x, const rescale_job& what);
  std::optional<refusal> rescale_refused(const job_manager_process& x, const rescale_job& what);
  /// Its tasks begin again from its newest checkpoint, with the slots that there are.
  void rescale(job_manager_process& x, flink_job& job);
  /// So many slots it lacks, and would take.
  static std::int32_t slots_sought(const job_manager_process& x, const flink_job& job);
  /// Jobs that have fewer slots than they want take those that are free, or that can be made.
  void widen(job_manager_process& x);
  std::int32_t free_slots_of(const job_manager_process& x) const;
  /// So many slots a job that waits begins with; 0: it waits on.
  std::int32_t width_of(const job_manager_process& x, const flink_job& job) const;

  // ── savepoints.cpp ──
  flink_answer trigger(job_manager_process& x, const trigger_savepoint& what);
  flink_answer stop(job_manager_process& x, const stop_job& what);
  void write_last_savepoint(std::uint64_t session, const stop_job& what, const job_reference& of,
                            completed_checkpoint point);
  void finish_stopped(std::uint64_t session, const stop_job& what, const job_reference& of,
                      const std::string& location);
  completed_checkpoint snapshot_of(flink_job& job, const std::string& directory);
  void write_savepoint(std::uint64_t session, const trigger_savepoint& what,
                       const job_reference& job, completed_checkpoint point);
  void forget_old_savepoints(job_manager_process& x) const;
  void finish_savepoint(std::uint64_t session, const std::string& trigger_id,
                        savepoint_operation result, milliseconds after);

  // ── on_demand.cpp ──
  void forget_old_operations(job_manager_process& x) const;
  void finish_checkpoint(std::uint64_t session, const std::string& trigger_id);
  void finish_disposal(std::uint64_t session, const std::string& request, const std::string& path);
  flink_answer answer(job_manager_process& x, const trigger_checkpoint& what);
  flink_answer answer(job_manager_process& x, const get_triggered_checkpoint& what);
  flink_answer answer(job_manager_process& x, const dispose_savepoint& what);
  flink_answer answer(job_manager_process& x, const get_disposal& what);

  // ── rest.cpp ──
  flink_answer handle(const flink_endpoint& to, const flink_body& body,
                      std::function<void(flink_answer)> answer);
  /// Null: nobody can be reached there.
  job_manager_process* behind(const flink_endpoint& to);
  bool serves(const job_manager_process& x) const;
  flink_answer answer(job_manager_process& x, const get_jobs_overview&);
  flink_answer answer(job_manager_process& x, const get_cluster_overview&);
  flink_answer answer(job_manager_process& x, const get_dashboard&);
  flink_answer answer(job_manager_process& x, const get_task_managers&);
  flink_answer answer(job_manager_process& x, const get_checkpoints& what);
  flink_answer answer(job_manager_process& x, const get_checkpoint_config& what);
  flink_answer answer(job_manager_process& x, const get_failure& what);
  flink_answer answer(job_manager_process& x, const get_job& what);
  flink_answer answer(job_manager_process& x, const upload_jar& what);
  flink_answer answer(job_manager_process& x, const delete_jar& what);
  flink_answer answer(job_manager_process& x, const cancel_job& what);
  flink_answer answer(job_manager_process& x, const trigger_savepoint& what);
  flink_answer answer(job_manager_process& x, const stop_job& what);
  flink_answer answer(job_manager_process& x, const get_savepoint& what);
  flink_answer answer(job_manager_process& x, const run_jar& what);
  cluster_overview overview_of(const job_manager_process& x) const;
  static job_overview overview_of(const flink_job& x);
  static std::vector<job_vertex> vertices_of(const flink_job& x);

  // ── truth.cpp ──
  std::pair<job_manager_process*, flink_job*> live_job_of(const object_name& resource);
  /// Null: none lives in that pod.
  task_manager_process* living_task_manager(const object_name& pod_name);
};

template <class Step>
timeline::handle flink::parts::later(milliseconds delay, const job_manager_process& in,
                                     const flink_job& x, Step step) {
  return time.after(delay, [this, which = reference_to(in, x), step] {
    if (auto* job = find(which)) step(*leader_of_session(which.session), *job);
  });
}

flink_answer refused(refusal_reason why, std::string message);

}  // namespace drey::sim
