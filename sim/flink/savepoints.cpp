/// Savepoints in the steps that can be interrupted: accepted, state taken, durable, known to be
/// complete. What is known of an operation lives in the JobManager's memory only.
#include "protocol/flink_versions.hpp"
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

/// The request under the id by which the JobManager will know it. Before 1.15 that takes none (a
/// request with one is refused: lab, 1.12.5), but gives one. None: refused.
template <class Request>
std::optional<Request> as_known_to(const job_manager_process& x, Request asked,
                                   std::uint64_t& last_number) {
  if (capabilities_of(x.release).trigger_id) return asked;
  if (capabilities_of(asked.version).trigger_id) return std::nullopt;
  asked.trigger_id = "given-" + std::to_string(++last_number);
  return asked;
}

/// As Flink's StopWithSavepointStoppingException has it.
std::string stopping_failure(const std::string& location, const job_id& job) {
  return "org.apache.flink.runtime.scheduler.stopwithsavepoint."
         "StopWithSavepointStoppingException: A savepoint has been created at: " +
         location + ", but the corresponding job " + job.hex +
         " failed during stopping. The savepoint is consistent, but might have uncommitted "
         "transactions. If you want to commit the transaction please restart a job from this "
         "savepoint.";
}

constexpr const char* unexpected = "Request did not match expected format";

}  // namespace

void flink::parts::forget_old_savepoints(job_manager_process& x) const {
  std::erase_if(x.savepoints, [&](const auto& one) {
    return one.second.completed && *one.second.completed + known_for <= time.now();
  });
}

