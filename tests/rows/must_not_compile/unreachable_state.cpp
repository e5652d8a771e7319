/// A state that nothing leads to. Refused: "connected<machine>()".
#include "tests/rows/must_not_compile/lamp.hpp"

namespace drey::lamp::unreachable_state {

struct machine {
  using state = std::variant<dark, lit>;
  using fact = lamp::fact;
  using command = lamp::command;
  using resting = list<dark>;
#ifdef BREAK
  to<dark> on(const dark&, const pressed&) const { return {dark{}, {}}; }
#else
  to<lit> on(const dark&, const pressed&) const { return {lit{}, {}}; }
#endif
  to<dark> on(const lit&, const pressed&) const { return {dark{}, {}}; }
  to<dark> on(const lit&, const deadline_passed&) const { return {dark{}, {}}; }
  using ignores = list<in<dark, deadline_passed>>;
};

static_assert(state_machine::connected<machine>());

}  // namespace drey::lamp::unreachable_state
