/// What a session job remembers in its status, and which of two memories is the later one: status
/// may be written by an operator before us after we have read it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "actors/job_words.hpp"
#include "protocol/flink_resources.hpp"

namespace drey {

/// Ids are derived from a count that only grows: who has counted further knows all that the other
/// knows. Between two submissions triggers are added: of one count both are right.
lineage later_of(const lineage& ours, const lineage& theirs);

/// What the status of a resource tells of its job's past. Where Apache's operator wrote it, that is
/// the execution in `jobStatus.jobId`, and where it left the job's state.
lineage lineage_in(const flink_session_job_status& status);

/// `asked`: `spec.job.savepointTriggerNonce`. The record of what is asked for is later than that of
/// an older request; of one request, its outcome is.
const savepoint_record& later_of(const savepoint_record& ours, const savepoint_record& theirs,
                                 std::optional<std::int64_t> asked);

/// What a start goes on from is on record, and a new branch begins where state is given up: newer
/// state of the old one never counts again.
void remember_beginning(lineage& history, const std::string& path, branch of);

/// The savepoint that we stopped it with, when that is its newest state and has no resource yet.
/// Named by when the stop was intended, so that whoever comes after us names it the same.
std::optional<unlisted_savepoint> savepoint_of_stop(const job_known& known,
                                                    const restore_point& newest);

/// Ids that were sent in the present branch, oldest first.
std::vector<std::string> branch_ids(const lineage& history);

}  // namespace drey
