/// Rule 5 for a job that a person lets go on from what its FlinkStateSnapshot holds
/// (`restorePreference: snapshot`): it goes back only to that, only after it ended by itself, and
/// its status says what was passed over; and it does not go on from its checkpoints instead.
#include <algorithm>

#include "protocol/validate.hpp"
#include "sim/checkers/checkers.hpp"

namespace drey::sim {

namespace {

/// What the operator may not have heard of when it chose.
constexpr milliseconds unheard_max{60'000};

bool prefers_snapshot(const std::optional<flink_session_job_spec>& spec) {
  return spec && spec->job && spec->job->restore_preference == restore_preference::snapshot;
}

bool is_savepoint_of(const flink_state_snapshot& x, const flink_session_job& job) {
  return x.spec && x.spec->savepoint && x.status.state == "COMPLETED" && x.status.origin &&
         x.status.origin->job_uid == job.metadata.uid;
}

}  // namespace

const execution* checkers::execution_before(const execution& began) const {
  const auto& all = flink_.executions();
  const auto before =
      std::find_if(all.rend() - static_cast<std::ptrdiff_t>(began.id), all.rend(),
                   [&](const execution& other) { return other.lineage == began.lineage; });
  return before == all.rend() ? nullptr : &*before;
}

bool checkers::ended_by_itself(const execution& one) {
  return one.how == execution_end::failed || one.how == execution_end::job_manager_lost;
}

/// It goes back, and is meant to.
bool checkers::is_preferred(const execution& began) {
  const auto job = owner_of(began.job);
  const auto* before = execution_before(began);
  if (job == nullptr || before == nullptr || !ended_by_itself(*before)) return false;
  const bool is_wanted =
      prefers_snapshot(deployed_spec(*job)) || (job->spec && prefers_snapshot(*job->spec));
  const auto& told = job->status.lineage ? job->status.lineage->restored : std::nullopt;
  if (!is_wanted || !told || told->passed_over.empty() || normal_path(told->path) != began.restored)
    return false;
  const auto all = kube_.all(object_kind::flink_state_snapshot);
  return std::ranges::any_of(all, [&](const auto& entry) {
    const auto& one = std::get<flink_state_snapshot>(*entry.second);
    return is_savepoint_of(one, *job) && normal_path(one.status.path) == began.restored;
  });
}

/// The snapshot that it should have gone on from, in place of a checkpoint of the execution before.
void checkers::check_preference(const execution& began) {
  const auto job = owner_of(began.job);
  const auto* before = execution_before(began);
  if (job == nullptr || before == nullptr || !before->end || !ended_by_itself(*before)) return;
  if (!job->spec || !prefers_snapshot(*job->spec) || !prefers_snapshot(deployed_spec(*job))) return;
  if (began.restored.find(before->job.hex + "/chk-") == std::string::npos) return;
  for (const auto& [name, live] : kube_.all(object_kind::flink_state_snapshot)) {
    const auto& one = std::get<flink_state_snapshot>(*live);
    if (!is_savepoint_of(one, *job) || one.metadata.deletion_timestamp ||
        one.status.origin->job_id != before->job.hex || one.status.origin->checkpoint_id == 0)
      continue;
    const auto* file = flink_.file_at(one.status.path);
    if (file != nullptr && file->modified + unheard_max < *before->end)
      fail(5, "job " + std::string(resource_of(began.lineage)) + " was started from " +
                  began.restored + ", though it prefers what FlinkStateSnapshot " + name.name +
                  " holds");
  }
}

}  // namespace drey::sim
