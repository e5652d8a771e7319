/// Takes the savepoint that a person asked for with `savepointTriggerNonce`, or the checkpoint of
/// `checkpointTriggerNonce`: once per nonce, or with a recorded failure. There is one for each
/// kind. It runs beside the job's machine, and never moves the job.
///
/// The trigger id and the directory named by it are in status before Flink is asked, so an unknown
/// outcome is resolved by asking for the trigger, or by listing the directory. A checkpoint has no
/// directory of its own: one that Flink has forgotten is taken again, which does no harm.
///
/// Where snapshots are to be resources it makes a FlinkStateSnapshot instead, whose name is in
/// status first, and tells what became of that.
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
  std::string directory;  ///< of a savepoint, for it alone
  job_id job;
  snapshot_kind kind = snapshot_kind::savepoint;
  std::string resource = {};  ///< the FlinkStateSnapshot that takes it; empty: none does
  static constexpr auto names =
      fields("nonce", "trigger_id", "directory", "job", "kind", "resource");
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

/// The FlinkStateSnapshot is there.
struct resource_made {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const resource_made&) const = default;
};
enum class resource_stand { absent, under_way, completed, failed };
constexpr std::string_view name_of(resource_stand x) {
  constexpr std::string_view texts[] = {"absent", "under_way", "completed", "failed"};
  return texts[static_cast<std::size_t>(x)];
}
struct resource_told {
  ticket request;
  resource_stand stand = resource_stand::absent;
  std::string detail;  ///< the location, or why it failed
  static constexpr auto names = fields("request", "stand", "detail");
  bool operator==(const resource_told&) const = default;
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
struct make_resource {
  ticket request;
  savepoint_request what;
  static constexpr auto names = fields("request", "what");
  bool operator==(const make_resource&) const = default;
};
struct look_at_resource {
  ticket request;
  savepoint_request what;
  static constexpr auto names = fields("request", "what");
  bool operator==(const look_at_resource&) const = default;
};

struct savepoint_policy {
  milliseconds answer_wait{30'000};
  milliseconds poll{500};
  milliseconds look{1'000};  ///< at a FlinkStateSnapshot
  milliseconds patience{limits::savepoint_wait};
};

/// How what is asked for is taken.
enum class taken_by { itself, resource, not_known_yet };

struct savepoint_known {
  moment now;
  std::string name;
  std::string uid;
  std::optional<std::int64_t> nonce;  ///< as the spec says now
  savepoint_record recorded;          ///< as status says, or is about to
  job_id running;                     ///< the execution that can be asked; empty: none
  std::string directory;              ///< of the job; empty: savepoints have nowhere to go
  snapshot_kind kind = snapshot_kind::savepoint;
  bool trigger = true;  ///< this Flink takes checkpoints when asked
  taken_by way = taken_by::itself;
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

  struct making {
    ticket request;
    savepoint_request what;
    static constexpr auto names = fields("request", "what");
    bool operator==(const making&) const = default;
  };
  /// Its own actor takes it. `seen`: whether it was there.
  struct following {
    ticket request;
    savepoint_request what;
    presence seen = presence::absent;
    static constexpr auto names = fields("request", "what", "seen");
    bool operator==(const following&) const = default;
  };

  using state = std::variant<idle, recording, triggering, polling, searching, making, following>;
  /// The log answers every intent, however long the API server is away. What has a resource is
  /// brought to an end by the actor of that.
  using resting = state_machine::list<idle, recording, following>;
  using fact = std::variant<picture_changed, status_written, status_superseded, trigger_accepted,
                            savepoint_told, directory_listed, resource_made, resource_told,
                            call_refused, deadline_passed>;
  using command =
      std::variant<record_intent, set_deadline, note_savepoint, ask_savepoint, look_at_savepoint,
                   list_savepoint, make_resource, look_at_resource, learn_newest>;
  template <class... Next>
  using to = state_machine::outcome<command, Next...>;

  to<idle, recording, polling, following> on(const idle&, const picture_changed&) const;

  to<recording, triggering, making> on(const recording&, const status_written&) const;
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

  to<making, following> on(const making&, const resource_made&) const;
  to<making, recording, following, idle> on(const making&, const call_refused&) const;
  to<making, following> on(const making&, const deadline_passed&) const;

  to<following, making, idle> on(const following&, const resource_told&) const;
  to<following> on(const following&, const call_refused&) const;
  to<following> on(const following&, const deadline_passed&) const;

  template <class State, class... Facts>
  using in = state_machine::in<State, Facts...>;
  /// Answers to requests that were given up; the picture is looked at again when idle.
  using writes = state_machine::list<status_written, status_superseded>;
  using told = state_machine::list<savepoint_told, directory_listed>;
  using of_resource = state_machine::list<resource_made, resource_told>;
  using ignores = state_machine::list<
      in<idle, writes, trigger_accepted, told, of_resource, call_refused, deadline_passed>,
      in<recording, picture_changed, trigger_accepted, told, of_resource, call_refused,
         deadline_passed>,
      in<triggering, picture_changed, writes, told, of_resource>,
      in<polling, picture_changed, writes, trigger_accepted, directory_listed, of_resource>,
      in<searching, picture_changed, writes, trigger_accepted, savepoint_told, of_resource>,
      in<making, picture_changed, writes, trigger_accepted, told, resource_told>,
      in<following, picture_changed, writes, trigger_accepted, told, resource_made>>;

  savepoint_policy policy{};
  savepoint_known known{};
};

// Proved and compiled once: at the end of the .cpp.
extern template state_machine::step_result<savepoint_machine> state_machine::step(
    const savepoint_machine&, const savepoint_machine::state&, const savepoint_machine::fact&);

}  // namespace drey
