#include "sim/kubernetes/node_lifecycle.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

namespace drey::sim {

namespace {

constexpr std::string_view user = "system:node-controller";
constexpr std::string_view unreachable = "node.kubernetes.io/unreachable";

bool is_unreachable_taint(const std::string& taint) { return taint.starts_with(unreachable); }

bool drives_pods_out(const node& x) {
  return std::any_of(x.taints.begin(), x.taints.end(), [](const std::string& taint) {
    return taint.ends_with(":NoExecute") && !is_unreachable_taint(taint);
  });
}

}  // namespace

std::vector<object_name> pods_on(const object_store& store, const std::string& node_name) {
  std::vector<object_name> result;
  for (const auto& [name, held] : store.all(object_kind::pod))
    if (std::get<pod>(*held).node_name == node_name) result.push_back(name);
  return result;
}

node_lifecycle::node_lifecycle(timeline& time, choices& chance, object_store& store,
                               api_server& api, machines& nodes, kubelets& agents, narration& tell,
                               const kubernetes_settings& settings)
    : time_(time),
      chance_(chance),
      store_(store),
      api_(api),
      nodes_(nodes),
      agents_(agents),
      tell_(tell),
      settings_(settings),
      taint_queue_(time, chance, api, "taint eviction", settings.controller_delay_max,
                   [this](const object_key& key) { evict_all(key.name.name); }) {
  store.observe([this](const object_change& x) { learn(x); });
  api.on_recovery([this] { find_server(); });
}

void node_lifecycle::learn(const object_change& x) {
  if (x.kind != object_kind::node || x.type == watch_event_type::deleted) return;
  const auto& now = std::get<node>(*x.after);
  if (drives_pods_out(now) && (!x.before || std::get<node>(*x.before).taints != now.taints))
    taint_queue_.add({object_kind::node, {"", now.metadata.name}});
}

void node_lifecycle::add(const std::string& name, string_map allocatable) {
  nodes_.add(name).listens = api_.up();
  records_[name] = {};
  node x;
  x.metadata.name = name;
  x.metadata.labels["kubernetes.io/hostname"] = name;
  x.allocatable = std::move(allocatable);
  api_.create(std::make_shared<object>(std::move(x)), "kubelet");
}

void node_lifecycle::remove(const std::string& name) {
  tell_.of_node(name, tone::bad, "node_removed", "was removed");
  auto& known = records_[name];
  time_.cancel(known.deadline);
  time_.cancel(known.heartbeat);
  time_.cancel(known.boot);
  records_.erase(name);
  agents_.forget_node(name);
  nodes_.remove(name);
  api_.begin_deletion(object_kind::node, {"", name}, user);
}

bool node_lifecycle::can_talk(const std::string& name) const {
  const auto* one = nodes_.find(name);
  return api_.up() && nodes_.reachable(name, "") && one != nullptr && one->agent == agent::awake;
}

void node_lifecycle::power_off(const std::string& name) {
  auto* one = nodes_.find(name);
  if (one == nullptr || one->power == power::off) return;
  one->power = power::off;
  tell_.of_node(name, tone::outage, "node_power_off", "lost its power");
  time_.cancel(std::exchange(records_[name].boot, 0));
  lose_contact(name);
  agents_.power_off(name);
}

void node_lifecycle::power_on(const std::string& name) {
  auto* one = nodes_.find(name);
  if (one == nullptr || one->power != power::off) return;
  one->power = power::booting;
  const auto delay =
      chance_.between("delay", "node boot", milliseconds{1'000}, settings_.boot_delay_max);
  records_[name].boot = time_.after(delay, [this, name] {
    nodes_.find(name)->power = power::on;
    nodes_.find(name)->agent = agent::awake;
    heartbeat(name);
  });
}

void node_lifecycle::cut(const std::string& name) {
  auto* one = nodes_.find(name);
  if (one == nullptr || one->link == link::cut) return;
  one->link = link::cut;
  tell_.of_node(name, tone::outage, "node_cut", "was cut off from the network");
  lose_contact(name);
}

void node_lifecycle::heal(const std::string& name) {
  auto* one = nodes_.find(name);
  if (one == nullptr || one->link == link::whole) return;
  one->link = link::whole;
  tell_.of_node(name, tone::note, "node_healed", "has its network again");
  regain_contact(name);
}

void node_lifecycle::silence(const std::string& name) {
  auto* one = nodes_.find(name);
  if (one == nullptr || one->agent == agent::silent) return;
  one->agent = agent::silent;
  tell_.of_node(name, tone::outage, "kubelet_silent", "has a kubelet that is silent");
  lose_contact(name);
}

void node_lifecycle::wake(const std::string& name) {
  auto* one = nodes_.find(name);
  if (one == nullptr || one->agent == agent::awake) return;
  one->agent = agent::awake;
  tell_.of_node(name, tone::note, "kubelet_awake", "has a kubelet that works again");
  regain_contact(name);
}

std::optional<milliseconds> node_lifecycle::lost_since(const std::string& name) const {
  const auto found = records_.find(name);
  if (found == records_.end() || found->second.state == belief::ready) return std::nullopt;
  return found->second.since;
}

void node_lifecycle::lose_server() {
  for (const auto& [name, one] : nodes_.all()) nodes_.find(name)->listens = false;
}

void node_lifecycle::find_server() {
  for (auto& [name, known] : records_) {
    if (can_talk(name))
      regain_contact(name);
    else if (known.deadline == 0 && known.state != belief::evicted)
      expect_silence(name, settings_.node_grace);
  }
}

void node_lifecycle::lose_contact(const std::string& name) {
  nodes_.find(name)->listens = false;
  auto& known = records_[name];
  time_.cancel(std::exchange(known.heartbeat, 0));
  if (known.deadline == 0 && known.state == belief::ready)
    expect_silence(name, settings_.node_grace);
}

void node_lifecycle::regain_contact(const std::string& name) {
  if (!can_talk(name)) return;
  auto& known = records_[name];
  time_.cancel(known.heartbeat);
  const auto delay =
      chance_.between("delay", "first heartbeat", milliseconds{1}, settings_.heartbeat_delay_max);
  known.heartbeat = time_.after(delay, [this, name] { heartbeat(name); });
}

void node_lifecycle::heartbeat(const std::string& name) {
  auto& known = records_[name];
  known.heartbeat = 0;
  if (!can_talk(name)) return;
  time_.cancel(std::exchange(known.deadline, 0));
  known.state = belief::ready;
  nodes_.find(name)->listens = true;
  mark_ready(name);
  agents_.listen_again(name);
}

void node_lifecycle::mark_ready(const std::string& name) {
  const auto held = store_.find(object_kind::node, {"", name});
  if (!held) {  // deleted meanwhile: a kubelet registers itself
    node x;
    x.metadata.name = name;
    x.metadata.labels["kubernetes.io/hostname"] = name;
    api_.create(std::make_shared<object>(std::move(x)), "kubelet");
    return;
  }
  const bool turned = api_.change<node>({"", name}, metadata_of(*held).uid, "kubelet", [](node& x) {
    x.ready = "True";
    std::erase_if(x.taints, is_unreachable_taint);
  });
  if (turned) tell_.of_node(name, tone::recovered, "node_back", "is back");
}

void node_lifecycle::expect_silence(const std::string& name, milliseconds wait) {
  records_[name].deadline = time_.after(wait, [this, name] { silent(name); });
}

void node_lifecycle::silent(const std::string& name) {
  auto& known = records_[name];
  known.deadline = 0;
  if (!api_.up()) return;  // judged anew when the server is back
  if (known.state == belief::ready) {
    known.state = belief::unknown;
    known.since = time_.now();
    mark_unknown(name);
  } else {
    evict_intolerant(name, time_.now() - known.since);
  }
  if (const auto next = next_eviction(name, time_.now() - known.since))
    expect_silence(name, *next);
  else
    known.state = belief::evicted;
}

/// For how long it stays on a node that does not answer; none: for ever.
std::optional<milliseconds> node_lifecycle::toleration_of(const pod& x) const {
  const auto spec = nlohmann::json::parse(x.spec, nullptr, false);
  if (!spec.is_object() || !spec.contains("tolerations")) return settings_.unreachable_toleration;
  for (const auto& one : spec["tolerations"]) {
    const auto effect = one.value("effect", "");
    if (one.value("key", "") != unreachable || (!effect.empty() && effect != "NoExecute")) continue;
    if (!one.contains("tolerationSeconds")) return {};
    return std::chrono::seconds{one["tolerationSeconds"].get<std::int64_t>()};
  }
  return settings_.unreachable_toleration;
}

/// Until the next of its pods is to go, `away` after the node fell silent.
std::optional<milliseconds> node_lifecycle::next_eviction(const std::string& name,
                                                          milliseconds away) const {
  std::optional<milliseconds> next;
  for (const auto& one : pods_on(store_, name)) {
    const auto& x = std::get<pod>(*store_.find(object_kind::pod, one));
    const auto tolerated = toleration_of(x);
    if (x.metadata.deletion_timestamp || !tolerated) continue;
    const auto left = std::max(*tolerated - away, milliseconds{0});
    if (!next || left < *next) next = left;
  }
  return next;
}

void node_lifecycle::evict_intolerant(const std::string& name, milliseconds away) {
  for (const auto& one : pods_on(store_, name)) {
    const auto held = store_.find(object_kind::pod, one);
    const auto tolerated = toleration_of(std::get<pod>(*held));
    if (tolerated && *tolerated <= away) evict(name, one);
  }
}

void node_lifecycle::mark_unknown(const std::string& name) {
  const auto held = store_.find(object_kind::node, {"", name});
  if (!held) return;
  tell_.of_node(name, tone::bad, "node_lost", "has been silent too long: Ready=Unknown");
  api_.change<node>({"", name}, metadata_of(*held).uid, user, [](node& x) {
    x.ready = "Unknown";
    for (const auto* effect : {":NoSchedule", ":NoExecute"})
      x.taints.push_back(std::string{unreachable} + effect);
  });
  for (const auto& one : pods_on(store_, name)) {
    const auto uid = metadata_of(*store_.find(object_kind::pod, one)).uid;
    api_.change<pod>(one, uid, user, [this](pod& x) {
      if (std::exchange(x.ready, false)) x.unready_since = api_.stamp();
    });
  }
}

void node_lifecycle::evict_all(const std::string& name) {
  for (const auto& one : pods_on(store_, name)) evict(name, one);
}

void node_lifecycle::evict(const std::string& name, const object_name& which) {
  const auto held = store_.find(object_kind::pod, which);
  if (metadata_of(*held).deletion_timestamp) return;
  tell_.of_pod(metadata_of(*held), tone::warning, "pod_evicted",
               "is to leave node " + name + ", which is lost or tainted");
  api_.begin_deletion(object_kind::pod, which, user);
}

}  // namespace drey::sim
