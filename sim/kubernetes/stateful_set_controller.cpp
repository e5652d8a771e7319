#include "sim/kubernetes/stateful_set_controller.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "sim/kubernetes/warning_event.hpp"

namespace drey::sim {

namespace {

constexpr std::string_view user = "system:statefulset-controller";

/// The number behind the last '-' of a pod's name; none: not a pod of a StatefulSet.
std::optional<std::int64_t> ordinal_of(const std::string& pod_name) {
  const auto dash = pod_name.rfind('-');
  if (dash == std::string::npos) return std::nullopt;
  const char* begin = pod_name.data() + dash + 1;
  const char* end = pod_name.data() + pod_name.size();
  std::int64_t number = 0;
  const auto [rest, error] = std::from_chars(begin, end, number);
  if (error != std::errc{} || rest != end) return std::nullopt;
  return number;
}

}  // namespace

stateful_set_controller::stateful_set_controller(timeline& time, choices& chance,
                                                 object_store& store, api_server& api,
                                                 const kubernetes_settings& settings)
    : store_(store),
      api_(api),
      time_(time),
      queue_(time, chance, api, "statefulset controller", settings.controller_delay_max,
             [this](const object_key& key) { reconcile(key); }) {
  store.observe([this](const object_change& x) { learn(x); });
}

void stateful_set_controller::learn(const object_change& x) {
  const auto& meta = metadata_of(*x.after);
  if (x.kind == object_kind::stateful_set) {
    if (x.type == watch_event_type::deleted)
      revisions_.forget(meta.uid);
    else
      queue_.add({x.kind, {meta.ns, meta.name}});
  } else if (x.kind == object_kind::pod) {
    if (const auto* owner = owner_of(meta, object_kind::stateful_set))
      queue_.add({object_kind::stateful_set, {meta.ns, owner->name}});
    else if (x.type == watch_event_type::deleted && ordinal_of(meta.name))  // its name is free now
      queue_.add({object_kind::stateful_set, {meta.ns, meta.name.substr(0, meta.name.rfind('-'))}});
  }
}

void stateful_set_controller::reconcile(const object_key& key) {
  const auto held = store_.find(object_kind::stateful_set, key.name);
  if (!held) return queue_.forget(key);
  const auto& set = std::get<stateful_set>(*held);
  const bool kept = set.metadata.deletion_timestamp || keep_window(set) == outcome::kept;
  kept ? queue_.forget(key) : queue_.retry(key);
  write_status(set);
}

stateful_set_controller::outcome stateful_set_controller::keep_window(const stateful_set& set) {
  const std::int64_t first = set.first_ordinal();
  const std::int64_t end = first + set.replicas;
  std::vector<std::int64_t> there;
  std::vector<object_name> unwanted;
  for (const auto* one : pods_of(store_, set.metadata)) {
    const auto ordinal = ordinal_of(one->metadata.name);
    const bool inside = ordinal && *ordinal >= first && *ordinal < end;
    if (inside) there.push_back(*ordinal);
    if ((!inside || is_over(*one)) && !is_terminating(*one))
      unwanted.push_back({one->metadata.ns, one->metadata.name});
  }
  for (const auto& name : unwanted) api_.begin_deletion(object_kind::pod, name, user);
  std::sort(there.begin(), there.end());
  auto result = outcome::kept;
  for (auto ordinal = first; ordinal < end; ++ordinal)
    if (!std::binary_search(there.begin(), there.end(), ordinal) &&
        create_pod(set, ordinal) == outcome::failed)
      result = outcome::failed;
  return result;
}

/// A name that is still taken is no failure: its end is an event of its own.
stateful_set_controller::outcome stateful_set_controller::create_pod(const stateful_set& set,
                                                                     std::int64_t ordinal) {
  const auto number = std::to_string(ordinal);
  auto x =
      pod_from(set.pods, set.metadata, object_kind::stateful_set, set.metadata.name + "-" + number);
  x.metadata.labels["statefulset.kubernetes.io/pod-name"] = x.metadata.name;
  x.metadata.labels["apps.kubernetes.io/pod-index"] = number;
  x.metadata.labels["controller-revision-hash"] =
      set.metadata.name + "-" + revisions_.of(set.metadata, set.pods);
  auto name = x.metadata.name;
  const auto answer = api_.create(std::make_shared<object>(std::move(x)), user);
  const auto* why = std::get_if<refusal>(&answer.result);
  if (why == nullptr || why->reason == refusal_reason::already_exists) return outcome::kept;
  tell_warning(api_,
               {object_kind::stateful_set, set.metadata, "FailedCreate",
                "create Pod " + name + " in StatefulSet " + set.metadata.name +
                    " failed error: " + why->message},
               user);
  return outcome::failed;
}

void stateful_set_controller::write_status(const stateful_set& set) {
  std::int32_t count = 0;
  std::int32_t ready = 0;
  for (const auto* one : pods_of(store_, set.metadata)) {
    ++count;
    if (one->phase == pod_phase::running && one->ready) ++ready;
  }
  const auto revision = set.metadata.name + "-" + revisions_.of(set.metadata, set.pods);
  const auto generation = set.metadata.generation;
  if (set.observed_generation == generation && set.status_replicas == count &&
      set.ready_replicas == ready && set.update_revision == revision)
    return;
  const object_name name{set.metadata.ns, set.metadata.name};
  api_.change<stateful_set>(name, set.metadata.uid, user, [&](stateful_set& x) {
    x.observed_generation = generation;
    x.status_replicas = count;
    x.ready_replicas = ready;
    x.update_revision = revision;
    // With OnDelete it never moves on (kubernetes/kubernetes#73492).
    if (x.current_revision.empty()) x.current_revision = revision;
  });
}

}  // namespace drey::sim
