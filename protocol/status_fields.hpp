/// The JSON fields of the three statuses (field_table.hpp). Names and meanings: the Apache Flink
/// Kubernetes Operator's CRDs, v1beta1; drey's own are `operation`, `lineage`, `savepoint`,
/// `change`, `trial`, `rollback`, `parallelism`, `rollout`, `restarts`, `origin`, `mode` and
/// `application`, and the conditions of a snapshot. States stay free strings in the CRD, so that no
/// status write is ever refused for its spelling.
#pragma once

#include "protocol/field_table.hpp"
#include "protocol/flink_resources.hpp"

namespace drey {

void fields_of(auto& v, either<condition> auto& x) {
  v.field("type", x.type, "What the condition is about.");
  v.field("status", x.status, "True, False or Unknown.");
  v.field("reason", x.reason, "One word in CamelCase.");
  v.field("message", x.message, "A sentence for people.");
  v.field("lastTransitionTime", x.last_transition_time, "When 'status' changed last.");
  v.field("observedGeneration", x.observed_generation, "Generation that this is true of.");
}

void fields_of(auto& v, either<job_status> auto& x) {
  v.field("jobName", x.job_name, "Name of the job in Flink.");
  v.field("jobId", x.job_id, "Flink's JobID of the newest execution.");
  v.field("state", x.state, "Flink's JobStatus; RUNNING only when every task runs.");
  v.field("startTime", x.start_time, "Start in epoch milliseconds.");
  v.field("updateTime", x.update_time, "Last change of 'state' in epoch milliseconds.");
  v.field("upgradeSavepointPath", x.upgrade_savepoint_path,
          "Snapshot that the next start restores from.");
  v.text("savepointInfo", x.savepoint_info, json_shape::an_object,
         "Savepoints, as Apache tells it.");
  v.text("checkpointInfo", x.checkpoint_info, json_shape::an_object,
         "Checkpoints, as Apache tells it.");
  v.rest(x.unknown);
}

void fields_of(auto& v, either<reconciliation_status> auto& x) {
  v.field("reconciliationTimestamp", x.reconciliation_timestamp,
          "Last deployment in epoch milliseconds.");
  v.field("lastReconciledSpec", x.last_reconciled_spec, "Spec deployed last, as JSON text.");
  v.field("lastStableSpec", x.last_stable_spec, "Spec that was stable last, as JSON text.");
  v.field("state", x.state, "UPGRADING, DEPLOYED, ROLLING_BACK or ROLLED_BACK.");
  v.rest(x.unknown);
}

void fields_of(auto& v, either<operation> auto& x) {
  v.field("kind", x.kind,
          "submit, stop, drain, cancel, rescale, create or delete; of a snapshot savepoint, "
          "checkpoint or dispose.");
  v.field("generation", x.generation, "Generation that it is done for.");
  v.field("id", x.id, "Job id or trigger id.");
  v.field("directory", x.directory, "Directory of the savepoint.");
  v.field("path", x.path, "Snapshot that the submission restores from.");
  v.field("incarnation", x.incarnation, "UID of the JobManager pod that it was sent to.");
  v.field("attempt", x.attempt, "Number of the attempt.");
  v.field("started", x.started, "Begin in epoch milliseconds.");
}

void fields_of(auto& v, either<restore_point> auto& x) {
  v.field("path", x.path, "Where the snapshot lies.");
  v.field("checkpointId", x.checkpoint_id, "Flink's checkpoint id; 0: not known.");
  v.field("source", x.source, "checkpoint, savepoint or initial.");
  v.field("endOf", x.end_of, "Job id that ended with this state; empty: there may be newer.");
  v.field("snapshot", x.snapshot, "FlinkStateSnapshot of the job that holds it.");
  v.field("passedOver", x.passed_over, "Newer state that restorePreference gives up for it.");
}

void fields_of(auto& v, either<restored_state> auto& x) {
  v.field("path", x.path, "Where it lies; empty: it began from nothing.");
  v.field("checkpointId", x.checkpoint_id, "Flink's checkpoint id; 0: not known.");
  v.field("snapshot", x.snapshot, "FlinkStateSnapshot of the job that holds it.");
  v.field("why", x.why, "Why it was chosen.");
  v.field("passedOver", x.passed_over, "Newer state that it was preferred to.");
}

void fields_of(auto& v, either<unlisted_savepoint> auto& x) {
  v.field("name", x.name, "FlinkStateSnapshot that is to be made.");
  v.field("path", x.path, "Where the savepoint lies.");
  v.field("jobId", x.job_id, "Job id that was stopped with it.");
  v.field("checkpointId", x.checkpoint_id, "Flink's checkpoint id; 0: not known.");
}

void fields_of(auto& v, either<lineage> auto& x) {
  v.field("submissions", x.submissions, "How many job ids were ever decided.");
  v.field("jobIds", x.job_ids, "Job ids that were sent, oldest first.");
  v.field("newest", x.newest, "Newest state that is known.");
  v.field("failures", x.failures, "Restarts by the operator within its window.");
  v.field("directory", x.directory, "Where the last job id keeps its checkpoints.");
  v.field("branch", x.branch, "Submissions up to this number belong to state that was given up.");
  v.field("triggers", x.triggers, "Trigger ids of savepoints of this branch, oldest first.");
  v.field("failure", x.failure, "Why its last execution FAILED, as Flink says.");
  v.field("restored", x.restored, "What the last start went on from, and why.");
  v.field("unlisted", x.unlisted, "A savepoint whose FlinkStateSnapshot is yet to be made.");
}

void fields_of(auto& v, either<savepoint_record> auto& x) {
  v.field("nonce", x.nonce, "savepointTriggerNonce or checkpointTriggerNonce that asked for it.");
  v.field("state", x.state, "IN_PROGRESS, COMPLETED or FAILED.");
  v.field("triggerId", x.trigger_id, "Trigger id in Flink.");
  v.field("location", x.location, "Where it lies.");
  v.field("error", x.error, "Why it failed.");
  v.field("snapshot", x.snapshot, "FlinkStateSnapshot that takes it.");
}

void fields_of(auto& v, either<change_record> auto& x) {
  v.field("generation", x.generation, "Generation that is not carried out yet.");
  v.field("failures", x.failures, "How often stopping the job for it failed.");
  v.field("message", x.message, "What stands against it.");
  v.field("retryAt", x.retry_at, "When it is tried again, in epoch milliseconds; 0: not by time.");
}

void fields_of(auto& v, either<trial_record> auto& x) {
  v.field("generation", x.generation, "Generation that was submitted.");
  v.field("from", x.from, "Snapshot that it began with; empty: it began from nothing.");
  v.field("submissions", x.submissions, "Submissions after this number are of it.");
  v.field("since", x.since, "Its newest submission in epoch milliseconds.");
}

void fields_of(auto& v, either<rollback_record> auto& x) {
  v.field("generation", x.generation, "Generation that is undone.");
  v.field("why", x.why, "Why it did not become stable.");
  v.field("at", x.at, "When that was decided, in epoch milliseconds.");
}

void fields_of(auto& v, either<parallelism_record> auto& x) {
  v.field("current", x.current, "Parallelism of its newest execution.");
  v.field("target", x.target, "Parallelism of the next one, as far as there are slots.");
  v.field("proven", x.proven, "Parallelism with which all its tasks ran last.");
  v.field("failures", x.failures, "Raises in a row under which not all its tasks ran.");
  v.field("changedAt", x.changed_at, "When the target was changed last, in epoch milliseconds.");
}

void fields_of(auto& v, either<restart_record> auto& x) {
  v.field("since", x.since, "From then on not all of it ran.");
  v.field("what", x.what, "job, JobManager or TaskManagers.");
  v.field("why", x.why, "What made it restart.");
  v.field("from", x.from, "What it went on from.");
  v.field("downMs", x.down_ms, "Milliseconds until all of it ran again; absent while it lasts.");
}

void fields_of(auto& v, either<flink_session_job_status> auto& x) {
  v.field("jobStatus", x.job, "The job as Flink sees it.");
  v.field("error", x.error, "What is wrong; a JSON object as text.");
  v.field("observedGeneration", x.observed_generation, "Generation that was handled last.");
  v.field("lifecycleState", x.lifecycle_state, "The resource in one word.");
  v.field("reconciliationStatus", x.reconciliation, "What was deployed.");
  v.field("conditions", x.conditions, "Conditions.");
  v.field("operation", x.operation, "drey: the effect under way.");
  v.field("lineage", x.lineage, "drey: the job's state over all its executions.");
  v.field("savepoint", x.savepoint, "drey: the savepoint asked for last.");
  v.field("checkpoint", x.checkpoint, "drey: the checkpoint asked for last.");
  v.field("change", x.change, "drey: a changed spec that could not be carried out yet.");
  v.field("trial", x.trial, "drey: a submitted spec that is not known to be stable yet.");
  v.field("rollback", x.rollback, "drey: a changed spec that failed and is undone.");
  v.field("parallelism", x.parallelism, "drey: what autoParallelism makes of its parallelism.");
  v.field("restarts", x.restarts, "drey: its last restarts, the newest last.");
  v.rest(x.unknown);
}

void fields_of(auto& v, either<rollout_record> auto& x) {
  v.field("action", x.action, "What the change needs: replace_task_managers, ….");
  v.field("generation", x.generation, "Generation that it is done for.");
  v.field("phase", x.phase, "Waiting, Stepping or Halted.");
  v.field("retireBelow", x.retire_below, "TaskManagers with a lower ordinal go in this step.");
  v.field("jobs", x.jobs, "Jobs that worked before this step, and must come back from it.");
  v.field("registered", x.registered, "TaskManagers that worked before the first step took some.");
}

void fields_of(auto& v, either<flink_deployment_status> auto& x) {
  v.field("jobStatus", x.job, "The job as Flink sees it; of an application cluster.");
  v.field("error", x.error, "What is wrong; a JSON object as text.");
  v.field("observedGeneration", x.observed_generation, "Generation that was handled last.");
  v.field("lifecycleState", x.lifecycle_state, "The resource in one word.");
  v.field("reconciliationStatus", x.reconciliation, "What was deployed.");
  v.field("clusterInfo", x.cluster_info, "Version, revision and size of the cluster.");
  v.field("jobManagerDeploymentStatus", x.job_manager_deployment_status,
          "READY, DEPLOYED_NOT_READY, DEPLOYING, MISSING or ERROR.");
  v.group("taskManager", "What the scale subresource reads.", [&x](auto& inner) {
    inner.field("labelSelector", x.task_manager_label_selector, "Selects the TaskManagers' pods.");
    inner.field("replicas", x.task_manager_replicas, "Number of TaskManagers.");
  });
  v.field("conditions", x.conditions, "Conditions.");
  v.field("operation", x.operation, "drey: the effect under way.");
  v.field("rollout", x.rollout, "drey: the changed spec that is being carried out.");
  v.field("rollback", x.rollback, "drey: a changed spec that failed and is undone.");
  v.field("restarts", x.restarts, "drey: the last restarts of its parts, the newest last.");
  v.field("mode", x.mode, "drey: the mode that was chosen, native or standalone.");
  v.field("application", x.application,
          "drey: the job of an application cluster, as a FlinkSessionJob tells of its own.");
  v.rest(x.unknown);
}

void fields_of(auto& v, either<snapshot_origin> auto& x) {
  v.field("jobUid", x.job_uid, "UID of the FlinkSessionJob.");
  v.field("jobId", x.job_id, "Job id of the execution that it was taken of.");
  v.field("cluster", x.cluster, "FlinkDeployment that ran it.");
  v.field("checkpointId", x.checkpoint_id, "Flink's checkpoint id; 0: not known.");
}

void fields_of(auto& v, either<flink_state_snapshot_status> auto& x) {
  v.field("state", x.state, "TRIGGER_PENDING, IN_PROGRESS, COMPLETED, FAILED or ABANDONED.");
  v.field("triggerId", x.trigger_id, "Trigger id in Flink.");
  v.field("triggerTimestamp", x.trigger_timestamp, "When it was triggered.");
  v.field("resultTimestamp", x.result_timestamp, "When it ended.");
  v.field("path", x.path, "Where the snapshot lies.");
  v.field("error", x.error, "What is wrong; a JSON object as text.");
  v.field("failures", x.failures, "Failed attempts.");
  v.field("conditions", x.conditions, "drey: conditions.");
  v.field("operation", x.operation, "drey: the effect under way.");
  v.field("origin", x.origin, "drey: whose state it is.");
  v.rest(x.unknown);
}

}  // namespace drey
