#include "actors/job_status.hpp"

#include <algorithm>
#include <chrono>

#include "actors/job_candidates.hpp"
#include "actors/job_deletion.hpp"
#include "actors/job_operation.hpp"
#include "actors/job_parallelism.hpp"
#include "actors/job_picture.hpp"
#include "actors/job_rescaling.hpp"
#include "actors/job_restarts.hpp"
#include "actors/job_start.hpp"
#include "actors/job_trial.hpp"
#include "actors/planted_bugs.hpp"
#include "actors/restart_policy.hpp"
#include "protocol/primary_codec.hpp"
#include "protocol/reconciled_spec.hpp"

namespace drey {

namespace {

using m = job_machine;

constexpr auto submit_failed = "SubmitFailed";

/// One line per position: Flink's state as users of the Apache operator know it, the lifecycle
/// state, and what a person is told.
struct told {
  std::string state;
  std::string lifecycle;
  std::string reason;
  std::string message;
};

std::string waits_for(const job_known& known) {
  if (!known.problem.empty()) return known.problem;
  if (known.spec && known.spec->job && known.spec->job->state == desired_state::suspended)
    return "spec.job.state is suspended";
  const auto cluster = known.spec ? known.spec->deployment_name : std::string{};
  switch (known.cluster.phase) {
    case cluster_phase::unknown:
      return "waiting to hear of cluster " + cluster;
    case cluster_phase::missing:
      return "FlinkDeployment " + cluster +
             " does not exist in this namespace: create it, or correct "
             "spec.deploymentName";
    case cluster_phase::application:
      return "FlinkDeployment " + cluster +
             " runs a job of its own (spec.job) and takes no session jobs";
    case cluster_phase::starting:
      return "cluster " + cluster + " is starting";
    case cluster_phase::unreachable:
      return "the REST API of cluster " + cluster + " does not answer";
    case cluster_phase::deleting:
      return "cluster " + cluster + " is being deleted";
    case cluster_phase::ready:
      if (auto why = why_not_begun(known); !why.empty()) return why;
      return "cluster " + cluster + " is ready";
  }
  return {};
}

std::string row_state(const job_known& known, const job_id& id) {
  const auto* row = row_of(known, id);
  if (row == nullptr) return "RECONCILING";
  return row->state == "RUNNING" && !all_tasks_run(*row) ? "CREATED" : row->state;
}

/// What is said in each position.
struct teller {
  const job_known& known;
  const std::string& was;  ///< `jobStatus.state` as it stands

