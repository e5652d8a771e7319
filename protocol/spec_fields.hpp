/// The JSON fields of the three specs (field_table.hpp). Names and meanings: the Apache Flink
/// Kubernetes Operator's CRDs, v1beta1.
#pragma once

#include <array>

#include "protocol/enum_names.hpp"
#include "protocol/field_table.hpp"
#include "protocol/flink_resources.hpp"

namespace drey {

constexpr auto values_of(std::type_identity<flink_version>) {
  using enum flink_version;
  return std::array{v1_12, v1_13, v1_14, v1_15, v1_16, v1_17, v1_18,
                    v1_19, v1_20, v2_0,  v2_1,  v2_2,  v2_3,  v2_4};
}
constexpr auto values_of(std::type_identity<deployment_mode>) {
  return std::array{deployment_mode::native, deployment_mode::standalone};
}
constexpr auto values_of(std::type_identity<upgrade_mode>) {
  return std::array{upgrade_mode::stateless, upgrade_mode::savepoint, upgrade_mode::last_state};
}
constexpr auto values_of(std::type_identity<desired_state>) {
  return std::array{desired_state::running, desired_state::suspended};
}
constexpr auto values_of(std::type_identity<restart_policy>) {
  return std::array{restart_policy::on_failure, restart_policy::never, restart_policy::nostart};
}
constexpr auto values_of(std::type_identity<restore_preference>) {
  return std::array{restore_preference::newest, restore_preference::snapshot};
}
constexpr auto values_of(std::type_identity<scale_down>) {
  return std::array{scale_down::idle, scale_down::disruptive};
}
constexpr auto values_of(std::type_identity<over_commit>) {
  return std::array{over_commit::off, over_commit::report, over_commit::enforce};
}

inline constexpr std::array<std::string_view, 3> savepoint_formats{"CANONICAL", "NATIVE",
                                                                   "UNKNOWN"};
inline constexpr std::array<std::string_view, 2> job_kinds{"FlinkDeployment", "FlinkSessionJob"};

constexpr void fields_of(auto& v, either<resource_spec> auto& x) {
  v.cores("cpu", x.cpu, "CPU cores, such as 0.5 or 500m.");
  v.field("memory", x.memory, "Memory of the process: a Flink size (2g) or a quantity (2Gi).");
  v.field("ephemeralStorage", x.ephemeral_storage, "Local storage, a Kubernetes quantity.");
  v.rest(x.unknown);
}

constexpr void fields_of_both_sides(auto& v, auto& x) {
  v.field("resource", x.resource,
          "CPU, memory and local storage; ignored when 'resources' is given.");
  v.text("resources", x.resources, json_shape::an_object,
         "Kubernetes ResourceRequirements; memory and cpu also size the Flink process.");
  v.field("replicas", x.replicas, "Number of pods.");
  v.field(
      "unreachableNodeSeconds", x.unreachable_node_seconds,
      "So many seconds after a node is not Ready any more its pods of this component are given "
      "up: a TaskManager gets a replacement (absent: 45); a JobManager with Kubernetes high "
      "availability that does not renew its lock is deleted, so that another one is made "
      "(absent: when the tolerations of its pod say so). No pod or template is changed for it.");
  v.text("podTemplate", x.pod_template, json_shape::an_object,
         "Pod template of this component, merged over the common one.");
}
constexpr void fields_of(auto& v, either<component_spec> auto& x) {
  fields_of_both_sides(v, x);
  v.rest(x.unknown);
}
constexpr void fields_of(auto& v, either<task_manager_spec> auto& x) {
  fields_of_both_sides(v, x);
  v.field(
      "scaleDown", x.scale_down,
      "Which TaskManagers go when replicas is lowered: idle takes those without tasks and waits "
      "for the others; disruptive also takes those with tasks, where the slots of the others "
      "suffice: each job makes a checkpoint first and restarts once. Absent: idle.");
  v.field("overCommit", x.over_commit,
          "What is done when replicas is raised beyond what nodes and quotas have room for, as far "
          "as the "
          "operator sees: report says so in a condition, enforce makes as many as fit, \"off\" "
          "does not look. Absent: report.");
  v.rest(x.unknown);
}

constexpr void fields_of(auto& v, either<snapshot_reference> auto& x) {
  v.field("namespace", x.ns, "Namespace of the FlinkStateSnapshot; absent: the job's own.");
  v.field("name", x.name, "Name of the FlinkStateSnapshot; it must be COMPLETED.");
  v.field("path", x.path, "Where a snapshot lies that has no resource; in place of a name.");
  v.rest(x.unknown);
}

constexpr void fields_of(auto& v, either<job_spec> auto& x) {
  v.field("jarURI", x.jar_uri, "Where the job's jar is fetched from.");
  v.field("parallelism", x.parallelism, "Parallelism of the job.");
  v.field("entryClass", x.entry_class, "Main class; absent: as the jar's manifest says.");
  v.field("args", x.args, "Arguments of the main class.");
  v.field("state", x.state, "Whether the job shall run.");
  v.field("upgradeMode", x.upgrade, "What becomes of the job's state when its spec changes.");
  v.field("initialSavepointPath", x.initial_savepoint_path,
          "Snapshot that the first start and a changed savepointRedeployNonce restore from.");
  v.field("flinkStateSnapshotReference", x.snapshot,
          "drey: the FlinkStateSnapshot that the first start restores from, in place of "
          "initialSavepointPath.");
  v.field("allowNonRestoredState", x.allow_non_restored_state,
          "Start even when state of the snapshot fits no operator of the job.");
  v.field("savepointTriggerNonce", x.savepoint_trigger_nonce,
          "A changed number takes a savepoint.");
  v.field("savepointTrigger", x.savepoint_trigger, "The same as savepointTriggerNonce.");
  v.field("checkpointTriggerNonce", x.checkpoint_trigger_nonce,
          "A changed number takes a checkpoint.");
  v.field("savepointRedeployNonce", x.savepoint_redeploy_nonce,
          "A changed number restarts the job from initialSavepointPath.");
  v.field("autoscalerResetNonce", x.autoscaler_reset_nonce,
          "A changed number clears the autoscaler's memory.");
  v.field("restartPolicy", x.restart,
          "What happens after its first start when the job reached FAILED: ON_FAILURE starts it "
          "again from its newest state; NEVER leaves it, but it outlives its cluster's failures; "
          "after nostart nothing starts it again, not even Flink. Absent: as "
          "kubernetes.operator.job.restart.failed says.");
  v.field("restartAttempts", x.restart_attempts,
          "How often a FAILED job is started again before a person is asked. Absent: 10.");
  v.field("restartBackoff", x.restart_backoff,
          "Wait before the first of these starts; it doubles up to 5 min. Absent: 1 s.");
  v.field("restartWindow", x.restart_window,
          "How long all tasks must have run until its failures are forgotten. Absent: 1 h.");
  v.field("restorePreference", x.restore_preference,
          "What it goes on from after it failed or was lost: newest, the newest state of all; "
          "snapshot, the newest savepoint that a FlinkStateSnapshot of it holds, even when there "
          "are newer checkpoints. Absent: newest.");
  v.field("autoParallelism", x.auto_parallelism,
          "Whether it may use slots of its cluster that stay free: it restarts once with its "
          "state, and has at least 'parallelism' (status.parallelism). Absent: false.");
  v.rest(x.unknown);
}

constexpr void fields_of(auto& v, either<ingress_spec> auto& x) {
  v.field("template", x.url,
          "Host and path, such as {{name}}.{{namespace}}.example.com or /{{namespace}}/{{name}}.");
  v.field("className", x.class_name, "Class of the Ingress; absent: the cluster's default.");
  v.field("annotations", x.annotations, "Annotations of the Ingress.");
  v.field("labels", x.labels, "Labels of the Ingress.");
  v.text("tls", x.tls, json_shape::a_list, "Hosts and their Secrets, as in a Kubernetes Ingress.");
  v.rest(x.unknown);
}

constexpr void fields_of(auto& v, either<flink_deployment_spec> auto& x) {
  v.field("job", x.job, "The one job of an application cluster; absent: a session cluster.");
  v.field("restartNonce", x.restart_nonce, "A changed number restarts the cluster.");
  v.configuration("flinkConfiguration", x.flink_configuration, "Flink's configuration.");
  v.field("image", x.image, "Container image of Flink; absent: the official one of flinkVersion.");
  v.field("imagePullPolicy", x.image_pull_policy, "IfNotPresent, Always or Never.");
  v.field("serviceAccount", x.service_account, "Service account of Flink's pods.");
  v.field("flinkVersion", x.flink_version, "Version of Flink in the image.");
  v.field("ingress", x.ingress, "Ingress to Flink's web interface.");
  v.text("podTemplate", x.pod_template, json_shape::an_object,
         "Pod template of JobManager and TaskManagers.");
  v.field("jobManager", x.job_manager, "The JobManager.");
  v.field("taskManager", x.task_manager, "The TaskManagers.");
  v.field("logConfiguration", x.log_configuration,
          "log4j-console.properties and logback-console.xml, by name.");
  v.field("mode", x.mode,
          "native: Flink makes its TaskManagers; standalone: the operator does. Chosen once.");
  v.rest(x.unknown);
}

constexpr void fields_of(auto& v, either<flink_session_job_spec> auto& x) {
  v.field("deploymentName", x.deployment_name,
          "FlinkDeployment in the same namespace that runs the job.");
  v.field("job", x.job, "The job.");
  v.field("restartNonce", x.restart_nonce, "A changed number restarts the job.");
  v.configuration("flinkConfiguration", x.flink_configuration,
                  "Configuration of this job, over the cluster's.");
  v.rest(x.unknown);
}

void fields_of(auto& v, either<savepoint_spec> auto& x) {
  v.field("path", x.path, "Directory to write to, or the savepoint that exists already.");
  v.choice("formatType", x.format_type, savepoint_formats, "Binary format of the savepoint.");
  v.field("disposeOnDelete", x.dispose_on_delete, "Delete the data with this resource.");
  v.field("alreadyExists", x.already_exists, "The savepoint is there; nothing is triggered.");
  v.rest(x.unknown);
}

void fields_of(auto& v, either<flink_state_snapshot_spec> auto& x) {
  v.group("jobReference", "The job to take a snapshot of, in the same namespace.",
          [&x](auto& inner) {
            inner.choice("kind", x.job_kind, job_kinds, "Kind of the job's resource.");
            inner.field("name", x.job_name, "Name of the job's resource.");
          });
  v.field("savepoint", x.savepoint, "Take a savepoint.");
  v.presence("checkpoint", x.checkpoint, "Take a checkpoint; has no fields.");
  v.field("backoffLimit", x.backoff_limit, "Attempts after the first failure; -1: no limit.");
  v.rest(x.unknown);
}

}  // namespace drey
