/// A wait that no deadline ends. Refused: "bounded<machine, deadline_passed>()".
#include "tests/rows/must_not_compile/lamp.hpp"

namespace drey::lamp::unbounded_wait {

struct machine {
  using state = std::variant<dark, lit>;
  using fact = lamp::fact;
  using command = lamp::command;
  using resting = list<dark>;
  to<lit> on(const dark&, const pressed&) const { return {lit{}, {}}; }
  to<dark> on(const lit&, const pressed&) const { return {dark{}, {}}; }
#ifdef BREAK
  to<lit> on(const lit& now, const deadline_passed&) const { return {now, {}}; }
#else
  to<dark> on(const lit&, const deadline_passed&) const { return {dark{}, {}}; }
#endif
  using ignores = list<in<dark, deadline_passed>>;
};

static_assert(state_machine::bounded<machine, deadline_passed>());

}  // namespace drey::lamp::unbounded_wait
