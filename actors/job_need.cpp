#include "actors/job_need.hpp"

#include <algorithm>

#include "actors/job_changes.hpp"
#include "actors/job_known.hpp"
#include "actors/job_paths.hpp"
#include "actors/job_picture.hpp"
#include "actors/planted_bugs.hpp"

namespace drey {

job_need need_between(const flink_session_job_spec* before, const flink_session_job_spec& after) {
  if (!after.job) return job_need::nothing;
  const auto* then = before != nullptr && before->job ? &*before->job : nullptr;
  const bool ran = then == nullptr || then->state == desired_state::running;
  if (after.job->state == desired_state::suspended)
    return ran ? job_need::suspend : job_need::nothing;
  if (then == nullptr) return job_need::nothing;
  const auto& nonce = after.job->savepoint_redeploy_nonce;
  if (nonce && nonce != then->savepoint_redeploy_nonce) return job_need::redeploy;
  if (!ran) return job_need::restart;
  const auto changes = job_changes_between(*before, after);
  const auto restarts = std::ranges::count(changes, job_action::restart, &job_change::action);
  const bool rescales = after.job->parallelism != then->parallelism;
  if (restarts == 0) return job_need::nothing;
  return restarts == 1 && rescales ? job_need::rescale : job_need::restart;
}

bool gives_up_state(const job_known& known) {
  if (known.need == job_need::nothing || !known.spec || !known.spec->job) return false;
  if (known.rollback)
    return false;  // how it was stopped says it, not the spec that it goes back to
  return known.need == job_need::redeploy || known.spec->job->upgrade == upgrade_mode::stateless;
}

namespace {

bool may_fall_back(const job_known& known) {
  constexpr auto key = "kubernetes.operator.job.upgrade.last-state-fallback.enabled";
  return setting_of(known, key).value_or("true") != "false";
}

/// As long as Flink did not tell otherwise.
bool keeps_checkpoints(const job_known& known) {
  return !known.retention || known.retention->kept || known.retention->job != current_id(known);
}

}  // namespace

stop_choice choose_stop(const job_known& known, job_health health) {
  return decide(stop_rules,
                {gives_up_state(known), known.spec->job->upgrade == upgrade_mode::savepoint,
                 health == job_health::works, !savepoint_directory(known).empty(),
                 !directory_in_use(known).empty(), may_fall_back(known), keeps_checkpoints(known)});
}

stop_choice choose_rest(const job_known& known, job_health health) {
  return decide(rest_rules, {health == job_health::works, !savepoint_directory(known).empty(),
                             !directory_in_use(known).empty(), keeps_checkpoints(known)});
}

bool must_learn_retention(const job_known& known, const job_id& id, stop_choice choice) {
  if (is_planted(planted_bug::unasked_retention)) return false;
  const bool keeps_state = known.cluster.rest_order != 0 || !gives_up_state(known);
  return choice == stop_choice::by_cancelling && keeps_state &&
         (!known.retention || known.retention->job != id);
}

std::string hold_message(const job_known& known, job_health health) {
  if (!keeps_checkpoints(known) && known.spec->job->upgrade != upgrade_mode::savepoint)
    return std::string("Flink would delete its checkpoints when it is cancelled, and ") +
           (health == job_health::works
                ? "a savepoint has no directory: set execution.checkpointing.savepoint-dir; "
                : "no savepoint can be taken while not all of its tasks run: it is waited for; ") +
           "RETAIN_ON_CANCELLATION keeps them from its next start on";
  if (known.spec->job->upgrade != upgrade_mode::savepoint)
    return "its checkpoints have no directory and would be lost: set execution.checkpointing.dir, "
           "or spec.job.upgradeMode to savepoint or stateless";
  if (health == job_health::works)
    return "its savepoint has no directory: set execution.checkpointing.savepoint-dir";
  return "not all of its tasks run, so no savepoint can be taken: it is waited for; "
         "spec.job.upgradeMode: last-state goes on from its newest checkpoint";
}

}  // namespace drey
