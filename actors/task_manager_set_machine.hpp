/// The number of TaskManagers of a standalone cluster: one StatefulSet whose window of ordinals
/// moves. It grows at once, slides past a pod that cannot be got rid of, and shrinks only at an end
/// whose TaskManager is idle, unless the rollout says that others may go, too. Outdated
/// TaskManagers are replaced by growing at the top and leaving the bottom behind, when the rollout
/// says so. Where the API server keeps no ordinals (decision 0033) the window begins at 0 for ever:
/// outdated ones are deleted and come back in their places, beside spare ones at the top, and only
/// the top shrinks. In native mode Flink makes TaskManagers and lets them go: those of an earlier
/// spec are removed when the rollout says so, and that is all.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "actors/cluster_words.hpp"
#include "actors/task_manager_machine.hpp"
#include "protocol/limits.hpp"
#include "protocol/state_machine.hpp"

namespace drey {

/// In native mode the place of all that are outdated is 0, and that of all others 1.
inline constexpr ordinal_window native_places{0, 2};

/// One pod of the set, by ordinal.
struct set_member {
  std::int32_t ordinal = 0;
  drey::standing standing = drey::standing::joining;
  bool idle = true;            ///< no slot of it is taken
  bool outdated = false;       ///< made from an earlier template
  bool unschedulable = false;  ///< no node has room for it
  std::int32_t slots = 0;      ///< as its JobManager told last
  std::int32_t taken = 0;      ///< of them
  bool failing = false;        ///< its container does not start, or ends again and again
  bool going = false;          ///< its deletion was accepted
  static constexpr auto names = fields("ordinal", "standing", "idle", "outdated", "unschedulable",
                                       "slots", "taken", "failing", "going");
  bool operator==(const set_member&) const = default;
};

struct set_known {
  moment now;
  bool wanted = false;     ///< the cluster's own objects are there and it is not being deleted
  std::int32_t count = 0;  ///< TaskManagers that the spec asks for
  /// The nodes have no room for more: so many at most; none: that is not looked at.
  std::optional<std::int32_t> most;
  /// The JobManager finds no node: so many places at most, what is beyond gives it room; none: it
  /// has one.
  std::optional<std::int32_t> places_max;
  /// No job is being started or brought back: none is about to take the slots that are free now.
  bool calm = true;
  bool seen = false;              ///< the StatefulSet exists
  bool out_of_date = false;       ///< its template is of another spec, and may be replaced
  bool observed = true;           ///< its controller has seen its newest template and window
  bool nudged = false;            ///< it is to be touched, so that its controller looks at once
  bool spares = false;            ///< new TaskManagers may come up beside outdated ones
  std::int32_t retire_below = 0;  ///< outdated ones with a lower ordinal are to go
  /// Those with tasks may go, too, until so many are left; none: they stay.
  std::optional<std::int32_t> down_to;
  ordinal_window window;  ///< as it stands in the API
  std::vector<set_member> members;
  std::int32_t ghosts = 0;  ///< registered at the JobManager, and their pods are gone
  bool native = false;      ///< Flink makes them: there is no set
  /// The API server keeps where the window begins; else that is 0.
  bool ordinals = true;
  bool asks_again = false;  ///< it may keep it by now, and was not asked for long
  /// Pods that are to be deleted one by one, as soon as they may go, and are not going yet.
  std::vector<std::string> leaving;
};

/// How far a set has come in being replaced.
struct set_tally {
  bool observed = true;  ///< the set's controller has seen its newest template
  std::int32_t wanted = 0;
  std::vector<std::int32_t> outdated;  ///< their ordinals, ascending
  /// Ordinal of the first pod that the window still holds and that is outdated, or that was left
  /// behind by the window and can still work.
  std::int32_t lowest = 0;
  std::int32_t fresh_registered = 0;  ///< beyond the last outdated one, and not failing
  std::int32_t all_registered = 0;
  std::int32_t without_room = 0;  ///< places for fresh ones that no node takes, or quota refuses
  std::int32_t ghosts = 0;        ///< registered at the JobManager, and their pods are gone
  static constexpr auto names =
      fields("observed", "wanted", "outdated", "lowest", "fresh_registered", "all_registered",
             "without_room", "ghosts");
  bool operator==(const set_tally&) const = default;

