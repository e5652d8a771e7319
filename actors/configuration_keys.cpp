/// What each key of Flink's configuration is for, of the restart boundary.
#include <algorithm>
#include <array>

#include "actors/restart_boundary.hpp"
#include "protocol/flink_versions.hpp"

namespace drey {

namespace {

using what = change_of;

// clang-format off
constexpr auto keys = std::to_array<key_row>({
    {"kubernetes.operator.pod-template.merge-arrays-by-name",    what::template_merging},
    {"kubernetes.operator.*",                                    what::operator_setting},
    {"job.autoscaler.*",                                         what::operator_setting},
    // pods and Services, which drey makes (protocol/deployment_options.hpp)
    {"kubernetes.container.image.pull-policy",                   what::image_pull},
    {"kubernetes.container.image.pull-secrets",                  what::image_pull},
    {"kubernetes.container.image*",                              what::image},
    {"kubernetes.service-account",                               what::service_account},
    {"kubernetes.taskmanager.node-selector*",                    what::task_manager_placement},
    {"kubernetes.taskmanager.tolerations",                       what::task_manager_placement},
    {"kubernetes.rest-service.exposed.node-port-address-type",   what::used_elsewhere},
    {"kubernetes.rest-service.*",                                what::service},
    {"kubernetes.internal-service.*",                            what::service},
    {"kubernetes.hostnetwork.enabled",                           what::native_only},
    {"kubernetes.pod-template-file*",                            what::native_only},
    {"kubernetes.jobmanager.entrypoint.args",                    what::native_only},
    {"kubernetes.taskmanager.entrypoint.args",                   what::native_only},
    {"kubernetes.container-start-command-template",              what::native_only},
    {"kubernetes.node-name-label",                               what::native_only},
    {"kubernetes.config.file",                                   what::used_elsewhere},
    {"kubernetes.context",                                       what::used_elsewhere},
    // drey gives these to every process
    {"kubernetes.jobmanager.owner.reference",                    what::set_by_drey},
    {"kubernetes.jobmanager.replicas",                           what::set_by_drey},
    {"kubernetes.cluster-id",                                    what::set_by_drey},
    {"kubernetes.namespace",                                     what::set_by_drey},
    {"jobmanager.rpc.address",                                   what::set_by_drey},
    {"jobmanager.rpc.port",                                      what::set_by_drey},
    {"jobmanager.rpc.bind-port",                                 what::set_by_drey},
    {"jobmanager.bind-host",                                     what::set_by_drey},
    {"blob.server.port",                                         what::set_by_drey},
    {"taskmanager.host",                                         what::set_by_drey},
    {"taskmanager.bind-host",                                    what::set_by_drey},
    {"taskmanager.rpc.port",                                     what::set_by_drey},
    {"taskmanager.rpc.bind-port",                                what::set_by_drey},
    {"taskmanager.resource-id",                                  what::set_by_drey},
    {"rest.port",                                                what::set_by_drey},
    {"rest.bind-port",                                           what::set_by_drey},
    {"rest.bind-address",                                        what::set_by_drey},
    {"high-availability.cluster-id",                             what::set_by_drey},
    {"high-availability.jobmanager.port",                        what::set_by_drey},
    // programs beside the cluster
    {"historyserver.*",                                          what::used_elsewhere},
    {"env.java.opts.historyserver",                              what::used_elsewhere},
    {"env.java.opts.client",                                     what::used_elsewhere},
    {"env.java.opts.sql-gateway",                                what::used_elsewhere},
    {"sql-gateway.*",                                            what::used_elsewhere},
    {"sql-client.*",                                             what::used_elsewhere},
    // a job's own settings, which are read when it is submitted; first those that are none
    {"execution.checkpointing.num-retained",                     what::job_manager_side},
    {"state.checkpoints.num-retained",                           what::job_manager_side},
    {"execution.checkpointing.local-backup.*",                   what::both_sides},
    {"execution.checkpointing.*",                                what::submission_default},
    {"execution.state-recovery.*",                               what::submission_default},
    {"execution.savepoint.*",                                    what::submission_default},
    {"execution.buffer-timeout*",                                what::submission_default},
    {"execution.runtime-mode",                                   what::submission_default},
    {"state.checkpoints.dir",                                    what::submission_default},
    {"state.savepoints.dir",                                     what::submission_default},
    {"state.checkpoint-storage",                                 what::submission_default},
    {"state.backend",                                            what::submission_default},
    {"state.backend.type",                                       what::submission_default},
    {"state.backend.incremental",                                what::submission_default},
    {"restart-strategy*",                                        what::submission_default},
    {"parallelism.default",                                      what::submission_default},
    {"pipeline.*",                                               what::submission_default},
    {"table.*",                                                  what::submission_default},
    // high availability
    {"high-availability.kubernetes.leader-election.*",           what::job_manager_side},
    {"high-availability*",                                       what::high_availability},
    // the JobManager alone
    {"jobmanager.*",                                             what::job_manager_side},
    {"env.java.opts.jobmanager",                                 what::job_manager_side},
    {"process.jobmanager.*",                                     what::job_manager_side},
    {"kubernetes.jobmanager.*",                                  what::job_manager_side},
    {"containerized.master.*",                                   what::job_manager_side},
    {"rest.*",                                                   what::job_manager_side},
    {"web.*",                                                    what::job_manager_side},
    {"security.ssl.rest.*",                                      what::job_manager_side},
    {"slotmanager.*",                                            what::job_manager_side},
    {"resourcemanager.*",                                        what::job_manager_side},
    {"slot.*",                                                   what::job_manager_side},
    {"cluster.evenly-spread-out-slots",                          what::job_manager_side},
    {"taskmanager.load-balance.mode",                            what::job_manager_side},
    {"scheduler-mode",                                           what::job_manager_side},
    {"jobstore.*",                                               what::job_manager_side},
    {"job-result-store.*",                                       what::job_manager_side},
    {"application-result-store.*",                               what::job_manager_side},
    // TaskManagers alone
    {"taskmanager.*",                                            what::task_manager_side},
    {"env.java.opts.taskmanager",                                what::task_manager_side},
    {"process.taskmanager.*",                                    what::task_manager_side},
    {"kubernetes.taskmanager.*",                                 what::task_manager_side},
    {"containerized.taskmanager.*",                              what::task_manager_side},
    // both, and each knows the other's
    {"heartbeat.*",                                              what::heartbeat},
    {"security.*",                                               what::security},
    {"*",                                                        what::both_sides},
});
// clang-format on

constexpr bool fits(std::string_view key, std::string_view pattern) {
  if (!pattern.ends_with('*')) return key == pattern;
  pattern.remove_suffix(1);
  return key.starts_with(pattern);
}

/// An earlier row that fits all that a later one fits would leave that without an effect.
constexpr bool no_row_is_hidden() {
  for (std::size_t i = 0; i < keys.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (fits(keys[i].pattern, keys[j].pattern)) return false;
  return true;
}
static_assert(no_row_is_hidden());
static_assert(keys.back().pattern == "*", "every key has a row");

}  // namespace

std::span<const key_row> configuration_keys() { return keys; }

change_of purpose_of(std::string_view key, flink_version version) {
  const auto found =
      std::ranges::find_if(keys, [&](const key_row& one) { return fits(key, one.pattern); });
  const bool with_each_job = capabilities_of(version).run_configuration;
  return found->what == what::submission_default && !with_each_job ? what::job_manager_default
                                                                   : found->what;
}

}  // namespace drey
