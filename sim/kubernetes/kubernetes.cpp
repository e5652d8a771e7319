#include "sim/kubernetes/kubernetes.hpp"

#include <algorithm>
#include <utility>

#include "sim/kubernetes/deployment_controller.hpp"
#include "sim/kubernetes/disruption_controller.hpp"
#include "sim/kubernetes/evictions.hpp"
#include "sim/kubernetes/garbage_collector.hpp"
#include "sim/kubernetes/job_controller.hpp"
#include "sim/kubernetes/machines.hpp"
#include "sim/kubernetes/narration.hpp"
#include "sim/kubernetes/node_lifecycle.hpp"
#include "sim/kubernetes/pod_collector.hpp"
#include "sim/kubernetes/scale.hpp"
#include "sim/kubernetes/scheduler.hpp"
#include "sim/kubernetes/stateful_set_controller.hpp"

namespace drey::sim {

namespace {

constexpr std::string_view person = "person";

bool was_accepted(const kube_answer& x) { return !std::holds_alternative<refusal>(x.result); }

}  // namespace

struct kubernetes::parts {
  parts(timeline& time, choices& chance, recorder record, kubernetes_settings chosen)
      : settings(chosen),
        tell(time, std::move(record)),
        store(settings.history_max),
        api(time, store, settings),
        collector(time, chance, store, api, settings),
        deployments(time, chance, store, api, settings),
        stateful_sets(time, chance, store, api, settings),
        jobs(time, chance, store, api, settings),
        placement(time, chance, store, api, settings),
        agents(time, chance, store, api, nodes, tell, settings),
        lifecycle(time, chance, store, api, nodes, agents, tell, settings),
        lost_pods(time, chance, store, api, settings),
        autoscalers(time, chance, store, api, tell, settings),
        disruptions(time, chance, store, api, settings),
        leave(time, store, api, tell) {}

