/// Where a session job keeps its state, and under which configuration it is submitted.
#pragma once

#include <string>

#include "actors/job_machine.hpp"
#include "protocol/storage_call.hpp"

namespace drey {

/// Where the next job id shall keep its checkpoints, in a folder of its own: as the job says, else
/// below the cluster's. Flink before 1.17 takes no configuration with a job: there it is the
/// cluster's itself. Empty: no checkpoints are written to files.
std::string checkpoint_directory(const job_known& known);

/// Where the last job id keeps them, whatever was changed since it was decided.
std::string directory_in_use(const job_known& known);

/// Own savepoint directory; every savepoint gets a directory below it, named by its trigger id.
std::string savepoint_directory(const job_known& known);

/// Of a checkpoint, by the name of its directory (`…/chk-7`); 0: it is none.
std::int64_t checkpoint_number(std::string_view path);

/// The HA ConfigMap of one execution (flink_leader.hpp).
object_name ha_config_map(const job_known& known, const job_id& id);

/// The newest checkpoint that an HA ConfigMap names, as `<directory>/<job id>/chk-N`. None: it
/// names none. The values are serialised Java objects; the keys, `checkpointID-<19 digits>`, are
/// enough.
std::optional<restore_point> checkpoint_named_by(const config_map& ha, const std::string& directory,
                                                 const job_id& id);

/// The newest complete snapshot of a listing: by checkpoint id where that is known of all (a
/// savepoint may become durable after a checkpoint that was begun later), else by the time of its
/// `_metadata`.
std::optional<restore_point> newest_stored(const std::vector<stored_snapshot>& all);

struct told_pointer {
  pointer_answer answer = pointer_answer::unread;
  std::optional<restore_point> newest;
};
/// What the JobManager says of an execution that is over. One that is FINISHED has none of its
/// checkpoints any more, although they are still told of: only a savepoint counts, and without one
/// the store must be asked.
told_pointer told_of_end(const checkpoints& told, std::string_view state);

/// What the JobManager said, newest first by checkpoint id.
std::optional<restore_point> newest_told(const checkpoints& told);

/// How often its checkpoints are due; none: it makes none, or what is written is no duration.
std::optional<milliseconds> checkpoint_interval(const job_known& known);

/// `flinkConfiguration` of the submission: the job's own, our defaults below it.
configuration submission_configuration(const job_known& known, const flink_session_job_spec& spec);

/// Whom nobody could ask for the newest state, and what would let drey ask: a sentence for people.
std::string why_unknown(const job_known& known);

}  // namespace drey
