#include "actors/job_stand.hpp"

#include "actors/job_deletion.hpp"
#include "actors/job_picture.hpp"
#include "protocol/overloaded.hpp"

namespace drey {

namespace {

using m = job_machine;

/// What it goes on from is in its status: nobody need be asked for it any more.
bool is_secured(const job_known& known) {
  if (!recorded_stop(known) || gives_up_state(known) || !known.history.newest) return true;
  return known.recorded->lineage && is_established(*known.recorded->lineage, current_id(known));
}

job_stand unless_unseen(const job_known& known, const job_id& id) {
  return row_of(known, id) != nullptr ? job_stand::working : job_stand::moving;
}

/// Waiting for room or for its jar: one that ran before is to be brought back.
job_stand unless_it_ran(const job_known& known) {
  if (known.recorded->job.start_time.empty()) return job_stand::idle;
  return is_secured(known) ? job_stand::stopped : job_stand::moving;
}

}  // namespace

job_stand stand_of(const job_known& known, const m::state& now) {
  return std::visit(
      overloaded{[&](const m::waiting&) {
                   // One that was sent is not known to run nothing.
                   return known.spec && !known.history.job_ids.empty() ? job_stand::moving
                                                                       : job_stand::idle;
                 },
                 [](const m::claiming&) { return job_stand::idle; },
                 [](const m::suspended&) { return job_stand::idle; },
                 [](const m::ended&) { return job_stand::idle; },
                 [](const m::blocked&) { return job_stand::idle; },
                 [&](const m::cancelling& x) {
                   const bool waits = saves_first(known) && x.last == last_state::sought;
                   return waits ? job_stand::moving : job_stand::idle;
                 },
                 [](const m::releasing&) { return job_stand::idle; },
                 [](const m::gone&) { return job_stand::idle; },
                 [&](const m::reserving&) { return unless_it_ran(known); },
                 [&](const m::retrying&) { return unless_it_ran(known); },
                 [&](const m::backing_off&) {
                   const auto stand = unless_it_ran(known);
                   return stand == job_stand::idle ? job_stand::moving : stand;
                 },
                 [&](const m::running& x) { return unless_unseen(known, x.id); },
                 [&](const m::measuring& x) { return unless_unseen(known, x.id); },
                 [&](const m::securing& x) { return unless_unseen(known, x.id); },
                 [&](const m::planning& x) { return unless_unseen(known, x.id); },
                 [](const auto&) { return job_stand::moving; }},
      now);
}

bool rests_in(const job_known& known, const m::state& now) {
  const bool runs =
      std::holds_alternative<m::starting>(now) || std::holds_alternative<m::running>(now) ||
      std::holds_alternative<m::restarting>(now) || std::holds_alternative<m::rescaling>(now);
  return !runs && recorded_stop(known).has_value();
}

std::string refusal_of(const job_known& known) {
  const auto& tried = known.rests;
  const bool given_up = known.cluster.rest_order != 0 && tried.order == known.cluster.rest_order &&
                        tried.failures >= limits::stop_attempts_max;
  return given_up ? tried.message : std::string();
}

namespace {

bool is_batch(const job_known& known) {
  constexpr auto key = "execution.runtime-mode";
  auto mode = value_of(known.spec->flink_configuration, key);
  if (!mode && known.cluster.config) mode = value_of(*known.cluster.config, key);
  return mode == "BATCH" || mode == "batch";
}

}  // namespace

std::string held_because(const job_known& known) {
  if (known.spec && is_batch(known)) return "it is a batch job";
  if (!known.spec || !known.spec->job || !known.spec->job->restart) return {};
  const auto policy = *known.spec->job->restart;
  if (policy == restart_policy::on_failure) return {};
  return "restartPolicy is " + std::string(name_of(policy));
}

}  // namespace drey
