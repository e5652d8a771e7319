/// What the machine of a session job can learn and what it can ask for.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "actors/job_known.hpp"
#include "actors/savepoint_state.hpp"
#include "protocol/facts.hpp"
#include "protocol/flink_resources.hpp"

namespace drey {

/// Whether a start goes on with the job's own state, or a person rewinds it and begins a new
/// branch.
enum class branch { same, fresh };
constexpr std::string_view name_of(branch x) { return x == branch::same ? "same" : "fresh"; }

/// What Flink left open about a submission.
struct open_outcome {
  std::int32_t unanswered = 0;  ///< how often it was asked to run it and the outcome stayed open
  milliseconds taken_since{0};  ///< monotonic: it says that it had this id before; 0: it does not
  static constexpr auto names = fields("unanswered", "taken_since");
  bool operator==(const open_outcome&) const = default;
};

/// One attempt to bring the job into Flink, as the write-ahead log names it.
struct submission {
  job_id id;
  std::string path;  ///< restored from; empty: from nothing
  std::int64_t generation = 0;
  std::string incarnation;  ///< the JobManager pod it is meant for
  std::int32_t tries = 0;
  open_outcome open = {};
  drey::branch branch = drey::branch::same;
  std::int32_t refusals = 0;  ///< how many of the tries were refused for good
  static constexpr auto names =
      fields("id", "path", "generation", "incarnation", "tries", "open", "branch", "refusals");
  bool operator==(const submission&) const = default;
};

/// How an execution is ended because its spec changed, or because it is deleted.
enum class stop_way {
  savepoint,  ///< Flink takes a savepoint, and the job processes nothing after it
  drain,      ///< the same, but event time ends first: no job is to go on from there
  cancel,     ///< it goes on from its newest checkpoint, or from what a person named
};
constexpr std::string_view name_of(stop_way x) {
  constexpr std::string_view texts[] = {"savepoint", "drain", "cancel"};
  return texts[static_cast<std::size_t>(x)];
}
constexpr bool takes_savepoint(stop_way x) { return x != stop_way::cancel; }

/// The end of one execution, as the write-ahead log names it.
struct stop_order {
  stop_way way = stop_way::cancel;
  job_id job;
  std::string trigger_id;  ///< of the savepoint
  std::string directory;   ///< of this savepoint alone
  std::int64_t generation = 0;
  static constexpr auto names = fields("way", "job", "trigger_id", "directory", "generation");
  bool operator==(const stop_order&) const = default;
};

/// Whether something that was asked of Flink for this job may still arrive there.
enum class arrival { possible, excluded };
constexpr std::string_view name_of(arrival x) {
  return x == arrival::possible ? "possible" : "excluded";
}

/// Of a job that is deleted: whether its last state was looked for, as far as it is to be kept.
enum class last_state { sought, settled };
constexpr std::string_view name_of(last_state x) {
  return x == last_state::sought ? "sought" : "settled";
}

// ── facts ───────────────────────────────────────────────────────────────────────────────────────

/// The FlinkSessionJob was seen; `known` holds it.
struct job_seen {
  static constexpr auto names = fields();
  bool operator==(const job_seen&) const = default;
};
/// The cluster or its list of jobs was seen; `known` holds them.
struct cluster_seen {
  static constexpr auto names = fields();
  bool operator==(const cluster_seen&) const = default;
};
enum class slots { granted, short_of };
constexpr std::string_view name_of(slots x) { return x == slots::granted ? "granted" : "short_of"; }
struct slots_answered {
  ticket request;
  slots answer = slots::short_of;
  static constexpr auto names = fields("request", "answer");
  bool operator==(const slots_answered&) const = default;
};
struct artifact_ready {
  ticket request;
  std::string artifact;
  static constexpr auto names = fields("request", "artifact");
  bool operator==(const artifact_ready&) const = default;
};
struct jar_ready {
  ticket request;
  std::string jar;
  static constexpr auto names = fields("request", "jar");
  bool operator==(const jar_ready&) const = default;
};
struct submission_accepted {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const submission_accepted&) const = default;
};
/// Every pointer that was asked for was answered or refused; `known.found` holds them.
struct pointers_gathered {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const pointers_gathered&) const = default;
};
/// A live read of the JobManager's workload and pods.
struct job_manager_probed {
  ticket request;
  presence found = presence::unreadable;
  static constexpr auto names = fields("request", "found");
  bool operator==(const job_manager_probed&) const = default;
};

/// What became of the savepoint that a stop was asked for with.
struct stop_told {
  ticket request;
  savepoint_state state = savepoint_state::in_progress;
  std::string detail;      ///< the location, or why it failed
  std::string saved = {};  ///< of a failure: the savepoint that is durable all the same
  static constexpr auto names = fields("request", "state", "detail", "saved");
  bool operator==(const stop_told&) const = default;
};

/// The newest that is completed; 0: none is.
struct newest_told_of {
  ticket request;
  std::int64_t checkpoint = 0;
  static constexpr auto names = fields("request", "checkpoint");
  bool operator==(const newest_told_of&) const = default;
};
/// How the parts of the job run now.
struct vertices_told {
  ticket request;
  std::vector<job_vertex> vertices;
  static constexpr auto names = fields("request", "vertices");
  bool operator==(const vertices_told&) const = default;
};

// ── commands ────────────────────────────────────────────────────────────────────────────────────

