#include "actors/savepoint_machine.hpp"

namespace drey {

namespace {

using machine = savepoint_machine;
template <class... Next>
using to = machine::to<Next...>;

savepoint_record record_of(const savepoint_request& what, savepoint_state state,
                           const std::string& detail) {
  const bool done = state == savepoint_state::completed;
  return {what.nonce, std::string(name_of(state)), what.trigger_id, done ? detail : "",
          state == savepoint_state::failed ? detail : ""};
}

to<machine::idle> fail(ticket last, const savepoint_request& what, const std::string& why) {
  return {machine::idle{after(last)},
          {note_savepoint{record_of(what, savepoint_state::failed, why)}}};
}

to<machine::idle> complete_at(ticket last, const savepoint_request& what,
                              const std::string& location) {
  return {machine::idle{after(last)},
          {note_savepoint{record_of(what, savepoint_state::completed, location)},
           learn_newest{what.job}}};
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
  return fail(now.request, now.what,
              "the JobManager does not know the trigger, and no savepoint was found in " +
                  now.what.directory);
}

}  // namespace

auto savepoint_machine::on(const idle& now, const picture_changed&) const
    -> to<idle, recording, polling> {
  if (known.recorded.state == "IN_PROGRESS" && known.running) {  // begun before a restart of ours
    const savepoint_request pending{known.recorded.nonce, known.recorded.trigger_id,
                                    known.directory + "/" + known.recorded.trigger_id,
                                    known.running};
    return poll(*this, now.last, pending, known.now.monotonic);
  }
  const bool asked = known.nonce && *known.nonce != known.recorded.nonce;
  if (!asked || !known.running) return {now};
  const auto id = derived_id(known.uid, "savepoint", static_cast<std::uint64_t>(*known.nonce));
  const savepoint_request what{*known.nonce, id, known.directory + "/" + id, known.running};
  if (known.directory.empty())
    return fail(now.last, what,
                "no savepoint directory: set execution.checkpointing.savepoint-dir");
  const auto request = after(now.last);
  return {
      recording{request, what},
      {note_savepoint{record_of(what, savepoint_state::in_progress, "")}, record_intent{request}}};
}

auto savepoint_machine::on(const recording& now, const status_written& learned) const
    -> to<recording, triggering> {
  if (learned.request != now.request) return {now};
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

static_assert(state_machine::complete<savepoint_machine>());
static_assert(state_machine::connected<savepoint_machine>());
static_assert(state_machine::bounded<savepoint_machine, deadline_passed>());
template state_machine::step_result<savepoint_machine> state_machine::step(
    const savepoint_machine&, const savepoint_machine::state&, const savepoint_machine::fact&);

}  // namespace drey
