/// What is known of a job's state over all its executions, as its status holds it: drey's own part
/// of `status` (`status.lineage`).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/described.hpp"

namespace drey {

/// drey: one durable snapshot as a possible restore source. Ids grow along a lineage: a restored
/// job goes on counting from the checkpoint that it was restored from (Flink's
/// CheckpointIDCounter).
struct restore_point {
  std::string path;
  std::int64_t checkpoint_id = 0;  ///< 0: not known
  std::string source;              ///< "checkpoint", "savepoint", "initial"
  /// Id of the execution that is over and left nothing newer; empty: there may be newer state.
  std::string end_of = {};
  std::string snapshot = {};  ///< name of the job's FlinkStateSnapshot that holds it
  /// Newer state that a person's `restorePreference` gives up for it, or "unknown".
  std::string passed_over = {};
  static constexpr auto names =
      fields("path", "checkpoint_id", "source", "end_of", "snapshot", "passed_over");
  bool operator==(const restore_point&) const = default;
};

/// drey: what the last start of a job went on from (`status.lineage.restored`).
struct restored_state {
  std::string path;
  std::int64_t checkpoint_id = 0;  ///< 0: not known
  std::string snapshot;            ///< name of the FlinkStateSnapshot that holds it
  std::string why;
  std::string passed_over;  ///< newer state that it was preferred to, or "unknown"
  bool operator==(const restored_state&) const = default;
};

/// drey: a savepoint that a job was stopped with, and whose FlinkStateSnapshot is yet to be made.
struct unlisted_savepoint {
  std::string name;  ///< of that resource
  std::string path;
  std::string job_id;
  std::int64_t checkpoint_id = 0;  ///< 0: not known
  bool operator==(const unlisted_savepoint&) const = default;
};

/// drey: what is known of a job's state over all its executions (`status.lineage`).
struct lineage {
  std::int64_t submissions = 0;         ///< how many ids were ever decided
  std::vector<std::string> job_ids;     ///< ids that were sent, oldest first; see limits.hpp
  std::optional<restore_point> newest;  ///< newest state recorded in status
  std::int32_t failures = 0;            ///< restarts by drey within the window
  std::string directory = {};           ///< where the last of them keeps its checkpoints
  /// A person who rewinds the job begins a new branch: the submissions up to this number belong to
  /// older ones, whose state is not restored any more.
  std::int64_t branch = 0;
  /// Savepoints that may have been taken in this branch, oldest first; see limits.hpp.
  std::vector<std::string> triggers = {};
  std::string failure = {};  ///< why its last execution FAILED, as Flink says; goes with the next
  std::optional<restored_state> restored = {};
  std::optional<unlisted_savepoint> unlisted = {};
  bool operator==(const lineage&) const = default;
};

}  // namespace drey
