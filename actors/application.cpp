#include "actors/application.hpp"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "actors/children.hpp"
#include "actors/launch_guard.hpp"
#include "actors/native_cluster.hpp"
#include "actors/planted_bugs.hpp"
#include "actors/pod_json.hpp"
#include "actors/restart_boundary.hpp"
#include "protocol/flink_versions.hpp"
#include "protocol/pod_templates.hpp"
#include "protocol/primary_codec.hpp"
#include "protocol/reconciled_spec.hpp"
#include "protocol/validate.hpp"

namespace drey {

namespace {

using json = nlohmann::json;

constexpr std::string_view stays_key = "execution.shutdown-on-application-finish";

bool is_of_job(std::string_view key, flink_version version) {
  const auto purpose = purpose_of(key, version);
  return purpose == change_of::submission_default || purpose == change_of::job_manager_default ||
         purpose == change_of::operator_setting;
}

pod_template& pods_of(object& workload) {
  if (auto* one = std::get_if<deployment>(&workload)) return one->pods;
  return std::get<batch_job>(workload).pods;
}

json& main_container(json& pod) {
  return named(list_at(pod, "containers"), std::string(main_container_name));
}

/// The variable that a pod reads its beginning from, which is another after the first.
json restore_source(const std::string& cluster) {
  return {{"name", restore_variable},
          {"valueFrom",
           {{"configMapKeyRef", {{"name", launch_map_name(cluster)}, {"key", restore_entry}}}}}};
}

/// As Apache has it: a job that does not say how wide it is takes all there is.
std::int32_t slots_of(const flink_deployment_spec& spec) {
  return spec.task_manager.replicas.value_or(1) * slots_of_each(spec.flink_configuration);
}

/// What Flink's client would have written into the configuration of a native application.
void add_program(configuration& own, const job_spec& job, const job_id& id) {
  own["$internal.pipeline.job-id"] = id.hex;
  if (job.jar_uri) own["pipeline.jars"] = *job.jar_uri;
  if (job.entry_class) own["$internal.application.main"] = *job.entry_class;
  if (!job.args.empty()) own["$internal.application.program-args"] = quoted_list(job.args);
  if (job.allow_non_restored_state.value_or(false))
    own["execution.savepoint.ignore-unclaimed-state"] = "true";
}

bool is_native(const object& workload) {
  const auto& labels = metadata_of(workload).labels;
  const auto type = labels.find("type");
  return type != labels.end() && type->second == type_of(deployment_mode::native);
}

std::string reference_to(std::string_view variable) { return "$(" + std::string(variable) + ")"; }

/// How many words of a command come before its own ones: those of the taking.
constexpr std::ptrdiff_t taking_words = 4;

bool takes_first(const json& command) {
  return command.is_array() && command.size() > taking_words && command[0] == "bash" &&
         command[3].get<std::string>().starts_with(launch_map_name(""));
}

/// Its first process is to take away where the launch begins.
void take_first(json& container, const std::string& cluster, const launch& what) {
  if (is_planted(planted_bug::unguarded_launch)) return;
  auto words = json::array({"bash", "-c", taking_script(), launch_map_name(cluster)});
  for (const auto& word : container["command"]) words.push_back(word);
  container["command"] = std::move(words);
  named(list_at(container, "env"), std::string(take_variable)) = {{"name", take_variable},
                                                                  {"value", taking_patch(what)}};
}

}  // namespace

flink_session_job_status job_status_of(const flink_deployment& application) {
  const auto& all = application.status;
  if (all.application) return *all.application;
  flink_session_job_status told;
  const auto& text = all.reconciliation.last_reconciled_spec;
  const auto deployed = cluster_spec_in(text);
  if (!deployed || !deployed->job) return told;
  told.job = all.job;
  told.error = all.error;
  told.lifecycle_state = all.lifecycle_state;
  told.reconciliation = all.reconciliation;
  told.reconciliation.last_reconciled_spec =
      reconciled_text(generation_in(text), deployment_is::another,
                      encode_spec(session_job_spec_of(application.metadata.name, *deployed)));
  return told;
}

bool is_application(const flink_deployment& cluster) { return cluster.spec && cluster.spec->job; }

configuration job_configuration_of(const flink_deployment_spec& cluster) {
  const auto version = cluster.flink_version.value_or(flink_version::v1_20);
  configuration own;
  for (const auto& [key, value] : cluster.flink_configuration)
    if (is_of_job(key, version)) own[key] = value;
  return own;
}

flink_session_job_spec session_job_spec_of(const std::string& cluster,
                                           const flink_deployment_spec& spec) {
  flink_session_job_spec own;
  own.deployment_name = cluster;
  own.job = spec.job;
  if (own.job && own.job->parallelism < 1) own.job->parallelism = slots_of(spec);
  own.restart_nonce = spec.restart_nonce;  // what stays down is started by it, too
  own.flink_configuration = job_configuration_of(spec);
  return own;
}

flink_session_job session_job_of(const flink_deployment& application) {
  flink_session_job job;
  job.metadata = application.metadata;
  if (application.spec && application.spec->job)
    job.spec = std::make_shared<const flink_session_job_spec>(
        session_job_spec_of(application.metadata.name, *application.spec));
  job.status = job_status_of(application);
  job.unreadable = application.unreadable;
  return job;
}

object_ptr with_job_status(const object& primary, const flink_session_job_status& status) {
  auto wanted = std::make_shared<object>(primary);
  if (auto* job = std::get_if<flink_session_job>(wanted.get())) {
    job->status = status;
    return wanted;
  }
  auto& all = std::get<flink_deployment>(*wanted).status;
  all.application = status;
  auto unknown = std::exchange(all.job, status.job).unknown;
  // What another release or another operator has there stays.
  if (!is_planted(planted_bug::disputed_status)) all.job.unknown = std::move(unknown);
  return wanted;
}

std::vector<std::string> launch_arguments(const job_spec& job, const job_id& id,
                                          const configuration& config, const launch_target& to) {
  // Flink takes for jars whatever follows them, up to its next option.
  std::vector<std::string> all;
  const auto add = [&](std::string name, std::string value) {
    all.push_back(std::move(name));
    all.push_back(std::move(value));
  };
  const bool native = to.mode == deployment_mode::native;
  if (!native) {
    if (job.jar_uri && to.version >= flink_version::v1_20) add("--jars", *job.jar_uri);
    add("--job-id", id.hex);
    if (job.entry_class) add("--job-classname", *job.entry_class);
    if (job.allow_non_restored_state.value_or(false)) all.emplace_back("--allowNonRestoredState");
  }
  auto own = config;
  own["parallelism.default"] = std::to_string(job.parallelism);
  own.erase(std::string(stays_key));
  own.emplace("execution.submit-failed-job-on-application-error", "true");
  // Else high availability derives one from the cluster's name: what Flink still knows of the
  // launch before, as over, would be taken for this one, and main() not be run (FLINK-40467).
  if (to.version >= flink_version::v2_3 && !is_planted(planted_bug::fixed_results))
    own["$internal.application.id"] = id.hex;
  if (job.jar_uri && job.jar_uri->starts_with("http:"))
    own.emplace("user.artifacts.raw-http-enabled", "true");
  if (native) add_program(own, job, id);
  for (const auto& [key, value] : own) add("-D", key + "=" + value);
  add("-D", std::string(stays_key) + "=false");  // whoever asks later is told of the end
  if (!native) all.insert(all.end(), job.args.begin(), job.args.end());
  return all;
}

// ── the JobManager's workload ───────────────────────────────────────────────────────────────────

object_ptr with_launch(const object_ptr& workload, const launch& what) {
  auto copy = std::make_shared<object>(*workload);
  auto& pods = pods_of(*copy);
  auto* again = std::get_if<deployment>(copy.get());  // its pods may be begun again
  auto pod = json::parse(pods.spec);
  auto& container = main_container(pod);
  auto arguments = list_at(container, "args");
  const bool from_path = form_of(what) == argument_form::path;
  if (from_path || again != nullptr) {
    const bool as_setting = from_path && is_native(*workload);
    const auto source = again != nullptr ? reference_to(restore_variable) : what.path;
    arguments.push_back(from_path && !as_setting ? "--fromSavepoint" : "-D");
    arguments.push_back(as_setting ? "execution.savepoint.path=" + source : source);
  }
  for (const auto& one : what.arguments) arguments.push_back(one);
  container["args"] = std::move(arguments);
  if (again != nullptr) {
    const auto cluster = metadata_of(*copy).name;
    named(list_at(container, "env"), std::string(restore_variable)) = restore_source(cluster);
    take_first(container, cluster, what);
    again->replicas = 1;  // one that waits beside the first could lead before it
  }
  pods.spec = pod.dump();
  pods.annotations[std::string(launch_key)] = name_of(what);
  metadata_of(*copy).annotations[std::string(launch_key)] = name_of(what);
  return copy;
}

object_ptr with_launch_of(const object_ptr& wanted, const object& live) {
  auto copy = std::make_shared<object>(*wanted);
  auto from = live;
  auto& pods = pods_of(*copy);
  auto pod = json::parse(pods.spec);
  auto old = json::parse(pods_of(from).spec);
  auto& container = main_container(pod);
  auto& before = main_container(old);
  container["args"] = list_at(before, "args");
  for (const auto& one : list_at(before, "env"))
    if (const auto name = text_in(one, "name"); name == restore_variable || name == take_variable)
      named(list_at(container, "env"), name) = one;
  const auto& words = list_at(before, "command");
  if (auto& command = list_at(container, "command"); takes_first(words) && !takes_first(command))
    command.insert(command.begin(), words.begin(), words.begin() + taking_words);
  pods.spec = pod.dump();
  const auto name = launch_of(live);
  pods.annotations[std::string(launch_key)] = name;
  metadata_of(*copy).annotations[std::string(launch_key)] = name;
  return copy;
}

argument_form form_of_launch(const object& workload) {
  auto copy = workload;
  auto pod = json::parse(pods_of(copy).spec);
  const auto words = list_at(main_container(pod), "args");
  const auto found = std::ranges::find(words, json(reference_to(restore_variable)));
  const bool begun = found != words.begin() && found != words.end();
  return begun && *std::prev(found) == "-D" ? argument_form::property : argument_form::path;
}

std::string launch_of(const object& workload) {
  const auto& all = metadata_of(workload).annotations;
  const auto found = all.find(std::string(launch_key));
  return found == all.end() ? std::string{} : found->second;
}

std::string launch_of(const object& workload, const flink_deployment& application) {
  auto name = launch_of(workload);
  if (!name.empty()) return name;
  const auto& told = application.status;
  return told.application ? told.application->job.job_id : told.job.job_id;
}

}  // namespace drey