  told operator()(const m::waiting&) const {
    const auto& lifecycle = known.recorded->lifecycle_state;
    const auto stop = recorded_stop(known);
    const bool over = stop && is_established(known.history, stop->job);
    return {over ? "RECONCILING" : was, lifecycle.empty() ? "CREATED" : lifecycle, "Waiting",
            waits_for(known)};
  }
  told operator()(const m::claiming&) const { return {}; }  // silent
  told operator()(const m::reserving&) const {
    return {"RECONCILING", "UPGRADING", "WaitingForSlots",
            "waiting for " + std::to_string(known.spec->job->parallelism) +
                " free slots in cluster " + known.spec->deployment_name};
  }
  told operator()(const m::recording& x) const {
    return submitting(x.what, "writing down what is to be done");
  }
  told operator()(const m::fetching& x) const { return submitting(x.what, "fetching the jar"); }
  told operator()(const m::uploading& x) const { return submitting(x.what, "uploading the jar"); }
  told operator()(const m::submitting& x) const { return submitting(x.what, "submitting"); }
  told operator()(const m::resolving& x) const {
    return submitting(
        x.what, "whether Flink took the submission is not known yet; its list of jobs will tell");
  }
  told operator()(const m::retrying& x) const {
    return {"RECONCILING", "UPGRADING", submit_failed, x.message + text_of_no_rollback(known)};
  }
  told operator()(const m::starting& x) const {
    return {row_state(known, x.id), "DEPLOYED", "Starting", "not all tasks run yet"};
  }
  told operator()(const m::running& x) const {
    if (row_of(known, x.id) != nullptr)
      return {"RUNNING", known.trial ? "DEPLOYED" : "STABLE", "Running",
              "all tasks run" + text_of_parallelism(known)};
    return {"RECONCILING", "STABLE", "NotObserved", waits_for(known)};
  }
  told operator()(const m::restarting& x) const {
    return {row_state(known, x.id), "DEPLOYED", "Restarting", "Flink is restarting its tasks"};
  }
  told operator()(const m::measuring& x) const { return to_rescale(x.id, "looking at its parts"); }
  told operator()(const m::securing& x) const {
    return to_rescale(x.id, "making a checkpoint before its parallelism changes");
  }
  told operator()(const m::planning& x) const {
    return to_rescale(x.id, "writing down what is to be done");
  }
  told operator()(const m::rescaling& x) const {
    return to_rescale(x.id, "Flink changes its parallelism to " + std::to_string(x.parallelism));
  }
  told operator()(const m::intending&) const { return changing("writing down what is to be done"); }
  told operator()(const m::stopping&) const { return changing("stopping it with a savepoint"); }
  told operator()(const m::halting&) const { return changing("cancelling it"); }
  told operator()(const m::suspended& x) const {
    return {"FINISHED", "SUSPENDED", "Suspended",
            x.path.empty() ? "spec.job.state is suspended; it has no state to go on from"
                           : "spec.job.state is suspended; it goes on from " + x.path};
  }
  told operator()(const m::missing&) const {
    if (may_live_elsewhere(known))
      return {
          "RECONCILING", "DEPLOYED", "NodeLost",
          "an earlier JobManager may run the job on a node that is out of reach. When that machine "
          "is off for certain, give its node the taint node.kubernetes.io/out-of-service"};
    return {"RECONCILING", "DEPLOYED", "Missing", "the JobManager does not list the job"};
  }
  told operator()(const m::gathering&) const {
    return {"RECONCILING", "DEPLOYED", "Recovering", "establishing the newest state"};
  }
  told operator()(const m::backing_off&) const {
    return {"RECONCILING", "UPGRADING", "Recovering", "waiting to be started again"};
  }
  told operator()(const m::ended& x) const {
    const auto stands = standstill_of(known, x.final_state, known.history.newest);
    const auto lifecycle = x.final_state == "FAILED" ? "FAILED" : "STABLE";
    if (stands.reason.empty())
      return {x.final_state, lifecycle, "Ended", "the job is " + x.final_state};
    return {x.final_state, lifecycle, stands.reason, stands.message};
  }
  told operator()(const m::blocked& x) const {
    return {"RECONCILING", "FAILED", std::string(manual_restore),
            "Manual restore required: " + x.reason + ". " + text_of_candidates(known) + ". " +
                std::string(how_to_choose)};
  }
  told operator()(const m::cancelling&) const { return {was, "DELETING", "Deleting", going()}; }
  told operator()(const m::releasing&) const { return {}; }  // silent
  told operator()(const m::gone&) const { return {}; }       // silent

