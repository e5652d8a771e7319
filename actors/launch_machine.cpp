#include "actors/launch_machine.hpp"

#include <algorithm>

#include "actors/planted_bugs.hpp"

namespace drey {

namespace {

using m = launch_machine;
template <class... Next>
using to = m::to<Next...>;

to<m::looking> look(const m& machine, ticket last) {
  const auto request = after(last);
  return {m::looking{request, {}},
          {look_at_job_managers{request}, set_deadline{request, machine.policy.answer_wait}}};
}

to<m::clearing> clear(const m& machine, ticket last) {
  const auto request = after(last);
  return {m::clearing{request},
          {clear_earlier_launches{request}, set_deadline{request, machine.policy.answer_wait}}};
}

to<m::preparing> prepare(const m& machine, ticket last) {
  const auto request = after(last);
  return {m::preparing{request},
          {prepare_launch{request}, set_deadline{request, machine.policy.answer_wait}}};
}

to<m::creating> create(const m& machine, ticket last) {
  const auto request = after(last);
  return {m::creating{request},
          {create_job_manager{request}, set_deadline{request, machine.policy.answer_wait}}};
}

to<m::guarding> guard(const m& machine, ticket last) {
  const auto request = after(last);
  return {m::guarding{request},
          {guard_launch{request}, set_deadline{request, machine.policy.answer_wait}}};
}

to<m::patching> patch(const m& machine, ticket last) {
  const auto request = after(last);
  return {m::patching{request},
          {patch_job_manager{request}, set_deadline{request, machine.policy.answer_wait}}};
}

to<m::removing> remove(const m& machine, ticket last) {
  const auto request = after(last);
  return {m::removing{request, {}},
          {remove_job_managers{request}, set_deadline{request, machine.policy.answer_wait}}};
}

/// How long until nothing can come that was asked for.
milliseconds unsettled(const m& machine) {
  const auto left = machine.known.may_arrive_until - machine.known.now.monotonic;
  return std::clamp(left, milliseconds{0}, machine.policy.settle_poll);
}

/// Its job is to be cancelled first, and for that must know what became of its launch.
to<m::standing> answer_farewell(const m& machine, const m::standing& now) {
  const auto& known = machine.known;
  if (!known.order) return {now, {}};
  if (name_of(*known.order) == known.workload->name) return {now, {answer_launch{}}};
  return {now,
          {answer_launch{call_refused{now.last, refusal_reason::unavailable, "it is deleted"}}}};
}

/// Why it must go; empty: it may stay.
bool must_go(const m& machine) {
  const auto& known = machine.known;
  if (known.deleting)
    return !known.job_lives || (!known.job_listed && known.now.monotonic - known.deleting_since >=
                                                         machine.policy.farewell_wait);
  if (known.order && name_of(*known.order) != known.workload->name) return true;
  return known.rests || (known.may_replace && !known.workload->current);
}

}  // namespace

// ── what is there ───────────────────────────────────────────────────────────────────────────────

auto launch_machine::on(const unseen& now, const surroundings_seen&) const
    -> to<unseen, looking, standing> {
  if (!known.looked) return {now};
  if (known.workload) return {standing{now.last}, {}};
  return look(*this, now.last);
}

auto launch_machine::on(const looking& now, const surroundings_seen&) const
    -> to<looking, standing> {
  if (known.workload) return {standing{now.request}, {}};
  return {now};
}
auto launch_machine::on(const looking& now, const removal_seen& learned) const
    -> to<looking, vacant, standing> {
  if (learned.request != now.request) return {now};
  if (known.workload) return {standing{now.request}, {}};
  const bool hasty = is_planted(planted_bug::hasty_launch);
  if (!learned.left.empty() && !hasty)
    return {looking{now.request, learned.left}, {set_deadline{now.request, policy.poll}}};
  const auto wait = unsettled(*this);
  if (wait > milliseconds{0} && !hasty) return {now, {set_deadline{now.request, wait}}};
  return {vacant{now.request}, {}};
}
auto launch_machine::on(const looking& now, const call_refused& learned) const -> to<looking> {
  if (learned.request != now.request) return {now};
  return {now, {set_deadline{now.request, policy.poll}}};
}
auto launch_machine::on(const looking& now, const deadline_passed& learned) const
    -> to<looking, unseen> {
  if (learned.timer != now.request) return {now};
  return {unseen{now.request}, {}};
}

// ── from nothing to a workload ──────────────────────────────────────────────────────────────────

auto launch_machine::on(const vacant& now, const surroundings_seen&) const
    -> to<vacant, looking, standing, clearing, creating> {
  if (known.workload) return {standing{now.last}, {}};
  if (known.pods && !is_planted(planted_bug::hasty_launch)) return look(*this, now.last);
  if (known.order && known.deleting)
    return {now,
            {answer_launch{call_refused{now.last, refusal_reason::unavailable, "it is deleted"}}}};
  if (!known.order || !known.claimed) return {now};
  if (known.keeps_jobs || known.native) return clear(*this, now.last);
  return create(*this, now.last);
}

auto launch_machine::on(const clearing& now, const removal_seen& learned) const
    -> to<clearing, preparing, looking> {
  if (learned.request != now.request) return {now};
  if (!known.order || known.deleting) return look(*this, now.request);
  if (!learned.left.empty()) return {now, {set_deadline{now.request, policy.poll}}};
  return prepare(*this, now.request);
}
auto launch_machine::on(const clearing& now, const call_refused& learned) const -> to<clearing> {
  if (learned.request != now.request) return {now};
  return {now, {set_deadline{now.request, policy.poll}}};
}
auto launch_machine::on(const clearing& now, const deadline_passed& learned) const
    -> to<clearing, unseen> {
  if (learned.timer != now.request) return {now};
  return {unseen{now.request}, {}};
}

auto launch_machine::on(const preparing& now, const child_applied& learned) const
    -> to<preparing, creating, looking> {
  if (learned.request != now.request) return {now};
  if (!known.order || known.deleting) return look(*this, now.request);
  return create(*this, now.request);
}
auto launch_machine::on(const preparing& now, const call_refused& learned) const -> to<preparing> {
  if (learned.request != now.request) return {now};
  return {now, {set_deadline{now.request, policy.poll}}};
}
auto launch_machine::on(const preparing& now, const deadline_passed& learned) const
    -> to<preparing, unseen> {
  if (learned.timer != now.request) return {now};
  return {unseen{now.request}, {}};
}

auto launch_machine::on(const creating& now, const child_applied& learned) const
    -> to<creating, standing> {
  if (learned.request != now.request) return {now};
  return {standing{now.request}, {answer_launch{}}};
}
/// What may have happened all the same is looked for; so is what is there already.
auto launch_machine::on(const creating& now, const call_refused& learned) const
    -> to<creating, looking> {
  if (learned.request != now.request) return {now};
  auto next = look(*this, now.request);
  if (learned.reason == refusal_reason::invalid || learned.reason == refusal_reason::forbidden)
    next.commands.insert(next.commands.begin(), answer_launch{learned});
  return next;
}
auto launch_machine::on(const creating& now, const deadline_passed& learned) const
    -> to<creating, looking> {
  if (learned.timer != now.request) return {now};
  return look(*this, now.request);
}

// ── a workload is there ─────────────────────────────────────────────────────────────────────────

auto launch_machine::on(const standing& now, const surroundings_seen&) const
    -> to<standing, looking, guarding, patching, removing> {
  if (!known.workload) return look(*this, now.last);
  if (must_go(*this)) return remove(*this, now.last);
  if (known.deleting) return answer_farewell(*this, now);
  // What is wanted is of the other kind: nothing is made of it beside what is there.
  const bool keeps_jobs = known.keeps_jobs && known.workload->same_kind;
  const bool guards = keeps_jobs && known.job_runs && !known.guarded;
  if (guards && !is_planted(planted_bug::unguarded_launch)) return guard(*this, now.last);
  const bool differs =
      (known.may_patch && !known.workload->current) || (known.guarded && !known.workload->scaled);
  if ((keeps_jobs && differs) || (known.ownerless && known.job_lives))
    return patch(*this, now.last);
  if (known.order) return {now, {answer_launch{}}};
  return {now};
}

auto launch_machine::on(const guarding& now, const child_applied& learned) const
    -> to<guarding, standing> {
  if (learned.request != now.request) return {now};
  return {standing{now.request}, {}};
}
auto launch_machine::on(const guarding& now, const call_refused& learned) const -> to<guarding> {
  if (learned.request != now.request) return {now};
  return {now, {set_deadline{now.request, policy.poll}}};
}
auto launch_machine::on(const guarding& now, const deadline_passed& learned) const
    -> to<guarding, standing> {
  if (learned.timer != now.request) return {now};
  return {standing{now.request}, {}};
}

auto launch_machine::on(const patching& now, const child_applied& learned) const
    -> to<patching, standing> {
  if (learned.request != now.request) return {now};
  return {standing{now.request}, {}};
}
auto launch_machine::on(const patching& now, const call_refused& learned) const -> to<patching> {
  if (learned.request != now.request) return {now};
  return {now, {set_deadline{now.request, policy.poll}}};
}
auto launch_machine::on(const patching& now, const deadline_passed& learned) const
    -> to<patching, standing> {
  if (learned.timer != now.request) return {now};
  return {standing{now.request}, {}};
}

auto launch_machine::on(const removing& now, const removal_seen& learned) const
    -> to<removing, looking, vacant> {
  if (learned.request != now.request) return {now};
  if (!learned.left.empty())
    return {removing{now.request, learned.left}, {set_deadline{now.request, policy.poll}}};
  if (unsettled(*this) > milliseconds{0}) return look(*this, now.request);
  return {vacant{now.request}, {}};
}
auto launch_machine::on(const removing& now, const call_refused& learned) const -> to<removing> {
  if (learned.request != now.request) return {now};
  return {now, {set_deadline{now.request, policy.poll}}};
}
auto launch_machine::on(const removing& now, const deadline_passed& learned) const
    -> to<removing, unseen> {
  if (learned.timer != now.request) return {now};
  return {unseen{now.request}, {}};
}

static_assert(state_machine::complete<launch_machine>());
static_assert(state_machine::connected<launch_machine>());
static_assert(state_machine::bounded<launch_machine, deadline_passed>());
template state_machine::step_result<launch_machine> state_machine::step(
    const launch_machine&, const launch_machine::state&, const launch_machine::fact&);

}  // namespace drey
