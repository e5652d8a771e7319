#include "actors/pod_spec.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "actors/native_cluster.hpp"
#include "actors/pod_json.hpp"
#include "actors/pod_options.hpp"
#include "actors/pod_resources.hpp"
#include "actors/restart_boundary.hpp"
#include "protocol/flink_versions.hpp"
#include "protocol/pod_templates.hpp"
#include "protocol/rest_security.hpp"

namespace drey {

namespace {

using json = nlohmann::json;

json field_env(const char* name, const char* path) {
  return {{"name", name}, {"valueFrom", {{"fieldRef", {{"fieldPath", path}}}}}};
}

/// As Flink's own client starts it. What an application is to run follows: its launch's.
json native_arguments_of(const flink_deployment_spec& spec) {
  const auto more = value_of(spec.flink_configuration, "kubernetes.jobmanager.entrypoint.args");
  const auto words = more ? " " + *more : std::string();
  if (!spec.job) return {"bash", "-c", "kubernetes-jobmanager.sh kubernetes-session" + words};
  return {"bash", "-c", "exec kubernetes-jobmanager.sh kubernetes-application" + words + R"( "$@")",
          "kubernetes-jobmanager.sh"};
}

/// Of the entry point of Flink's images.
json arguments_of(const flink_deployment_spec& spec, component which, deployment_mode mode) {
  if (mode == deployment_mode::native) return native_arguments_of(spec);
  if (which == component::task_manager)
    return {"taskmanager", "-D", "taskmanager.resource-id=$(_POD_UID)", "-D",
            "taskmanager.host=$(_POD_IP_ADDRESS)"};
  const bool recovers = is_highly_available(spec.flink_configuration);
  if (spec.job && recovers)  // the rest is its launch's
    return {"standalone-job", "-D", "jobmanager.rpc.address=$(_POD_IP_ADDRESS)"};
  if (spec.job) return {"standalone-job"};
  if (!recovers) return {"jobmanager"};
  // Before Flink 1.16 its script took what comes first for the host, and no -D (FLINK-28733).
  if (spec.flink_version && *spec.flink_version < flink_version::v1_16)
    return {"jobmanager", "$(_POD_IP_ADDRESS)"};
  return {"jobmanager", "-D", "jobmanager.rpc.address=$(_POD_IP_ADDRESS)"};
}

json ports_of(component which) {
  if (which == component::task_manager)
    return json::array({{{"name", "taskmanager-rpc"}, {"containerPort", 6122}}});
  return json::array({{{"name", "rest"}, {"containerPort", 8081}},
                      {{"name", "jobmanager-rpc"}, {"containerPort", 6123}},
                      {{"name", "blobserver"}, {"containerPort", 6124}}});
}

/// Kubernetes tells ports apart by their names, and an apply by number and protocol.
bool same_port(const json& a, const json& b) {
  const auto protocol = [](const json& port) {
    const auto text = text_in(port, "protocol");
    return text.empty() ? "TCP" : text;
  };
  const auto name = text_in(a, "name");
  if (!name.empty() && name == text_in(b, "name")) return true;
  return a.is_object() && b.is_object() && a.contains("containerPort") &&
         b.contains("containerPort") && a["containerPort"] == b["containerPort"] &&
         protocol(a) == protocol(b);
}

/// Flink's ports first, then those that the user's template adds.
void set_ports(json& container, component which) {
  const auto users = list_at(container, "ports");
  auto all = ports_of(which);
  for (const auto& port : users)
    if (std::none_of(all.begin(), all.end(), [&](const json& x) { return same_port(x, port); }))
      all.push_back(port);
  container["ports"] = all;
}

/// Of a variable that is there twice Kubernetes takes the last; an apply takes only one.
void drop_repeated_variables(json& container) {
  auto once = json::array();
  for (const auto& one : list_at(container, "env")) named(once, text_in(one, "name")) = one;
  container["env"] = once;
}

void mount_configuration(json& pod, json& container, const pod_request& request,
                         const std::string& directory) {
  json sources = json::array({{{"configMap", {{"name", request.config_map}}}}});
  if (!request.log_config_map.empty())
    sources.push_back({{"configMap", {{"name", request.log_config_map}}}});
  named(list_at(pod, "volumes"), "flink-config-volume") = {{"name", "flink-config-volume"},
                                                           {"projected", {{"sources", sources}}}};
  named(list_at(container, "volumeMounts"), "flink-config-volume") = {
      {"name", "flink-config-volume"}, {"mountPath", directory}};
  if (directory != "/opt/flink/conf")
    named(list_at(container, "env"), "FLINK_CONF_DIR") = {{"name", "FLINK_CONF_DIR"},
                                                          {"value", directory}};
}

/// Whether REST answers. A kubelet has no certificate to show, so then only whether it listens.
json rest_probe(const flink_deployment_spec& spec) {
  const auto security = rest_security_of(spec.flink_configuration);
  if (security == rest_security::mutual) return {{"tcpSocket", {{"port", 8081}}}};
  json get{{"path", "/config"}, {"port", 8081}};
  if (security == rest_security::tls) get["scheme"] = "HTTPS";
  return {{"httpGet", get}};
}

/// The user's own probes are kept; a liveness probe waits until a slow JobManager is up, as with
/// Apache, unless `kubernetes.operator.jm-deployment.startup.probe.enabled` is false.
void set_probes(json& container, const flink_deployment_spec& spec) {
  if (!container.contains("readinessProbe")) {
    container["readinessProbe"] = rest_probe(spec);
    container["readinessProbe"]["periodSeconds"] = 1;
    container["readinessProbe"]["failureThreshold"] = 3;
  }
  const bool wanted =
      value_of(spec.flink_configuration,
               "kubernetes.operator.jm-deployment.startup.probe.enabled") != "false";
  if (!wanted || !container.contains("livenessProbe") || container.contains("startupProbe")) return;
  constexpr std::int32_t for_ever = 2'147'483'647;
  container["startupProbe"] = rest_probe(spec);
  container["startupProbe"]["periodSeconds"] = 1;
  container["startupProbe"]["failureThreshold"] = for_ever;
}

/// Where Flink finds the template that it makes TaskManagers from.
void mount_template(json& pod, json& container, const std::string& map) {
  named(list_at(pod, "volumes"), "pod-template-volume") = {{"name", "pod-template-volume"},
                                                           {"configMap", {{"name", map}}}};
  named(list_at(container, "volumeMounts"), "pod-template-volume") = {
      {"name", "pod-template-volume"}, {"mountPath", template_directory}};
}

void set_resources(json& container, const flink_deployment_spec& spec, component which) {
  const auto wanted = resources_of(spec, which);
  if (wanted.empty()) return;
  auto resources = object_in(container, "resources");
  resources.merge_patch(json::parse(wanted));
  container["resources"] = resources;
}

void fill_container(json& container, const flink_deployment_spec& spec, component which,
                    deployment_mode mode) {
  container["args"] = arguments_of(spec, which, mode);
  if (const auto entry = value_of(spec.flink_configuration, "kubernetes.entry.path"))
    container["command"] = json::array({*entry});
  else if (!container.contains("command"))
    container["command"] = json::array({"/docker-entrypoint.sh"});
  named(list_at(container, "env"), "_POD_IP_ADDRESS") =
      field_env("_POD_IP_ADDRESS", "status.podIP");
  named(list_at(container, "env"), "_POD_UID") = field_env("_POD_UID", "metadata.uid");
  set_ports(container, which);
  set_resources(container, spec, which);
  if (which == component::job_manager) set_probes(container, spec);
}

string_map text_map(const json& object) {
  string_map map;
  for (const auto& [key, value] : object.items())
    if (value.is_string()) map[key] = value.get<std::string>();
  return map;
}

string_map over(string_map low, const string_map& high) {
  for (const auto& [key, value] : high) low[key] = value;
  return low;
}

}  // namespace

pod_template pod_template_of(const flink_deployment& cluster, const pod_request& request) {
  const auto& spec = *cluster.spec;
  const auto& config = spec.flink_configuration;
  const auto which = request.which;
  const auto& side = which == component::job_manager ? spec.job_manager : spec.task_manager;
  const auto user = json::parse(merged_pod_template(spec, side));
  auto pod = object_in(user, "spec");
  auto& container = named(list_at(pod, "containers"), std::string(main_container_name));
  const auto mode = mode_of(cluster);
  const bool made_by_flink = which == component::task_manager && mode == deployment_mode::native;
  drop_repeated_variables(container);
  if (made_by_flink)  // it adds command, ports and its configuration to the template itself
    set_resources(container, spec, which);
  else
    fill_container(container, spec, which, mode);
  add_pod_options(pod, container, spec, which,
                  made_by_flink ? pod_maker::flink : pod_maker::kubernetes);
  if (!made_by_flink)
    mount_configuration(pod, container, request, configuration_directory_of(config));
  if (!request.template_map.empty()) mount_template(pod, container, request.template_map);
  pod.erase("restartPolicy");  // of a workload's pods it is Always, but for those of a Job
  if (which == component::job_manager && spec.job && !is_highly_available(config))
    pod["restartPolicy"] = "Never";

  const auto metadata = object_in(user, "metadata");
  pod_template result;
  result.labels =
      over(text_map(object_in(metadata, "labels")), marks_of(config, which, marks::labels));
  result.annotations = over(text_map(object_in(metadata, "annotations")),
                            marks_of(config, which, marks::annotations));
  for (const auto& [key, value] : selector_of(cluster.metadata.name, which, mode))
    result.labels[key] = value;
  result.labels[std::string(managed_by_key)] = "drey";
  result.labels[std::string(owner_uid_key)] = cluster.metadata.uid;
  result.annotations[std::string(config_map_key)] = request.config_map;
  result.spec = pod.dump();
  return result;
}

}  // namespace drey
