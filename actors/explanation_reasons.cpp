#include "actors/explanation_reasons.hpp"

#include <algorithm>
#include <span>

#include "actors/job_progress.hpp"
#include "actors/job_restarts.hpp"
#include "actors/pod_trouble.hpp"
#include "actors/rollout_status.hpp"
#include "actors/slots_lost.hpp"

namespace drey {

namespace {

// Times are those of limits.hpp and of the machines' policies.
constexpr reason_row of_both[] = {
    {"Paused", "nothing, until the pause ends; then drey goes on from what it finds",
     "end the pause: remove the annotation drey.io/paused, or the operator's option"},
    {"AnotherOperator",
     "nothing, until the other operator has written no status for five minutes; then drey goes on "
     "from what it finds",
     "end one of the two operators, or give each resources of its own"},
    {"Invalid", "nothing new; what runs goes on as it is", "mend the field that the cause names"},
    {"Quarantined", "nothing, until the operator starts again",
     "report the operator's log, then restart the operator"},
    {"RolledBack", "nothing: the newest spec failed, and the last stable one counts instead",
     "mend what the cause names in the spec, and apply it: any change of it is tried anew"},
};
constexpr reason_row of_jobs[] = {
    {"Running", "nothing, until something changes", "nothing needs to be done"},
    {"Waiting", "it goes on as soon as what it waits for is there",
     "see the cause; for its cluster: drey-operator why on it"},
    {"WaitingForSlots", "slots are asked for with every look at the cluster, 4 times a second",
     "raise spec.taskManager.replicas of its cluster, or end another job"},
    {"Submitting", "Flink answers within 10 min, else its list of jobs tells", "wait"},
    {"SubmitFailed", "it is tried again under the same id, after 1 s to 5 min",
     "mend what the cause names: the jar, its main(), or spec.job"},
    {"Rescaling", "it goes on from its state with another parallelism", "wait"},
    {"Starting", "Flink deploys its tasks",
     "if it lasts: are there enough slots, and is each pod well?"},
    {"NotObserved", "it is seen again as soon as its JobManager answers",
     "see its cluster: drey-operator why on it"},
    {"Restarting", "Flink brings its tasks back; when it gives up, restartPolicy decides",
     "if it lasts: is each pod well, and what does the JobManager's log say?"},
    {"Missing", "15 s after it was first missing it is lost, and starts from its newest state",
     "wait"},
    {"Recovering",
     "its newest state is read, then it is started, after a back-off of 5 min at most", "wait"},
    {"Ended", "nothing", "to run it again, change spec.restartNonce"},
    {"JobFailed", "nothing, as its policy says",
     "see the cause; to start it from its newest state, change spec.restartNonce"},
    {"RestartAttemptsExhausted",
     "nothing: it failed too often and is in quarantine, with its state kept",
     "mend what makes it fail, then change spec.restartNonce; see also spec.job.restartAttempts"},
    {"Canceled", "nothing: somebody else ended it", "to run it again, change spec.restartNonce"},
    {crash_loop_reason, "it is started again each time, as its restart strategy and its policy say",
     "see the cause and the JobManager's log; or suspend it (spec.job.state)"},
    {no_checkpoints, "its checkpoints are looked at every 5 min",
     "see what holds them up: back-pressure, the store, or a task that does nothing"},
    {"ManualRestoreRequired", "the stores are looked at again every minute",
     "make them readable, or choose one of those that the cause names: put its path into "
     "spec.job.initialSavepointPath and change spec.job.savepointRedeployNonce"},
    {"RollingBack", "it is stopped, and its last stable spec goes on from what it left", "wait"},
    {"Deleting", "it is cancelled, and goes when every id that was sent is seen to be over",
     "wait; see its cluster when that does not answer"},
};
constexpr reason_row of_clusters[] = {
    {"Ready", "nothing, until something changes", "nothing needs to be done"},
    {"TaskManagersMissing", "a TaskManager that is lost is replaced after 45 s at most",
     "see the pods: no room, no image, or a container that ends"},
    {"Waiting", "it goes on as soon as what it waits for is gone", "see the cause"},
    {"Applying", "its objects are applied", "wait"},
    {"ApplyFailed", "they are applied again, after a back-off of 30 s at most",
     "mend what the cause names: a quota, a right, an admission"},
    {"JobManagerIsDeploying", "Kubernetes starts the JobManager; drey waits for its REST",
     "if it lasts: see the pods"},
    {"ImagePullBackOff", "Kubernetes pulls again, every 5 min at last; then all goes on by itself",
     "mend the image's name in the spec, push it, or give the nodes a pull secret"},
    {"CreateContainerConfigError", "Kubernetes tries again, every few seconds",
     "make the Secret or ConfigMap that the cause names, or mend the pod template"},
    {"CrashLoopBackOff",
     "Kubernetes starts it again, every 5 min at last; jobs are restarted by Flink and by "
     "restartPolicy, never because of this",
     "see the container's last log; delete the pod if only this one fails"},
    {"OOMKilled", "Kubernetes starts it again; after 2 min without another end it is trusted",
     "give it more memory (spec.taskManager.resource, spec.jobManager.resource)"},
    {unschedulable_reason,
     "it runs as soon as a node has room; a JobManager gets that of TaskManagers after 15 s",
     "make room, ask for less, or mend node selectors, affinities and taints"},
    {failed_create_reason, "Kubernetes asks again, every 17 min at last",
     "raise the ResourceQuota, or mend what the admission asks for; see the cause"},
    {slots_lost_reason, "nothing: what runs is not restarted for that; jobs use what is left",
     "delete the pods that the cause names: only jobs with tasks on them restart"},
    {new_ones_fail, "nothing is restarted, until they work or the spec is changed",
     "mend the spec, or set it back: the jobs are not touched by that"},
    {"DeployedNotReady", "it is asked again 4 times a second; silence alone restarts nothing",
     "see the JobManager's log; can the operator reach its port 8081?"},
    {"JobManagerUnready",
     "with high availability its pod is deleted after 3 min, so that another takes over; without "
     "it is left alone",
     "see its log and its threads (jstack); delete the pod if you know that it is lost"},
    {"NodeUnreachable",
     "Kubernetes deletes its pod when the tolerations of that end, and another is made; or drey "
     "after spec.jobManager.unreachableNodeSeconds, with high availability and where it does not "
     "renew its lock",
     "mend the node; kubectl delete node, or its taint node.kubernetes.io/out-of-service, if it is "
     "gone for good"},
    {"JobManagerReplaced", "its pod is deleted; the next JobManager goes on with the jobs", "wait"},
    {"Deleting", "what is left is removed in order; then the finalizer goes",
     "delete its FlinkSessionJobs first, if the cause names them"},
    {"RolloutBlocked", "nothing is restarted until it is allowed; what runs goes on",
     "name the jobs in the annotation drey.io/allow-restart-of, or set the spec back"},
    {"RolloutHalted", "nothing more is restarted until they work, or the spec is changed",
     "mend the jobs that the cause names, or set the spec back"},
    {"RolloutHindered", "it is tried again", "see the cause"},
    {"RollingBack", "the last stable spec is carried out; each job goes on from its newest state",
     "wait"},
    {return_failed, "nothing more is restarted until it works, or the spec is changed",
     "mend what the cause names: the jobs, the machines, or the spec; any change of it is tried"},
    {"WaitingForJobs", "jobs that are being brought back are waited for, 2 min at most", "wait"},
    {"WaitingForJobManager", "the changed spec waits for the JobManager", "see the pods"},
    {"BringingUpTaskManagers",
     "when the new TaskManagers are registered each job makes a "
     "checkpoint, then it restarts once",
     "wait"},
    {"BringingUpSpareTaskManagers",
     "when the spare ones are registered each job makes a checkpoint, restarts on these, and once "
     "more when they go",
     "wait; Kubernetes 1.27 or newer saves one of the restarts"},
    {"RemovingSpareTaskManagers",
     "free ones go; then each job makes a checkpoint, and restarts on those that stay", "wait"},
    {"TakingCheckpoints", "then each job restarts once", "wait"},
    {scale_down_waits, "a TaskManager that is too many goes when it has no tasks",
     "let it wait, or set spec.taskManager.scaleDown: disruptive; see the cause"},
    {"Restarting", "the jobs come back from the checkpoints just made, within 5 min", "wait"},
};
constexpr reason_row unlisted{"", "it is looked at again with every poll", "see the cause"};

const reason_row* find_in(std::span<const reason_row> rows, std::string_view reason) {
  const auto found = std::ranges::find(rows, reason, &reason_row::reason);
  return found == rows.end() ? nullptr : &*found;
}

}  // namespace

const reason_row& row_of_reason(object_kind kind, std::string_view reason) {
  if (const auto* row = find_in(of_both, reason)) return *row;
  const auto* row = kind == object_kind::flink_deployment ? find_in(of_clusters, reason) : nullptr;
  if (row == nullptr) row = find_in(of_jobs, reason);  // of an application's own, too
  return row == nullptr ? unlisted : *row;
}

}  // namespace drey
