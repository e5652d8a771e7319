/// Removal of a cluster's objects, stage by stage; each a live list, then deletions by UID.
#include "actors/children.hpp"
#include "actors/cluster_actor.hpp"

namespace drey {

void cluster_shell::perform(std::uint8_t from, const remove_children& command) {
  const auto& cluster = known().name.name;
  const auto of = [&](component which) {
    return text_of_selector(selector_of(cluster, which, mode_));
  };
  const auto ours = selector_of_children(known().uid);
  std::vector<std::pair<object_kind, std::string>> kinds;
  switch (command.stage) {
    case removal_stage::job_manager:
      kinds = kinds_of_job_managers();
      break;
    case removal_stage::task_managers:
      kinds = {{object_kind::stateful_set, ours}, {object_kind::pod, of(component::task_manager)}};
      if (child(object_kind::deployment, set_name_) != nullptr)  // another operator's
        kinds.insert(kinds.begin(), {object_kind::deployment, of(component::task_manager)});
      break;
    case removal_stage::services:
      kinds = {{object_kind::ingress, ours},
               {object_kind::service, ours},
               {object_kind::config_map, ours}};
      break;
    case removal_stage::ha_metadata:
      kinds = {{object_kind::config_map, ha_metadata_selector(cluster)}};
      break;
  }
  list_next(from, std::move(kinds), {command.request, {}}, removal_of::workloads);
}

/// Reads live what is left, kind by kind, and asks for its deletion.
void cluster_shell::list_next(std::uint8_t from,
                              std::vector<std::pair<object_kind, std::string>> kinds,
                              removal_seen so_far, removal_of what) {
  if (kinds.empty()) return from == the_launch ? launch_.learn(so_far) : cluster_.learn(so_far);
  const auto [kind, selector] = kinds.front();
  kinds.erase(kinds.begin());
  out_->kube(
      kube_list{kind, known().name.ns, selector},
      [this, from, kinds = std::move(kinds), so_far, kind = kind, what](const kube_answer& answer) {
        const auto* list = std::get_if<object_list>(&answer.result);
        if (list == nullptr) {
          const auto* why = std::get_if<refusal>(&answer.result);
          return learn(from, so_far.request, why != nullptr ? *why : refusal{});
        }
        auto seen = so_far;
        for (const auto& one : list->items) {
          const auto& meta = metadata_of(*one);
          if (!is_left_over(*one, what, seen)) continue;
          seen.left.push_back(std::string(name_of(kind)) + " " + meta.name);
          if (what == removal_of::nothing || kind == object_kind::pod || meta.deletion_timestamp)
            continue;  // its owner's
          out_->kube(kube_delete{kind, {meta.ns, meta.name}, meta.uid, "Background"},
                     [this, uid = meta.uid](const kube_answer& done) {
                       if (!std::holds_alternative<refusal>(done.result))
                         removed_workloads_.insert(uid);
                     });
        }
        list_next(from, kinds, std::move(seen), what);
      });
}

}  // namespace drey
