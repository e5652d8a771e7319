/// A pair of a state and a fact that nobody decided. Refused: "neither handled nor ignored".
#include "tests/rows/must_not_compile/lamp.hpp"

namespace drey::lamp::forgotten_pair {

struct machine {
  using state = std::variant<dark, lit>;
  using fact = lamp::fact;
  using command = lamp::command;
  using resting = list<dark>;
  to<lit> on(const dark&, const pressed&) const { return {lit{}, {}}; }
  to<dark> on(const lit&, const pressed&) const { return {dark{}, {}}; }
  to<dark> on(const lit&, const deadline_passed&) const { return {dark{}, {}}; }
#ifdef BREAK
  using ignores = list<>;
#else
  using ignores = list<in<dark, deadline_passed> >;
#endif
};

static_assert(state_machine::complete<machine>());

}  // namespace drey::lamp::forgotten_pair
