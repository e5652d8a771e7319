/// The job shell's other half: each command as calls of the outside world.
#include <algorithm>

#include "actors/job_actor.hpp"
#include "actors/job_paths.hpp"
#include "actors/job_picture.hpp"
#include "actors/planted_bugs.hpp"
#include "actors/spec_problem.hpp"
#include "protocol/reconciled_spec.hpp"

namespace drey {

namespace {

/// How far it is, and its location or why it failed.
std::pair<savepoint_state, std::string> outcome_of(const savepoint_progress& told) {
  if (!told.failure.empty()) return {savepoint_state::failed, told.failure};
  if (!told.location.empty()) return {savepoint_state::completed, told.location};
  return {savepoint_state::in_progress, ""};
}

}  // namespace

void job_shell::perform(std::uint8_t from, const record_intent& command) {
  const bool stops = std::holds_alternative<job_machine::intending>(job_.now());
  if (is_planted(planted_bug::submit_before_status) ||
      (stops && is_planted(planted_bug::stop_before_status)))
    job_.learn(status_written{command.request});
  last_intent_ = after(last_intent_);
  intents_.push_back({last_intent_, from, command.request});
  publish(last_intent_);
}
void job_shell::perform(std::uint8_t from, const set_deadline& command) {
  out_->wake(from, command.timer, command.wait);
}
void job_shell::perform(std::uint8_t, const add_finalizer& command) {
  primary_->want({command.request, finalizer_change::add, std::string(session_job_finalizer)});
}
void job_shell::perform(std::uint8_t, const remove_finalizer& command) {
  primary_->want({command.request, finalizer_change::remove, std::string(session_job_finalizer)});
}

void job_shell::perform(std::uint8_t, const reserve_slots& command) {
  if (!cluster_) return job_.learn(slots_answered{command.request, slots::short_of});
  self_->send(cluster_, slots_wanted{known().uid, command.request, known().spec->job->parallelism});
}
void job_shell::perform(std::uint8_t, const release_slots&) {
  if (cluster_) self_->send(cluster_, slots_freed{known().uid});
}

// ── memory ──────────────────────────────────────────────────────────────────────────────────────

void job_shell::perform(std::uint8_t, const remember_submission& command) {
  auto& history = known().history;
  if (history.submissions == 0 && known().spec->job->savepoint_trigger_nonce)
    savepoint_record_.nonce =
        *known().spec->job->savepoint_trigger_nonce;  // what was there first asks for nothing
  if (command.what.branch == branch::fresh) {
    history.branch = history.submissions;
    history.newest.reset();
    history.triggers.clear();
  }
  history.failure.clear();
  if (history.submissions == 0 && known().spec->job->snapshot)  // it is consumed
    history.newest = restore_point{command.what.path, 0, "initial"};
  ++history.submissions;
  history.job_ids.push_back(command.what.id.hex);
  history.directory = checkpoint_directory(known());
  if (history.job_ids.size() > limits::lineage_job_ids_max)
    history.job_ids.erase(history.job_ids.begin());
}
void job_shell::perform(std::uint8_t, const remember_state& command) {
  known().history.newest = command.newest;
}
void job_shell::perform(std::uint8_t, const remember_trigger& command) {
  auto& triggers = known().history.triggers;
  if (std::ranges::find(triggers, command.trigger_id) != triggers.end()) return;
  triggers.push_back(command.trigger_id);
  if (triggers.size() > limits::lineage_triggers_max) triggers.erase(triggers.begin());
}
void job_shell::perform(std::uint8_t, const note_rest& command) {
  known().rests = command.attempts;
}
void job_shell::perform(std::uint8_t, const note_trial& command) { known().trial = command.record; }
void job_shell::perform(std::uint8_t, const note_stable&) {
  const auto& status = std::get<flink_session_job>(*primary_->base()).status;
  stable_is(deployed_text(status.reconciliation));
  known().trial.reset();
}
void job_shell::perform(std::uint8_t, const note_rollback& command) {
  known().rollback = command.record;
  judge_spec();
}
void job_shell::perform(std::uint8_t, const note_change& command) {
  known().change = command.record;
}
void job_shell::perform(std::uint8_t, const count_failure&) { ++known().history.failures; }
void job_shell::perform(std::uint8_t, const forget_failures&) { known().history.failures = 0; }
void job_shell::perform(std::uint8_t, const note_savepoint& command) {
  savepoint_record_ = command.record;
  if (command.record.state == "IN_PROGRESS")
    perform(the_savepoint, remember_trigger{command.record.trigger_id});
  if (command.record.state == "COMPLETED")
    out_->tell(*primary_->base(), "Normal", "SavepointCompleted",
               "Savepoint " + command.record.location);
  if (command.record.state == "FAILED")
    out_->tell(*primary_->base(), "Warning", "SavepointError", command.record.error);
  publish(std::nullopt);
}

// ── one submission ──────────────────────────────────────────────────────────────────────────────

void job_shell::perform(std::uint8_t, const bring_artifact& command) {
  out_->storage({fetch_artifact{recorded_spec().job->jar_uri.value_or("")}},
                [this, request = command.request](const storage_answer& answer) {
                  if (const auto* got = std::get_if<artifact_fetched>(&answer.result))
                    return job_.learn(artifact_ready{request, got->artifact});
                  if (const auto* why = std::get_if<refusal>(&answer.result))
                    refused(request, *why);
                });
}
void job_shell::perform(std::uint8_t, const upload_artifact& command) {
  out_->flink(known().cluster.endpoint, upload_jar{command.artifact},
              [this, request = command.request](const flink_answer& answer) {
                if (const auto* done = std::get_if<jar_uploaded>(&answer.result))
                  return job_.learn(jar_ready{request, done->jar});
                if (const auto* why = std::get_if<refusal>(&answer.result)) refused(request, *why);
              });
}
void job_shell::perform(std::uint8_t, const submit_job& command) {
  const auto& job = *recorded_spec().job;
  run_jar run;
  run.jar = command.jar;
  run.version = known().cluster.version;
  run.job = command.what.id;
  run.entry_class = job.entry_class;
  run.args = job.args;
  run.parallelism = job.parallelism;
  run.allow_non_restored_state = job.allow_non_restored_state;
  run.savepoint_path = command.what.path;
  run.flink_configuration = submission_configuration(known(), recorded_spec());
  out_->flink(
      known().cluster.endpoint, run,
      [this, command, request = command.request, id = command.what.id](const flink_answer& answer) {
        if (const auto* done = std::get_if<job_accepted>(&answer.result);
            done != nullptr && done->job == id)
          return job_.learn(submission_accepted{request});
        if (const auto* why = std::get_if<refusal>(&answer.result)) {
          const bool again = is_planted(planted_bug::unknown_is_failed);
          if (again && may_have_happened(why->reason)) return perform(the_job, command);
          return refused(request, *why);
        }
        refused(request, {refusal_reason::malformed, "Flink answered with another job id", {}});
      });
}
void job_shell::perform(std::uint8_t, const discard& command) {
  if (!command.jar.empty())
    out_->flink(known().cluster.endpoint, delete_jar{command.jar}, [](const flink_answer&) {});
  out_->storage({release_artifact{command.artifact}}, [](const storage_answer&) {});
}

// ── the end of an execution ─────────────────────────────────────────────────────────────────────

/// While all is well the newest state is recorded at most every five minutes (rule 8); that of a
/// spec on trial is its proof, and looked for more often.
void job_shell::record_progress() {
  const auto* running = std::get_if<job_machine::running>(&job_.now());
  const auto now = out_->now().monotonic;
  if (known().trial && row_of(known(), current_id(known())) != nullptr) {
    if (now - trial_looked_ < limits::trial_look) return;
    trial_looked_ = now;
    out_->wake(the_trial, {}, limits::trial_look);  // a cluster at rest tells nothing for minutes
    return perform(the_job, learn_newest{current_id(known())});
  }
  if (running == nullptr || !list_is_live(known())) return;
  if (now - std::max(progress_recorded_, running->since) < limits::checkpoint_record_spacing)
    return;
  progress_recorded_ = now + limits::call_retry_max;  // the call and the write take their time, too
  perform(the_job, learn_newest{running->id});
}

void job_shell::perform(std::uint8_t, const learn_newest& command) {
  out_->flink(known().cluster.endpoint, get_checkpoints{command.job},
              [this, id = command.job](const flink_answer& answer) {
                const auto* told = std::get_if<checkpoints>(&answer.result);
                const auto newest = told != nullptr ? newest_told(*told) : std::nullopt;
                if (told != nullptr)
                  note_checkpoint(known().progress, id, newest ? newest->checkpoint_id : 0,
                                  checkpoint_interval(known()), out_->now().monotonic);
                if (newest && !is_established(known().history, id))
                  known().history.newest = newer_of(known().history.newest, newest);
                if (known().trial) return look();  // it may be the proof
                publish(std::nullopt);
              });
}

void job_shell::perform(std::uint8_t, const cancel_execution& command) {
  out_->flink(known().cluster.endpoint, cancel_job{command.id}, [](const flink_answer&) {});
}

void job_shell::perform(std::uint8_t, const ask_stop& command) {
  stop_job stop;
  stop.job = command.what.job;
  stop.version = known().cluster.version;
  stop.trigger_id = command.what.trigger_id;
  stop.directory = command.what.directory;
  out_->flink(known().cluster.endpoint, stop,
              [this, request = command.request](const flink_answer& answer) {
                if (const auto* why = std::get_if<refusal>(&answer.result))
                  return refused(request, *why);
                job_.learn(trigger_accepted{request});
              });
}
void job_shell::perform(std::uint8_t, const look_at_stop& command) {
  out_->flink(known().cluster.endpoint, get_savepoint{command.what.job, command.what.trigger_id},
              [this, request = command.request](const flink_answer& answer) {
                if (const auto* why = std::get_if<refusal>(&answer.result))
                  return refused(request, *why);
                const auto* told = std::get_if<savepoint_progress>(&answer.result);
                if (told == nullptr) return;
                const auto [state, detail] = outcome_of(*told);
                job_.learn(stop_told{request, state, detail});
              });
}

void job_shell::perform(std::uint8_t, const probe_job_manager& command) {
  if (!known().spec) return;  // whose JobManager it was cannot be read: nothing is concluded
  const auto selector = "app=" + known().spec->deployment_name + ",component=jobmanager";
  const auto is_empty = [](const kube_answer& answer) -> std::optional<bool> {
    const auto* list = std::get_if<object_list>(&answer.result);
    return list != nullptr ? std::optional{list->items.empty()} : std::nullopt;
  };
  out_->kube(kube_list{object_kind::deployment, known().name.ns, selector},
             [this, command, selector, is_empty](const kube_answer& workloads) {
               const auto no_workload = is_empty(workloads);
               if (!no_workload) return;
               out_->kube(kube_list{object_kind::pod, known().name.ns, selector},
                          [this, command, is_empty, no_workload](const kube_answer& pods) {
                            const auto no_pod = is_empty(pods);
                            if (!no_pod) return;
                            const bool absent = *no_workload && *no_pod;
                            job_.learn(job_manager_probed{
                                command.request, absent ? presence::absent : presence::present});
                          });
             });
}

void job_shell::perform(std::uint8_t, const tell& command) {
  out_->tell(*primary_->base(), command.type, command.reason, command.message);
}

// ── savepoints ──────────────────────────────────────────────────────────────────────────────────

void job_shell::perform(std::uint8_t, const ask_savepoint& command) {
  out_->flink(known().cluster.endpoint,
              trigger_savepoint{command.what.job, command.what.trigger_id, command.what.directory},
              [this, request = command.request](const flink_answer& answer) {
                if (const auto* why = std::get_if<refusal>(&answer.result))
                  return savepoint_.learn(call_refused{request, why->reason, why->message});
                savepoint_.learn(trigger_accepted{request});
              });
}
void job_shell::perform(std::uint8_t, const look_at_savepoint& command) {
  out_->flink(known().cluster.endpoint, get_savepoint{command.what.job, command.what.trigger_id},
              [this, request = command.request](const flink_answer& answer) {
                if (const auto* why = std::get_if<refusal>(&answer.result))
                  return savepoint_.learn(call_refused{request, why->reason, why->message});
                const auto* told = std::get_if<savepoint_progress>(&answer.result);
                if (told == nullptr) return;
                const auto [state, detail] = outcome_of(*told);
                savepoint_.learn(savepoint_told{request, state, detail});
              });
}
void job_shell::perform(std::uint8_t, const list_savepoint& command) {
  out_->storage({list_snapshots{command.directory}},
                [this, request = command.request](const storage_answer& answer) {
                  if (const auto* why = std::get_if<refusal>(&answer.result))
                    return savepoint_.learn(call_refused{request, why->reason, why->message});
                  const auto* listed = std::get_if<snapshots_listed>(&answer.result);
                  if (listed == nullptr) return;
                  const auto newest = newest_stored(listed->all);
                  savepoint_.learn(directory_listed{request, newest ? newest->path : ""});
                });
}

// ── checkpoints before a disturbance ────────────────────────────────────────────────────────────

void job_shell::perform(std::uint8_t, const look_at_checkpoints& command) {
  out_->flink(known().cluster.endpoint, get_checkpoints{command.job},
              [this, request = command.request](const flink_answer& answer) {
                if (const auto* why = std::get_if<refusal>(&answer.result))
                  return checkpoint_.learn(call_refused{request, why->reason, why->message});
                const auto* told = std::get_if<checkpoints>(&answer.result);
                if (told == nullptr) return;
                const bool none = !told->completed;
                checkpoint_.learn(checkpoint_told{request, none ? 0 : told->completed->id});
              });
}
void job_shell::perform(std::uint8_t, const ask_checkpoint& command) {
  out_->flink(known().cluster.endpoint, trigger_checkpoint{command.job},
              [this, request = command.request](const flink_answer& answer) {
                if (const auto* why = std::get_if<refusal>(&answer.result))
                  return checkpoint_.learn(call_refused{request, why->reason, why->message});
                checkpoint_.learn(trigger_accepted{request});
              });
}
void job_shell::perform(std::uint8_t, const report_safety& command) {
  if (cluster_)
    self_->send(cluster_, job_safety{known().uid, command.order, command.safety, command.why});
}

}  // namespace drey
