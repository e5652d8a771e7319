/// The part of the job's chart for a changed spec: the execution is stopped so that its state is
/// kept, and rests or starts again from there.
#include "actors/job_machine.hpp"

#include "actors/job_deletion.hpp"
#include "actors/job_moves.hpp"
#include "actors/job_parallelism.hpp"
#include "actors/job_paths.hpp"
#include "actors/job_picture.hpp"
#include "actors/job_rescaling.hpp"
#include "actors/job_start.hpp"
#include "actors/planted_bugs.hpp"

namespace drey {

using namespace job_moves;

// ── moves ───────────────────────────────────────────────────────────────────────────────────────

namespace {

constexpr std::uint64_t attempts_apart = 1'000;

/// Another one for each attempt: what an earlier one left behind is never taken for it.
stop_order order_for(const job_known& known, const job_id& id, stop_choice choice,
                     std::int32_t failures) {
  if (choice == stop_choice::by_cancelling) return {stop_way::cancel, id, "", "", known.generation};
  const auto number = static_cast<std::uint64_t>(known.generation) * attempts_apart +
                      static_cast<std::uint64_t>(failures);
  const auto rest = known.cluster.rest_order;
  const auto purpose = "stop " + id.hex + (rest != 0 ? " for order " + std::to_string(rest) : "");
  const auto trigger = derived_id(known.uid, purpose, number);
  return {stop_way::savepoint, id, trigger, savepoint_directory(known) + "/" + trigger,
          known.generation};
}

/// Another one than for any change of its spec.
stop_order last_order_for(const job_known& known, const job_id& id, std::int32_t failures) {
  const auto number = static_cast<std::uint64_t>(known.generation) * attempts_apart +
                      static_cast<std::uint64_t>(failures);
  const auto trigger = derived_id(known.uid, "stop " + id.hex + " for good", number);
  return {farewell_of(known), id, trigger, savepoint_directory(known) + "/" + trigger,
          known.generation};
}

/// For another parallelism; named by when that was decided.
stop_order resizing_order_for(const job_known& known, const job_id& id, job_health health) {
  if (choose_stop(known, health) == stop_choice::by_cancelling)
    return {stop_way::cancel, id, "", "", known.generation};
  const auto trigger = derived_id(known.uid, "stop " + id.hex + " for its parallelism",
                                  static_cast<std::uint64_t>(known.now.wall.count()));
  return {stop_way::savepoint, id, trigger, savepoint_directory(known) + "/" + trigger,
          known.generation};
}

/// What is stopped is not rescaled any more: else that would stand where the stop is on record.
to<machine::intending> intend(const machine& m, ticket request, const stop_order& what) {
  std::vector<machine::command> asks;
  if (m.known.rescale && !is_planted(planted_bug::lasting_rescale))
    asks.emplace_back(note_rescale{});
  if (takes_savepoint(what.way)) asks.emplace_back(remember_trigger{what.trigger_id});
  asks.emplace_back(record_intent{request});
  asks.emplace_back(set_deadline{request, m.policy.answer_wait});
  return {machine::intending{request, what}, std::move(asks)};
}

/// Its cluster wants it to rest; a job that is deleted does not come back.
bool is_ordered_to_rest(const job_known& known) {
  return known.cluster.rest_order != 0 && !known.deleting;
}

/// What was tried before, for the cluster's order when there is one, else for the spec.
struct attempts_so_far {
  std::int32_t failures = 0;
  milliseconds retry_at{0};
};
attempts_so_far attempts_of(const job_known& known) {
  if (is_ordered_to_rest(known))
    return known.rests.order == known.cluster.rest_order
               ? attempts_so_far{known.rests.failures, known.rests.retry_at}
               : attempts_so_far{};
  if (known.change.generation != known.generation) return {};
  return {known.change.failures, milliseconds{known.change.retry_at}};
}

machine::command note_failure(const job_known& known, const std::string& why, milliseconds wait) {
  const auto failures = attempts_of(known).failures + 1;
  const auto retry_at = known.now.wall + wait;
  if (is_ordered_to_rest(known))
    return note_rest{{known.cluster.rest_order, failures, why, retry_at}};
  return note_change{{known.generation, failures, why, retry_at.count()}};
}

/// The job runs on with its old spec. The savepoint may be there all the same, when only what came
/// after it failed.
to<machine::running> fail(const machine& m, const machine::stopping& now, const std::string& why) {
  const auto request = after(now.request);
  const auto wait =
      backoff(attempts_of(m.known).failures + 1, limits::stop_retry_first, limits::stop_retry_max);
  to<machine::running> next{
      machine::running{request, now.what.job, m.known.now.monotonic},
      {note_failure(m.known, why, wait), learn_newest{now.what.job}, set_deadline{request, wait},
       m.known.deleting ? tell_wait(why) : tell{"Warning", "SavepointError", why}}};
  note_parallelism_of(m.known, called_off(m.known), next.commands);
  return next;
}

/// Whether it is over, or lost, as the list of jobs says.
template <class State>
to<State, machine::missing, machine::gathering> look_for_end(const machine& m, const State& now) {
  const auto request = after(now.request);
  switch (judge(m.known, now.what.job)) {
    case verdict::over:
      return gather(m, request, now.what.job, row_of(m.known, now.what.job)->state, 1);
    case verdict::absent:
      if (is_fresh_since(m.known, now.looks)) return miss(m, request, now.what.job);
      break;
    case verdict::not_asked:
    case verdict::works:
    case verdict::struggles:
      break;
  }
  return {now};
}

/// It is cancelled, whatever its upgradeMode says: a savepoint would be state of the spec that is
/// undone.
to<machine::intending> go_back(const machine& m, ticket request, const job_id& id,
                               std::vector<machine::command> first) {
  auto next = intend(m, request, {stop_way::cancel, id, "", "", m.known.generation});
  next.commands.insert(next.commands.begin(), first.begin(), first.end());
  return next;
}

/// A deleted job is stopped with a savepoint, however often that takes.
change_step last_change(const machine& m, ticket request, const job_id& id, job_health health) {
  const auto& known = m.known;
  const auto before = attempts_of(known);
  if (before.failures > 0 && known.now.wall < before.retry_at) return {};
  const auto why = unsavable(known, health);
  if (why.empty()) return {intend(m, request, last_order_for(known, id, before.failures)), {}};
  const change_record held{known.generation, before.failures, why, 0};
  if (known.change == held) return {};
  return {std::nullopt, {note_change{held}, tell_wait(why)}};
}

/// The job runs on; `why`: empty until it is known.
change_step hold(const job_known& known, std::int32_t failures, const std::string& why) {
  const change_record held{known.generation, failures, why, 0};
  if (why.empty() || known.change == held) return {};
  return {std::nullopt, {note_change{held}, tell{"Warning", "UpgradeHeld", why}}};
}

/// It goes on with another parallelism, as its cluster offers.
change_step resize(const machine& m, ticket request, const job_id& id, job_health health) {
  const auto record = taken_up(m.known, health);
  if (!record) return {};
  if (must_learn_retention(m.known, id, choose_stop(m.known, health)))
    return {std::nullopt, {learn_retention{id}}};
  using begun = to<machine::intending, machine::measuring, machine::rescaling>;
  begun next = may_rescale(m.known, health)
                   ? begun(measure(m, request, id, record->target))
                   : begun(intend(m, request, resizing_order_for(m.known, id, health)));
  next.commands.insert(next.commands.begin(),
                       {note_parallelism{record}, tell_parallelism(*record)});
  return {std::move(next), {}};
}

/// What the changed spec wants, in place where that can be; it is held while slots are lacking.
std::optional<change_step> rescale_or_hold(const machine& m, ticket request, const job_id& id,
                                           job_health health) {
  const auto& known = m.known;
  if (known.need != job_need::rescale || !may_rescale(known, health)) return std::nullopt;
  const auto lack = lack_of_slots(known);
  if (lack.empty()) {
    auto next = measure(m, request, id, next_parallelism(known));
    if (known.change != change_record{}) next.commands.emplace_back(note_change{});
    return change_step{std::move(next), {}};
  }
  const change_record held{known.generation, 0, lack, 0};
  if (known.change == held) return change_step{};
  return change_step{std::nullopt, {note_change{held}, tell{"Warning", "WaitingForSlots", lack}}};
}

bool is_too_late(const machine& m, const machine::stopping& now) {
  return m.known.now.monotonic - now.since > m.policy.stop_patience;
}

}  // namespace

namespace job_moves {

change_step next_change(const machine& m, ticket request, const job_id& id, job_health health) {
  const auto& known = m.known;
  const auto& noted = known.change;
  if (known.deleting) return last_change(m, request, id, health);
  if (is_rolling_back(known)) return {go_back(m, request, id, {}), {}};
  if (const auto why = overdue(known, health); !why.empty() && known.need == job_need::nothing)
    return {go_back(m, request, id, undo(known, why)), {}};
  const bool rests = known.cluster.rest_order != 0;
  if (known.need == job_need::nothing && !rests) {
    if (known.rescale && known.rescale->job == id) {
      if (must_learn_retention(known, id, choose_stop(known, health)))
        return {std::nullopt, {learn_retention{id}}};
      return {rescale(m, request, id, current_parallelism(known)), {}};
    }
    if (auto next = resize(m, request, id, health); next.begun || !next.notes.empty()) return next;
    if (noted == change_record{}) return {};
    return {std::nullopt, {note_change{}}};
  }
  const auto before = attempts_of(known);
  if (before.failures >= limits::stop_attempts_max) return {};
  if (before.failures > 0 && known.now.wall < before.retry_at) return {};
  if (!rests && !may_begin(known)) return hold(known, before.failures, why_not_begun(known));
  const auto choice = rests ? choose_rest(known, health) : choose_stop(known, health);
  if (choice == stop_choice::hold && rests) return {};  // its cluster tells
  if (choice == stop_choice::hold) return hold(known, before.failures, hold_message(known, health));
  if (must_learn_retention(known, id, choice)) return {std::nullopt, {learn_retention{id}}};
  if (!rests && before.failures == 0)
    if (auto in_place = rescale_or_hold(m, request, id, health)) return *std::move(in_place);
  return {intend(m, request, order_for(known, id, choice, before.failures)), {}};
}

std::optional<to<machine::intending>> stop_for_parallelism(const machine& m, ticket request,
                                                           const job_id& id, job_health health) {
  const auto before = attempts_of(m.known);
  const auto choice = choose_stop(m.known, health);
  if (before.failures >= limits::stop_attempts_max || m.known.now.wall < before.retry_at ||
      choice == stop_choice::hold || must_learn_retention(m.known, id, choice))
    return std::nullopt;
  return intend(m, request, resizing_order_for(m.known, id, health));
}

to<machine::stopping> stop(const machine& m, ticket request, const stop_order& what) {
  return {machine::stopping{request, what, m.known.now.monotonic, m.known.cluster.looks},
          {ask_stop{request, what}, set_deadline{request, m.policy.answer_wait}}};
}

to<machine::stopping> await_stop(const machine& m, ticket request, const stop_order& what) {
  return {machine::stopping{request, what, m.known.now.monotonic, m.known.cluster.looks},
          {set_deadline{request, m.policy.stop_look}}};
}

to<machine::halting> halt(const machine& m, ticket request, const stop_order& what) {
  return {machine::halting{request, what, m.known.cluster.looks},
          {cancel_execution{what.job}, set_deadline{request, m.policy.poll}}};
}

}  // namespace job_moves

// ── intending ───────────────────────────────────────────────────────────────────────────────────

auto job_machine::on(const intending& now, const status_written& learned) const
    -> to<intending, stopping, halting, waiting> {
  if (learned.request != now.request) return {now};
  const auto request = after(now.request);
  if (takes_savepoint(now.what.way)) return stop(*this, request, now.what);
  if (saves_first(known)) return {waiting{now.request}, {}};  // it was deleted meanwhile
  return halt(*this, request, now.what);
}
auto job_machine::on(const intending& now, const status_superseded& learned) const
    -> to<intending, waiting> {
  if (learned.request != now.request) return {now};
  return {waiting{now.request}, {}};
}
auto job_machine::on(const intending& now, const deadline_passed& learned) const
    -> to<intending, waiting> {
  if (learned.timer != now.request) return {now};
  return {waiting{now.request}, {}};
}

// ── stopping ────────────────────────────────────────────────────────────────────────────────────

auto job_machine::on(const stopping& now, const job_seen&) const -> to<stopping, cancelling> {
  if (is_let_go(known)) return cancel(*this, after(now.request), arrival::excluded, left_by(known));
  return {now};
}
auto job_machine::on(const stopping& now, const cluster_seen&) const
    -> to<stopping, missing, gathering> {
  return look_for_end(*this, now);
}
auto job_machine::on(const stopping& now, const trigger_accepted& learned) const -> to<stopping> {
  if (learned.request != now.request) return {now};
  auto stays = now;
  stays.request = after(now.request);
  stays.trigger = presence::present;
  return {stays, {set_deadline{stays.request, policy.stop_look}}};
}
auto job_machine::on(const stopping& now, const stop_told& learned) const -> to<stopping, running> {
  if (learned.request != now.request) return {now};
  if (learned.state == savepoint_state::failed) {
    auto next = fail(*this, now, "stopping it with a savepoint failed: " + learned.detail);
    if (!learned.saved.empty())  // before its JobManager is asked, which may be gone by then
      next.commands.insert(next.commands.begin(), remember_state{{learned.saved, 0, "savepoint"}});
    return next;
  }
  auto stays = now;
  stays.request = after(now.request);
  std::vector<command> asks{set_deadline{stays.request, policy.stop_look}};
  if (learned.state == savepoint_state::completed)  // the list of jobs will say that it is over
    asks.insert(asks.begin(), remember_state{{learned.detail, 0, "savepoint"}});
  return {stays, std::move(asks)};
}
auto job_machine::on(const stopping& now, const call_refused& learned) const
    -> to<stopping, running> {
  if (learned.request != now.request) return {now};
  if (learned.reason == refusal_reason::invalid)
    return fail(*this, now, "Flink does not stop it with a savepoint: " + learned.message);
  auto stays = now;
  stays.request = after(now.request);
  if (learned.reason == refusal_reason::not_found) stays.trigger = presence::absent;
  return {stays, {set_deadline{stays.request, policy.stop_look}}};
}
auto job_machine::on(const stopping& now, const deadline_passed& learned) const
    -> to<stopping, running> {
  if (learned.timer != now.request) return {now};
  if (is_too_late(*this, now)) return fail(*this, now, "it was not stopped in time");
  auto stays = now;
  stays.request = after(now.request);
  if (!list_is_live(known)) return {stays, {set_deadline{stays.request, policy.stop_look}}};
  // Under its own trigger id it is one savepoint, however often it is asked for. Flink before 1.15
  // knows none: there no savepoint of the job is under way, and of two stops one is told to fail.
  const bool again = now.trigger == presence::absent;
  std::vector<command> asks{set_deadline{stays.request, policy.answer_wait}};
  asks.insert(asks.begin(), again ? command{ask_stop{stays.request, now.what}}
                                  : command{look_at_stop{stays.request, now.what}});
  return {stays, std::move(asks)};
}

// ── halting ─────────────────────────────────────────────────────────────────────────────────────

auto job_machine::on(const halting& now, const job_seen&) const -> to<halting, cancelling> {
  if (known.deleting) return cancel(*this, after(now.request), arrival::excluded);
  return {now};
}
auto job_machine::on(const halting& now, const cluster_seen&) const
    -> to<halting, missing, gathering> {
  return look_for_end(*this, now);
}
auto job_machine::on(const halting& now, const deadline_passed& learned) const -> to<halting> {
  if (learned.timer != now.request) return {now};
  auto again = now;
  again.request = after(now.request);
  std::vector<command> asks{set_deadline{again.request, policy.poll}};
  if (list_is_live(known)) asks.insert(asks.begin(), cancel_execution{now.what.job});
  return {again, std::move(asks)};
}

// ── suspended ───────────────────────────────────────────────────────────────────────────────────

auto job_machine::on(const suspended& now, const job_seen&) const
    -> to<suspended, reserving, cancelling> {
  const auto request = after(now.last);
  if (known.deleting) return cancel(*this, request, arrival::excluded);
  if (!is_wanted(known) || !list_is_live(known)) return {now};
  if (gives_up_state(known)) return begin_anew(*this, request);
  return reserve(request, now.path);
}
/// What was believed to be over is seen alive: it is stopped again.
auto job_machine::on(const suspended& now, const cluster_seen&) const -> to<suspended, intending> {
  const auto live = live_ids(known);
  if (live.empty()) return {now};
  auto next =
      intend(*this, after(now.last), {stop_way::cancel, live.back(), "", "", known.generation});
  for (auto& one : doubt_end(known, live.back())) next.commands.push_back(std::move(one));
  return next;
}

}  // namespace drey
