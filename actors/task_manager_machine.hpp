/// One TaskManager, that is one pod: whether it works, is away for a moment, or must be replaced by
/// another ordinal. It concludes "evicted", "node lost" and "heartbeat lost" from what is seen, and
/// tells its cluster; nothing is ever force-deleted (ruling "Pods terminating for ever").
#pragma once

#include <string>
#include <variant>

#include "protocol/facts.hpp"
#include "protocol/state_machine.hpp"

namespace drey {

/// The pod, its node and its registration were looked at; `known` holds them.
struct task_manager_seen {
  static constexpr auto names = fields();
  bool operator==(const task_manager_seen&) const = default;
};
struct pod_vanished {
  static constexpr auto names = fields();
  bool operator==(const pod_vanished&) const = default;
};

enum class registration { unknown, registered, absent };
enum class standing { joining, registered, silent, lost };
constexpr std::string_view name_of(standing x) {
  constexpr std::string_view texts[] = {"joining", "registered", "silent", "lost"};
  return texts[static_cast<std::size_t>(x)];
}
struct report_standing {
  drey::standing standing = drey::standing::joining;
  static constexpr auto names = fields("standing");
  bool operator==(const report_standing&) const = default;
};

/// A node that hiccups is back by then; a person may choose another.
inline constexpr milliseconds unreachable_node_wait{45'000};

struct task_manager_policy {
  /// Grace of an ordinary termination (30 s).
  milliseconds silent_wait{45'000};
  /// From when a JobManager that answers does not know it any more: Flink's heartbeat timeout (50
  /// s), and time to join again. By itself it would end after taskmanager.registration.timeout (5
  /// min).
  milliseconds astray_wait{120'000};
};

struct task_manager_known {
  bool terminating = false;
  bool node_answers = true;  ///< its node is Ready, as far as the API server knows
  milliseconds node_wait = unreachable_node_wait;  ///< for a node that does not answer
  registration at_job_manager = registration::unknown;
  bool worked = false;  ///< its process runs, and was registered once
  bool operator==(const task_manager_known&) const = default;
};

struct task_manager_machine {
  struct joining {
    ticket last;
    static constexpr auto names = fields("last");
    bool operator==(const joining&) const = default;
  };
  struct registered {
    ticket last;
    static constexpr auto names = fields("last");
    bool operator==(const registered&) const = default;
  };
  /// Going, or on a node that does not answer: it may be back, or be gone, any moment.
  struct silent {
    ticket request;
    milliseconds wait =
        unreachable_node_wait;  ///< until `lost`, unless a second signal speaks for it
    static constexpr auto names = fields("request", "wait");
    bool operator==(const silent&) const = default;
  };
  /// It runs and worked before, and the JobManager does not know it: it hangs, or looks for a
  /// JobManager that is gone (without high availability on a connection that nobody ends).
  struct astray {
    ticket request;
    static constexpr auto names = fields("request");
    bool operator==(const astray&) const = default;
  };
  /// Another ordinal takes its place until it is back or gone.
  struct lost {
    ticket last;
    static constexpr auto names = fields("last");
    bool operator==(const lost&) const = default;
  };
  struct gone {
    static constexpr auto names = fields();
    bool operator==(const gone&) const = default;
  };

  using state = std::variant<joining, registered, silent, astray, lost, gone>;
  using resting = state_machine::list<joining, registered, lost, gone>;
  using fact = std::variant<task_manager_seen, pod_vanished, deadline_passed>;
  using command = std::variant<report_standing, set_deadline>;
  template <class... Next>
  using to = state_machine::outcome<command, Next...>;

  to<joining, registered, silent, astray> on(const joining&, const task_manager_seen&) const;
  to<gone> on(const joining&, const pod_vanished&) const;
  to<registered, joining, silent, astray> on(const registered&, const task_manager_seen&) const;
  to<gone> on(const registered&, const pod_vanished&) const;
  to<silent, registered, joining, astray> on(const silent&, const task_manager_seen&) const;
  to<gone> on(const silent&, const pod_vanished&) const;
  to<silent, lost> on(const silent&, const deadline_passed&) const;
  to<astray, registered, joining, silent> on(const astray&, const task_manager_seen&) const;
  to<gone> on(const astray&, const pod_vanished&) const;
  to<astray, lost> on(const astray&, const deadline_passed&) const;
  to<lost, registered> on(const lost&, const task_manager_seen&) const;
  to<gone> on(const lost&, const pod_vanished&) const;

  template <class State, class... Facts>
  using in = state_machine::in<State, Facts...>;
  /// Waits of an earlier silence; nothing happens to a pod that is gone.
  using ignores = state_machine::list<in<joining, deadline_passed>, in<registered, deadline_passed>,
                                      in<lost, deadline_passed>,
                                      in<gone, task_manager_seen, pod_vanished, deadline_passed>>;

  task_manager_policy policy{};
  task_manager_known known{};
};

// Proved and compiled once: at the end of the .cpp.
extern template state_machine::step_result<task_manager_machine> state_machine::step(
    const task_manager_machine&, const task_manager_machine::state&,
    const task_manager_machine::fact&);

}  // namespace drey
