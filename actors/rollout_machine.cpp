#include "actors/rollout_machine.hpp"

#include <algorithm>

#include "actors/cluster_rollback.hpp"
#include "actors/planted_bugs.hpp"
#include "actors/rollout_picture.hpp"
#include "actors/rollout_status.hpp"

namespace drey {

namespace {

using m = rollout_machine;
template <class... Next>
using to = m::to<Next...>;

to<m::recording> record(const m& machine, ticket last, restart_action action) {
  const auto request = after(last);
  return {m::recording{request, {action, machine.known.generation}},
          {record_intent{request}, set_deadline{request, machine.policy.answer_wait}}};
}

to<m::preparing> prepare(const m& machine, ticket last, const rollout_plan& plan) {
  return {m::preparing{last, plan, machine.known.now.monotonic}, {}};
}

to<m::securing> secure(const m& machine, ticket last, const rollout_plan& plan,
                       std::int32_t retire_below) {
  const auto request = after(last);
  std::optional<std::int32_t> down_to;
  if (removes_task_managers(plan.action) || spares_are_left(machine.known, plan))
    down_to = machine.known.task_managers.wanted;
  return {m::securing{request,
                      plan,
                      {retire_below, working_jobs(machine.known), down_to},
                      machine.known.now.monotonic,
                      names_of_unwell(machine.known)},
          {secure_jobs{request}, set_deadline{request, machine.policy.secure_wait}}};
}

/// Those that began meanwhile, too: one that does not work yet is waited for.
to<m::securing> secure_again(const m& machine, const m::securing& before) {
  auto next = before;
  next.request = after(before.request);
  next.step.jobs = working_jobs(machine.known);
  return {next,
          {secure_jobs{next.request}, set_deadline{next.request, machine.policy.secure_wait}}};
}

to<m::stopping> stop(const m& machine, ticket last, const rollout_plan& plan, rollout_step step) {
  const auto request = after(last);
  return {m::stopping{request, plan, std::move(step)},
          {set_deadline{request, machine.policy.stop_wait}}};
}

to<m::stepping> take(const m& machine, ticket last, const rollout_plan& plan, rollout_step step) {
  const auto request = after(last);
  const auto since = machine.known.ordinals ? milliseconds{0} : machine.known.now.monotonic;
  auto with = plan;
  if (step.retire_below > 0 && !restarts_job_manager(plan.action) && plan.registered == 0)
    with.registered = machine.known.task_managers.all_registered;
  return {m::stepping{request, with, std::move(step), since},
          {set_deadline{request, may_be_undone(machine.known) ? machine.known.back.readiness
                                                              : machine.policy.come_back_wait}}};
}

to<m::hindered> hinder(ticket last, const rollout_plan& plan, std::string why,
                       milliseconds wait = limits::call_retry_max) {
  const auto request = after(last);
  return {m::hindered{request, plan, why},
          {announce{"Warning", "RolloutHindered", std::move(why)}, set_deadline{request, wait}}};
}

to<m::settled> settle(const m& machine, ticket last) {
  if (machine.known.back.undone)
    return {m::settled{last},
            {announce{"Normal", "RolledBack", "What runs is the last stable spec"}}};
  return {m::settled{last},
          {announce{"Normal", "RolloutComplete", "What runs is what the spec asks for"}}};
}

to<m::undoing> undo(const m& machine, ticket last, const rollout_plan& plan, std::string why) {
  const auto request = after(last);
  const auto& known = machine.known;
  rollback_record record{known.generation, std::move(why), known.now.wall.count()};
  const announce told{"Warning", "Rollback", text_of_decision(record, known.back)};
  return {m::undoing{request, plan, std::move(record)},
          {told, record_intent{request}, set_deadline{request, machine.policy.answer_wait}}};
}

/// How many outdated TaskManagers may go at once; 0: none yet. Where none came for those that went
/// before, more room is no cure. `registered`: before the first of them went.
std::int32_t batch_of(const m& machine, milliseconds stuck_since, std::int32_t registered) {
  const auto& tally = machine.known.task_managers;
  const auto all = static_cast<std::int32_t>(tally.outdated.size());
  if (tally.fresh_registered >= tally.wanted) return all;
  if (machine.known.now.monotonic - stuck_since < machine.policy.capacity_wait) return 0;
  const bool unfilled = tally.all_registered < registered;
  if (unfilled && !is_planted(planted_bug::pressed_rollout)) return 0;
  return std::clamp(tally.all_registered - tally.wanted, 1, all);
}

/// Nothing more is coming up: every place for a new one is registered or without room.
bool is_stuck(const set_tally& tally) {
  return tally.without_room > 0 && tally.fresh_registered + tally.without_room >= tally.wanted;
}

}  // namespace

auto rollout_machine::on(const beginning& now, const surroundings_seen&) const -> first_steps {
  if (!known.claimed) return {now};
  const auto begun = begun_plan(known);
  if (!known.recorded)
    return record(*this, now.last, begun ? both_of(begun->action, known.change) : known.change);
  if (!begun) return {settled{now.last}, {}};
  if (!known.looked) return {now};
  const rollout_step step{known.begun->retire_below, known.begun->jobs};
  if (known.begun->phase == halted_phase) return {halted{now.last, *begun, step}, {}};
  const bool stops = known.begun->phase == stopping_phase;
  const bool steps = known.begun->phase == stepping_phase;
  // As long as the JobManager is the old one, jobs may have come back that were stopped for the
  // step. When its workload is another one, the step was taken, and not written down.
  const bool taken =
      stops ? restarts_job_manager(begun->action) && !job_manager_is_left(known, *begun)
            : steps && !is_transaction(known, *begun);
  const bool secured =
      !is_unprotected(known, *begun, step) && !is_half_deleted(known, *begun, step);
  if (taken && secured) return take(*this, now.last, *begun, step);
  // On the way back nothing may answer that could say whether they rest.
  if ((stops || steps) && !taken && !known.back.undone) return stop(*this, now.last, *begun, step);
  return prepare(*this, now.last, *begun);
}

auto rollout_machine::on(const settled& now, const surroundings_seen&) const
    -> to<settled, beginning, recording> {
  if (!known.claimed) return {beginning{now.last}, {}};
  if (!known.recorded) return record(*this, now.last, known.change);
  if (!removal_is_due(known)) return {now};
  return record(*this, now.last, restart_action::remove_task_managers);
}

auto rollout_machine::on(const recording& now, const status_written& learned) const
    -> to<recording, preparing> {
  if (learned.request != now.request) return {now};
  return prepare(*this, now.request, now.plan);
}
auto rollout_machine::on(const recording& now, const status_superseded& learned) const
    -> to<recording, beginning> {
  if (learned.request != now.request) return {now};
  return {beginning{now.request}, {}};
}
auto rollout_machine::on(const recording& now, const deadline_passed& learned) const
    -> to<recording, beginning> {
  if (learned.timer != now.request) return {now};
  return {beginning{now.request}, {}};
}

auto rollout_machine::on(const preparing& now, const surroundings_seen&) const -> prepared {
  if (!known.claimed) return {beginning{now.last}, {}};
  if (!known.recorded) return record(*this, now.last, both_of(now.plan.action, known.change));
  if (!known.looked || !known.made) return {now};
  if (is_done(known, now.plan)) {
    if (has_not_come_up(known, now.plan)) return take(*this, now.last, now.plan, {});
    if (restarts_something(now.plan.action) && known.surplus.occupied.empty())
      return settle(*this, now.last);
    return {settled{now.last}, {}};
  }
  if (!is_allowed(known, now.plan)) return {now};
  const bool job_manager = job_manager_is_left(known, now.plan);
  const auto retire = restarts_task_managers(now.plan.action) ? end_of_outdated(known) : 0;
  if (job_manager && known.job_manager_down)  // there is nothing that could be protected
    return take(*this, now.last, now.plan, {retire, resting_jobs(known)});
  if (waits_for_turn(known, now.plan) || !known.rest_answers)
    return {preparing{now.last, now.plan, known.now.monotonic}, {}};
  if (removes_task_managers(now.plan.action)) {  // no cure for a job that is not well
    if (!unwell_jobs(known).empty()) return {now};
    return secure(*this, now.last, now.plan, 0);
  }
  if (!job_manager)
    return {growing{now.last, now.plan, known.now.monotonic, known.now.monotonic}, {}};
  const bool patient = known.now.monotonic - now.since < policy.unhealthy_wait;
  const bool transaction = is_transaction(known, now.plan);
  const auto awaited = transaction ? moving_jobs(known) : unwell_jobs(known);
  if (!awaited.empty() && patient) return {now};
  if (transaction) return stop(*this, now.last, now.plan, {retire, jobs_to_stop(known)});
  return secure(*this, now.last, now.plan, retire);
}

auto rollout_machine::on(const growing& now, const surroundings_seen&) const
    -> to<growing, beginning, settled, recording, securing, undoing> {
  if (!known.claimed) return {beginning{now.last}, {}};
  if (!known.recorded) return record(*this, now.last, both_of(now.plan.action, known.change));
  if (is_done(known, now.plan)) return settle(*this, now.last);
  const auto moment = known.now.monotonic;
  auto stays = now;
  stays.lacking_since.reset();
  if (!known.rest_answers || !is_stuck(known.task_managers)) stays.stuck_since = moment;
  if (unwell_jobs(known).empty()) stays.unwell_since = moment;
  const bool seen = !known.task_managers_old && known.task_managers.observed;
  if (!known.rest_answers || (!seen && known.refused.empty()) || !is_allowed(known, now.plan))
    return {stays};
  if (spares_are_left(known, now.plan)) {  // what is idle goes by itself
    if (!seen || !surplus_may_go(known) || !unwell_jobs(known).empty()) return {stays};
    return secure(*this, now.last, now.plan, 0);
  }
  const auto batch = seen ? batch_of(*this, stays.stuck_since, now.plan.registered) : 0;
  if (batch == 0 && may_be_undone(known)) {
    stays.lacking_since = now.lacking_since.value_or(moment);
    if (moment - *stays.lacking_since >= known.back.readiness)
      return undo(*this, now.last, now.plan, text_of_lack(known));
  }
  const bool patient = moment - stays.unwell_since < policy.unhealthy_wait;
  if (batch == 0 || (!unwell_jobs(known).empty() && patient)) return {stays};
  return secure(*this, now.last, now.plan, known.task_managers.end_of(batch));
}

auto rollout_machine::on(const stopping& now, const surroundings_seen&) const
    -> to<stopping, beginning, recording, stepping, hindered> {
  if (!known.claimed) return {beginning{now.request}, {}};
  if (!known.recorded) return record(*this, now.request, both_of(now.plan.action, known.change));
  if (const auto why = refusing_jobs(known); !why.empty())
    return hinder(now.request, now.plan, why, policy.stop_again_wait);
  if (!known.looked || !running_jobs(known).empty()) return {now};
  auto step = now.step;  // TaskManagers that were lost meanwhile have successors of the old spec
  if (restarts_task_managers(now.plan.action))
    step.retire_below = std::max(step.retire_below, end_of_outdated(known));
  return take(*this, now.request, now.plan, std::move(step));
}
auto rollout_machine::on(const stopping& now, const deadline_passed& learned) const
    -> to<stopping, hindered> {
  if (learned.timer != now.request) return {now};
  return hinder(now.request, now.plan, "not stopped in time: " + running_jobs(known),
                policy.stop_again_wait);
}

auto rollout_machine::on(const securing& now, const jobs_secured& learned) const
    -> to<securing, stepping> {
  if (learned.request != now.request) return {now};
  if (!has_newcomers(known, now.step, now.unwell) ||
      known.now.monotonic - now.since >= policy.newcomer_wait)
    return take(*this, now.request, now.plan, now.step);
  return secure_again(*this, now);
}
auto rollout_machine::on(const securing& now, const jobs_insecure& learned) const
    -> to<securing, hindered> {
  if (learned.request != now.request) return {now};
  return hinder(now.request, now.plan, learned.why);
}
auto rollout_machine::on(const securing& now, const deadline_passed& learned) const
    -> to<securing, hindered> {
  if (learned.timer != now.request) return {now};
  return hinder(now.request, now.plan, "not every job has told of a checkpoint in time");
}
auto rollout_machine::on(const hindered& now, const deadline_passed& learned) const
    -> to<hindered, preparing> {
  if (learned.timer != now.request) return {now};
  return prepare(*this, now.request, now.plan);
}

auto rollout_machine::on(const stepping& now, const surroundings_seen&) const
    -> to<stepping, recording, preparing> {
  // What the step permits, it permits for the spec that it was begun for: jobs may be back.
  // Without ordinals its places hold new ones by now.
  const bool other_spec = known.claimed && !known.recorded;
  if (other_spec && (restarts_job_manager(now.plan.action) || !known.ordinals))
    return record(*this, now.request, both_of(now.plan.action, known.change));
  if (is_overtaken(known, now.plan)) return prepare(*this, now.request, now.plan);
  const bool late = known.now.monotonic - now.since >= policy.deletion_wait &&
                    is_half_deleted(known, now.plan, now.step);
  if (late || is_unprotected(known, now.plan, now.step))
    return prepare(*this, now.request, now.plan);
  if (!is_taken(known, now.plan, now.step)) return {now};
  return prepare(*this, now.request, now.plan);
}
auto rollout_machine::on(const stepping& now, const deadline_passed& learned) const
    -> to<stepping, halted> {
  if (learned.timer != now.request) return {now};
  auto step = now.step;
  step.down_to.reset();  // whoever has not gone by now stays until there is another step
  if (!known.ordinals && !restarts_job_manager(now.plan.action)) step.retire_below = 0;
  return {halted{now.request, now.plan, step},
          {announce{"Warning", "RolloutHalted",
                    word_of(halted{now.request, now.plan, step}, known).message}}};
}
auto rollout_machine::on(const halted& now, const surroundings_seen&) const
    -> to<halted, recording, preparing, undoing> {
  if (known.claimed && !known.recorded)
    return record(*this, now.last, both_of(now.plan.action, known.change));
  if (is_taken(known, now.plan, now.step) || is_overtaken(known, now.plan))
    return prepare(*this, now.last, now.plan);
  if (!known.claimed || !may_be_undone(known)) return {now};
  auto why = failure_of(known, now.plan, now.step);
  if (why.empty()) return {now};
  return undo(*this, now.last, now.plan, std::move(why));
}

/// From now on another spec counts, as a new operator would find it; or it is decided again.
auto rollout_machine::on(const undoing& now, const status_written& learned) const
    -> to<undoing, beginning> {
  if (learned.request != now.request) return {now};
  return {beginning{now.request}, {}};
}
auto rollout_machine::on(const undoing& now, const status_superseded& learned) const
    -> to<undoing, beginning> {
  if (learned.request != now.request) return {now};
  return {beginning{now.request}, {}};
}
auto rollout_machine::on(const undoing& now, const deadline_passed& learned) const
    -> to<undoing, beginning> {
  if (learned.timer != now.request) return {now};
  return {beginning{now.request}, {}};
}

static_assert(state_machine::complete<rollout_machine>());
static_assert(state_machine::connected<rollout_machine>());
static_assert(state_machine::bounded<rollout_machine, deadline_passed>());
template state_machine::step_result<rollout_machine> state_machine::step(
    const rollout_machine&, const rollout_machine::state&, const rollout_machine::fact&);

}  // namespace drey
