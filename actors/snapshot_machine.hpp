/// Takes the savepoint or checkpoint that a FlinkStateSnapshot asks for: one that completes, tried
/// again after failures for as long as `backoffLimit` lets it, or given up when the job is not
/// there.
///
/// The trigger id and the directory of its own are in status before Flink is asked, so an unknown
/// outcome is resolved by asking for the trigger, or by listing the directory. A checkpoint has no
/// directory of its own: one that nobody knows of any more is taken again, which does no harm.
/// What becomes of it when it is deleted is in snapshot_removal_machine.hpp.
#pragma once

#include <memory>
#include <string>
#include <variant>

#include "actors/savepoint_state.hpp"
#include "actors/snapshot_source.hpp"
#include "protocol/facts.hpp"
#include "protocol/flink_resources.hpp"
#include "protocol/limits.hpp"
#include "protocol/state_machine.hpp"

namespace drey {

/// One attempt, as the write-ahead log names it.
struct snapshot_order {
  snapshot_kind kind = snapshot_kind::savepoint;
  std::string trigger_id;
  std::string directory;  ///< of a savepoint, for it alone
  job_id job;             ///< the execution that is asked
  static constexpr auto names = fields("kind", "trigger_id", "directory", "job");
  bool operator==(const snapshot_order&) const = default;
};

// ── facts ───────────────────────────────────────────────────────────────────────────────────────

struct snapshot_told {
  ticket request;
  savepoint_state state = savepoint_state::in_progress;
  std::string detail;              ///< the location of a savepoint, or why it failed
  std::int64_t checkpoint_id = 0;  ///< of a checkpoint that is complete
  static constexpr auto names = fields("request", "state", "detail", "checkpoint_id");
  bool operator==(const snapshot_told&) const = default;
};
/// The JobManager was asked what is durable. `path` and `checkpoint_id` are of the snapshot that
/// was asked about; empty and 0: it does not tell.
struct snapshot_located {
  ticket request;
  std::string path;
  std::int64_t checkpoint_id = 0;
  static constexpr auto names = fields("request", "path", "checkpoint_id");
  bool operator==(const snapshot_located&) const = default;
};
/// The directory was listed. `path` empty: it holds no complete savepoint.
struct snapshot_listed {
  ticket request;
  std::string path;
  static constexpr auto names = fields("request", "path");
  bool operator==(const snapshot_listed&) const = default;
};

// ── commands ────────────────────────────────────────────────────────────────────────────────────

/// Memory: this attempt is being made.
struct note_attempt {
  snapshot_order what;
  static constexpr auto names = fields("what");
  bool operator==(const note_attempt&) const = default;
};
/// Memory: it is there. `of`: the execution it was taken of; empty: it was there before.
struct note_snapshot {
  std::string path;
  std::int64_t checkpoint_id = 0;
  job_id of;
  static constexpr auto names = fields("path", "checkpoint_id", "of");
  bool operator==(const note_snapshot&) const = default;
};
enum class retry { later, never };
constexpr std::string_view name_of(retry x) { return x == retry::later ? "later" : "never"; }
/// Memory: the attempt failed.
struct note_failed_attempt {
  std::string why;
  retry again = retry::later;
  static constexpr auto names = fields("why", "again");
  bool operator==(const note_failed_attempt&) const = default;
};
/// Memory: nothing is tried any more, since there is no job to take it of.
struct note_abandoned {
  std::string why;
  static constexpr auto names = fields("why");
  bool operator==(const note_abandoned&) const = default;
};
struct ask_snapshot {
  ticket request;
  snapshot_order what;
  static constexpr auto names = fields("request", "what");
  bool operator==(const ask_snapshot&) const = default;
};
struct look_at_snapshot {
  ticket request;
  snapshot_order what;
  static constexpr auto names = fields("request", "what");
  bool operator==(const look_at_snapshot&) const = default;
};
/// Ask the JobManager for the checkpoint id of the savepoint at `path`, or where checkpoint
/// `checkpoint_id` lies.
struct locate_snapshot {
  ticket request;
  job_id job;
  std::string path;
  std::int64_t checkpoint_id = 0;
  static constexpr auto names = fields("request", "job", "path", "checkpoint_id");
  bool operator==(const locate_snapshot&) const = default;
};
struct list_snapshot {
  ticket request;
  std::string directory;
  static constexpr auto names = fields("request", "directory");
  bool operator==(const list_snapshot&) const = default;
};

// ── the machine ─────────────────────────────────────────────────────────────────────────────────

struct snapshot_policy {
  milliseconds answer_wait{30'000};
  milliseconds poll{500};
  milliseconds patience{limits::savepoint_wait};  ///< of one attempt, and with a job that starts
  milliseconds locating{10'000};
};

struct snapshot_known {
  moment now;
  std::string uid;
  std::string name;
  milliseconds created{0};  ///< wall
  bool deleting = false;
  bool finalizer = false;
  std::string problem;  ///< what is wrong with the spec; empty: nothing
  std::shared_ptr<const flink_state_snapshot_spec> spec;
  flink_state_snapshot_status recorded;  ///< as status says, or is about to
  snapshot_source source;
};

/// Whether nothing more becomes of it.
bool is_final(const flink_state_snapshot_status& status);

struct snapshot_machine {
  struct pending {
    ticket last;
    static constexpr auto names = fields("last");
    bool operator==(const pending&) const = default;
  };
  /// For its next attempt, or for a job that is not there yet.
  struct waiting {
    ticket request;
    static constexpr auto names = fields("request");
    bool operator==(const waiting&) const = default;
  };
  struct recording {
    ticket request;
    snapshot_order what;
    static constexpr auto names = fields("request", "what");
    bool operator==(const recording&) const = default;
  };
  struct triggering {
    ticket request;
    snapshot_order what;
    milliseconds since{0};
    static constexpr auto names = fields("request", "what", "since");
    bool operator==(const triggering&) const = default;
  };
  struct polling {
    ticket request;
    snapshot_order what;
    milliseconds since{0};
    static constexpr auto names = fields("request", "what", "since");
    bool operator==(const polling&) const = default;
  };
  /// It is complete: which checkpoint id it has, and where a checkpoint lies.
  struct locating {
    ticket request;
    snapshot_order what;
    std::string path;
    std::int64_t checkpoint_id = 0;
    milliseconds since{0};
    static constexpr auto names = fields("request", "what", "path", "checkpoint_id", "since");
    bool operator==(const locating&) const = default;
  };
  /// Flink does not know the trigger: the directory tells whether it was taken all the same.
  struct searching {
    ticket request;
    snapshot_order what;
    milliseconds since{0};
    static constexpr auto names = fields("request", "what", "since");
    bool operator==(const searching&) const = default;
  };
  /// Nothing more is asked for, whatever comes.
  struct settled {
    static constexpr auto names = fields();
    bool operator==(const settled&) const = default;
  };

  using state =
      std::variant<pending, waiting, recording, triggering, polling, locating, searching, settled>;
  /// The log answers every intent, however long the API server is away.
  using resting = state_machine::list<pending, recording, settled>;
  using fact =
      std::variant<picture_changed, status_written, status_superseded, trigger_accepted,
                   snapshot_told, snapshot_located, snapshot_listed, call_refused, deadline_passed>;
  using command =
      std::variant<record_intent, set_deadline, note_attempt, note_snapshot, note_failed_attempt,
                   note_abandoned, ask_snapshot, look_at_snapshot, locate_snapshot, list_snapshot>;
  template <class... Next>
  using to = state_machine::outcome<command, Next...>;

  to<pending, waiting, recording, polling, settled> on(const pending&,
                                                       const picture_changed&) const;

  to<waiting, pending> on(const waiting&, const picture_changed&) const;
  to<waiting, pending> on(const waiting&, const deadline_passed&) const;

  to<recording, triggering> on(const recording&, const status_written&) const;
  to<recording, pending> on(const recording&, const status_superseded&) const;

  to<triggering, polling> on(const triggering&, const trigger_accepted&) const;
  to<triggering, waiting, settled> on(const triggering&, const call_refused&) const;
  to<triggering, polling> on(const triggering&, const deadline_passed&) const;

  to<polling, locating, waiting, settled> on(const polling&, const snapshot_told&) const;
  to<polling, searching, triggering, waiting, settled> on(const polling&,
                                                          const call_refused&) const;
  to<polling, searching, waiting, settled> on(const polling&, const deadline_passed&) const;

  to<locating, settled> on(const locating&, const snapshot_located&) const;
  to<locating> on(const locating&, const call_refused&) const;
  to<locating, settled> on(const locating&, const deadline_passed&) const;

  to<searching, triggering, locating, waiting, settled> on(const searching&,
                                                           const snapshot_listed&) const;
  to<searching, triggering, waiting, settled> on(const searching&, const call_refused&) const;
  to<searching, triggering, waiting, settled> on(const searching&, const deadline_passed&) const;

  template <class State, class... Facts>
  using in = state_machine::in<State, Facts...>;
  using answers = state_machine::list<trigger_accepted, snapshot_told, snapshot_located,
                                      snapshot_listed, call_refused>;
  using writes = state_machine::list<status_written, status_superseded>;
  /// Answers to requests that were given up; the picture is looked at again when it is pending.
  using ignores = state_machine::list<
      in<pending, writes, answers, deadline_passed>, in<waiting, writes, answers>,
      in<recording, picture_changed, answers, deadline_passed>,
      in<triggering, picture_changed, writes, snapshot_told, snapshot_located, snapshot_listed>,
      in<polling, picture_changed, writes, trigger_accepted, snapshot_located, snapshot_listed>,
      in<locating, picture_changed, writes, trigger_accepted, snapshot_told, snapshot_listed>,
      in<searching, picture_changed, writes, trigger_accepted, snapshot_told, snapshot_located>,
      in<settled, picture_changed, writes, answers, deadline_passed>>;

  snapshot_policy policy{};
  snapshot_known known{};
};

// Proved and compiled once: at the end of the .cpp.
extern template state_machine::step_result<snapshot_machine> state_machine::step(
    const snapshot_machine&, const snapshot_machine::state&, const snapshot_machine::fact&);

}  // namespace drey
