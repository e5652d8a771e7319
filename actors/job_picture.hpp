/// Questions about a session job's picture of the world, each with one plain answer.
#pragma once

#include <optional>

#include "actors/job_machine.hpp"

namespace drey {

/// A JobManager that was given up may go on with its jobs: it lives perhaps, and TaskManagers that
/// the one that answers does not reach may still work for it. With high availability it has lost
/// the lead by then, and suspended them.
bool may_live_elsewhere(const job_known& known);

/// Our row in the list of the JobManager that answers now; null: not listed, or nobody answers.
const job_overview* row_of(const job_known& known, const job_id& id);

/// The list of jobs that we hold is of a JobManager that answers.
bool list_is_live(const job_known& known);

/// FINISHED, CANCELED, FAILED: Flink will never run this id again.
bool is_terminal(std::string_view flink_state);

/// Two lists were read since `looks`: the second was asked for after whatever began then.
bool is_fresh_since(const job_known& known, std::uint64_t looks);

/// Its tasks do the work: `state` alone says RUNNING even with no TaskManager left.
bool all_tasks_run(const job_overview& row);

/// The id that was decided last; empty: none ever was.
job_id current_id(const job_known& known);

/// Ids of ours that the JobManager lists as not over.
std::vector<job_id> live_ids(const job_known& known);

/// Whether this job is to be running at all, as the spec says. One that never ran is not begun
/// while something is wrong with it.
bool is_wanted(const job_known& known);

/// An operator's setting (`kubernetes.operator.…`): the job's own, else its cluster's.
std::optional<std::string> setting_of(const job_known& known, std::string_view key);

/// How long tasks may run on at a TaskManager that its JobManager has lost: until it notices by
/// itself, at most a heartbeat later than its timeout (Flink's `heartbeat.timeout` and
/// `heartbeat.interval`).
milliseconds tasks_outlive(const job_known& known);

/// What status holds as an unfinished submission.
std::optional<submission> recorded_submission(const job_known& known);

/// What status holds as a stop that is under way, or whose next start is not recorded yet.
std::optional<stop_order> recorded_stop(const job_known& known);

/// The submission that comes next in this lineage.
submission next_submission(const job_known& known, std::string path, branch of);

/// `id` is over, and what it left as its newest state is in `history`.
bool is_established(const lineage& history, const job_id& id);

/// What was carried out last leaves it stopped, as its spec said.
bool is_suspended(const job_known& known);

}  // namespace drey
