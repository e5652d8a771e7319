/// Makes the periodic snapshots of a session job, as FlinkStateSnapshots of their own, and the
/// resource of a savepoint that it was stopped with; lets the oldest of both go. Runs beside the
/// job's machine; it never moves the job.
///
/// The resources themselves are what is remembered: a snapshot is due an interval after the newest
/// of its kind, and is named by that moment, so that whoever comes after us makes the same one.
/// What becomes of it is its own actor's business, and so is whether its files may go.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "actors/snapshot_machine.hpp"
#include "protocol/facts.hpp"
#include "protocol/limits.hpp"
#include "protocol/snapshot_options.hpp"
#include "protocol/state_machine.hpp"

namespace drey {

/// Who asked for a snapshot, as its label `snapshot.trigger-type` says; without one: a person.
enum class snapshot_trigger { manual, periodic, upgrade };
constexpr std::string_view name_of(snapshot_trigger x) {
  constexpr std::string_view names[] = {"manual", "periodic", "upgrade"};
  return names[static_cast<std::size_t>(x)];
}

enum class snapshot_stand {
  taking,    ///< it is being taken, or will be within moments
  retrying,  ///< it failed, and is tried again later
  dormant,   ///< not final, and nothing is done about it: a person paused it, or must change it
  completed,
  over,  ///< FAILED or ABANDONED: it holds nothing
};

enum class snapshot_fate {
  stays,
  kept,  ///< somebody may restore from it, as was asked a moment ago, or a person paused it
  goes,  ///< it is being deleted
};

/// One FlinkStateSnapshot of the job.
struct scheduled_snapshot {
  std::string name;
  std::string uid;
  snapshot_kind kind = snapshot_kind::savepoint;
  snapshot_trigger trigger = snapshot_trigger::manual;
  snapshot_stand stand = snapshot_stand::taking;
  snapshot_fate fate = snapshot_fate::stays;
  milliseconds created{0};    ///< wall
  milliseconds completed{0};  ///< wall; 0: it is not
};

struct periodic_order {
  snapshot_kind kind = snapshot_kind::savepoint;
  milliseconds due{0};  ///< wall
  static constexpr auto names = fields("kind", "due");
  bool operator==(const periodic_order&) const = default;
};

// ── facts ───────────────────────────────────────────────────────────────────────────────────────

/// The resource is there, or it is going; `known` says so, too.
struct snapshot_made {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const snapshot_made&) const = default;
};
struct snapshot_let_go {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const snapshot_let_go&) const = default;
};
/// `why` empty: nobody may restore from it.
struct keepers_told {
  ticket request;
  std::string why;
  static constexpr auto names = fields("request", "why");
  bool operator==(const keepers_told&) const = default;
};

// ── commands ────────────────────────────────────────────────────────────────────────────────────

struct make_snapshot {
  ticket request;
  periodic_order what;
  static constexpr auto names = fields("request", "what");
  bool operator==(const make_snapshot&) const = default;
};
/// Of a savepoint that the job was stopped with, and that is there.
struct make_listing {
  ticket request;
  unlisted_savepoint what;
  static constexpr auto names = fields("request", "what");
  bool operator==(const make_listing&) const = default;
};
inline void describe(std::string& out, const unlisted_savepoint& x) { out += x.name; }
struct ask_keepers {
  ticket request;
  std::string uid;
  static constexpr auto names = fields("request", "uid");
  bool operator==(const ask_keepers&) const = default;
};
/// Memory: it is left alone for a while.
struct note_kept {
  std::string uid;
  static constexpr auto names = fields("uid");
  bool operator==(const note_kept&) const = default;
};
struct let_snapshot_go {
  ticket request;
  std::string name;
  std::string uid;
  static constexpr auto names = fields("request", "name", "uid");
  bool operator==(const let_snapshot_go&) const = default;
};

// ── the machine ─────────────────────────────────────────────────────────────────────────────────

