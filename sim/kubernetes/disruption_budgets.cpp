#include "sim/kubernetes/disruption_budgets.hpp"

#include <vector>

#include "sim/kubernetes/pod_making.hpp"

namespace drey::sim {

namespace {

/// What has not begun, is over or goes anyway is not disrupted (canIgnorePDB of the real one).
bool needs_no_leave(const pod& x) {
  return x.phase == pod_phase::pending || is_over(x) || is_terminating(x);
}

refusal violation_of(const disruption_budgets::record& budget) {
  constexpr milliseconds until_observed{10'000};
  std::string text =
      "Cannot evict pod as it would violate the pod's disruption budget. The "
      "disruption budget " +
      budget.wanted.name.name;
  if (!budget.found)
    return {refusal_reason::too_many_requests,
            std::move(text) + " is still being processed by the server.", until_observed};
  return {refusal_reason::too_many_requests,
          std::move(text) + " needs " + std::to_string(budget.found->desired_healthy) +
              " healthy pods and has " + std::to_string(budget.found->current_healthy) +
              " currently",
          milliseconds{0}};
}

/// IfHealthyBudget: one that is not ready takes nothing from those that are, if they are enough.
bool is_spare(const pod& x, const std::optional<budget_status>& found) {
  return !x.ready && found && found->desired_healthy > 0 &&
         found->current_healthy >= found->desired_healthy;
}

}  // namespace

bool disruption_budgets::put(const disruption_budget& wanted) {
  const auto selected = label_selector::parse(wanted.selector);
  if (!selected) return false;
  auto& there = all_[wanted.name];
  if (there.wanted != wanted) there = {wanted, *selected, std::nullopt};
  return true;
}

bool disruption_budgets::is_guarded(const record& by, const object_meta& pod) {
  return pod.ns == by.wanted.name.ns && !by.selected.matches_everything() &&
         by.selected.matches(pod.labels);
}

std::optional<refusal> disruption_budgets::objection_to_evicting(const pod& x) {
  if (needs_no_leave(x)) return std::nullopt;
  std::vector<record*> guards;
  for (auto& [name, one] : all_)
    if (is_guarded(one, x.metadata)) guards.push_back(&one);
  if (guards.empty()) return std::nullopt;
  if (guards.size() > 1)
    return refusal{refusal_reason::unavailable,
                   "This pod has more than one PodDisruptionBudget, which the eviction subresource "
                   "does not support.",
                   milliseconds{0}};
  auto& budget = *guards.front();
  if (is_spare(x, budget.found)) return std::nullopt;
  if (!budget.found || budget.found->disruptions_allowed == 0) return violation_of(budget);
  --budget.found->disruptions_allowed;
  return std::nullopt;
}

}  // namespace drey::sim
