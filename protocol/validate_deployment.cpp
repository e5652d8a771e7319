// The rules about a FlinkDeployment, one function per rule; the table at the end is Apache's order.
#include <algorithm>
#include <array>

#include "protocol/flink_leader.hpp"
#include "protocol/flink_versions.hpp"
#include "protocol/ingress_place.hpp"
#include "protocol/json_reader.hpp"
#include "protocol/limits.hpp"
#include "protocol/primary_codec.hpp"
#include "protocol/reconciled_spec.hpp"
#include "protocol/validation_view.hpp"

namespace drey {

namespace {

using validation::config_path;
using validation::report;

struct view {
  const flink_deployment& resource;
  const flink_deployment_spec& spec;
  const configuration& config;  ///< in effect
  const std::optional<flink_deployment_spec>& deployed;
};

void check_name(const view& x, report& out) {
  const auto& name = x.resource.metadata.name;
  if (validation::is_cluster_name(name)) return;
  out.error("metadata.name", "'" + excerpt(name) + "' is not a name for a FlinkDeployment",
            "Use at most " + std::to_string(limits::cluster_name_chars_max) +
                " lower case letters, digits and '-', with a letter first and no '-' at the end");
}

void check_version(const view& x, report& out) {
  if (!x.spec.flink_version)
    return out.error("spec.flinkVersion", "is missing", "Name Flink's version, such as v1_20");
  if (*x.spec.flink_version < flink_version::v1_15)
    out.warning("spec.flinkVersion", "the Apache operator handles v1_15 and newer only",
                "Upgrade Flink when you can");
}

/// A last-state suspend leaves state that only the same version surely reads.
void check_version_change(const view& x, report& out) {
  if (!x.deployed || !x.deployed->job || !x.spec.job) return;
  const auto& last = *x.deployed->job;
  if (x.spec.job->upgrade == upgrade_mode::stateless ||
      x.spec.flink_version == x.deployed->flink_version)
    return;
  if (last.state == desired_state::suspended && last.upgrade == upgrade_mode::last_state)
    out.error("spec.flinkVersion", "cannot change after a last-state suspend",
              "Restore the job with its old flinkVersion first, then upgrade");
}

void check_forbidden_keys(const view& x, report& out) {
  for (const std::string_view key :
       {"kubernetes.namespace", "kubernetes.cluster-id", "high-availability.cluster-id"})
    if (x.config.contains(std::string(key)))
      out.error(config_path(key), "is set by the operator", "Remove the key");
}

void check_rollback(const view& x, report& out) {
  constexpr std::string_view key = "kubernetes.operator.deployment.rollback.enabled";
  if (validation::flag(x.config, out, key).value_or(false) && !is_highly_available(x.config))
    out.error(config_path(key), "rolling back needs high availability",
              "Set high-availability.type: kubernetes and high-availability.storageDir");
}

/// Of other services drey reads nothing, and clears nothing.
void check_high_availability(const view& x, report& out) {
  if (!is_highly_available(x.config) || leads_by_config_map(x.config)) return;
  const auto path = config_path(
      x.config.contains("high-availability.type") ? "high-availability.type" : "high-availability");
  constexpr auto remedy = "Use kubernetes";
  if (x.spec.job)
    return out.error(path,
                     "cannot be of another kind than kubernetes for an application: what an "
                     "earlier launch left there would be brought back beside the next one",
                     remedy);
  out.warning(path,
              "is of a kind that drey does not read: the newest state of a job is sought at the "
              "JobManager and in the store alone",
              remedy);
}

void check_health_check(const view& x, report& out) {
  constexpr std::string_view check = "kubernetes.operator.cluster.health-check.enabled";
  constexpr std::string_view recovery = "kubernetes.operator.jm-deployment-recovery.enabled";
  constexpr std::string_view old_recovery =
      "kubernetes.operator.reconciler.jm-deployment-recovery.enabled";
  const bool recovers = validation::flag(x.config, out, recovery, old_recovery).value_or(true);
  if (validation::flag(x.config, out, check).value_or(false) && !recovers)
    out.error(config_path(recovery), "must be enabled for the health check",
              "Remove it, or disable " + std::string(check));
}

/// Flink 2 nests its configuration; before, a value ends at '#' or the end of its line.
void check_rendering(const view& x, report& out) {
  if (!x.spec.flink_version) return;
  const auto result = render_configuration(x.config, *x.spec.flink_version);
  if (const auto* errors = std::get_if<field_errors>(&result))
    for (const auto& one : *errors) out.error(config_path(one.path), one.problem, one.remedy);
  else
    for (const auto& one : std::get<rendered_configuration>(result).warnings)
      out.warning(config_path(one.path), one.problem, one.remedy);
}

void check_ingress(const view& x, report& out) {
  if (!x.spec.ingress) return;
  const auto& url = x.spec.ingress->url;
  if (!url)
    return out.error("spec.ingress.template", "is missing",
                     "Give a template such as {{name}}.{{namespace}}.example.com");
  if (!ingress_place_of(*url, x.resource.metadata.name, x.resource.metadata.ns))
    out.error("spec.ingress.template", "is not a URL: '" + excerpt(*url) + "'",
              "Write host[:port]/path, with {{name}} and {{namespace}} where wanted");
  constexpr std::string_view managed = "kubernetes.operator.ingress.manage";
  if (!validation::flag(x.config, out, managed).value_or(true))
    out.warning("spec.ingress", "has no effect while " + std::string(managed) + " is false",
                "Remove one of the two");
}

void check_log_configuration(const view& x, report& out) {
  for (const auto& [name, content] : x.spec.log_configuration) {
    const auto path = "spec.logConfiguration[" + name + "]";
    const bool log4j = name == "log4j-console.properties";
    if (!log4j && name != "logback-console.xml")
      out.error(path, "is not a log configuration of Flink",
                "Use log4j-console.properties or logback-console.xml");
    else if (content.find(log4j ? "monitorInterval" : "scan=\"true\"") == content.npos)
      out.add(severity::note, path, "a change of it is read with the next restart only",
              log4j ? "Write monitorInterval = 30 to have it read at once"
                    : "Write <configuration scan=\"true\"> to have it read at once");
  }
}

/// As it is recorded, else as the spec says or lets it be chosen.
bool is_native(const view& x) {
  if (x.spec.mode) return *x.spec.mode == deployment_mode::native;
  const bool recorded = x.resource.status.mode == name_of(deployment_mode::standalone);
  return !recorded && !x.spec.task_manager.replicas;
}

/// It needs no jar: Flink has what runs it.
bool is_python(const job_spec& job) {
  return job.entry_class && job.entry_class->starts_with("org.apache.flink.client.python.");
}

/// Where the image of an application holds its jars, which are on its class path.
constexpr std::string_view jars_of_image = "local:///opt/flink/usrlib/";

void check_own_jar(const view& x, report& out) {
  const auto& job = *x.spec.job;
  constexpr std::string_view path = "spec.job.jarURI";
  if (!job.jar_uri) {
    if (!job.entry_class)
      out.error(std::string(path), "is missing, and so is spec.job.entryClass",
                "Name the jar, such as " + std::string(jars_of_image) +
                    "job.jar, or the main class of one that lies in /opt/flink/usrlib");
    else if (is_native(x) && !is_python(job))
      out.error(std::string(path), "is missing: in native mode Flink looks for no main class",
                "Name the jar, such as " + std::string(jars_of_image) + "job.jar");
    return;
  }
  if (job.jar_uri->find(":/") == std::string::npos)
    return out.error(std::string(path), "has no scheme: '" + excerpt(*job.jar_uri) + "'",
                     "Write local:///opt/flink/usrlib/job.jar, or https://host/job.jar");
  const bool old = x.spec.flink_version && *x.spec.flink_version < flink_version::v1_20;
  if (!old) return;
  constexpr std::string_view in_image = "local://";
  if (!job.jar_uri->starts_with(is_native(x) ? in_image : jars_of_image))
    return out.error(std::string(path),
                     "lies where an application of Flink before 1.20 does not look: '" +
                         excerpt(*job.jar_uri) + "'",
                     "Put it into the image, and name it " + std::string(jars_of_image) +
                         "…, or use Flink 1.20");
}

void check_own_restarts(const view& x, report& out) {
  if (x.spec.job->restart != restart_policy::nostart || !is_highly_available(x.config)) return;
  out.error("spec.job.restartPolicy",
            "nostart cannot be kept with high availability: each new JobManager starts the job "
            "again by itself",
            "Remove high-availability.type (drey then runs the JobManager once, and never again "
            "by itself), or set it to NEVER");
}

void check_own_job(const view& x, report& out) {
  if (x.spec.job) check_own_jar(x, out);
  if (x.spec.job) check_own_restarts(x, out);
  if (x.spec.job) validation::check_restart_policy(*x.spec.job, out);
  if (x.spec.job) validation::check_savepoint_trigger(*x.spec.job, out);
  if (x.spec.job) validation::check_auto_parallelism(*x.spec.job, out);
  if (x.spec.job) validation::check_job(*x.spec.job, x.config, x.spec.task_manager.replicas, out);
}

void check_both_components(const view& x, report& out) {
  validation::check_components(x.spec, x.config, out);
}

void check_its_pods(const view& x, report& out) { validation::check_pods(x.spec, x.config, out); }

void check_kind_of_cluster(const view& x, report& out) {
  if (!x.deployed) return;
  if (x.spec.job && !x.deployed->job)
    out.error("spec.job", "a session cluster cannot become an application cluster",
              "Remove the job, or make a new FlinkDeployment");
  if (!x.spec.job && x.deployed->job)
    out.error("spec.job", "an application cluster cannot become a session cluster",
              "Put the job back, or make a new FlinkDeployment");
}

/// The mode is chosen once; a manifest that says nothing keeps it.
void check_mode(const view& x, report& out) {
  if (!x.deployed || !x.spec.mode) return;
  auto chosen = x.deployed->mode.value_or(deployment_mode::native);
  if (x.resource.status.mode == name_of(deployment_mode::standalone))
    chosen = deployment_mode::standalone;
  if (*x.spec.mode != chosen)
    out.error("spec.mode",
              "cannot change from " + std::string(name_of(chosen)) + " to " +
                  std::string(name_of(*x.spec.mode)),
              "Put it back, or make a new FlinkDeployment");
}

/// Before it had templates Flink made TaskManagers that lack what the spec says of them.
void check_native(const view& x, report& out) {
  const auto version = x.spec.flink_version.value_or(flink_version::v1_20);
  if (is_native(x) && !capabilities_of(version).pod_templates)
    out.error("spec.mode",
              "native mode needs Flink 1.13 or newer, and spec.flinkVersion is " +
                  std::string(capabilities_of(version).number),
              "Set spec.mode: standalone and spec.taskManager.replicas, or use a newer Flink");
}

void check_redeploy(const view& x, report& out) {
  if (!x.deployed || !x.deployed->job || !x.spec.job) return;
  const auto& nonce = x.spec.job->savepoint_redeploy_nonce;
  if (!nonce || nonce == x.deployed->job->savepoint_redeploy_nonce) return;
  if (validation::is_blank(x.spec.job->initial_savepoint_path.value_or("")))
    out.error("spec.job.initialSavepointPath", "is missing for the savepoint redeployment",
              "Name the savepoint to start from");
}

void check_service_account(const view& x, report& out) {
  if (!x.spec.service_account)
    out.error("spec.serviceAccount", "is missing", "Name the service account of Flink's pods");
}

void check_scaling(const view& x, report& out) { validation::check_autoscaler(x.config, out); }

void check_snapshots(const view& x, report& out) {
  validation::check_snapshot_options(x.config, out);
}

void check_deletion(const view& x, report& out) {
  validation::check_deletion_options(x.config, out);
  validation::check_drain(x.config, out);
}

void check_spelling(const view& x, report& out) { validation::check_unknown_fields(x.spec, out); }

using rule = void (*)(const view&, report&);

/// In the order of Apache's validator; what it does not have stands last.
constexpr auto rules = std::to_array<rule>({check_name,
                                            check_version,
                                            check_version_change,
                                            check_forbidden_keys,
                                            check_rollback,
                                            check_high_availability,
                                            check_health_check,
                                            check_ingress,
                                            check_log_configuration,
                                            check_own_job,
                                            check_both_components,
                                            check_kind_of_cluster,
                                            check_mode,
                                            check_native,
                                            check_redeploy,
                                            check_service_account,
                                            check_scaling,
                                            check_its_pods,
                                            check_rendering,
                                            check_snapshots,
                                            check_deletion,
                                            check_spelling});

/// `{"spec": …, "resource_metadata": …}`; before 1.0 of Apache's operator the spec itself.
template <class Spec, class Decode>
std::optional<Spec> spec_in(const std::string& text, Decode decode) {
  if (text.empty()) return std::nullopt;
  json_text inner;
  field_errors errors;
  read_json_object(text, errors, [&](json_reader& json) {
    if (!json.text("spec", inner)) inner = text;
  });
  if (!errors.empty()) return std::nullopt;
  auto result = decode(inner);
  if (auto* spec = std::get_if<Spec>(&result)) return std::move(*spec);
  return std::nullopt;
}

}  // namespace

validation_options offline_validation() {
  validation_options options;
  options.allowed_schemes = {"https", "s3", "s3a", "s3p"};
  options.tolerated_schemes = {"http", "file"};
  options.hosts = restricted_hosts::warned;
  return options;
}

std::optional<flink_deployment_spec> deployed_spec(const flink_deployment& x) {
  return cluster_spec_in(deployed_text(x.status.reconciliation));
}

std::optional<flink_deployment_spec> cluster_spec_in(const std::string& text) {
  return spec_in<flink_deployment_spec>(text, decode_deployment_spec);
}

std::optional<flink_session_job_spec> deployed_spec(const flink_session_job& x) {
  return spec_in<flink_session_job_spec>(deployed_text(x.status.reconciliation),
                                         decode_session_job_spec);
}

std::optional<flink_session_job_spec> stable_spec(const std::string& text) {
  auto stable = spec_in<flink_session_job_spec>(text, decode_session_job_spec);
  const bool ran = stable && stable->job && stable->job->state == desired_state::running;
  return ran ? std::move(stable) : std::nullopt;
}

findings validate_deployment(const flink_deployment& x, const validation_options& options) {
  if (is_canary(x.metadata)) return {};
  report out;
  const auto config = validation::merged(options.defaults, x.spec->flink_configuration);
  const auto deployed = deployed_spec(x);
  const view all{x, *x.spec, config, deployed};
  for (const auto one : rules) one(all, out);
  return out.take();
}

}  // namespace drey
