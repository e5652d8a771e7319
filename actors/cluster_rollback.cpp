#include "actors/cluster_rollback.hpp"

#include <algorithm>

#include "actors/explanation.hpp"
#include "actors/planted_bugs.hpp"
#include "actors/rollout_picture.hpp"
#include "protocol/configuration.hpp"
#include "protocol/primary_codec.hpp"
#include "protocol/reconciled_spec.hpp"
#include "protocol/validate.hpp"

namespace drey {

namespace {

/// Nothing that is known excludes it: a job that rests has written nothing since it was stopped.
bool may_have_state(const rollout_known& known) {
  const auto stepped = [&](const rollout_job& job) {
    return known.begun && std::ranges::find(known.begun->jobs, job.name) != known.begun->jobs.end();
  };
  return std::ranges::any_of(known.jobs, [&](const rollout_job& job) {
    return !job.rests && (job.stand != job_stand::idle || stepped(job));
  });
}

std::string within(const return_known& back) { return " within " + span_text(back.readiness); }

std::string because(const std::string& message) {
  return message.empty() ? std::string() : " (" + message + ")";
}

std::string stable_one(const return_known& back) {
  return back.stable_generation == 0
             ? std::string("its last stable spec")
             : "that of generation " + std::to_string(back.stable_generation) +
                   ", which was stable last";
}

flink_deployment_spec with_scaling_of(flink_deployment_spec spec,
                                      const flink_deployment_spec& newest) {
  spec.task_manager.replicas = newest.task_manager.replicas;
  spec.task_manager.scale_down = newest.task_manager.scale_down;
  return spec;
}

}  // namespace

cluster_undoing undoing_of(const rollout_known& known) {
  const auto& back = known.back;
  return decide(cluster_undoing_rules, {back.asked, back.other_stable, back.undone,
                                        back.other_flink, may_have_state(known)});
}

bool may_be_undone(const rollout_known& known) {
  return undoing_of(known) == cluster_undoing::possible;
}

/// That we do not reach it is no failure of it: a JobManager that is ready is left alone.
std::string failure_of(const rollout_known& known, const rollout_plan& plan,
                       const rollout_step& step) {
  if (!known.looked || removes_task_managers(plan.action)) return {};
  if (!known.refused.empty()) return text_of_lack(known);
  if (!known.rest_answers)
    return known.job_manager_down
               ? "its JobManager did not become ready" + within(known.back) + because(known.trouble)
               : std::string();
  if (job_manager_is_left(known, plan)) return {};
  if (lacks_new_ones(known, plan)) return text_of_lack(known);
  const auto& tally = known.task_managers;
  if (tally.ghosts > 0 || (step.retire_below > 0 && tally.lowest < step.retire_below)) return {};
  const auto missing = missing_jobs(known, step);
  if (missing.empty() || !unknown_jobs(known).empty()) return {};
  return "jobs did not come back" + within(known.back) + ": " + missing;
}

// ── which spec counts ───────────────────────────────────────────────────────────────────────────

std::optional<undone_spec> undone_in(const flink_deployment& cluster) {
  const auto& status = cluster.status;
  if (!status.rollback || !cluster.spec) return std::nullopt;
  const auto failed = cluster_spec_in(status.reconciliation.last_reconciled_spec);
  const auto stable = cluster_spec_in(status.reconciliation.last_stable_spec);
  if (!failed || !stable ||
      encode_spec(with_scaling_of(*failed, *cluster.spec)) != encode_spec(*cluster.spec))
    return std::nullopt;
  auto counts =
      is_planted(planted_bug::undone_scaling) ? *stable : with_scaling_of(*stable, *cluster.spec);
  return undone_spec{*status.rollback,
                     std::make_shared<const flink_deployment_spec>(std::move(counts))};
}

return_known return_of(const flink_deployment& cluster, const flink_deployment_spec& counts) {
  return_known back;
  const auto& config = counts.flink_configuration;
  back.asked = value_of(config, "kubernetes.operator.deployment.rollback.enabled") == "true";
  const auto text = value_of(config, "kubernetes.operator.deployment.readiness.timeout");
  if (text) back.readiness = parse_duration(*text).value_or(limits::readiness_timeout);
  const auto& written = cluster.status.reconciliation.last_stable_spec;
  const auto stable = cluster_spec_in(written);
  if (!stable) return back;
  back.stable_generation = generation_in(written);
  back.other_flink = stable->flink_version != counts.flink_version;
  auto same = with_scaling_of(*stable, counts);
  same.restart_nonce = counts.restart_nonce;  // the same under another nonce would fail again
  back.other_stable =
      restarts_something(action_of(changes_between(same, counts, deployment_mode::standalone)));
  return back;
}

// ── for people ──────────────────────────────────────────────────────────────────────────────────

std::string text_of_decision(const rollback_record& record, const return_known& back) {
  return "generation " + std::to_string(record.generation) + " is undone: " + record.why +
         ". The cluster goes back to " + stable_one(back);
}

std::string text_of_lack(const rollout_known& known) {
  if (!known.refused.empty()) return "the API server refuses its objects" + because(known.refused);
  const auto& tally = known.task_managers;
  return std::to_string(tally.fresh_registered) + " of " + std::to_string(tally.wanted) +
         " new TaskManagers came up" + within(known.back) + because(known.failure);
}

std::string text_of_no_return(const rollout_known& known) {
  switch (undoing_of(known)) {
    case cluster_undoing::nothing_before:
      return "; it is not undone, since no other spec of it was stable before";
    case cluster_undoing::has_state:
      return "; it is not undone, since jobs may have state of another version of Flink by now";
    case cluster_undoing::not_asked:
    case cluster_undoing::way_back:
    case cluster_undoing::possible:
      break;
  }
  return {};
}

std::string text_of_return(const rollback_record& record, const return_known& back) {
  return text_of_decision(record, back) + ". Mend the spec: any change of it is tried anew";
}

}  // namespace drey
