/// What holds of FlinkStateSnapshots: each is asked for as its status says, comes to an end, and is
/// disposed of only when nobody may restore from it.
#include <algorithm>

#include "sim/checkers/checkers.hpp"

namespace drey::sim {

namespace {

/// An end that the operator cannot have been told of yet.
constexpr milliseconds untold_end_max{60'000};

const operation* operation_named(const kubernetes& kube, std::string_view kind,
                                 const std::string& id) {
  for (const auto& [name, live] : kube.all(object_kind::flink_state_snapshot)) {
    const auto& said = std::get<flink_state_snapshot>(*live).status.operation;
    if (said && said->kind == kind && (said->id == id || normal_path(said->path) == id))
      return &*said;
  }
  return nullptr;
}

bool names(const std::optional<std::string>& said, const std::string& path) {
  return said && !said->empty() && normal_path(*said) == path;
}

}  // namespace

/// Either the job asks for it, by a nonce, or a resource of its own.
void checkers::check_savepoint_intent(const trigger_savepoint& trigger) {
  if (operation_named(kube_, "savepoint", trigger.trigger_id) != nullptr) return;
  const auto job = owner_of(trigger.job);
  if (job == nullptr) return;
  const auto& said = job->status.savepoint;
  if (!said || said->trigger_id != trigger.trigger_id)
    fail(2, "a savepoint of job " + job->metadata.name + " was triggered before a status named it");
}

void checkers::check_checkpoint_intent(const trigger_checkpoint& trigger) {
  if (trigger.trigger_id.empty()) return;
  if (operation_named(kube_, "checkpoint", trigger.trigger_id) != nullptr) return;
  const auto job = owner_of(trigger.job);
  if (job == nullptr) return;
  const auto& said = job->status.checkpoint;
  if (!said || said->trigger_id != trigger.trigger_id)
    fail(2, "a checkpoint was triggered under an id before a status named it");
}

std::string checkers::need_of(const flink_session_job& job, const std::string& path) {
  const auto whose = text_of_name({job.metadata.ns, job.metadata.name});
  const auto lineage = whose + "@" + job.metadata.uid;
  if (job.spec && job.spec->job && names(job.spec->job->initial_savepoint_path, path))
    return "the spec of job " + whose + " names them";
  const execution* last = nullptr;
  for (const auto& one : flink_.executions())
    if (one.lineage == lineage) last = &one;
  if (last != nullptr && last->end && time_.now() - *last->end < untold_end_max) return {};
  const auto newest = flink_.newest_durable(lineage);
  if (last != nullptr && last->live() && last->restored == path &&
      (!newest || newest->taken < last->start))
    return "job " + whose + " was started from them, and has nothing newer";
  if (!newest || newest->path != path) return {};
  const auto branch = rewinds_.find(lineage);
  const bool given_up = branch != rewinds_.end() && newest->taken < branch->second.at;
  return given_up ? std::string{} : "they are the newest state of job " + whose;
}

void checkers::check_disposal(const dispose_savepoint& what) {
  const auto path = normal_path(what.path);
  if (operation_named(kube_, "dispose", path) == nullptr)
    fail(2, "the files at " + path + " were disposed of before a status said so");
  for (const auto& there : jobs_there(kube_))
    if (const auto why = need_of(*there.job, path); !why.empty())
      fail(7, "the files at " + path + " were disposed of, though " + why);
}

void checkers::check_snapshots() {
  for (const auto& [name, live] : kube_.all(object_kind::flink_state_snapshot)) {
    const auto& one = std::get<flink_state_snapshot>(*live);
    if (pauses_.is_paused(*live)) continue;
    const auto& all = one.status.conditions;
    const auto is_true = [&](std::string_view type) {
      const auto found = std::ranges::find(all, type, &condition::type);
      return found != all.end() && found->status == "True";
    };
    const auto whose = "snapshot " + text_of_name(name);
    const auto& state = one.status.state;
    const bool ended = state == "COMPLETED" || state == "FAILED" || state == "ABANDONED";
    if (one.metadata.deletion_timestamp && !is_true("Held"))
      fail(1, whose + " is still being deleted, long after the last fault, and does not say why");
    else if (!ended && !is_true("Stalled"))
      fail(1, whose + " is " + state + ", long after the last fault" +
                  (one.status.error.empty() ? "" : " (" + one.status.error + ")"));
    if (state == "COMPLETED" && one.spec && one.spec->savepoint &&
        !one.spec->savepoint->already_exists && flink_.file_at(one.status.path) == nullptr)
      fail(1, whose + " is COMPLETED, and there is nothing at " + one.status.path);
  }
}

}  // namespace drey::sim