struct reserve_slots {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const reserve_slots&) const = default;
};
struct release_slots {
  static constexpr auto names = fields();
  bool operator==(const release_slots&) const = default;
};
/// Memory: this id was decided; it joins the lineage before it is recorded or sent. In a fresh
/// branch what the job had before is not restored any more.
struct remember_submission {
  submission what;
  static constexpr auto names = fields("what");
  bool operator==(const remember_submission&) const = default;
};
/// Memory: the newest state that is known for certain.
struct remember_state {
  restore_point newest;
  static constexpr auto names = fields("newest");
  bool operator==(const remember_state&) const = default;
};
struct count_failure {
  static constexpr auto names = fields();
  bool operator==(const count_failure&) const = default;
};
/// Whether cancelling the execution would take its checkpoints along: told by a picture of it.
struct learn_retention {
  job_id job;
  static constexpr auto names = fields("job");
  bool operator==(const learn_retention&) const = default;
};
struct forget_failures {
  static constexpr auto names = fields();
  bool operator==(const forget_failures&) const = default;
};
struct bring_artifact {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const bring_artifact&) const = default;
};
struct upload_artifact {
  ticket request;
  std::string artifact;
  static constexpr auto names = fields("request", "artifact");
  bool operator==(const upload_artifact&) const = default;
};
struct submit_job {
  ticket request;
  submission what;
  std::string jar;
  static constexpr auto names = fields("request", "what", "jar");
  bool operator==(const submit_job&) const = default;
};
/// Clean up after a submission, whatever came of it. Not answered.
struct discard {
  std::string artifact;
  std::string jar;
  static constexpr auto names = fields("artifact", "jar");
  bool operator==(const discard&) const = default;
};
/// Ask every pointer to the state of `id`: the JobManager, HA metadata, the store.
struct gather_pointers {
  ticket request;
  job_id id;
  static constexpr auto names = fields("request", "id");
  bool operator==(const gather_pointers&) const = default;
};
/// Ask Flink to cancel. Not answered: the job list tells.
struct cancel_execution {
  job_id id;
  static constexpr auto names = fields("id");
  bool operator==(const cancel_execution&) const = default;
};
struct ask_stop {
  ticket request;
  stop_order what;
  static constexpr auto names = fields("request", "what");
  bool operator==(const ask_stop&) const = default;
};
struct look_at_stop {
  ticket request;
  stop_order what;
  static constexpr auto names = fields("request", "what");
  bool operator==(const look_at_stop&) const = default;
};
/// Memory: a savepoint under this trigger may come to be.
struct remember_trigger {
  std::string trigger_id;
  static constexpr auto names = fields("trigger_id");
  bool operator==(const remember_trigger&) const = default;
};
/// Memory: it could not be stopped for its cluster.
struct note_rest {
  rest_attempts attempts;
  static constexpr auto names = fields("attempts");
  bool operator==(const note_rest&) const = default;
};
/// Memory: the changed spec could not be carried out. `message` empty: it is.
struct note_change {
  change_record record;
  static constexpr auto names = fields("record");
  bool operator==(const note_change&) const = default;
};
inline void describe(std::string& out, const change_record& x) {
  out += "generation " + std::to_string(x.generation) + ", " + std::to_string(x.failures) +
         " failures: " + x.message;
}
/// Memory: a spec is submitted that has yet to show that it is stable; none: it need not, any more.
struct note_trial {
  std::optional<trial_record> record;
  static constexpr auto names = fields("record");
  bool operator==(const note_trial&) const = default;
};
/// Memory: what was deployed last is stable, and no longer on trial.
struct note_stable {
  static constexpr auto names = fields();
  bool operator==(const note_stable&) const = default;
};
/// Memory: the present generation is undone, and the last stable spec counts; none: it is not.
struct note_rollback {
  std::optional<rollback_record> record;
  static constexpr auto names = fields("record");
  bool operator==(const note_rollback&) const = default;
};
/// Memory: with which parallelism it runs and is started next; none: with that of its spec.
struct note_parallelism {
  std::optional<parallelism_record> record;
  static constexpr auto names = fields("record");
  bool operator==(const note_parallelism&) const = default;
};
struct probe_job_manager {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const probe_job_manager&) const = default;
};
/// Slots beside those that it has.
struct reserve_more {
  ticket request;
  std::int32_t count = 0;
  static constexpr auto names = fields("request", "count");
  bool operator==(const reserve_more&) const = default;
};
struct make_checkpoint {
  ticket request;
  job_id job;
  static constexpr auto names = fields("request", "job");
  bool operator==(const make_checkpoint&) const = default;
};
struct look_at_newest {
  ticket request;
  job_id job;
  static constexpr auto names = fields("request", "job");
  bool operator==(const look_at_newest&) const = default;
};
struct look_at_vertices {
  ticket request;
  job_id job;
  static constexpr auto names = fields("request", "job");
  bool operator==(const look_at_vertices&) const = default;
};
/// Ask Flink to run it with another parallelism, under the same id.
struct ask_rescale {
  ticket request;
  job_id job;
  std::int32_t parallelism = 0;
  std::vector<std::string> vertices;
  static constexpr auto names = fields("request", "job", "parallelism", "vertices");
  bool operator==(const ask_rescale&) const = default;
};
/// Memory: Flink is to change its parallelism; none: that is done, or given up.
struct note_rescale {
  std::optional<pending_rescale> record;
  static constexpr auto names = fields("record");
  bool operator==(const note_rescale&) const = default;
};
/// Tell people: an Event on the resource.
struct tell {
  std::string type;  ///< "Normal" or "Warning"
  std::string reason;
  std::string message;
  static constexpr auto names = fields("type", "reason", "message");
  bool operator==(const tell&) const = default;
};

}  // namespace drey
