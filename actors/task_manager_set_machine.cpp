#include "actors/task_manager_set_machine.hpp"

#include <algorithm>
#include <limits>

#include "actors/planted_bugs.hpp"

namespace drey {

namespace {

using m = task_manager_set_machine;
template <class... Next>
using to = m::to<Next...>;

const set_member* member_at(const set_known& known, std::int32_t ordinal) {
  const auto found = std::ranges::find(known.members, ordinal, &set_member::ordinal);
  return found == known.members.end() ? nullptr : &*found;
}

bool is_lost(const set_known& known, std::int32_t ordinal) {
  const auto* member = member_at(known, ordinal);
  return member != nullptr && member->standing == standing::lost;
}

/// A place whose pod is not there, or works for nobody. While the JobManager knows of TaskManagers
/// whose pods we have not seen, what we take for gone or lost may have a successor that works.
bool may_be_left(const set_known& known, std::int32_t ordinal) {
  const auto* member = member_at(known, ordinal);
  return known.ghosts == 0 && (member == nullptr || member->idle);
}

/// The same, of one that nobody needs: no job is about to take its slots.
bool may_go(const set_known& known, std::int32_t ordinal) {
  return known.calm && may_be_left(known, ordinal);
}

/// What was left behind already is not a member any more, however long it takes to go.
bool is_inside(const ordinal_window& window, std::int32_t ordinal) {
  return ordinal >= window.start && ordinal < window.start + window.count;
}

std::int32_t lost_within(const set_known& known, const ordinal_window& window) {
  std::int32_t lost = 0;
  for (const auto& one : known.members)
    if (one.standing == standing::lost && is_inside(window, one.ordinal)) ++lost;
  return lost;
}

/// The ordinal after the last outdated member of `window`; its start: there is none.
std::int32_t end_of_outdated(const set_known& known, const ordinal_window& window) {
  std::int32_t end = window.start;
  for (const auto& one : known.members)
    if (one.outdated && is_inside(window, one.ordinal)) end = std::max(end, one.ordinal + 1);
  return end;
}

/// New ones are to come up beside outdated ones, or have.
bool is_replacing(const set_known& known, const ordinal_window& window) {
  bool outdated = false;
  bool fresh = false;
  for (const auto& one : known.members)
    if (is_inside(window, one.ordinal)) (one.outdated ? outdated : fresh) = true;
  return outdated && (fresh || known.spares || known.retire_below > window.start);
}

/// Outdated ones lie at the bottom: what replaces them comes up beyond the last of them.
ordinal_window replacing_window(const set_known& known, ordinal_window window) {
  const auto top = window.start + window.count;
  const auto fresh_from = end_of_outdated(known, window);
  const auto start = std::clamp(known.retire_below, window.start, fresh_from);
  window = {start, top - start};
  const auto fresh = top - fresh_from - lost_within(known, {fresh_from, top - fresh_from});
  if (known.spares && fresh < known.count) {
    window.count += known.count - fresh;
  } else {
    const auto working = window.count - lost_within(known, window);
    window.count += std::max(0, known.count - working);
  }
  return window;
}

/// One place of the window.
struct place {
  std::int32_t ordinal = 0;
  bool lost = false;
  std::int32_t slots = 0;
  std::int32_t taken = 0;
};

std::vector<place> places_of(const set_known& known, const ordinal_window& window) {
  std::vector<place> all(static_cast<std::size_t>(std::max(0, window.count)));
  for (std::size_t i = 0; i < all.size(); ++i)
    all[i].ordinal = window.start + static_cast<std::int32_t>(i);
  for (const auto& one : known.members)
    if (is_inside(window, one.ordinal))
      all[static_cast<std::size_t>(one.ordinal - window.start)] = {
          one.ordinal, one.standing == standing::lost, one.slots, one.taken};
  return all;
}

/// What is left of a window from which those with tasks go, too.
struct remainder {
  ordinal_window window;
  std::vector<std::int32_t> occupied;  ///< that go
  std::int32_t slots_short = 0;        ///< of those that stay, for all that runs
};

/// `count` places that are not lost, one beside the other, so that as few with tasks go as can be.
remainder remainder_of(const set_known& known, const ordinal_window& window, std::int32_t count) {
  const auto all = places_of(known, window);
  remainder best{{window.start, 0}, {}, 0};
  std::size_t end = 0;
  std::int32_t working = 0;
  std::int32_t busy = 0;
  std::int32_t most = -1;
  for (std::size_t begin = 0; begin < all.size(); ++begin) {
    for (; end < all.size() && working < count; ++end) {
      working += all[end].lost ? 0 : 1;
      busy += all[end].taken > 0 ? 1 : 0;
    }
    if (working < count) break;
    if (busy > most) {
      most = busy;
      best.window = {all[begin].ordinal, static_cast<std::int32_t>(end - begin)};
    }
    if (begin == end) break;  // nothing is to stay
    working -= all[begin].lost ? 0 : 1;
    busy -= all[begin].taken > 0 ? 1 : 0;
  }
  std::int32_t kept = 0;
  for (const auto& one : all)
    if (is_inside(best.window, one.ordinal))
      kept += one.slots;
    else if (one.taken > 0)
      best.occupied.push_back(one.ordinal);
  std::int32_t taken = 0;
  for (const auto& one : known.members) taken += one.taken;
  best.slots_short = std::max(0, taken - kept);
  return best;
}

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
  return !known.seen || known.out_of_date || next_window(known) != known.window;
}

}  // namespace