  kubernetes_settings settings;
  narration tell;
  object_store store;
  api_server api;
  machines nodes;
  garbage_collector collector;
  deployment_controller deployments;
  stateful_set_controller stateful_sets;
  job_controller jobs;
  scheduler placement;
  kubelets agents;
  node_lifecycle lifecycle;
  pod_collector lost_pods;
  horizontal_pod_autoscalers autoscalers;
  disruption_controller disruptions;
  evictions leave;
};

kubernetes::kubernetes(timeline& time, choices& chance, recorder record,
                       kubernetes_settings settings)
    : parts_(std::make_unique<parts>(time, chance, std::move(record), settings)) {}

kubernetes::~kubernetes() = default;

// ── the API ─────────────────────────────────────────────────────────────────────────────────────

kube_answer kubernetes::call(const kube_body& body, std::string_view user) {
  return parts_->api.answer(body, user);
}

watch_handle kubernetes::watch(const kube_watch& wanted, watch_sink sink, watch_end ended) {
  if (parts_->api.up()) return parts_->store.watch(wanted, std::move(sink), std::move(ended));
  ended({wanted.id, {refusal_reason::unavailable, "connection refused", milliseconds{0}}});
  return 0;
}

void kubernetes::unwatch(watch_handle which) { parts_->store.unwatch(which); }

std::string kubernetes::resource_version() const {
  return std::to_string(parts_->store.revision());
}

object_ptr kubernetes::find(object_kind kind, const object_name& name) const {
  return parts_->store.find(kind, name);
}

const object_map& kubernetes::all(object_kind kind) const { return parts_->store.all(kind); }
const object_store& kubernetes::store() const { return parts_->store; }

void kubernetes::on_call(auditor what) { parts_->api.audit_with(std::move(what)); }

void kubernetes::on_change(std::function<void(const object_change&)> what) {
  parts_->store.observe(std::move(what));
}

// ── people ──────────────────────────────────────────────────────────────────────────────────────

kube_answer kubernetes::edit(object_kind kind, const object_name& name, std::string_view user,
                             const std::function<void(object&)>& change) {
  return parts_->api.edit(kind, name, user, change);
}

kube_answer kubernetes::evict_pod(const object_name& name, std::string_view user) {
  return parts_->leave.of_pod(name, user);
}

kube_answer kubernetes::delete_pod(const object_name& name, pod_deletion how,
                                   std::string_view user) {
  const auto before = find(object_kind::pod, name);
  auto answer = parts_->api.delete_pod(name, how, user);
  if (was_accepted(answer))
    parts_->tell.of_pod(metadata_of(*before), tone::warning, "pod_deleted",
                        how == pod_deletion::force ? "was deleted by force" : "was deleted");
  return answer;
}

kube_answer kubernetes::scale(const object_name& cluster, std::int32_t replicas,
                              std::string_view user) {
  return write_scale(parts_->api, cluster, replicas, user);
}
kube_answer kubernetes::apply_budget(const disruption_budget& wanted) {
  return parts_->disruptions.apply(wanted);
}
kube_answer kubernetes::remove_budget(const object_name& name) {
  return parts_->disruptions.remove(name);
}
void kubernetes::autoscale(const autoscaler& wanted) { parts_->autoscalers.put(wanted); }
void kubernetes::set_load(const object_name& cluster, std::int32_t percent) {
  parts_->autoscalers.set_load(cluster, percent);
}

// ── what goes wrong with pods ───────────────────────────────────────────────────────────────────

void kubernetes::crash_container(const object_name& name, crash_cause cause) {
  parts_->agents.crash(name, cause);
}
void kubernetes::evict_for_pressure(const object_name& name) {
  parts_->agents.evict_for_pressure(name);
}
void kubernetes::hold_pod(const object_name& name, pod_hold how) { parts_->agents.hold(name, how); }
void kubernetes::release_pod(const object_name& name) { parts_->agents.release(name); }
void kubernetes::set_image(const std::string& image, image_state state) {
  parts_->agents.set_image(image, state);
}
void kubernetes::set_config(const std::string& name, config_state state) {
  parts_->agents.set_config(name, state);
}
void kubernetes::begin(const crash_loop& what) { parts_->agents.begin(what); }
void kubernetes::end_crash_loops() { parts_->agents.end_crash_loops(); }
void kubernetes::limit_pods(const std::string& ns, std::size_t pods_max) {
  parts_->api.gate().limit_pods(ns, pods_max);
}
void kubernetes::lift_limit(const std::string& ns) { parts_->api.gate().lift_limit(ns); }
std::string kubernetes::quotas_of(const std::string& ns) const {
  return parts_->api.gate().quotas_of(ns);
}
void kubernetes::deny(object_kind kind) { parts_->api.gate().deny(kind); }
void kubernetes::allow(object_kind kind) { parts_->api.gate().allow(kind); }
void kubernetes::set_ordinals(ordinals_fate what) { parts_->api.set(what); }
bool kubernetes::keeps_ordinals(const stateful_set& set) const {
  return parts_->api.keeps_ordinals(set);
}

// ── nodes ───────────────────────────────────────────────────────────────────────────────────────

void kubernetes::add_node(const std::string& name, std::size_t pods_max, string_map size) {
  size["pods"] = std::to_string(pods_max);
  parts_->lifecycle.add(name, std::move(size));
}
void kubernetes::remove_node(const std::string& name) { parts_->lifecycle.remove(name); }
void kubernetes::node_power_off(const std::string& name) { parts_->lifecycle.power_off(name); }
void kubernetes::node_power_on(const std::string& name) { parts_->lifecycle.power_on(name); }
void kubernetes::cut_node(const std::string& name) { parts_->lifecycle.cut(name); }
void kubernetes::heal_node(const std::string& name) { parts_->lifecycle.heal(name); }
void kubernetes::silence_kubelet(const std::string& node) { parts_->lifecycle.silence(node); }
void kubernetes::wake_kubelet(const std::string& node) { parts_->lifecycle.wake(node); }
std::optional<milliseconds> kubernetes::lost_since(const std::string& node) const {
  return parts_->lifecycle.lost_since(node);
}
bool kubernetes::is_kubelet_silent(std::string_view node) const {
  const auto* one = parts_->nodes.find(node);
  return one != nullptr && one->agent == agent::silent;
}

/// Told when it is another than before.
kube_answer kubernetes::set_schedulable(const std::string& name, schedulable wanted) {
  const auto* before = get<node>({"", name});
  const bool cordon = wanted == schedulable::no;
  const bool turns = before != nullptr && before->unschedulable != cordon;
  auto answer = edit(object_kind::node, {"", name}, person,
                     [&](object& x) { std::get<node>(x).unschedulable = cordon; });
  if (turns && was_accepted(answer))
    parts_->tell.of_node(name, tone::warning, cordon ? "node_cordoned" : "node_uncordoned",
                         cordon ? "takes no more pods" : "takes pods again");
  return answer;
}

kube_answer kubernetes::cordon_node(const std::string& name) {
  return set_schedulable(name, schedulable::no);
}
kube_answer kubernetes::uncordon_node(const std::string& name) {
  return set_schedulable(name, schedulable::yes);
}

kube_answer kubernetes::drain_node(const std::string& name) {
  auto answer = cordon_node(name);
  if (was_accepted(answer)) parts_->leave.of_node(name);
  return answer;
}

void kubernetes::taint_node(const std::string& name, const std::string& taint) {
  edit(object_kind::node, {"", name}, person, [&](object& x) {
    auto& taints = std::get<node>(x).taints;
    if (std::find(taints.begin(), taints.end(), taint) == taints.end()) taints.push_back(taint);
  });
}

void kubernetes::untaint_node(const std::string& name, const std::string& taint) {
  edit(object_kind::node, {"", name}, person,
       [&](object& x) { std::erase(std::get<node>(x).taints, taint); });
}

bool kubernetes::reachable(std::string_view a, std::string_view b) const {
  return parts_->nodes.reachable(a, b);
}

// ── the API server's own troubles ───────────────────────────────────────────────────────────────

void kubernetes::compact_history() { parts_->store.compact(); }

void kubernetes::set_api(api_state state) {
  const bool down = state == api_state::down;
  if (down != parts_->api.up()) return;
  if (down) parts_->lifecycle.lose_server();
  parts_->api.set(state);
  parts_->tell.of_kubernetes(down ? tone::outage : tone::recovered,
                             down ? "api_outage" : "api_back",
                             down ? "the API server does not answer" : "the API server is back");
}

// ── processes ───────────────────────────────────────────────────────────────────────────────────

void kubernetes::run_processes_with(pod_processes& processes) {
  parts_->agents.run_processes_with(processes);
}
void kubernetes::report_ready(const std::string& pod_uid, readiness now) {
  parts_->agents.report_ready(pod_uid, now);
}
void kubernetes::report_exit(const std::string& pod_uid, int exit_code) {
  parts_->agents.report_exit(pod_uid, exit_code);
}

}  // namespace drey::sim
