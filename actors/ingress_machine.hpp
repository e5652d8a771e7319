/// The Ingress of one cluster: made, changed in place and removed as the spec says, beside and
/// without any effect on the cluster itself. Its removal with the cluster is the cluster's.
#pragma once

#include <string>
#include <variant>

#include "actors/cluster_words.hpp"
#include "protocol/limits.hpp"
#include "protocol/state_machine.hpp"

namespace drey {

/// The Ingress of the cluster's name, as far as it is drey's. `going`: it is being deleted.
enum class ingress_sight { none, current, outdated, going };
constexpr std::string_view name_of(ingress_sight x) {
  constexpr std::string_view texts[] = {"none", "current", "outdated", "going"};
  return texts[static_cast<std::size_t>(x)];
}

struct ingress_known {
  bool active =
      false;  ///< the cluster is there, its spec is right, and Ingresses are drey's to keep
  bool wanted = false;  ///< the spec asks for one
  ingress_sight sight = ingress_sight::none;
};

struct apply_ingress {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const apply_ingress&) const = default;
};
struct remove_ingress {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const remove_ingress&) const = default;
};
/// The deletion was accepted, or there was nothing to delete.
struct ingress_removed {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const ingress_removed&) const = default;
};

struct ingress_machine {
  /// There is none, or it is not ours to touch now.
  struct absent {
    ticket last;
    static constexpr auto names = fields("last");
    bool operator==(const absent&) const = default;
  };
  struct applying {
    ticket request;
    int tries = 1;
    static constexpr auto names = fields("request", "tries");
    bool operator==(const applying&) const = default;
  };
  /// The API holds what the spec says.
  struct present {
    ticket last;
    static constexpr auto names = fields("last");
    bool operator==(const present&) const = default;
  };
  struct removing {
    ticket request;
    int tries = 1;
    static constexpr auto names = fields("request", "tries");
    bool operator==(const removing&) const = default;
  };
  /// A back-off after a refusal.
  struct hindered {
    ticket request;
    int tries = 1;
    std::string message;
    static constexpr auto names = fields("request", "tries", "message");
    bool operator==(const hindered&) const = default;
  };

  using state = std::variant<absent, applying, present, removing, hindered>;
  using resting = state_machine::list<absent, present>;
  using fact = std::variant<surroundings_seen, child_applied, ingress_removed, call_refused,
                            deadline_passed>;
  using command = std::variant<apply_ingress, remove_ingress, announce, set_deadline>;
  template <class... Next>
  using to = state_machine::outcome<command, Next...>;

  to<absent, applying, present, removing> on(const absent&, const surroundings_seen&) const;
  to<applying, present> on(const applying&, const child_applied&) const;
  to<applying, hindered> on(const applying&, const call_refused&) const;
  to<applying, hindered> on(const applying&, const deadline_passed&) const;
  to<present, absent, applying, removing> on(const present&, const surroundings_seen&) const;
  to<removing, absent> on(const removing&, const ingress_removed&) const;
  to<removing, hindered> on(const removing&, const call_refused&) const;
  to<removing, hindered> on(const removing&, const deadline_passed&) const;
  to<hindered, absent, applying, present, removing> on(const hindered&,
                                                       const deadline_passed&) const;

  template <class State, class... Facts>
  using in = state_machine::in<State, Facts...>;
  /// Answers of requests that were given up; what is seen meanwhile is looked at when at rest.
  using ignores = state_machine::list<
      in<absent, child_applied, ingress_removed, call_refused, deadline_passed>,
      in<applying, surroundings_seen, ingress_removed>,
      in<present, child_applied, ingress_removed, call_refused, deadline_passed>,
      in<removing, surroundings_seen, child_applied>,
      in<hindered, surroundings_seen, child_applied, ingress_removed, call_refused>>;

  milliseconds answer_wait{30'000};
  ingress_known known{};
};

// Proved and compiled once: at the end of the .cpp.
extern template state_machine::step_result<ingress_machine> state_machine::step(
    const ingress_machine&, const ingress_machine::state&, const ingress_machine::fact&);

}  // namespace drey
