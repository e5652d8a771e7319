/// What a scenario says must be true: closed, judged by the world, told in one plain sentence each.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "protocol/describe.hpp"
#include "protocol/kube_call.hpp"
#include "sim/scenario/call_pattern.hpp"

namespace drey::sim {

/// The job's state in Flink, and for RUNNING also its tasks; "RUNNING", "FAILED", "FINISHED", …
struct job_in_state {
  object_name job;
  std::string state;
  std::optional<std::int32_t> parallelism = {};  ///< of its tasks; absent: any
  static constexpr auto names = fields("job", "state", "parallelism");
};
/// Registered at the JobManager; what is absent is not looked at.
struct cluster_has {
  object_name cluster;
  std::optional<std::int32_t> task_managers;
  std::optional<std::int32_t> slots;
  static constexpr auto names = fields("cluster", "task_managers", "slots");
};
/// How often the job was started from a checkpoint or savepoint, by drey or by Flink.
struct job_restored {
  object_name job;
  std::optional<std::int32_t> times_min;
  std::optional<std::int32_t> times_max;
  static constexpr auto names = fields("job", "times_min", "times_max");
};
/// No start of the job (absent: of any job) left durable state behind.
struct no_state_lost {
  std::optional<object_name> job;
  static constexpr auto names = fields("job");
};
/// A savepoint that was asked for is complete and named in the job's status.
struct savepoint_completed {
  object_name job;
  static constexpr auto names = fields("job");
};
struct resource_gone {
  object_kind kind = object_kind::flink_session_job;
  object_name name;
  static constexpr auto names = fields("kind", "name");
};
/// The operator made no mutating call in the last `length` of the run, lease renewals exempt.
struct quiet_for {
  milliseconds length{0};
  static constexpr auto names = fields("length");
};

struct resource_there {
  object_kind kind = object_kind::flink_session_job;
  object_name name;
  static constexpr auto names = fields("kind", "name");
};
/// From when to when it counts; absent: the whole run.
struct window {
  std::optional<milliseconds> since;
  std::optional<milliseconds> until;
  static constexpr auto names = fields("since", "until");
};
/// How often; absent: no bound.
struct bounds {
  std::optional<std::int32_t> min;
  std::optional<std::int32_t> max;
  static constexpr auto names = fields("min", "max");
};
/// How often the operator tried such a call.
struct operator_called {
  call_pattern calls;
  bounds times;
  window when;
  static constexpr auto names = fields("calls", "times", "when");
};
/// How often the operator made the object: it was not there before.
struct operator_made {
  object_kind kind = object_kind::deployment;
  object_name name;
  bounds times;
  window when;
  static constexpr auto names = fields("kind", "name", "times", "when");
};
/// How often an execution of the job began by a submission, over all its job ids.
struct job_submitted {
  object_name job;
  bounds times;
  window when;
  static constexpr auto names = fields("job", "times", "when");
};
/// No pod of the cluster (of that component, when given) was made, restarted or deleted.
struct pods_kept {
  object_name cluster;
  std::string component;  ///< "jobmanager" or "taskmanager"; empty: both
  window when;
  static constexpr auto names = fields("cluster", "component", "when");
};
/// A field of the resource's status. `path`: "jobStatus.state"; of a list of conditions the one of
/// that type: "conditions.Ready.reason".
struct status_says {
  enum class match { whole, part };
  object_kind kind = object_kind::flink_deployment;
  object_name name;
  std::string path;
  std::string text;
  match how = match::whole;
};

using expected =
    std::variant<job_in_state, cluster_has, job_restored, no_state_lost, savepoint_completed,
                 resource_gone, quiet_for, resource_there, operator_called, operator_made,
                 job_submitted, pods_kept, status_says>;

/// Without `by` it is judged at the end of the run; with `by` it must have come true at some
/// moment up to then (and may end again later).
struct expectation {
  expected what;
  std::optional<milliseconds> by;
  int line = 0;  ///< of the scenario's file, for messages
};

/// "job flink/orders is RUNNING by 5m".
std::string sentence_of(const expectation& x);
/// The same without its time.
std::string sentence_of(const expected& x);

}  // namespace drey::sim