/// A trigger id that is known names the operation that is known: nothing is triggered again.
flink_answer flink::parts::trigger(job_manager_process& x, const trigger_savepoint& asked) {
  forget_old_savepoints(x);
  const auto known = as_known_to(x, asked, last_number);
  if (!known) return refused(refusal_reason::invalid, unexpected);
  const auto& what = *known;
  const auto found = x.jobs.find(what.job);
  if (found == x.jobs.end())
    return refused(refusal_reason::not_found, "Job " + what.job.hex + " not found");
  auto& job = found->second;
  const auto& directory =
      what.directory.empty() ? job.graph.settings.savepoint_dir : what.directory;
  if (directory.empty())
    return refused(refusal_reason::invalid, "no savepoint directory is given or configured");
  if (!x.savepoints.emplace(what.trigger_id, savepoint_operation{what.job, {}, {}, {}}).second)
    return {flink_done{what.trigger_id}};
  if (!job.flowing_since || job.store_out_of_reach) {
    finish_savepoint(
        x.session, what.trigger_id,
        {what.job, {}, {}, "CheckpointException: Not all required tasks are currently running"},
        drawn("savepoint_refused", 10, 100));
    return {flink_done{what.trigger_id}};
  }
  settle(x, job);
  const auto point = snapshot_of(job, directory);
  time.after(drawn("savepoint_length", 200, 2'000),
             [this, session = x.session, what, point, of = reference_to(x, job)] {
               write_savepoint(session, what, of, point);
             });
  return {flink_done{what.trigger_id}};
}

completed_checkpoint flink::parts::snapshot_of(flink_job& job, const std::string& directory) {
  completed_checkpoint point;
  point.id = checkpoints_of_jobs::begin_savepoint(job, time.now());
  job.pointer_changed = true;
  point.taken = time.now();
  point.position = checkpoints_of_jobs::position_at(job, point.taken);
  point.path = normal_path(
      normal_path(directory) + "/savepoint-" + job.graph.id.hex.substr(0, 6) + "-" +
      hex_of(chance.choose("flink", "savepoint_name", std::size_t{1} << 48), hex_digits));
  return point;
}

void flink::parts::write_savepoint(std::uint64_t session, const trigger_savepoint& what,
                                   const job_reference& of, completed_checkpoint point) {
  auto* job = find(of);
  const auto fails = [&](std::string why) {
    if (job) checkpoints_of_jobs::abort_savepoint(*job, point.id);
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
  const auto location = checkpointing.complete_savepoint(*job, point);
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

// ── stop with savepoint: sources end, the state is taken and durable, the job is finished ───────

/// One at a time: a second one is told that it failed.
flink_answer flink::parts::stop(job_manager_process& x, const stop_job& asked) {
  forget_old_savepoints(x);
  const auto known = as_known_to(x, asked, last_number);
  if (!known) return refused(refusal_reason::invalid, unexpected);
  const auto& what = *known;
  const auto found = x.jobs.find(what.job);
  if (found == x.jobs.end())
    return refused(refusal_reason::not_found, "Job " + what.job.hex + " not found");
  auto& job = found->second;
  const auto& directory =
      what.directory.empty() ? job.graph.settings.savepoint_dir : what.directory;
  if (directory.empty())
    return refused(refusal_reason::invalid, "no savepoint directory is given or configured");
  if (!x.savepoints.emplace(what.trigger_id, savepoint_operation{what.job, {}, {}, {}}).second)
    return {flink_done{what.trigger_id}};
  const auto fails = [&](std::string why) -> flink_answer {
    finish_savepoint(x.session, what.trigger_id, {what.job, {}, {}, std::move(why)},
                     drawn("savepoint_refused", 10, 100));
    return {flink_done{what.trigger_id}};
  };
  if (!job.stopping.empty())
    return fails("CheckpointException: Another stop-with-savepoint is in progress");
  if (!job.flowing_since || job.store_out_of_reach)
    return fails("CheckpointException: Not all required tasks are currently running");
  settle(x, job);
  auto point = snapshot_of(job, directory);
  point.drained = what.drain;
  job.stopping = what.trigger_id;
  stop_flow(x, job);
  time.after(drawn("savepoint_length", 200, 2'000),
             [this, session = x.session, what, point, of = reference_to(x, job)] {
               write_last_savepoint(session, what, of, point);
             });
  return {flink_done{what.trigger_id}};
}

/// A savepoint that fails leaves the job running: its sources go on.
void flink::parts::write_last_savepoint(std::uint64_t session, const stop_job& what,
                                        const job_reference& of, completed_checkpoint point) {
  auto* x = leader_of_session(session);
  auto* job = find(of);
  const bool holds = x && job && job->stopping == what.trigger_id &&
                     job->state == job_state::running && hosts_are_well(*x, *job) &&
                     !job->store_out_of_reach;
  const bool doomed =
      holds && doomed_savepoints.erase(std::string{resource_of(job->graph.lineage)}) != 0;
  const bool unlucky =
      holds && faults_allowed() &&
      chance.happens("fault", "savepoint_failure", faults.savepoint_failure_per_mille);
  if (!holds || doomed || unlucky) {
    if (job) checkpoints_of_jobs::abort_savepoint(*job, point.id);
    finish_savepoint(session, what.trigger_id,
                     {what.job, {}, {}, "CheckpointException: Asynchronous task checkpoint failed"},
                     drawn("savepoint_known", 0, 300));
    if (!x || !job || job->stopping != what.trigger_id) return;
    job->stopping.clear();
    if (job->state == job_state::running) look_at_flow(*x, *job);
    return;
  }
  point.done = time.now();
  const auto location = checkpointing.complete_savepoint(*job, point);
  const std::string name{resource_of(job->graph.lineage)};
  tell(subject::job, name, tone::good, "savepoint_completed",
       "the last savepoint of job " + name + " is complete: " + location);
  time.after(drawn("last_tasks", 10, 500),
             [this, session, what, of, location] { finish_stopped(session, what, of, location); });
}

/// A task that fails after the savepoint brings the whole job back, from its newest checkpoint: a
/// savepoint is none (since 1.15). It stays, and the answer names it.
void flink::parts::finish_stopped(std::uint64_t session, const stop_job& what,
                                  const job_reference& of, const std::string& location) {
  auto* x = leader_of_session(session);
  auto* job = find(of);
  const auto fails = [&] {
    finish_savepoint(session, what.trigger_id,
                     {what.job, {}, location, stopping_failure(location, what.job)},
                     drawn("savepoint_known", 0, 300));
  };
  if (!x || !job || job->stopping != what.trigger_id) return fails();  // it failed in between
  const bool doomed = doomed_stops.erase(std::string{resource_of(job->graph.lineage)}) != 0;
  const bool unlucky = faults_allowed() &&
                       chance.happens("fault", "stop_failure", faults.savepoint_failure_per_mille);
  if (doomed || unlucky || job->state != job_state::running || !hosts_are_well(*x, *job)) {
    fails();
    job->stopping.clear();
    return fail(*x, *job, "a task failed while the job was stopped");
  }
  finish_savepoint(session, what.trigger_id, {what.job, {}, location, {}},
                   drawn("savepoint_known", 0, 300));
  end_job(*x, *job, job_state::finished, "stopped with a savepoint");
}

}  // namespace drey::sim
