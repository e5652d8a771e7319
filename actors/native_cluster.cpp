#include "actors/native_cluster.hpp"

#include <cmath>
#include <optional>

#include <nlohmann/json.hpp>

#include "actors/pod_json.hpp"
#include "protocol/deployment_options.hpp"
#include "protocol/flink_versions.hpp"
#include "protocol/json_text.hpp"
#include "protocol/pod_templates.hpp"

namespace drey {

namespace {

using json = nlohmann::json;

std::string entry_point_of(const flink_deployment_spec& spec) {
  return std::string("org.apache.flink.kubernetes.entrypoint.Kubernetes") +
         (spec.job ? "Application" : "Session") + "ClusterEntrypoint";
}

/// Options that Flink itself reads when it makes a pod, and of which a template says nothing.
bool is_passed_on(std::string_view key) {
  const auto* option = deployment_option_of(key);
  if (option == nullptr) return false;
  return option->use == option_use::native_only || key == "kubernetes.entry.path" ||
         key == "kubernetes.flink.conf.dir" || key == "kubernetes.flink.log.dir" ||
         key == "kubernetes.hadoop.conf.config-map.name";
}

std::string text_of_number(double value) {
  std::string text;
  append_number(text, value);
  return text;
}

/// Of a resource in requests or limits, in thousandths of a core or bytes.
std::optional<std::int64_t> amount_in(const json& resources, const char* side,
                                      const std::string& resource) {
  const auto all = object_in(resources, side);
  const auto found = all.find(resource);
  if (found == all.end()) return std::nullopt;
  const auto text = found->is_string() ? found->get<std::string>() : found->dump();
  return resource == "cpu" ? parse_quantity_milli(text) : parse_spec_memory(text);
}

/// In the user's own words where these say the same.
void set_limit_factor(configuration& config, const flink_deployment_spec& spec,
                      const json& resources, const std::string& resource) {
  constexpr double same = 0.001;
  const auto request = amount_in(resources, "requests", resource);
  const auto limit = amount_in(resources, "limits", resource);
  if (!request || !limit || *request <= 0 || *limit <= *request) return;
  const auto factor = static_cast<double>(*limit) / static_cast<double>(*request);
  const auto key = limit_factor_key("taskmanager", resource);
  const auto said = value_of(spec.flink_configuration, key);
  const auto told = said ? parse_limit_factor(*said) : std::nullopt;
  config[key] = told && std::abs(*told - factor) < same ? *said : text_of_number(factor);
}

constexpr const char* setting_files[] = {"flink-conf.yaml", "config.yaml"};

}  // namespace

std::string native_map_name(std::string_view cluster) {
  return "flink-config-" + std::string(cluster);
}

std::string quoted_list(const std::vector<std::string>& all) {
  std::string text;
  for (const auto& one : all) {
    text += text.empty() ? "'" : ";'";
    for (const char c : one) text += c == '\'' ? std::string("''") : std::string(1, c);
    text += '\'';
  }
  return text;
}

std::string template_file_of(const pod_template& workers) {
  const json pod{{"apiVersion", "v1"},
                 {"kind", "Pod"},
                 {"metadata",
                  {{"name", "taskmanager-pod-template"},
                   {"labels", workers.labels},
                   {"annotations", workers.annotations}}},
                 {"spec", json::parse(workers.spec)}};
  return pod.dump();
}

configuration native_options_of(const flink_deployment_spec& spec, const pod_template& workers) {
  configuration config;
  for (const auto& [key, value] : spec.flink_configuration)
    if (is_passed_on(key)) config[key] = value;
  auto pod = json::parse(workers.spec);
  const auto& container = named(list_at(pod, "containers"), std::string(main_container_name));
  const bool dotted = spec.flink_version.value_or(flink_version::v1_20) >= flink_version::v1_17;
  config["kubernetes.internal.jobmanager.entrypoint.class"] = entry_point_of(spec);
  config[dotted ? "kubernetes.container.image.ref" : "kubernetes.container.image"] =
      text_in(container, "image");
  if (const auto account = text_in(pod, "serviceAccountName"); !account.empty())
    config["kubernetes.taskmanager.service-account"] = account;
  const auto resources = object_in(container, "resources");
  if (const auto cores = amount_in(resources, "requests", "cpu")) {
    constexpr double milli = 1000;
    config[dotted ? "kubernetes.taskmanager.cpu.amount" : "kubernetes.taskmanager.cpu"] =
        text_of_number(static_cast<double>(*cores) / milli);
  }
  for (const char* resource : {"cpu", "memory"})
    set_limit_factor(config, spec, resources, resource);
  return config;
}

config_map with_settings_of(config_map wanted, const config_map& live) {
  for (const char* file : setting_files) {
    wanted.data.erase(file);
    if (const auto found = live.data.find(file); found != live.data.end())
      wanted.data[file] = found->second;
  }
  return wanted;
}

}  // namespace drey
