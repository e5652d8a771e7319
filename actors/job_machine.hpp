/// How one session job is submitted once, followed, brought back with its state, and carried over
/// to a changed spec: the execution is stopped so that its state is kept, and the next one starts
/// from there.
///
/// Pure: neither CAF nor a clock. `job_actor` is the shell that runs it. The declarations of `on`
/// are the chart; `known` is the folded picture of the world, the state only the position.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "actors/job_known.hpp"
#include "actors/job_words.hpp"
#include "protocol/limits.hpp"
#include "protocol/state_machine.hpp"

namespace drey {

struct job_machine {
  // ── states ──

  /// Nothing of ours is in Flink, as far as status says; `known` says what is waited for.
  struct waiting {
    ticket last;
    static constexpr auto names = fields("last");
    bool operator==(const waiting&) const = default;
  };
  /// Our finalizer is being added: nothing may be made before it is there.
  struct claiming {
    ticket request;
    static constexpr auto names = fields("request");
    bool operator==(const claiming&) const = default;
  };
  /// The cluster has no room yet.
  struct reserving {
    ticket request;
    std::string path;
    drey::branch branch = drey::branch::same;
    milliseconds since{0};  ///< monotonic: when its cluster was first seen to have none
    static constexpr auto names = fields("request", "path", "branch", "since");
    bool operator==(const reserving&) const = default;
  };
  /// The intent to submit is being written into status.
  struct recording {
    ticket request;
    submission what;
    static constexpr auto names = fields("request", "what");
    bool operator==(const recording&) const = default;
  };
  struct fetching {
    ticket request;
    submission what;
    static constexpr auto names = fields("request", "what");
    bool operator==(const fetching&) const = default;
  };
  struct uploading {
    ticket request;
    submission what;
    std::string artifact;
    static constexpr auto names = fields("request", "what", "artifact");
    bool operator==(const uploading&) const = default;
  };
  /// Flink was asked to run it. It may do so even if we never hear of it.
  struct submitting {
    ticket request;
    submission what;
    std::string artifact;
    std::string jar;
    static constexpr auto names = fields("request", "what", "artifact", "jar");
    bool operator==(const submitting&) const = default;
  };
  /// It was certainly not accepted; it is tried again under the same id. Until then it keeps no
  /// slots from others.
  struct retrying {
    ticket request;
    submission what;
    std::string message;
    static constexpr auto names = fields("request", "what", "message");
    bool operator==(const retrying&) const = default;
  };
  /// Whether it was accepted is not known: the list of jobs tells, in time.
  struct resolving {
    ticket request;
    submission what;
    milliseconds absent_since{0};
    std::uint64_t looks = 0;  ///< lists read when this began
    static constexpr auto names = fields("request", "what", "absent_since", "looks");
    bool operator==(const resolving&) const = default;
  };
  /// Flink has it; its tasks do not all run yet.
  struct starting {
    ticket request;
    job_id id;
    std::uint64_t looks = 0;  ///< lists read when this began
    static constexpr auto names = fields("request", "id", "looks");
    bool operator==(const starting&) const = default;
  };
  struct running {
    ticket last;
    job_id id;
    milliseconds since{0};
    static constexpr auto names = fields("last", "id", "since");
    bool operator==(const running&) const = default;
  };
  /// Flink is bringing its tasks back, by its own strategy.
  struct restarting {
    ticket last;
    job_id id;
    static constexpr auto names = fields("last", "id");
    bool operator==(const restarting&) const = default;
  };
  /// That it is to be stopped is being written into status.
  struct intending {
    ticket request;
    stop_order what;
    static constexpr auto names = fields("request", "what");
    bool operator==(const intending&) const = default;
  };
  /// Flink was asked to stop it with a savepoint.
  struct stopping {
    ticket request;
    stop_order what;
    milliseconds since{0};
    std::uint64_t looks = 0;               ///< lists read when this began
    presence trigger = presence::present;  ///< absent: Flink does not know it, and is asked again
    static constexpr auto names = fields("request", "what", "since", "looks", "trigger");
    bool operator==(const stopping&) const = default;
  };
  /// Flink was asked to cancel it.
  struct halting {
    ticket request;
    stop_order what;
    std::uint64_t looks = 0;  ///< lists read when this began
    static constexpr auto names = fields("request", "what", "looks");
    bool operator==(const halting&) const = default;
  };
  /// It was stopped because the spec says so. `path`: what it goes on from.
  struct suspended {
    ticket last;
    job_id id;
    std::string path;
    static constexpr auto names = fields("last", "id", "path");
    bool operator==(const suspended&) const = default;
  };
  /// A JobManager that answers does not list it.
  struct missing {
    ticket request;
    job_id id;
    milliseconds absent_since{0};
    std::uint64_t looks = 0;  ///< lists read when this began
    static constexpr auto names = fields("request", "id", "absent_since", "looks");
    bool operator==(const missing&) const = default;
  };
  /// Its execution is over or lost: the newest state is being established. `final_state` empty:
  /// lost.
  struct gathering {
    ticket request;
    job_id id;
    std::string final_state;
    int tries = 1;
    static constexpr auto names = fields("request", "id", "final_state", "tries");
    bool operator==(const gathering&) const = default;
  };
  /// The next start is known, and waits out its back-off.
  struct backing_off {
    ticket request;
    job_id id;
    std::string path;
    static constexpr auto names = fields("request", "id", "path");
    bool operator==(const backing_off&) const = default;
  };
  /// FINISHED, CANCELED or FAILED, and nothing is to be done about it.
  struct ended {
    ticket last;
    job_id id;
    std::string final_state;
    static constexpr auto names = fields("last", "id", "final_state");
    bool operator==(const ended&) const = default;
  };
  /// The newest state could not be established: a person must decide.
  struct blocked {
    ticket last;
    job_id id;
    std::int64_t generation = 0;
    std::string reason;
    static constexpr auto names = fields("last", "id", "generation", "reason");
    bool operator==(const blocked&) const = default;
  };
  /// The resource is being deleted: every id that was sent must be seen to be over. What is to be
  /// saved first is not cancelled: it is followed again as soon as its cluster answers.
  struct cancelling {
    ticket request;
    milliseconds quiet_since{0};
    std::uint64_t looks = 0;                 ///< lists read when this began
    arrival submission = arrival::possible;  ///< of one that status names
    last_state last = last_state::settled;
    static constexpr auto names = fields("request", "quiet_since", "looks", "submission", "last");
    bool operator==(const cancelling&) const = default;
  };
  struct releasing {
    ticket request;
    static constexpr auto names = fields("request");
    bool operator==(const releasing&) const = default;
  };
  struct gone {
    static constexpr auto names = fields();
    bool operator==(const gone&) const = default;
  };

