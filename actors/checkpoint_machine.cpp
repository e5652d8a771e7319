#include "actors/checkpoint_machine.hpp"

namespace drey {

namespace {

using m = checkpoint_machine;
template <class... Next>
using to = m::to<Next...>;

to<m::idle> give_up(ticket last, const m::quest& what, const std::string& why) {
  return {m::idle{after(last)}, {report_safety{what.order, safety::insecure, why}}};
}

bool is_over(const m& machine, const m::quest& what) { return machine.known.running != what.job; }

constexpr const char* stopped = "its tasks do not all run any more";

bool out_of_patience(const m& machine, const m::quest& what) {
  return machine.known.now.monotonic - what.since >= machine.policy.patience;
}

to<m::comparing> compare(const m& machine, ticket last, const m::quest& what) {
  const auto request = after(last);
  return {
      m::comparing{request, what},
      {look_at_checkpoints{request, what.job}, set_deadline{request, machine.policy.answer_wait}}};
}

/// The newer order counts; the older is not waited for any more.
to<m::comparing> begin(const m& machine, ticket last, ticket order) {
  return compare(machine, last, {order, machine.known.running, machine.known.now.monotonic});
}

to<m::awaiting> look(const m& machine, ticket last, const m::quest& what, std::int64_t older,
                     milliseconds asked) {
  const auto request = after(last);
  return {
      m::awaiting{request, what, older, asked},
      {look_at_checkpoints{request, what.job}, set_deadline{request, machine.policy.answer_wait}}};
}

to<m::awaiting> pause(const m& machine, const m::awaiting& now) {
  const auto request = after(now.request);
  return {m::awaiting{request, now.what, now.older, now.asked},
          {set_deadline{request, machine.policy.poll}}};
}

}  // namespace

auto checkpoint_machine::on(const idle& now, const checkpoint_wanted& learned) const
    -> to<comparing, idle> {
  if (!known.running) return give_up(now.last, {learned.order, {}, {}}, stopped);
  return begin(*this, now.last, learned.order);
}

auto checkpoint_machine::on(const comparing& now, const picture_changed&) const
    -> to<comparing, idle> {
  if (is_over(*this, now.what)) return give_up(now.request, now.what, stopped);
  return {now};
}
auto checkpoint_machine::on(const comparing& now, const checkpoint_wanted& learned) const
    -> to<comparing> {
  return begin(*this, now.request, learned.order);
}
auto checkpoint_machine::on(const comparing& now, const checkpoint_told& learned) const
    -> to<comparing, triggering, awaiting> {
  if (learned.request != now.request) return {now};
  if (!known.trigger)
    return look(*this, now.request, now.what, learned.newest, known.now.monotonic);
  const auto request = after(now.request);
  return {triggering{request, now.what, learned.newest},
          {ask_checkpoint{request, now.what.job}, set_deadline{request, policy.answer_wait}}};
}
auto checkpoint_machine::on(const comparing& now, const call_refused& learned) const
    -> to<comparing> {
  if (learned.request != now.request) return {now};
  return {now, {set_deadline{now.request, policy.poll}}};
}
auto checkpoint_machine::on(const comparing& now, const deadline_passed& learned) const
    -> to<comparing, idle> {
  if (learned.timer != now.request) return {now};
  if (out_of_patience(*this, now.what))
    return give_up(now.request, now.what, "Flink does not tell of its checkpoints");
  return compare(*this, now.request, now.what);
}

auto checkpoint_machine::on(const triggering& now, const picture_changed&) const
    -> to<triggering, idle> {
  if (is_over(*this, now.what)) return give_up(now.request, now.what, stopped);
  return {now};
}
auto checkpoint_machine::on(const triggering& now, const checkpoint_wanted& learned) const
    -> to<comparing> {
  return begin(*this, now.request, learned.order);
}
auto checkpoint_machine::on(const triggering& now, const trigger_accepted& learned) const
    -> to<triggering, awaiting> {
  if (learned.request != now.request) return {now};
  return look(*this, now.request, now.what, now.older, known.now.monotonic);
}
/// Nobody heard it, so it is asked for again: the interval may be long. What is refused for good is
/// not, for a periodic one will do as well.
auto checkpoint_machine::on(const triggering& now, const call_refused& learned) const
    -> to<triggering, comparing, awaiting> {
  if (learned.request != now.request) return {now};
  if (learned.reason == refusal_reason::unavailable) {
    const auto request = after(now.request);
    return {comparing{request, now.what}, {set_deadline{request, policy.poll}}};
  }
  return look(*this, now.request, now.what, now.older, known.now.monotonic);
}
auto checkpoint_machine::on(const triggering& now, const deadline_passed& learned) const
    -> to<triggering, awaiting> {
  if (learned.timer != now.request) return {now};
  return look(*this, now.request, now.what, now.older, known.now.monotonic);
}

auto checkpoint_machine::on(const awaiting& now, const picture_changed&) const
    -> to<awaiting, idle> {
  if (is_over(*this, now.what)) return give_up(now.request, now.what, stopped);
  return {now};
}
auto checkpoint_machine::on(const awaiting& now, const checkpoint_wanted& learned) const
    -> to<comparing> {
  return begin(*this, now.request, learned.order);
}
auto checkpoint_machine::on(const awaiting& now, const checkpoint_told& learned) const
    -> to<awaiting, idle> {
  if (learned.request != now.request) return {now};
  if (learned.newest > now.older)
    return {idle{after(now.request)}, {report_safety{now.what.order, safety::secured, ""}}};
  return pause(*this, now);
}
auto checkpoint_machine::on(const awaiting& now, const call_refused& learned) const
    -> to<awaiting> {
  if (learned.request != now.request) return {now};
  return pause(*this, now);
}
auto checkpoint_machine::on(const awaiting& now, const deadline_passed& learned) const
    -> to<awaiting, comparing, idle> {
  if (learned.timer != now.request) return {now};
  if (out_of_patience(*this, now.what))
    return give_up(now.request, now.what, "no checkpoint became complete in time");
  if (known.trigger && known.now.monotonic - now.asked >= policy.ask_again)
    return compare(*this, now.request, now.what);
  return look(*this, now.request, now.what, now.older, now.asked);
}

static_assert(state_machine::complete<checkpoint_machine>());
static_assert(state_machine::connected<checkpoint_machine>());
static_assert(state_machine::bounded<checkpoint_machine, deadline_passed>());
template state_machine::step_result<checkpoint_machine> state_machine::step(
    const checkpoint_machine&, const checkpoint_machine::state&, const checkpoint_machine::fact&);

}  // namespace drey
