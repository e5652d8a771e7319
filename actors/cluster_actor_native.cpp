/// The cluster shell's part of native mode, in which Flink makes TaskManagers and lets them go: how
/// it is chosen, and what is left to do for them (decisions 0029, 0030).
#include <algorithm>
#include <cstdlib>
#include <limits>

#include "actors/application.hpp"
#include "actors/cluster_actor.hpp"
#include "actors/planted_bugs.hpp"
#include "actors/restart_boundary.hpp"
#include "actors/takeover.hpp"
#include "protocol/validate.hpp"

namespace drey {

/// As recorded, or as what is there was made; else as the manifest says that was deployed first.
deployment_mode cluster_shell::mode_for(const flink_deployment& cluster) const {
  if (!cluster.status.mode.empty()) return mode_of(cluster);
  const auto& meta = cluster.metadata;
  const auto* live = child(object_kind::deployment, meta.name);
  if (live != nullptr) {
    const auto& labels = metadata_of(**live).labels;
    const auto owner = labels.find(std::string(owner_uid_key));
    const auto type = labels.find("type");
    const bool ours = owner == labels.end() || owner->second == meta.uid;
    if (ours && type != labels.end())
      return type->second == type_of(deployment_mode::native) ? deployment_mode::native
                                                              : deployment_mode::standalone;
  }
  const auto deployed = deployed_spec(cluster);
  return mode_when_new(deployed ? *deployed : *cluster.spec);
}

flink_deployment cluster_shell::with_mode(flink_deployment cluster, deployment_mode mode) {
  cluster.status.mode = name_of(mode);
  return cluster;
}

/// Whoever made it died before it was written down, and the spec says something else by now.
void cluster_shell::heed_live_mode() {
  if (!spec_) return;
  auto cluster = std::get<flink_deployment>(*primary_->base());
  cluster.spec = spec_;
  if (mode_for(cluster) != mode_) adopt(cluster);
}

/// By the name that it registers with: its pod's UID, or in native mode its pod's name; one that
/// another operator made has Flink's own, which begins with its address.
std::map<std::string, cluster_task_manager>::iterator cluster_shell::member_called(
    const std::string& id) {
  if (!is_native()) {
    const auto found = task_managers_.find(id);
    if (found != task_managers_.end()) return found;
    return std::ranges::find_if(task_managers_, [&](const auto& one) {
      const auto& live = std::get<pod>(*one.second.live);
      return is_unmarked(live.metadata) && !live.pod_ip.empty() &&
             id.starts_with(live.pod_ip + ":");
    });
  }
  return std::ranges::find_if(
      task_managers_, [&](const auto& one) { return metadata_of(*one.second.live).name == id; });
}

/// Flink makes room as jobs need it, as far as slotmanager.number-of-slots.max lets it.
std::int32_t cluster_shell::native_room() const {
  constexpr auto unbounded = std::numeric_limits<std::int32_t>::max() / 2;
  const auto most = config_ ? value_of(*config_, "slotmanager.number-of-slots.max") : std::nullopt;
  if (!most) return unbounded;
  std::int32_t taken = 0;
  for (const auto& [uid, one] : registered_) taken += one.slots - one.slots_free;
  return std::max(0, std::atoi(most->c_str()) - taken);
}

/// One that is outdated, going and lost can be adopted by nobody, however long it takes to go.
void cluster_shell::add_native(set_known& k, set_member seen, const pod& one) {
  if (is_planted(planted_bug::kept_task_managers)) seen.outdated = false;
  const bool goes = one.metadata.deletion_timestamp.has_value();
  if (seen.outdated && goes && seen.standing == standing::lost) return;
  seen.ordinal = native_places.start + (seen.outdated ? 0 : 1);
  if (seen.outdated && !goes) k.leaving.push_back(one.metadata.name);
  k.members.push_back(seen);
}

/// Its JobManager is a Job, and somebody took away what Flink makes the owner of its pods.
bool cluster_shell::lacks_owner() const {
  const auto& cluster = cluster_.machine.known.name.name;
  const auto* workload = job_manager_workload();
  return wanted_ && wanted_->task_manager_owner && workload != nullptr &&
         kind_of(**workload) == object_kind::batch_job &&
         child(object_kind::deployment, cluster) == nullptr &&
         !is_planted(planted_bug::ownerless_launch);
}

/// Whether an object that a live list shows counts among what is looked for. A TaskManager that is
/// going and lost cannot register any more, however long it takes to go; and an owner on which none
/// hangs, as one that died before it made the Job left it, serves the next launch as well.
bool cluster_shell::is_left_over(const object& found, removal_of what,
                                 const removal_seen& so_far) const {
  const auto kind = kind_of(found);
  if (kind == object_kind::deployment) {
    const auto& meta = metadata_of(found);
    if (is_unmarked(meta)) return is_made_for(found, identity_);
    if (keeper_of(meta) != identity_.uid) return false;
  }
  if (kind == object_kind::deployment && what == removal_of::nothing)
    return !is_task_manager_owner(found);
  if (kind == object_kind::deployment && what == removal_of::leftovers) {
    const auto is_pod = [](const std::string& one) { return one.starts_with("Pod "); };
    return is_task_manager_owner(found) &&
           (!wanted_ || !wanted_->task_manager_owner || std::ranges::any_of(so_far.left, is_pod));
  }
  if (kind != object_kind::pod || what != removal_of::leftovers) return true;
  const auto& meta = metadata_of(found);
  const auto member = task_managers_.find(meta.uid);
  return !meta.deletion_timestamp || member == task_managers_.end() ||
         member->second.standing != standing::lost;
}

void cluster_shell::perform(std::uint8_t from, const clear_earlier_launches& command) {
  const auto& k = cluster_.machine.known;
  std::vector<std::pair<object_kind, std::string>> kinds{
      {object_kind::config_map, ha_metadata_selector(k.name.name)}};
  if (is_native() && !is_planted(planted_bug::inherited_task_managers)) {
    kinds.emplace_back(object_kind::pod,
                       text_of_selector(selector_of(k.name.name, component::task_manager, mode_)));
    kinds.emplace_back(object_kind::deployment, selector_of_children(k.uid));
  }
  list_next(from, std::move(kinds), {command.request, {}}, removal_of::leftovers);
}

void cluster_shell::perform(std::uint8_t from, const prepare_launch& command) {
  if (wanted_->task_manager_owner) {
    if (is_planted(planted_bug::ownerless_launch))
      return give(from, child_applied{command.request});
    return apply(from, command.request, wanted_->task_manager_owner);
  }
  const auto& resource = std::get<flink_deployment>(*primary_->base());
  apply(from, command.request, launch_map(resource, restore_text(*order_.wanted), ""));
}

void cluster_shell::perform(std::uint8_t, const remove_task_managers& command) {
  for (const auto& [uid, member] : task_managers_) {
    const auto& meta = metadata_of(*member.live);
    if (std::ranges::find(command.pods, meta.name) == command.pods.end()) continue;
    out_->kube(kube_delete{object_kind::pod, {meta.ns, meta.name}, uid, "Background"},
               [](const kube_answer&) {});
  }
}

}  // namespace drey
