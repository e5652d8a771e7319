/// The cluster shell's part of its objects: which of those that are seen are its own, and which
/// another operator made that it goes on with (decision 0050).
#include "actors/cluster_actor.hpp"
#include "actors/planted_bugs.hpp"
#include "actors/takeover.hpp"

namespace drey {

/// What carries no word of drey's is taken over if it was made for this very resource. A Deployment
/// that was not is in the way.
bool cluster_shell::is_taken(const object& live) {
  if (!is_unmarked(metadata_of(live)) || is_made_for(live, identity_)) {
    // A person has named this resource as its owner since.
    if (stranger_ && metadata_of(*stranger_).uid == metadata_of(live).uid) stranger_ = nullptr;
    return true;
  }
  if (is_planted(planted_bug::taken_name)) return false;
  if (kind_of(live) == object_kind::deployment && metadata_of(live).name == known().name.name)
    stranger_ = std::make_shared<const object>(live);
  return false;
}

std::string cluster_shell::foreign_child(const object_ptr& wanted) const {
  const auto* live = child(kind_of(*wanted), metadata_of(*wanted).name);
  if (live == nullptr) return {};
  const auto& labels = metadata_of(**live).labels;
  const auto owner = labels.find(std::string(owner_uid_key));
  if (owner == labels.end() || owner->second == cluster_.machine.known.uid) return {};
  return std::string(name_of(kind_of(*wanted))) + " " + metadata_of(*wanted).name +
         " still belongs to a deleted FlinkDeployment of this name (uid " + owner->second +
         "): wait until it is gone, or delete it";
}

std::string cluster_shell::text_of_stranger() const {
  if (!stranger_) return {};
  return "Deployment " + metadata_of(*stranger_).name +
         " is there, and was not made for this FlinkDeployment: delete it; or, if its JobManager "
         "is to be taken over as it runs, name this resource in its metadata.ownerReferences";
}

/// Its processes read a ConfigMap of the name that ours has in native mode.
bool cluster_shell::has_anothers_job_manager() const {
  const auto* live = job_manager_workload();
  return live != nullptr && is_unmarked(metadata_of(**live));
}

// ── TaskManagers of another operator ────────────────────────────────────────────────────────────

const deployment* cluster_shell::elder_set() const {
  const auto* live = child(object_kind::deployment, set_name_);
  if (is_planted(planted_bug::overlooked_elders)) return nullptr;
  if (live == nullptr || is_native() || metadata_of(**live).deletion_timestamp) return nullptr;
  return removed_workloads_.contains(metadata_of(**live).uid) ? nullptr
                                                              : std::get_if<deployment>(&**live);
}

ordinal_window cluster_shell::elders_now() const {
  const auto* elders = elder_set();
  return elders == nullptr ? ordinal_window{} : window_of_elders(*elders, live_set());
}

/// By UID. Nobody but their Deployment chooses which of them go, so they are as good as each other:
/// those that are going lie before the window.
std::map<std::string, std::int32_t> cluster_shell::places_of_elders(
    const ordinal_window& elders) const {
  std::map<std::pair<std::string, std::string>, bool> by_name;  // and UID → going
  for (const auto& [uid, member] : task_managers_) {
    const auto& meta = metadata_of(*member.live);
    if (is_unmarked(meta) && !is_native())
      by_name[{meta.name, uid}] = meta.deletion_timestamp.has_value();
  }
  std::map<std::string, std::int32_t> places;
  auto next = elders.start;
  auto before = elders.start;
  for (const auto& [one, going] : by_name)
    places[one.second] = going || next >= elders.start + elders.count ? --before : next++;
  return places;
}

/// First the set grows, then its elders go: what is to be there is never fewer.
void cluster_shell::apply_beside_elders(std::uint8_t from, const apply_task_managers& command,
                                        const object_ptr& set) {
  const auto window = parted(command.window, elders_now());
  const auto shrink = [this, from, request = command.request, window] {
    const auto* now = elder_set();
    if (now == nullptr || now->replicas == window.elders) {
      give(from, child_applied{request});
      return look();
    }
    resize_elders(from, request, *now, window.elders);
  };
  if (window.set.count == 0 && live_set() == nullptr) return shrink();
  out_->kube(kube_apply{with_window(set, window.set)},
             [this, from, request = command.request, shrink](const kube_answer& answer) {
               const auto* why = std::get_if<refusal>(&answer.result);
               if (why != nullptr) return learn(from, request, *why);
               if (const auto* live = std::get_if<object_ptr>(&answer.result)) child_seen(*live);
               shrink();
             });
}

/// Of the last one nothing is kept: its Deployment is deleted.
void cluster_shell::resize_elders(std::uint8_t from, ticket request, const deployment& elders,
                                  std::int32_t replicas) {
  const auto& meta = elders.metadata;
  if (replicas == 0)
    return out_->kube(
        kube_delete{object_kind::deployment, {meta.ns, meta.name}, meta.uid, "Background"},
        [this, from, request, uid = meta.uid](const kube_answer& answer) {
          const auto* why = std::get_if<refusal>(&answer.result);
          if (why != nullptr && why->reason != refusal_reason::not_found)
            return learn(from, request, *why);
          removed_workloads_.insert(uid);
          give(from, child_applied{request});
          look();
        });
  auto fewer = elders;
  fewer.replicas = replicas;
  fewer.metadata.annotations.clear();  // its controller's
  out_->kube(kube_apply{of_incarnation(std::make_shared<object>(std::move(fewer)), meta.uid)},
             [this, from, request](const kube_answer& answer) { applied(from, request, answer); });
}

// ── its objects ─────────────────────────────────────────────────────────────────────────────────

void cluster_shell::child_seen(const object_ptr& live) {
  const auto kind = kind_of(*live);
  const auto& meta = metadata_of(*live);
  if (!is_taken(*live)) return;
  if (kind == object_kind::pod) {
    const auto found = meta.labels.find("component");
    if (found != meta.labels.end() && found->second == label_of(component::task_manager))
      return task_manager_seen(live);
    job_manager_pods_[meta.uid] = live;
    return look();
  }
  auto& kept = children_[{kind, meta.name}];
  const bool fresh = !kept || metadata_of(*kept).uid != meta.uid || is_fresher(*live, *kept);
  if (fresh) kept = live;
  look();
}

void cluster_shell::child_vanished(const object_ptr& last) {
  const auto kind = kind_of(*last);
  const auto& meta = metadata_of(*last);
  if (kind == object_kind::pod) {
    job_manager_pods_.erase(meta.uid);
    ends_.look(std::get<pod>(*last), out_->now().wall);
    if (task_managers_.contains(meta.uid)) task_manager_vanished(meta.uid);
    return look();
  }
  removed_workloads_.erase(meta.uid);
  if (stranger_ && metadata_of(*stranger_).uid == meta.uid) stranger_ = nullptr;
  const auto found = children_.find({kind, meta.name});
  if (found != children_.end() && metadata_of(*found->second).uid == meta.uid)
    children_.erase(found);
  look();
}

}  // namespace drey
