/// The shell around `job_machine`, `savepoint_machine`, `checkpoint_machine` and
/// `snapshot_schedule_machine` of one FlinkSessionJob, or of the job of an application cluster:
/// messages become facts, commands become calls. It decides nothing. Why something happens is in
/// the machines.
#pragma once

#include <map>

#include <caf/behavior.hpp>
#include <caf/stateful_actor.hpp>

#include "actors/checkpoint_machine.hpp"
#include "actors/job_machine.hpp"
#include "actors/job_restarts.hpp"
#include "actors/job_status.hpp"
#include "actors/primary_shell.hpp"
#include "actors/savepoint_look.hpp"
#include "actors/savepoint_machine.hpp"
#include "actors/shell.hpp"
#include "actors/snapshot_book.hpp"
#include "actors/snapshot_messages.hpp"
#include "actors/snapshot_schedule_machine.hpp"

namespace drey {

class job_shell {
public:
  static inline const char* name = "job";

  explicit job_shell(caf::event_based_actor* self) : self_(self) {}

  /// `primary`: the FlinkSessionJob, or the FlinkDeployment of an application, as it was seen
  /// first.
  caf::behavior start(const surroundings& around, const object_ptr& primary);

  // ── for the runners ──
  step_observer* observer() const { return around_.observer; }
  const object_name& subject() const { return job_.machine.known.name; }
  void prepare(job_machine& machine);
  void prepare(savepoint_machine& machine);
  void prepare(checkpoint_machine& machine);
  void prepare(snapshot_schedule_machine& machine);
  void moved(const job_machine&);
  void moved(const savepoint_machine&) {}
  void moved(const checkpoint_machine&) {}
  void moved(const snapshot_schedule_machine&) { schedule_.learn(picture_changed{}); }

  void perform(std::uint8_t from, const record_intent& command);
  void perform(std::uint8_t from, const add_finalizer& command);
  void perform(std::uint8_t from, const remove_finalizer& command);
  void perform(std::uint8_t from, const set_deadline& command);
  void perform(std::uint8_t from, const reserve_slots& command);
  void perform(std::uint8_t from, const release_slots& command);
  void perform(std::uint8_t from, const remember_submission& command);
  void perform(std::uint8_t from, const remember_state& command);
  void perform(std::uint8_t from, const count_failure& command);
  void perform(std::uint8_t from, const forget_failures& command);
  void perform(std::uint8_t from, const bring_artifact& command);
  void perform(std::uint8_t from, const upload_artifact& command);
  void perform(std::uint8_t from, const submit_job& command);
  void perform(std::uint8_t from, const discard& command);
  void perform(std::uint8_t from, const gather_pointers& command);
  void perform(std::uint8_t from, const cancel_execution& command);
  void perform(std::uint8_t from, const ask_stop& command);
  void perform(std::uint8_t from, const look_at_stop& command);
  void perform(std::uint8_t from, const remember_trigger& command);
  void perform(std::uint8_t from, const note_change& command);
  void perform(std::uint8_t from, const note_rest& command);
  void perform(std::uint8_t from, const note_trial& command);
  void perform(std::uint8_t from, const note_stable& command);
  void perform(std::uint8_t from, const note_rollback& command);
  void perform(std::uint8_t from, const note_parallelism& command);
  void perform(std::uint8_t from, const reserve_more& command);
  void perform(std::uint8_t from, const make_checkpoint& command);
  void perform(std::uint8_t from, const look_at_newest& command);
  void perform(std::uint8_t from, const look_at_vertices& command);
  void perform(std::uint8_t from, const ask_rescale& command);
  void perform(std::uint8_t from, const note_rescale& command);
  void perform(std::uint8_t from, const probe_job_manager& command);
  void perform(std::uint8_t from, const tell& command);
  void perform(std::uint8_t from, const note_savepoint& command);
  void perform(std::uint8_t from, const ask_savepoint& command);
  void perform(std::uint8_t from, const look_at_savepoint& command);
  void perform(std::uint8_t from, const list_savepoint& command);
  void perform(std::uint8_t from, const make_resource& command);
  void perform(std::uint8_t from, const look_at_resource& command);
  void perform(std::uint8_t from, const learn_newest& command);
  void perform(std::uint8_t from, const learn_retention& command);
  void perform(std::uint8_t from, const look_at_checkpoints& command);
  void perform(std::uint8_t from, const ask_checkpoint& command);
  void perform(std::uint8_t from, const report_safety& command);
  void perform(std::uint8_t from, const make_snapshot& command);
  void perform(std::uint8_t from, const make_listing& command);
  void perform(std::uint8_t from, const ask_keepers& command);
  void perform(std::uint8_t from, const note_kept& command);
  void perform(std::uint8_t from, const let_snapshot_go& command);

private:
  enum numbers : std::uint8_t {
    the_job,
    the_savepoint,
    the_checkpoint,
    the_trial,
    the_log,
    the_reference,
    the_schedule,
    the_asked_checkpoint,
    the_retry,
    the_calm,
  };

  job_known& known() { return job_.machine.known; }
  const flink_session_job& live() const;
  shared_value<flink_session_job_status> live_status() const;
  bool is_application() const;
  job_reference itself() const;
  void launch_application(const submit_job& command);
  void launched(const launch_told& told);
  void seen(const object_ptr& live);
  void take_over();
  void judge_spec();
  void compare_specs();
  const flink_session_job_spec& recorded_spec() const;
  std::string shown_words(const std::string& said) const;
  void stable_is(const std::string& text);
  void cluster_is(const cluster_view& view);
  void woken(const timer& due);
  void look();
  void refused(ticket request, const refusal& why);
  void set_pace();
  void wake_for_retry();
  void wake_for_calm();
  void tell_stand();
  bool is_saving() const;

