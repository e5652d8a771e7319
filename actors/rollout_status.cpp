#include "actors/rollout_status.hpp"

#include <algorithm>

#include "actors/cluster_rollback.hpp"
#include "actors/rollout_picture.hpp"

namespace drey {

namespace {
using m = rollout_machine;
}

std::optional<rollout_record> record_of(const m::state& now, const rollout_known& known) {
  if (std::holds_alternative<m::beginning>(now) || std::holds_alternative<m::undoing>(now))
    return known.begun;
  const auto plan = plan_of(now);
  if (!plan || !restarts_something(plan->action)) return std::nullopt;
  rollout_record record{std::string(name_of(plan->action)),
                        plan->generation,
                        std::string(waiting_phase),
                        0,
                        {},
                        plan->registered};
  const auto step_is = [&](std::string_view phase, const rollout_step& step) {
    record.phase = phase;
    record.retire_below = step.retire_below;
    record.jobs = step.jobs;
  };
  if (const auto* stops = std::get_if<m::stopping>(&now)) step_is(stopping_phase, stops->step);
  if (const auto* steps = std::get_if<m::stepping>(&now)) step_is(stepping_phase, steps->step);
  if (const auto* halts = std::get_if<m::halted>(&now)) step_is(halted_phase, halts->step);
  return record;
}

namespace {

std::string list_of(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& one : names) text += (text.empty() ? "" : ", ") + one;
  return text.empty() ? "none" : text;
}

rollout_word waits_for(const rollout_known& known, const rollout_plan& plan) {
  if (const auto held = held_jobs(known); !held.empty())
    return {std::string(rollout_blocked),
            "the changed spec restarts jobs that are not restarted unasked: " + held +
                ". Allow it with the annotation " + std::string(allow_restart_key) +
                " on the FlinkDeployment, their names or * as its value"};
  if (const auto unknown = unknown_jobs(known); !unknown.empty())
    return {"WaitingForJobs", "not heard of yet: " + unknown};
  if (const auto lost = unstoppable_jobs(known, plan); !lost.empty())
    return {
        std::string(rollout_blocked),
        "the changed spec restarts the whole cluster" +
            (known.version_change.empty() ? ""
                                          : " with another Flink (" + known.version_change + ")") +
            ", and jobs would lose their state: " + lost +
            ". Set execution.checkpointing.savepoint-dir, or allow it with the annotation " +
            std::string(allow_restart_key) + " on the FlinkDeployment"};
  if (waits_for_turn(known, plan) && !known.turn.why.empty())
    return {"WaitingForTurn", known.turn.why};
  if (const auto unwell = unwell_jobs(known); !unwell.empty())
    return {"WaitingForJobs", "waiting until all tasks run of: " + unwell};
  if (!known.rest_answers) return {"WaitingForJobManager", "waiting for the JobManager to answer"};
  return {"Preparing", "about to carry out the changed spec"};
}

/// The first ten by name.
std::string names_of_occupied(const rollout_known& known) {
  constexpr std::size_t told_max = 10;
  const auto& all = known.surplus.occupied;
  std::string text;
  for (std::size_t i = 0; i < std::min(all.size(), told_max); ++i)
    text += (i == 0 ? "" : ", ") + known.set + "-" + std::to_string(all[i]);
  return all.size() > told_max ? text + " and " + std::to_string(all.size() - told_max) + " more"
                               : text;
}

/// What this Kubernetes costs.
constexpr std::string_view no_ordinals =
    "This Kubernetes keeps no ordinals of StatefulSets (1.27 and newer do)";

std::string shrinks_when(const rollout_known& known) {
  std::string text;
  if (!known.disruptive && !known.ordinals) {
    text = no_ordinals;
    text +=
        ": the last ones go first, as soon as they have none, and those at the beginning stay, "
        "even without tasks; with spec.taskManager.scaleDown: disruptive each job makes a "
        "checkpoint and restarts once on those that stay";
  } else if (!known.disruptive) {
    text =
        "They go as soon as they have none; with spec.taskManager.scaleDown: disruptive each job "
        "makes a checkpoint and restarts once on those that stay";
  } else if (known.surplus.slots_short > 0) {
    text = "Those that stay lack ";
    text += std::to_string(known.surplus.slots_short);
    text +=
        " slots for what runs: end a job, lower a parallelism, or raise spec.taskManager.replicas";
  } else {
    text = "Each job makes a checkpoint and restarts once on those that stay";
  }
  return text;
}

struct speaker {
  const rollout_known& known;

