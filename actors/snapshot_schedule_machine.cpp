#include "actors/snapshot_schedule_machine.hpp"

#include <algorithm>
#include <array>

#include "actors/planted_bugs.hpp"

namespace drey {

namespace {

using m = snapshot_schedule_machine;
template <class... Next>
using to = m::to<Next...>;

constexpr std::array kinds{snapshot_kind::savepoint, snapshot_kind::checkpoint};

const snapshot_schedule& schedule_of(const schedule_known& known, snapshot_kind kind) {
  return kind == snapshot_kind::savepoint ? known.savepoints : known.checkpoints;
}

bool is_of(const scheduled_snapshot& one, snapshot_kind kind, snapshot_trigger trigger) {
  return one.kind == kind && one.trigger == trigger;
}

// ── what is due ─────────────────────────────────────────────────────────────────────────────────

/// From when on the next one's interval counts: one that took longer than that was late itself.
milliseconds counts_from(const scheduled_snapshot& one, const recurrence& every) {
  const auto next = every.next(one.created);
  return next && one.completed >= *next ? one.completed : one.created;
}

/// When the next of this kind is due, in wall time; what was missed meanwhile is one. None: never.
std::optional<milliseconds> due_at(const schedule_known& known, snapshot_kind kind) {
  const auto& every = schedule_of(known, kind).every;
  const auto ours = kind == snapshot_kind::savepoint ? known.last_savepoint : known.last_checkpoint;
  auto last = std::max(known.created, ours);
  for (const auto& one : *known.all)
    if (is_of(one, kind, snapshot_trigger::periodic) &&
        !is_planted(planted_bug::forgetful_schedule))
      last = std::max(last, counts_from(one, every));
  return every.next(last);
}

/// One that is there already will do, or will say why not.
bool is_under_way(const schedule_known& known, snapshot_kind kind) {
  return std::ranges::any_of(*known.all, [&](const scheduled_snapshot& one) {
    return is_of(one, kind, snapshot_trigger::periodic) && one.fate != snapshot_fate::goes &&
           (one.stand == snapshot_stand::taking || one.stand == snapshot_stand::retrying);
  });
}

bool is_busy(const schedule_known& known) {
  return known.saving == schedule_known::saving::something ||
         std::ranges::any_of(*known.all, [](const scheduled_snapshot& one) {
           return one.stand == snapshot_stand::taking && one.fate != snapshot_fate::goes;
         });
}

// ── what is too many ────────────────────────────────────────────────────────────────────────────

/// Those of one kind that nobody asked for by hand, oldest first.
std::vector<scheduled_snapshot> history_of(const schedule_known& known, snapshot_kind kind) {
  std::vector<scheduled_snapshot> found;
  for (const auto& one : *known.all)
    if (one.kind == kind && one.trigger != snapshot_trigger::manual &&
        one.fate != snapshot_fate::goes)
      found.push_back(one);
  std::ranges::sort(found, {}, [](const auto& one) { return std::pair{one.created, one.name}; });
  return found;
}

/// Stays in any case, however many and old there are: the newest that is complete, and, while there
/// is a schedule, the newest of all and of the periodic ones, which say when the next is due.
std::vector<std::string> guarded(const std::vector<scheduled_snapshot>& history,
                                 const snapshot_schedule& bounds) {
  if (is_planted(planted_bug::last_snapshot_goes)) return {};
  std::vector<std::string> uids;
  const auto guard_newest = [&](auto is_it) {
    const auto newest = std::find_if(history.rbegin(), history.rend(), is_it);
    if (newest != history.rend()) uids.push_back(newest->uid);
  };
  guard_newest([](const auto& one) { return one.stand == snapshot_stand::completed; });
  if (bounds.every.is_never()) return uids;
  guard_newest([](const scheduled_snapshot&) { return true; });
  guard_newest([](const auto& one) { return one.trigger == snapshot_trigger::periodic; });
  return uids;
}

/// The oldest in `stand` that is too many or too old. What somebody may restore from does not
/// count, and pushes no other out.
std::optional<scheduled_snapshot> surplus(const std::vector<scheduled_snapshot>& history,
                                          snapshot_stand stand, const snapshot_schedule& bounds,
                                          milliseconds now) {
  const auto counts = [&](const scheduled_snapshot& one) {
    return one.stand == stand && one.fate == snapshot_fate::stays;
  };
  const bool too_many = std::ranges::count_if(history, counts) > bounds.count_max;
  const auto stay = guarded(history, bounds);
  const auto found = std::ranges::find_if(history, [&](const scheduled_snapshot& one) {
    const bool too_old = bounds.age_max.count() > 0 && now - one.created > bounds.age_max;
    return counts(one) && (too_many || too_old) && std::ranges::find(stay, one.uid) == stay.end();
  });
  if (found == history.end()) return std::nullopt;
  return *found;
}

/// Those that failed are counted by themselves: they push nothing out.
std::optional<scheduled_snapshot> surplus(const schedule_known& known, snapshot_kind kind) {
  const auto history = history_of(known, kind);
  for (const auto stand : {snapshot_stand::completed, snapshot_stand::over})
    if (auto one = surplus(history, stand, schedule_of(known, kind), known.now.wall)) return one;
  return std::nullopt;
}

/// As the picture is now: of a job that does not run any more nothing is, which may be about to
/// need it.
bool is_surplus(const schedule_known& known, const std::string& uid) {
  if (!known.all || !known.running) return false;
  return std::ranges::any_of(kinds, [&](snapshot_kind kind) {
    const auto one = surplus(known, kind);
    return one && one->uid == uid;
  });
}

// ── ways on ─────────────────────────────────────────────────────────────────────────────────────

to<m::awaiting> wait(const m& machine, ticket last, milliseconds length) {
  const auto request = after(last);
  const auto wait = std::min(length, machine.policy.look_most);
  return {m::awaiting{request, machine.known.now.monotonic + wait}, {set_deadline{request, wait}}};
}

to<m::making> make(const m& machine, ticket last, const periodic_order& what) {
  const auto request = after(last);
  return {m::making{request},
          {make_snapshot{request, what}, set_deadline{request, machine.policy.answer_wait}}};
}

to<m::making> list(const m& machine, ticket last, const unlisted_savepoint& what) {
  const auto request = after(last);
  return {m::making{request},
          {make_listing{request, what}, set_deadline{request, machine.policy.answer_wait}}};
}

to<m::asking> ask(const m& machine, ticket last, const scheduled_snapshot& one) {
  const auto request = after(last);
  return {m::asking{request, one.name, one.uid},
          {ask_keepers{request, one.uid}, set_deadline{request, machine.policy.answer_wait}}};
}

to<m::pausing> pause(const m& machine, ticket last) {
  const auto request = after(last);
  return {m::pausing{request}, {set_deadline{request, machine.policy.pause}}};
}

bool has_history(const schedule_known& known) {
  return std::ranges::any_of(*known.all, [](const scheduled_snapshot& one) {
    return one.trigger != snapshot_trigger::manual;
  });
}

/// The picture is looked at: what is to be done now, or how long there is nothing.
to<m::idle, m::awaiting, m::making, m::asking> decide(const m& machine, ticket last) {
  const auto& known = machine.known;
  if (known.all && known.unlisted) return list(machine, last, *known.unlisted);
  if (!known.all || !known.running) return to<m::idle>{m::idle{last}, {}};
  for (const auto kind : kinds)
    if (const auto one = surplus(known, kind)) return ask(machine, last, *one);
  auto length = milliseconds::max();
  for (const auto kind : kinds) {
    const auto due = due_at(known, kind);
    if (!due || is_under_way(known, kind)) continue;
    if (*due <= known.now.wall && !is_busy(known)) return make(machine, last, {kind, *due});
    length =
        std::min(length, *due > known.now.wall ? *due - known.now.wall : machine.policy.busy_wait);
  }
  if (length == milliseconds::max() && !has_history(known)) return to<m::idle>{m::idle{last}, {}};
  return wait(machine, last, length);
}

}  // namespace

auto snapshot_schedule_machine::on(const idle& now, const picture_changed&) const
    -> to<idle, awaiting, making, asking> {
  return decide(*this, now.last);
}

auto snapshot_schedule_machine::on(const awaiting& now, const picture_changed&) const
    -> to<idle, awaiting, making, asking> {
  auto next = decide(*this, now.request);
  const auto* later = std::get_if<awaiting>(&next.next);
  if (later != nullptr && now.until <= later->until) return to<awaiting>{now, {}};
  return next;
}
auto snapshot_schedule_machine::on(const awaiting& now, const deadline_passed& learned) const
    -> to<idle, awaiting, making, asking> {
  if (learned.timer != now.request) return to<awaiting>{now, {}};
  return decide(*this, now.request);
}

auto snapshot_schedule_machine::on(const making& now, const snapshot_made& learned) const
    -> to<making, idle> {
  if (learned.request != now.request) return {now};
  return {idle{now.request}, {}};
}
auto snapshot_schedule_machine::on(const making& now, const call_refused& learned) const
    -> to<making, pausing> {
  if (learned.request != now.request) return {now};
  return pause(*this, now.request);
}
auto snapshot_schedule_machine::on(const making& now, const deadline_passed& learned) const
    -> to<making, pausing> {
  if (learned.timer != now.request) return {now};
  return pause(*this, now.request);
}

auto snapshot_schedule_machine::on(const asking& now, const keepers_told& learned) const
    -> to<asking, removing, idle> {
  if (learned.request != now.request) return {now};
  if (!learned.why.empty()) return {idle{now.request}, {note_kept{now.uid}}};
  if (!is_surplus(known, now.uid)) return {idle{now.request}, {}};
  const auto request = after(now.request);
  return {removing{request},
          {let_snapshot_go{request, now.name, now.uid}, set_deadline{request, policy.answer_wait}}};
}
auto snapshot_schedule_machine::on(const asking& now, const deadline_passed& learned) const
    -> to<asking, idle> {
  if (learned.timer != now.request) return {now};
  return {idle{now.request}, {note_kept{now.uid}}};
}

auto snapshot_schedule_machine::on(const removing& now, const snapshot_let_go& learned) const
    -> to<removing, idle> {
  if (learned.request != now.request) return {now};
  return {idle{now.request}, {}};
}
auto snapshot_schedule_machine::on(const removing& now, const call_refused& learned) const
    -> to<removing, pausing> {
  if (learned.request != now.request) return {now};
  return pause(*this, now.request);
}
auto snapshot_schedule_machine::on(const removing& now, const deadline_passed& learned) const
    -> to<removing, pausing> {
  if (learned.timer != now.request) return {now};
  return pause(*this, now.request);
}

auto snapshot_schedule_machine::on(const pausing& now, const deadline_passed& learned) const
    -> to<pausing, idle> {
  if (learned.timer != now.request) return {now};
  return {idle{now.request}, {}};
}

static_assert(state_machine::complete<snapshot_schedule_machine>());
static_assert(state_machine::connected<snapshot_schedule_machine>());
static_assert(state_machine::bounded<snapshot_schedule_machine, deadline_passed>());
template state_machine::step_result<snapshot_schedule_machine> state_machine::step(
    const snapshot_schedule_machine&, const snapshot_schedule_machine::state&,
    const snapshot_schedule_machine::fact&);

}  // namespace drey