set_tally tally_of(const set_known& known) {
  set_tally tally;
  tally.observed = known.observed;
  tally.wanted = known.count;
  tally.ghosts = known.ghosts;
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
    return one.failing && one.ordinal >= fresh_from && is_inside(known.window, one.ordinal);
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
    outdated = outdated || (inside && one.outdated);
  }
  if (surplus.working <= known.count || outdated || known.ghosts > 0) return surplus;
  const auto left = remainder_of(known, known.window, known.count);
  surplus.occupied = left.occupied;
  surplus.slots_short = left.slots_short;
  return surplus;
}

namespace {

/// What is left of a change that was taken back.
struct leftovers {
  ordinal_window window;       ///< without those that may go
  bool are_undecided = false;  ///< whether somebody works on the newest is to be told first
};

/// Outdated ones above all those that are wanted go when nobody works there, and nobody is
/// restarted for it. Where somebody does they are replaced like any other.
leftovers without_leftovers(const set_known& known, ordinal_window window) {
  const auto fresh_below = [&](std::int32_t top) {
    return std::ranges::count_if(known.members, [&](const set_member& one) {
      return is_inside(window, one.ordinal) && one.ordinal < top && !one.outdated &&
             one.standing == standing::registered;
    });
  };
  for (; window.count > known.count; --window.count) {
    const auto top = window.start + window.count - 1;
    const auto* member = member_at(known, top);
    if (member == nullptr || !member->outdated || fresh_below(top) < known.count) break;
    const bool came_up = member->standing == standing::registered;
    if (!(came_up ? may_go(known, top) : may_be_left(known, top)))
      return {window, member->taken == 0};
  }
  return {window};
}

ordinal_window wanted_window(const set_known& known) {
  auto window = known.seen ? known.window : ordinal_window{0, known.count};
  if (!known.observed) return window;  // which pods are of which template is not known yet
  while (window.count > 0 && is_lost(known, window.start) && may_be_left(known, window.start)) {
    ++window.start;
    --window.count;
  }
  const auto left = without_leftovers(known, window);
  if (left.are_undecided) return left.window;
  window = left.window;
  if (is_replacing(known, window)) return replacing_window(known, window);
  auto working = window.count - lost_within(known, window);
  if (working < known.count) {
    const auto due = std::min(known.count, known.most.value_or(known.count));
    window.count += std::max(0, due - working);
    return window;
  }
  while (working > known.count && window.count > 0) {
    const auto top = window.start + window.count - 1;
    if (is_lost(known, top) && may_be_left(known, top)) {
      --window.count;
    } else if (may_go(known, top)) {
      --window.count;
      --working;
    } else if (may_go(known, window.start) && !is_lost(known, window.start)) {
      ++window.start;
      --window.count;
      --working;
    } else {
      break;  // both ends work: nothing running is taken away unasked
    }
  }
  if (!known.down_to || !known.calm || known.ghosts > 0) return window;
  const auto stay = std::max(known.count, *known.down_to);
  if (working <= stay) return window;
  const auto smaller = remainder_of(known, window, stay);
  return smaller.slots_short == 0 ? smaller.window : window;
}

}  // namespace

ordinal_window next_window(const set_known& known) {
  auto window = wanted_window(known);
  if (known.seen && known.places_max) window.count = std::min(window.count, *known.places_max);
  return window;
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
  if (const auto& pods = known.leaving; known.retire_below > 0 && !pods.empty()) {
    const auto request = after(now.last);
    return {clearing{request, pods},
            {remove_task_managers{request, pods}, set_deadline{request, removal_poll}}};
  }
  if (!is_due(known)) return {now};
  return apply(*this, now.last, next_window(known), 1);
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
