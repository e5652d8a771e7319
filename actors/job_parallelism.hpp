/// With which parallelism a job runs and is started next: that of its spec, or with
/// `autoParallelism` more, as its cluster offers and as far as there are slots (decision 0024).
/// Pure, as restore_decision.hpp.
#pragma once

#include <optional>
#include <string>

#include "actors/job_stand.hpp"

namespace drey {

/// What its spec asks for.
std::int32_t least_parallelism(const job_known& known);
/// Of its newest execution; 0: Flink chooses.
std::int32_t current_parallelism(const job_known& known);
/// Its next start takes so many slots, if they are there.
std::int32_t next_parallelism(const job_known& known);
/// `pipeline.max-parallelism`, else what Flink derives from the spec's: state cannot be spread
/// wider (KeyGroupRangeAssignment.computeDefaultMaxParallelism).
std::int32_t most_parallelism(const job_known& known);

/// It is stopped, or to be stopped, only because its parallelism is to be another.
bool is_resizing(const job_known& known);

slot_share share_of(const job_known& known, const job_machine::state& now);

// ── what status is to say; equal to `known.parallelism`: what it says ──

/// Its cluster's offer is taken up; none: there is no offer, or it is not the moment.
std::optional<parallelism_record> taken_up(const job_known& known, job_health health);
/// It is started with what its cluster reserved.
std::optional<parallelism_record> with_granted(const job_known& known);
/// All its tasks run.
std::optional<parallelism_record> with_proof(const job_known& known);
/// It could not be stopped for another parallelism.
std::optional<parallelism_record> called_off(const job_known& known);
/// It failed with more than it ever ran with: the next start has what worked.
std::optional<parallelism_record> taken_back(const job_known& known);

/// What is remembered, unless an operator before us has written more since we read it.
std::optional<parallelism_record> newer_of(const job_known& known,
                                           const flink_session_job_status& theirs);

// ── for people ──

/// ", with parallelism 4, and its spec asks for 2"; empty: it has what its spec asks for.
std::string text_of_parallelism(const job_known& known);
tell tell_parallelism(const parallelism_record& then);

}  // namespace drey
