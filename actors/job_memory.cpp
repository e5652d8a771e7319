#include "actors/job_memory.hpp"

#include <algorithm>

#include "actors/job_picture.hpp"
#include "actors/planted_bugs.hpp"
#include "actors/snapshot_book.hpp"

namespace drey {

namespace {

/// Apache's word in place of a path: only the HA metadata of an application hold its state.
constexpr std::string_view in_metadata_only = "KUBERNETES_OPERATOR_LAST_STATE";

/// What the start of `path` goes on from, and why. What was passed over for it stays told as long
/// as it is begun with: the start before may never have come to be.
restored_state restored_by(const lineage& history, const std::string& path, branch of) {
  restored_state told;
  told.path = path;
  const auto& newest = history.newest;
  if (of == branch::fresh || !newest || newest->path != path) {
    told.why = path.empty() ? "it begins without state" : "its spec names it";
    return told;
  }
  told.checkpoint_id = newest->checkpoint_id;
  told.snapshot = newest->snapshot;
  const auto& before = history.restored;
  told.passed_over = newest->passed_over;
  if (told.passed_over.empty() && before && before->path == path)
    told.passed_over = before->passed_over;
  if (is_planted(planted_bug::silent_preference)) told.passed_over.clear();
  if (!told.passed_over.empty())
    told.why = "spec.job.restorePreference is snapshot: FlinkStateSnapshot " + newest->snapshot +
               " is its newest";
  else if (!newest->snapshot.empty())
    told.why = "it is its newest state, which FlinkStateSnapshot " + newest->snapshot + " holds";
  else
    told.why = "it is its newest state";
  return told;
}

}  // namespace

lineage later_of(const lineage& ours, const lineage& theirs) {
  if (theirs.submissions != ours.submissions)
    return theirs.submissions > ours.submissions ? theirs : ours;
  auto both = ours;
  if (both.failure.empty()) both.failure = theirs.failure;
  for (const auto& one : theirs.triggers)
    if (std::ranges::find(both.triggers, one) == both.triggers.end()) both.triggers.push_back(one);
  return both;
}

lineage lineage_in(const flink_session_job_status& status) {
  if (status.lineage) return *status.lineage;
  const auto& job = status.job;
  const auto& path = job.upgrade_savepoint_path;
  // It writes what it reconciled before it does anything; drey does so with its first intent.
  if (status.reconciliation.last_reconciled_spec.empty()) return {};
  if (is_planted(planted_bug::forgotten_apache)) return {};
  lineage past;
  if (!job.job_id.empty()) past.job_ids = {job.job_id};
  if (!path.empty() && path != in_metadata_only) past.newest = restore_point{path, 0, "savepoint"};
  past.submissions = past.job_ids.empty() && !past.newest ? 0 : 1;
  return past;
}

const savepoint_record& later_of(const savepoint_record& ours, const savepoint_record& theirs,
                                 std::optional<std::int64_t> asked) {
  if (theirs.nonce != ours.nonce) return asked && theirs.nonce == *asked ? theirs : ours;
  const bool settled = ours.state == "IN_PROGRESS" && theirs.state != ours.state;
  return settled ? theirs : ours;
}

void remember_beginning(lineage& history, const std::string& path, branch of) {
  history.restored = restored_by(history, path, of);
  const bool gives_up =
      history.newest && history.newest->path == path && !history.newest->passed_over.empty();
  if (of == branch::fresh)
    history.newest.reset();
  else if (gives_up)
    history.newest->passed_over.clear();
  else
    return;
  history.branch = history.submissions;
  history.triggers.clear();
}

std::optional<unlisted_savepoint> savepoint_of_stop(const job_known& known,
                                                    const restore_point& newest) {
  const auto stop = recorded_stop(known);
  if (!stop || !takes_savepoint(stop->way) || newest.end_of != stop->job.hex ||
      !newest.snapshot.empty() ||
      newest.path.find("/" + stop->trigger_id + "/") == std::string::npos)
    return std::nullopt;
  const milliseconds intended{known.recorded->operation->started};
  return unlisted_savepoint{name_of_made(known.name.name, known.uid, snapshot_kind::savepoint,
                                         snapshot_trigger::upgrade, intended),
                            newest.path, newest.end_of, newest.checkpoint_id};
}

std::vector<std::string> branch_ids(const lineage& history) {
  const auto known = static_cast<std::int64_t>(history.job_ids.size());
  const auto of_branch = std::clamp<std::int64_t>(history.submissions - history.branch, 0, known);
  return {history.job_ids.end() - of_branch, history.job_ids.end()};
}

}  // namespace drey
