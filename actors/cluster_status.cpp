#include "actors/cluster_status.hpp"

#include <algorithm>

#include "actors/children.hpp"
#include "actors/explanation.hpp"
#include "actors/job_status.hpp"
#include "actors/planted_bugs.hpp"
#include "protocol/overloaded.hpp"
#include "protocol/reconciled_spec.hpp"

namespace drey {

namespace {

using m = cluster_machine;

struct told {
  std::string job_manager;  ///< Apache's jobManagerDeploymentStatus
  std::string lifecycle;
  std::string reason;
  std::string message;
};

std::string list_of(const std::vector<std::string>& all) {
  std::string text;
  for (const auto& one : all) text += (text.empty() ? "" : ", ") + one;
  return text;
}

std::string drains_for(const cluster_known& known) {
  if (!known.session_jobs.empty())
    return "deletion waits for FlinkSessionJobs: " + list_of(known.session_jobs);
  if (known.unmanaged_jobs > 0)
    return "deletion waits for " + std::to_string(known.unmanaged_jobs) +
           " running jobs that no resource declares: cancel them, or set "
           "kubernetes.operator.session.deletion.block-on-unmanaged-jobs to false";
  if (known.job_manager_runs && known.rest != rest_state::answers)
    return "deletion waits a while for the JobManager to say whether jobs run in it: its REST API "
           "does not answer";
  return "deleting";
}

std::string removes(const cluster_known& known, const m::removing& now) {
  if (!now.left.empty()) return "removing; still there: " + list_of(now.left);
  if (now.clean && now.pass_since < known.may_arrive_until)
    return "all is removed; waiting out what may have been asked for and not be made yet";
  return "removing: " + std::string(name_of(now.stage));
}

/// Positions that only pass, and a first look that is not complete, say nothing new.
bool is_silent(const cluster_known& known, const m::state& now) {
  if (std::holds_alternative<m::claiming>(now) || std::holds_alternative<m::releasing>(now) ||
      std::holds_alternative<m::gone>(now))
    return true;
  const bool looks =
      std::holds_alternative<m::starting>(now) || std::holds_alternative<m::ready>(now);
  if (looks && !known.looked && !is_planted(planted_bug::hasty_first_look)) return true;
  if (!std::holds_alternative<m::unclaimed>(now)) return false;
  if (known.deployed && known.finalizer) return true;  // what runs goes on: the next look tells
  return known.problem.empty() && known.foreign_child.empty();
}

/// A rollout that waits for a person.
bool is_for_people(const std::string& reason) {
  return reason == rollout_blocked || reason == "RolloutHalted" || reason == new_ones_fail;
}

/// What happens next, and when.
std::string tell_of_abandoned(const cluster_known& known) {
  const auto& one = *known.unready;
  const auto text = "pod " + one.pod.name + " is on node " + one.node + ", which does not answer";
  if (one.lock == leader_lock::renewed)
    return text + ". It works all the same, for it renews its lock, and is left alone";
  if (one.node_wait)
    return text + ": it is replaced after " + span_text(*one.node_wait) +
           ", unless it renews its lock";
  const auto kubernetes = text + ": Kubernetes replaces it when the tolerations of the pod end";
  if (!known.keeps_jobs) return kubernetes + ", and its jobs start from their newest checkpoints";
  return kubernetes + "; spec.jobManager.unreachableNodeSeconds makes that sooner";
}

std::string tell_of_unready(const cluster_known& known) {
  const auto& pod = known.unready->pod.name;
  const auto text = "pod " + pod + " answers its kubelet no longer";
  if (known.keeps_jobs) return text + ": it is replaced if that lasts";
  return text + ". Without high availability its jobs would go with it, so it is left alone: " +
         "kubectl -n " + known.name.ns + " delete pod " + pod +
         ", and they start again from their newest checkpoints";
}

/// ERROR is Apache's word for a JobManager whose pod is not made or whose container does not come
/// up; it is one that comes to its senses by itself.
told tell_of_start(const cluster_known& known) {
  const auto& trouble = known.job_manager_trouble;
  if (!trouble && known.unready && !known.unready->node.empty())
    return {"DEPLOYED_NOT_READY", "DEPLOYED", "NodeUnreachable", tell_of_abandoned(known)};
  if (!trouble && known.unready && known.now.monotonic - known.unready->seen >= unready_lasts)
    return {"DEPLOYED_NOT_READY", "DEPLOYED", "JobManagerUnready", tell_of_unready(known)};
  if (!trouble)
    return {"DEPLOYING", "DEPLOYED", "JobManagerIsDeploying", "the JobManager is coming up"};
  const bool waits = trouble->reason == unschedulable_reason;
  return {waits ? "DEPLOYING" : "ERROR", "DEPLOYED", trouble->reason, trouble->message};
}

/// What a person can do something about, though nothing needs to be decided: the JobManager's
/// goes first, slots that lack are last. Null: all is well, as far as Kubernetes and Flink tell.
const trouble* trouble_in(const cluster_known& known) {
  if (known.job_manager_trouble) return &*known.job_manager_trouble;
  if (known.task_managers_trouble) return &*known.task_managers_trouble;
  return known.slots_trouble ? &*known.slots_trouble : nullptr;
}

told tell_of(const cluster_known& known, const m::state& now) {
  return std::visit(
      overloaded{[&](const m::unclaimed&) -> told {
                   if (!known.problem.empty())
                     return {"MISSING", "CREATED", "Invalid", known.problem};
                   return {"MISSING", "CREATED", "Waiting", known.foreign_child};
                 },
                 [&](const m::claiming&) -> told { return {}; },  // silent
                 [&](const m::applying&) -> told {
                   if (!known.refused.empty())  // tried again, and told on until it is taken
                     return {"ERROR", "UPGRADING", "ApplyFailed", known.refused};
                   return {"DEPLOYING", "UPGRADING", "Applying", "applying its objects"};
                 },
                 [&](const m::hindered& x) -> told {
                   return {"ERROR", "UPGRADING", "ApplyFailed",
                           known.refused.empty() ? x.message : known.refused};
                 },
                 [&](const m::starting&) -> told { return tell_of_start(known); },
                 [&](const m::ready&) -> told {
                   return {"READY", "STABLE", "JobManagerReady", "REST answers"};
                 },
                 [&](const m::unreachable&) -> told {
                   return {"DEPLOYED_NOT_READY", "DEPLOYED", "DeployedNotReady",
                           "the JobManager's pod is there, its REST API does not answer"};
                 },
                 [&](const m::replacing&) -> told {
                   return {"DEPLOYED_NOT_READY", "DEPLOYED", "JobManagerReplaced",
                           "a JobManager that does not answer its kubelet is being replaced"};
                 },
                 [&](const m::draining&) -> told {
                   return {"READY", "DELETING", "Deleting", drains_for(known)};
                 },
                 [&](const m::removing& x) -> told {
                   return {"MISSING", "DELETING", "Deleting", removes(known, x)};
                 },
                 [&](const m::releasing&) -> told { return {}; },  // silent
                 [&](const m::gone&) -> told { return {}; }},      // silent
      now);
}

/// RUNNING becomes Running.
std::string in_camel_case(std::string word) {
  for (std::size_t i = 1; i < word.size(); ++i)
    if (word[i] >= 'A' && word[i] <= 'Z') word[i] = static_cast<char>(word[i] - 'A' + 'a');
  return word.empty() ? "Unknown" : word;
}

/// Of an application both must be well, and who is not is told of: its job before the cluster, but
/// for a spec that is wrong.
condition joined(const cluster_known& known, const boxed<flink_session_job_status>& job,
                 condition own) {
  if (!known.application || known.deleting || !job) return own;
  const auto found = std::ranges::find(job->conditions, own.type, &condition::type);
  if (found == job->conditions.end()) return own;
  auto of_job = *found;
  of_job.observed_generation = own.observed_generation;
  if (own.reason == "Invalid") return own;
  if (known.rests) return of_job;
  const bool well = own.type == "Ready";
  const std::string_view counts = well ? "False" : "True";
  const auto& cause = known.job_manager_trouble;  // the job only waits for it
  if (cause && own.reason == cause->reason && own.status == counts) return own;
  return of_job.status == counts || own.status != counts ? of_job : own;
}

/// What the resource says in one word, and whether it was deployed.
void tell_of_application(const cluster_known& known, flink_deployment_status& status) {
  if (!known.application || !status.application) return;
  const auto& job = *status.application;
  const auto& lifecycle = status.lifecycle_state;
  if (status.error.empty()) status.error = job.error;
  if (known.rests) status.job_manager_deployment_status = "MISSING";
  if (known.deleting || lifecycle == "UPGRADING" || !known.problem.empty()) return;
  if (!job.lifecycle_state.empty()) status.lifecycle_state = job.lifecycle_state;
}

void state_is(reconciliation_status& all, std::string_view state, milliseconds wall) {
  if (all.state == state) return;
  all.state = state;
  all.reconciliation_timestamp = wall.count();
}

/// As Apache keeps it: a spec that is undone stays the last reconciled one, and the last stable one
/// is what is deployed from the intent to go back on. When the newest spec counts again what was
/// deployed becomes the last reconciled one.
void record_specs(reconciliation_status& all, const rollout_report& rollout, milliseconds wall) {
  const bool was_undone = all.state == rolled_back || all.state == rolling_back;
  if (!rollout.rollback && was_undone) {
    all.last_reconciled_spec = deployed_text(all);
    state_is(all, "UPGRADING", wall);
  }
  if (rollout.rollback) {
    const bool goes = !rollout.stable.empty() || all.state == rolled_back;
    state_is(all, goes ? rolled_back : rolling_back, wall);
  }
  if (!rollout.reconciled.empty()) all.last_reconciled_spec = rollout.reconciled;
  if (!rollout.stable.empty()) all.last_stable_spec = rollout.stable;
}

/// In Apache's words.
std::string lifecycle_when_undone(const std::string& lifecycle, const rollout_report& rollout) {
  if (lifecycle == "DELETING") return lifecycle;
  if (rollout.active || lifecycle == "UPGRADING") return std::string(rolling_back);
  return lifecycle == "STABLE" ? std::string(rolled_back) : lifecycle;
}

/// Why a person has to act. Of a way back that fails, too, both reasons. None: nobody has to.
std::optional<rollout_word> stall_of(const cluster_known& known, const told& said,
                                     const rollout_report& rollout) {
  if (!known.problem.empty()) return rollout_word{"Invalid", known.problem};
  const bool refused = said.reason == "ApplyFailed";
  const bool waits = rollout.active && is_for_people(rollout.word.reason);
  const auto& own = refused ? said.message : rollout.word.message;
  if (!rollout.rollback || known.deleting) {
    if (waits) return rollout.word;
    return refused ? std::optional{rollout_word{said.reason, said.message}} : std::nullopt;
  }
  const auto text = text_of_return(*rollout.rollback, rollout.back);
  if (!refused && !waits) return rollout_word{rollout.active ? "RollingBack" : "RolledBack", text};
  const bool asks = waits && rollout.word.reason == rollout_blocked;
  return rollout_word{asks ? rollout.word.reason : std::string(return_failed),
                      "the way back does not go on: " + own + ". It was begun because " + text};
}

}  // namespace

flink_deployment_status status_of(const cluster_known& known, const cluster_machine::state& now,
                                  const task_manager_count& count, const rollout_report& rollout) {
  auto status = known.recorded;
  status.rollout = rollout.record;
  status.rollback = rollout.rollback;
  record_specs(status.reconciliation, rollout, known.now.wall);
  if (is_silent(known, now)) return status;
  const auto said = tell_of(known, now);
  const auto wall = known.now.wall;
  const bool serves = said.job_manager == "READY" && said.lifecycle != "DELETING";
  const bool rolls = rollout.active && serves;
  status.job_manager_deployment_status = said.job_manager;
  status.lifecycle_state = rolls ? "UPGRADING" : said.lifecycle;
  status.observed_generation = known.generation;
  auto task_managers = selector_of(known.name.name, component::task_manager, known.mode);
  if (is_planted(planted_bug::wide_scale_selector)) task_managers.erase("component");
  status.task_manager_label_selector = text_of_selector(task_managers);
  status.task_manager_replicas = count.existing;
  const bool invalid = !known.problem.empty();
  const auto stall = stall_of(known, said, rollout);
  status.error = invalid ? known.problem : said.job_manager == "ERROR" ? said.message : "";
  if (!invalid) status.mode = name_of(known.mode);
  tell_of_application(known, status);
  const auto& lifecycle = status.lifecycle_state;
  if (!rollout.rollback)
    state_is(status.reconciliation,
             lifecycle == "UPGRADING" || lifecycle == "CREATED" ? "UPGRADING" : "DEPLOYED", wall);
  if (rollout.rollback) {
    status.lifecycle_state = lifecycle_when_undone(lifecycle, rollout);
    if (status.error.empty() && stall) status.error = stall->message;
  }
  const auto flag = [&](const char* type, bool is, const std::string& reason,
                        const std::string& message) {
    const condition own{type, is ? "True" : "False", reason, message, {}, known.generation};
    set_condition(status.conditions, joined(known, status.application, own), wall);
  };
  const bool up = said.job_manager == "READY";
  const bool complete = count.registered >= count.wanted;
  const auto wanted =
      known.mode == deployment_mode::native ? "" : " of " + std::to_string(count.wanted);
  const auto counted = std::to_string(count.registered) + wanted + " TaskManagers registered, " +
                       std::to_string(count.slots) + " slots";
  if (known.application)  // Apache's condition, for those who read it
    flag("Running", status.job.state == "RUNNING", in_camel_case(status.job.state),
         "Job status " + status.job.state);
  else
    flag("Running", up, said.reason, said.message);
  const auto* trouble = said.lifecycle == "DELETING" ? nullptr : trouble_in(known);
  const bool told_beside = up && !complete && trouble != nullptr;
  flag("Ready", up && complete, up ? (complete ? "Ready" : "TaskManagersMissing") : said.reason,
       up ? counted + (told_beside ? ". " + trouble->message : "") : said.message);
  const auto& word = rollout.word;
  const bool shrinks = word.reason == scale_down_waits;
  flag("Progressing", rollout.active || shrinks || !serves, serves ? word.reason : said.reason,
       serves ? word.message : said.message);
  if (trouble != nullptr && !(rolls && word.reason == "RolloutHalted"))
    flag("Degraded", true, trouble->reason, trouble->message);
  else
    flag("Degraded", rolls && word.reason == "RolloutHalted", serves ? word.reason : said.reason,
         serves ? word.message : said.message);
  flag("Stalled", stall.has_value(), stall ? stall->reason : said.reason,
       stall ? stall->message : said.message);
  return status;
}

}  // namespace drey
