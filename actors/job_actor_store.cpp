/// The job shell's pointer to the store: what lies there of this branch of its lineage, and what
/// its FlinkStateSnapshots say about it.
#include <algorithm>

#include "actors/job_actor.hpp"
#include "actors/job_memory.hpp"
#include "actors/job_paths.hpp"
#include "actors/snapshot_claims.hpp"

namespace drey {

namespace {

/// Only snapshots of this branch of the lineage count: the directory may hold those of a namesake
/// that was deleted, or what a person gave up.
std::vector<stored_snapshot> of_lineage(const std::vector<stored_snapshot>& all,
                                        const lineage& history, const std::string& trigger_id) {
  auto ids = branch_ids(history);
  ids.insert(ids.end(), history.triggers.begin(), history.triggers.end());
  // Written down before triggers were remembered.
  if (history.branch == 0 && !trigger_id.empty()) ids.push_back(trigger_id);
  std::vector<stored_snapshot> ours;
  for (const auto& one : all)
    if (std::ranges::any_of(ids, [&](const std::string& id) {
          return one.path.find("/" + id + "/") != std::string::npos ||
                 one.path.find("/" + id + "-") != std::string::npos;  // of a FlinkStateSnapshot
        }))
      ours.push_back(one);
  return ours;
}

/// Where the snapshots lie that its FlinkStateSnapshots ask for, beside its own two directories.
std::vector<std::string> directories_of(const job_known& known, const object_list& snapshots) {
  std::vector<std::string> all{directory_in_use(known)};
  const auto add = [&](std::string directory) {
    while (directory.ends_with('/')) directory.pop_back();
    if (!directory.empty() && std::ranges::find(all, directory) == all.end())
      all.push_back(std::move(directory));
  };
  add(savepoint_directory(known));
  for (const auto& one : snapshots.items) {
    const auto& spec = std::get<flink_state_snapshot>(*one).spec;
    if (spec && spec->savepoint && !spec->savepoint->already_exists &&
        spec->job_name == known.name.name)
      add(spec->savepoint->path);
  }
  return all;
}

/// The newest that is on record in a FlinkStateSnapshot. One that is deleted is held for us, as
/// long as its end is not on record.
void note_linked(pointers& found, const lineage& history, const std::string& uid,
                 const object_list& snapshots) {
  for (const auto& one : snapshots.items) {
    const auto& x = std::get<flink_state_snapshot>(*one);
    const bool goes = x.status.operation && x.status.operation->kind == "dispose";
    if (!is_linked(x, uid, history) || goes) continue;
    const auto& origin = *x.status.origin;
    if (found.from_snapshots && found.from_snapshots->checkpoint_id >= origin.checkpoint_id)
      continue;
    found.from_snapshots = restore_point{x.status.path, origin.checkpoint_id, "savepoint"};
    found.from_snapshots->snapshot = x.metadata.name;
    found.taken_of = {origin.job_id};
  }
}

/// All that its FlinkStateSnapshots hold, whether it may go on from there by itself or not.
void note_named(pointers& found, const std::string& job, const object_list& snapshots) {
  for (const auto& one : snapshots.items) {
    const auto& x = std::get<flink_state_snapshot>(*one);
    if (x.status.state != "COMPLETED" || !x.spec || x.spec->job_name != job) continue;
    const auto id = x.status.origin ? x.status.origin->checkpoint_id : 0;
    found.others.push_back({x.status.path, id, x.spec->savepoint ? "savepoint" : "checkpoint"});
    found.others.back().snapshot = x.metadata.name;
  }
}

/// The newest of what lies in one directory.
void note_stored(pointers& found, const std::vector<stored_snapshot>& ours) {
  if (auto newest = newest_stored(ours)) found.others.push_back(*std::move(newest));
}

/// Below the directory of its cluster drey has the job's own, by namespace and name.
int folders_made_later(const job_known& known, const std::string& directory) {
  return directory.ends_with("/" + known.name.ns + "/" + known.name.name) ? 2 : 1;
}

}  // namespace

/// Resources that cannot be read may name newer state: it is asked again when the wait is over.
void job_shell::ask_store(const gather_pointers& command) {
  out_->kube(kube_list{object_kind::flink_state_snapshot, known().name.ns, ""},
             [this, command](const kube_answer& answer) {
               if (command.request != gathering_) return;
               const auto* why = std::get_if<refusal>(&answer.result);
               if (why != nullptr && why->reason != refusal_reason::not_found) return;
               const auto* list = std::get_if<object_list>(&answer.result);
               const auto& snapshots = list != nullptr ? *list : object_list{};
               note_linked(known().found.change(), known().history, known().uid, snapshots);
               note_named(known().found.change(), known().name.name, snapshots);
               const auto places = directories_of(known(), snapshots);
               known().found.change().placeless = places == std::vector{std::string()};
               if (directory_in_use(known()).empty()) return pointer_came(command);
               list_stores(command, places, {});
             });
}

/// One after the other; a store that cannot be listed says nothing about what it holds.
void job_shell::list_stores(const gather_pointers& command, std::vector<std::string> directories,
                            std::vector<stored_snapshot> found) {
  if (directories.empty()) return store_told(command, found);
  const auto directory = directories.front();
  directories.erase(directories.begin());
  out_->storage({list_snapshots{directory, folders_made_later(known(), directory)}},
                [this, command, directories, found](const storage_answer& answer) {
                  if (command.request != gathering_) return;
                  const auto* listed = std::get_if<snapshots_listed>(&answer.result);
                  if (const auto* no = std::get_if<refusal>(&answer.result))
                    known().found.change().why_unlisted = no->message;
                  if (listed == nullptr) return pointer_came(command);
                  note_stored(known().found.change(), of_lineage(listed->all, known().history,
                                                                 records_.savepoint.trigger_id));
                  auto all = found;
                  all.insert(all.end(), listed->all.begin(), listed->all.end());
                  list_stores(command, directories, std::move(all));
                });
}

/// All that lies there was seen: what a FlinkStateSnapshot names and is not among it is gone.
void job_shell::store_told(const gather_pointers& command,
                           const std::vector<stored_snapshot>& all) {
  auto& found = known().found.change();
  const auto is_linked_one = [&](const stored_snapshot& one) {
    return is_same_snapshot(one.path, found.from_snapshots->path);
  };
  if (found.from_snapshots && std::ranges::none_of(all, is_linked_one))
    found.from_snapshots.reset();
  const auto ours = of_lineage(all, known().history, records_.savepoint.trigger_id);
  found.from_store = newest_stored(ours);
  found.store = found.from_store ? pointer_answer::found : pointer_answer::none;
  pointer_came(command);
}

}  // namespace drey
