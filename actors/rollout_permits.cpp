/// What others may do in each state of a rollout.
#include "actors/planted_bugs.hpp"
#include "actors/rollout_machine.hpp"
#include "actors/rollout_picture.hpp"

namespace drey {

using m = rollout_machine;

rollout_permits permits_of(const m::state& now) {
  rollout_permits permits;
  const auto may = [&](const rollout_plan& plan, std::int32_t retire_below) {
    permits.job_manager = restarts_job_manager(plan.action);
    permits.task_managers = permits.spares = restarts_task_managers(plan.action);
    permits.retire_below = retire_below;
  };
  if (std::holds_alternative<m::growing>(now)) {
    permits.task_managers = permits.spares = true;
  } else if (std::holds_alternative<m::stopping>(now) && is_planted(planted_bug::early_removal)) {
    permits.retire_below = native_places.start + 1;
  } else if (const auto* secures = std::get_if<m::securing>(&now)) {
    permits.spares = secures->plan.action == restart_action::replace_task_managers;
  } else if (const auto* steps = std::get_if<m::stepping>(&now)) {
    may(steps->plan, steps->step.retire_below);
    permits.down_to = steps->step.down_to;
  } else if (const auto* halts = std::get_if<m::halted>(&now)) {
    may(halts->plan, halts->step.retire_below);
  }
  return permits;
}

disruption disruption_of(const m::state& now, const rollout_known& known) {
  const bool under_way =
      std::holds_alternative<m::growing>(now) || std::holds_alternative<m::stopping>(now) ||
      std::holds_alternative<m::securing>(now) || std::holds_alternative<m::stepping>(now);
  if (std::holds_alternative<m::halted>(now)) return disruption::halted;
  if (under_way) return disruption::under_way;
  const auto* prepares = std::get_if<m::preparing>(&now);
  const bool ready = known.claimed && known.recorded && known.looked && known.made;
  if (prepares == nullptr || !ready || !known.rest_answers) return disruption::none;
  const auto& plan = prepares->plan;
  const bool waits = removes_task_managers(plan.action) && !unwell_jobs(known).empty();
  const bool wanted =
      restarts_something(plan.action) && !is_done(known, plan) && is_allowed(known, plan) && !waits;
  return wanted ? disruption::wanted : disruption::none;
}

bool starts_jobs(const m::state& now, const rollout_known& known) {
  if (!known.claimed) return true;  // nothing goes on, as with a spec that is wrong by now
  if (std::holds_alternative<m::stopping>(now)) return false;
  if (std::holds_alternative<m::beginning>(now)) {
    const auto begun = begun_plan(known);
    return !begun || !restarts_job_manager(begun->action);
  }
  if (const auto* prepares = std::get_if<m::preparing>(&now))  // an operator before us may have
    return !is_transaction(known, prepares->plan) ||           // begun to stop them
           !is_allowed(known, prepares->plan) || waits_for_turn(known, prepares->plan);
  if (const auto* undoes = std::get_if<m::undoing>(&now))
    return !restarts_job_manager(undoes->plan.action);
  const auto* steps = std::get_if<m::stepping>(&now);
  const auto* halts = std::get_if<m::halted>(&now);
  if (steps == nullptr && halts == nullptr) return true;
  const auto& plan = steps != nullptr ? steps->plan : halts->plan;
  const auto& step = steps != nullptr ? steps->step : halts->step;
  if (!restarts_job_manager(plan.action)) return true;
  return !job_manager_is_left(known, plan) &&
         (step.retire_below == 0 || known.task_managers.lowest >= step.retire_below);
}

std::uint64_t rest_order_of(const m::state& now) {
  const auto* stops = std::get_if<m::stopping>(&now);
  return stops != nullptr ? stops->request.number : 0;
}

bool is_brisk(const m::state& now) {
  return std::holds_alternative<m::growing>(now) || std::holds_alternative<m::stopping>(now) ||
         std::holds_alternative<m::securing>(now) || std::holds_alternative<m::stepping>(now);
}

std::optional<rollout_plan> plan_of(const m::state& now) {
  return std::visit(
      []<class S>(const S& x) -> std::optional<rollout_plan> {
        if constexpr (requires { x.plan; })
          return x.plan;
        else
          return std::nullopt;
      },
      now);
}

}  // namespace drey
