/// PodDisruptionBudgets (policy/v1) as the Eviction API asks them: what each demands, and what the
/// disruption controller found last. Counts only, no percentages, and the default policy for pods
/// that are not ready, `IfHealthyBudget`.
/// kubernetes.io/docs/tasks/run-application/configure-pdb
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/kube_call.hpp"
#include "protocol/label_selector.hpp"

namespace drey::sim {

enum class budget_bound { min_available, max_unavailable };
constexpr std::string_view name_of(budget_bound x) {
  return x == budget_bound::min_available ? "minAvailable" : "maxUnavailable";
}

struct disruption_budget {
  object_name name;
  std::string selector;  ///< labels as in `?labelSelector=`; empty: none of the namespace's pods
  budget_bound bound = budget_bound::min_available;
  std::int32_t count = 0;
  bool operator==(const disruption_budget&) const = default;
};

/// Its `status`.
struct budget_status {
  std::int32_t current_healthy = 0;
  std::int32_t desired_healthy = 0;
  std::int32_t disruptions_allowed = 0;
};

class disruption_budgets {
public:
  struct record {
    disruption_budget wanted;
    label_selector selected;
    std::optional<budget_status> found;  ///< none: the controller has not looked at this spec yet
  };

  /// Creates it or takes the place of its namesake. False: its selector is none.
  bool put(const disruption_budget& wanted);
  void remove(const object_name& name) { all_.erase(name); }
  void note(const object_name& name, const budget_status& found) { all_.at(name).found = found; }

  const std::map<object_name, record>& all() const { return all_; }
  static bool is_guarded(const record& by, const object_meta& pod);

  /// Why the pod may not be evicted now, in the words of the real one. None: it may, and the budget
  /// that guards it allows one disruption less, until its controller has looked again.
  std::optional<refusal> objection_to_evicting(const pod& x);

private:
  std::map<object_name, record> all_;
};

}  // namespace drey::sim
