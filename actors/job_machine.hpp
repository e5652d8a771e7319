/// How one session job is submitted once, followed, brought back with its state, and carried over
/// to a changed spec: the execution is stopped so that its state is kept, and the next one starts
/// from there.
///
/// Pure: neither CAF nor a clock. `job_actor` is the shell that runs it. The declarations of `on`
/// are the chart; `known` is the folded picture of the world, the state only the position.
#pragma once

#include <variant>

#include "actors/job_known.hpp"
#include "actors/job_states.hpp"
#include "actors/job_words.hpp"
#include "protocol/state_machine.hpp"

namespace drey {

struct job_machine : job_states {
  using fact =
      std::variant<job_seen, cluster_seen, slots_answered, status_written, status_superseded,
                   finalizers_written, artifact_ready, jar_ready, submission_accepted,
                   trigger_accepted, stop_told, vertices_told, newest_told_of, pointers_gathered,
                   job_manager_probed, call_refused, deadline_passed>;
  using command =
      std::variant<record_intent, add_finalizer, remove_finalizer, set_deadline, reserve_slots,
                   release_slots, remember_submission, remember_state, count_failure,
                   forget_failures, bring_artifact, upload_artifact, submit_job, discard,
                   gather_pointers, cancel_execution, ask_stop, look_at_stop, remember_trigger,
                   learn_newest, learn_retention, note_change, note_rest, note_trial, note_stable,
                   note_rollback, note_parallelism, reserve_more, make_checkpoint, look_at_newest,
                   look_at_vertices, ask_rescale, note_rescale, probe_job_manager, tell>;
  template <class... Next>
  using to = state_machine::outcome<command, Next...>;
  template <class... States>
  using list = state_machine::list<States...>;

  // ── the chart ──
  using first_steps =
      to<waiting, claiming, reserving, resolving, running, restarting, stopping, halting, suspended,
         missing, gathering, ended, cancelling, releasing, gone>;
  first_steps on(const waiting&, const job_seen&) const;

  to<claiming, waiting> on(const claiming&, const finalizers_written&) const;
  to<claiming> on(const claiming&, const call_refused&) const;
  to<claiming, waiting> on(const claiming&, const deadline_passed&) const;

  to<reserving, cancelling, releasing, waiting> on(const reserving&, const job_seen&) const;
  to<reserving, waiting> on(const reserving&, const cluster_seen&) const;
  to<reserving, recording> on(const reserving&, const slots_answered&) const;

  to<recording, waiting> on(const recording&, const job_seen&) const;
  to<recording, fetching> on(const recording&, const status_written&) const;
  to<recording, waiting> on(const recording&, const status_superseded&) const;
  to<recording, waiting> on(const recording&, const deadline_passed&) const;

  to<fetching, cancelling> on(const fetching&, const job_seen&) const;
  to<fetching, uploading> on(const fetching&, const artifact_ready&) const;
  to<fetching, retrying> on(const fetching&, const call_refused&) const;
  to<fetching, retrying> on(const fetching&, const deadline_passed&) const;

  to<uploading, cancelling> on(const uploading&, const job_seen&) const;
  to<uploading, submitting> on(const uploading&, const jar_ready&) const;
  to<uploading, retrying> on(const uploading&, const call_refused&) const;
  to<uploading, retrying> on(const uploading&, const deadline_passed&) const;

  to<submitting, starting> on(const submitting&, const submission_accepted&) const;
  to<submitting, retrying, resolving> on(const submitting&, const call_refused&) const;
  to<submitting, resolving> on(const submitting&, const deadline_passed&) const;

  to<retrying, cancelling, suspended, resolving> on(const retrying&, const job_seen&) const;
  to<retrying, starting> on(const retrying&, const cluster_seen&) const;
  to<retrying, fetching, recording> on(const retrying&, const slots_answered&) const;
  to<retrying> on(const retrying&, const deadline_passed&) const;

  to<resolving, cancelling> on(const resolving&, const job_seen&) const;
  to<resolving, starting> on(const resolving&, const cluster_seen&) const;
  to<resolving, gathering> on(const resolving&, const deadline_passed&) const;

  to<starting, cancelling> on(const starting&, const job_seen&) const;
  to<starting, running, measuring, rescaling, intending, missing, gathering> on(
      const starting&, const cluster_seen&) const;
  to<starting, restarting> on(const starting&, const deadline_passed&) const;

  to<running, cancelling> on(const running&, const job_seen&) const;
  to<running, restarting, measuring, rescaling, intending, missing, gathering> on(
      const running&, const cluster_seen&) const;

