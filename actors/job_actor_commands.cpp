/// The job shell's other half: each command as calls of the outside world.
#include <algorithm>

#include "actors/application.hpp"
#include "actors/job_actor.hpp"
#include "actors/job_memory.hpp"
#include "actors/job_parallelism.hpp"
#include "actors/job_paths.hpp"
#include "actors/job_picture.hpp"
#include "actors/planted_bugs.hpp"
#include "actors/refused_input.hpp"
#include "actors/spec_problem.hpp"
#include "protocol/artifact_headers.hpp"
#include "protocol/reconciled_spec.hpp"
#include "protocol/validate.hpp"

namespace drey {

std::pair<savepoint_state, std::string> job_shell::outcome_of(const savepoint_progress& told) {
  if (!told.failure.empty()) return {savepoint_state::failed, told.failure};
  if (!told.location.empty()) return {savepoint_state::completed, told.location};
  return {savepoint_state::in_progress, ""};
}

void job_shell::perform(std::uint8_t from, const record_intent& command) {
  const bool stops = std::holds_alternative<job_machine::intending>(job_.now());
  if (is_planted(planted_bug::submit_before_status) ||
      (stops && is_planted(planted_bug::stop_before_status)))
    job_.learn(status_written{command.request});
  if (from != the_job && is_planted(planted_bug::unnamed_resource))
    asked(from == the_savepoint ? snapshot_kind::savepoint : snapshot_kind::checkpoint)
        .learn(status_written{command.request});
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
  self_->send(cluster_, slots_wanted{known().uid, command.request, least_parallelism(known()),
                                     next_parallelism(known())});
}
void job_shell::perform(std::uint8_t, const release_slots&) {
  if (cluster_) self_->send(cluster_, slots_freed{known().uid});
}

// ── memory ──────────────────────────────────────────────────────────────────────────────────────

void job_shell::perform(std::uint8_t, const remember_submission& command) {
  auto& history = known().history;
  if (history.submissions == 0) {  // what was there first asks for nothing
    records_.savepoint.nonce = savepoint_nonce(*known().spec->job).value_or(0);
    records_.checkpoint.nonce = known().spec->job->checkpoint_trigger_nonce.value_or(0);
  }
  remember_beginning(history, command.what.path, command.what.branch);
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
  auto& history = known().history;
  history.newest = command.newest;
  if (snapshot_options_in_force().record == snapshot_record::in_status) return;
  if (auto savepoint = savepoint_of_stop(known(), command.newest))
    history.unlisted = std::move(savepoint);
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
  stable_is(deployed_text(live().status.reconciliation));
  known().trial.reset();
}
void job_shell::perform(std::uint8_t, const note_rollback& command) {
  known().rollback = command.record;
  judge_spec();
}
void job_shell::perform(std::uint8_t, const note_parallelism& command) {
  known().parallelism = command.record;
}
void job_shell::perform(std::uint8_t, const note_change& command) {
  known().change = command.record;
}
void job_shell::perform(std::uint8_t, const count_failure&) { ++known().history.failures; }
void job_shell::perform(std::uint8_t, const forget_failures&) { known().history.failures = 0; }

// ── one submission ──────────────────────────────────────────────────────────────────────────────

void job_shell::perform(std::uint8_t, const bring_artifact& command) {
  if (is_application())  // its JobManager brings it
    return job_.learn(artifact_ready{command.request, ""});
  const auto& shared = known().cluster.config;
  auto headers =
      artifact_headers_of(recorded_spec().flink_configuration, shared ? *shared : configuration{});
  if (const auto* wrong = std::get_if<std::string>(&headers))
    return refused(command.request, {refusal_reason::invalid,
                                     std::string(artifact_header_key) + " of its cluster " + *wrong,
                                     {}});
  out_->storage({fetch_artifact{recorded_spec().job->jar_uri.value_or(""),
                                std::get<string_map>(std::move(headers))}},
                [this, request = command.request](const storage_answer& answer) {
                  if (const auto* got = std::get_if<artifact_fetched>(&answer.result))
                    return job_.learn(artifact_ready{request, got->artifact});
                  if (const auto* why = std::get_if<refusal>(&answer.result))
                    refused(request, *why);
                });
}
void job_shell::perform(std::uint8_t, const upload_artifact& command) {
  if (is_application()) return job_.learn(jar_ready{command.request, ""});
  out_->flink(known().cluster.endpoint, upload_jar{command.artifact},
              [this, request = command.request](const flink_answer& answer) {
                if (const auto* done = std::get_if<jar_uploaded>(&answer.result))
                  return job_.learn(jar_ready{request, done->jar});
                if (const auto* why = std::get_if<refusal>(&answer.result)) refused(request, *why);
              });
}
void job_shell::perform(std::uint8_t, const submit_job& command) {
  const auto& job = *recorded_spec().job;
  if (is_application()) return launch_application(command);
  run_jar run;
  run.jar = command.jar;
  run.version = known().cluster.version;
  run.job = command.what.id;
  run.entry_class = job.entry_class;
  run.args = job.args;
  run.parallelism = current_parallelism(known());
  run.allow_non_restored_state = job.allow_non_restored_state;
  run.savepoint_path = command.what.path;
  run.flink_configuration = submission_configuration(known(), recorded_spec());
  if (const auto told = configuration_not_taken(recorded_spec().flink_configuration, run.version))
    out_->tell(*primary_->base(), "Warning", "SpecWarning", text_of_finding(*told));
  out_->flink(
      known().cluster.endpoint, run,
      [this, command, request = command.request, id = command.what.id](const flink_answer& answer) {
        if (const auto* done = std::get_if<job_accepted>(&answer.result);
            done != nullptr && done->job == id)
          return job_.learn(submission_accepted{request});
        if (const auto* why = std::get_if<refusal>(&answer.result)) {
          const bool again = is_planted(planted_bug::unknown_is_failed);
          if (again && may_have_happened(why->reason)) return perform(the_job, command);
          auto told = *why;
          told.message = shown_words(why->message);
          if (why->reason == refusal_reason::invalid)
            told.message = with_remedy_of_submission(std::move(told.message));
          return refused(request, told);
        }
        refused(request, {refusal_reason::malformed, "Flink answered with another job id", {}});
      });
}
/// Its JobManager is made for it; the machine hears when it is there.
void job_shell::launch_application(const submit_job& command) {
  const auto& what = command.what;
  auto job = *recorded_spec().job;
  job.parallelism = current_parallelism(known());
  const auto config = submission_configuration(known(), recorded_spec());
  self_->send(cluster_,
              launch_wanted{known().uid,
                            command.request,
                            {what.id, what.tries + what.open.unanswered, what.path,
                             launch_arguments(job, what.id, config,
                                              {known().cluster.version, known().cluster.mode})}});
}

void job_shell::launched(const launch_told& told) {
  if (told.why) return refused(told.request, *told.why);
  job_.learn(submission_accepted{told.request});
}

void job_shell::perform(std::uint8_t, const discard& command) {
  if (command.artifact.empty()) return;
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
                if (told != nullptr && !told->failure.empty())
                  note_failed_checkpoint(known().progress, id, told->failure);
                if (newest && !is_established(known().history, id))
                  known().history.newest = newer_of(known().history.newest, newest);
                if (known().trial) return look();  // it may be the proof
                publish(std::nullopt);
              });
}

