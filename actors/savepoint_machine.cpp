#include "actors/savepoint_machine.hpp"

#include "actors/snapshot_book.hpp"

namespace drey {

namespace {

using machine = savepoint_machine;
template <class... Next>
using to = machine::to<Next...>;

savepoint_record record_of(const savepoint_request& what, savepoint_state state,
                           const std::string& detail) {
  const bool done = state == savepoint_state::completed;
  return {what.nonce,
          std::string(name_of(state)),
          what.trigger_id,
          done ? detail : "",
          state == savepoint_state::failed ? detail : "",
          what.resource};
}

to<machine::idle> fail(ticket last, const savepoint_request& what, const std::string& why) {
  return {machine::idle{after(last)},
          {note_savepoint{record_of(what, savepoint_state::failed, why)}}};
}

to<machine::idle> complete_at(ticket last, const savepoint_request& what,
                              const std::string& location) {
  to<machine::idle> done{machine::idle{after(last)},
                         {note_savepoint{record_of(what, savepoint_state::completed, location)}}};
  // Of which execution a resource was taken that was made before this process knows the resource.
  if (!what.job.hex.empty()) done.commands.emplace_back(learn_newest{what.job});
  return done;
}

to<machine::triggering> trigger(const machine& m, ticket last, const savepoint_request& what,
                                milliseconds since) {
  const auto request = after(last);
  return {machine::triggering{request, what, since},
          {ask_savepoint{request, what}, set_deadline{request, m.policy.answer_wait}}};
}

to<machine::polling> poll(const machine& m, ticket last, const savepoint_request& what,
                          milliseconds since) {
  const auto request = after(last);
  return {machine::polling{request, what, since},
          {look_at_savepoint{request, what}, set_deadline{request, m.policy.answer_wait}}};
}

to<machine::searching> search(const machine& m, ticket last, const savepoint_request& what,
                              milliseconds since) {
  const auto request = after(last);
  return {machine::searching{request, what, since},
          {list_savepoint{request, what.directory}, set_deadline{request, m.policy.answer_wait}}};
}

/// Nothing was found: asked again while the same execution runs (the trigger id makes that one
/// savepoint), else given up.
to<machine::triggering, machine::idle> ask_again_or_fail(const machine& m,
                                                         const machine::searching& now) {
  const bool same_execution = m.known.running == now.what.job;
  if (same_execution && m.known.now.monotonic - now.since < m.policy.patience)
    return trigger(m, now.request, now.what, now.since);
  std::string why = "the JobManager does not know the trigger";
  if (now.what.kind == snapshot_kind::savepoint)
    why += ", and no savepoint was found in " + now.what.directory;
  return fail(now.request, now.what, why);
}

/// Why none can be taken; empty: it can.
std::string obstacle(const savepoint_known& known) {
  if (known.kind == snapshot_kind::savepoint && known.directory.empty())
    return "no savepoint directory: set execution.checkpointing.savepoint-dir";
  if (known.kind == snapshot_kind::checkpoint && !known.trigger)
    return "checkpoints on demand need Flink 1.17: take a savepoint instead";
  return {};
}

savepoint_request by_resource(const savepoint_known& known, std::int64_t nonce,
                              std::string resource) {
  return {nonce, "", "", known.running, known.kind, std::move(resource)};
}

savepoint_request by_itself(const savepoint_known& known, std::int64_t nonce,
                            const std::string& trigger_id) {
  const bool is_savepoint = known.kind == snapshot_kind::savepoint;
  return {nonce, trigger_id, is_savepoint ? known.directory + "/" + trigger_id : "", known.running,
          known.kind};
}

/// Under the same id as ever, however often the same nonce is taken.
savepoint_request by_itself(const savepoint_known& known, std::int64_t nonce) {
  const auto id = derived_id(known.uid, name_of(known.kind), static_cast<std::uint64_t>(nonce));
  return by_itself(known, nonce, id);
}

to<machine::recording> record(ticket last, const savepoint_request& what) {
  const auto request = after(last);
  return {
      machine::recording{request, what},
      {note_savepoint{record_of(what, savepoint_state::in_progress, "")}, record_intent{request}}};
}

to<machine::making> make(const machine& m, ticket last, const savepoint_request& what) {
  const auto request = after(last);
  return {machine::making{request, what},
          {make_resource{request, what}, set_deadline{request, m.policy.answer_wait}}};
}

to<machine::following> look(const machine& m, ticket last, const savepoint_request& what,
                            presence seen) {
  const auto request = after(last);
  return {machine::following{request, what, seen},
          {look_at_resource{request, what}, set_deadline{request, m.policy.answer_wait}}};
}

to<machine::following> look_later(const machine& m, ticket last, const savepoint_request& what,
                                  presence seen) {
  const auto request = after(last);
  return {machine::following{request, what, seen}, {set_deadline{request, m.policy.look}}};
}

}  // namespace

auto savepoint_machine::on(const idle& now, const picture_changed&) const
    -> to<idle, recording, polling, following> {
  const auto& recorded = known.recorded;
  if (recorded.state == "IN_PROGRESS" && !recorded.snapshot.empty()) {
    if (known.way == taken_by::not_known_yet) return {now};
    return look(*this, now.last, by_resource(known, recorded.nonce, recorded.snapshot),
                presence::absent);
  }
  if (recorded.state == "IN_PROGRESS" && known.running)  // begun before a restart of ours
    return poll(*this, now.last, by_itself(known, recorded.nonce, recorded.trigger_id),
                known.now.monotonic);
  const bool asked = known.nonce && *known.nonce != recorded.nonce;
  if (!asked || !known.running || known.way == taken_by::not_known_yet) return {now};
  if (const auto why = obstacle(known); !why.empty())
    return fail(now.last, by_itself(known, *known.nonce), why);
  if (known.way == taken_by::itself) return record(now.last, by_itself(known, *known.nonce));
  return record(now.last, by_resource(known, *known.nonce,
                                      name_of_made(known.name, known.uid, known.kind,
                                                   snapshot_trigger::manual, known.now.wall)));
}

auto savepoint_machine::on(const recording& now, const status_written& learned) const
    -> to<recording, triggering, making> {
  if (learned.request != now.request) return {now};
  if (!now.what.resource.empty()) return make(*this, now.request, now.what);
  return trigger(*this, now.request, now.what, known.now.monotonic);
}
auto savepoint_machine::on(const recording& now, const status_superseded& learned) const
    -> to<recording, idle> {
  if (learned.request != now.request) return {now};
  return {idle{now.request}, {}};
}
auto savepoint_machine::on(const triggering& now, const trigger_accepted& learned) const
    -> to<triggering, polling> {
  if (learned.request != now.request) return {now};
  return poll(*this, now.request, now.what, now.since);
}
auto savepoint_machine::on(const triggering& now, const call_refused& learned) const
    -> to<triggering, idle> {
  if (learned.request != now.request) return {now};
  if (learned.reason == refusal_reason::invalid || learned.reason == refusal_reason::not_found)
    return fail(now.request, now.what, learned.message);
  return {now,
          {set_deadline{now.request, policy.poll}}};  // asked for by its id before it is sent again
}
auto savepoint_machine::on(const triggering& now, const deadline_passed& learned) const
    -> to<triggering, polling> {
  if (learned.timer != now.request) return {now};
  return poll(*this, now.request, now.what, now.since);
}

auto savepoint_machine::on(const polling& now, const savepoint_told& learned) const
    -> to<polling, idle> {
  if (learned.request != now.request) return {now};
  switch (learned.state) {
    case savepoint_state::completed:
      return complete_at(now.request, now.what, learned.detail);
    case savepoint_state::failed:
      return fail(now.request, now.what, learned.detail);
    case savepoint_state::in_progress:
      break;
  }
  const auto request = after(now.request);
  return {polling{request, now.what, now.since}, {set_deadline{request, policy.poll}}};
}
auto savepoint_machine::on(const polling& now, const call_refused& learned) const
    -> to<polling, searching> {
  if (learned.request != now.request) return {now};
  if (learned.reason == refusal_reason::not_found)
    return search(*this, now.request, now.what, now.since);
  const auto request = after(now.request);
  return {polling{request, now.what, now.since}, {set_deadline{request, policy.poll}}};
}
auto savepoint_machine::on(const polling& now, const deadline_passed& learned) const
    -> to<polling, searching> {
  if (learned.timer != now.request) return {now};
  if (known.now.monotonic - now.since > policy.patience || known.running != now.what.job)
    return search(*this, now.request, now.what, now.since);
  const auto request = after(now.request);
  return {polling{request, now.what, now.since},
          {look_at_savepoint{request, now.what}, set_deadline{request, policy.answer_wait}}};
}

auto savepoint_machine::on(const searching& now, const directory_listed& learned) const
    -> to<searching, triggering, idle> {
  if (learned.request != now.request) return {now};
  if (!learned.location.empty()) return complete_at(now.request, now.what, learned.location);
  return ask_again_or_fail(*this, now);
}
auto savepoint_machine::on(const searching& now, const call_refused& learned) const
    -> to<searching, triggering, idle> {
  if (learned.request != now.request) return {now};
  return ask_again_or_fail(*this, now);
}
auto savepoint_machine::on(const searching& now, const deadline_passed& learned) const
    -> to<searching, triggering, idle> {
  if (learned.timer != now.request) return {now};
  return ask_again_or_fail(*this, now);
}

// ── by a resource of its own ────────────────────────────────────────────────────────────────────

auto savepoint_machine::on(const making& now, const resource_made& learned) const
    -> to<making, following> {
  if (learned.request != now.request) return {now};
  return look_later(*this, now.request, now.what, presence::present);
}
/// Where FlinkStateSnapshots are not known it is taken without one, as with Apache.
auto savepoint_machine::on(const making& now, const call_refused& learned) const
    -> to<making, recording, following, idle> {
  if (learned.request != now.request) return {now};
  if (learned.reason == refusal_reason::not_found && known.running)
    return record(now.request, by_itself(known, now.what.nonce));
  if (!may_have_happened(learned.reason) && learned.reason != refusal_reason::unavailable &&
      learned.reason != refusal_reason::too_many_requests)
    return fail(now.request, now.what, "its FlinkStateSnapshot cannot be made: " + learned.message);
  return look_later(*this, now.request, now.what, presence::absent);
}
auto savepoint_machine::on(const making& now, const deadline_passed& learned) const
    -> to<making, following> {
  if (learned.timer != now.request) return {now};
  return look(*this, now.request, now.what, presence::absent);
}

auto savepoint_machine::on(const following& now, const resource_told& learned) const
    -> to<following, making, idle> {
  if (learned.request != now.request) return {now};
  switch (learned.stand) {
    case resource_stand::completed:
      return complete_at(now.request, now.what, learned.detail);
    case resource_stand::failed:
      return fail(now.request, now.what, learned.detail);
    case resource_stand::absent:
      if (now.seen == presence::absent) return make(*this, now.request, now.what);
      return fail(now.request, now.what,
                  "FlinkStateSnapshot " + now.what.resource + " was deleted");
    case resource_stand::under_way:
      break;
  }
  return look_later(*this, now.request, now.what, presence::present);
}
auto savepoint_machine::on(const following& now, const call_refused& learned) const
    -> to<following> {
  if (learned.request != now.request) return {now};
  return look_later(*this, now.request, now.what, now.seen);
}
auto savepoint_machine::on(const following& now, const deadline_passed& learned) const
    -> to<following> {
  if (learned.timer != now.request) return {now};
  return look(*this, now.request, now.what, now.seen);
}

static_assert(state_machine::complete<savepoint_machine>());
static_assert(state_machine::connected<savepoint_machine>());
static_assert(state_machine::bounded<savepoint_machine, deadline_passed>());
template state_machine::step_result<savepoint_machine> state_machine::step(
    const savepoint_machine&, const savepoint_machine::state&, const savepoint_machine::fact&);

}  // namespace drey
