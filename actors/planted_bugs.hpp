/// Bugs on purpose, to prove that the simulator's checkers see them: at least one for each of the
/// eight rules, and one by which our own code fails (0); some are seen by what a scenario expects.
/// The program `drey_planted` is compiled with DREY_PLANTED_BUGS and has the one that it is started
/// with; all others have none, and their code is as if this page did not exist.
/// tests/worlds/planted_bugs_test.py runs each.
#pragma once

namespace drey {

/// The comment says which rule it breaks, and how.
enum class planted_bug {
  none,
  overlooked_loss,       ///< rule 0: what is outdated and lost is retired again and again, for ever
  lasting_contest,       ///< rule 1: a fight over the number of TaskManagers is told for ever
  wide_scale_selector,   ///< rule 1: the scale subresource counts JobManagers among TaskManagers
  boundless_room,        ///< rule 1: more TaskManagers are made than the nodes have room for
  unread_quota,          ///< rule 1: more TaskManagers are asked for than a quota leaves room for
  cordoned_room,         ///< rule 1: a cordoned node counts as room for more TaskManagers
  pressed_rollout,       ///< expected: TaskManagers go though none came for those that went before
  undone_scaling,        ///< rule 1: a change that is undone takes the number of TaskManagers along
  forgotten_step,        ///< rule 1: a step that its operator did not write down is not waited for
  greedy_parallelism,    ///< rule 1: a job keeps slots beyond its need though others wait for them
  tireless_restart,      ///< rule 1: a job is started again whatever its restartPolicy says
  hasty_suspicion,       ///< rule 1: a job is suspected with the first TaskManager that ends
  hasty_replacement,     ///< rule 3: a JobManager goes as soon as it does not answer its kubelet
  unread_lock,           ///< rule 3: a JobManager that works goes for its kubelet's silence
  hoarded_places,        ///< rule 1: TaskManagers keep the room that their JobManager lacks
  foreign_trigger_id,    ///< rule 1: Flink before 1.15 is told a trigger id, and saves nothing
  overtaken_checkpoint,  ///< rule 1: a checkpoint that newer ones overtook is said to lie nowhere
  lasting_trouble,       ///< rule 1: what was wrong with a pod is told for ever
  believed_absence,      ///< rule 1: what was not found once is taken for gone
  shared_directory,      ///< expected: a job is begun in the directory of another one
  patient_set,           ///< expected: who mended a quota waits until its controller tries again
  overlooked_pods,       ///< expected: pods of what another operator made are not seen
  overlooked_elders,     ///< expected: TaskManagers of another operator get others beside them
  lasting_rescale,       ///< expected: a job stopped for its parallelism is taken for rescaled
  mixed_template,        ///< expected: a template is applied over that of another operator
  taken_name,            ///< expected: what somebody else made is overwritten for its name
  silent_mounts,         ///< expected: a volume that cannot be mounted is not told
  silent_ends,           ///< expected: TaskManagers that end one after the other are not told of
  unread_format,         ///< expected: a job is stopped for a snapshot that its Flink cannot read
  silent_slots,          ///< rule 1: what slots TaskManagers have lost is not told
  suspected_slots,       ///< rule 1: slots that jobs work in are told to be lost
  watch_end_ignored,     ///< rule 1: what a broken watch misses is not made good by a list
  submit_before_status,  ///< rule 2: the submission does not wait for its intent to be durable
  unknown_is_failed,     ///< rule 3: a submission without an answer is sent again, nothing is read
  unversioned_status,    ///< rule 4: status is written whatever the object has become
  fence_never_closes,    ///< rule 4: a process that lost the Lease goes on
  careless_deletion,     ///< rule 5: a deleted job is cancelled, for its savepoint failed once
  unguarded_launch,      ///< rule 5: an application whose HA metadata is gone begins anew
  unread_progress,       ///< rule 5: a submission is sent again past state of its own
  stale_restore,         ///< rule 5: a job restarts from the state in its status, not the newest
  late_rollback,         ///< rule 5: a spec is undone whose job wrote state under it
  forgetful_upgrade,     ///< rule 5: a job with a changed spec starts from nothing
  unasked_retention,     ///< rule 5: a job is cancelled that takes its checkpoints along
  unnamed_resource,      ///< rule 2: a nonce's FlinkStateSnapshot is made before a status names it
  forgotten_apache,      ///< expected: what another operator wrote of a job's state is not read
  unwritten_snapshot,    ///< rule 2: a snapshot is asked for before its status names it
  stop_before_status,    ///< rule 2: a job is stopped before its status names the savepoint
  lost_last_savepoint,   ///< expected: a savepoint is lost with the stop that failed behind it
  fixed_results,         ///< expected: what is over of a launch passes for the next one
  believed_list,         ///< expected: a new operator carries out what an old list shows
  hasty_sweep,           ///< expected: what no watch shows is taken for gone, and cleared up behind
  believed_silence,      ///< rule 5: a job begins anew, since nothing tells of its state
  lost_start,            ///< rule 5: the window moves though the API server drops its start
  unnamed_rescale,       ///< rule 2: a job is rescaled and its status does not say so
  unstopped_restart,     ///< rule 5: a cluster restarts under jobs that do not outlive that
  preference_ignored,    ///< rule 5: a job that prefers its snapshot goes on from what is newest
  silent_preference,     ///< rule 5: newer state is passed over, and status does not say so
  unasked_restart,       ///< rule 5: a change restarts jobs that nobody may restart unasked
  unasked_shrink,        ///< rule 5: TaskManagers with tasks go though nobody allowed that
  early_removal,         ///< rule 5: Flink's own TaskManagers go while jobs are being stopped
  unasked_rest,          ///< rule 1: TaskManagers of one that rests wait to be told idle by nobody
  kept_task_managers,    ///< rule 1: those that Flink made outlive a change of their spec
  overtaken_step,        ///< rule 5: what a JobManager's absence allowed is done when it is back
  unsecured_rollout,     ///< rule 5: jobs are restarted by choice without a fresh checkpoint
  inherited_task_managers,  ///< rule 6: a launch begins beside TaskManagers of the one before
  ownerless_launch,     ///< rule 1: a Job's JobManager finds nothing to hang its TaskManagers on
  twin_launch,          ///< rule 5: a launch is given a Deployment beside its Job
  hasty_launch,         ///< rule 6: a JobManager is made beside one that may still live
  new_id_every_retry,   ///< rule 6: what may still arrive is sent again under another id
  last_snapshot_goes,   ///< rule 7: limits of a job's snapshots take its last good one, too
  task_managers_first,  ///< rule 7: a cluster's TaskManagers go before its JobManager
  needed_files_go,      ///< rule 7: a snapshot is disposed of whoever may restore from it
  finalizer_at_once,    ///< rule 7: a job's finalizer goes while the job runs
  removal_in_one_pass,  ///< rule 7: what is applied late may outlive its cluster's finalizer
  brakeless_fleet,      ///< rule 4: more clusters are restarted at once than a person allowed
  pause_ignored,        ///< rule 4: what a person has paused is changed all the same
  yield_ignored,        ///< rule 4: what another operator writes status of is changed all the same
  forgetful_schedule,   ///< rule 8: a new operator makes periodic snapshots anew
  restless_template,    ///< rule 8: a template that must wait is written as it was, for ever
  restless_status,      ///< rule 8: conditions get a new time with every look
  restless_choice,      ///< rule 8: whoever must choose is told so anew with every look
  disputed_status,      ///< rule 8: a word of an application's status that we do not know is fought
  hasty_first_look,     ///< rule 8: a new operator writes before it has looked at everything
};

#ifdef DREY_PLANTED_BUGS
inline planted_bug the_planted_bug = planted_bug::none;

inline bool is_planted(planted_bug which) { return which == the_planted_bug; }
#else
constexpr bool is_planted(planted_bug) { return false; }
#endif

}  // namespace drey
