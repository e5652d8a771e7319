#include "actors/reflector_machine.hpp"

#include "actors/planted_bugs.hpp"

namespace drey {

namespace {

using m = reflector_machine;
template <class... Next>
using to = m::to<Next...>;

to<m::pausing> pause(ticket last, std::string resource_version, int tries) {
  const auto request = after(last);
  const auto wait = backoff(tries, limits::call_retry_first, limits::list_retry_max);
  return {m::pausing{request, std::move(resource_version), tries}, {set_deadline{request, wait}}};
}

to<m::watching> watch(ticket last, std::string resource_version, int tries) {
  const auto request = after(last);
  return {m::watching{request, resource_version, tries},
          {watch_objects{request.number, std::move(resource_version)}}};
}

}  // namespace

auto reflector_machine::on(const pausing& now, const deadline_passed& learned) const
    -> to<pausing, listing, watching> {
  if (learned.timer != now.request) return {now};
  if (!now.resource_version.empty()) return watch(now.request, now.resource_version, now.tries);
  const auto request = after(now.request);
  return {listing{request, now.tries}, {list_objects{request}, set_deadline{request, answer_wait}}};
}

auto reflector_machine::on(const listing& now, const objects_listed& learned) const
    -> to<listing, watching> {
  if (learned.request != now.request) return {now};
  return watch(now.request, learned.resource_version, 1);
}
auto reflector_machine::on(const listing& now, const call_refused& learned) const
    -> to<listing, pausing> {
  if (learned.request != now.request) return {now};
  return pause(now.request, "", now.tries + 1);
}
auto reflector_machine::on(const listing& now, const deadline_passed& learned) const
    -> to<listing, pausing> {
  if (learned.timer != now.request) return {now};
  return pause(now.request, "", now.tries + 1);
}

auto reflector_machine::on(const watching& now, const stream_moved& learned) const -> to<watching> {
  if (learned.watch != now.last.number) return {now};
  return {watching{now.last, learned.resource_version, 1}};
}
auto reflector_machine::on(const watching& now, const stream_ended& learned) const
    -> to<watching, pausing> {
  if (is_planted(planted_bug::watch_end_ignored)) return {now};
  if (learned.watch != now.last.number) return {now};
  // A stream that ends in order is resumed at once, one that fails again and again ever later.
  const bool gone =
      learned.reason == refusal_reason::gone || learned.reason == refusal_reason::invalid;
  return pause(now.last, gone ? "" : now.resource_version, now.tries + 1);
}

static_assert(state_machine::complete<reflector_machine>());
static_assert(state_machine::connected<reflector_machine>());
static_assert(state_machine::bounded<reflector_machine, deadline_passed>());
template state_machine::step_result<reflector_machine> state_machine::step(
    const reflector_machine&, const reflector_machine::state&, const reflector_machine::fact&);

}  // namespace drey
