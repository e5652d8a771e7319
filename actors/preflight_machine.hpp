/// When a cluster is checked for what stands against it: with every new generation of its spec,
/// else every ten minutes. Nothing waits for it (protocol/decisions/0026-preflight-conditions.md).
#pragma once

#include <cstdint>
#include <variant>

#include "protocol/facts.hpp"
#include "protocol/limits.hpp"
#include "protocol/state_machine.hpp"

namespace drey {

/// All was asked that the checks need; what came of it is told in the condition.
struct preflight_read {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const preflight_read&) const = default;
};

struct read_preflight {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const read_preflight&) const = default;
};

struct preflight_known {
  std::int64_t generation = 0;
  bool ready = false;  ///< all its jobs are known, its spec is right, and it is not being deleted
  /// The generation that status tells of: a process before this one has checked that.
  std::int64_t told_generation = 0;
  milliseconds turn{0};  ///< of this cluster within the ten minutes, so that not all ask at once
};

struct preflight_machine {
  struct waiting {
    ticket last;
    static constexpr auto names = fields("last");
    bool operator==(const waiting&) const = default;
  };
  struct reading {
    ticket request;
    std::int64_t generation = 0;
    static constexpr auto names = fields("request", "generation");
    bool operator==(const reading&) const = default;
  };
  struct checked {
    ticket request;  ///< of the wait for the next time
    std::int64_t generation = 0;
    static constexpr auto names = fields("request", "generation");
    bool operator==(const checked&) const = default;
  };

  using state = std::variant<waiting, reading, checked>;
  using resting = state_machine::list<waiting>;
  using fact = std::variant<picture_changed, preflight_read, deadline_passed>;
  using command = std::variant<read_preflight, set_deadline>;
  template <class... Next>
  using to = state_machine::outcome<command, Next...>;

  to<waiting, reading, checked> on(const waiting&, const picture_changed&) const;
  to<reading, checked> on(const reading&, const preflight_read&) const;
  to<reading, checked> on(const reading&, const deadline_passed&) const;
  to<checked, reading> on(const checked&, const picture_changed&) const;
  to<checked, reading, waiting> on(const checked&, const deadline_passed&) const;

  template <class State, class... Facts>
  using in = state_machine::in<State, Facts...>;
  /// Answers that were given up, waits that are over; and a generation is looked at when the one
  /// before it has been.
  using ignores = state_machine::list<in<waiting, preflight_read, deadline_passed>,
                                      in<reading, picture_changed>, in<checked, preflight_read>>;

  preflight_known known;
};

// Proved and compiled once: at the end of the .cpp.
extern template state_machine::step_result<preflight_machine> state_machine::step(
    const preflight_machine&, const preflight_machine::state&, const preflight_machine::fact&);

}  // namespace drey