/// Where Flink refuses to tell, nothing is risked.
void job_shell::perform(std::uint8_t, const learn_retention& command) {
  out_->flink(known().cluster.endpoint, get_checkpoint_config{command.job},
              [this, id = command.job](const flink_answer& answer) {
                const auto* why = std::get_if<refusal>(&answer.result);
                if (why != nullptr && why->reason != refusal_reason::invalid &&
                    why->reason != refusal_reason::malformed)
                  return;  // asked again with the next look
                const auto* told = std::get_if<checkpoint_config>(&answer.result);
                known().retention = {
                    id, told != nullptr && told->externalized && !told->deleted_on_cancellation};
                look();
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
  stop.drain = command.what.way == stop_way::drain;
  out_->flink(known().cluster.endpoint, stop, [this, command](const flink_answer& answer) {
    if (const auto* why = std::get_if<refusal>(&answer.result))
      return refused(command.request, *why);
    savepoint_ids_.learn(command.what.trigger_id, answer);
    job_.learn(trigger_accepted{command.request});
  });
}
void job_shell::perform(std::uint8_t, const look_at_stop& command) {
  const followed_savepoint what{command.what.job, command.what.trigger_id, command.what.directory,
                                followed_savepoint::end::stops};
  out_->flink(known().cluster.endpoint, savepoint_ids_.look_at(what, known().cluster.version),
              [this, what, request = command.request](const flink_answer& told_by_flink) {
                const auto answer = savepoint_ids_.meaning_of(what, told_by_flink);
                if (const auto* why = std::get_if<refusal>(&answer.result))
                  return refused(request, *why);
                const auto* told = std::get_if<savepoint_progress>(&answer.result);
                if (told == nullptr) return;
                const auto [state, detail] = outcome_of(*told);
                job_.learn(stop_told{request, state, detail});
              });
}

void job_shell::perform(std::uint8_t, const probe_job_manager& command) {
  if (!known().spec) return;     // whose JobManager it was cannot be read: nothing is concluded
  if (is_application()) return;  // its cluster finds out, and says that nothing runs
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
