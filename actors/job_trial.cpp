#include "actors/job_trial.hpp"

#include <algorithm>

#include "actors/explanation.hpp"
#include "actors/job_paths.hpp"
#include "actors/job_picture.hpp"
#include "actors/planted_bugs.hpp"
#include "actors/snapshot_claims.hpp"
#include "protocol/reconciled_spec.hpp"

namespace drey {

namespace {

bool is_asked_for(const job_known& known) {
  return setting_of(known, "kubernetes.operator.deployment.rollback.enabled") == "true";
}

milliseconds readiness_timeout(const job_known& known) {
  const auto text = setting_of(known, "kubernetes.operator.deployment.readiness.timeout");
  return text ? parse_duration(*text).value_or(limits::readiness_timeout)
              : limits::readiness_timeout;
}

/// Only what is run counts: the same under another nonce would fail again.
bool is_other_than_stable(const job_known& known) {
  if (!known.stable || !known.spec || !known.spec->job) return false;
  auto before = *known.stable;
  before.restart_nonce = known.spec->restart_nonce;
  before.job->savepoint_redeploy_nonce = known.spec->job->savepoint_redeploy_nonce;
  return need_between(&before, *known.spec) != job_need::nothing;
}

/// A stateless job that began from nothing has none to lose.
bool has_given_up(const job_known& known, branch of, const std::string& from) {
  const bool keeps_none =
      known.stable && known.stable->job->upgrade == upgrade_mode::stateless && from.empty();
  return of == branch::fresh && !keeps_none;
}

branch branch_of(const job_known& known) {
  const auto& trial = *known.trial;
  return trial.submissions > 0 && known.history.branch == trial.submissions ? branch::fresh
                                                                            : branch::same;
}

/// Its JobManager answers, and has done so for a while.
bool is_well_asked(const job_known& known) {
  return list_is_live(known) && known.now.monotonic - known.answers_since >= limits::recovery_grace;
}

bool has_waited(const job_known& known) {
  return known.now.wall - milliseconds{known.trial->since} >= readiness_timeout(known);
}

bool may_be_undone(const job_known& known) {
  return known.trial && !known.rollback && is_wanted(known) &&
         undoing_of(known, known.history.newest) == undoing::possible;
}

std::string stable_one(const job_known& known) {
  const auto generation = generation_in(known.stable_text);
  return generation == 0
             ? std::string("its last stable spec")
             : "that of generation " + std::to_string(generation) + ", which was stable last";
}

std::string within(const job_known& known) {
  return " within " + span_text(readiness_timeout(known));
}

}  // namespace

undoing undoing_of(const job_known& known, const std::optional<restore_point>& newest) {
  if (!known.trial) return undoing::not_asked;
  return decide(undoing_rules, {is_asked_for(known), is_other_than_stable(known),
                                has_given_up(known, branch_of(known), known.trial->from),
                                is_of_trial(known, newest)});
}

bool is_rolling_back(const job_known& known) {
  return known.rollback && known.need != job_need::nothing;
}

std::optional<trial_record> trial_of(const job_known& known, const submission& what, id_is id) {
  if (known.rollback || !is_asked_for(known)) return std::nullopt;
  if (known.stable && !is_other_than_stable(known)) return std::nullopt;
  const auto since = known.now.wall.count();
  if (known.trial && known.need == job_need::nothing) {
    auto again = *known.trial;
    again.since = since;
    return again;
  }
  const auto before = known.history.submissions - (id == id_is::known ? 1 : 0);
  return trial_record{known.generation, what.path, before, since};
}

bool is_of_trial(const job_known& known, const std::optional<restore_point>& point) {
  if (!known.trial || !point || is_planted(planted_bug::late_rollback)) return false;
  const auto& from = known.trial->from;
  if (point->path == from || is_same_snapshot(point->path, from)) return false;
  const auto& ids = known.history.job_ids;
  const auto newer = known.history.submissions - known.trial->submissions;
  const auto older = std::max<std::int64_t>(0, std::ssize(ids) - newer);
  return std::none_of(ids.begin(), ids.begin() + older, [&](const std::string& id) {
    return point->path.find("/" + id + "/") != std::string::npos ||
           point->path.find("/" + id + "-") != std::string::npos;  // of a FlinkStateSnapshot
  });
}

bool becomes_stable(const job_known& known, milliseconds ran) {
  if (known.rollback) return false;
  if (!known.trial) {
    const auto& written = known.recorded->reconciliation;
    return !deployed_text(written).empty() && deployed_text(written) != known.stable_text;
  }
  return is_of_trial(known, known.history.newest) ||
         (ran >= limits::stable_after && !checkpoint_interval(known));
}

// ── why it is to be undone ──────────────────────────────────────────────────────────────────────

std::string overdue(const job_known& known, job_health health) {
  if (!known.trial || !is_well_asked(known) || !has_waited(known)) return {};
  const auto& seen = known.progress;
  const bool works = health == job_health::works;
  if (works && !(seen.stands_still && seen.of == current_id(known))) return {};
  if (!may_be_undone(known)) return {};
  if (works) return "all its tasks run, and it completes no checkpoint";
  return "not all its tasks ran" + within(known) + ", or they did not keep running";
}

std::string refused_for_good(const job_known& known, const job_machine::retrying& now) {
  if (!known.trial || !list_is_live(known) || known.need != job_need::nothing) return {};
  const bool for_good = now.what.refusals >= limits::refusals_max;
  const bool in_vain = is_well_asked(known) && has_waited(known);
  if ((!for_good && !in_vain) || !may_be_undone(known)) return {};
  return "it could not be submitted" + (for_good ? std::string() : within(known)) + " (" +
         now.message + ")";
}

/// Nothing of it was submitted: what ran before is as it was left.
std::string without_room(const job_known& known, const job_machine::reserving& now) {
  if (known.rollback || known.need == job_need::nothing || now.since == milliseconds{0} ||
      known.now.monotonic - now.since < readiness_timeout(known))
    return {};
  const auto answer = decide(undoing_rules, {is_asked_for(known), is_other_than_stable(known),
                                             has_given_up(known, now.branch, now.path), false});
  if (answer != undoing::possible) return {};
  return "its cluster had no " + std::to_string(known.spec->job->parallelism) + " free slots" +
         within(known);
}

std::string failed_on_trial(const job_known& known, const std::string& final_state,
                            const std::optional<restore_point>& newest) {
  if (final_state != "FAILED" || !known.trial || known.rollback || !is_wanted(known) ||
      recorded_stop(known) || undoing_of(known, newest) != undoing::possible)
    return {};
  const auto& why = known.history.failure;
  return "the job FAILED before it was stable" + (why.empty() ? why : " (" + why + ")");
}

// ── for people ──────────────────────────────────────────────────────────────────────────────────

rollback_record rollback_for(const job_known& known, std::string why) {
  return {known.generation, std::move(why), known.now.wall.count()};
}

tell tell_rollback(const job_known& known, const std::string& why) {
  return {"Warning", "Rollback",
          "generation " + std::to_string(known.generation) + " is undone: " + why +
              ". The job goes back to " + stable_one(known)};
}

std::string text_of_rollback(const job_known& known) {
  const auto& record = *known.rollback;
  return "generation " + std::to_string(record.generation) + " is undone: " + record.why +
         (is_rolling_back(known) ? ". The job goes back to " : ". The job has again ") +
         stable_one(known) + ". Mend the spec: any change of it is tried anew";
}

std::string text_of_no_rollback(const job_known& known) {
  switch (undoing_of(known, known.history.newest)) {
    case undoing::nothing_before:
      return "; it is not undone, since no other spec of it was stable before";
    case undoing::state_given_up:
      return "; it is not undone, since the state of before was given up for it";
    case undoing::has_state:
      return "; it is not undone, since it completed a checkpoint under this spec";
    case undoing::not_asked:
    case undoing::possible:
      break;
  }
  return {};
}

}  // namespace drey
