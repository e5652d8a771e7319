/// A handler that goes where its declaration does not lead. Refused: "could not convert".
#include "tests/rows/must_not_compile/lamp.hpp"

namespace drey::lamp::undeclared_edge {

struct machine {
  using state = std::variant<dark, lit>;
  using fact = lamp::fact;
  using command = lamp::command;
  using resting = list<dark>;
  to<lit> on(const dark&, const pressed&) const { return {lit{}, {}}; }
#ifdef BREAK
  to<lit> on(const lit&, const pressed&) const { return {dark{}, {}}; }
#else
  to<dark> on(const lit&, const pressed&) const { return {dark{}, {}}; }
#endif
  to<dark> on(const lit&, const deadline_passed&) const { return {dark{}, {}}; }
  using ignores = list<in<dark, deadline_passed>>;
};

static_assert(state_machine::complete<machine>());

}  // namespace drey::lamp::undeclared_edge
