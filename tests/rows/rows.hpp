/// Rows: what a machine does with one fact, as tables that people read. A row says why, what the
/// picture and the position are, which fact is learned, and what follows. Tables of one machine are
/// collected, so that a test can ask whether every edge of its chart has a row.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "protocol/describe.hpp"
#include "protocol/state_machine.hpp"

namespace drey::rows {

template <class M>
struct row {
  std::string because;
  M picture;  ///< the machine with its policy and what it knows
  typename M::state given;
  typename M::fact when;
  typename M::state then;
  std::vector<typename M::command> asks = {};
};

template <class... Ts>
std::string name_of_alternative(const std::variant<Ts...>& x) {
  return std::visit([]<class T>(const T&) { return std::string(type_name<T>()); }, x);
}

inline std::string edge(const std::string& from, const std::string& fact, const std::string& to) {
  return from + " --" + fact + "--> " + to;
}

/// One table. Constructing it adds its rows to those of its machine. The tables of a machine with
/// many are compiled once (`extern template`).
template <class M>
class table {
public:
  table(std::initializer_list<row<M>> rows) : table(std::vector<row<M>>(rows)) {}
  explicit table(std::vector<row<M>> rows) : rows_(std::move(rows)) {
    all().insert(all().end(), rows_.begin(), rows_.end());
  }

  /// Rows of all tables of this machine in this program.
  static std::vector<row<M>>& all() {
    static std::vector<row<M>> every;
    return every;
  }

  void hold() const;

private:
  std::vector<row<M>> rows_;
};

template <class M>
void table<M>::hold() const {
  for (const auto& one : rows_) {
    BOOST_TEST_CONTEXT("row: " << one.because) {
      const auto got = state_machine::step(one.picture, one.given, one.when);
      BOOST_CHECK(got.next == one.then);
      BOOST_TEST(text_of(got.next) == text_of(one.then));
      BOOST_TEST(text_of(got.commands) == text_of(one.asks));
    }
  }
}

/// The edges that the declarations allow, those that stay where they are included.
template <class M>
std::set<std::string> declared_edges() {
  std::set<std::string> edges;
  state_machine::for_each_edge<M>([&]<class From, class Fact, class To>(std::type_identity<From>,
                                                                        std::type_identity<Fact>,
                                                                        std::type_identity<To>) {
    edges.insert(edge(std::string(type_name<From>()), std::string(type_name<Fact>()),
                      std::string(type_name<To>())));
  });
  return edges;
}

inline std::string lines_of(const std::set<std::string>& all) {
  std::string text;
  for (const auto& one : all) text += "\n  " + one;
  return text;
}

/// Every edge of the chart has a row, but those listed, which are declared and never taken.
template <class M>
void check_every_edge_has_a_row(const std::set<std::string>& never_taken = {}) {
  auto missing = declared_edges<M>();
  for (const auto& one : table<M>::all())
    missing.erase(edge(name_of_alternative(one.given), name_of_alternative(one.when),
                       name_of_alternative(one.then)));
  BOOST_TEST(lines_of(missing) == lines_of(never_taken));
}

/// Facts that are listed as ignored change nothing and ask for nothing.
template <class M>
void check_ignored_facts_change_nothing(const M& picture) {
  state_machine::detail::for_each(
      state_machine::detail::states<M>, [&]<class State>(std::type_identity<State>) {
        state_machine::detail::for_each(
            state_machine::detail::facts<M>, [&]<class Fact>(std::type_identity<Fact>) {
              if constexpr (state_machine::ignores<M, State, Fact>) {
                const auto got = state_machine::step(picture, State{}, Fact{});
                BOOST_CHECK(got.next == typename M::state{State{}});
                BOOST_CHECK(got.commands.empty());
              }
            });
      });
}

}  // namespace drey::rows
