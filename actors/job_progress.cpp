#include "actors/job_progress.hpp"

#include <algorithm>

#include "protocol/limits.hpp"
#include "protocol/redaction.hpp"

namespace drey {

job_progress progress_in(const flink_session_job_status& recorded, milliseconds now) {
  const auto degraded = std::ranges::find(recorded.conditions, "Degraded", &condition::type);
  const bool stood = degraded != recorded.conditions.end() && degraded->reason == no_checkpoints;
  const bool known = recorded.lineage && recorded.lineage->newest;
  return {
      {recorded.job.job_id}, known ? recorded.lineage->newest->checkpoint_id : 0, now, stood, {}};
}

void note_checkpoint(job_progress& seen, const job_id& of, std::int64_t newest,
                     std::optional<milliseconds> interval, milliseconds now) {
  if (seen.of != of || newest > seen.newest || !interval) seen = {of, newest, now, false, {}};
  if (!interval) return;
  seen.stands_still |= now - seen.since >= limits::checkpoint_patience + 3 * *interval;
}

void note_failed_checkpoint(job_progress& seen, const job_id& of, const std::string& why) {
  constexpr std::size_t shown_max = 300;
  if (seen.of != of || !seen.failure.empty()) return;  // its words change with every checkpoint
  seen.failure = shown_cause(why.substr(0, std::min(why.find('\n'), shown_max)));
}

std::string text_of_standstill(const job_progress& seen) {
  if (!seen.stands_still) return {};
  const auto last = seen.newest == 0 ? std::string("no checkpoint was ever completed")
                                     : "no checkpoint was completed after checkpoint " +
                                           std::to_string(seen.newest);
  return "all tasks run, but " + last +
         ", though execution.checkpointing.interval is set: see its checkpoints in Flink's web "
         "interface" +
         (seen.failure.empty() ? "" : ". The first that failed: " + seen.failure);
}

}  // namespace drey
