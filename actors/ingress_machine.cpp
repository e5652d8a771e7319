#include "actors/ingress_machine.hpp"

namespace drey {

namespace {

using m = ingress_machine;
template <class... Next>
using to = m::to<Next...>;

to<m::applying> apply(const m& machine, ticket last, int tries) {
  const auto request = after(last);
  return {m::applying{request, tries},
          {apply_ingress{request}, set_deadline{request, machine.answer_wait}}};
}

to<m::removing> remove(const m& machine, ticket last, int tries) {
  const auto request = after(last);
  return {m::removing{request, tries},
          {remove_ingress{request}, set_deadline{request, machine.answer_wait}}};
}

/// A person hears of it once, not at every try.
to<m::hindered> hinder(ticket last, int tries, std::string message) {
  const auto request = after(last);
  to<m::hindered> result{m::hindered{request, tries, message}, {}};
  if (tries == 1)
    result.commands.push_back(announce{"Warning", "IngressFailed", std::move(message)});
  result.commands.push_back(
      set_deadline{request, backoff(tries, limits::call_retry_first, limits::call_retry_max)});
  return result;
}

/// What is to be done when nothing is under way.
to<m::absent, m::applying, m::present, m::removing> decide(const m& machine, ticket last,
                                                           int tries) {
  const auto& known = machine.known;
  const auto sight = known.sight;
  if (!known.active || sight == ingress_sight::going) return {m::absent{last}, {}};
  const bool there = sight != ingress_sight::none;
  if (!known.wanted && there) return remove(machine, last, tries);
  if (!known.wanted) return {m::absent{last}, {}};
  if (sight == ingress_sight::current) return {m::present{last}, {}};
  return apply(machine, last, tries);
}

}  // namespace

auto ingress_machine::on(const absent& now, const surroundings_seen&) const
    -> to<absent, applying, present, removing> {
  return decide(*this, now.last, 1);
}

auto ingress_machine::on(const applying& now, const child_applied& learned) const
    -> to<applying, present> {
  if (learned.request != now.request) return {now};
  return {present{now.request}, {announce{"Normal", "Ingress", "The Ingress is as the spec says"}}};
}
auto ingress_machine::on(const applying& now, const call_refused& learned) const
    -> to<applying, hindered> {
  if (learned.request != now.request) return {now};
  return hinder(now.request, now.tries, "the Ingress was not accepted: " + learned.message);
}
auto ingress_machine::on(const applying& now, const deadline_passed& learned) const
    -> to<applying, hindered> {
  if (learned.timer != now.request) return {now};
  return hinder(now.request, now.tries, "the API server did not answer about the Ingress in time");
}

auto ingress_machine::on(const present& now, const surroundings_seen&) const
    -> to<present, absent, applying, removing> {
  return decide(*this, now.last, 1);
}

auto ingress_machine::on(const removing& now, const ingress_removed& learned) const
    -> to<removing, absent> {
  if (learned.request != now.request) return {now};
  return {absent{now.request}, {announce{"Normal", "Ingress", "The Ingress is removed"}}};
}
auto ingress_machine::on(const removing& now, const call_refused& learned) const
    -> to<removing, hindered> {
  if (learned.request != now.request) return {now};
  return hinder(now.request, now.tries, "the Ingress was not removed: " + learned.message);
}
auto ingress_machine::on(const removing& now, const deadline_passed& learned) const
    -> to<removing, hindered> {
  if (learned.timer != now.request) return {now};
  return hinder(now.request, now.tries, "the API server did not answer about the Ingress in time");
}

auto ingress_machine::on(const hindered& now, const deadline_passed& learned) const
    -> to<hindered, absent, applying, present, removing> {
  if (learned.timer != now.request) return {now};
  return decide(*this, now.request, now.tries + 1);
}

static_assert(state_machine::complete<ingress_machine>());
static_assert(state_machine::connected<ingress_machine>());
static_assert(state_machine::bounded<ingress_machine, deadline_passed>());
template state_machine::step_result<ingress_machine> state_machine::step(
    const ingress_machine&, const ingress_machine::state&, const ingress_machine::fact&);

}  // namespace drey
