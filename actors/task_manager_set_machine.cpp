#include "actors/task_manager_set_machine.hpp"

#include <algorithm>

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

/// A place whose pod is not there, or works for nobody.
bool is_free(const set_known& known, std::int32_t ordinal) {
  const auto* member = member_at(known, ordinal);
  return member == nullptr || member->idle;
}

std::int32_t lost_within(const set_known& known, const ordinal_window& window) {
  std::int32_t lost = 0;
  for (const auto& one : known.members)
    if (one.standing == standing::lost && one.ordinal >= window.start &&
        one.ordinal < window.start + window.count)
      ++lost;
  return lost;
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
  return !known.seen || known.out_of_date || next_window(known) != known.window;
}

}  // namespace

ordinal_window next_window(const set_known& known) {
  auto window = known.seen ? known.window : ordinal_window{0, known.count};
  while (window.count > 0 && is_lost(known, window.start)) {  // slide past it
    ++window.start;
    --window.count;
  }
  auto working = window.count - lost_within(known, window);
  if (working < known.count) {
    window.count += known.count - working;
    return window;
  }
  while (working > known.count && window.count > 0) {
    const auto top = window.start + window.count - 1;
    if (is_lost(known, top)) {
      --window.count;
    } else if (is_free(known, top)) {
      --window.count;
      --working;
    } else if (is_free(known, window.start) && !is_lost(known, window.start)) {
      ++window.start;
      --window.count;
      --working;
    } else {
      break;  // both ends work: nothing running is taken away
    }
  }
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
    -> to<steady, applying, absent> {
  if (!known.wanted) return {absent{now.last}, {}};
  if (!is_due(known)) return {now};
  return apply(*this, now.last, next_window(known), 1);
}

auto task_manager_set_machine::on(const hindered& now, const deadline_passed& learned) const
    -> to<hindered, applying, absent> {
  if (learned.timer != now.request) return {now};
  if (!known.wanted) return {absent{now.request}, {}};
  return apply(*this, now.request, next_window(known), now.tries + 1);
}

}  // namespace drey
