#include "actors/rollout_picture.hpp"

#include <algorithm>

#include "actors/planted_bugs.hpp"

namespace drey {

bool restarts_job_manager(restart_action x) {
  return x == restart_action::fail_over_job_manager || x == restart_action::restart_both;
}
bool restarts_task_managers(restart_action x) {
  return x == restart_action::replace_task_managers || x == restart_action::restart_both;
}
bool removes_task_managers(restart_action x) { return x == restart_action::remove_task_managers; }
bool restarts_something(restart_action x) {
  return restarts_job_manager(x) || restarts_task_managers(x) || removes_task_managers(x);
}

restart_action both_of(restart_action a, restart_action b) {
  const bool job_manager = restarts_job_manager(a) || restarts_job_manager(b);
  const bool task_managers = restarts_task_managers(a) || restarts_task_managers(b);
  if (job_manager && task_managers) return restart_action::restart_both;
  return std::max(a, b);
}

bool job_manager_is_left(const rollout_known& known, const rollout_plan& plan) {
  return restarts_job_manager(plan.action) && known.job_manager_old;
}
bool task_managers_are_left(const rollout_known& known, const rollout_plan& plan) {
  return restarts_task_managers(plan.action) &&
         (known.task_managers_old || !known.task_managers.observed ||
          !known.task_managers.outdated.empty());
}
bool surplus_may_go(const rollout_known& known) {
  return known.task_managers.observed && !known.surplus.occupied.empty() &&
         known.surplus.slots_short == 0;
}
bool removal_is_due(const rollout_known& known) {
  const bool asked = known.disruptive || is_planted(planted_bug::unasked_shrink);
  return asked && surplus_may_go(known);
}
bool spares_are_left(const rollout_known& known, const rollout_plan& plan) {
  const auto& surplus = known.surplus;
  // What runs has come to need them: they stay, as any that are too many.
  const bool needed =
      surplus.slots_short > 0 && known.task_managers.all_registered >= surplus.working;
  return !known.ordinals && restarts_task_managers(plan.action) &&
         known.task_managers.outdated.empty() && surplus.working > known.task_managers.wanted &&
         !needed;
}
bool is_done(const rollout_known& known, const rollout_plan& plan) {
  if (removes_task_managers(plan.action)) return !removal_is_due(known);
  return !job_manager_is_left(known, plan) && !task_managers_are_left(known, plan) &&
         !spares_are_left(known, plan);
}

namespace {

/// It was stopped for a change that is undone: the way back does not touch it.
bool awaits_return(const rollout_known& known, const rollout_job& job) {
  return known.back.undone && job.rests;
}

}  // namespace

std::optional<rollout_plan> begun_plan(const rollout_known& known) {
  if (!known.begun) return std::nullopt;
  for (int i = 0; i <= static_cast<int>(restart_action::restart_both); ++i)
    if (const auto action = static_cast<restart_action>(i); name_of(action) == known.begun->action)
      return rollout_plan{action, known.begun->generation, known.begun->registered};
  return std::nullopt;
}

std::string held_jobs(const rollout_known& known) {
  std::string text;
  for (const auto& job : known.jobs)
    if (job.stand != job_stand::idle && !job.held.empty() && !awaits_return(known, job) &&
        !is_planted(planted_bug::unasked_restart))
      text += (text.empty() ? "" : ", ") + job.name + " (" + job.held + ")";
  return text;
}

std::string unknown_jobs(const rollout_known& known) {
  std::string text;
  for (const auto& job : known.jobs)
    if (job.stand == job_stand::unknown) text += (text.empty() ? "" : ", ") + job.name;
  return text;
}

bool is_transaction(const rollout_known& known, const rollout_plan& plan) {
  if (is_planted(planted_bug::unstopped_restart)) return false;
  return job_manager_is_left(known, plan) && (restarts_task_managers(plan.action) ||
                                              !known.keeps_jobs || !known.version_change.empty());
}

namespace {

bool runs(const rollout_job& job) {
  return job.stand == job_stand::working || job.stand == job_stand::moving;
}

/// A checkpoint is for the Flink that made it; a savepoint is for another one, too.
bool keeps_its_state(const rollout_known& known, const rollout_job& job) {
  if (job.stop == stop_choice::hold) return false;
  return job.stop == stop_choice::with_savepoint || known.version_change.empty();
}

}  // namespace

std::string unstoppable_jobs(const rollout_known& known, const rollout_plan& plan) {
  std::string text;
  if (!is_transaction(known, plan)) return text;
  for (const auto& job : known.jobs)
    if (runs(job) && !awaits_return(known, job) && !job.expendable && !keeps_its_state(known, job))
      text += (text.empty() ? "" : ", ") + job.name +
              (job.stop == stop_choice::hold ? " (no directory for its savepoints or checkpoints)"
                                             : " (no savepoint can be taken of it)");
  return text;
}

std::vector<std::string> jobs_to_stop(const rollout_known& known) {
  std::vector<std::string> names;
  for (const auto& job : known.jobs)
    if (runs(job) || job.stand == job_stand::stopped) names.push_back(job.name);
  return names;
}

std::string refusing_jobs(const rollout_known& known) {
  std::string text;
  for (const auto& job : known.jobs)
    if (runs(job) && !job.refusal.empty())
      text += (text.empty() ? "" : ", ") + job.name + ": " + job.refusal;
  return text;
}

/// A job of which a person allowed that its state is lost is not waited for.
std::string running_jobs(const rollout_known& known) {
  std::string text;
  for (const auto& job : known.jobs)
    if (job.stand == job_stand::unknown || (runs(job) && job.stop != stop_choice::hold))
      text += (text.empty() ? "" : ", ") + job.name;
  return text;
}

bool is_overtaken(const rollout_known& known, const rollout_plan& plan) {
  const auto works_on = [](const rollout_job& job) {
    return job.stand == job_stand::working && job.stop != stop_choice::hold;
  };
  return is_transaction(known, plan) && known.rest_answers &&
         std::ranges::any_of(known.jobs, works_on);
}

bool is_allowed(const rollout_known& known, const rollout_plan& plan) {
  return held_jobs(known).empty() && unknown_jobs(known).empty() &&
         unstoppable_jobs(known, plan).empty();
}

bool waits_for_turn(const rollout_known& known, const rollout_plan& plan) {
  return restarts_something(plan.action) && !known.turn.granted && !known.back.undone;
}

std::string moving_jobs(const rollout_known& known) {
  std::string text;
  for (const auto& job : known.jobs)
    if (job.stand == job_stand::moving) text += (text.empty() ? "" : ", ") + job.name;
  return text;
}

std::vector<std::string> names_of_unwell(const rollout_known& known) {
  std::vector<std::string> names;
  for (const auto& job : known.jobs)
    if (job.stand == job_stand::moving || job.stand == job_stand::stopped)
      names.push_back(job.name);
  return names;
}

std::string unwell_jobs(const rollout_known& known) {
  std::string text;
  for (const auto& name : names_of_unwell(known)) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::vector<std::string> working_jobs(const rollout_known& known) {
  std::vector<std::string> names;
  for (const auto& job : known.jobs)
    if (job.stand == job_stand::working) names.push_back(job.name);
  return names;
}

bool has_newcomers(const rollout_known& known, const rollout_step& step,
                   const std::vector<std::string>& unwell) {
  return std::ranges::any_of(known.jobs, [&](const rollout_job& job) {
    if (job.stand != job_stand::working && job.stand != job_stand::moving) return false;
    const bool known_before =
        job.stand == job_stand::moving && std::ranges::find(unwell, job.name) != unwell.end();
    return !known_before && std::ranges::find(step.jobs, job.name) == step.jobs.end();
  });
}

std::vector<std::string> resting_jobs(const rollout_known& known) {
  std::vector<std::string> names;
  for (const auto& job : known.jobs)
    if (awaits_return(known, job) && job.stand != job_stand::idle) names.push_back(job.name);
  return names;
}

std::string missing_jobs(const rollout_known& known, const rollout_step& step) {
  std::string text;
  for (const auto& job : known.jobs)
    if ((job.stand == job_stand::moving || job.stand == job_stand::stopped ||
         job.stand == job_stand::unknown) &&
        std::ranges::find(step.jobs, job.name) != step.jobs.end())
      text += (text.empty() ? "" : ", ") + job.name;
  return text;
}

bool lacks_new_ones(const rollout_known& known, const rollout_plan& plan) {
  const auto& tally = known.task_managers;
  const auto old = known.ordinals ? 0 : static_cast<std::int32_t>(tally.outdated.size());
  return restarts_task_managers(plan.action) && tally.observed &&
         tally.fresh_registered + tally.without_room + known.held + old < tally.wanted;
}

std::int32_t end_of_outdated(const rollout_known& known) {
  return known.native ? native_places.start + 1 : known.task_managers.end_of_all();
}

bool is_unprotected(const rollout_known& known, const rollout_plan& plan,
                    const rollout_step& step) {
  if (!known.native || known.task_managers.outdated.empty()) return false;
  if (!known.rest_answers || job_manager_is_left(known, plan)) return false;
  return std::ranges::any_of(known.jobs, [&](const rollout_job& job) {
    return job.stand != job_stand::idle && job.stand != job_stand::stopped &&
           std::ranges::find(step.jobs, job.name) == step.jobs.end();
  });
}

bool is_half_deleted(const rollout_known& known, const rollout_plan& plan,
                     const rollout_step& step) {
  const auto& old = known.task_managers.outdated;
  return !known.ordinals && !restarts_job_manager(plan.action) && !old.empty() &&
         old.front() < step.retire_below;
}

bool is_taken(const rollout_known& known, const rollout_plan& plan, const rollout_step& step) {
  if (!known.looked || !known.rest_answers || job_manager_is_left(known, plan)) return false;
  if (known.back.asked && lacks_new_ones(known, plan)) return false;  // a job may need none
  if (step.retire_below > 0 && known.task_managers.lowest < step.retire_below) return false;
  if (removes_task_managers(plan.action) || step.down_to) {
    const bool due =
        removes_task_managers(plan.action) ? removal_is_due(known) : surplus_may_go(known);
    const bool gone = !step.down_to || known.surplus.working <= *step.down_to || !due;
    if (!gone || !known.task_managers.observed || known.surplus.leaving > 0) return false;
  }
  // One that was taken away may still be registered, and its tasks be told to run.
  const bool told = known.told || step.retire_below == 0;
  return told && known.task_managers.ghosts == 0 && missing_jobs(known, step).empty();
}

bool has_not_come_up(const rollout_known& known, const rollout_plan& plan) {
  if (is_planted(planted_bug::forgotten_step)) return false;
  return known.back.asked && restarts_job_manager(plan.action) && !is_taken(known, plan, {});
}

}  // namespace drey
