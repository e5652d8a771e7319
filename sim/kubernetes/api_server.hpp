/// What requests mean: creation, server-side apply, preconditions, generations, finalizers,
/// graceful deletion. Also the narrow door through which controllers and kubelets change objects.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/kube_call.hpp"
#include "sim/kubernetes/admission.hpp"
#include "sim/kubernetes/apply_ledger.hpp"
#include "sim/kubernetes/audit.hpp"
#include "sim/kubernetes/disruption_budgets.hpp"
#include "sim/kubernetes/object_store.hpp"
#include "sim/kubernetes/settings.hpp"
#include "sim/timeline.hpp"

namespace drey::sim {

enum class pod_deletion {
  graceful,
  force,  ///< `kubectl delete --force --grace-period=0`: the object goes, its process lives on
};
enum class api_state { up, down };

/// What "Foreground" deletion puts on an object until its dependents are gone.
inline constexpr std::string_view foreground_finalizer = "foregroundDeletion";

class api_server {
public:
  api_server(timeline& time, object_store& store, const kubernetes_settings& settings);

  // ── requests from outside; all audited ──
  kube_answer answer(const kube_body& body, std::string_view user);
  kube_answer edit(object_kind kind, const object_name& name, std::string_view user,
                   const std::function<void(object&)>& change);
  kube_answer evict(const object_name& pod, std::string_view user);
  kube_answer delete_pod(const object_name& pod, pod_deletion how, std::string_view user);
  void audit_with(auditor what) { auditors_.push_back(std::move(what)); }

  // ── controllers and kubelets: current state in, current state out, so they never conflict ──
  kube_answer create(draft wanted, std::string_view user);
  /// False: not there (under that UID), or nothing to change. `change` gets a copy.
  template <class T, class F>
  bool change(const object_name& name, const std::string& uid, std::string_view user, F&& edit_it);
  /// The same, whichever UID is there now.
  template <class T, class F>
  bool change_any(const object_name& name, std::string_view user, F&& edit_it);
  /// Deletes as a DELETE call would.
  void begin_deletion(object_kind kind, const object_name& name, std::string_view user,
                      std::string_view propagation = "Background");
  /// The kubelet's word that nothing of the pod is left: it goes as soon as no finalizer holds it.
  void confirm_pod_gone(const object_name& name, const std::string& uid);
  /// Removes a pod's object without asking a kubelet.
  void force_out(const object_name& name, std::string_view user);
  /// Commits `next` in place of `before`: new generation when the spec differs, removal when it was
  /// the last finalizer of a deleted object, nothing at all when nothing differs.
  object_ptr settle(const object_ptr& before, draft next, std::string_view user);

  bool up() const { return state_ == api_state::up; }
  /// From the next write on.
  void set(ordinals_fate what) { ordinals_ = what; }
  /// Whether this StatefulSet, as it stands, has its window's start after another write.
  bool keeps_ordinals(const stateful_set& before) const;
  admission& gate() { return gate_; }
  disruption_budgets& budgets() { return budgets_; }
  void set(api_state state);
  /// Called whenever the server is up again.
  void on_recovery(std::function<void()> what) { recoveries_.push_back(std::move(what)); }

  /// Wall time as objects carry it: whole seconds (`metav1.Time`).
  milliseconds stamp() const;

private:
  kube_answer on(const kube_get& x);
  kube_answer on(const kube_list& x);
  kube_answer on(const kube_look& x) const;
  static kube_answer on(const kube_review& x);
  kube_answer on(const kube_create& x, std::string_view user);
  kube_answer on(const kube_apply& x, std::string_view user);
  kube_answer on(const kube_write_status& x, std::string_view user);
  kube_answer on(const kube_write_finalizers& x, std::string_view user);
  kube_answer on(const kube_replace& x, std::string_view user);
  kube_answer on(const kube_delete& x, std::string_view user);

  /// A StatefulSet as this server stores it; `before` is null when it is new.
  void drop_unkept(object& next, const object* before) const;
  std::optional<std::string> objection_to_mixing(const object& before, const object& wanted,
                                                 std::string_view manager) const;
  /// Whoever changed a primary's status owns a part of it from now on.
  void note_writer(object& next, const object& before, std::string_view manager) const;
  kube_answer checked_settle(const object_ptr& before, draft next, std::string_view user);
  void delete_object(const object_ptr& before, std::string_view propagation, milliseconds grace,
                     std::string_view user);
  milliseconds grace_of(const object& x) const;
  template <class F>
  kube_answer audited(std::string_view verb, object_kind kind, const object_name& name,
                      std::string_view uid, std::string_view version, std::string_view user,
                      F&& perform);
  std::string new_uid();

  timeline& time_;
  object_store& store_;
  const kubernetes_settings& settings_;
  apply_ledger ledger_;
  std::map<std::string, std::string> makers_;  ///< of Deployments, by UID: who wrote all of them
  admission gate_;
  disruption_budgets budgets_;
  std::set<std::string>
      pods_without_process_;  // UIDs confirmed by their kubelet, held by finalizers
  std::uint64_t uids_ = 0;
  api_state state_ = api_state::up;
  ordinals_fate ordinals_ = ordinals_fate::kept;
  std::vector<auditor> auditors_;
  std::vector<std::function<void()>> recoveries_;
};

template <class T, class F>
bool api_server::change_any(const object_name& name, std::string_view user, F&& edit_it) {
  const auto there = store_.find(kind_for<T>(), name);
  return there && change<T>(name, metadata_of(*there).uid, user, std::forward<F>(edit_it));
}

template <class T, class F>
bool api_server::change(const object_name& name, const std::string& uid, std::string_view user,
                        F&& edit_it) {
  if (!up()) return false;
  const auto before = store_.find(kind_for<T>(), name);
  if (!before || metadata_of(*before).uid != uid) return false;
  auto next = draft_of(*before);
  edit_it(std::get<T>(*next));
  return settle(before, std::move(next), user) != before;
}

}  // namespace drey::sim
