/// Rule 1 for those who scale a cluster from outside: what its scale subresource tells is what
/// there is, and a fight over its size is told no longer than it lasts.
#include <algorithm>

#include "actors/children.hpp"
#include "actors/replicas_contest.hpp"
#include "actors/restart_boundary.hpp"
#include "actors/room.hpp"
#include "protocol/label_selector.hpp"
#include "sim/checkers/checkers.hpp"
#include "sim/kubernetes/scale.hpp"

namespace drey::sim {

void checkers::check_scale(const object_name& name, const flink_deployment& cluster) {
  const auto told = scale_of(cluster);
  const auto selected = label_selector::parse(told.selector);
  const auto ours = selector_of(name.name, component::task_manager, mode_of(cluster));
  std::int32_t there = 0;
  for (const auto& [pod_name, live] : kube_.all(object_kind::pod)) {
    const auto& labels = metadata_of(*live).labels;
    if (pod_name.ns != name.ns) continue;
    const bool is_one = includes(labels, ours);
    there += is_one ? 1 : 0;
    const bool is_selected =
        selected && !selected->matches_everything() && selected->matches(labels);
    if (is_one != is_selected)
      fail(1, "the scale subresource of cluster " + text_of_name(name) +
                  (is_one ? " does not select TaskManager " : " selects pod ") + pod_name.name);
  }
  if (told.there != there)
    fail(1, "the scale subresource of cluster " + text_of_name(name) + " tells of " +
                std::to_string(told.there) + " TaskManagers, and there are " +
                std::to_string(there));
  if (std::ranges::find(cluster.status.conditions, replicas_contested, &condition::type) !=
      cluster.status.conditions.end())
    fail(1, "cluster " + text_of_name(name) +
                " is told to be fought over, long after anybody touched its size");
}

/// By all pods that there are, not only those that the operator sees.
bool checkers::check_held_growth(const object_name& name, const flink_deployment& cluster) {
  const auto told = std::ranges::find(cluster.status.conditions, over_committed, &condition::type);
  if (told == cluster.status.conditions.end() || told->reason != "GrowthHeld") return false;
  std::vector<const node*> nodes;
  for (const auto& [node_name, live] : kube_.all(object_kind::node))
    nodes.push_back(&std::get<node>(*live));
  std::vector<placed_pod> pods;
  for (const auto& [pod_name, live] : kube_.all(object_kind::pod)) {
    const auto& one = std::get<pod>(*live);
    if (one.phase == pod_phase::failed || one.phase == pod_phase::succeeded) continue;
    pods.push_back({one.node_name, demand_of(one.spec)});
    const auto ours = selector_of(name.name, component::task_manager, mode_of(cluster));
    if (one.node_name.empty() && pod_name.ns == name.ns && includes(one.metadata.labels, ours))
      fail(1, "TaskManager " + pod_name.name +
                  " has no node, though the growth of its cluster is held for want of room");
  }
  const auto* set = kube_.get<stateful_set>({name.ns, task_manager_set_name(name.name)});
  if (set == nullptr) return true;
  const quotas_read quotas = quotas_in(nlohmann::json::parse(kube_.quotas_of(name.ns)));
  const auto each = quota_amounts_of(nlohmann::json::parse(set->pods.spec));
  const auto room = room_for(room_on(nodes, pods), demand_of(set->pods.spec), 1);
  if (within_quotas(room, quotas, each, 0).fits > 0)
    fail(1, "the growth of cluster " + text_of_name(name) + " is held though there is room");
  return true;
}

}  // namespace drey::sim
