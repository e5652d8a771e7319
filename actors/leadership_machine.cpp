#include "actors/leadership_machine.hpp"

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

to<m::over> release(ticket last, const std::string& resource_version) {
  return {m::over{},
          {open_fence{}, write_lease{after(last), lease_write::release, resource_version},
           announce_lost{}}};
}

/// The renewal is tried again until its deadline; then the fence has closed by itself.
to<m::renewing, m::over> renew_again(const m& machine, const m::renewing& now,
                                     const std::string& version) {
  if (machine.known.now.monotonic - now.renewed >= limits::lease_renew_deadline) return end();
  const auto request = after(now.request);
  return {m::renewing{request, version, now.renewed, machine.known.now.monotonic},
          {write_lease{request, lease_write::renew, version},
           set_deadline{request, limits::lease_retry}}};
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
auto leadership_machine::on(const standing_by&, const stop_wanted&) const -> to<over> {
  return end();
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
auto leadership_machine::on(const acquiring&, const stop_wanted&) const -> to<over> {
  return end();
}

auto leadership_machine::on(const leading& now, const deadline_passed& learned) const
    -> to<leading, renewing> {
  if (learned.timer != now.request) return {now};
  const auto request = after(now.request);
  return {renewing{request, now.resource_version, now.renewed, known.now.monotonic},
          {write_lease{request, lease_write::renew, now.resource_version},
           set_deadline{request, limits::lease_retry}}};
}
auto leadership_machine::on(const leading& now, const stop_wanted&) const -> to<over> {
  return release(now.request, now.resource_version);
}

auto leadership_machine::on(const renewing& now, const lease_written& learned) const
    -> to<renewing, leading> {
  if (learned.request != now.request) return {now};
  return lead(now.request, learned.resource_version, now.asked);
}
auto leadership_machine::on(const renewing& now, const lease_seen& learned) const
    -> to<renewing, over> {
  if (learned.request != now.request) return {now};
  if (learned.holder != known.identity) return end();
  return renew_again(*this, now, learned.resource_version);  // our own write, its answer was lost
}
auto leadership_machine::on(const renewing& now, const call_refused& learned) const
    -> to<renewing, over> {
  if (learned.request != now.request) return {now};
  const auto request = after(now.request);
  auto stays = now;
  stays.request = request;
  return {stays, {read_lease{request}, set_deadline{request, limits::lease_retry}}};
}
auto leadership_machine::on(const renewing& now, const deadline_passed& learned) const
    -> to<renewing, over> {
  if (learned.timer != now.request) return {now};
  if (known.now.monotonic - now.renewed >= limits::lease_renew_deadline) return end();
  const auto request = after(now.request);
  auto stays = now;
  stays.request = request;
  return {stays, {read_lease{request}, set_deadline{request, limits::lease_retry}}};
}
auto leadership_machine::on(const renewing& now, const stop_wanted&) const -> to<over> {
  return release(now.request, now.resource_version);
}

}  // namespace drey
