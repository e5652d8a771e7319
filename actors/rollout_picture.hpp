/// Questions about a rollout's picture of the world, each with one plain answer.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "actors/rollout_machine.hpp"

namespace drey {

bool restarts_job_manager(restart_action x);
bool restarts_task_managers(restart_action x);
bool removes_task_managers(restart_action x);
bool restarts_something(restart_action x);
/// What serves both.
restart_action both_of(restart_action a, restart_action b);

bool job_manager_is_left(const rollout_known& known, const rollout_plan& plan);
bool task_managers_are_left(const rollout_known& known, const rollout_plan& plan);
/// There are too many TaskManagers, none of them is free to go, and those that stay suffice.
bool surplus_may_go(const rollout_known& known);
/// The same, and the spec lets those with tasks go.
bool removal_is_due(const rollout_known& known);
/// Without ordinals all are new by now, and those that were spare are not gone yet.
bool spares_are_left(const rollout_known& known, const rollout_plan& plan);
bool is_done(const rollout_known& known, const rollout_plan& plan);

/// What an operator before us wrote down and did not finish.
std::optional<rollout_plan> begun_plan(const rollout_known& known);

// Names with commas between them; empty: there is none.

/// Jobs that run and that drey must not restart by its own choice, with the reason. One that rests
/// since its cluster was changed is not restarted by the way back.
std::string held_jobs(const rollout_known& known);
/// Nothing is concluded of a job that was not heard of.
std::string unknown_jobs(const rollout_known& known);
std::string unwell_jobs(const rollout_known& known);
/// Of them, those that do not rest.
std::string moving_jobs(const rollout_known& known);
/// Of the jobs that worked before a step, those that are not back.
std::string missing_jobs(const rollout_known& known, const rollout_step& step);

std::vector<std::string> working_jobs(const rollout_known& known);
std::vector<std::string> names_of_unwell(const rollout_known& known);
/// A job works, or is being started, that did neither when those of the step were told to save.
bool has_newcomers(const rollout_known& known, const rollout_step& step,
                   const std::vector<std::string>& unwell);
/// Those that were stopped for a change that is undone: they must be back after it.
std::vector<std::string> resting_jobs(const rollout_known& known);

/// The jobs do not outlive the step by themselves: a restart of both sides, another version of
/// Flink, which may not be able to read what the HA metadata of an old one holds, or no high
/// availability. Each is stopped with a savepoint of its own first, and started from it afterwards.
bool is_transaction(const rollout_known& known, const rollout_plan& plan);
/// Jobs whose state would not survive that, with the reason.
std::string unstoppable_jobs(const rollout_known& known, const rollout_plan& plan);
/// Those that must be back after it.
std::vector<std::string> jobs_to_stop(const rollout_known& known);
/// Of them, those that can't be stopped, with the reason.
std::string refusing_jobs(const rollout_known& known);
/// Of them, those that still run.
std::string running_jobs(const rollout_known& known);

/// The JobManager was down when a step was begun, and is back before that was taken, with a job
/// that is to be stopped first.
bool is_overtaken(const rollout_known& known, const rollout_plan& plan);

/// Nobody has to be asked.
bool is_allowed(const rollout_known& known, const rollout_plan& plan);

/// Its restarts are by choice, and it is the turn of other clusters. The way back from a change
/// that failed is none of choice.
bool waits_for_turn(const rollout_known& known, const rollout_plan& plan);

/// Of the new TaskManagers some have room and are not registered, or end again and again.
bool lacks_new_ones(const rollout_known& known, const rollout_plan& plan);

/// The ordinal below which all that are outdated lie. In native mode a JobManager that is still the
/// old one makes more of them at any time.
std::int32_t end_of_outdated(const rollout_known& known);

/// Flink's JobManager of the new spec has taken over TaskManagers of an earlier one, and a job
/// works that this step neither stopped nor secured: that is to come first.
bool is_unprotected(const rollout_known& known, const rollout_plan& plan, const rollout_step& step);

/// Without ordinals: of those that the step takes some are not going. Jobs may have come back to
/// them, and have written since then; of a transaction they rest.
bool is_half_deleted(const rollout_known& known, const rollout_plan& plan,
                     const rollout_step& step);

/// A step has been taken, and every job is back from it.
bool is_taken(const rollout_known& known, const rollout_plan& plan, const rollout_step& step);

/// What the plan asks for is applied, and does not work: by a step that nobody wrote down, since
/// the operator died, or that another spec overtook. Where a failed spec is to be undone it counts.
bool has_not_come_up(const rollout_known& known, const rollout_plan& plan);

}  // namespace drey
