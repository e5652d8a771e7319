#include "actors/slot_sharing_machine.hpp"

namespace drey {

namespace {

using m = slot_sharing_machine;
template <class... Next>
using to = m::to<Next...>;

to<m::settling> settle(const m& machine, ticket last, const slot_wish& wish, std::string aside) {
  const auto request = after(last);
  return {m::settling{request, wish, std::move(aside)},
          {set_deadline{request, machine.policy.settle_wait}}};
}

template <class State>
to<m::offering> offer(const m& machine, const State& now) {
  const auto request = after(now.request);
  return {m::offering{request, now.wish, now.aside},
          {set_deadline{request, machine.policy.offer_wait}}};
}

to<m::hindered> hinder(const m& machine, ticket last, const slot_wish& wish) {
  const auto request = after(last);
  return {m::hindered{request, wish.uid}, {set_deadline{request, machine.policy.again_wait}}};
}

template <class State>
to<State, m::steady> stay_if_wished(const m& machine, const State& now) {
  if (wish_of(machine.known, now.aside) == now.wish) return {now};
  return {m::steady{now.request, now.aside}};
}

}  // namespace

auto slot_sharing_machine::on(const steady& now, const surroundings_seen&) const
    -> to<steady, settling> {
  const auto wish = wish_of(known, now.aside);
  if (!wish) return {now};
  return settle(*this, now.last, *wish, now.aside);
}

auto slot_sharing_machine::on(const settling& now, const surroundings_seen&) const
    -> to<settling, steady> {
  const auto wish = wish_of(known, now.aside);
  if (!wish) return {steady{now.request, now.aside}};
  if (*wish == now.wish) return {now};
  return settle(*this, now.request, *wish, now.aside);
}
/// One that does not run has nothing to secure.
auto slot_sharing_machine::on(const settling& now, const deadline_passed& learned) const
    -> to<settling, securing, offering> {
  if (learned.timer != now.request) return {now};
  if (now.wish.why == wish_for::what_there_is) return offer(*this, now);
  const auto request = after(now.request);
  return {securing{request, now.wish, now.aside},
          {secure_job{request, now.wish.uid}, set_deadline{request, policy.secure_wait}}};
}

auto slot_sharing_machine::on(const securing& now, const surroundings_seen&) const
    -> to<securing, steady> {
  return stay_if_wished(*this, now);
}
auto slot_sharing_machine::on(const securing& now, const job_secured& learned) const
    -> to<securing, offering> {
  if (learned.request != now.request) return {now};
  return offer(*this, now);
}
auto slot_sharing_machine::on(const securing& now, const job_insecure& learned) const
    -> to<securing, hindered> {
  if (learned.request != now.request) return {now};
  return hinder(*this, now.request, now.wish);
}
auto slot_sharing_machine::on(const securing& now, const deadline_passed& learned) const
    -> to<securing, hindered> {
  if (learned.timer != now.request) return {now};
  return hinder(*this, now.request, now.wish);
}

auto slot_sharing_machine::on(const offering& now, const surroundings_seen&) const
    -> to<offering, steady> {
  return stay_if_wished(*this, now);
}
auto slot_sharing_machine::on(const offering& now, const deadline_passed& learned) const
    -> to<offering, hindered> {
  if (learned.timer != now.request) return {now};
  return hinder(*this, now.request, now.wish);
}

auto slot_sharing_machine::on(const hindered& now, const deadline_passed& learned) const
    -> to<hindered, steady> {
  if (learned.timer != now.request) return {now};
  return {steady{now.request, now.aside}};
}

slot_offer offer_of(const slot_sharing_machine::state& now) {
  const auto* offers = std::get_if<m::offering>(&now);
  return offers == nullptr ? slot_offer{} : slot_offer{offers->wish.uid, offers->wish.parallelism};
}

static_assert(state_machine::complete<slot_sharing_machine>());
static_assert(state_machine::connected<slot_sharing_machine>());
static_assert(state_machine::bounded<slot_sharing_machine, deadline_passed>());
template state_machine::step_result<slot_sharing_machine> state_machine::step(
    const slot_sharing_machine&, const slot_sharing_machine::state&,
    const slot_sharing_machine::fact&);

}  // namespace drey
