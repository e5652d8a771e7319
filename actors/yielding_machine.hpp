/// Whether drey acts in a namespace, or leaves it to another operator that writes the status of
/// resources there and only observes, until that one has been silent for long enough
/// (protocol/decisions/0027-yielding.md).
#pragma once

#include <string>
#include <variant>

#include "protocol/facts.hpp"
#include "protocol/limits.hpp"
#include "protocol/state_machine.hpp"

namespace drey {

/// Another operator was seen to write a status in this namespace.
struct rival_wrote {
  std::string manager;
  static constexpr auto names = fields("manager");
  bool operator==(const rival_wrote&) const = default;
};

/// From here on nothing is changed in the namespace.
struct leave_namespace {
  std::string manager;
  static constexpr auto names = fields("manager");
  bool operator==(const leave_namespace&) const = default;
};
/// What is there is taken over, from status and fresh observation.
struct take_namespace {
  static constexpr auto names = fields();
  bool operator==(const take_namespace&) const = default;
};

struct yielding_machine {
  struct acting {
    ticket last;
    int yields = 0;         ///< in a row: what drey took over was soon written by another again
    milliseconds since{0};  ///< monotonic; when it was taken over last
    static constexpr auto names = fields("last", "yields", "since");
    bool operator==(const acting&) const = default;
  };
  struct yielding {
    ticket request;
    std::string manager;
    milliseconds newest{0};  ///< monotonic; when it was last seen to write
    int yields = 1;
    static constexpr auto names = fields("request", "manager", "newest", "yields");
    bool operator==(const yielding&) const = default;
  };

  using state = std::variant<acting, yielding>;
  using resting = state_machine::list<acting>;
  using fact = std::variant<rival_wrote, deadline_passed>;
  using command = std::variant<leave_namespace, take_namespace, set_deadline>;
  template <class... Next>
  using to = state_machine::outcome<command, Next...>;

  to<yielding> on(const acting&, const rival_wrote&) const;
  to<yielding> on(const yielding&, const rival_wrote&) const;
  to<acting, yielding> on(const yielding&, const deadline_passed&) const;

  template <class State, class... Facts>
  using in = state_machine::in<State, Facts...>;
  /// A wait that is over.
  using ignores = state_machine::list<in<acting, deadline_passed>>;

  milliseconds now{0};  ///< monotonic
};

// Proved and compiled once: at the end of the .cpp.
extern template state_machine::step_result<yielding_machine> state_machine::step(
    const yielding_machine&, const yielding_machine::state&, const yielding_machine::fact&);

}  // namespace drey
