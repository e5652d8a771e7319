#include "sim/kubernetes/disruption_controller.hpp"

#include <algorithm>
#include <map>

#include "sim/kubernetes/pod_making.hpp"

namespace drey::sim {

namespace {

/// Budgets are no objects of the store: only the queue needs a key for them.
object_key key_of(const object_name& budget) { return {object_kind::pod, budget}; }

kube_answer server_away() {
  return {refusal{refusal_reason::unavailable, "connection refused", milliseconds{0}}};
}

/// What the pods' workloads are to have together, by the UIDs of those that have a scale.
class expected_scale {
public:
  explicit expected_scale(const object_store& store) : store_(store) {}

  void add(const object_meta& pod) {
    for (const auto& owner : pod.owners) {
      const object_name name{pod.ns, owner.name};
      if (owner.kind == "StatefulSet") note(store_.get<stateful_set>(name), owner.uid);
      if (owner.kind == "Deployment") note(store_.get<deployment>(name), owner.uid);
      if (owner.kind == "Job") whole_ = false;  // it has no scale
    }
  }
  /// None: not to be told.
  std::optional<std::int32_t> sum() const {
    if (!whole_) return std::nullopt;
    std::int32_t all = 0;
    for (const auto& [uid, replicas] : replicas_) all += replicas;
    return all;
  }

private:
  template <class Workload>
  void note(const Workload* live, const std::string& uid) {
    if (live != nullptr && live->metadata.uid == uid) replicas_[uid] = live->replicas;
  }

  const object_store& store_;
  std::map<std::string, std::int32_t> replicas_;
  bool whole_ = true;
};

}  // namespace

disruption_controller::disruption_controller(timeline& time, choices& chance, object_store& store,
                                             api_server& api, const kubernetes_settings& settings)
    : store_(store),
      api_(api),
      queue_(time, chance, api, "disruption controller", settings.controller_delay_max,
             [this](const object_key& key) { reconcile(key.name); }) {
  store.observe([this](const object_change& x) { learn(x); });
}

kube_answer disruption_controller::apply(const disruption_budget& wanted) {
  if (!api_.up()) return server_away();
  if (!api_.budgets().put(wanted))
    return {refusal{refusal_reason::invalid, selector_problem(wanted.selector), milliseconds{0}}};
  queue_.add(key_of(wanted.name));
  return {kube_done{}};
}

kube_answer disruption_controller::remove(const object_name& name) {
  if (!api_.up()) return server_away();
  api_.budgets().remove(name);
  return {kube_done{}};
}

void disruption_controller::learn(const object_change& x) {
  if (x.kind != object_kind::pod) return;
  for (const auto& [name, one] : api_.budgets().all())
    if (disruption_budgets::is_guarded(one, metadata_of(*x.after))) queue_.add(key_of(name));
}

void disruption_controller::reconcile(const object_name& name) {
  const auto& all = api_.budgets().all();
  const auto found = all.find(name);
  if (found != all.end()) api_.budgets().note(name, status_of(found->second));
}

budget_status disruption_controller::status_of(const disruption_budgets::record& of) const {
  budget_status told;
  std::int32_t expected = 0;
  expected_scale scales{store_};
  for (const auto& [name, held] : store_.all(object_kind::pod)) {
    const auto& one = std::get<pod>(*held);
    if (!disruption_budgets::is_guarded(of, one.metadata)) continue;
    ++expected;
    scales.add(one.metadata);
    if (one.ready && !is_terminating(one)) ++told.current_healthy;
  }
  told.desired_healthy = of.wanted.count;
  if (of.wanted.bound == budget_bound::max_unavailable) {
    const auto asked_for = scales.sum();
    if (!asked_for) return told;  // the real one fails safe: no disruption is allowed
    expected = *asked_for;
    told.desired_healthy = std::max(0, expected - of.wanted.count);
  }
  if (expected > 0)
    told.disruptions_allowed = std::max(0, told.current_healthy - told.desired_healthy);
  return told;
}

}  // namespace drey::sim