  to<restarting, cancelling> on(const restarting&, const job_seen&) const;
  to<restarting, running, measuring, rescaling, intending, missing, gathering> on(
      const restarting&, const cluster_seen&) const;

  to<measuring, cancelling> on(const measuring&, const job_seen&) const;
  to<measuring, running, restarting, missing, gathering> on(const measuring&,
                                                            const cluster_seen&) const;
  to<measuring> on(const measuring&, const slots_answered&) const;
  to<measuring, running, securing, intending> on(const measuring&, const vertices_told&) const;
  to<measuring> on(const measuring&, const call_refused&) const;
  to<measuring, running> on(const measuring&, const deadline_passed&) const;

  to<securing, cancelling> on(const securing&, const job_seen&) const;
  to<securing, running, restarting, missing, gathering> on(const securing&,
                                                           const cluster_seen&) const;
  to<securing> on(const securing&, const trigger_accepted&) const;
  to<securing, planning> on(const securing&, const newest_told_of&) const;
  to<securing, planning> on(const securing&, const call_refused&) const;
  to<securing, planning> on(const securing&, const deadline_passed&) const;

  to<planning, rescaling, waiting> on(const planning&, const status_written&) const;
  to<planning, waiting> on(const planning&, const status_superseded&) const;
  to<planning, waiting> on(const planning&, const deadline_passed&) const;

  to<rescaling, cancelling> on(const rescaling&, const job_seen&) const;
  to<rescaling, running, restarting, missing, gathering> on(const rescaling&,
                                                            const cluster_seen&) const;
  to<rescaling, running> on(const rescaling&, const vertices_told&) const;
  to<rescaling> on(const rescaling&, const trigger_accepted&) const;
  to<rescaling, running, intending> on(const rescaling&, const call_refused&) const;
  to<rescaling, running, intending> on(const rescaling&, const deadline_passed&) const;

  to<intending, stopping, halting, waiting> on(const intending&, const status_written&) const;
  to<intending, waiting> on(const intending&, const status_superseded&) const;
  to<intending, waiting> on(const intending&, const deadline_passed&) const;

  to<stopping, cancelling> on(const stopping&, const job_seen&) const;
  to<stopping, missing, gathering> on(const stopping&, const cluster_seen&) const;
  to<stopping> on(const stopping&, const trigger_accepted&) const;
  to<stopping, running> on(const stopping&, const stop_told&) const;
  to<stopping, running> on(const stopping&, const call_refused&) const;
  to<stopping, running> on(const stopping&, const deadline_passed&) const;

  to<halting, cancelling> on(const halting&, const job_seen&) const;
  to<halting, missing, gathering> on(const halting&, const cluster_seen&) const;
  to<halting> on(const halting&, const deadline_passed&) const;

  to<suspended, reserving, cancelling> on(const suspended&, const job_seen&) const;
  to<suspended, intending> on(const suspended&, const cluster_seen&) const;

  to<missing, cancelling> on(const missing&, const job_seen&) const;
  to<missing, starting> on(const missing&, const cluster_seen&) const;
  to<missing, gathering> on(const missing&, const deadline_passed&) const;

  to<gathering, cancelling, waiting> on(const gathering&, const job_seen&) const;
  using concluded = to<gathering, reserving, fetching, missing, backing_off, suspended, ended,
                       blocked, cancelling>;
  concluded on(const gathering&, const pointers_gathered&) const;
  concluded on(const gathering&, const deadline_passed&) const;

  to<backing_off, cancelling, suspended> on(const backing_off&, const job_seen&) const;
  to<backing_off, starting> on(const backing_off&, const cluster_seen&) const;
  to<backing_off, reserving> on(const backing_off&, const deadline_passed&) const;

  to<ended, cancelling, gathering> on(const ended&, const job_seen&) const;
  to<ended, starting> on(const ended&, const cluster_seen&) const;

  to<blocked, cancelling, reserving> on(const blocked&, const job_seen&) const;
  to<blocked, starting> on(const blocked&, const cluster_seen&) const;
  to<blocked, gathering> on(const blocked&, const deadline_passed&) const;

  to<cancelling, releasing, waiting> on(const cancelling&, const cluster_seen&) const;
  to<cancelling, releasing, gathering> on(const cancelling&, const job_manager_probed&) const;
  to<cancelling, releasing> on(const cancelling&, const deadline_passed&) const;

  to<releasing, gone> on(const releasing&, const job_seen&) const;
  to<releasing, gone> on(const releasing&, const finalizers_written&) const;
  to<releasing> on(const releasing&, const call_refused&) const;
  to<releasing, cancelling> on(const releasing&, const deadline_passed&) const;

  // ── what changes nothing, and why ──

