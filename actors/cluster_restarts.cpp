#include "actors/cluster_restarts.hpp"

#include <algorithm>

namespace drey {

namespace {

constexpr std::string_view the_job_manager = "JobManager";
constexpr std::string_view the_task_managers = "TaskManagers";
constexpr std::size_t why_chars_max = 200;

std::string pod_of(const std::string& incarnation) {
  return incarnation.substr(0, incarnation.find('/'));
}

bool is_within(const ordinal_window& window, std::int32_t ordinal) {
  return ordinal >= window.start && ordinal < window.start + window.count;
}

}  // namespace

cluster_restarts::cluster_restarts(const flink_deployment_status& recorded)
    : ledger_(recorded.restarts), led_(recorded.job_manager_deployment_status == "READY") {}

void cluster_restarts::look(const cluster_sight& seen) {
  if (!seen.rollout.empty() && seen.rollout != rollout_) disturbed(seen.rollout, seen.now);
  rollout_ = seen.rollout;
  look_at_job_manager(seen);
  look_at_task_managers(seen);
}

// ── the JobManager ──────────────────────────────────────────────────────────────────────────────

std::string cluster_restarts::why_led_by_another(const cluster_sight& seen) const {
  if (seen.rolls_job_manager) return seen.rollout;
  if (led_pod_.empty()) return "JobManager lost";
  const bool same_pod = !seen.incarnation.empty() && pod_of(seen.incarnation) == pod_of(led_by_);
  return "JobManager pod " + led_pod_ + (same_pod ? " restarted" : " lost");
}

void cluster_restarts::look_at_job_manager(const cluster_sight& seen) {
  const bool leads = !seen.incarnation.empty() && seen.answers;
  const bool other = seen.incarnation.empty() || seen.incarnation != led_by_;
  if (led_ && other && ledger_.open(the_job_manager) == nullptr &&
      (!led_by_.empty() || seen.incarnation.empty())) {
    const auto why = why_led_by_another(seen);
    ledger_.begin(the_job_manager, why, seen.now.wall);
    ledger_.comes_from(the_job_manager, seen.high_availability
                                            ? "its HA metadata"
                                            : "nothing: it has no high availability");
    disturbed(why, seen.now);
  }
  if (!leads) return;
  if (ledger_.open(the_job_manager) != nullptr) {
    if (!led_by_.empty() && !other) {
      ledger_.forget(the_job_manager);  // it was out of sight, and is the same
    } else {
      if (!led_by_.empty() && pod_of(seen.incarnation) == pod_of(led_by_))
        ledger_.explain(the_job_manager, why_led_by_another(seen));
      ledger_.end(the_job_manager, seen.now.wall);
    }
  }
  led_ = true;
  led_by_ = seen.incarnation;
  led_pod_ = seen.job_manager;
}

// ── TaskManagers ────────────────────────────────────────────────────────────────────────────────

void cluster_restarts::look_at_task_managers(const cluster_sight& seen) {
  for (const auto& one : seen.task_managers) look_at(seen, one);
  for (auto at = members_.begin(); at != members_.end();) {
    const bool there = std::ranges::find(seen.task_managers, at->first, &task_manager_sight::uid) !=
                       seen.task_managers.end();
    if (!there) task_manager_lost(seen, at->second, "lost");
    at = there ? std::next(at) : members_.erase(at);
  }
  if (ledger_.open(the_task_managers) == nullptr || !seen.registrations_told) return;
  const auto registered = std::ranges::count_if(
      seen.task_managers,
      [](const task_manager_sight& one) { return one.registered && !one.leaves; });
  if (*seen.registrations_told > lost_at_ && registered >= seen.wanted)
    ledger_.end(the_task_managers, seen.now.wall);
}

void cluster_restarts::look_at(const cluster_sight& seen, const task_manager_sight& one) {
  const auto [at, is_new] = members_.try_emplace(
      one.uid, member{one.name, one.ordinal, one.restarts, {}, false, false, {}});
  auto& known = at->second;
  if (one.restarts > known.restarts)
    task_manager_lost(seen, known,
                      "restarted" + (one.ended.empty() ? one.ended : " (" + one.ended + ")"));
  known.restarts = one.restarts;
  if (one.leaves) return task_manager_lost(seen, known, "lost");
  if (!seen.registrations_told) return;
  if (one.registered) {
    known.registered_in = seen.incarnation;
    known.busy = one.busy;
    if (*seen.registrations_told > known.lost_at) known.told = false;  // that list knows of it
  } else if (known.registered_in == seen.incarnation) {
    task_manager_lost(seen, known, "lost");
  }
}

void cluster_restarts::task_manager_lost(const cluster_sight& seen, member& which,
                                         const std::string& how) {
  if (which.told || which.registered_in.empty()) return;
  which.told = true;
  which.lost_at = seen.now.monotonic;
  const bool in_use = seen.native ? which.busy : is_within(seen.window, which.ordinal);
  if (!in_use && seen.rollout.empty()) return;  // fewer are wanted, or another took its place
  const auto why = in_use ? "TaskManager pod " + which.name + " " + how : seen.rollout;
  lost_at_ = seen.now.monotonic;
  disturbed(why, seen.now);
  const auto* open = ledger_.open(the_task_managers);
  if (open == nullptr) return ledger_.begin(the_task_managers, why, seen.now.wall);
  if (open->why.find(why) == std::string::npos && open->why.size() < why_chars_max)
    ledger_.explain(the_task_managers, open->why + ", " + why);
}

}  // namespace drey
