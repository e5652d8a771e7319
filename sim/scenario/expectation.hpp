/// What a scenario says must be true: closed, judged by the world, told in one plain sentence each.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "protocol/describe.hpp"
#include "protocol/kube_call.hpp"

namespace drey::sim {

/// The job's state in Flink, and for RUNNING also its tasks; "RUNNING", "FAILED", "FINISHED", …
struct job_in_state {
  object_name job;
  std::string state;
  static constexpr auto names = fields("job", "state");
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

using expected = std::variant<job_in_state, cluster_has, job_restored, no_state_lost,
                              savepoint_completed, resource_gone, quiet_for>;

/// Without `by` it is judged at the end of the run; with `by` it must have come true at some
/// moment up to then (and may end again later).
struct expectation {
  expected what;
  std::optional<milliseconds> by;
  int line = 0;  ///< of the scenario's file, for messages
};

/// "job flink/orders is RUNNING at the end".
std::string sentence_of(const expectation& x);

}  // namespace drey::sim
