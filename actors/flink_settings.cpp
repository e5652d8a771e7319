#include "actors/flink_settings.hpp"

#include "actors/pod_resources.hpp"
#include "actors/restart_boundary.hpp"
#include "protocol/deployment_options.hpp"
#include "protocol/flink_versions.hpp"

namespace drey {

namespace {

/// Memory of a side as Flink's own size in bytes.
void set_memory(configuration& config, const flink_deployment_spec& spec, component which) {
  if (const auto bytes = process_memory_of(spec, which))
    config[std::string(label_of(which)) + ".memory.process.size"] = std::to_string(*bytes) + "b";
}

/// Keys of one side only stay out of the other's ConfigMap: a change of one never rolls the other.
bool belongs_to(component which, change_of purpose, deployment_mode mode) {
  const auto who = readers_of(purpose, mode);
  const auto alone =
      which == component::job_manager ? readers::job_manager : readers::task_managers;
  return who == alone || who == readers::both;
}

/// An application's JobManager is told with its launch, so that a change of it restarts the job
/// alone.
bool is_given_to_job(std::string_view key, flink_version version) {
  const auto purpose = purpose_of(key, version);
  return purpose == change_of::submission_default || purpose == change_of::job_manager_default;
}

}  // namespace

configuration configuration_for(const flink_deployment& cluster, component which,
                                flink_version version, const configuration& own) {
  const auto& spec = *cluster.spec;
  const auto& name = cluster.metadata.name;
  const auto mode = mode_of(cluster);
  auto config = own;
  for (const auto& [key, value] : spec.flink_configuration)
    if (is_for_flink(key) && belongs_to(which, purpose_of(key, version), mode) &&
        !(spec.job && which == component::job_manager && is_given_to_job(key, version)))
      config[key] = value;
  config["kubernetes.cluster-id"] = name;
  config["kubernetes.namespace"] = cluster.metadata.ns;
  config["jobmanager.rpc.address"] = name + "." + cluster.metadata.ns;
  config["jobmanager.rpc.port"] = "6123";
  config["blob.server.port"] = "6124";
  config["taskmanager.rpc.port"] = "6122";
  config.emplace(std::string(retention_key), "RETAIN_ON_CANCELLATION");
  if (is_highly_available(spec.flink_configuration)) {
    config["high-availability.cluster-id"] = name;
    config["high-availability.jobmanager.port"] = "6123";
    config.emplace("job-result-store.delete-on-commit", "false");
  }
  if (which == component::job_manager) {
    config["rest.port"] = "8081";
    config.emplace("web.cancel.enable", "false");  // nobody cancels a job by a slip of the mouse
  }
  set_memory(config, spec, which);
  if (mode == deployment_mode::native) set_memory(config, spec, component::task_manager);
  return spelled_for(version, std::move(config));
}

configuration without_defaults(configuration config, flink_version version) {
  std::erase_if(config, [&](const auto& one) {
    return purpose_of(one.first, version) == change_of::submission_default;
  });
  return config;
}

}  // namespace drey