  using intent_answers = list<status_written, status_superseded>;
  using submission_answers = list<artifact_ready, jar_ready, submission_accepted>;
  using stop_answers = list<trigger_accepted, stop_told, vertices_told, newest_told_of>;
  /// Answers that only one position waits for: anywhere else the request was given up or
  /// superseded.
  using elsewhere = list<slots_answered, intent_answers, finalizers_written, submission_answers,
                         stop_answers, pointers_gathered, job_manager_probed>;
  template <class State, class... Facts>
  using in = state_machine::in<State, Facts...>;
  using ignores = list<
      // every look learns `job_seen` too
      in<waiting, cluster_seen, elsewhere, call_refused, deadline_passed>,
      // the finalizer comes first; what is seen meanwhile is in `known`
      in<claiming, job_seen, cluster_seen, slots_answered, intent_answers, submission_answers,
         stop_answers, pointers_gathered, job_manager_probed>,
      in<reserving, intent_answers, finalizers_written, submission_answers, stop_answers,
         pointers_gathered, job_manager_probed, call_refused, deadline_passed>,
      // the log answers; a deletion is seen again in the next position
      in<recording, cluster_seen, slots_answered, finalizers_written, submission_answers,
         stop_answers, pointers_gathered, job_manager_probed, call_refused>,
      in<fetching, cluster_seen, slots_answered, intent_answers, finalizers_written, jar_ready,
         submission_accepted, stop_answers, pointers_gathered, job_manager_probed>,
      in<uploading, cluster_seen, slots_answered, intent_answers, finalizers_written,
         artifact_ready, submission_accepted, stop_answers, pointers_gathered, job_manager_probed>,
      // not even a deletion may overtake a submission that is under way
      in<submitting, job_seen, cluster_seen, slots_answered, intent_answers, finalizers_written,
         artifact_ready, jar_ready, stop_answers, pointers_gathered, job_manager_probed>,
      in<retrying, intent_answers, finalizers_written, submission_answers, stop_answers,
         pointers_gathered, job_manager_probed, call_refused>,
      in<resolving, elsewhere, call_refused>, in<starting, elsewhere, call_refused>,
      in<running, elsewhere, call_refused, deadline_passed>,
      in<restarting, elsewhere, call_refused, deadline_passed>,
      // the log answers; what is seen meanwhile is looked at in the next position
      in<intending, job_seen, cluster_seen, slots_answered, finalizers_written, submission_answers,
         stop_answers, pointers_gathered, job_manager_probed, call_refused>,
      in<measuring, intent_answers, finalizers_written, submission_answers, trigger_accepted,
         stop_told, newest_told_of, pointers_gathered, job_manager_probed>,
      in<securing, slots_answered, intent_answers, finalizers_written, submission_answers,
         vertices_told, stop_told, pointers_gathered, job_manager_probed>,
      // the log answers; what is seen meanwhile is looked at in the next position
      in<planning, job_seen, cluster_seen, slots_answered, finalizers_written, submission_answers,
         stop_answers, pointers_gathered, job_manager_probed, call_refused>,
      in<rescaling, slots_answered, intent_answers, finalizers_written, submission_answers,
         stop_told, newest_told_of, pointers_gathered, job_manager_probed>,
      in<stopping, slots_answered, intent_answers, finalizers_written, submission_answers,
         vertices_told, newest_told_of, pointers_gathered, job_manager_probed>,
      // a cancellation is not answered: the list of jobs tells
      in<halting, elsewhere, call_refused>, in<suspended, elsewhere, call_refused, deadline_passed>,
      in<missing, elsewhere, call_refused>,
      // what the list says now is asked again before the next start
      in<gathering, cluster_seen, slots_answered, intent_answers, finalizers_written,
         submission_answers, stop_answers, job_manager_probed, call_refused>,
      in<backing_off, elsewhere, call_refused>, in<ended, elsewhere, call_refused, deadline_passed>,
      in<blocked, elsewhere, call_refused>,
      in<cancelling, job_seen, slots_answered, intent_answers, finalizers_written,
         submission_answers, stop_answers, pointers_gathered, call_refused>,
      in<releasing, cluster_seen, slots_answered, intent_answers, submission_answers, stop_answers,
         pointers_gathered, job_manager_probed>,
      in<gone, job_seen, cluster_seen, elsewhere, call_refused, deadline_passed>>;

  job_policy policy{};
  job_known known{};
};

// Proved and compiled once: at the end of the .cpp.
extern template state_machine::step_result<job_machine> state_machine::step(
    const job_machine&, const job_machine::state&, const job_machine::fact&);

}  // namespace drey
