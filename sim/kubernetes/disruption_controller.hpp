/// The disruption controller: counts the healthy pods of each PodDisruptionBudget, some time after
/// one of them has changed, and says how many may be evicted.
#pragma once

#include <optional>

#include "sim/kubernetes/controller_queue.hpp"
#include "sim/kubernetes/disruption_budgets.hpp"

namespace drey::sim {

class disruption_controller {
public:
  disruption_controller(timeline& time, choices& chance, object_store& store, api_server& api,
                        const kubernetes_settings& settings);

  /// `kubectl apply` and `kubectl delete` of a budget.
  kube_answer apply(const disruption_budget& wanted);
  kube_answer remove(const object_name& name);

private:
  void learn(const object_change& x);
  void reconcile(const object_name& name);
  budget_status status_of(const disruption_budgets::record& of) const;

  object_store& store_;
  api_server& api_;
  controller_queue queue_;
};

}  // namespace drey::sim
