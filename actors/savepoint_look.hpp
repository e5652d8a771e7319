/// How a savepoint that was triggered is followed, where Flink can be told our trigger id (since
/// 1.15) and where it cannot. Source: FLINK-24208, and what the lab's 1.12.5 answered.
#pragma once

#include <map>
#include <string>

#include "protocol/flink_call.hpp"

namespace drey {

/// A savepoint as it was asked for. Its directory is for it alone, and so its last name tells it.
struct followed_savepoint {
  job_id job;
  std::string trigger_id;
  std::string directory;
  enum class end { goes_on, stops } job_end = end::goes_on;  ///< what its job does afterwards
};

/// Flink's own ids of savepoints, by ours. They are in no status: after a restart of drey the
/// JobManager's list of checkpoints has to do.
class savepoint_ids {
public:
  /// What Flink said to the trigger.
  void learn(const std::string& trigger_id, const flink_answer& told);
  /// What to ask: the savepoint by the id that this version knows, else its job's checkpoints.
  flink_body look_at(const followed_savepoint& what, flink_version version) const;
  /// The answer to that as one to `get_savepoint`. Of a job's checkpoints: complete when one lies
  /// in the savepoint's directory, in progress when any savepoint is, else `not_found`. A stop has
  /// failed when the job took a checkpoint after that savepoint. An id goes with its outcome.
  flink_answer meaning_of(const followed_savepoint& what, const flink_answer& told);

private:
  std::map<std::string, std::string> given_;
};

}  // namespace drey
