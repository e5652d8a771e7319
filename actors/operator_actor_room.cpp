/// What the root keeps of the clusters' objects, and its answer to a cluster that grows: what the
/// nodes have left, as far as it is seen.
#include "actors/children.hpp"
#include "actors/operator_actor.hpp"
#include "actors/takeover.hpp"

namespace drey {

namespace {

bool is_over(const pod& x) {
  return x.phase == pod_phase::succeeded || x.phase == pod_phase::failed;
}

bool is_task_manager(const pod& x) {
  const auto found = x.metadata.labels.find("component");
  return found != x.metadata.labels.end() && found->second == label_of(component::task_manager);
}

}  // namespace

void operator_shell::forget(const object_ptr& last) {
  const auto& meta = metadata_of(*last);
  demands_.erase(meta.uid);
  const auto kept = owned_.find(keeper_of(meta));
  if (kept == owned_.end()) return;
  kept->second.erase(meta.uid);
  if (kept->second.empty()) owned_.erase(kept);
}

/// What a pod asks for does not change while it lives, so it is read once.
void operator_shell::tell_room(const room_wanted& asked) {
  const auto found = children_.find(asked.uid);
  if (found == children_.end() || !found->second.actor) return;
  std::vector<const node*> nodes;
  for (const auto& [which, live] : nodes_) nodes.push_back(std::get_if<node>(live.get()));
  const auto& meta = metadata_of(*found->second.live);
  const auto unmarked = keeper_of(meta.ns, meta.name);
  std::vector<placed_pod> pods;
  for (const auto& [owner, all] : owned_)
    for (const auto& [uid, live] : all) {
      const auto* one = std::get_if<pod>(live.get());
      if (one == nullptr || is_over(*one)) continue;
      // What the cluster itself waits for is what it asks about.
      if (one->node_name.empty() && (owner == asked.uid || owner == unmarked) &&
          is_task_manager(*one))
        continue;
      auto known = demands_.find(uid);
      if (known == demands_.end()) known = demands_.emplace(uid, demand_of(one->spec)).first;
      pods.push_back({one->node_name, known->second});
    }
  self_->send(found->second.actor, room_told{room_on(nodes, pods, settings_.node_groups)});
}

}  // namespace drey
