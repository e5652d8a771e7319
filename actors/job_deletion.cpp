#include "actors/job_deletion.hpp"

#include <algorithm>

#include "actors/job_paths.hpp"
#include "actors/job_picture.hpp"
#include "actors/planted_bugs.hpp"
#include "protocol/configuration.hpp"

namespace drey {

namespace {

using m = job_machine;

bool is_set(const job_known& known, std::string_view key) {
  const auto& spec = known.asked ? known.asked : known.spec;
  if (spec && value_of(spec->flink_configuration, key))
    return is_on(spec->flink_configuration, key);
  return known.cluster.config && is_on(*known.cluster.config, key);
}

std::string full_text(const std::string& why) {
  return "its deletion waits for its last savepoint: " + why + ". To delete it without, set " +
         std::string(savepoint_on_deletion_key) + " to \"false\" in its spec.flinkConfiguration";
}

tell warning(std::string text) {
  return {"Warning", std::string(savepoint_on_deletion_failed), std::move(text)};
}

std::string what_is_left(const std::optional<restore_point>& newest) {
  return newest ? "; its newest state is " + newest->path : "; no state of it is on record";
}

/// Its directory is named by a trigger that drey asked for.
bool is_of_trigger(const lineage& history, const restore_point& point) {
  return std::ranges::any_of(history.triggers, [&](const std::string& id) {
    return point.path.find("/" + id + "/") != std::string::npos;
  });
}

template <class... Positions>
bool is_one_of(const m::state& now) {
  return (std::holds_alternative<Positions>(now) || ...);
}

}  // namespace

bool saves_first(const job_known& known) {
  if (!known.deleting || !is_set(known, savepoint_on_deletion_key)) return false;
  return !is_planted(planted_bug::careless_deletion) || known.change.failures == 0;
}

bool is_let_go(const job_known& known) {
  return known.deleting && !(saves_first(known) && list_is_live(known));
}

last_state left_by(const job_known& known) {
  return saves_first(known) ? last_state::sought : last_state::settled;
}

stop_way farewell_of(const job_known& known) {
  return is_set(known, drain_on_deletion_key) ? stop_way::drain : stop_way::savepoint;
}

bool may_answer_yet(const job_known& known) {
  const auto phase = known.cluster.phase;
  return phase != cluster_phase::missing && phase != cluster_phase::deleting &&
         phase != cluster_phase::application;
}

bool is_savepoint_open(const job_known& known) {
  const auto stop = recorded_stop(known);
  return stop && takes_savepoint(stop->way) && !is_established(known.history, stop->job);
}

std::string unsavable(const job_known& known, job_health health) {
  if (health != job_health::works) return "not all of its tasks run, so none can be taken";
  if (savepoint_directory(known).empty())
    return "it has no directory: set execution.checkpointing.savepoint-dir";
  return {};
}

tell tell_wait(const std::string& why) { return warning(full_text(why)); }

std::string text_of_wait(const job_known& known, const m::state& now) {
  if (!saves_first(known)) return {};
  if (const auto* going = std::get_if<m::cancelling>(&now)) {
    const bool waits = going->last == last_state::sought && !list_is_live(known) &&
                       known.cluster.phase != cluster_phase::unknown;
    return waits ? full_text("its cluster does not answer") : std::string{};
  }
  const auto& noted = known.change;
  if (noted.generation != known.generation || noted.message.empty()) return {};
  const bool follows = is_one_of<m::running, m::restarting>(now);
  const bool again = is_one_of<m::intending, m::stopping>(now) && noted.failures > 0;
  return follows || again ? full_text(noted.message) : std::string{};
}

tell tell_last_state(const job_known& known, const m::gathering& now,
                     const std::optional<restore_point>& newest) {
  const auto how = now.final_state.empty() ? std::string("lost") : now.final_state;
  if (newest && is_of_trigger(known.history, *newest))
    return {"Normal", "SavepointCompleted",
            "Savepoint " + newest->path +
                (now.final_state == "FINISHED"
                     ? ": the job was stopped with it, to be deleted"
                     : ": the newest state of the job, which is " + how + " and is deleted")};
  if (now.final_state == "FINISHED") {
    const auto stop = recorded_stop(known);
    if (!stop || !takes_savepoint(stop->way))
      return {"Normal", "Ended",
              "The job is FINISHED, and is deleted without a savepoint" + what_is_left(newest)};
    return warning(
        "the job is FINISHED; where its last savepoint lies could not be found out: "
        "look in " +
        stop->directory + what_is_left(newest));
  }
  return warning("the job is " + how + ", and is deleted without a savepoint" +
                 what_is_left(newest));
}

tell tell_unsaved(const job_known& known, const std::string& why) {
  return warning(why + ": it is deleted without a savepoint" + what_is_left(known.history.newest));
}

}  // namespace drey
