/// Explicit state machines whose header *is* the state chart.
///
/// A machine is a struct with one overload `on(const State&, const Fact&)` for every fact that
/// means something in a state. Its return type `to<Next...>` names every state it may lead to, so
/// the declarations alone are the edges of the chart: the compiler refuses any other edge, and
/// `mermaid<Machine>()` draws it. Facts that change nothing are listed in `ignores`; a pair that is
/// neither handled nor ignored, or both, does not compile (`complete`).
#pragma once

#include <array>
#include <concepts>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "protocol/described.hpp"

namespace drey::state_machine {

template <class... Ts>
struct list {};

/// The outcome of one fact: the state to be in, and what to ask of the outside world, in order.
template <class Command, class... Next>
struct outcome {
  std::variant<Next...> next;
  std::vector<Command> commands = {};

  /// A handler may return the outcome of a function that leads to fewer states than it may itself.
  template <class... More>
  operator outcome<Command, More...>() && {  // NOLINT: implicit on purpose, widening loses nothing
    auto widen = [](auto& one) -> std::variant<More...> { return std::move(one); };
    return {std::visit(widen, next), std::move(commands)};
  }
};

/// Facts that change nothing while in `State`; a `list` among them stands for its members.
template <class State, class... Facts>
struct in {};

template <class M, class State, class Fact>
concept handles = requires(const M& machine, const State& state, const Fact& fact) {
  machine.on(state, fact);
};

template <class M>
using state_of = typename M::state;
template <class M>
using fact_of = typename M::fact;
template <class M>
using command_of = typename M::command;

namespace detail {

template <class Fact, class One>
struct names_fact : std::is_same<Fact, One> {};
template <class Fact, class... Members>
struct names_fact<Fact, list<Members...>> : std::disjunction<names_fact<Fact, Members>...> {};

template <class State, class Fact, class S, class... Fs>
constexpr bool row_has(in<S, Fs...>) {
  return std::same_as<State, S> && (names_fact<Fact, Fs>::value || ...);
}

template <class State, class Fact, class... Rows>
constexpr bool any_row_has(list<Rows...>) {
  return (row_has<State, Fact>(Rows{}) || ...);
}

template <class T, class... Ts>
constexpr std::size_t index_in(std::variant<Ts...>*) {
  std::size_t at = 0;
  (void)((std::same_as<T, Ts> || (++at, false)) || ...);
  return at;
}

template <class... Ts, class F>
constexpr void for_each(std::variant<Ts...>*, F&& visit) {
  (visit(std::type_identity<Ts>{}), ...);
}

template <class... Ts, class F>
constexpr void for_each_listed(list<Ts...>, F&& visit) {
  (visit(std::type_identity<Ts>{}), ...);
}

template <class Command, class... Next, class F>
constexpr void for_each_next(std::type_identity<outcome<Command, Next...>>, F&& visit) {
  (visit(std::type_identity<Next>{}), ...);
}

template <class M>
inline constexpr state_of<M>* states = nullptr;
template <class M>
inline constexpr fact_of<M>* facts = nullptr;

template <class M, class T>
constexpr std::size_t state_index = index_in<T>(states<M>);

}  // namespace detail

template <class M, class State, class Fact>
inline constexpr bool ignores = detail::any_row_has<State, Fact>(typename M::ignores{});

/// Visits every edge of the chart as `visit(From, Fact, To)`, each a `std::type_identity`.
template <class M, class F>
constexpr void for_each_edge(F&& visit) {
  detail::for_each(detail::states<M>, [&]<class From>(std::type_identity<From> from) {
    detail::for_each(detail::facts<M>, [&]<class Fact>(std::type_identity<Fact> fact) {
      if constexpr (handles<M, From, Fact>) {
        using result = decltype(std::declval<const M&>().on(std::declval<const From&>(),
                                                            std::declval<const Fact&>()));
        detail::for_each_next(std::type_identity<result>{},
                              [&](auto to) { visit(from, fact, to); });
      }
    });
  });
}

template <class M, class State, class Fact>
consteval bool pair_is_decided() {
  static_assert(handles<M, State, Fact> || ignores<M, State, Fact>,
                "this fact is neither handled nor ignored in this state");
  static_assert(!(handles<M, State, Fact> && ignores<M, State, Fact>),
                "this fact is both handled and ignored in this state");
  return true;
}

/// Every pair of a state and a fact is decided.
template <class M>
consteval bool complete() {
  bool all = true;
  detail::for_each(detail::states<M>, [&]<class State>(std::type_identity<State>) {
    detail::for_each(detail::facts<M>, [&]<class Fact>(std::type_identity<Fact>) {
      all = all && pair_is_decided<M, State, Fact>();
    });
  });
  return all;
}

/// Every state can be reached from the first one.
template <class M>
consteval bool connected() {
  constexpr auto count = std::variant_size_v<state_of<M>>;
  std::array<bool, count> reached{true};
  for (std::size_t round = 0; round < count; ++round)
    for_each_edge<M>([&]<class From, class Fact, class To>(std::type_identity<From>,
                                                           std::type_identity<Fact>,
                                                           std::type_identity<To>) {
      if (reached[detail::state_index<M, From>]) reached[detail::state_index<M, To>] = true;
    });
  for (const bool one : reached)
    if (!one) return false;
  return true;
}

/// No state but the `resting` ones waits for ever: each can be left when `Timeout` is learned.
template <class M, class Timeout>
consteval bool bounded() {
  std::array<bool, std::variant_size_v<state_of<M>>> fine{};
  detail::for_each_listed(typename M::resting{}, [&]<class T>(std::type_identity<T>) {
    fine[detail::state_index<M, T>] = true;
  });
  for_each_edge<M>([&]<class From, class Fact, class To>(
                       std::type_identity<From>, std::type_identity<Fact>, std::type_identity<To>) {
    if constexpr (std::same_as<Fact, Timeout> && !std::same_as<From, To>)
      fine[detail::state_index<M, From>] = true;
  });
  for (const bool one : fine)
    if (!one) return false;
  return true;
}

template <class M>
struct step_result {
  state_of<M> next;
  std::vector<command_of<M>> commands;
};

/// The whole meaning of a machine: no clock, no network, no randomness.
template <class M>
[[nodiscard]] step_result<M> step(const M& machine, const state_of<M>& state,
                                  const fact_of<M>& fact) {
  static_assert(complete<M>());
  auto decide = [&]<class State, class Fact>(const State& now,
                                             const Fact& learned) -> step_result<M> {
    if constexpr (handles<M, State, Fact>) {
      auto outcome = machine.on(now, learned);
      auto widen = [](auto& next) -> state_of<M> { return std::move(next); };
      return {std::visit(widen, outcome.next), std::move(outcome.commands)};
    } else {
      return {now, {}};
    }
  };
  return std::visit(decide, state, fact);
}

/// The chart as a Mermaid `stateDiagram-v2`, drawn from the declarations.
template <class M>
std::string mermaid() {
  using first = std::variant_alternative_t<0, state_of<M>>;
  std::string text = "stateDiagram-v2\n    [*] --> " + std::string(type_name<first>()) + "\n";
  for_each_edge<M>([&]<class From, class Fact, class To>(
                       std::type_identity<From>, std::type_identity<Fact>, std::type_identity<To>) {
    if constexpr (!std::same_as<From, To>)
      text += "    " + std::string(type_name<From>()) + " --> " + std::string(type_name<To>()) +
              " : " + std::string(type_name<Fact>()) + "\n";
  });
  return text;
}

}  // namespace drey::state_machine
