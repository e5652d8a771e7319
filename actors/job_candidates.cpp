#include "actors/job_candidates.hpp"

#include <algorithm>

#include "actors/job_paths.hpp"
#include "actors/planted_bugs.hpp"
#include "actors/snapshot_claims.hpp"

namespace drey {

namespace {

void add(std::vector<restore_candidate>& all, const std::string& path, std::int64_t checkpoint_id,
         std::string what) {
  if (path.empty()) return;
  if (checkpoint_id == 0) checkpoint_id = checkpoint_number(path);
  const auto same = std::ranges::find_if(
      all, [&](const restore_candidate& one) { return is_same_snapshot(one.path, path); });
  if (same == all.end()) return all.push_back({path, checkpoint_id, std::move(what)});
  if (same->checkpoint_id == 0) same->checkpoint_id = checkpoint_id;
}

void add(std::vector<restore_candidate>& all, const std::optional<restore_point>& one,
         const std::string& who) {
  if (!one) return;
  add(all, one->path, one->checkpoint_id,
      one->snapshot.empty() ? who : "FlinkStateSnapshot " + one->snapshot);
}

}  // namespace

std::vector<restore_candidate> candidates_of(const job_known& known) {
  std::vector<restore_candidate> all;
  const auto& history = known.history;
  const auto& found = *known.found;
  const auto& status = *known.recorded;
  add(all, found.from_job_manager, "the JobManager");
  add(all, found.from_ha_metadata, "HA metadata");
  add(all, found.from_store, "the store");
  add(all, found.from_snapshots, "a FlinkStateSnapshot");
  for (const auto& one : found.others) add(all, one, "the store");
  add(all, history.newest, "the newest in status");
  if (history.unlisted)
    add(all, history.unlisted->path, history.unlisted->checkpoint_id, "it was stopped with that");
  add(all, status.job.upgrade_savepoint_path, 0, "jobStatus.upgradeSavepointPath");
  if (status.savepoint) add(all, status.savepoint->location, 0, "savepointTriggerNonce");
  if (status.checkpoint) add(all, status.checkpoint->location, 0, "checkpointTriggerNonce");
  if (history.restored)
    add(all, history.restored->path, history.restored->checkpoint_id, "its last start began there");
  if (known.spec && known.spec->job && known.spec->job->initial_savepoint_path)
    add(all, *known.spec->job->initial_savepoint_path, 0, "spec.job.initialSavepointPath");
  std::ranges::stable_sort(all, std::greater{}, &restore_candidate::checkpoint_id);
  return all;
}

std::string told_to_choose(const job_known& known) {
  const auto& all = known.recorded->conditions;
  const auto said = std::ranges::find(all, manual_restore, &condition::reason);
  const bool stands = said != all.end() && said->observed_generation == known.generation;
  return stands ? said->message : std::string();
}

bool names_no_place(const job_known& known) {
  return known.spec && known.spec->job && known.spec->job->upgrade == upgrade_mode::stateless &&
         known.cluster.config && !known.cluster.high_availability &&
         directory_in_use(known).empty() && savepoint_directory(known).empty();
}

bool is_without_state(const job_known& known, const job_id& id) {
  const bool none_known = known.history.triggers.empty() && candidates_of(known).empty();
  if (is_planted(planted_bug::believed_silence)) return none_known;
  const auto& told = known.retention;
  return none_known && names_no_place(known) && known.found->placeless && told && told->job == id &&
         !told->periodic;
}

std::string text_of_candidates(const job_known& known) {
  auto all = candidates_of(known);
  if (all.empty()) return "No snapshot of it is known";
  const auto more = all.size() > candidates_told_max ? all.size() - candidates_told_max : 0;
  all.resize(all.size() - more);
  std::string text = "Known are, the newest first: ";
  for (const auto& one : all) {
    text += (text.ends_with(": ") ? "" : ", ") + one.path + " (";
    if (one.checkpoint_id != 0) text += "checkpoint " + std::to_string(one.checkpoint_id) + ", ";
    text += one.what + ")";
  }
  return more == 0 ? text : text + " and " + std::to_string(more) + " more";
}

}  // namespace drey
