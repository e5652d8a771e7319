/// What is asked for and told of later, beside savepoints: checkpoints, and the disposal of
/// savepoints. Like those it is known in the memory of the JobManager only, and for a while.
#include "sim/flink/parts.hpp"

namespace drey::sim {
namespace {

/// `rest.async.store-duration`, from the completion on.
constexpr milliseconds known_for{300'000};

std::string_view state_of(const std::optional<milliseconds>& completed) {
  return completed ? "COMPLETED" : "IN_PROGRESS";
}

}  // namespace

void flink::parts::forget_old_operations(job_manager_process& x) const {
  const auto is_old = [&](const auto& one) {
    return one.second.completed && *one.second.completed + known_for <= time.now();
  };
  std::erase_if(x.checkpoints_asked, is_old);
  std::erase_if(x.disposals, is_old);
}

/// A trigger id that is known names the operation that is known: nothing is triggered again. One
/// without an id is not asked for.
flink_answer flink::parts::answer(job_manager_process& x, const trigger_checkpoint& what) {
  const auto found = x.jobs.find(what.job);
  if (found == x.jobs.end())
    return refused(refusal_reason::not_found, "Job " + what.job.hex + " not found");
  auto& job = found->second;
  settle(x, job);
  if (what.trigger_id.empty()) {
    checkpointing.trigger_now(job, time.now());
    return {flink_done{}};
  }
  forget_old_operations(x);
  const checkpoint_operation begun{what.job, checkpoints_of_jobs::number_of_next(job), {}, {}};
  if (!x.checkpoints_asked.emplace(what.trigger_id, begun).second) return {flink_done{}};
  checkpointing.trigger_now(job, time.now());
  time.after(job.checkpoint_length + drawn("checkpoint_known", 1, 300),
             [this, session = x.session, id = what.trigger_id] { finish_checkpoint(session, id); });
  return {flink_done{}};
}

void flink::parts::finish_checkpoint(std::uint64_t session, const std::string& trigger_id) {
  auto* x = leader_of_session(session);
  if (!x) return;
  auto& known = x->checkpoints_asked.at(trigger_id);
  known.completed = time.now();
  known.failure = "CheckpointException: Checkpoint was declined or expired";
  const auto found = x->jobs.find(known.job);
  if (found == x->jobs.end()) return;
  settle(*x, found->second);
  if (checkpoints_of_jobs::has_completed(found->second, known.checkpoint)) known.failure.clear();
}

flink_answer flink::parts::answer(job_manager_process& x, const get_triggered_checkpoint& what) {
  forget_old_operations(x);
  const auto found = x.checkpoints_asked.find(what.trigger_id);
  if (found == x.checkpoints_asked.end() || found->second.job != what.job)
    return refused(refusal_reason::not_found,
                   "There is no checkpoint operation with triggerId=" + what.trigger_id);
  const auto& one = found->second;
  const bool done = one.completed && one.failure.empty();
  return {checkpoint_progress{std::string{state_of(one.completed)}, done ? one.checkpoint : 0,
                              one.failure}};
}

flink_answer flink::parts::answer(job_manager_process& x, const dispose_savepoint& what) {
  forget_old_operations(x);
  auto request = derived_id(x.place.pod_uid, "disposal", ++last_number);
  x.disposals.emplace(request, disposal_operation{});
  time.after(drawn("disposal_length", 10, 1'000),
             [this, session = x.session, request, path = what.path] {
               finish_disposal(session, request, path);
             });
  return {disposal_accepted{std::move(request)}};
}

/// Its files go as a whole: what a JobManager that dies in between leaves, has its metadata still.
void flink::parts::finish_disposal(std::uint64_t session, const std::string& request,
                                   const std::string& path) {
  auto* x = leader_of_session(session);
  if (!x) return;
  auto& known = x->disposals.at(request);
  known.completed = time.now();
  const bool unlucky = faults_allowed() && chance.happens("fault", "disposal_failure",
                                                          faults.savepoint_failure_per_mille);
  if (files.find(path) == nullptr)
    known.failure =
        "FileNotFoundException: Cannot find meta data file '_metadata' in directory '" + path + "'";
  else if (unlucky)
    known.failure = "IOException: the store does not answer";
  else
    files.remove(path);
}

flink_answer flink::parts::answer(job_manager_process& x, const get_disposal& what) {
  forget_old_operations(x);
  const auto found = x.disposals.find(what.request);
  if (found == x.disposals.end())
    return refused(refusal_reason::not_found,
                   "There is no disposal operation with triggerId=" + what.request);
  return {disposal_progress{std::string{state_of(found->second.completed)}, found->second.failure}};
}

}  // namespace drey::sim
