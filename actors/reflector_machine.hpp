/// Keeps one kind of object reflected: list, watch from there, list again when the history is gone.
/// Losing any event only delays (rule 1): every end of a stream is followed by a resume or a list.
#pragma once

#include <string>
#include <variant>

#include "protocol/facts.hpp"
#include "protocol/limits.hpp"
#include "protocol/state_machine.hpp"

namespace drey {

struct objects_listed {
  ticket request;
  std::string resource_version;
  static constexpr auto names = fields("request", "resource_version");
  bool operator==(const objects_listed&) const = default;
};
/// An event of the watch `watch` moved the stream to `resource_version`.
struct stream_moved {
  std::uint32_t watch = 0;
  std::string resource_version;
  static constexpr auto names = fields("watch", "resource_version");
  bool operator==(const stream_moved&) const = default;
};
struct stream_ended {
  std::uint32_t watch = 0;
  refusal_reason reason = refusal_reason::unknown_outcome;
  static constexpr auto names = fields("watch", "reason");
  bool operator==(const stream_ended&) const = default;
};

struct list_objects {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const list_objects&) const = default;
};
struct watch_objects {
  std::uint32_t watch = 0;
  std::string resource_version;
  static constexpr auto names = fields("watch", "resource_version");
  bool operator==(const watch_objects&) const = default;
};

struct reflector_machine {
  struct listing {
    ticket request;
    int tries = 1;
    static constexpr auto names = fields("request", "tries");
    bool operator==(const listing&) const = default;
  };
  /// The gateway ends a silent stream; that end is this position's deadline.
  struct watching {
    ticket last;
    std::string resource_version;
    int tries = 1;
    static constexpr auto names = fields("last", "resource_version", "tries");
    bool operator==(const watching&) const = default;
  };
  /// Between two tries. `resource_version` empty: list again.
  struct pausing {
    ticket request;
    std::string resource_version;
    int tries = 1;
    static constexpr auto names = fields("request", "resource_version", "tries");
    bool operator==(const pausing&) const = default;
  };

  using state = std::variant<pausing, listing, watching>;
  using resting = state_machine::list<watching>;
  using fact =
      std::variant<objects_listed, stream_moved, stream_ended, call_refused, deadline_passed>;
  using command = std::variant<list_objects, watch_objects, set_deadline>;
  template <class... Next>
  using to = state_machine::outcome<command, Next...>;

  to<pausing, listing, watching> on(const pausing&, const deadline_passed&) const;
  to<listing, watching> on(const listing&, const objects_listed&) const;
  to<listing, pausing> on(const listing&, const call_refused&) const;
  to<listing, pausing> on(const listing&, const deadline_passed&) const;
  to<watching> on(const watching&, const stream_moved&) const;
  to<watching, pausing> on(const watching&, const stream_ended&) const;

  template <class State, class... Facts>
  using in = state_machine::in<State, Facts...>;
  /// Words of streams and lists that were given up.
  using ignores =
      state_machine::list<in<pausing, objects_listed, stream_moved, stream_ended, call_refused>,
                          in<listing, stream_moved, stream_ended>,
                          in<watching, objects_listed, call_refused, deadline_passed>>;

  milliseconds answer_wait{60'000};
};

// Proved and compiled once: at the end of the .cpp.
extern template state_machine::step_result<reflector_machine> state_machine::step(
    const reflector_machine&, const reflector_machine::state&, const reflector_machine::fact&);

}  // namespace drey
