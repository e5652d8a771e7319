#include "sim/kubernetes/pod_collector.hpp"

#include <algorithm>

#include "sim/kubernetes/node_lifecycle.hpp"
#include "sim/kubernetes/pod_making.hpp"

namespace drey::sim {

namespace {

constexpr std::string_view user = "system:pod-garbage-collector";

/// kubernetes.io/docs/reference/labels-annotations-taints/#node-kubernetes-io-out-of-service
bool is_out_of_service(const node& x) {
  return x.ready != "True" &&
         std::any_of(x.taints.begin(), x.taints.end(), [](const std::string& taint) {
           return taint.starts_with("node.kubernetes.io/out-of-service=");
         });
}

}  // namespace

pod_collector::pod_collector(timeline& time, choices& chance, object_store& store, api_server& api,
                             const kubernetes_settings& settings)
    : store_(store),
      api_(api),
      settings_(settings),
      queue_(time, chance, api, "pod collector", settings.collector_delay_max,
             [this](const object_key& key) { collect(key.name.name); }) {
  store.observe([this](const object_change& x) { learn(x); });
}

void pod_collector::learn(const object_change& x) {
  if (x.kind == object_kind::node) {
    const object_key key{x.kind, name_of(*x.after)};
    if (x.type == watch_event_type::deleted)
      queue_.add_after(settings_.lost_node_quarantine, key);
    else if (is_out_of_service(std::get<node>(*x.after)))
      queue_.add(key);
  } else if (x.kind == object_kind::pod && x.type != watch_event_type::deleted) {
    const auto& one = std::get<pod>(*x.after);
    if (one.node_name.empty() || !is_terminating(one)) return;
    const object_name name{"", one.node_name};
    const auto* on = store_.get<node>(name);
    if (on == nullptr)
      queue_.add_after(settings_.lost_node_quarantine, {object_kind::node, name});
    else if (is_out_of_service(*on))
      queue_.add({object_kind::node, name});
  }
}

void pod_collector::collect(const std::string& node_name) {
  const auto* on = store_.get<node>({"", node_name});
  const bool gone = on == nullptr;
  if (!gone && !is_out_of_service(*on)) return;
  for (const auto& name : pods_on(store_, node_name))
    if (gone || is_terminating(*store_.get<pod>(name))) api_.force_out(name, user);
}

}  // namespace drey::sim
