#include "actors/children.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include <nlohmann/json.hpp>

#include "actors/application.hpp"
#include "actors/flink_settings.hpp"
#include "actors/ingress.hpp"
#include "actors/log_files.hpp"
#include "actors/native_cluster.hpp"
#include "actors/pod_options.hpp"
#include "actors/pod_resources.hpp"
#include "actors/pod_spec.hpp"
#include "actors/restart_boundary.hpp"
#include "protocol/deployment_options.hpp"
#include "protocol/flink_versions.hpp"
#include "protocol/limits.hpp"
#include "protocol/pod_templates.hpp"

namespace drey {

namespace {

using json = nlohmann::json;

constexpr std::string_view owner_component = "taskmanager-owner";

std::string hash_of(std::string_view text) { return derived_id(text, "content", 0).substr(0, 10); }

object_meta child_meta(const flink_deployment& cluster, std::string name) {
  object_meta meta;
  meta.ns = cluster.metadata.ns;
  meta.name = std::move(name);
  meta.labels = {{"app", cluster.metadata.name},
                 {"type", type_of(mode_of(cluster))},
                 {std::string(managed_by_key), "drey"},
                 {std::string(owner_uid_key), cluster.metadata.uid}};
  return meta;
}

/// With the labels and annotations that Flink's options give to a workload and its pods.
object_meta workload_meta(const flink_deployment& cluster, component which, std::string name) {
  const auto& config = cluster.spec->flink_configuration;
  auto meta = child_meta(cluster, std::move(name));
  meta.labels.merge(marks_of(config, which, marks::labels));  // ours stay
  meta.annotations = marks_of(config, which, marks::annotations);
  return meta;
}

template <class T>
object_ptr sealed(T child, const std::string& content) {
  child.metadata.annotations[std::string(applied_key)] = hash_of(content);
  return std::make_shared<object>(std::move(child));
}

std::string text_of_map(const string_map& map) {
  std::string text;
  for (const auto& [key, value] : map) text += key + "=" + value + "\n";
  return text;
}

std::string text_of_template(const pod_template& pods) {
  return text_of_map(pods.labels) + text_of_map(pods.annotations) + pods.spec;
}

std::string text_of_service(const service& x) {
  return x.type + (x.headless ? " headless\n" : "\n") + text_of_map(x.metadata.annotations);
}

/// Immutable and named by its content (architecture §7.5) but for defaults of submissions: where
/// those alone differ, the map that is there stays, and nothing restarts.
std::variant<config_map, field_errors> flink_config_map(const flink_deployment& cluster,
                                                        component which, flink_version version,
                                                        const configuration& own) {
  const auto config = configuration_for(cluster, which, version, own);
  const auto whole = render_configuration(config, version);
  if (const auto* wrong = std::get_if<field_errors>(&whole)) return *wrong;
  const auto& rendered = std::get<rendered_configuration>(whole);
  const auto lasting = std::get<rendered_configuration>(
      render_configuration(without_defaults(config, version), version));
  const auto side = which == component::job_manager ? "-jm-" : "-tm-";
  config_map map;
  map.metadata = child_meta(cluster, "flink-config-" + cluster.metadata.name + side +
                                         hash_of(lasting.file_name + lasting.content));
  map.metadata.labels["component"] = label_of(which);
  map.data[rendered.file_name] = rendered.content;
  map.immutable = true;
  return map;
}

config_map log_config_map(const flink_deployment& cluster) {
  config_map logs;
  logs.metadata = child_meta(cluster, "flink-log-" + cluster.metadata.name);
  logs.data = log_files_of(cluster.spec->log_configuration);
  return logs;
}

service internal_service(const flink_deployment& cluster) {
  service one;
  one.metadata = child_meta(cluster, cluster.metadata.name);
  one.metadata.annotations = service_annotations_of(cluster.spec->flink_configuration, "internal");
  one.headless = true;
  one.publish_not_ready_addresses = true;
  one.selector = selector_of(cluster.metadata.name, component::job_manager, mode_of(cluster));
  one.ports = {{"jobmanager-rpc", 6123}, {"blobserver", 6124}};
  return one;
}

service rest_service(const flink_deployment& cluster) {
  service one;
  one.metadata = child_meta(cluster, cluster.metadata.name + "-rest");
  const auto& config = cluster.spec->flink_configuration;
  one.metadata.annotations = service_annotations_of(config, "rest");
  one.type = value_of(config, "kubernetes.rest-service.exposed.type").value_or("ClusterIP");
  one.headless = one.type == "Headless_ClusterIP";
  if (one.headless) one.type = "ClusterIP";
  one.selector = selector_of(cluster.metadata.name, component::job_manager, mode_of(cluster));
  one.ports = {{"rest", 8081}};
  return one;
}

/// What TaskManagers of native mode mount: their settings, with the log files that Flink adds.
config_map native_map(const flink_deployment& cluster, const config_map& settings,
                      const config_map& logs) {
  config_map map;
  map.metadata = child_meta(cluster, native_map_name(cluster.metadata.name));
  map.metadata.labels["component"] = label_of(component::job_manager);  // whose change brings it
  map.data = settings.data;
  for (const auto& [file, text] : logs.data) map.data[file] = text;
  return map;
}

/// What the JobManager reads at its start is immutable and named by its content, too.
config_map template_map(const flink_deployment& cluster, const pod_template& workers) {
  const auto text = template_file_of(workers);
  config_map map;
  map.metadata = child_meta(cluster, "pod-template-" + cluster.metadata.name + "-" + hash_of(text));
  map.metadata.labels["component"] = label_of(component::job_manager);
  map.data[std::string(template_file)] = text;
  map.immutable = true;
  return map;
}

pod_template pods_of(const flink_deployment& cluster, const pod_request& request) {
  auto pods = pod_template_of(cluster, request);
  if (cluster.spec->restart_nonce)
    pods.annotations[std::string(restart_nonce_key)] = std::to_string(*cluster.spec->restart_nonce);
  const auto version = cluster.spec->flink_version.value_or(flink_version::v1_20);
  pods.annotations[std::string(flink_version_key)] = name_of(version);
  if (!request.configuration.empty())
    pods.annotations[std::string(configuration_key)] = request.configuration;
  pods.annotations[std::string(applied_key)] = hash_of(text_of_template(pods));
  return pods;
}

deployment job_manager_deployment(const flink_deployment& cluster, const pod_request& request) {
  deployment one;
  one.metadata = workload_meta(cluster, component::job_manager, cluster.metadata.name);
  one.replicas = cluster.spec->job_manager.replicas.value_or(1);
  // One without high availability must be gone before the next comes; of several the others take
  // over meanwhile.
  if (one.replicas > 1) one.strategy = "RollingUpdate";
  one.selector = selector_of(cluster.metadata.name, component::job_manager, mode_of(cluster));
  one.pods = pods_of(cluster, request);
  return one;
}

stateful_set task_manager_stateful_set(const flink_deployment& cluster,
                                       const pod_request& request) {
  stateful_set one;
  one.metadata =
      workload_meta(cluster, component::task_manager, task_manager_set_name(cluster.metadata.name));
  one.service_name = cluster.metadata.name;
  one.selector = selector_of(cluster.metadata.name, component::task_manager, mode_of(cluster));
  one.pods = pods_of(cluster, request);
  return one;
}

template <class T>
object_ptr sealed_workload(T workload) {
  const auto text = text_of_template(workload.pods);
  return sealed(std::move(workload), text);
}

/// Without high availability nobody but drey may begin the job again: a Job is run once.
object_ptr application_job_manager(const flink_deployment& cluster, const pod_request& request) {
  if (is_highly_available(cluster.spec->flink_configuration))
    return sealed_workload(job_manager_deployment(cluster, request));
  batch_job one;
  one.metadata = workload_meta(cluster, component::job_manager, cluster.metadata.name);
  one.pods = pods_of(cluster, request);
  return sealed_workload(std::move(one));
}

/// Flink looks for a Deployment of the cluster's name, and this one never has a pod.
object_ptr task_manager_owner(const flink_deployment& cluster, const pod_template& workers) {
  const json spec = json::parse(workers.spec);
  json image;
  for (const auto& one : spec.value("containers", json::array()))
    if (one.value("name", "") == main_container_name) image = one.value("image", "");
  deployment one;
  one.metadata = child_meta(cluster, cluster.metadata.name);
  one.metadata.labels["component"] = owner_component;
  one.replicas = 0;
  one.selector = {{"app", cluster.metadata.name}, {"component", std::string(owner_component)}};
  one.pods.labels = one.selector;
  one.pods.spec = json{{"containers", {{{"name", main_container_name}, {"image", image}}}}}.dump();
  return sealed_workload(std::move(one));
}

}  // namespace

std::string type_of(deployment_mode mode) {
  return "flink-" + std::string(name_of(mode)) + "-kubernetes";
}

bool is_task_manager_owner(const object& x) {
  const auto* one = std::get_if<deployment>(&x);
  if (one == nullptr) return false;
  const auto found = one->selector.find("component");
  return found != one->selector.end() && found->second == owner_component;
}

object_ptr launch_map(const flink_deployment& cluster, const std::string& restore,
                      const std::string& lived) {
  config_map map;
  map.metadata = child_meta(cluster, launch_map_name(cluster.metadata.name));
  map.data[std::string(restore_entry)] = restore;
  if (!lived.empty()) map.data[std::string(lived_entry)] = lived;
  return sealed(std::move(map), restore + "\n" + lived);
}

/// A StatefulSet's name may have 52 characters, a cluster's 45: long ones get the short suffix.
std::int32_t ordinal_of(const pod& x) {
  const auto dash = x.metadata.name.rfind('-');
  return dash == std::string::npos ? 0 : std::atoi(x.metadata.name.c_str() + dash + 1);
}

std::string task_manager_set_name(std::string_view cluster) {
  constexpr std::string_view suffix = "-taskmanager";
  const bool fits = cluster.size() + suffix.size() <= limits::stateful_set_name_chars_max;
  return std::string(cluster) + std::string(fits ? suffix : "-tm");
}

std::int32_t slots_of_each(const configuration& config) {
  const auto text = value_of(config, "taskmanager.numberOfTaskSlots");
  return std::max(1, text ? std::atoi(text->c_str()) : 1);
}

/// An application that does not say how many has as many as its job needs.
std::int32_t wanted_task_managers(const flink_deployment_spec& spec) {
  if (spec.task_manager.replicas || !spec.job) return spec.task_manager.replicas.value_or(1);
  const auto slots = slots_of_each(spec.flink_configuration);
  return (std::max(1, spec.job->parallelism) + slots - 1) / slots;
}

string_map selector_of(std::string_view cluster, component which, deployment_mode mode) {
  return {{"app", std::string(cluster)},
          {"component", std::string(label_of(which))},
          {"type", type_of(mode)}};
}

const pod_template& task_manager_pods_of(const cluster_children& all) {
  if (all.native_task_managers) return *all.native_task_managers;
  return std::get<stateful_set>(*all.task_manager_set).pods;
}

std::string text_of_selector(const string_map& selector) {
  std::string text;
  for (const auto& [key, value] : selector) text += (text.empty() ? "" : ",") + key + "=" + value;
  return text;
}

std::string ha_metadata_selector(std::string_view cluster) {
  return text_of_selector(
             {{"app", std::string(cluster)}, {"type", type_of(deployment_mode::native)}}) +
         "," + std::string(managed_by_key) + "!=drey";
}

namespace {

/// What Flink needs to make TaskManagers; `leader` is what its JobManager asks for, then.
void add_native(cluster_children& all, const flink_deployment& cluster, const config_map& settings,
                const config_map& logs, pod_request& leader) {
  const pod_request request{component::task_manager, native_map_name(cluster.metadata.name), "", "",
                            settings.metadata.name};
  all.native_task_managers = pods_of(cluster, request);
  auto shared = native_map(cluster, settings, logs);
  const auto text = text_of_map(shared.data);
  all.job_manager_side.push_back(sealed(std::move(shared), text));
  auto made = template_map(cluster, *all.native_task_managers);
  leader.template_map = made.metadata.name;
  all.job_manager_side.push_back(sealed(std::move(made), "immutable"));
}

object_ptr sealed_ingress(const flink_deployment& cluster, ingress made) {
  const auto text =
      text_of_map(made.metadata.labels) + text_of_map(made.metadata.annotations) + made.spec;
  auto meta = child_meta(cluster, cluster.metadata.name);
  meta.labels.merge(made.metadata.labels);  // ours stay
  meta.annotations = std::move(made.metadata.annotations);
  made.metadata = std::move(meta);
  return sealed(std::move(made), text);
}

}  // namespace

std::variant<cluster_children, field_errors> children_of(const flink_deployment& cluster) {
  const auto version = cluster.spec->flink_version.value_or(flink_version::v1_20);
  const bool native = mode_of(cluster) == deployment_mode::native;
  cluster_children all;
  configuration own;
  if (native)
    own = native_options_of(*cluster.spec,
                            pod_template_of(cluster, {component::task_manager, "", ""}));
  auto leads = flink_config_map(cluster, component::job_manager, version, own);
  if (auto* wrong = std::get_if<field_errors>(&leads)) return std::move(*wrong);
  auto works = flink_config_map(cluster, component::task_manager, version, own);
  if (auto* wrong = std::get_if<field_errors>(&works)) return std::move(*wrong);
  auto logs = log_config_map(cluster);
  pod_request leader{component::job_manager, std::get<config_map>(leads).metadata.name,
                     logs.metadata.name};
  pod_request worker{component::task_manager, std::get<config_map>(works).metadata.name,
                     logs.metadata.name};
  all.job_manager_side.push_back(sealed(std::move(std::get<config_map>(leads)), "immutable"));
  if (native)
    add_native(all, cluster, std::get<config_map>(works), logs, leader);
  else
    all.job_manager_side.push_back(sealed(std::move(std::get<config_map>(works)), "immutable"));
  const auto log_text = text_of_map(logs.data);
  all.job_manager_side.push_back(sealed(std::move(logs), log_text));
  for (auto& one : {internal_service(cluster), rest_service(cluster)})
    all.job_manager_side.push_back(sealed(one, text_of_service(one)));
  if (is_application(cluster))
    all.application_job_manager = application_job_manager(cluster, leader);
  else
    all.job_manager_side.push_back(sealed_workload(job_manager_deployment(cluster, leader)));
  if (native && all.application_job_manager &&
      kind_of(*all.application_job_manager) == object_kind::batch_job)
    all.task_manager_owner = task_manager_owner(cluster, *all.native_task_managers);
  if (!native) {
    auto set = task_manager_stateful_set(cluster, worker);
    const auto set_text = text_of_template(set.pods);
    all.task_manager_set = sealed(std::move(set), set_text);
  }
  if (auto made = ingress_of(cluster)) all.ingress = sealed_ingress(cluster, std::move(*made));
  return all;
}

object_ptr with_window(const object_ptr& task_manager_set, const ordinal_window& window) {
  auto set = std::get<stateful_set>(*task_manager_set);
  set.ordinals_start = window.start;
  set.replicas = window.count;
  return std::make_shared<object>(std::move(set));
}

object_ptr with_nudge(const object_ptr& task_manager_set, const std::string& word) {
  auto set = std::get<stateful_set>(*task_manager_set);
  set.metadata.annotations[std::string(nudge_key)] = word;
  return std::make_shared<object>(std::move(set));
}

object_ptr with_template_of(const object_ptr& wanted, const object& live) {
  auto copy = *wanted;
  if (const auto* map = std::get_if<config_map>(&copy)) {
    auto kept = with_settings_of(*map, std::get<config_map>(live));
    const auto text = text_of_map(kept.data);
    return sealed(std::move(kept), text);
  }
  if (auto* workload = std::get_if<deployment>(&copy))
    workload->pods = std::get<deployment>(live).pods;
  if (auto* set = std::get_if<stateful_set>(&copy)) set->pods = std::get<stateful_set>(live).pods;
  const auto applied = applied_to(metadata_of(live).annotations);
  auto& annotations = metadata_of(copy).annotations;
  if (applied.empty())
    annotations.erase(std::string(applied_key));  // another operator made it
  else
    annotations[std::string(applied_key)] = applied;
  return std::make_shared<object>(std::move(copy));
}

}  // namespace drey
