/// Questions about a rollout's picture of the world, each with one plain answer.
#pragma once

#include <string>
#include <vector>

#include "actors/rollout_machine.hpp"

namespace drey {

bool restarts_job_manager(restart_action x);
bool restarts_task_managers(restart_action x);
bool restarts_something(restart_action x);
/// What serves both.
restart_action both_of(restart_action a, restart_action b);

bool job_manager_is_left(const rollout_known& known, const rollout_plan& plan);
bool task_managers_are_left(const rollout_known& known, const rollout_plan& plan);
bool is_done(const rollout_known& known, const rollout_plan& plan);

// Names with commas between them; empty: there is none.

/// Jobs that run and that drey must not restart by its own choice, with the reason.
std::string held_jobs(const rollout_known& known);
/// Nothing is concluded of a job that was not heard of.
std::string unknown_jobs(const rollout_known& known);
std::string unwell_jobs(const rollout_known& known);
/// Of the jobs that worked before a step, those that are not back.
std::string missing_jobs(const rollout_known& known, const rollout_step& step);

std::vector<std::string> working_jobs(const rollout_known& known);

/// Nobody has to be asked. A new Flink may not be able to read what the HA metadata of an old one
/// holds: jobs that run would have to be stopped with a savepoint first.
bool is_allowed(const rollout_known& known);

/// A step has been taken, and every job is back from it.
bool is_taken(const rollout_known& known, const rollout_plan& plan, const rollout_step& step);

}  // namespace drey