  rollout_word operator()(const m::beginning&) const { return settled(); }
  rollout_word operator()(const m::settled&) const { return settled(); }
  rollout_word operator()(const m::recording&) const {
    return {"Preparing", "writing down what the changed spec needs"};
  }
  rollout_word operator()(const m::preparing& x) const { return waits_for(known, x.plan); }
  rollout_word operator()(const m::growing& x) const {
    if (!is_allowed(known, x.plan)) return waits_for(known, x.plan);
    const auto& tally = known.task_managers;
    if (!known.failure.empty())
      return {
          std::string(new_ones_fail),
          "the changed spec goes no further, for its new TaskManagers fail; jobs run on the old "
          "ones. Mend the spec, or set it back. " +
              known.failure};
    if (spares_are_left(known, x.plan)) return spares_go();
    return {known.ordinals ? "BringingUpTaskManagers" : "BringingUpSpareTaskManagers",
            std::to_string(tally.fresh_registered) + " of " + std::to_string(tally.wanted) +
                " new TaskManagers registered, " + std::to_string(tally.without_room) +
                " without room; jobs run on the old ones" +
                (known.ordinals ? ""
                                : ". " + std::string(no_ordinals) +
                                      ": each job restarts onto spare ones, and once more when "
                                      "these go")};
  }
  rollout_word operator()(const m::stopping&) const {
    const auto running = running_jobs(known);
    return {"StoppingJobs", "each job is stopped with a savepoint of its own; " +
                                (running.empty() ? "all are" : "still running: " + running)};
  }
  rollout_word operator()(const m::securing& x) const {
    return {"TakingCheckpoints", "each job makes a checkpoint first: " + list_of(x.step.jobs)};
  }
  rollout_word operator()(const m::hindered& x) const { return {"RolloutHindered", x.why}; }
  rollout_word operator()(const m::stepping& x) const {
    return {"Restarting", "jobs that come back from their newest state: " + list_of(x.step.jobs)};
  }
  rollout_word operator()(const m::halted& x) const {
    const auto missing = missing_jobs(known, x.step);
    return {"RolloutHalted",
            (missing.empty() ? "the JobManager or TaskManagers did not come up"
                             : "did not come back: " + missing) +
                (may_be_undone(known)
                     ? ". The changed spec is undone if they do not work now"
                     : ". Nothing more is restarted until they work, or the spec is changed" +
                           text_of_no_return(known))};
  }
  rollout_word operator()(const m::undoing&) const {
    return {"RollingBack", "writing down that the newest spec is undone"};
  }
  /// Without ordinals, at the end of a rollout.
  rollout_word spares_go() const {
    const auto many = std::to_string(known.surplus.working - known.task_managers.wanted);
    auto text = "all TaskManagers are new; " + many + " that were spare go";
    if (const auto unwell = unwell_jobs(known); !unwell.empty())
      text += ", when all tasks run of: " + unwell;
    else if (known.surplus.slots_short > 0)
      text += ", when those that stay have " + std::to_string(known.surplus.slots_short) +
              " slots more for what runs";
    return {"RemovingSpareTaskManagers", text + ". " + std::string(no_ordinals)};
  }
  rollout_word settled() const {
    if (known.surplus.occupied.empty() && known.back.undone)
      return {"RolledBack", "what runs is the last stable spec"};
    if (known.surplus.occupied.empty())
      return {"RolloutComplete", "what runs is what the spec asks for"};
    auto text = std::to_string(known.surplus.working) + " TaskManagers run, ";
    text += std::to_string(known.task_managers.wanted);
    text += " are asked for; with tasks on them: ";
    text += names_of_occupied(known);
    text += ". ";
    text += shrinks_when(known);
    return {std::string(scale_down_waits), std::move(text)};
  }
};

}  // namespace

rollout_word word_of(const m::state& now, const rollout_known& known) {
  return std::visit(speaker{known}, now);
}

std::optional<rollout_word> told_before(const m::state& now, const rollout_known& known,
                                        const flink_deployment& live) {
  if (!std::holds_alternative<m::preparing>(now) || unknown_jobs(known).empty())
    return std::nullopt;
  const auto& all = live.status.conditions;
  const auto told = std::ranges::find(all, "Stalled", &condition::type);
  if (told == all.end() || told->status != "True" || told->reason != rollout_blocked ||
      told->observed_generation != live.metadata.generation)
    return std::nullopt;
  return rollout_word{told->reason, told->message};
}

}  // namespace drey
