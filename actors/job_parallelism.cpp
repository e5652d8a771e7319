#include "actors/job_parallelism.hpp"

#include <algorithm>
#include <cstdlib>

#include "actors/job_need.hpp"
#include "actors/job_paths.hpp"
#include "actors/job_picture.hpp"
#include "actors/job_rescaling.hpp"

namespace drey {

namespace {

using m = job_machine;

bool is_auto(const job_known& known) {
  return known.spec && known.spec->job && known.spec->job->auto_parallelism.value_or(false);
}

std::int32_t derived_max(std::int32_t parallelism) {
  std::int32_t power = 1;
  while (power < parallelism + parallelism / 2 && power < limits::parallelism_max) power *= 2;
  return std::max(power, limits::max_parallelism_least);
}

bool is_in_progress(const std::optional<savepoint_record>& asked) {
  return asked && asked->state == "IN_PROGRESS";
}

/// Nothing is asked of it, or tried with it, that another restart would upset.
bool is_undisturbed(const job_known& known) {
  const auto& recorded = *known.recorded;
  return known.need == job_need::nothing && !known.deleting && known.problem.empty() &&
         !known.trial && !known.rollback && !known.saving && known.cluster.rest_order == 0 &&
         !recorded.operation && recorded.observed_generation == known.generation &&
         !is_in_progress(recorded.savepoint) && !is_in_progress(recorded.checkpoint);
}

/// Whom nobody may restart unasked is not asked for this either, nor who makes no checkpoints.
bool is_flexible(const job_known& known) {
  return is_auto(known) && held_because(known).empty() && checkpoint_interval(known);
}

bool may_be_stopped(const job_known& known, job_health health) {
  return is_flexible(known) && is_undisturbed(known) &&
         choose_stop(known, health) != stop_choice::hold;
}

parallelism_record record_of(const job_known& known) {
  if (known.parallelism) return *known.parallelism;
  const auto current = current_parallelism(known);
  return {current, current, current, 0, 0};
}

}  // namespace

std::int32_t least_parallelism(const job_known& known) {
  return std::max(1, known.spec && known.spec->job ? known.spec->job->parallelism : 1);
}

std::int32_t current_parallelism(const job_known& known) {
  if (known.parallelism) return known.parallelism->current;
  const auto& spec = known.deployed && known.deployed->job ? known.deployed : known.spec;
  return spec && spec->job ? spec->job->parallelism : 0;
}

std::int32_t most_parallelism(const job_known& known) {
  const auto least = least_parallelism(known);
  const auto text = setting_of(known, "pipeline.max-parallelism");
  const auto said = text ? std::atoi(text->c_str()) : 0;
  return std::max(least, said > 0 ? std::min(said, limits::parallelism_max) : derived_max(least));
}

std::int32_t next_parallelism(const job_known& known) {
  const auto least = least_parallelism(known);
  if (!is_auto(known) || !known.parallelism) return least;
  return std::clamp(known.parallelism->target, least, most_parallelism(known));
}

bool is_resizing(const job_known& known) {
  return known.need == job_need::nothing && is_auto(known) && known.parallelism &&
         known.parallelism->target != known.parallelism->current;
}

slot_share share_of(const job_known& known, const m::state& now) {
  slot_share share;
  if (!known.spec || !known.spec->job) return share;
  share.least = least_parallelism(known);
  share.current = std::max(1, current_parallelism(known));
  share.flexible = is_flexible(known);
  share.most = share.flexible ? most_parallelism(known) : share.current;
  const auto* running = std::get_if<m::running>(&now);
  share.ready = running != nullptr && row_of(known, running->id) != nullptr &&
                may_be_stopped(known, job_health::works);
  if (running != nullptr && waits_for_slots(known)) share.lacks = slots_more(known);
  const bool brought =
      std::holds_alternative<m::starting>(now) || std::holds_alternative<m::restarting>(now);
  share.stuck = brought && list_is_live(known) && may_be_stopped(known, job_health::struggles);
  if (known.parallelism)
    share.raise_from =
        milliseconds{known.parallelism->changed_at} +
        backoff(known.parallelism->failures + 1, limits::raise_spacing, limits::raise_spacing_max);
  return share;
}

std::optional<parallelism_record> taken_up(const job_known& known, job_health health) {
  const auto& offer = known.cluster.offer;
  auto record = record_of(known);
  const bool more = offer.parallelism > record.current;
  if (offer.uid.empty() || offer.uid != known.uid || offer.parallelism == record.current ||
      offer.parallelism < least_parallelism(known) || offer.parallelism > most_parallelism(known) ||
      (more && health == job_health::struggles) || !may_be_stopped(known, health))
    return std::nullopt;
  record.target = offer.parallelism;
  record.changed_at = known.now.wall.count();
  return record;
}

std::optional<parallelism_record> with_granted(const job_known& known) {
  const auto least = least_parallelism(known);
  const auto granted = std::clamp(known.granted, least, next_parallelism(known));
  if (!is_auto(known) || (!known.parallelism && granted == least)) return std::nullopt;
  auto record = record_of(known);
  record.current = record.target = granted;
  return record;
}

std::optional<parallelism_record> with_proof(const job_known& known) {
  auto record = known.parallelism;
  if (!record || record->proven == record->current) return record;
  record->proven = record->current;
  record->failures = 0;
  return record;
}

std::optional<parallelism_record> called_off(const job_known& known) {
  auto record = known.parallelism;
  if (record) record->target = record->current;
  return record;
}

std::optional<parallelism_record> taken_back(const job_known& known) {
  auto record = known.parallelism;
  if (!record) return record;
  const auto worked = std::max(least_parallelism(known), record->proven);
  if (record->current <= worked || record->target <= worked) return record;
  record->target = worked;
  ++record->failures;
  return record;
}

std::optional<parallelism_record> newer_of(const job_known& known,
                                           const flink_session_job_status& theirs) {
  const auto& ours = known.parallelism;
  const auto counted = theirs.lineage ? theirs.lineage->submissions : 0;
  if (counted != known.history.submissions)
    return counted > known.history.submissions ? theirs.parallelism : ours;
  const auto when = [](const auto& record) { return record ? record->changed_at : 0; };
  return when(theirs.parallelism) > when(ours) ? theirs.parallelism : ours;
}

std::string text_of_parallelism(const job_known& known) {
  const auto least = least_parallelism(known);
  if (!known.parallelism || known.parallelism->current == least) return {};
  return ", with parallelism " + std::to_string(known.parallelism->current) +
         ", and its spec asks for " + std::to_string(least);
}

tell tell_parallelism(const parallelism_record& then) {
  const bool raised = then.target > then.current;
  return {"Normal", raised ? "ParallelismRaised" : "ParallelismLowered",
          "Its parallelism goes from " + std::to_string(then.current) + " to " +
              std::to_string(then.target) +
              (raised ? ": slots of its cluster stay free"
                      : ": its slots are needed elsewhere, or are not there any more")};
}

}  // namespace drey
