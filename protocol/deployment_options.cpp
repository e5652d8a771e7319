#include "protocol/deployment_options.hpp"

#include <algorithm>
#include <array>

namespace drey {

namespace {

using enum option_use;
using enum option_shape;

constexpr std::string_view only_native = "It is for native mode only";
constexpr std::string_view template_instead = "Write it into spec.podTemplate";
constexpr std::string_view args_instead =
    "Write the options into spec.flinkConfiguration, or a command of your own into the pod "
    "template";
constexpr std::string_view client_only = "It is for Flink's own client, which drey does not use";
constexpr std::string_view replicas_instead = "Use spec.jobManager.replicas";
constexpr std::string_view owned_otherwise =
    "drey removes a cluster's objects in order when the FlinkDeployment is deleted; an owner "
    "reference would let Kubernetes do it in any order";

// clang-format off
constexpr std::array options{
    // ── pods ──
    deployment_option{"kubernetes.container.image.ref", honoured, text, ""},
    deployment_option{"kubernetes.container.image", honoured, text, ""},  // before Flink 1.17
    deployment_option{"kubernetes.container.image.pull-policy", honoured, text, ""},
    deployment_option{"kubernetes.container.image.pull-secrets", honoured, list, ""},
    deployment_option{"kubernetes.service-account", honoured, text, ""},
    deployment_option{"kubernetes.jobmanager.service-account", honoured, text, ""},
    deployment_option{"kubernetes.taskmanager.service-account", honoured, text, ""},
    deployment_option{"kubernetes.jobmanager.labels", honoured, map, ""},
    deployment_option{"kubernetes.taskmanager.labels", honoured, map, ""},
    deployment_option{"kubernetes.jobmanager.annotations", honoured, map, ""},
    deployment_option{"kubernetes.taskmanager.annotations", honoured, map, ""},
    deployment_option{"kubernetes.jobmanager.node-selector", honoured, map, ""},
    deployment_option{"kubernetes.taskmanager.node-selector", honoured, map, ""},
    deployment_option{"kubernetes.jobmanager.tolerations", honoured, maps, ""},
    deployment_option{"kubernetes.taskmanager.tolerations", honoured, maps, ""},
    deployment_option{"kubernetes.secrets", honoured, map, ""},
    deployment_option{"kubernetes.env.secretKeyRef", honoured, maps, ""},
    deployment_option{"kubernetes.hadoop.conf.config-map.name", honoured, text, ""},
    deployment_option{"kubernetes.entry.path", honoured, text, ""},
    deployment_option{"kubernetes.flink.conf.dir", honoured, text, ""},
    deployment_option{"kubernetes.flink.log.dir", honoured, text, ""},
    deployment_option{"kubernetes.jobmanager.cpu.amount", honoured, cores, ""},
    deployment_option{"kubernetes.jobmanager.cpu", honoured, cores, ""},  // before Flink 1.17
    deployment_option{"kubernetes.taskmanager.cpu.amount", honoured, cores, ""},
    deployment_option{"kubernetes.taskmanager.cpu", honoured, cores, ""},
    deployment_option{"kubernetes.jobmanager.cpu.limit-factor", honoured, text, ""},
    deployment_option{"kubernetes.jobmanager.memory.limit-factor", honoured, text, ""},
    deployment_option{"kubernetes.taskmanager.cpu.limit-factor", honoured, text, ""},
    deployment_option{"kubernetes.taskmanager.memory.limit-factor", honoured, text, ""},
    // ── Services ──
    deployment_option{"kubernetes.rest-service.exposed.type", honoured, text, ""},
    deployment_option{"kubernetes.rest-service.annotations", honoured, map, ""},
    deployment_option{"kubernetes.internal-service.annotations", honoured, map, ""},
    // ── addresses ──
    deployment_option{"kubernetes.cluster-id", set_by_drey, text, ""},
    deployment_option{"kubernetes.namespace", set_by_drey, text, ""},
    deployment_option{"high-availability.cluster-id", set_by_drey, text, ""},
    deployment_option{"high-availability.jobmanager.port", set_by_drey, text, "6123"},
    deployment_option{"jobmanager.rpc.address", set_by_drey, text, ""},
    deployment_option{"jobmanager.rpc.port", set_by_drey, text, "6123"},
    deployment_option{"jobmanager.rpc.bind-port", set_by_drey, text, "6123"},
    deployment_option{"jobmanager.bind-host", set_by_drey, text, "0.0.0.0"},
    deployment_option{"blob.server.port", set_by_drey, text, "6124"},
    deployment_option{"rest.port", set_by_drey, text, "8081"},
    deployment_option{"rest.bind-port", set_by_drey, text, "8081"},
    deployment_option{"rest.bind-address", set_by_drey, text, "0.0.0.0"},
    deployment_option{"taskmanager.host", set_by_drey, text, ""},
    deployment_option{"taskmanager.bind-host", set_by_drey, text, "0.0.0.0"},
    deployment_option{"taskmanager.rpc.port", set_by_drey, text, "6122"},
    deployment_option{"taskmanager.rpc.bind-port", set_by_drey, text, "6122"},
    deployment_option{"taskmanager.resource-id", set_by_drey, text, ""},
    // ── what nobody looks at in a standalone cluster ──
    deployment_option{"kubernetes.jobmanager.owner.reference", no_effect, maps, owned_otherwise},
    deployment_option{"kubernetes.jobmanager.replicas", no_effect, text, replicas_instead},
    deployment_option{"kubernetes.hostnetwork.enabled", no_effect, text, template_instead},
    deployment_option{"kubernetes.pod-template-file", no_effect, text, template_instead},
    deployment_option{"kubernetes.pod-template-file.default", no_effect, text, template_instead},
    deployment_option{"kubernetes.pod-template-file.jobmanager", no_effect, text, template_instead},
    deployment_option{"kubernetes.pod-template-file.taskmanager", no_effect, text,
                      template_instead},
    deployment_option{"kubernetes.jobmanager.entrypoint.args", native_only, text, args_instead},
    deployment_option{"kubernetes.taskmanager.entrypoint.args", native_only, text, args_instead},
    deployment_option{"kubernetes.container-start-command-template", native_only, text,
                      args_instead},
    deployment_option{"kubernetes.node-name-label", native_only, text, only_native},
    deployment_option{"kubernetes.rest-service.exposed.node-port-address-type", no_effect, text,
                      client_only},
    deployment_option{"kubernetes.config.file", no_effect, text, client_only},
    deployment_option{"kubernetes.context", no_effect, text, client_only},
};
// clang-format on

/// A nested map's member becomes "key.member".
bool is_member(std::string_view key, const deployment_option& of) {
  return of.shape == map && key.size() > of.key.size() + 1 && key.starts_with(of.key) &&
         key[of.key.size()] == '.';
}

bool is_for_operator(std::string_view key) {
  return key.starts_with("kubernetes.operator.") || key.starts_with("job.autoscaler.");
}

}  // namespace

std::span<const deployment_option> deployment_options() { return options; }

const deployment_option* deployment_option_of(std::string_view key) {
  const auto found = std::ranges::find_if(
      options, [key](const auto& one) { return one.key == key || is_member(key, one); });
  return found == options.end() ? nullptr : found;
}

bool is_for_flink(std::string_view key) {
  return !is_for_operator(key) && !key.starts_with(job_manager_env_prefix) &&
         !key.starts_with(task_manager_env_prefix) && deployment_option_of(key) == nullptr;
}

}  // namespace drey
