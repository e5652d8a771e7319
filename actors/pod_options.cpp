#include "actors/pod_options.hpp"

#include <algorithm>

#include "actors/pod_json.hpp"
#include "actors/pod_resources.hpp"
#include "protocol/deployment_options.hpp"
#include "protocol/flink_values.hpp"
#include "protocol/flink_versions.hpp"

namespace drey {

namespace {

using nlohmann::json;

std::string side_key(component which, const char* tail) {
  return "kubernetes." + std::string(label_of(which)) + "." + tail;
}

/// Malformed ones were refused with the spec.
string_map map_of(const configuration& config, const std::string& key) {
  return map_option(config, key).value_or(string_map{});
}
std::vector<string_map> maps_of(const configuration& config, const std::string& key) {
  return parse_flink_maps(value_of(config, key).value_or("")).value_or(std::vector<string_map>{});
}

void set_image(json& container, const flink_deployment_spec& spec) {
  const auto& config = spec.flink_configuration;
  const auto version = spec.flink_version.value_or(flink_version::v1_20);
  if (spec.image)
    container["image"] = *spec.image;
  else if (const auto given =
               value_of(config, "kubernetes.container.image.ref", "kubernetes.container.image"))
    container["image"] = *given;
  else if (!container.contains("image"))
    container["image"] = "flink:" + std::string(capabilities_of(version).number);
  if (spec.image_pull_policy)
    container["imagePullPolicy"] = *spec.image_pull_policy;
  else if (const auto given = value_of(config, "kubernetes.container.image.pull-policy"))
    container["imagePullPolicy"] = *given;
}

void set_account(json& pod, const flink_deployment_spec& spec, component which) {
  const auto& config = spec.flink_configuration;
  pod.erase("serviceAccount");  // the older spelling of the same
  if (const auto own = value_of(config, side_key(which, "service-account")))
    pod["serviceAccountName"] = *own;
  else if (spec.service_account)
    pod["serviceAccountName"] = *spec.service_account;
  else if (const auto both = value_of(config, "kubernetes.service-account"))
    pod["serviceAccountName"] = *both;
}

void add_pull_secrets(json& pod, const configuration& config) {
  const auto text = value_of(config, "kubernetes.container.image.pull-secrets");
  if (!text) return;
  for (const auto& name : parse_flink_list(*text).value_or(std::vector<std::string>{}))
    if (!name.empty()) named(list_at(pod, "imagePullSecrets"), name);
}

void add_node_selector(json& pod, const configuration& config, component which) {
  for (const auto& [key, value] : map_of(config, side_key(which, "node-selector"))) {
    if (!pod["nodeSelector"].is_object()) pod["nodeSelector"] = json::object();
    pod["nodeSelector"][key] = value;
  }
}

void add_tolerations(json& pod, const configuration& config, component which) {
  for (const auto& one : maps_of(config, side_key(which, "tolerations"))) {
    json toleration;
    for (const char* key : {"key", "operator", "value", "effect"})
      if (const auto at = one.find(key); at != one.end()) toleration[key] = at->second;
    if (const auto at = one.find("tolerationSeconds"); at != one.end())
      toleration["tolerationSeconds"] = std::strtoll(at->second.c_str(), nullptr, 10);
    auto& all = list_at(pod, "tolerations");
    if (std::find(all.begin(), all.end(), toleration) == all.end()) all.push_back(toleration);
  }
}

void set_variable(json& container, const std::string& name, const std::string& value) {
  named(list_at(container, "env"), name) = {{"name", name}, {"value", value}};
}

void add_environment(json& container, const configuration& config, component which) {
  const std::string prefix(which == component::job_manager ? job_manager_env_prefix
                                                           : task_manager_env_prefix);
  for (auto at = config.lower_bound(prefix); at != config.end() && at->first.starts_with(prefix);
       ++at)
    set_variable(container, at->first.substr(prefix.size()), at->second);
  for (const auto& one : maps_of(config, "kubernetes.env.secretKeyRef")) {
    const auto part = [&one](const char* key) {
      const auto at = one.find(key);
      return at == one.end() ? std::string{} : at->second;
    };
    const auto name = part("env");
    named(list_at(container, "env"), name) = {
        {"name", name},
        {"valueFrom", {{"secretKeyRef", {{"name", part("secret")}, {"key", part("key")}}}}}};
  }
  if (const auto directory = value_of(config, "kubernetes.flink.log.dir"))
    set_variable(container, "FLINK_LOG_DIR", *directory);
}

void mount(json& pod, json& container, const std::string& volume, const json& source,
           const std::string& path) {
  auto& made = named(list_at(pod, "volumes"), volume);
  made = source;
  made["name"] = volume;
  named(list_at(container, "volumeMounts"), volume) = {{"name", volume}, {"mountPath", path}};
}

void add_mounts(json& pod, json& container, const configuration& config, pod_maker maker) {
  for (const auto& [secret, path] : map_of(config, "kubernetes.secrets"))
    mount(pod, container, secret + "-volume", {{"secret", {{"secretName", secret}}}}, path);
  if (maker == pod_maker::flink) return;
  constexpr const char* hadoop_directory = "/opt/hadoop/conf";
  const auto hadoop = value_of(config, "kubernetes.hadoop.conf.config-map.name");
  if (!hadoop || hadoop->empty()) return;
  mount(pod, container, "hadoop-config-volume", {{"configMap", {{"name", *hadoop}}}},
        hadoop_directory);
  set_variable(container, "HADOOP_CONF_DIR", hadoop_directory);
}

}  // namespace

string_map marks_of(const configuration& config, component which, marks what) {
  return map_of(config, side_key(which, what == marks::labels ? "labels" : "annotations"));
}

string_map service_annotations_of(const configuration& config, std::string_view service) {
  return map_of(config, "kubernetes." + std::string(service) + "-service.annotations");
}

bool is_said_by_field(std::string_view key, const flink_deployment_spec& spec) {
  if (key == "kubernetes.container.image.ref" || key == "kubernetes.container.image")
    return spec.image.has_value();
  if (key == "kubernetes.container.image.pull-policy") return spec.image_pull_policy.has_value();
  if (key == "kubernetes.service-account") return spec.service_account.has_value();
  for (const auto side : {component::job_manager, component::task_manager}) {
    const std::string name(label_of(side));
    if (key == name + ".memory.process.size") return has_field_about(spec, side, "memory");
    if (key == side_key(side, "cpu.amount") || key == side_key(side, "cpu"))
      return has_field_about(spec, side, "cpu");
  }
  return false;
}

std::string configuration_directory_of(const configuration& config) {
  return value_of(config, "kubernetes.flink.conf.dir").value_or("/opt/flink/conf");
}

void add_pod_options(json& pod, json& container, const flink_deployment_spec& spec, component which,
                     pod_maker maker) {
  const auto& config = spec.flink_configuration;
  set_image(container, spec);
  set_account(pod, spec, which);
  add_pull_secrets(pod, config);
  add_node_selector(pod, config, which);
  add_tolerations(pod, config, which);
  add_environment(container, config, which);
  add_mounts(pod, container, config, maker);
}

}  // namespace drey
