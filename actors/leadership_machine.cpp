#include "actors/leadership_machine.hpp"

#include <algorithm>

namespace drey {

namespace {

using m = leadership_machine;
template <class... Next>
using to = m::to<Next...>;

to<m::standing_by> stand_by(ticket last, std::string observed, milliseconds since) {
  const auto request = after(last);
  return {m::standing_by{request, std::move(observed), since},
          {set_deadline{request, limits::lease_retry}}};
}

to<m::acquiring> acquire(const m& machine, ticket last, const std::string& resource_version) {
  const auto request = after(last);
  return {m::acquiring{request, machine.known.now.monotonic},
          {write_lease{request, lease_write::take, resource_version},
           set_deadline{request, limits::lease_renew_deadline}}};
}

to<m::leading> lead(ticket last, const std::string& resource_version, milliseconds asked) {
  const auto request = after(last);
  return {m::leading{request, resource_version, asked},
          {open_fence{asked + limits::lease_renew_deadline},
           set_deadline{request, limits::lease_retry}}};
}

to<m::over> end() { return {m::over{}, {open_fence{}, announce_lost{}}}; }

/// The next try waits for its turn, but not beyond the deadline of the renewal; a process that
/// stood still past that tries once all the same, with its fence closed.
set_deadline next_try(const m& machine, ticket request, milliseconds renewed) {
  const auto left = renewed + limits::lease_renew_deadline - machine.known.now.monotonic;
  const bool late = left <= milliseconds{0};
  return {request, late ? limits::lease_retry : std::min(limits::lease_retry, left)};
}

milliseconds left_of(const m& machine, milliseconds until) {
  return std::max(until - machine.known.now.monotonic, milliseconds{0});
}

bool too_late(const m& machine, const m::renewing& now) {
  return machine.known.now.monotonic - now.renewed >= limits::lease_renew_deadline;
}

to<m::renewing> renew(const m& machine, ticket last, const std::string& version,
                      milliseconds renewed) {
  const auto request = after(last);
  return {m::renewing{request, request, version, renewed, machine.known.now.monotonic},
          {write_lease{request, lease_write::renew, version}, next_try(machine, request, renewed)}};
}

to<m::releasing> release(const m& machine, ticket last, const std::string& version,
                         milliseconds until) {
  const auto request = after(last);
  return {m::releasing{request, until},
          {open_fence{}, write_lease{request, lease_write::release, version},
           set_deadline{request, left_of(machine, until)}}};
}

to<m::withdrawing> read_to_withdraw(const m& machine, ticket last, milliseconds until) {
  const auto request = after(last);
  return {m::withdrawing{request, until},
          {read_lease{request}, set_deadline{request, left_of(machine, until)}}};
}

/// A refusal may be no more than a moment of unrest: read after a while, not in a loop.
to<m::withdrawing> read_soon_to_withdraw(const m& machine, ticket last, milliseconds until) {
  const auto request = after(last);
  return {m::withdrawing{request, until},
          {set_deadline{request, std::min(limits::call_retry_first, left_of(machine, until))}}};
}

milliseconds end_of_stop(const m& machine) {
  return machine.known.now.monotonic + limits::lease_release_max;
}

}  // namespace

auto leadership_machine::on(const standing_by& now, const lease_seen& learned) const
    -> to<standing_by, acquiring> {
  if (learned.request != now.request) return {now};
  const bool ours = learned.holder == known.identity;  // of an earlier life under the same name
  if (!learned.exists || learned.holder.empty() || ours)
    return acquire(*this, now.request, learned.resource_version);
  if (learned.resource_version != now.observed)
    return stand_by(now.request, learned.resource_version, known.now.monotonic);
  if (known.now.monotonic - now.since >= limits::lease_duration)
    return acquire(*this, now.request, learned.resource_version);
  return stand_by(now.request, now.observed, now.since);
}
auto leadership_machine::on(const standing_by& now, const call_refused& learned) const
    -> to<standing_by> {
  if (learned.request != now.request) return {now};
  return stand_by(now.request, now.observed, now.since);
}
auto leadership_machine::on(const standing_by& now, const deadline_passed& learned) const
    -> to<standing_by> {
  if (learned.timer != now.request) return {now};
  const auto request = after(now.request);
  return {standing_by{request, now.observed, now.since},
          {read_lease{request}, set_deadline{request, limits::lease_renew_deadline}}};
}
// It may be ours all the same: a take whose answer did not come was given up for it.
auto leadership_machine::on(const standing_by& now, const stop_wanted&) const -> to<withdrawing> {
  return read_to_withdraw(*this, now.request, end_of_stop(*this));
}

auto leadership_machine::on(const acquiring& now, const lease_written& learned) const
    -> to<acquiring, leading> {
  if (learned.request != now.request) return {now};
  auto done = lead(now.request, learned.resource_version, now.asked);
  done.commands.push_back(announce_leading{});
  return done;
}
auto leadership_machine::on(const acquiring& now, const call_refused& learned) const
    -> to<acquiring, standing_by> {
  if (learned.request != now.request) return {now};
  return stand_by(now.request, "", known.now.monotonic);
}
auto leadership_machine::on(const acquiring& now, const deadline_passed& learned) const
    -> to<acquiring, standing_by> {
  if (learned.timer != now.request) return {now};
  return stand_by(now.request, "", known.now.monotonic);
}
// The take is on its way and cannot be called back: its answer says what there is to release.
auto leadership_machine::on(const acquiring& now, const stop_wanted&) const -> to<withdrawing> {
  return {withdrawing{now.request, end_of_stop(*this)},
          {set_deadline{now.request, limits::lease_release_max}}};
}

auto leadership_machine::on(const leading& now, const deadline_passed& learned) const
    -> to<leading, renewing> {
  if (learned.timer != now.request) return {now};
  return renew(*this, now.request, now.resource_version, now.renewed);
}
auto leadership_machine::on(const leading& now, const stop_wanted&) const -> to<releasing> {
  return release(*this, now.request, now.resource_version, end_of_stop(*this));
}

auto leadership_machine::on(const renewing& now, const lease_written& learned) const
    -> to<renewing, leading> {
  if (learned.request != now.written) return {now};
  return lead(now.request, learned.resource_version, now.asked);
}
auto leadership_machine::on(const renewing& now, const lease_seen& learned) const
    -> to<renewing, over> {
  if (learned.request != now.request) return {now};
  if (learned.holder != known.identity || too_late(*this, now)) return end();
  // Our own write whose answer was lost, or one that never arrived.
  return renew(*this, now.request, learned.resource_version, now.renewed);
}
auto leadership_machine::on(const renewing& now, const deadline_passed& learned) const
    -> to<renewing, over> {
  if (learned.timer != now.request) return {now};
  if (too_late(*this, now)) return end();
  auto reads = now;
  reads.request = after(now.request);
  return {reads, {read_lease{reads.request}, next_try(*this, reads.request, now.renewed)}};
}
// The renewal under way and the release start from one version: only one of them can succeed.
auto leadership_machine::on(const renewing& now, const stop_wanted&) const -> to<releasing> {
  return release(*this, now.request, now.resource_version, end_of_stop(*this));
}

auto leadership_machine::on(const withdrawing& now, const lease_written& learned) const
    -> to<withdrawing, releasing> {
  if (learned.request != now.request) return {now};
  return release(*this, now.request, learned.resource_version, now.until);
}
auto leadership_machine::on(const withdrawing& now, const lease_seen& learned) const
    -> to<withdrawing, releasing, over> {
  if (learned.request != now.request) return {now};
  if (learned.holder != known.identity) return end();
  return release(*this, now.request, learned.resource_version, now.until);
}
auto leadership_machine::on(const withdrawing& now, const call_refused& learned) const
    -> to<withdrawing> {
  if (learned.request != now.request) return {now};
  return read_soon_to_withdraw(*this, now.request, now.until);
}
auto leadership_machine::on(const withdrawing& now, const deadline_passed& learned) const
    -> to<withdrawing, over> {
  if (learned.timer != now.request) return {now};
  if (known.now.monotonic >= now.until) return end();
  return read_to_withdraw(*this, now.request, now.until);
}

auto leadership_machine::on(const releasing& now, const lease_written& learned) const
    -> to<releasing, over> {
  if (learned.request != now.request) return {now};
  return end();
}
// A renewal was faster, or the answer was lost: what there is now is read.
auto leadership_machine::on(const releasing& now, const call_refused& learned) const
    -> to<releasing, withdrawing> {
  if (learned.request != now.request) return {now};
  return read_soon_to_withdraw(*this, now.request, now.until);
}
auto leadership_machine::on(const releasing& now, const deadline_passed& learned) const
    -> to<releasing, over> {
  if (learned.timer != now.request) return {now};
  return end();
}

static_assert(state_machine::complete<leadership_machine>());
static_assert(state_machine::connected<leadership_machine>());
static_assert(state_machine::bounded<leadership_machine, deadline_passed>());
template state_machine::step_result<leadership_machine> state_machine::step(
    const leadership_machine&, const leadership_machine::state&, const leadership_machine::fact&);

}  // namespace drey
