#include "sim/kubernetes/kubelet.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "protocol/pod_templates.hpp"

namespace drey::sim {

namespace {

constexpr std::string_view user = "kubelet";
/// One that was silent looks at its pods again.
constexpr milliseconds relist_period{10'000};

bool is_over(const pod& x) {
  return x.phase == pod_phase::failed || x.phase == pod_phase::succeeded;
}

}  // namespace

kubelets::kubelets(timeline& time, choices& chance, object_store& store, api_server& api,
                   machines& nodes, narration& tell, const kubernetes_settings& settings)
    : time_(time),
      chance_(chance),
      store_(store),
      api_(api),
      nodes_(nodes),
      tell_(tell),
      settings_(settings) {
  store.observe([this](const object_change& x) { learn(x); });
}

bool kubelets::listens(const std::string& node_name) const {
  const auto* one = nodes_.find(node_name);
  return one != nullptr && one->listens;
}

kubelets::local_pod* kubelets::find(const std::string& uid) {
  const auto found = pods_.find(uid);
  return found == pods_.end() ? nullptr : &found->second;
}

kubelets::local_pod* kubelets::find(const object_name& name) {
  const auto held = store_.find(object_kind::pod, name);
  return held ? find(metadata_of(*held).uid) : nullptr;
}

void kubelets::learn(const object_change& x) {
  if (x.kind != object_kind::pod) return;
  const auto& one = std::get<pod>(*x.after);
  if (one.node_name.empty() || !listens(one.node_name)) return;
  if (x.type != watch_event_type::deleted) return see(x.after);
  if (auto* local = find(one.metadata.uid)) terminate_orphan(*local);
}

void kubelets::see(const object_ptr& x) {
  const auto& one = std::get<pod>(*x);
  auto* local = find(one.metadata.uid);
  const bool leaving = one.metadata.deletion_timestamp.has_value();
  if (local == nullptr) {
    if (!is_over(one) || leaving) admit(x);
    return;
  }
  local->known = x;
  if (leaving && local->fate == outcome::wanted) terminate(*local);
}

void kubelets::admit(const object_ptr& x) {
  const auto& one = std::get<pod>(*x);
  auto& fresh = pods_[one.metadata.uid];
  fresh.known = x;
  fresh.name = name_of(*x);
  fresh.node_name = one.node_name;
  if (one.metadata.deletion_timestamp) {  // it never ran here, or before a disk was lost
    fresh.stage = stage::ended;
    fresh.phase = pod_phase::failed;
    return terminate(fresh);
  }
  plan(fresh, start_delay(), &kubelets::mount);
}

void kubelets::plan(local_pod& x, milliseconds delay, void (kubelets::*what)(local_pod&)) {
  time_.cancel(x.planned);
  x.planned = time_.after(delay, [this, what, uid = metadata_of(*x.known).uid] {
    auto* local = find(uid);
    if (local == nullptr) return;
    local->planned = 0;
    const auto* here = nodes_.find(local->node_name);
    if (here != nullptr && here->agent == agent::silent) return plan(*local, relist_period, what);
    (this->*what)(*local);
  });
}

pod kubelets::pod_as_here(const local_pod& x) const {
  pod result = std::get<pod>(*x.known);
  tell_status(x, result);
  return result;
}

void kubelets::tell_status(const local_pod& x, pod& to) const {
  to.phase = x.phase;
  to.ready = x.ready == readiness::ready;
  to.unready_since = x.unready_since;
  to.pod_ip = x.ip;
  to.reason = x.reason;
  to.container = main_container_name;
  to.waiting_reason = x.waiting_reason;
  to.waiting_message = x.waiting_message;
  to.terminated_reason = x.terminated_reason;
  to.exit_code = x.exit_code;
  to.last_started = x.last_started;
  to.last_ended = x.last_ended;
  to.running_since = x.running_since;
  to.restart_count = x.restart_count;
}

void kubelets::set_ready(local_pod& x, readiness now) const {
  const bool was = x.ready == readiness::ready || !x.unready_since;
  x.ready = now;
  if (now == readiness::ready)
    x.unready_since.reset();
  else if (was)
    x.unready_since = api_.stamp();
}

void kubelets::report(local_pod& x) {
  if (!listens(x.node_name)) return;
  api_.change<pod>(x.name, metadata_of(*x.known).uid, user, [&](pod& to) {
    tell_status(x, to);
    to.unschedulable.clear();
  });
}

void kubelets::drop(local_pod& x) {
  time_.cancel(x.planned);
  time_.cancel(x.probe);
  const auto uid = metadata_of(*x.known).uid;
  pods_.erase(uid);
}

void kubelets::power_off(const std::string& node_name) {
  std::vector<std::string> died;
  for (auto& [uid, x] : pods_) {
    if (x.node_name != node_name) continue;
    time_.cancel(std::exchange(x.planned, 0));
    time_.cancel(x.probe);
    if (x.stage == stage::running) died.push_back(uid);
    if (x.stage != stage::ended) x.stage = stage::lost_power;
    set_ready(x, readiness::not_ready);
  }
  if (processes_ == nullptr) return;
  for (const auto& uid : died) processes_->stopped(uid, stop_reason::killed);
}

void kubelets::listen_again(const std::string& node_name) {
  std::vector<std::string> here;
  for (const auto& [uid, x] : pods_)
    if (x.node_name == node_name) here.push_back(uid);
  for (const auto& uid : here) {
    auto& x = pods_.at(uid);
    const auto now = store_.find(object_kind::pod, x.name);
    const bool is_there = now && metadata_of(*now).uid == uid;
    if (is_there) x.known = now;
    if (!is_there || metadata_of(*now).deletion_timestamp) {
      if (x.stage == stage::lost_power) x.stage = stage::ended;
      is_there ? terminate(x) : terminate_orphan(x);
    } else if (x.stage == stage::lost_power) {
      restart_after_power(x);
    } else {
      report(x);
    }
  }
  std::vector<object_ptr> unknown;
  for (const auto& [name, held] : store_.all(object_kind::pod))
    if (std::get<pod>(*held).node_name == node_name && find(metadata_of(*held).uid) == nullptr)
      unknown.push_back(held);
  for (const auto& held : unknown) see(held);
}

void kubelets::forget_node(const std::string& node_name) {
  power_off(node_name);
  for (auto next = pods_.begin(); next != pods_.end();)
    next = next->second.node_name == node_name ? pods_.erase(next) : std::next(next);
}

}  // namespace drey::sim
