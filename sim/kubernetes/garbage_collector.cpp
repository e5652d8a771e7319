#include "sim/kubernetes/garbage_collector.hpp"

#include <algorithm>
#include <utility>

namespace drey::sim {

namespace {

constexpr std::string_view user = "system:garbage-collector";

bool is_foreground(const object& x) {
  const auto& meta = metadata_of(x);
  return meta.deletion_timestamp && std::find(meta.finalizers.begin(), meta.finalizers.end(),
                                              foreground_finalizer) != meta.finalizers.end();
}

}  // namespace

garbage_collector::garbage_collector(timeline& time, choices& chance, object_store& store,
                                     api_server& api, const kubernetes_settings& settings)
    : store_(store),
      api_(api),
      queue_(time, chance, api, "garbage collector", settings.collector_delay_max,
             [this](const object_key& key) { collect(key); }) {
  store.observe([this](const object_change& x) { learn(x); });
}

void garbage_collector::learn(const object_change& x) {
  const auto& meta = metadata_of(*x.after);
  const auto key = object_key{x.kind, {meta.ns, meta.name}};
  if (x.type == watch_event_type::deleted) {
    alive_.erase(meta.uid);
    forget_owners(x.before, key);
    queue_dependents(meta.uid);
    return;
  }
  if (x.type == watch_event_type::added) alive_.emplace(meta.uid, key);
  if (x.before && metadata_of(*x.before).owners == meta.owners) {
    if (meta.deletion_timestamp && !metadata_of(*x.before).deletion_timestamp) queue_.add(key);
    return;
  }
  if (x.before) forget_owners(x.before, key);
  for (const auto& owner : meta.owners) {
    dependents_[owner.uid].insert(key);
    if (!alive_.contains(owner.uid)) queue_.add(key);
  }
}

void garbage_collector::forget_owners(const object_ptr& x, const object_key& key) {
  for (const auto& owner : metadata_of(*x).owners) {
    const auto found = dependents_.find(owner.uid);
    if (found == dependents_.end()) continue;
    found->second.erase(key);
    if (found->second.empty()) dependents_.erase(found);
    // The owner may have waited for exactly this one.
    if (const auto waiting = alive_.find(owner.uid); waiting != alive_.end())
      if (waits_for_dependents(owner.uid)) queue_.add(waiting->second);
  }
}

bool garbage_collector::waits_for_dependents(const std::string& uid) const {
  const auto found = alive_.find(uid);
  if (found == alive_.end()) return false;
  const auto owner = store_.find(found->second.kind, found->second.name);
  return owner && metadata_of(*owner).uid == uid && is_foreground(*owner);
}

void garbage_collector::queue_dependents(const std::string& owner_uid) {
  const auto found = dependents_.find(owner_uid);
  if (found == dependents_.end()) return;
  for (const auto& key : found->second) queue_.add(key);
}

void garbage_collector::collect(const object_key& key) {
  const auto x = store_.find(key.kind, key.name);
  if (!x) return;
  if (is_foreground(*x))
    collect_dependents(x);
  else if (!metadata_of(*x).deletion_timestamp)
    collect_dependent(x);
}

void garbage_collector::collect_dependents(const object_ptr& owner) {
  const auto& meta = metadata_of(*owner);
  if (dependents_.contains(meta.uid)) return queue_dependents(meta.uid);
  auto next = draft_of(*owner);
  std::erase(metadata_of(*next).finalizers, foreground_finalizer);
  api_.settle(owner, std::move(next), user);
}

void garbage_collector::collect_dependent(const object_ptr& dependent) {
  const auto& meta = metadata_of(*dependent);
  if (meta.owners.empty()) return;
  std::vector<owner_reference> solid;
  bool in_foreground = false;
  for (const auto& owner : meta.owners) {
    const bool waits = waits_for_dependents(owner.uid);
    in_foreground |= waits;
    if (alive_.contains(owner.uid) && !waits) solid.push_back(owner);
  }
  if (solid.size() == meta.owners.size()) return;
  if (!solid.empty()) {
    auto next = draft_of(*dependent);
    metadata_of(*next).owners = std::move(solid);
    api_.settle(dependent, std::move(next), user);
    return;
  }
  const bool has_dependents = dependents_.contains(meta.uid);
  api_.begin_deletion(kind_of(*dependent), name_of(*dependent), user,
                      in_foreground && has_dependents ? "Foreground" : "Background");
}

}  // namespace drey::sim