  void publish(std::optional<ticket> intent);
  void tell_suspicion(flink_session_job_status& status);
  void reported(const log_report& done);
  void finalizer_is(const log_finalizer_report& told);

  void ask_job_manager(const gather_pointers& command);
  bool is_known_to_have_state();
  void ask_ha_metadata(const gather_pointers& command);
  void ask_store(const gather_pointers& command);
  void ask_failure(const gather_pointers& command);
  void pointer_came(const gather_pointers& command);
  void list_stores(const gather_pointers& command, std::vector<std::string> directories,
                   std::vector<stored_snapshot> found);
  void store_told(const gather_pointers& command, const std::vector<stored_snapshot>& all);
  void record_progress();

  snapshot_source source() const;
  void tell_source();
  void join_snapshot(const snapshot_joined& message);
  void record_newest();
  void look_at_start();
  void read_start();
  void start_is(referenced_snapshot told);
  void start_is_known(referenced_snapshot told);

  // what a person asked for by a nonce
  std::optional<std::int64_t> asked_nonce(snapshot_kind kind) const;
  savepoint_record& record_of(snapshot_kind kind) {
    return kind == snapshot_kind::savepoint ? records_.savepoint : records_.checkpoint;
  }
  machine_runner<savepoint_machine, job_shell>& asked(snapshot_kind kind) {
    return kind == snapshot_kind::savepoint ? savepoint_ : asked_checkpoint_;
  }
  /// How far it is, and its location or why it failed.
  static std::pair<savepoint_state, std::string> outcome_of(const savepoint_progress& told);
  void records_are(const flink_session_job_status& status);
  void take_over_records();
  void asked_checkpoint_told(const look_at_savepoint& command, const checkpoint_progress& told);

  const snapshot_options& snapshot_options_in_force();
  void snapshots_are(const snapshots_seen& message);
  void keepers_are(const claims_told& told);
  void snapshot_refused(ticket request, snapshot_kind kind, const refusal& why);
  void is_listed(const unlisted_savepoint& what, const std::string& snapshot);

  caf::event_based_actor* self_;
  surroundings around_;
  std::unique_ptr<outside> out_;
  caf::actor cluster_;
  machine_runner<job_machine, job_shell> job_{*this, "job", the_job};
  machine_runner<savepoint_machine, job_shell> savepoint_{*this, "savepoint", the_savepoint};
  machine_runner<checkpoint_machine, job_shell> checkpoint_{*this, "checkpoint", the_checkpoint};
  /// Of `checkpointTriggerNonce`.
  machine_runner<savepoint_machine, job_shell> asked_checkpoint_{*this, "asked_checkpoint",
                                                                 the_asked_checkpoint};
  machine_runner<snapshot_schedule_machine, job_shell> schedule_{*this, "snapshot_schedule",
                                                                 the_schedule};
  std::unique_ptr<primary_shell> primary_;
  /// Of an application, the job that its FlinkDeployment comes to; null: it was not asked for.
  mutable struct {
    object_ptr of;
    std::shared_ptr<const flink_session_job> job;
  } shown_;
  /// Intents in the log, under numbers of its own: the two machines count their tickets apart.
  struct open_intent {
    ticket in_log;
    std::uint8_t machine;
    ticket request;
  };
  /// What the texts and specs that were compared last come to.
  struct {
    shared_value<flink_session_job_status> status;
    std::shared_ptr<const flink_session_job_spec> wanted;
    std::shared_ptr<const flink_session_job_spec> deployed;
    job_need need = job_need::nothing;
  } compared_;
  /// What its cluster's configuration makes of its spec: most views are of the one before.
  struct {
    std::shared_ptr<const flink_session_job_spec> spec;
    std::shared_ptr<const configuration> cluster;
    flink_version version = flink_version::v1_20;
    std::string problem;
  } beside_;
  std::vector<open_intent> intents_;
  ticket last_intent_;
  asked_snapshots records_;
  savepoint_ids savepoint_ids_;
  std::string spec_problem_;  ///< by itself, whatever its cluster
  std::string taken_;         ///< that another job has its directories; empty: none has
  job_restarts restarts_;
  int pointers_open_ = 0;
  ticket gathering_;
  pace told_pace_ = pace::at_rest;
  job_stands told_stand_;
  milliseconds progress_recorded_{0};
  milliseconds trial_looked_{0};
  std::map<std::string, caf::actor> snapshots_;  ///< by UID
  boxed<snapshot_source> told_source_;
  // its periodic snapshots
  snapshot_book book_;
  string_map selected_labels_;  ///< of the job: what is made beside it needs them, too
  /// What was read last, and of what.
  struct {
    std::shared_ptr<const flink_session_job_spec> spec;
    std::shared_ptr<const configuration> cluster;
    snapshot_options options;
  } options_read_;
  ticket asking_keepers_;
  std::string told_refusal_;
  bool told_suspicion_ = false;
  ticket start_look_;  ///< the snapshot that it is to begin with was looked at under this one
};

extern template class machine_runner<job_machine, job_shell>;
extern template class machine_runner<savepoint_machine, job_shell>;
extern template class machine_runner<checkpoint_machine, job_shell>;
extern template class machine_runner<snapshot_schedule_machine, job_shell>;

caf::behavior job_actor(caf::stateful_actor<job_shell>* self, surroundings around,
                        object_ptr primary);

}  // namespace drey
