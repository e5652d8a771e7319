#include "actors/task_manager_set_machine.hpp"

#include <algorithm>
#include <limits>

#include "actors/planted_bugs.hpp"
#include "actors/task_manager_window.hpp"

namespace drey {

namespace {

using m = task_manager_set_machine;
template <class... Next>
using to = m::to<Next...>;

to<m::applying> apply(const m& machine, ticket last, const ordinal_window& window, int tries) {
  const auto request = after(last);
  return {m::applying{request, window, tries},
          {apply_task_managers{request, window}, set_deadline{request, machine.answer_wait}}};
}

to<m::hindered> hinder(ticket last, int tries) {
  const auto request = after(last);
  return {
      m::hindered{request, tries},
      {set_deadline{request, backoff(tries, limits::call_retry_first, limits::call_retry_max)}}};
}

bool is_due(const set_known& known) {
  if (known.native) return false;
  return !known.seen || known.out_of_date || known.nudged || next_window(known) != known.window ||
         (known.asks_again && lacks_ordinals(known));
}

/// Without ordinals new ones come up below the last outdated one, too.
set_tally tally_from_zero(const set_known& known) {
  set_tally tally;
  tally.lowest = std::numeric_limits<std::int32_t>::max();
  auto places = known.window.count;
  for (const auto& one : known.members) {
    const bool inside = is_inside(known.window, one.ordinal);
    const bool registered = one.standing == standing::registered;
    const bool stays_old = inside && is_old(known, one);
    if (stays_old && !one.going) tally.outdated.push_back(one.ordinal);
    if (stays_old || (!inside && one.standing != standing::lost))
      tally.lowest = std::min(tally.lowest, one.ordinal);
    tally.all_registered += registered ? 1 : 0;
    if (inside && !one.unschedulable) --places;
    if (inside && !one.outdated && registered && !one.failing) ++tally.fresh_registered;
  }
  tally.without_room = std::max(0, places);
  return tally;
}

}  // namespace

set_tally tally_of(const set_known& known) {
  auto tally = known.ordinals ? set_tally{} : tally_from_zero(known);
  tally.observed = known.observed;
  tally.wanted = known.count;
  tally.ghosts = known.ghosts;
  std::ranges::sort(tally.outdated);
  if (!known.ordinals) return tally;
  for (const auto& one : known.members)
    if (one.outdated && is_inside(known.window, one.ordinal)) tally.outdated.push_back(one.ordinal);
  std::ranges::sort(tally.outdated);
  const auto fresh_from = end_of_outdated(known, known.window);
  auto places = std::max(0, known.window.start + known.window.count - fresh_from);
  tally.lowest = std::numeric_limits<std::int32_t>::max();
  for (const auto& one : known.members) {
    const bool inside = is_inside(known.window, one.ordinal);
    const bool overlooked =
        one.standing == standing::lost && is_planted(planted_bug::overlooked_loss);
    const bool goes = inside ? one.outdated && !overlooked : one.standing != standing::lost;
    if (goes) tally.lowest = std::min(tally.lowest, one.ordinal);
    const bool registered = one.standing == standing::registered;
    tally.all_registered += registered ? 1 : 0;
    if (one.ordinal < fresh_from) continue;
    const bool failing = one.failing && inside;
    tally.fresh_registered += registered && !failing ? 1 : 0;
    if (!one.unschedulable) --places;  // what is left has no room, or no pod at all
  }
  tally.without_room = known.native ? 0 : std::max(0, places);
  return tally;
}

bool new_ones_fail_in(const set_known& known) {
  const auto fresh_from = end_of_outdated(known, known.window);
  return std::ranges::any_of(known.members, [&](const set_member& one) {
    const bool fresh = known.ordinals ? one.ordinal >= fresh_from : !one.outdated;
    return one.failing && fresh && is_inside(known.window, one.ordinal);
  });
}

set_surplus surplus_of(const set_known& known) {
  set_surplus surplus;
  if (known.native) return surplus;  // Flink lets go of what it does not need
  surplus.working = known.window.count - lost_within(known, known.window);
  bool outdated = false;
  for (const auto& one : known.members) {
    const bool inside = is_inside(known.window, one.ordinal);
    if (!inside && one.standing != standing::lost) ++surplus.leaving;
    outdated = outdated || (inside && is_old(known, one));
  }
  if (surplus.working <= known.count || outdated || known.ghosts > 0) return surplus;
  const auto left = remainder_of(known, known.window, known.count);
  surplus.occupied = left.occupied;
  surplus.slots_short = left.slots_short;
  return surplus;
}

auto task_manager_set_machine::on(const absent& now, const surroundings_seen&) const
    -> to<absent, applying, steady> {
  if (!known.wanted) return {now};
  if (!is_due(known)) return {steady{now.last}, {}};
  return apply(*this, now.last, next_window(known), 1);
}

auto task_manager_set_machine::on(const applying& now, const child_applied& learned) const
    -> to<applying, steady> {
  if (learned.request != now.request) return {now};
  return {steady{now.request},
          {announce{"Normal", "TaskManagers",
                    "The set of TaskManagers is " + std::to_string(now.window.count) +
                        " from ordinal " + std::to_string(now.window.start)}}};
}
auto task_manager_set_machine::on(const applying& now, const call_refused& learned) const
    -> to<applying, hindered> {
  if (learned.request != now.request) return {now};
  return hinder(now.request, now.tries);
}
auto task_manager_set_machine::on(const applying& now, const deadline_passed& learned) const
    -> to<applying, hindered> {
  if (learned.timer != now.request) return {now};
  return hinder(now.request, now.tries);
}

auto task_manager_set_machine::on(const steady& now, const surroundings_seen&) const
    -> to<steady, applying, clearing, absent> {
  if (!known.wanted) return {absent{now.last}, {}};
  if (is_due(known)) return apply(*this, now.last, next_window(known), 1);
  const auto& pods = known.leaving;
  if (known.retire_below == 0 || !known.observed || pods.empty()) return {now};
  const auto request = after(now.last);
  return {clearing{request, pods},
          {remove_task_managers{request, pods}, set_deadline{request, removal_poll}}};
}

auto task_manager_set_machine::on(const clearing& now, const deadline_passed& learned) const
    -> to<clearing, steady> {
  if (learned.timer != now.request) return {now};
  return {steady{now.request}, {}};
}

auto task_manager_set_machine::on(const hindered& now, const deadline_passed& learned) const
    -> to<hindered, applying, absent> {
  if (learned.timer != now.request) return {now};
  if (!known.wanted) return {absent{now.request}, {}};
  return apply(*this, now.request, next_window(known), now.tries + 1);
}

static_assert(state_machine::complete<task_manager_set_machine>());
static_assert(state_machine::connected<task_manager_set_machine>());
static_assert(state_machine::bounded<task_manager_set_machine, deadline_passed>());
template state_machine::step_result<task_manager_set_machine> state_machine::step(
    const task_manager_set_machine&, const task_manager_set_machine::state&,
    const task_manager_set_machine::fact&);

}  // namespace drey
