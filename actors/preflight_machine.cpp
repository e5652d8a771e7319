#include "actors/preflight_machine.hpp"

namespace drey {

namespace {

using m = preflight_machine;
template <class... Next>
using to = m::to<Next...>;

to<m::reading> read(const preflight_known& known, ticket last) {
  const auto request = after(last);
  return {m::reading{request, known.generation},
          {read_preflight{request}, set_deadline{request, limits::preflight_wait}}};
}

to<m::checked> rest(const m::reading& now) {
  const auto request = after(now.request);
  return {m::checked{request, now.generation}, {set_deadline{request, limits::preflight_spacing}}};
}

}  // namespace

auto preflight_machine::on(const waiting& now, const picture_changed&) const
    -> to<waiting, reading, checked> {
  if (!known.ready) return {now};
  if (known.told_generation == known.generation) {
    const auto request = after(now.last);
    return {checked{request, known.generation}, {set_deadline{request, known.turn}}};
  }
  return read(known, now.last);
}

auto preflight_machine::on(const reading& now, const preflight_read& learned) const
    -> to<reading, checked> {
  if (learned.request != now.request) return {now};
  return rest(now);
}
auto preflight_machine::on(const reading& now, const deadline_passed& learned) const
    -> to<reading, checked> {
  if (learned.timer != now.request) return {now};
  return rest(now);
}

auto preflight_machine::on(const checked& now, const picture_changed&) const
    -> to<checked, reading> {
  if (!known.ready || known.generation == now.generation) return {now};
  return read(known, now.request);
}
auto preflight_machine::on(const checked& now, const deadline_passed& learned) const
    -> to<checked, reading, waiting> {
  if (learned.timer != now.request) return {now};
  if (!known.ready) return {waiting{now.request}};
  return read(known, now.request);
}

static_assert(state_machine::complete<preflight_machine>());
static_assert(state_machine::connected<preflight_machine>());
static_assert(state_machine::bounded<preflight_machine, deadline_passed>());
template state_machine::step_result<preflight_machine> state_machine::step(
    const preflight_machine&, const preflight_machine::state&, const preflight_machine::fact&);

}  // namespace drey
