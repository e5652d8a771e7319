/// Savepoints in the steps that can be interrupted: accepted, state taken, durable, known to be
/// complete. What is known of an operation lives in the JobManager's memory only.
#include "sim/flink/parts.hpp"

namespace drey::sim {
namespace {

constexpr int hex_digits = 12;
/// `rest.async.store-duration`, from the completion on.
constexpr milliseconds known_for{300'000};

std::string hex_of(std::uint64_t value, int digits) {
  constexpr std::string_view alphabet = "0123456789abcdef";
  std::string text(static_cast<std::size_t>(digits), '0');
  for (auto at = text.rbegin(); at != text.rend(); ++at, value >>= 4) *at = alphabet[value & 15];
  return text;
}

}  // namespace

void flink::parts::forget_old_savepoints(job_manager_process& x) const {
  std::erase_if(x.savepoints, [&](const auto& one) {
    return one.second.completed && *one.second.completed + known_for <= time.now();
  });
}

/// A trigger id that is known names the operation that is known: nothing is triggered again.
flink_answer flink::parts::trigger(job_manager_process& x, const trigger_savepoint& what) {
  const auto found = x.jobs.find(what.job);
  if (found == x.jobs.end())
    return refused(refusal_reason::not_found, "Job " + what.job.hex + " not found");
  auto& job = found->second;
  const auto& directory =
      what.directory.empty() ? job.graph.settings.savepoint_dir : what.directory;
  if (directory.empty())
    return refused(refusal_reason::invalid, "no savepoint directory is given or configured");
  forget_old_savepoints(x);
  if (!x.savepoints.emplace(what.trigger_id, savepoint_operation{what.job, {}, {}, {}}).second)
    return {flink_done{}};
  if (!job.flowing_since || job.store_out_of_reach) {
    finish_savepoint(
        x.session, what.trigger_id,
        {what.job, {}, {}, "CheckpointException: Not all required tasks are currently running"},
        drawn("savepoint_refused", 10, 100));
    return {flink_done{}};
  }
  settle(x, job);
  completed_checkpoint point;
  point.id = job.next_checkpoint++;
  job.pointer_changed = true;
  point.taken = time.now();
  point.position = checkpoints_of_jobs::position_at(job, point.taken);
  point.path = normal_path(
      normal_path(directory) + "/savepoint-" + what.job.hex.substr(0, 6) + "-" +
      hex_of(chance.choose("flink", "savepoint_name", std::size_t{1} << 48), hex_digits));
  time.after(drawn("savepoint_length", 200, 2'000),
             [this, session = x.session, what, point, of = reference_to(x, job)] {
               write_savepoint(session, what, of, point);
             });
  return {flink_done{}};
}

void flink::parts::write_savepoint(std::uint64_t session, const trigger_savepoint& what,
                                   const job_reference& of, completed_checkpoint point) {
  auto* job = find(of);
  const auto fails = [&](std::string why) {
    finish_savepoint(session, what.trigger_id, {what.job, {}, {}, std::move(why)},
                     drawn("savepoint_known", 0, 300));
  };
  if (!job || !job->flowing_since || job->store_out_of_reach)
    return fails("CheckpointException: Checkpoint Coordinator is suspending");
  const bool doomed = doomed_savepoints.erase(std::string{resource_of(job->graph.lineage)}) != 0;
  if (doomed || (faults_allowed() &&
                 chance.happens("fault", "savepoint_failure", faults.savepoint_failure_per_mille)))
    return fails("CheckpointException: Asynchronous task checkpoint failed");
  point.done = time.now();
  checkpointing.write_snapshot(*job, point);
  const auto location = path_as_flink_prints(point.path);
  job->shown_savepoint =
      checkpoint_info{point.id, location, (timeline::wall_start + point.taken).count()};
  const std::string name{resource_of(job->graph.lineage)};
  tell(subject::job, name, tone::good, "savepoint_completed",
       "a savepoint of job " + name + " is complete: " + location);
  finish_savepoint(session, what.trigger_id, {what.job, {}, location, {}},
                   drawn("savepoint_known", 0, 300));
}

void flink::parts::finish_savepoint(std::uint64_t session, const std::string& trigger_id,
                                    savepoint_operation result, milliseconds after) {
  time.after(after, [this, session, trigger_id, result = std::move(result)] {
    auto* x = leader_of_session(session);
    if (!x) return;
    auto& known = x->savepoints.insert_or_assign(trigger_id, result).first->second;
    known.completed = time.now();
  });
}

}  // namespace drey::sim
