/// What a job could be started from, for the person who has to choose: every snapshot of it that
/// drey has heard of, whoever named it. Pure.
#pragma once

#include <string>
#include <vector>

#include "actors/job_known.hpp"

namespace drey {

/// Of one that is known by several names, the first counts.
struct restore_candidate {
  std::string path;
  std::int64_t checkpoint_id = 0;  ///< 0: not known
  std::string what;                ///< who names it
};

/// The newest first; those whose place among the job's checkpoints nobody knows come last.
std::vector<restore_candidate> candidates_of(const job_known& known);

/// Of the condition that says that a person must choose.
inline constexpr std::string_view manual_restore = "ManualRestoreRequired";
/// What a person was told last, for the present spec; empty: not that they must choose.
std::string told_to_choose(const job_known& known);

inline constexpr std::size_t candidates_told_max = 8;
/// One sentence for people.
std::string text_of_candidates(const job_known& known);
/// How one of them is chosen.
inline constexpr std::string_view how_to_choose =
    "To start from one, put its path into spec.job.initialSavepointPath and change "
    "spec.job.savepointRedeployNonce";

/// It is stateless by its spec, and no place is named where it could leave any: once its JobManager
/// is lost nobody could tell that it had none. As long as one answers, it is asked.
bool names_no_place(const job_known& known);

/// The execution `id`, which is over, is known to have left no state: Flink said that it makes no
/// checkpoints, no place is named, by a FlinkStateSnapshot neither, and no snapshot of the job was
/// ever known.
bool is_without_state(const job_known& known, const job_id& id);

}  // namespace drey
