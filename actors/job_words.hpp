/// What the machine of a session job can learn and what it can ask for.
#pragma once

#include <string>
#include <variant>

#include "protocol/facts.hpp"
#include "protocol/flink_resources.hpp"

namespace drey {

/// One attempt to bring the job into Flink, as the write-ahead log names it.
struct submission {
  job_id id;
  std::string path;  ///< restored from; empty: from nothing
  std::int64_t generation = 0;
  std::string incarnation;  ///< the JobManager pod it is meant for
  std::int32_t tries = 0;
  std::int32_t unanswered = 0;  ///< how often Flink was asked to run it and the outcome stayed open
  static constexpr auto names =
      fields("id", "path", "generation", "incarnation", "tries", "unanswered");
  bool operator==(const submission&) const = default;
};

/// Whether something that was asked of Flink for this job may still arrive there.
enum class arrival { possible, excluded };
constexpr std::string_view name_of(arrival x) {
  return x == arrival::possible ? "possible" : "excluded";
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
enum class presence { present, absent, unreadable };
constexpr std::string_view name_of(presence x) {
  constexpr std::string_view names[] = {"present", "absent", "unreadable"};
  return names[static_cast<std::size_t>(x)];
}
/// A live read of the JobManager's workload and pods.
struct job_manager_probed {
  ticket request;
  presence found = presence::unreadable;
  static constexpr auto names = fields("request", "found");
  bool operator==(const job_manager_probed&) const = default;
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
/// Memory: this id was decided; it joins the lineage before it is recorded or sent.
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
struct probe_job_manager {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const probe_job_manager&) const = default;
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
