/// What a cluster of native mode has besides: there Flink's JobManager makes the pods of its
/// TaskManagers, from a template that lies beside it as a file, from options of its configuration,
/// and with a ConfigMap whose name it derives from the cluster's. Pure, as children.hpp. Sources:
/// flink-kubernetes of Flink 1.13 … 2.x: KubernetesResourceManagerDriver, InitTaskManagerDecorator,
/// CmdTaskManagerDecorator, FlinkConfMountDecorator, KubernetesUtils.getResourceRequirements.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "protocol/flink_resources.hpp"
#include "protocol/kubernetes.hpp"

namespace drey {

/// On a TaskManager's pod: what its configuration was, so that a changed one is seen in what runs.
inline constexpr std::string_view configuration_key = "drey.io/configuration";

inline constexpr std::string_view template_directory = "/opt/flink/pod-template";
inline constexpr std::string_view template_file = "taskmanager-pod-template.yaml";

/// The ConfigMap that Flink lets its TaskManagers mount.
std::string native_map_name(std::string_view cluster);

/// As Flink reads a list of texts from one text (StructuredOptionsSplitter).
std::string quoted_list(const std::vector<std::string>& all);

/// The file that Flink reads `workers` from.
std::string template_file_of(const pod_template& workers);

/// What Flink is told in its configuration of the pods that it makes: what it would take from there
/// and not from the template, `workers`.
configuration native_options_of(const flink_deployment_spec& spec, const pod_template& workers);

/// `wanted`, which TaskManagers mount, with the settings that `live` has: only its log files change
/// below processes that run.
config_map with_settings_of(config_map wanted, const config_map& live);

}  // namespace drey
