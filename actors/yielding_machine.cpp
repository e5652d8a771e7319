#include "actors/yielding_machine.hpp"

#include <algorithm>

namespace drey {

namespace {

milliseconds silence_after(int yields) {
  return backoff(yields, limits::rival_silence, limits::rival_silence_max);
}

}  // namespace

auto yielding_machine::on(const acting& now_in, const rival_wrote& learned) const -> to<yielding> {
  const bool again = now_in.yields > 0 && now - now_in.since < limits::rival_memory;
  const yielding next{after(now_in.last), learned.manager, now, again ? now_in.yields + 1 : 1};
  return {next,
          {leave_namespace{next.manager}, set_deadline{next.request, silence_after(next.yields)}}};
}

auto yielding_machine::on(const yielding& now_in, const rival_wrote& learned) const
    -> to<yielding> {
  return {yielding{now_in.request, learned.manager, now, now_in.yields}};
}

auto yielding_machine::on(const yielding& now_in, const deadline_passed& learned) const
    -> to<acting, yielding> {
  if (learned.timer != now_in.request) return {now_in};
  const auto rest = now_in.newest + silence_after(now_in.yields) - now;
  if (rest <= milliseconds{0})
    return {acting{now_in.request, now_in.yields, now}, {take_namespace{}}};
  const yielding next{after(now_in.request), now_in.manager, now_in.newest, now_in.yields};
  return {next, {set_deadline{next.request, rest}}};
}

static_assert(state_machine::complete<yielding_machine>());
static_assert(state_machine::connected<yielding_machine>());
static_assert(state_machine::bounded<yielding_machine, deadline_passed>());
template state_machine::step_result<yielding_machine> state_machine::step(
    const yielding_machine&, const yielding_machine::state&, const yielding_machine::fact&);

}  // namespace drey
