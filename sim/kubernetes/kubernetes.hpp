/// A small but honest Kubernetes: an API server, the controllers that drey relies on, and nodes
/// with their kubelets. Everything that the model does by itself it plans on the timeline, with
/// delays drawn from the choices; at rest nothing is planned, so virtual time may jump.
///
/// Calls and watches are atomic at the moment of the call and of the commit: latency, loss and
/// reordering between a client and the server are the caller's business. Held against
/// tests/lab: what a real 1.34 answered, the model answers.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "protocol/kube_call.hpp"
#include "sim/choices.hpp"
#include "sim/happening.hpp"
#include "sim/kubernetes/api_server.hpp"
#include "sim/kubernetes/audit.hpp"
#include "sim/kubernetes/disruption_budgets.hpp"
#include "sim/kubernetes/horizontal_pod_autoscaler.hpp"
#include "sim/kubernetes/kubelet.hpp"
#include "sim/kubernetes/object_store.hpp"
#include "sim/kubernetes/processes.hpp"
#include "sim/kubernetes/settings.hpp"
#include "sim/timeline.hpp"

namespace drey::sim {

class kubernetes {
public:
  /// Must live as long as actions of `timeline` are run. `settings` are fixed for its life.
  kubernetes(timeline& time, choices& chance, recorder record, kubernetes_settings settings = {});
  ~kubernetes();
  kubernetes(const kubernetes&) = delete;
  kubernetes& operator=(const kubernetes&) = delete;

  // ── the API ──
  /// `user` is for the audit; its part before a '/' is the field manager of an apply.
  kube_answer call(const kube_body& body, std::string_view user);
  /// Events are handed over at the commit. Every event up to `resource_version()` has then been
  /// given, so a caller may make a bookmark of it whenever it likes. A refused watch calls `ended`
  /// before this returns 0.
  watch_handle watch(const kube_watch& wanted, watch_sink sink, watch_end ended);
  void unwatch(watch_handle which);
  /// The newest revision; it grows over all kinds.
  std::string resource_version() const;

  // ── the truth, for checkers and models (no request is made) ──
  object_ptr find(object_kind kind, const object_name& name) const;
  /// Null: not there. Valid until the next change.
  template <class T>
  const T* get(const object_name& name) const {
    return store().get<T>(name);
  }
  /// All of a kind, in order of their names. Do not change anything while iterating.
  const object_map& all(object_kind kind) const;
  const object_store& store() const;
  /// Told of every call that wants to change something, and of every change whoever made it.
  void on_call(auditor what);
  void on_change(std::function<void(const object_change&)> what);

  // ── people ──
  /// A read-modify-write of somebody else (kubectl edit, a rival's write).
  kube_answer edit(object_kind kind, const object_name& name, std::string_view user,
                   const std::function<void(object&)>& change);
  /// The Eviction API.
  kube_answer evict_pod(const object_name& pod, std::string_view user);
  kube_answer delete_pod(const object_name& pod, pod_deletion how, std::string_view user);
  /// The scale subresource of a FlinkDeployment.
  kube_answer scale(const object_name& cluster, std::int32_t replicas, std::string_view user);
  /// A HorizontalPodAutoscaler is applied; and what its target's pods together use, in percent of
  /// the CPU that one asks for.
  void autoscale(const autoscaler& wanted);
  void set_load(const object_name& cluster, std::int32_t percent);
  /// A PodDisruptionBudget is applied, or deleted.
  kube_answer apply_budget(const disruption_budget& wanted);
  kube_answer remove_budget(const object_name& name);

  // ── what goes wrong with pods ──
  /// The container dies; its kubelet restarts it in place, later and later.
  void crash_container(const object_name& pod, crash_cause cause = crash_cause::killed);
  /// The kubelet evicts the pod for want of memory or disk: it ends as Failed and stays so.
  void evict_for_pressure(const object_name& pod);
  /// Pods of this name never get away (until released).
  void hold_pod(const object_name& pod, pod_hold how);
  void release_pod(const object_name& pod);
  /// Pods whose spec names this image cannot be started while it is missing; empty: no image can
  /// be pulled. Containers that ran before are restarted without a pull.
  void set_image(const std::string& image, image_state state);
  /// Containers whose spec names this Secret cannot be made while it is missing.
  void set_config(const std::string& name, config_state state);
  /// From now on containers die again and again, also those that run already.
  void begin(const crash_loop& what);
  void end_crash_loops();
  /// At most so many pods in the namespace, by a ResourceQuota.
  void limit_pods(const std::string& ns, std::size_t pods_max);
  void lift_limit(const std::string& ns);
  /// A ResourceQuotaList, as JSON.
  std::string quotas_of(const std::string& ns) const;
  /// An admission webhook denies all writes of the kind.
  void deny(object_kind kind);
  void allow(object_kind kind);

  // ── nodes ──
  /// `size`: quantities of "cpu" and "memory" that its pods may ask for together; absent: any.
  void add_node(const std::string& name, std::size_t pods_max = 110, string_map size = {});
  /// The node object goes and with it, some time later, its pods'. The machine is switched off.
  void remove_node(const std::string& name);
  void node_power_off(const std::string& name);
  void node_power_on(const std::string& name);
  /// Cut off from the API server and from all other nodes; its processes live on.
  void cut_node(const std::string& name);
  void heal_node(const std::string& name);
  void silence_kubelet(const std::string& node);
  void wake_kubelet(const std::string& node);
  bool is_kubelet_silent(std::string_view node) const;
  /// Since when the control plane takes it for lost; none: it does not.
  std::optional<milliseconds> lost_since(const std::string& node) const;
  /// The scheduler gives it no pods any more.
  kube_answer cordon_node(const std::string& name);
  kube_answer uncordon_node(const std::string& name);
  /// `kubectl drain`: cordons it, then has all its pods evicted, those that a budget keeps again
  /// and again.
  kube_answer drain_node(const std::string& name);
  /// `taint` as "key=value:Effect".
  void taint_node(const std::string& name, const std::string& taint);
  void untaint_node(const std::string& name, const std::string& taint);
  /// Whether packets pass between the two. An empty name is the control plane.
  bool reachable(std::string_view a, std::string_view b) const;

  // ── the API server's own troubles ──
  void compact_history();
  /// While down every call is `unavailable`, watches end, and nobody, controllers and kubelets
  /// included, changes an object.
  void set_api(api_state state);
  /// As another version of it does.
  void set_ordinals(ordinals_fate what);
  /// Whether the window's start of this StatefulSet is kept by another write.
  bool keeps_ordinals(const stateful_set& set) const;

  // ── processes ──
  /// Without this call, containers run nothing and are ready when started.
  void run_processes_with(pod_processes& processes);
  void report_ready(const std::string& pod_uid, readiness now);
  /// The process ended by itself; the kubelet restarts it in place.
  void report_exit(const std::string& pod_uid, int exit_code);

private:
  struct parts;
  enum class schedulable { no, yes };
  kube_answer set_schedulable(const std::string& node, schedulable wanted);
  std::unique_ptr<parts> parts_;
};

}  // namespace drey::sim
