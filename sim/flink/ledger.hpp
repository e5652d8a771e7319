/// The sink ledger: what really ran, when, and from which state. The simulator's ground truth about
/// jobs; no model reads it to decide anything, only checkers and reports do.
///
/// A *lineage* is the work of one resource over all its job ids, clusters and incarnations: the
/// job's `pipeline.name`, which drey sets to "<namespace>/<name>@<uid>" of the FlinkSessionJob; the
/// job id where no name was given. A *position* counts the milliseconds in which all tasks of the
/// lineage ran: what a snapshot holds, a restore brings back and a start from nothing loses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/ids.hpp"
#include "protocol/time.hpp"
#include "sim/storage/storage.hpp"

namespace drey::sim {

/// Who began an execution.
enum class execution_origin {
  submitted,  ///< POST /jars/:id/run
  recovered,  ///< a new JobManager leader, from the HA ConfigMaps
};

/// Why it is no longer live.
enum class execution_end {
  none,
  finished,
  canceled,
  failed,
  job_manager_lost,  ///< the process died or lost its leadership: suspended
  overwritten,       ///< by another submission of the same job id (FLINK-30596)
};

/// The life of one job under one JobManager process, from its registration to its end. Restarts by
/// Flink's own strategy are `task_start`s of the same execution.
struct execution {
  std::size_t id = 0;  ///< index in `ledger::executions`
  std::string lineage;
  job_id job;
  object_name cluster;
  std::string job_manager;  ///< pod UID
  execution_origin origin = execution_origin::submitted;
  std::string restored;  ///< path asked for at the start, normal form; empty: from nothing
  /// The newest durable snapshot of the lineage at the start: what S2 compares `restored` with.
  std::optional<snapshot_file> newest_at_start;
  /// Other executions of the lineage that were live at the start (S1).
  std::size_t live_at_start = 0;
  std::int64_t position_at_start = 0;
  std::int64_t position_at_end = 0;
  milliseconds start{0};
  std::optional<milliseconds> orphaned;  ///< its JobMaster is gone, some tasks run on for a while
  std::optional<milliseconds> end;       ///< the last of its tasks stopped
  execution_end how = execution_end::none;
  bool live() const { return !end; }
};

/// One start of all tasks: the first, and one for every restart.
struct task_start {
  std::size_t execution = 0;
  milliseconds at{0};
  std::string restored;  ///< normal form; empty: from nothing
  std::int64_t position = 0;
};

/// One POST /jars/:id/run that a Dispatcher began to handle, whatever came of it.
struct submission_record {
  milliseconds at{0};
  object_name cluster;
  std::string job_manager;  ///< pod UID
  job_id job;
  std::string lineage;
  std::string savepoint_path;  ///< as given
};

/// The end of a TaskManager's process, for whatever reason.
struct host_end {
  milliseconds at{0};
  object_name cluster;
  std::uint64_t process = 0;
};

/// What a TaskManager's process has lost, until it ends.
struct slot_loss {
  milliseconds at{0};
  std::uint64_t process = 0;
  object_name cluster;
  std::int32_t lost = 0;
  std::int32_t leaked = 0;  ///< taken for no job
  std::optional<milliseconds> end;
};

class ledger {
public:
  const std::vector<execution>& executions() const { return executions_; }
  const std::vector<task_start>& starts() const { return starts_; }
  const std::vector<submission_record>& submissions() const { return submissions_; }
  const std::vector<host_end>& host_ends() const { return host_ends_; }
  const std::vector<slot_loss>& slot_losses() const { return slot_losses_; }

  /// Executions whose tasks may still run, orphans of a lost JobManager included.
  std::size_t live_executions(std::string_view lineage) const;

  // ── written by the model ──
  void submitted(submission_record x) { submissions_.push_back(std::move(x)); }
  void host_ended(host_end x);
  void slots_lost(slot_loss x) { slot_losses_.push_back(std::move(x)); }
  /// Fills in `id` and `live_at_start`.
  std::size_t began(execution x);
  void tasks_started(task_start x);
  void orphaned(std::size_t which, milliseconds at, std::int64_t position, execution_end how);
  /// `how` is kept from `orphaned` where that came first.
  void ended(std::size_t which, milliseconds at, std::int64_t position, execution_end how);

private:
  std::vector<execution> executions_;
  std::vector<std::size_t> live_;  // ids, in order
  std::vector<task_start> starts_;
  std::vector<submission_record> submissions_;
  std::vector<host_end> host_ends_;
  std::vector<slot_loss> slot_losses_;
};

std::string_view name_of(execution_origin);
std::string_view name_of(execution_end);

/// "<namespace>/<name>" of a lineage "<namespace>/<name>@<uid>"; itself when it has no '@'.
std::string_view resource_of(std::string_view lineage);

}  // namespace drey::sim
