#include "tests/rows/restart_boundary_edits.hpp"

#include <nlohmann/json.hpp>

#include "protocol/primary_codec.hpp"

namespace drey::rows::restart_boundary_edits {

namespace {

using enum restart_action;

// clang-format off
constexpr edit_row edit_rows[] = {
    // ── the resource itself ──
    {"a new number asks for a restart",
     R"({"restartNonce":8})",
     "spec.restartNonce", restart_both, restart_both},
    {"… its removal does not",
     R"({"restartNonce":null})",
     "spec.restartNonce", nothing, nothing},
    {"a session cluster does not become an application cluster",
     R"({"job":{"parallelism":2}})",
     "spec.job", refuse, refuse},
    {"a field that nobody knows",
     R"({"taskManager":{"replica":3}})",
     "spec.taskManager.replica", nothing, nothing},
    // ── images and versions ──
    {"all processes run from the image",
     R"({"image":"flink:1.20.2"})",
     "spec.image", restart_both, restart_both},
    {"another minor version",
     R"({"flinkVersion":"v1_19"})",
     "spec.flinkVersion", restart_both, restart_both},
    {"it counts for the next pod only",
     R"({"imagePullPolicy":"Always"})",
     "spec.imagePullPolicy", patch, patch},
    {"plugins and lib/ come by an init container",
     R"({"podTemplate":{"spec":{"initContainers":[{"name":"plugins","image":"p:2"}]}}})",
     "spec.podTemplate.spec.initContainers[plugins].image", restart_both, restart_both},
    // ── resources ──
    {"memory of the JobManager",
     R"({"jobManager":{"resource":{"memory":"3g"}}})",
     "spec.jobManager.resource.memory", fail_over_job_manager, fail_over_job_manager},
    {"its cores",
     R"({"jobManager":{"resource":{"cpu":2}}})",
     "spec.jobManager.resource.cpu", fail_over_job_manager, fail_over_job_manager},
    {"the new form of it",
     R"({"jobManager":{"resources":{"requests":{"memory":"3Gi"}}}})",
     "spec.jobManager.resources.requests.memory", fail_over_job_manager, fail_over_job_manager},
    {"standbys",
     R"({"jobManager":{"replicas":3}})",
     "spec.jobManager.replicas", scale, scale},
    {"memory of TaskManagers",
     R"({"taskManager":{"resource":{"memory":"3g"}}})",
     "spec.taskManager.resource.memory", replace_task_managers, restart_both},
    {"the same in other words",
     R"({"taskManager":{"resource":{"memory":"2048m"}}})",
     "spec.taskManager.resource.memory", nothing, nothing},
    {"local storage",
     R"({"taskManager":{"resource":{"ephemeralStorage":"20Gi"}}})",
     "spec.taskManager.resource.ephemeralStorage", replace_task_managers, restart_both},
    {"the new form of it",
     R"({"taskManager":{"resources":{"limits":{"cpu":"2"}}}})",
     "spec.taskManager.resources.limits.cpu", replace_task_managers, restart_both},
    {"more TaskManagers; native mode does not count them",
     R"({"taskManager":{"replicas":5}})",
     "spec.taskManager.replicas", scale, nothing},
    {"fewer",
     R"({"taskManager":{"replicas":1}})",
     "spec.taskManager.replicas", scale, nothing},
    // ── pods ──
    {"an environment for all",
     R"({"podTemplate":{"spec":{"containers":[{"name":"flink-main-container",)"
     R"("env":[{"name":"A","value":"2"}]}]}}})",
     "spec.podTemplate.spec.containers[flink-main-container].env[A].value",
     restart_both, restart_both},
    {"one side's template",
     R"({"jobManager":{"podTemplate":{"spec":{"nodeSelector":{"disk":"ssd"}}}}})",
     "spec.jobManager.podTemplate.spec.nodeSelector.disk",
     fail_over_job_manager, fail_over_job_manager},
    {"the other's",
     R"({"taskManager":{"podTemplate":{"metadata":)"
     R"({"labels":{"example.com/team":"b"}}}}})",
     "spec.taskManager.podTemplate.metadata.labels[example.com/team]",
     replace_task_managers, restart_both},
    {"where later TaskManagers may stand",
     R"({"taskManager":{"podTemplate":{"spec":{"tolerations":[{"key":"spot"}]}}}})",
     "spec.taskManager.podTemplate.spec.tolerations", patch, fail_over_job_manager},
    {"… or are drawn to",
     R"({"taskManager":{"podTemplate":{"spec":{"affinity":)"
     R"({"nodeAffinity":{"x":1}}}}}})",
     "spec.taskManager.podTemplate.spec.affinity.nodeAffinity.x", patch, fail_over_job_manager},
    {"… or how important they are",
     R"({"taskManager":{"podTemplate":{"spec":{"priorityClassName":"low"}}}})",
     "spec.taskManager.podTemplate.spec.priorityClassName", patch, fail_over_job_manager},
    {"a pod keeps its account",
     R"({"serviceAccount":"other"})",
     "spec.serviceAccount", restart_both, restart_both},
    {"the way in",
     R"({"ingress":{"template":"b.example.com"}})",
     "spec.ingress.template", patch, patch},
    {"the way in goes",
     R"({"ingress":null})",
     "spec.ingress.template", patch, patch},
    {"what is logged",
     R"({"logConfiguration":{"log4j-console.properties":"rootLogger.level = WARN"}})",
     "spec.logConfiguration[log4j-console.properties]", patch, patch},
};

constexpr key_edit_row key_edit_rows[] = {
    // ── the resource itself ──
    {"drey's own settings", "kubernetes.operator.reconcile.interval",
     nothing, nothing},
    {"the autoscaler's too", "job.autoscaler.enabled",
     nothing, nothing},
    {"… but one that decides what pods are",
     "kubernetes.operator.pod-template.merge-arrays-by-name",
     restart_both, restart_both},
    {"a default of submissions", "parallelism.default",
     nothing, nothing},
    // ── resources ──
    {"slots", "taskmanager.numberOfTaskSlots",
     replace_task_managers, restart_both},
    {"a part of their memory",
     "taskmanager.memory.jvm-metaspace.size",
     replace_task_managers, restart_both},
    {"network memory",
     "taskmanager.network.memory.floating-buffers-per-gate",
     replace_task_managers, restart_both},
    {"which the JobManager reads, whatever its name",
     "taskmanager.load-balance.mode",
     fail_over_job_manager, fail_over_job_manager},
    {"a part of the JobManager's memory",
     "jobmanager.memory.off-heap.size",
     fail_over_job_manager, fail_over_job_manager},
    {"its JVM", "env.java.opts.jobmanager",
     fail_over_job_manager, fail_over_job_manager},
    {"theirs", "env.java.opts.taskmanager",
     replace_task_managers, restart_both},
    {"all of them", "env.java.opts.all",
     restart_both, restart_both},
    {"limits of the JobManager's pod",
     "kubernetes.jobmanager.cpu.limit-factor",
     fail_over_job_manager, fail_over_job_manager},
    {"limits of theirs",
     "kubernetes.taskmanager.memory.limit-factor",
     replace_task_managers, restart_both},
    // ── HA and coordination ──
    {"high availability", "high-availability.type",
     restart_both, restart_both},
    {"where it keeps what it keeps",
     "high-availability.storageDir",
     restart_both, restart_both},
    {"… in the words of old versions",
     "high-availability",
     restart_both, restart_both},
    {"how long a leader holds",
     "high-availability.kubernetes.leader-election.lease-duration",
     fail_over_job_manager, fail_over_job_manager},
    {"both ends beat", "heartbeat.timeout",
     restart_both, restart_both},
    {"a default that goes with each job", "restart-strategy.type",
     nothing, nothing},
    {"who hands out slots",
     "slotmanager.max-total-resource.cpu",
     fail_over_job_manager, fail_over_job_manager},
    {"… and when",
     "resourcemanager.taskmanager-timeout",
     fail_over_job_manager, fail_over_job_manager},
    {"… and how long one waits",
     "slot.request.timeout",
     fail_over_job_manager, fail_over_job_manager},
    {"the scheduler", "jobmanager.scheduler",
     fail_over_job_manager, fail_over_job_manager},
    {"its mode", "scheduler-mode",
     fail_over_job_manager, fail_over_job_manager},
    {"REST", "rest.flamegraph.enabled",
     fail_over_job_manager, fail_over_job_manager},
    {"the web interface",
     "web.refresh-interval",
     fail_over_job_manager, fail_over_job_manager},
    {"TLS of REST", "security.ssl.rest.enabled",
     fail_over_job_manager, fail_over_job_manager},
    {"TLS between processes", "security.ssl.internal.enabled",
     restart_both, restart_both},
    {"RPC between them", "pekko.ask.timeout",
     restart_both, restart_both},
    {"ports that drey sets", "jobmanager.rpc.port",
     nothing, nothing},
    {"metrics", "metrics.reporter.prom.port",
     restart_both, restart_both},
    {"checkpoints of jobs to come", "execution.checkpointing.dir",
     nothing, nothing},
    {"… in the words of old versions", "state.checkpoints.dir",
     nothing, nothing},
    {"savepoints of jobs to come", "state.savepoints.dir",
     nothing, nothing},
    {"their backend", "state.backend.type",
     nothing, nothing},
    {"how many the JobManager keeps is its own setting",
     "execution.checkpointing.num-retained",
     fail_over_job_manager, fail_over_job_manager},
    {"local state is kept by TaskManagers and known to the JobManager",
     "state.backend.local-recovery",
     restart_both, restart_both},
    {"… in the words of new versions",
     "execution.checkpointing.local-backup.enabled",
     restart_both, restart_both},
    {"another program's", "historyserver.web.port",
     nothing, nothing},
    {"whatever else is read at start", "s3.endpoint",
     restart_both, restart_both},
};
// clang-format on

}  // namespace

std::span<const edit_row> edits() { return edit_rows; }
std::span<const key_edit_row> key_edits() { return key_edit_rows; }

flink_deployment_spec rich() {
  return patched({}, R"({
    "restartNonce": 7,
    "flinkConfiguration": {
      "taskmanager.numberOfTaskSlots": "4",
      "high-availability.type": "kubernetes",
      "high-availability.storageDir": "s3://flink/ha",
      "execution.checkpointing.dir": "s3://flink/checkpoints",
      "execution.checkpointing.interval": "10 s"},
    "image": "flink:1.20",
    "imagePullPolicy": "IfNotPresent",
    "serviceAccount": "flink",
    "flinkVersion": "v1_20",
    "ingress": {"template": "a.example.com"},
    "podTemplate": {"spec": {
      "containers": [{"name": "flink-main-container", "env": [{"name": "A", "value": "1"}]}],
      "initContainers": [{"name": "plugins", "image": "p:1"}]}},
    "jobManager": {"replicas": 2, "resource": {"memory": "2g", "cpu": 1},
      "podTemplate": {"spec": {"containers": [{"name": "sidecar", "image": "s:1"}]}}},
    "taskManager": {"replicas": 3, "resource": {"memory": "2g", "cpu": 1},
      "podTemplate": {"spec": {"containers": [{"name": "sidecar", "image": "s:1"}]}}},
    "logConfiguration": {"log4j-console.properties": "rootLogger.level = INFO"},
    "mode": "standalone"})");
}

flink_deployment_spec patched(const flink_deployment_spec& spec, const std::string& patch) {
  auto whole = nlohmann::json::parse(encode_spec(spec));
  auto edit = nlohmann::json::parse(patch);
  whole.merge_patch(edit);
  return std::get<flink_deployment_spec>(decode_deployment_spec(whole.dump()));
}

}  // namespace drey::rows::restart_boundary_edits
