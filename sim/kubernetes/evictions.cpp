#include "sim/kubernetes/evictions.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "sim/kubernetes/node_lifecycle.hpp"

namespace drey::sim {

namespace {

constexpr std::string_view kubectl = "kubectl";

}  // namespace

evictions::evictions(timeline& time, object_store& store, api_server& api, narration& tell)
    : time_(time), store_(store), api_(api), tell_(tell) {
  store.observe([this](const object_change& x) { learn(x); });
}

kube_answer evictions::of_pod(const object_name& name, std::string_view user) {
  const auto before = store_.find(object_kind::pod, name);
  auto answer = api_.evict(name, user);
  tell_of(before, answer);
  return answer;
}

void evictions::tell_of(const object_ptr& before, const kube_answer& answer) const {
  if (!before) return;
  const auto* why = std::get_if<refusal>(&answer.result);
  if (why == nullptr)
    tell_.of_pod(metadata_of(*before), tone::warning, "pod_evicted", "was evicted");
  else if (why->reason == refusal_reason::too_many_requests)
    tell_.of_pod(metadata_of(*before), tone::warning, "eviction_refused",
                 "is not evicted: " + why->message);
}

void evictions::of_node(const std::string& node) {
  const auto pods = pods_on(store_, node);
  for (const auto& one : pods) drains_[node].try_emplace(one);
  for (const auto& one : pods) ask(node, one);
  if (pods.empty() && !drains_.contains(node))
    tell_.of_node(node, tone::warning, "node_drained", "is drained");
}

/// By name alone: a namesake that was made elsewhere meanwhile is asked to go, too, by the real one
/// as well.
void evictions::ask(const std::string& node, const object_name& pod) {
  const auto drain = drains_.find(node);
  if (drain == drains_.end()) return;
  const auto one = drain->second.find(pod);
  if (one == drain->second.end() || !one->second.uid.empty()) return;
  const auto before = store_.find(object_kind::pod, pod);
  const auto answer = api_.evict(pod, kubectl);
  const auto* why = std::get_if<refusal>(&answer.result);
  if (why == nullptr || !std::exchange(one->second.refused, true)) tell_of(before, answer);
  if (why == nullptr) {
    one->second.uid = metadata_of(*before).uid;
    if (!store_.find(object_kind::pod, pod)) strike_off(node, pod);
  } else if (why->reason == refusal_reason::not_found) {
    strike_off(node, pod);
  } else {
    time_.after(std::max(patience, why->retry_after), [this, node, pod] { ask(node, pod); });
  }
}

void evictions::learn(const object_change& x) {
  if (x.kind != object_kind::pod || x.type != watch_event_type::deleted) return;
  std::vector<std::string> left;
  for (const auto& [node, pods] : drains_) {
    const auto one = pods.find(name_of(*x.after));
    if (one != pods.end() && one->second.uid == metadata_of(*x.after).uid) left.push_back(node);
  }
  for (const auto& node : left) strike_off(node, name_of(*x.after));
}

void evictions::strike_off(const std::string& node, const object_name& pod) {
  const auto drain = drains_.find(node);
  drain->second.erase(pod);
  if (!drain->second.empty()) return;
  drains_.erase(drain);
  tell_.of_node(node, tone::warning, "node_drained", "is drained");
}

}  // namespace drey::sim
