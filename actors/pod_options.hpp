/// Flink's options about its pods (deployment_options.hpp) brought into a PodSpec, over what the
/// user's templates say, as Flink's own decorators do it.
#pragma once

#include <nlohmann/json.hpp>

#include "actors/children.hpp"
#include "protocol/flink_resources.hpp"

namespace drey {

/// Labels or annotations that the options give to the pods and the workload of a side.
enum class marks { labels, annotations };
string_map marks_of(const configuration& config, component which, marks what);
/// `kubernetes.{rest,internal}-service.annotations`.
string_map service_annotations_of(const configuration& config, std::string_view service);

/// Who adds Hadoop's configuration to the pod: Flink does so whatever a template says.
enum class pod_maker { kubernetes, flink };

/// Image, accounts, pull secrets, node selector, tolerations, environment, Secrets, Hadoop's
/// configuration and the log directory. `container` is Flink's in `pod`.
void add_pod_options(nlohmann::json& pod, nlohmann::json& container,
                     const flink_deployment_spec& spec, component which, pod_maker maker);

/// Whether a field of the spec says what this key of the configuration is about, and goes before
/// it.
bool is_said_by_field(std::string_view key, const flink_deployment_spec& spec);

/// Where Flink finds its configuration in the container.
std::string configuration_directory_of(const configuration& config);

}  // namespace drey
