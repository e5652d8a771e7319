/// Progress and checkpoints of one job, computed when somebody looks: between two looks nothing is
/// planned, however many checkpoints completed.
///
/// Checkpoints are triggered every interval while all tasks run, complete some time later, take an
/// id each (a failed one too) and replace the oldest retained one. Failed checkpoints are always
/// tolerated (`tolerable-failed-checkpoints` is taken as unlimited).
#pragma once

#include <string>
#include <vector>

#include "sim/choices.hpp"
#include "sim/faults.hpp"
#include "sim/flink/flink_job.hpp"
#include "sim/storage/storage.hpp"

namespace drey::sim {

class checkpoints_of_jobs {
public:
  checkpoints_of_jobs(choices& chance, const fault_profile& faults, storage& files)
      : chance_(chance), faults_(faults), files_(files) {}

  static std::int64_t position_at(const flink_job& x, milliseconds at);

  /// All tasks run and reach each other from now on, or no longer.
  void start_flow(flink_job& x, milliseconds now);
  void stop_flow(flink_job& x, milliseconds now);

  /// Completes what is due by now. Sets `pointer_changed` when something was.
  void settle(flink_job& x, milliseconds now);
  /// One that was asked for; settled before.
  void trigger_now(flink_job& x, milliseconds now);
  /// The number of a savepoint whose state is taken now: behind a checkpoint that is under way, as
  /// the coordinator gives a number when it triggers. Settled before.
  static std::int64_t begin_savepoint(flink_job& x, milliseconds now);
  /// It is durable now; where, as Flink prints it.
  std::string complete_savepoint(flink_job& x, const completed_checkpoint& what);
  /// It, or with `abort_savepoints` whatever is under way, comes to nothing.
  static void abort_savepoint(flink_job& x, std::int64_t id);
  static void abort_savepoints(flink_job& x);

  /// Newest first, as REST tells it. Settled before.
  static std::vector<triggered_checkpoint> history_of(const flink_job& x, milliseconds now);
  /// As far as the history goes back.
  static bool has_completed(const flink_job& x, std::int64_t id);

  /// The number that the next checkpoint has or will have, unless a savepoint comes before it.
  static std::int64_t number_of_next(const flink_job& x) {
    return x.begun.value_or(x.next_checkpoint);
  }
  /// The next checkpoint comes one interval from now: the coordinator was started (again).
  static void begin_interval(flink_job& x, milliseconds now);

  /// Removes what the retention policy does not keep for a job that ended so.
  void discard_after(flink_job& x, job_state ended);

  /// Of all jobs, as far as they were settled.
  std::int64_t completed() const { return completed_; }

private:
  static bool runs(const flink_job& x);
  std::int64_t skip_all_but_newest(flink_job& x, std::int64_t due);
  static void remember_skipped(flink_job& x, std::int64_t skipped);
  void trigger(flink_job& x);
  void complete(flink_job& x, completed_checkpoint what);
  /// A directory's snapshot by this job becomes durable now.
  void write_snapshot(const flink_job& x, const completed_checkpoint& what);

  choices& chance_;
  const fault_profile& faults_;
  storage& files_;
  std::int64_t completed_ = 0;
};

/// `<checkpoint dir>/<job id>/chk-<id>`, normal form; empty: no directory is set.
std::string checkpoint_path(const job_graph& graph, std::int64_t id);

}  // namespace drey::sim
