/// Takes the savepoint that a person asked for with `savepointTriggerNonce`: once per nonce, or
/// with a recorded failure. Runs beside the job's machine; it never moves the job.
///
/// The trigger id and the directory named by it are in status before Flink is asked, so an unknown
/// outcome is resolved by asking for the trigger, or by listing the directory.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "actors/savepoint_state.hpp"
#include "protocol/facts.hpp"
#include "protocol/flink_resources.hpp"
#include "protocol/limits.hpp"
#include "protocol/state_machine.hpp"

namespace drey {

struct savepoint_request {
  std::int64_t nonce = 0;
  std::string trigger_id;
  std::string directory;
  job_id job;
  static constexpr auto names = fields("nonce", "trigger_id", "directory", "job");
  bool operator==(const savepoint_request&) const = default;
};

struct savepoint_told {
  ticket request;
  savepoint_state state = savepoint_state::in_progress;
  std::string detail;  ///< the location, or why it failed
  static constexpr auto names = fields("request", "state", "detail");
  bool operator==(const savepoint_told&) const = default;
};
/// The directory was listed. `location` empty: it holds no complete savepoint.
struct directory_listed {
  ticket request;
  std::string location;
  static constexpr auto names = fields("request", "location");
  bool operator==(const directory_listed&) const = default;
};

/// Memory: what status is to say about the savepoint.
struct note_savepoint {
  savepoint_record record;
  static constexpr auto names = fields("record");
  bool operator==(const note_savepoint&) const = default;
};
inline void describe(std::string& out, const savepoint_record& x) {
  out += "nonce " + std::to_string(x.nonce) + " " + x.state;
}
struct ask_savepoint {
  ticket request;
  savepoint_request what;
  static constexpr auto names = fields("request", "what");
  bool operator==(const ask_savepoint&) const = default;
};
struct look_at_savepoint {
  ticket request;
  savepoint_request what;
  static constexpr auto names = fields("request", "what");
  bool operator==(const look_at_savepoint&) const = default;
};
struct list_savepoint {
  ticket request;
  std::string directory;
  static constexpr auto names = fields("request", "directory");
  bool operator==(const list_savepoint&) const = default;
};
struct savepoint_policy {
  milliseconds answer_wait{30'000};
  milliseconds poll{500};
  milliseconds patience{limits::savepoint_wait};
};

struct savepoint_known {
  moment now;
  std::string uid;
  std::optional<std::int64_t> nonce;  ///< as the spec says now
  savepoint_record recorded;          ///< as status says, or is about to
  job_id running;                     ///< the execution that can be asked; empty: none
  std::string directory;              ///< of the job; empty: savepoints have nowhere to go
};

struct savepoint_machine {
  struct idle {
    ticket last;
    static constexpr auto names = fields("last");
    bool operator==(const idle&) const = default;
  };
  struct recording {
    ticket request;
    savepoint_request what;
    static constexpr auto names = fields("request", "what");
    bool operator==(const recording&) const = default;
  };
  struct triggering {
    ticket request;
    savepoint_request what;
    milliseconds since{0};
    static constexpr auto names = fields("request", "what", "since");
    bool operator==(const triggering&) const = default;
  };
  struct polling {
    ticket request;
    savepoint_request what;
    milliseconds since{0};
    static constexpr auto names = fields("request", "what", "since");
    bool operator==(const polling&) const = default;
  };
  /// Flink does not know the trigger: the directory tells whether it was taken all the same.
  struct searching {
    ticket request;
    savepoint_request what;
    milliseconds since{0};
    static constexpr auto names = fields("request", "what", "since");
    bool operator==(const searching&) const = default;
  };

  using state = std::variant<idle, recording, triggering, polling, searching>;
  /// The log answers every intent, however long the API server is away.
  using resting = state_machine::list<idle, recording>;
  using fact = std::variant<picture_changed, status_written, status_superseded, trigger_accepted,
                            savepoint_told, directory_listed, call_refused, deadline_passed>;
  using command = std::variant<record_intent, set_deadline, note_savepoint, ask_savepoint,
                               look_at_savepoint, list_savepoint, learn_newest>;
  template <class... Next>
  using to = state_machine::outcome<command, Next...>;

  to<idle, recording, polling> on(const idle&, const picture_changed&) const;

  to<recording, triggering> on(const recording&, const status_written&) const;
  to<recording, idle> on(const recording&, const status_superseded&) const;

  to<triggering, polling> on(const triggering&, const trigger_accepted&) const;
  to<triggering, idle> on(const triggering&, const call_refused&) const;
  to<triggering, polling> on(const triggering&, const deadline_passed&) const;

  to<polling, idle> on(const polling&, const savepoint_told&) const;
  to<polling, searching> on(const polling&, const call_refused&) const;
  to<polling, searching> on(const polling&, const deadline_passed&) const;

  to<searching, triggering, idle> on(const searching&, const directory_listed&) const;
  to<searching, triggering, idle> on(const searching&, const call_refused&) const;
  to<searching, triggering, idle> on(const searching&, const deadline_passed&) const;

  template <class State, class... Facts>
  using in = state_machine::in<State, Facts...>;
  /// Answers to requests that were given up; the picture is looked at again when idle.
  using ignores =
      state_machine::list<in<idle, status_written, status_superseded, trigger_accepted,
                             savepoint_told, directory_listed, call_refused, deadline_passed>,
                          in<recording, picture_changed, trigger_accepted, savepoint_told,
                             directory_listed, call_refused, deadline_passed>,
                          in<triggering, picture_changed, status_written, status_superseded,
                             savepoint_told, directory_listed>,
                          in<polling, picture_changed, status_written, status_superseded,
                             trigger_accepted, directory_listed>,
                          in<searching, picture_changed, status_written, status_superseded,
                             trigger_accepted, savepoint_told>>;

  savepoint_policy policy{};
  savepoint_known known{};
};

// Proved and compiled once: at the end of the .cpp.
extern template state_machine::step_result<savepoint_machine> state_machine::step(
    const savepoint_machine&, const savepoint_machine::state&, const savepoint_machine::fact&);

}  // namespace drey
