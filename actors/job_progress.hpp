/// Whether a job whose tasks all run gets on: by the checkpoints that it completes, since neither
/// Flink's state nor its task counts tell.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "protocol/flink_resources.hpp"
#include "protocol/ids.hpp"
#include "protocol/time.hpp"

namespace drey {

inline constexpr std::string_view no_checkpoints = "NoCheckpoints";

/// What was seen of one execution.
struct job_progress {
  job_id of;
  std::int64_t newest = 0;  ///< id of its newest completed checkpoint; 0: none yet
  milliseconds since{0};    ///< monotonic: when that was first seen
  bool stands_still = false;
  std::string failure;  ///< why a checkpoint failed, the first since then; empty: not told
};

/// What an operator before us wrote of it.
job_progress progress_in(const flink_session_job_status& recorded, milliseconds now);

/// One look at it. `newest`: what it was restored from counts, too. `interval`: of its checkpoints;
/// none: it is not to make any, and nothing is concluded.
void note_checkpoint(job_progress& seen, const job_id& of, std::int64_t newest,
                     std::optional<milliseconds> interval, milliseconds now);

/// A checkpoint failed, as Flink says in its words.
void note_failed_checkpoint(job_progress& seen, const job_id& of, const std::string& why);

/// For people; empty: it gets on. The same text from look to look.
std::string text_of_standstill(const job_progress& seen);

}  // namespace drey