  std::string going() const {
    if (!list_is_live(known)) return "deletion waits: " + waits_for(known);
    if (!saves_first(known)) return "cancelling";
    const auto& listing = known.history.unlisted;
    return listing ? "making FlinkStateSnapshot " + listing->name + " of its last savepoint"
                   : "seeing that it is over";
  }
  told changing(std::string message) const {
    if (known.deleting) return {was, "DELETING", "Deleting", std::move(message)};
    if (is_rolling_back(known)) return {was, "UPGRADING", "RollingBack", std::move(message)};
    if (is_resizing(known)) return {was, "UPGRADING", "Rescaling", std::move(message)};
    const bool suspends = known.need == job_need::suspend;
    return {was, "UPGRADING", suspends ? "Suspending" : "Upgrading", std::move(message)};
  }
  told to_rescale(const job_id& id, std::string message) const {
    return {row_state(known, id), "UPGRADING", "Rescaling", std::move(message)};
  }
  /// What failed stays told until a try has come further: it is no news that there is another one.
  told submitting(const submission& what, std::string message) const {
    const auto& all = known.recorded->conditions;
    const auto failed = std::ranges::find(all, "Stalled", &condition::type);
    const bool told_already = what.tries > 0 && failed != all.end() && failed->status == "True" &&
                              failed->reason == submit_failed &&
                              failed->observed_generation == known.generation;
    if (told_already) return {"RECONCILING", "UPGRADING", submit_failed, failed->message};
    return {"RECONCILING", "UPGRADING", "Submitting", std::move(message)};
  }
};

/// A person was told to choose, and its state is looked for once more: that stands meanwhile.
bool looks_again(const job_known& known, const m::state& now) {
  const bool looks = std::holds_alternative<m::gathering>(now) ||
                     (std::holds_alternative<m::missing>(now) && !may_live_elsewhere(known));
  return looks && !known.deleting && !told_to_choose(known).empty() &&
         !is_planted(planted_bug::restless_choice);
}

/// Positions that only pass, a first look that has not heard of the cluster yet, and one more look
/// for what a person must choose from, say nothing new.
bool is_silent(const job_known& known, const m::state& now) {
  if (std::holds_alternative<m::claiming>(now) || std::holds_alternative<m::releasing>(now) ||
      std::holds_alternative<m::gone>(now) || looks_again(known, now))
    return true;
  if (!std::holds_alternative<m::waiting>(now)) return false;
  const bool wrong = !known.problem.empty() || !why_never_begun(known).empty();
  if (wrong && known.history.job_ids.empty()) return false;
  return known.cluster.phase == cluster_phase::unknown ||
         (is_wanted(known) && list_is_live(known));  // the next look goes on from there
}

told tell_of(const job_known& known, const m::state& now) {
  return std::visit(teller{known, known.recorded->job.state}, now);
}

/// In Apache's words.
std::string lifecycle_of(const job_known& known, const std::string& lifecycle) {
  if (known.deleting) return "DELETING";
  if (!known.rollback) return lifecycle;
  if (lifecycle == "UPGRADING") return std::string(rolling_back);
  return lifecycle == "STABLE" ? std::string(rolled_back) : lifecycle;
}

template <class... Positions>
bool is_one_of(const m::state& now) {
  return (std::holds_alternative<Positions>(now) || ...);
}

/// It does not go on until a person acts.
bool waits_for_people(const m::state& now, const told& said) {
  return is_one_of<m::blocked>(now) || (is_one_of<m::ended>(now) && said.reason != "Ended");
}

/// It is to run, and does not do its work as it should.
bool is_hurt(const job_known& known, const m::state& now, const told& said) {
  if (is_one_of<m::gathering>(now)) return !recorded_stop(known);
  return waits_for_people(now, said) ||
         is_one_of<m::restarting, m::missing, m::backing_off, m::retrying>(now);
}

/// Something is being done about it, by drey or by Flink.
bool is_under_way(const m::state& now) {
  return !is_one_of<m::running, m::suspended, m::ended, m::blocked>(now);
}

/// From now on the present spec is what was carried out: with the intent to submit it, when it is
/// suspended, and of what an operator left that did not write it down.
bool is_carried_out(const job_known& known, const m::state& now) {
  if (std::holds_alternative<m::suspended>(now)) return !is_wanted(known);
  if (!is_wanted(known)) return false;
  if (std::holds_alternative<m::recording>(now)) return true;
  const auto* plan = std::get_if<m::planning>(&now);
  if (plan != nullptr && plan->generation == known.generation) return true;
  const auto& recorded = *known.recorded;
  return recorded.reconciliation.last_reconciled_spec.empty() && recorded.lineage &&
         !recorded.lineage->job_ids.empty();
}

/// As Apache keeps it: a spec that is undone stays the last reconciled one, and the last stable one
/// is what was carried out from the intent to submit that on. When it counts no more (another
/// generation) what was carried out becomes the last reconciled one.
void record_specs(reconciliation_status& all, const job_known& known, const m::state& now) {
  const bool undone = known.rollback.has_value();
  const bool first = all.last_reconciled_spec.empty();
  const auto text = [&](const flink_session_job_spec& spec) {
    return reconciled_text(known.generation, first ? deployment_is::first : deployment_is::another,
                           encode_spec(spec));
  };
  if (undone && known.asked && std::holds_alternative<m::recording>(now))
    all.last_reconciled_spec = text(*known.asked);
  if (!undone && all.state == rolled_back) all.last_reconciled_spec = all.last_stable_spec;
  if (!undone && known.spec && is_carried_out(known, now))
    all.last_reconciled_spec = text(*known.spec);
  all.last_stable_spec = known.stable_text;
}

/// As Apache keeps it, for whoever reads it or takes over from us: where a job that is over goes on
/// from. It goes when there is newer state: nobody is to go back to that, or to hold its files.
void note_upgrade_path(job_status& job, const job_known& known) {
  const auto& newest = known.history.newest;
  if (!newest) return;
  const auto id = current_id(known);
  if (id && is_established(known.history, id))
    job.upgrade_savepoint_path = newest->path;
  else if (newest->path != job.upgrade_savepoint_path)
    job.upgrade_savepoint_path.clear();
}

std::string reconciliation_state(const job_known& known, const m::state& now,
                                 const std::string& lifecycle) {
  if (known.rollback) {
    const bool carried_out = std::holds_alternative<m::recording>(now) ||
                             known.recorded->reconciliation.state == rolled_back;
    return std::string(carried_out ? rolled_back : rolling_back);
  }
  return lifecycle == "UPGRADING" || lifecycle == "CREATED" ? "UPGRADING" : "DEPLOYED";
}

/// It runs on meanwhile.
std::string reason_of_hold(const job_known& known) {
  const bool lacks = waits_for_slots(known) && known.change.message == lack_of_slots(known);
  return lacks ? "WaitingForSlots" : "UpgradeFailed";
}

/// What lasts beyond one look at a job that Flink has.
told ailment_of(const job_known& known, const m::state& now) {
  if (!is_one_of<m::running, m::restarting, m::starting, m::backing_off>(now)) return {};
  if (is_one_of<m::running>(now))
    if (auto still = text_of_standstill(known.progress); !still.empty())
      return {"", "", std::string(no_checkpoints), std::move(still)};
  auto loops = text_of_crash_loop(known.recorded->restarts, known.now.wall);
  if (loops.empty()) return {};
  return {"", "", std::string(crash_loop_reason), std::move(loops)};
}

}  // namespace

/// Times of conditions have whole seconds (`metav1.Time`): what is written is what is read back.
void set_condition(std::vector<condition>& all, condition wanted, milliseconds wall) {
  const auto stamp = std::chrono::floor<seconds>(wall);
  auto found = std::ranges::find(all, wanted.type, &condition::type);
  if (found == all.end())
    found = all.insert(all.end(), condition{wanted.type, "", "", "", stamp, 0});
  const bool moved = found->status != wanted.status || is_planted(planted_bug::restless_status);
  wanted.last_transition_time = moved ? stamp : found->last_transition_time;
  *found = std::move(wanted);
}

flink_session_job_status status_of(const job_known& known, const m::state& now,
                                   const asked_snapshots& asked) {
  if (is_silent(known, now)) return *known.recorded;
  auto status = *known.recorded;
  const auto said = tell_of(known, now);
  const auto wall = known.now.wall;
  if (status.job.state != said.state) status.job.update_time = std::to_string(wall.count());
  status.job.state = said.state;
  if (const auto id = current_id(known)) {
    status.job.job_id = id.hex;
    if (const auto* row = row_of(known, id)) {
      status.job.job_name = row->name;
      status.job.start_time = std::to_string(row->start_time);
    }
  }
  note_upgrade_path(status.job, known);
  status.lifecycle_state = lifecycle_of(known, said.lifecycle);
  status.observed_generation = known.generation;
  status.operation = operation_of(known, now);
  record_specs(status.reconciliation, known, now);
  status.trial = known.trial;
  status.rollback = known.rollback;
  status.parallelism = known.parallelism;
  status.change = known.change != change_record{} ? std::optional{known.change} : std::nullopt;
  if (known.history != lineage{}) status.lineage = known.history;
  if (asked.savepoint != savepoint_record{}) status.savepoint = asked.savepoint;
  if (asked.checkpoint != savepoint_record{}) status.checkpoint = asked.checkpoint;
  const bool stuck = said.reason == submit_failed || waits_for_people(now, said);
  const bool held = known.need != job_need::nothing && known.change.generation == known.generation;
  const auto undone = is_rolling_back(known) ? "RollingBack" : "RolledBack";
  const auto unsaved = text_of_wait(known, now);
  const auto unbegun = is_one_of<m::waiting>(now) ? why_never_begun(known) : std::string{};
  const auto trouble = !unsaved.empty()
                           ? told{"", "", std::string(savepoint_on_deletion_failed), unsaved}
                       : !known.problem.empty() ? told{"", "", "Invalid", known.problem}
                       : stuck                  ? told{"", "", said.reason, said.message}
                       : !unbegun.empty()       ? told{"", "", "Invalid", unbegun}
                       : known.rollback         ? told{"", "", undone, text_of_rollback(known)}
                       : held ? told{"", "", reason_of_hold(known), known.change.message}
                              : told{};
  status.error = trouble.message;
  const auto deployed = reconciliation_state(known, now, said.lifecycle);
  if (status.reconciliation.state != deployed) {
    status.reconciliation.state = deployed;
    status.reconciliation.reconciliation_timestamp = wall.count();
  }
  const auto flag = [&](const char* type, bool is, const std::string& reason,
                        const std::string& message) {
    set_condition(status.conditions,
                  {type, is ? "True" : "False", reason, message, {}, known.generation}, wall);
  };
  flag("Ready", said.state == "RUNNING", said.reason, said.message);
  flag("Progressing", is_under_way(now), said.reason, said.message);
  const auto ails = ailment_of(known, now);
  const bool ailing = !ails.reason.empty();
  flag("Degraded", ailing || is_hurt(known, now, said), ailing ? ails.reason : said.reason,
       ailing ? ails.message : said.message);
  const bool stalled = !trouble.reason.empty();
  flag("Stalled", stalled, stalled ? trouble.reason : said.reason,
       stalled ? trouble.message : said.message);
  return status;
}

}  // namespace drey
