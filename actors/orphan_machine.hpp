/// What was made for a FlinkDeployment that went without drey, because somebody took its finalizer
/// away: once it is proved to be gone, that is removed in order
/// (protocol/decisions/0047-orphans.md).
#pragma once

#include <string>
#include <variant>

#include "actors/cluster_words.hpp"
#include "protocol/limits.hpp"
#include "protocol/state_machine.hpp"

namespace drey {

/// Their FlinkDeployment, by quorum reads.
enum class owner_stand {
  gone,      ///< nothing has its name, or something of another UID
  there,     ///< though no watch shows it
  has_jobs,  ///< it is gone, and FlinkSessionJobs name it: what they left is not taken from them
};
constexpr std::string_view name_of(owner_stand x) {
  constexpr std::string_view texts[] = {"gone", "there", "has_jobs"};
  return texts[static_cast<std::size_t>(x)];
}
struct owner_told {
  ticket request;
  owner_stand stand = owner_stand::there;
  static constexpr auto names = fields("request", "stand");
  bool operator==(const owner_told&) const = default;
};

/// Read live whether the FlinkDeployment is there, and jobs that name it.
struct ask_owner {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const ask_owner&) const = default;
};

struct orphan_policy {
  milliseconds answer_wait{30'000};
  milliseconds poll{1'000};
  milliseconds removal_poll{limits::poll_in_transition};
  /// Between the two proofs that it is gone.
  milliseconds proof_wait{limits::settle_wait};
  milliseconds look_again{300'000};
};

struct orphan_machine {
  struct noticed {
    ticket last;
    static constexpr auto names = fields("last");
    bool operator==(const noticed&) const = default;
  };
  struct proving {
    ticket request;
    int proofs = 0;     ///< so often it was found to be gone
    bool held = false;  ///< by jobs that name it, as was told
    static constexpr auto names = fields("request", "proofs", "held");
    bool operator==(const proving&) const = default;
  };
  struct waiting {
    ticket request;
    int proofs = 0;
    bool held = false;
    static constexpr auto names = fields("request", "proofs", "held");
    bool operator==(const waiting&) const = default;
  };
  /// Stage after stage, until a whole pass has found nothing that was there. What is found by its
  /// labels goes last: whoever comes after us would not know of the rest without it.
  struct removing {
    ticket request;
    removal_stage stage = removal_stage::job_manager;
    bool clean = true;  ///< this pass has found nothing so far
    static constexpr auto names = fields("request", "stage", "clean");
    bool operator==(const removing&) const = default;
  };
  struct gone {
    static constexpr auto names = fields();
    bool operator==(const gone&) const = default;
  };

  using state = std::variant<noticed, proving, waiting, removing, gone>;
  /// A removal goes on for as long as something is left, repeated by its deadline.
  using resting = state_machine::list<noticed, removing, gone>;
  using fact =
      std::variant<surroundings_seen, owner_told, removal_seen, call_refused, deadline_passed>;
  using command = std::variant<ask_owner, remove_children, announce, set_deadline>;
  template <class... Next>
  using to = state_machine::outcome<command, Next...>;

  to<proving> on(const noticed&, const surroundings_seen&) const;

  to<proving, waiting, removing> on(const proving&, const owner_told&) const;
  to<proving, waiting> on(const proving&, const call_refused&) const;
  to<proving, waiting> on(const proving&, const deadline_passed&) const;

  to<waiting, proving> on(const waiting&, const deadline_passed&) const;

  to<removing, gone> on(const removing&, const removal_seen&) const;
  to<removing> on(const removing&, const call_refused&) const;
  to<removing> on(const removing&, const deadline_passed&) const;

  template <class State, class... Facts>
  using in = state_machine::in<State, Facts...>;
  /// Answers of requests that were given up.
  using ignores = state_machine::list<
      in<noticed, owner_told, removal_seen, call_refused, deadline_passed>,
      in<proving, surroundings_seen, removal_seen>,
      in<waiting, surroundings_seen, owner_told, removal_seen, call_refused>,
      in<removing, surroundings_seen, owner_told>,
      in<gone, surroundings_seen, owner_told, removal_seen, call_refused, deadline_passed>>;

  orphan_policy policy{};
  object_name cluster;  ///< the FlinkDeployment that is missed
};

// Proved and compiled once: at the end of the .cpp.
extern template state_machine::step_result<orphan_machine> state_machine::step(
    const orphan_machine&, const orphan_machine::state&, const orphan_machine::fact&);

}  // namespace drey
