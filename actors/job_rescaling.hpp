/// Whether Flink changes a job's parallelism by itself (`PUT /jobs/:id/resource-requirements`), or
/// the job is stopped and started for it (decision 0031). Pure, as restore_decision.hpp.
#pragma once

#include <string>
#include <vector>

#include "actors/job_need.hpp"
#include "actors/job_picture.hpp"

namespace drey {

/// Why no job of such a configuration is rescaled in place; empty: it is. Its own settings go
/// before those of its cluster.
std::string not_in_place_because(flink_version version, const configuration& cluster,
                                 const flink_session_job_spec& job);
/// The same for another `spec.job.parallelism`, when nothing else of the spec changes.
std::string change_not_in_place_because(flink_version version, const configuration& cluster,
                                        const flink_session_job_spec& job);

/// The job's own case: it works, and nothing else is done with it.
bool may_rescale(const job_known& known, job_health health);

/// Slots beside those that it has, for its next parallelism; negative: it gives some back.
std::int32_t slots_more(const job_known& known);
/// What keeps it from getting the slots that it is to have; empty: they are there.
std::string lack_of_slots(const job_known& known);
/// Its changed parallelism is held until there are slots for it; it runs on.
bool waits_for_slots(const job_known& known);

/// It is still to have that parallelism, and nothing that is more urgent is asked of it.
bool is_goal(const job_known& known, std::int32_t parallelism);

/// Why its parts cannot be rescaled as one; empty: they can. A program may have set the parallelism
/// of some itself, and would lose that.
std::string not_uniform_because(const job_known& known, const std::vector<job_vertex>& all);
/// The part whose state cannot be spread so wide; null: none.
const job_vertex* narrowest_below(const std::vector<job_vertex>& all, std::int32_t parallelism);

bool all_have(const std::vector<job_vertex>& all, std::int32_t parallelism);
bool all_tasks_run(const std::vector<job_vertex>& all);

/// What status holds as a rescaling that is not done yet.
std::optional<pending_rescale> rescale_in(const flink_session_job_status& status);

}  // namespace drey
