/// The facts and commands of a lamp that is switched on and off: the small chart that the files of
/// this folder break, each in one way, when BREAK is defined.
#pragma once

#include <variant>

#include "protocol/facts.hpp"
#include "protocol/state_machine.hpp"

namespace drey::lamp {

struct pressed {
  static constexpr auto names = fields();
  bool operator==(const pressed&) const = default;
};

struct dark {
  static constexpr auto names = fields();
  bool operator==(const dark&) const = default;
};
struct lit {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const lit&) const = default;
};

using fact = std::variant<pressed, deadline_passed>;
using command = std::variant<set_deadline>;

template <class... Next>
using to = state_machine::outcome<command, Next...>;
template <class State, class... Facts>
using in = state_machine::in<State, Facts...>;
template <class... Ts>
using list = state_machine::list<Ts...>;

}  // namespace drey::lamp