struct snapshot_schedule_policy {
  milliseconds answer_wait{30'000};
  milliseconds pause{30'000};  ///< after a call that did not do what was asked
  milliseconds busy_wait{5'000};
  milliseconds look_most{60'000};  ///< the clocks of machines are set now and then
};

struct schedule_known {
  moment now;
  milliseconds created{0};  ///< the job's resource, in wall time
  /// The execution whose tasks all run while nothing is changed about it; empty: none.
  job_id running;
  /// Of other savepoints and checkpoints than those of `all`.
  enum class saving { nothing, something } saving = saving::nothing;
  snapshot_schedule savepoints;
  snapshot_schedule checkpoints;
  milliseconds last_savepoint{0};  ///< that this process made, in wall time; 0: none
  milliseconds last_checkpoint{0};
  /// That status names, and that has no resource yet.
  std::optional<unlisted_savepoint> unlisted;
  /// None: absence does not mean anything yet.
  std::optional<std::vector<scheduled_snapshot>> all;
};

struct snapshot_schedule_machine {
  struct idle {
    ticket last;
    static constexpr auto names = fields("last");
    bool operator==(const idle&) const = default;
  };
  struct awaiting {
    ticket request;
    milliseconds until{0};  ///< monotonic
    static constexpr auto names = fields("request", "until");
    bool operator==(const awaiting&) const = default;
  };
  struct making {
    ticket request;
    static constexpr auto names = fields("request");
    bool operator==(const making&) const = default;
  };
  /// Who may restore from one that is too many or too old?
  struct asking {
    ticket request;
    std::string name;
    std::string uid;
    static constexpr auto names = fields("request", "name", "uid");
    bool operator==(const asking&) const = default;
  };
  struct removing {
    ticket request;
    static constexpr auto names = fields("request");
    bool operator==(const removing&) const = default;
  };
  struct pausing {
    ticket request;
    static constexpr auto names = fields("request");
    bool operator==(const pausing&) const = default;
  };

  using state = std::variant<idle, awaiting, making, asking, removing, pausing>;
  using resting = state_machine::list<idle>;
  using fact = std::variant<picture_changed, snapshot_made, snapshot_let_go, keepers_told,
                            call_refused, deadline_passed>;
  using command = std::variant<make_snapshot, make_listing, ask_keepers, note_kept, let_snapshot_go,
                               set_deadline>;
  template <class... Next>
  using to = state_machine::outcome<command, Next...>;

  to<idle, awaiting, making, asking> on(const idle&, const picture_changed&) const;

  to<idle, awaiting, making, asking> on(const awaiting&, const picture_changed&) const;
  to<idle, awaiting, making, asking> on(const awaiting&, const deadline_passed&) const;

  to<making, idle> on(const making&, const snapshot_made&) const;
  to<making, pausing> on(const making&, const call_refused&) const;
  to<making, pausing> on(const making&, const deadline_passed&) const;

  to<asking, removing, idle> on(const asking&, const keepers_told&) const;
  to<asking, idle> on(const asking&, const deadline_passed&) const;

  to<removing, idle> on(const removing&, const snapshot_let_go&) const;
  to<removing, pausing> on(const removing&, const call_refused&) const;
  to<removing, pausing> on(const removing&, const deadline_passed&) const;

  to<pausing, idle> on(const pausing&, const deadline_passed&) const;

  template <class State, class... Facts>
  using in = state_machine::in<State, Facts...>;
  /// Answers to requests that were given up; the picture is looked at again when it is idle.
  using ignores = state_machine::list<
      in<idle, snapshot_made, snapshot_let_go, keepers_told, call_refused, deadline_passed>,
      in<awaiting, snapshot_made, snapshot_let_go, keepers_told, call_refused>,
      in<making, picture_changed, snapshot_let_go, keepers_told>,
      in<asking, picture_changed, snapshot_made, snapshot_let_go, call_refused>,
      in<removing, picture_changed, snapshot_made, keepers_told>,
      in<pausing, picture_changed, snapshot_made, snapshot_let_go, keepers_told, call_refused>>;

  snapshot_schedule_policy policy{};
  schedule_known known{};
};

// Proved and compiled once: at the end of the .cpp.
extern template state_machine::step_result<snapshot_schedule_machine> state_machine::step(
    const snapshot_schedule_machine&, const snapshot_schedule_machine::state&,
    const snapshot_schedule_machine::fact&);

}  // namespace drey
