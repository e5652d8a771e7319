#include "actors/cluster_machine.hpp"

#include <algorithm>

#include "actors/explanation.hpp"
#include "actors/planted_bugs.hpp"

namespace drey {

namespace {

using m = cluster_machine;
template <class... Next>
using to = m::to<Next...>;

to<m::applying> apply(const m& machine, ticket last, std::vector<int> left, int tries) {
  const auto request = after(last);
  const auto first = left.front();
  return {m::applying{request, std::move(left), tries},
          {apply_child{request, first}, set_deadline{request, machine.policy.answer_wait}}};
}

/// Asks for what is there of the stage of `at`, and for its removal.
to<m::removing> remove(const m& machine, m::removing at) {
  at.request = after(at.request);
  const auto stage = at.stage;
  const auto request = at.request;
  return {std::move(at),
          {remove_children{request, stage}, set_deadline{request, machine.policy.answer_wait}}};
}

/// A pass through all stages begins.
m::removing first_pass(const m& machine, ticket last) {
  const auto first = is_planted(planted_bug::task_managers_first) ? removal_stage::task_managers
                                                                  : removal_stage::job_manager;
  return {last, first, machine.known.now.monotonic, true, {}};
}

to<m::releasing> release(const m& machine, ticket last) {
  const auto request = after(last);
  return {m::releasing{request},
          {remove_finalizer{request}, set_deadline{request, machine.policy.answer_wait}}};
}

/// The first of a row is announced; the status tells of it for as long as it lasts.
to<m::hindered> hinder(ticket last, int tries, std::string message) {
  const auto request = after(last);
  const set_deadline again{request,
                           backoff(tries, limits::call_retry_first, limits::call_retry_max)};
  if (tries > 1) return {m::hindered{request, tries, std::move(message)}, {again}};
  return {m::hindered{request, tries, message},
          {announce{"Warning", "ApplyFailed", std::move(message)}, again}};
}

m::first_steps take_first_step(const m& machine, ticket last) {
  const auto& known = machine.known;
  if (known.deleting && !known.finalizer) return {m::gone{}, {}};
  if (!known.world_known) return {m::unclaimed{last}, {}};  // absence means nothing yet
  if (known.deleting) return {m::draining{last, {}}, {}};
  if (!known.problem.empty() && known.deployed && known.finalizer) return {m::starting{last}, {}};
  if (!known.problem.empty() || !known.foreign_child.empty()) return {m::unclaimed{last}, {}};
  if (!known.finalizer) {
    const auto request = after(last);
    return {m::claiming{request},
            {add_finalizer{request}, set_deadline{request, machine.policy.answer_wait}}};
  }
  if (known.out_of_date.empty()) return {m::starting{last}, {}};
  return apply(machine, last, known.out_of_date, 1);
}

/// Dead, and not merely slow or out of sight; and its jobs outlive it.
bool is_dead(const m& machine) {
  const auto& known = machine.known;
  if (!known.unready || !known.keeps_jobs) return false;
  if (!known.unready->node.empty()) return known.unready->lock == leader_lock::lapsed;
  if (is_planted(planted_bug::hasty_replacement)) return true;
  return known.now.wall - known.unready->since >= machine.policy.dead_wait &&
         known.now.monotonic - known.unready->seen >= machine.policy.dead_seen;
}

std::string how_dead(const unready_job_manager& dead, milliseconds wall) {
  const auto length = span_text(wall - dead.since);
  if (dead.node.empty())
    return "pod " + dead.pod.name + " has not answered its kubelet for " + length;
  return "pod " + dead.pod.name + " is on node " + dead.node + ", which has not answered for " +
         length + ", and nobody renews the leader's lock";
}

to<m::replacing> replace(const m& machine, ticket last) {
  const auto& dead = *machine.known.unready;
  const auto request = after(last);
  return {m::replacing{request, dead.uid},
          {announce{"Warning", "JobManagerReplaced",
                    how_dead(dead, machine.known.now.wall) +
                        ": it is replaced, and its jobs go on from Flink's HA metadata"},
           replace_job_manager{request, dead.pod, dead.uid},
           set_deadline{request, machine.policy.answer_wait}}};
}

/// What the picture makes of a cluster whose objects were all applied.
m::kept look(const m& machine, ticket last) {
  const auto& known = machine.known;
  if (known.deleting) return {m::draining{last, {}}, {}};
  if (known.problem.empty() && !known.foreign_child.empty())
    return hinder(last, 1, known.foreign_child);
  if (known.problem.empty() && !known.out_of_date.empty())
    return apply(machine, last, known.out_of_date, 1);
  if (known.rest == rest_state::answers) return {m::ready{last}, {}};
  if (is_dead(machine)) return replace(machine, last);
  if (known.rest == rest_state::silent && known.job_manager_pod) return {m::unreachable{last}, {}};
  return {m::starting{last}, {}};
}

to<m::draining, m::removing> drain(const m& machine, const m::draining& at) {
  const auto& known = machine.known;
  auto heard = at;
  heard.unheard_since.reset();
  if (!known.looked) return {heard, {}};  // whether jobs are left is not known
  if (known.own_job) return {heard, {}};
  if (known.block_on_session_jobs && !known.session_jobs.empty()) return {heard, {}};
  if (!known.block_on_unmanaged_jobs) return remove(machine, first_pass(machine, at.last));
  if (known.rest == rest_state::answers) {
    if (known.unmanaged_jobs > 0) return {heard, {}};
  } else if (known.job_manager_runs) {  // a list that fails is not an empty one
    const auto now = known.now.monotonic;
    auto unheard = at;
    unheard.unheard_since = at.unheard_since.value_or(now);
    if (now - *unheard.unheard_since < machine.policy.unheard_max) return {unheard, {}};
  }
  return remove(machine, first_pass(machine, at.last));
}

}  // namespace

auto cluster_machine::on(const unclaimed& now, const surroundings_seen&) const -> first_steps {
  return take_first_step(*this, now.last);
}

auto cluster_machine::on(const claiming& now, const finalizers_written& learned) const
    -> to<claiming, unclaimed> {
  if (learned.request != now.request) return {now};
  return {unclaimed{now.request}, {}};
}
auto cluster_machine::on(const claiming& now, const call_refused& learned) const -> to<claiming> {
  if (learned.request != now.request) return {now};
  return {now, {set_deadline{now.request, policy.poll}}};
}
auto cluster_machine::on(const claiming& now, const deadline_passed& learned) const
    -> to<claiming, unclaimed> {
  if (learned.timer != now.request) return {now};
  return {unclaimed{now.request}, {}};
}

auto cluster_machine::on(const applying& now, const surroundings_seen&) const
    -> to<applying, draining> {
  if (known.deleting) return {draining{now.request, {}}, {}};
  return {now};
}
auto cluster_machine::on(const applying& now, const child_applied& learned) const
    -> to<applying, starting> {
  if (learned.request != now.request) return {now};
  auto left = now.left;
  left.erase(left.begin());
  if (!left.empty()) return apply(*this, now.request, std::move(left), now.tries);
  return {starting{now.request},
          {announce{"Normal", "Applied", "All objects of the JobManager are there"}}};
}
auto cluster_machine::on(const applying& now, const call_refused& learned) const
    -> to<applying, hindered> {
  if (learned.request != now.request) return {now};
  return hinder(now.request, now.tries, learned.message);
}
auto cluster_machine::on(const applying& now, const deadline_passed& learned) const
    -> to<applying, hindered> {
  if (learned.timer != now.request) return {now};
  return hinder(now.request, now.tries, "the API server did not answer in time");
}

auto cluster_machine::on(const hindered& now, const surroundings_seen&) const
    -> to<hindered, draining> {
  if (known.deleting) return {draining{now.request, {}}, {}};
  return {now};
}
auto cluster_machine::on(const hindered& now, const deadline_passed& learned) const
    -> to<hindered, applying, starting> {
  if (learned.timer != now.request) return {now};
  if (!known.foreign_child.empty() || !known.problem.empty())
    return hinder(now.request, now.tries + 1,
                  known.problem.empty() ? known.foreign_child : known.problem);
  if (known.out_of_date.empty()) return {starting{now.request}, {}};
  // Applying what was applied changes nothing.
  return apply(*this, now.request, known.out_of_date, now.tries + 1);
}

auto cluster_machine::on(const starting& now, const surroundings_seen&) const -> kept {
  return look(*this, now.last);
}
auto cluster_machine::on(const ready& now, const surroundings_seen&) const -> kept {
  return look(*this, now.last);
}
auto cluster_machine::on(const unreachable& now, const surroundings_seen&) const -> kept {
  return look(*this, now.last);
}

auto cluster_machine::on(const replacing& now, const surroundings_seen&) const
    -> to<replacing, starting, draining> {
  if (known.deleting) return {draining{now.request, {}}, {}};
  if (known.unready && known.unready->uid == now.uid) return {now};
  return {starting{now.request}, {}};
}
auto cluster_machine::on(const replacing& now, const deadline_passed& learned) const
    -> to<replacing, unreachable> {
  if (learned.timer != now.request) return {now};
  return {unreachable{now.request}, {}};  // asked again, if it is still so
}

auto cluster_machine::on(const draining& now, const surroundings_seen&) const
    -> to<draining, removing> {
  return drain(*this, now);
}

auto cluster_machine::on(const removing& now, const removal_seen& learned) const
    -> to<removing, releasing> {
  if (learned.request != now.request) return {now};
  auto seen = now;
  seen.left = learned.left;
  seen.clean = now.clean && learned.left.empty();
  if (!learned.left.empty()) return {seen, {set_deadline{now.request, policy.removal_poll}}};
  if (now.stage != removal_stage::ha_metadata) {
    seen.stage = static_cast<removal_stage>(static_cast<int>(now.stage) + 1);
    return remove(*this, std::move(seen));
  }
  if (is_planted(planted_bug::removal_in_one_pass)) return release(*this, now.request);
  if (!seen.clean) return remove(*this, first_pass(*this, now.request));  // nothing came back?
  if (now.pass_since >= known.may_arrive_until) return release(*this, now.request);
  const auto wait =
      std::clamp(known.may_arrive_until - known.now.monotonic, milliseconds{0}, policy.settle_poll);
  return {first_pass(*this, now.request), {set_deadline{now.request, wait}}};
}
auto cluster_machine::on(const removing& now, const call_refused& learned) const -> to<removing> {
  if (learned.request != now.request) return {now};
  return {now, {set_deadline{now.request, policy.poll}}};
}
auto cluster_machine::on(const removing& now, const deadline_passed& learned) const
    -> to<removing> {
  if (learned.timer != now.request) return {now};
  auto again = now;
  if (now.stage == removal_stage::job_manager && now.clean)
    again.pass_since = known.now.monotonic;  // nothing was looked at yet
  return remove(*this, std::move(again));
}

auto cluster_machine::on(const releasing& now, const surroundings_seen&) const
    -> to<releasing, gone> {
  if (known.finalizer) return {now};
  return {gone{}, {}};
}
auto cluster_machine::on(const releasing& now, const finalizers_written& learned) const
    -> to<releasing, gone> {
  if (learned.request != now.request) return {now};
  return {gone{}, {}};
}
auto cluster_machine::on(const releasing& now, const call_refused& learned) const -> to<releasing> {
  if (learned.request != now.request) return {now};
  return {now, {set_deadline{now.request, policy.poll}}};
}
auto cluster_machine::on(const releasing& now, const deadline_passed& learned) const
    -> to<releasing, removing> {
  if (learned.timer != now.request) return {now};
  return remove(*this, first_pass(*this, now.request));
}

static_assert(state_machine::complete<cluster_machine>());
static_assert(state_machine::connected<cluster_machine>());
static_assert(state_machine::bounded<cluster_machine, deadline_passed>());
template state_machine::step_result<cluster_machine> state_machine::step(
    const cluster_machine&, const cluster_machine::state&, const cluster_machine::fact&);

}  // namespace drey