  using state = std::variant<waiting, claiming, reserving, recording, fetching, uploading,
                             submitting, retrying, resolving, starting, running, restarting,
                             intending, stopping, halting, suspended, missing, gathering,
                             backing_off, ended, blocked, cancelling, releasing, gone>;
  /// `reserving` and `retrying` wait for room, `restarting` and `halting` for Flink: all may
  /// rightly last, and are looked at again with every poll of the cluster or, `retrying` and
  /// `halting`, with a deadline of their own.
  using resting = state_machine::list<waiting, reserving, retrying, running, restarting, halting,
                                      suspended, ended, blocked, gone>;
  using fact = std::variant<job_seen, cluster_seen, slots_answered, status_written,
                            status_superseded, finalizers_written, artifact_ready, jar_ready,
                            submission_accepted, trigger_accepted, stop_told, pointers_gathered,
                            job_manager_probed, call_refused, deadline_passed>;
  using command =
      std::variant<record_intent, add_finalizer, remove_finalizer, set_deadline, reserve_slots,
                   release_slots, remember_submission, remember_state, count_failure,
                   forget_failures, bring_artifact, upload_artifact, submit_job, discard,
                   gather_pointers, cancel_execution, ask_stop, look_at_stop, remember_trigger,
                   learn_newest, note_change, note_rest, note_trial, note_stable, note_rollback,
                   note_parallelism, probe_job_manager, tell>;
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
  to<resolving, fetching, gathering> on(const resolving&, const deadline_passed&) const;

  to<starting, cancelling> on(const starting&, const job_seen&) const;
  to<starting, running, intending, missing, gathering> on(const starting&,
                                                          const cluster_seen&) const;
  to<starting, restarting> on(const starting&, const deadline_passed&) const;

  to<running, cancelling> on(const running&, const job_seen&) const;
  to<running, restarting, intending, missing, gathering> on(const running&,
                                                            const cluster_seen&) const;

  to<restarting, cancelling> on(const restarting&, const job_seen&) const;
  to<restarting, running, intending, missing, gathering> on(const restarting&,
                                                            const cluster_seen&) const;

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

  to<gathering, cancelling> on(const gathering&, const job_seen&) const;
  using concluded = to<gathering, reserving, backing_off, suspended, ended, blocked, cancelling>;
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
  using stop_answers = list<trigger_accepted, stop_told>;
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
      in<stopping, slots_answered, intent_answers, finalizers_written, submission_answers,
         pointers_gathered, job_manager_probed>,
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
