#include "actors/orphan_machine.hpp"

#include "actors/planted_bugs.hpp"

namespace drey {

namespace {

using machine = orphan_machine;
template <class... Next>
using to = machine::to<Next...>;

constexpr int proofs_wanted = 2;

to<machine::proving> prove(const machine& m, ticket last, int proofs, bool held) {
  const auto request = after(last);
  return {machine::proving{request, proofs, held},
          {ask_owner{request}, set_deadline{request, m.policy.answer_wait}}};
}

to<machine::waiting> wait(ticket last, int proofs, bool held, milliseconds how_long) {
  const auto request = after(last);
  return {machine::waiting{request, proofs, held}, {set_deadline{request, how_long}}};
}

to<machine::removing> remove(const machine& m, machine::removing next) {
  next.request = after(next.request);
  const auto request = next.request;
  const auto stage = next.stage;
  return {next, {remove_children{request, stage}, set_deadline{request, m.policy.answer_wait}}};
}

removal_stage stage_after(removal_stage x) {
  switch (x) {
    case removal_stage::job_manager:
      return removal_stage::task_managers;
    case removal_stage::task_managers:
      return removal_stage::ha_metadata;
    case removal_stage::ha_metadata:
    case removal_stage::services:
      break;
  }
  return removal_stage::services;
}

announce tell_of(const machine& m, const std::string& what) {
  return {"Warning", "Orphaned",
          "FlinkDeployment " + text_of_name(m.cluster) +
              ", which this was made for, is gone, and " + what};
}

}  // namespace

auto orphan_machine::on(const noticed& now, const surroundings_seen&) const -> to<proving> {
  return prove(*this, now.last, 0, false);
}

auto orphan_machine::on(const proving& now, const owner_told& learned) const
    -> to<proving, waiting, removing> {
  if (learned.request != now.request) return {now};
  const bool gone = learned.stand == owner_stand::gone ||
                    (learned.stand == owner_stand::there && is_planted(planted_bug::hasty_sweep));
  if (gone && now.proofs + 1 < proofs_wanted)
    return wait(now.request, now.proofs + 1, now.held, policy.proof_wait);
  if (gone) {
    auto next = remove(*this, {now.request, removal_stage::job_manager, true});
    next.commands.emplace_back(
        tell_of(*this,
                "nothing removed it in order: that is done now. The finalizer should be "
                "left to drey"));
    return next;
  }
  const bool has_jobs = learned.stand == owner_stand::has_jobs;
  auto next = wait(now.request, 0, has_jobs, policy.look_again);
  if (has_jobs && !now.held)
    next.commands.emplace_back(
        tell_of(*this,
                "FlinkSessionJobs still name it: it is kept for what they left in it, until "
                "they are deleted"));
  return next;
}
auto orphan_machine::on(const proving& now, const call_refused& learned) const
    -> to<proving, waiting> {
  if (learned.request != now.request) return {now};
  return wait(now.request, now.proofs, now.held, policy.poll);
}
auto orphan_machine::on(const proving& now, const deadline_passed& learned) const
    -> to<proving, waiting> {
  if (learned.timer != now.request) return {now};
  return wait(now.request, now.proofs, now.held, policy.poll);
}

auto orphan_machine::on(const waiting& now, const deadline_passed& learned) const
    -> to<waiting, proving> {
  if (learned.timer != now.request) return {now};
  return prove(*this, now.request, now.proofs, now.held);
}

auto orphan_machine::on(const removing& now, const removal_seen& learned) const
    -> to<removing, gone> {
  if (learned.request != now.request) return {now};
  auto seen = now;
  seen.clean = now.clean && learned.left.empty();
  if (!learned.left.empty()) return {seen, {set_deadline{now.request, policy.removal_poll}}};
  if (now.stage != removal_stage::services) {
    seen.stage = stage_after(now.stage);
    return remove(*this, seen);
  }
  if (seen.clean) return {gone{}, {}};
  return remove(*this, {now.request, removal_stage::job_manager, true});
}
auto orphan_machine::on(const removing& now, const call_refused& learned) const -> to<removing> {
  if (learned.request != now.request) return {now};
  return {now, {set_deadline{now.request, policy.poll}}};
}
auto orphan_machine::on(const removing& now, const deadline_passed& learned) const -> to<removing> {
  if (learned.timer != now.request) return {now};
  return remove(*this, now);
}

static_assert(state_machine::complete<orphan_machine>());
static_assert(state_machine::connected<orphan_machine>());
static_assert(state_machine::bounded<orphan_machine, deadline_passed>());
template state_machine::step_result<orphan_machine> state_machine::step(
    const orphan_machine&, const orphan_machine::state&, const orphan_machine::fact&);

}  // namespace drey
