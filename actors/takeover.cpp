#include "actors/takeover.hpp"

#include <algorithm>

#include "actors/application.hpp"
#include "actors/planted_bugs.hpp"

namespace drey {

namespace {

/// On a Deployment: another than us has written it, so that an apply would not be all of it.
constexpr std::string_view replaced_key = "drey.io/replaced-whole";

const std::string& owner_label() {
  static const std::string key{owner_uid_key};
  return key;
}

}  // namespace

bool is_unmarked(const object_meta& x) { return !x.labels.contains(owner_label()); }

std::string keeper_of(std::string_view ns, std::string_view cluster) {
  return std::string(ns) + "/" + std::string(cluster);
}

std::string keeper_of(const object_meta& x) {
  const auto app = x.labels.find("app");
  if (app == x.labels.end()) return {};
  const auto owner = x.labels.find(owner_label());
  return owner != x.labels.end() ? owner->second : keeper_of(x.ns, app->second);
}

std::string selector_of_job_managers(std::string_view cluster, deployment_mode mode) {
  return text_of_selector({{"app", std::string(cluster)}, {"type", type_of(mode)}}) +
         ",component!=" + std::string(label_of(component::task_manager));
}

ordinal_window window_of_elders(const deployment& elders, const stateful_set* set) {
  const auto end = set != nullptr ? set->first_ordinal() : elders.replicas;
  return {end - elders.replicas, elders.replicas};
}

ordinal_window joined(const ordinal_window& elders, std::int32_t behind) {
  return {elders.start, elders.count + behind};
}

parted_window parted(const ordinal_window& all, const ordinal_window& elders) {
  const auto end = elders.start + elders.count;
  const auto end_of_all = all.start + all.count;
  const auto left = std::min(end, end_of_all) - std::max(elders.start, all.start);
  const auto start = std::max(all.start, end);
  return {std::max(0, left), {start, std::max(0, end_of_all - start)}};
}

bool is_replaced_whole(const object& live) {
  const auto& meta = metadata_of(live);
  return kind_of(live) == object_kind::deployment &&
         (is_unmarked(meta) || meta.annotations.contains(std::string(replaced_key)) ||
          !launch_of(live).empty());
}

kube_body write_over(const object& live, const object_ptr& wanted) {
  if (!is_replaced_whole(live) || is_planted(planted_bug::mixed_template))
    return kube_apply{of_incarnation(wanted, metadata_of(live).uid)};
  auto copy = std::make_shared<object>(*wanted);
  auto& meta = metadata_of(*copy);
  const auto& before = metadata_of(live);
  meta.uid = before.uid;
  meta.resource_version = before.resource_version;
  meta.owners = before.owners;
  meta.annotations[std::string(replaced_key)] = "true";
  return kube_replace{std::move(copy)};
}

const object* object_written_by(const kube_body& body) {
  if (const auto* apply = std::get_if<kube_apply>(&body)) return apply->wanted.get();
  const auto* replacement = std::get_if<kube_replace>(&body);
  return replacement == nullptr ? nullptr : replacement->wanted.get();
}

bool is_made_for(const object& x, const object_meta& cluster) {
  const auto& meta = metadata_of(x);
  if (is_planted(planted_bug::overlooked_pods) && kind_of(x) == object_kind::pod) return false;
  return std::ranges::any_of(meta.owners, [&](const owner_reference& owner) {
    if (kind_of(x) != object_kind::pod) return owner.uid == cluster.uid;
    const bool named = owner.name == cluster.name || owner.name.starts_with(cluster.name + "-");
    return named && meta.creation_timestamp >= cluster.creation_timestamp;
  });
}

}  // namespace drey
