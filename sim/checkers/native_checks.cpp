/// Native mode: TaskManagers that Flink made are taken away by the operator for a changed spec
/// only, when no job works there, and none of an earlier spec stays.
#include <algorithm>

#include "actors/children.hpp"
#include "actors/native_cluster.hpp"
#include "actors/restart_boundary.hpp"
#include "sim/checkers/checkers.hpp"

namespace drey::sim {

namespace {

std::string configuration_in(const string_map& annotations) {
  const auto found = annotations.find(std::string(configuration_key));
  return found == annotations.end() ? std::string() : found->second;
}

}  // namespace

bool checkers::is_made_by_flink(const pod& x) {
  const auto label = [&](const char* key) {
    const auto at = x.metadata.labels.find(key);
    return at == x.metadata.labels.end() ? std::string() : at->second;
  };
  return label("type") == "flink-native-kubernetes" &&
         label("component") == label_of(component::task_manager);
}

/// A launch of an application begins without TaskManagers that Flink made for another one.
void checkers::check_inherited(const object_meta& workload) {
  for (const auto& [name, live] : kube_.all(object_kind::pod)) {
    const auto& one = std::get<pod>(*live);
    if (name.ns != workload.ns || !is_made_by_flink(one)) continue;
    if (one.metadata.labels.at("app") != workload.name || one.metadata.deletion_timestamp) continue;
    fail(6, "the JobManager of " + workload.name + " was made beside TaskManager " + name.name +
                " of an earlier launch");
  }
}

void checkers::check_native_removal(const pod& x) {
  const object_name cluster{x.metadata.ns, x.metadata.labels.at("app")};
  const auto* live = kube_.get<flink_deployment>(cluster);
  if (live == nullptr || !live->status.rollout)
    return fail(5, "TaskManager " + x.metadata.name + " was deleted, and no rollout asks for that");
  const auto jobs = flink_.jobs_on(x.metadata.uid);
  check_disturbed(cluster, &jobs);
}

/// What restarts TaskManagers is in the annotation: where they may stand is not.
void checkers::check_native(const object_name& name, const flink_deployment& cluster) {
  if (cluster.status.rollback || cluster.status.rollout) return;
  const auto made = children_of(cluster);
  const auto* all = std::get_if<cluster_children>(&made);
  if (all == nullptr || !all->native_task_managers) return;
  const auto wanted = configuration_in(all->native_task_managers->annotations);
  for (const auto& [pod_name, live] : kube_.all(object_kind::pod)) {
    const auto& one = std::get<pod>(*live);
    const auto app = one.metadata.labels.find("app");
    const bool ours = pod_name.ns == name.ns && is_made_by_flink(one) &&
                      app != one.metadata.labels.end() && app->second == name.name;
    if (!ours || one.metadata.deletion_timestamp) continue;
    if (configuration_in(one.metadata.annotations) != wanted)
      fail(1, "TaskManager " + pod_name.name + " of cluster " + text_of_name(name) +
                  " has the configuration of an earlier spec, long after the last fault");
  }
  if (kube_.find(object_kind::stateful_set, {name.ns, task_manager_set_name(name.name)}))
    fail(1, "cluster " + text_of_name(name) + " has a set of TaskManagers beside Flink's own");
}

}  // namespace drey::sim