  /// The ordinal below which the first `count` outdated ones lie.
  std::int32_t end_of(std::int32_t count) const {
    if (outdated.empty() || count <= 0) return 0;
    const auto last = std::min(static_cast<std::size_t>(count), outdated.size()) - 1;
    return outdated[last] + 1;
  }
  std::int32_t end_of_all() const { return outdated.empty() ? 0 : outdated.back() + 1; }
};
set_tally tally_of(const set_known& known);

/// Of those that replace outdated ones some do not start, or end again and again.
bool new_ones_fail_in(const set_known& known);

/// The window would begin elsewhere if the API server kept that.
bool lacks_ordinals(const set_known& known);

/// What there is too much of.
struct set_surplus {
  std::int32_t working = 0;  ///< places of the window that are not lost
  std::int32_t leaving = 0;  ///< left behind by the window, and can still work
  /// Of those that are too many, the ones with tasks, ascending: as few as can be.
  std::vector<std::int32_t> occupied;
  std::int32_t slots_short = 0;  ///< that would lack for what runs if these went
  static constexpr auto names = fields("working", "leaving", "occupied", "slots_short");
  bool operator==(const set_surplus&) const = default;
};
set_surplus surplus_of(const set_known& known);

/// The window that `known` asks for. Equal to the present one: nothing to do.
ordinal_window next_window(const set_known& known);

struct task_manager_set_machine {
  struct absent {
    ticket last;
    static constexpr auto names = fields("last");
    bool operator==(const absent&) const = default;
  };
  struct applying {
    ticket request;
    ordinal_window window;
    int tries = 1;
    static constexpr auto names = fields("request", "window", "tries");
    bool operator==(const applying&) const = default;
  };
  /// The API holds the window that was asked for last.
  struct steady {
    ticket last;
    static constexpr auto names = fields("last");
    bool operator==(const steady&) const = default;
  };
  /// Pods are being removed, and looked for again.
  struct clearing {
    ticket request;
    std::vector<std::string> pods;
    static constexpr auto names = fields("request", "pods");
    bool operator==(const clearing&) const = default;
  };
  struct hindered {
    ticket request;
    int tries = 1;
    static constexpr auto names = fields("request", "tries");
    bool operator==(const hindered&) const = default;
  };

  using state = std::variant<absent, applying, steady, clearing, hindered>;
  using resting = state_machine::list<absent, steady>;
  using fact = std::variant<surroundings_seen, child_applied, call_refused, deadline_passed>;
  using command = std::variant<apply_task_managers, remove_task_managers, announce, set_deadline>;
  template <class... Next>
  using to = state_machine::outcome<command, Next...>;

  to<absent, applying, steady> on(const absent&, const surroundings_seen&) const;
  to<applying, steady> on(const applying&, const child_applied&) const;
  to<applying, hindered> on(const applying&, const call_refused&) const;
  to<applying, hindered> on(const applying&, const deadline_passed&) const;
  to<steady, applying, clearing, absent> on(const steady&, const surroundings_seen&) const;
  to<clearing, steady> on(const clearing&, const deadline_passed&) const;
  to<hindered, applying, absent> on(const hindered&, const deadline_passed&) const;

  template <class State, class... Facts>
  using in = state_machine::in<State, Facts...>;
  /// Answers of requests that were given up; what is seen meanwhile is looked at when steady.
  using ignores = state_machine::list<in<absent, child_applied, call_refused, deadline_passed>,
                                      in<applying, surroundings_seen>,
                                      in<steady, child_applied, call_refused, deadline_passed>,
                                      in<clearing, surroundings_seen, child_applied, call_refused>,
                                      in<hindered, surroundings_seen, child_applied, call_refused>>;

  milliseconds answer_wait{30'000};
  milliseconds removal_poll{1'000};
  set_known known{};
};

// Proved and compiled once: at the end of the .cpp.
extern template state_machine::step_result<task_manager_set_machine> state_machine::step(
    const task_manager_set_machine&, const task_manager_set_machine::state&,
    const task_manager_set_machine::fact&);

}  // namespace drey
