#include "actors/pod_spec.hpp"

#include <nlohmann/json.hpp>

#include "actors/pod_resources.hpp"
#include "protocol/flink_versions.hpp"

namespace drey {

namespace {

using json = nlohmann::json;

constexpr const char* main_container = "flink-main-container";
constexpr const char* conf_directory = "/opt/flink/conf";

json parsed(const json_text& text) {
  return text.empty() ? json::object() : json::parse(text, nullptr, false);
}

enum class arrays { by_index, by_name };

json merged(const json& low, const json& high, arrays how);

json merged_arrays(const json& low, const json& high, arrays how) {
  json result = low;
  for (std::size_t i = 0; i < high.size(); ++i) {
    auto at = i < result.size() ? i : result.size();
    if (how == arrays::by_name && high[i].is_object() && high[i].contains("name")) {
      at = result.size();
      for (std::size_t j = 0; j < result.size(); ++j)
        if (result[j].is_object() && result[j].value("name", "") == high[i]["name"]) at = j;
    }
    if (at == result.size())
      result.push_back(high[i]);
    else
      result[at] = merged(result[at], high[i], how);
  }
  return result;
}

/// The user's component template over the common one, as the Apache operator merges them.
json merged(const json& low, const json& high, arrays how) {
  if (low.is_array() && high.is_array()) return merged_arrays(low, high, how);
  if (!low.is_object() || !high.is_object()) return high.is_null() ? low : high;
  json result = low;
  for (const auto& [key, value] : high.items())
    result[key] = result.contains(key) ? merged(result[key], value, how) : value;
  return result;
}

json& named(json& list, const std::string& name) {
  if (!list.is_array()) list = json::array();
  for (auto& one : list)
    if (one.value("name", "") == name) return one;
  list.push_back(json{{"name", name}});
  return list.back();
}

json field_env(const char* name, const char* path) {
  return {{"name", name}, {"valueFrom", {{"fieldRef", {{"fieldPath", path}}}}}};
}

json arguments_of(const flink_deployment_spec& spec, component which) {
  if (which == component::task_manager)
    return {"taskmanager", "-D", "taskmanager.resource-id=$(_POD_UID)", "-D",
            "taskmanager.host=$(_POD_IP_ADDRESS)"};
  json arguments = {"jobmanager"};
  if (is_highly_available(spec.flink_configuration)) {
    arguments.push_back("-D");
    arguments.push_back("jobmanager.rpc.address=$(_POD_IP_ADDRESS)");
  }
  return arguments;
}

json ports_of(component which) {
  if (which == component::task_manager)
    return json::array({{{"name", "taskmanager-rpc"}, {"containerPort", 6122}}});
  return json::array({{{"name", "rest"}, {"containerPort", 8081}},
                      {{"name", "jobmanager-rpc"}, {"containerPort", 6123}},
                      {{"name", "blobserver"}, {"containerPort", 6124}}});
}

void mount(json& spec, json& container, const std::string& config_map, const std::string& log_map) {
  json sources = json::array({{{"configMap", {{"name", config_map}}}}});
  if (!log_map.empty()) sources.push_back({{"configMap", {{"name", log_map}}}});
  named(spec["volumes"], "flink-config-volume") = {{"name", "flink-config-volume"},
                                                   {"projected", {{"sources", sources}}}};
  named(container["volumeMounts"], "flink-config-volume") = {{"name", "flink-config-volume"},
                                                             {"mountPath", conf_directory}};
}

void fill_container(json& container, const flink_deployment& cluster, component which) {
  const auto& spec = *cluster.spec;
  if (spec.image) container["image"] = *spec.image;
  if (spec.image_pull_policy) container["imagePullPolicy"] = *spec.image_pull_policy;
  container["args"] = arguments_of(spec, which);
  if (!container.contains("command")) container["command"] = {"/docker-entrypoint.sh"};
  named(container["env"], "_POD_IP_ADDRESS") = field_env("_POD_IP_ADDRESS", "status.podIP");
  named(container["env"], "_POD_UID") = field_env("_POD_UID", "metadata.uid");
  container["ports"] = ports_of(which);
  const auto wanted = parsed(resources_of(spec, which));
  if (!wanted.empty())
    container["resources"] =
        merged(container.value("resources", json::object()), wanted, arrays::by_index);
  if (which == component::job_manager && !container.contains("readinessProbe"))
    container["readinessProbe"] = {{"httpGet", {{"path", "/config"}, {"port", 8081}}},
                                   {"periodSeconds", 1},
                                   {"failureThreshold", 3}};
}

string_map text_map(const json& object) {
  string_map map;
  if (object.is_object())
    for (const auto& [key, value] : object.items())
      if (value.is_string()) map[key] = value.get<std::string>();
  return map;
}

}  // namespace

pod_template pod_template_of(const flink_deployment& cluster, const pod_request& request) {
  const auto& spec = *cluster.spec;
  const auto& side = request.which == component::job_manager ? spec.job_manager : spec.task_manager;
  const auto by_name = value_of(spec.flink_configuration,
                                "kubernetes.operator.pod-template.merge-arrays-by-name") == "true";
  const auto user = merged(parsed(spec.pod_template), parsed(side.pod_template),
                           by_name ? arrays::by_name : arrays::by_index);
  auto pod = user.value("spec", json::object());
  auto& container = named(pod["containers"], main_container);
  fill_container(container, cluster, request.which);
  mount(pod, container, request.config_map, request.log_config_map);
  if (spec.service_account) pod["serviceAccountName"] = *spec.service_account;

  const auto metadata = user.value("metadata", json::object());
  pod_template result;
  result.labels = text_map(metadata.value("labels", json::object()));
  result.annotations = text_map(metadata.value("annotations", json::object()));
  for (const auto& [key, value] : selector_of(cluster.metadata.name, request.which))
    result.labels[key] = value;
  result.labels[std::string(managed_by_key)] = "drey";
  result.labels[std::string(owner_uid_key)] = cluster.metadata.uid;
  result.annotations[std::string(config_map_key)] = request.config_map;
  result.spec = pod.dump();
  return result;
}

}  // namespace drey
