#include "sim/kubernetes/deployment_controller.hpp"

#include <algorithm>
#include <utility>

namespace drey::sim {

namespace {

constexpr std::string_view user = "system:deployment-controller";
constexpr const char* hash_label = "pod-template-hash";

/// Empty: it is no pod of its ReplicaSets, though the Deployment may own it.
const std::string& hash_label_of(const pod& x) {
  static const std::string none;
  const auto found = x.metadata.labels.find(hash_label);
  return found == x.metadata.labels.end() ? none : found->second;
}

condition availability(const deployment& x, std::int32_t available) {
  const bool enough = available >= x.replicas;
  condition result;
  result.type = "Available";
  result.status = enough ? "True" : "False";
  result.reason = enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable";
  result.message = enough ? "Deployment has minimum availability."
                          : "Deployment does not have minimum availability.";
  return result;
}

bool is_failure(const condition& x) { return x.type == "ReplicaFailure"; }

/// Its ReplicaSet's, which is there for as long as pods are refused.
condition failure(const std::string& message, milliseconds now) {
  condition result;
  result.type = "ReplicaFailure";
  result.status = "True";
  result.reason = "FailedCreate";
  result.message = message;
  result.last_transition_time = now;
  return result;
}

/// Empty: there is none.
std::string failure_in(const std::vector<condition>& all) {
  const auto found = std::find_if(all.begin(), all.end(), is_failure);
  return found == all.end() ? std::string{} : found->message;
}

/// As the API conventions have it: the time moves when the status does, and only then.
void set_condition(std::vector<condition>& all, condition next, milliseconds now) {
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const condition& one) { return one.type == next.type; });
  const bool turned = found == all.end() || found->status != next.status;
  next.last_transition_time = turned ? now : found->last_transition_time;
  if (found == all.end())
    all.push_back(std::move(next));
  else
    *found = std::move(next);
}

}  // namespace

deployment_controller::deployment_controller(timeline& time, choices& chance, object_store& store,
                                             api_server& api, const kubernetes_settings& settings)
    : store_(store),
      api_(api),
      chance_(chance),
      queue_(time, chance, api, "deployment controller", settings.controller_delay_max,
             [this](const object_key& key) { reconcile(key); }) {
  store.observe([this](const object_change& x) { learn(x); });
}

void deployment_controller::learn(const object_change& x) {
  const auto& meta = metadata_of(*x.after);
  if (x.kind == object_kind::deployment) {
    if (x.type == watch_event_type::deleted)
      hashes_.forget(meta.uid);
    else
      queue_.add({x.kind, {meta.ns, meta.name}});
  } else if (x.kind == object_kind::pod) {
    if (const auto* owner = owner_of(meta, object_kind::deployment))
      queue_.add({object_kind::deployment, {meta.ns, owner->name}});
  }
}

void deployment_controller::reconcile(const object_key& key) {
  const auto held = store_.find(object_kind::deployment, key.name);
  if (!held) return;
  const auto& x = std::get<deployment>(*held);
  failure_.clear();
  if (!x.metadata.deletion_timestamp) {
    const auto pods = count(x);
    if (x.strategy == "Recreate")
      recreate(x, pods);
    else
      roll(x, pods);
  }
  failure_.empty() ? queue_.forget(key) : queue_.retry(key);
  write_status(x);
}

deployment_controller::census deployment_controller::count(const deployment& of) {
  const auto& hash = hashes_.of(of.metadata, of.pods);
  census result;
  for (const auto* one : pods_of(store_, of.metadata)) {
    const bool is_current = hash_label_of(*one) == hash;
    if (is_over(*one) || hash_label_of(*one).empty()) continue;
    if (!is_current) result.old_running = true;
    if (is_terminating(*one)) continue;
    if (is_current && one->ready) ++result.current_ready;
    (is_current ? result.current : result.old).push_back({one->metadata.ns, one->metadata.name});
  }
  return result;
}

void deployment_controller::recreate(const deployment& x, const census& pods) {
  for (const auto& name : pods.old) api_.begin_deletion(object_kind::pod, name, user);
  if (!pods.old_running) scale_to(x, pods, static_cast<std::size_t>(x.replicas));
}

/// One more than wanted at most, and an old pod goes only for a new one that is ready.
void deployment_controller::roll(const deployment& x, const census& pods) {
  const auto wanted = static_cast<std::size_t>(x.replicas);
  const auto ready = static_cast<std::size_t>(pods.current_ready);
  const auto old_wanted = wanted > ready ? wanted - ready : 0;
  for (std::size_t i = old_wanted; i < pods.old.size(); ++i)
    api_.begin_deletion(object_kind::pod, pods.old[i], user);
  const auto old_left = std::min(pods.old.size(), old_wanted);
  const auto room = wanted + (old_left > 0 ? 1 : 0) - old_left;
  scale_to(x, pods, std::min(wanted, std::max(room, ready)));
}

void deployment_controller::scale_to(const deployment& x, const census& pods, std::size_t wanted) {
  for (auto i = pods.current.size(); i < wanted; ++i) create_pod(x);
  for (auto i = wanted; i < pods.current.size(); ++i)
    api_.begin_deletion(object_kind::pod, pods.current[i], user);
}

void deployment_controller::create_pod(const deployment& x) {
  constexpr std::string_view letters = "bcdfghjklmnpqrstvwxz2456789";
  constexpr int suffix_chars = 5;
  const auto& hash = hashes_.of(x.metadata, x.pods);
  auto name = x.metadata.name + "-" + hash + "-";
  for (int i = 0; i < suffix_chars; ++i)
    name += letters[chance_.choose("name", "deployment pod", letters.size())];
  auto fresh = pod_from(x.pods, x.metadata, object_kind::deployment, std::move(name));
  fresh.metadata.labels[hash_label] = hash;
  const auto answer = api_.create(std::make_shared<object>(std::move(fresh)), user);
  const auto* why = std::get_if<refusal>(&answer.result);
  if (why == nullptr) return;
  if (why->reason == refusal_reason::already_exists)  // the name is taken: again
    return queue_.add({object_kind::deployment, {x.metadata.ns, x.metadata.name}});
  failure_ = why->message;
}

void deployment_controller::write_status(const deployment& x) {
  std::int32_t total = 0;
  std::int32_t available = 0;
  for (const auto* one : pods_of(store_, x.metadata)) {
    if (is_over(*one) || is_terminating(*one) || hash_label_of(*one).empty()) continue;
    ++total;
    if (one->ready) ++available;
  }
  const auto generation = x.metadata.generation;
  if (x.observed_generation == generation && x.status_replicas == total &&
      x.available_replicas == available && failure_in(x.conditions) == failure_)
    return;
  const object_name name{x.metadata.ns, x.metadata.name};
  api_.change<deployment>(name, x.metadata.uid, user, [&](deployment& next) {
    next.observed_generation = generation;
    next.status_replicas = total;
    next.available_replicas = available;
    set_condition(next.conditions, availability(x, available), api_.stamp());
    std::erase_if(next.conditions, is_failure);
    if (!failure_.empty()) next.conditions.push_back(failure(failure_, api_.stamp()));
  });
}

}  // namespace drey::sim
