/// The cluster shell's fifth part: what it sees of processes that come and go, for the ledger of
/// restarts, and of jobs that fall with them.
#include <algorithm>
#include <cstdlib>
#include <limits>

#include "actors/cluster_actor.hpp"
#include "actors/rollout_picture.hpp"
#include "protocol/flink_versions.hpp"

namespace drey {

/// What a step of a rollout that is being taken is for; empty: none is.
std::string cluster_shell::rollout_step() const {
  const auto* steps = std::get_if<rollout_machine::stepping>(&rollout_.now());
  if (steps == nullptr) return {};
  const auto generation = std::to_string(steps->plan.generation);
  if (undone_)
    return "the changed spec is undone (generation " + generation + "): " + undone_->record.why;
  return "the spec changed (rollout of generation " + generation + ")";
}

namespace {

/// Without ordinals those that a step takes go from inside the window: none of them is lost.
ordinal_window window_in_use(const stateful_set& set, const rollout_permits& permitted) {
  const auto start = set.first_ordinal();
  if (set.ordinals_start) return {start, set.replicas};
  const auto taken = std::min(permitted.retire_below, set.replicas);
  return {taken, set.replicas - taken};
}

}  // namespace

cluster_sight cluster_shell::sight() const {
  cluster_sight seen;
  seen.now = out_->now();
  const auto* leader = job_manager();
  seen.incarnation = incarnation();
  seen.job_manager = leader == nullptr ? std::string{} : leader->metadata.name;
  seen.answers = overview_ != nullptr && overview_of_ == seen.incarnation && poll_failures_ < 2;
  seen.high_availability = config_ && is_highly_available(*config_);
  seen.rollout = rollout_step();
  const auto plan = plan_of(rollout_.now());
  seen.rolls_job_manager = !seen.rollout.empty() && plan && restarts_job_manager(plan->action);
  if (registrations_known_ && seen.answers) seen.registrations_told = registrations_asked_;
  const auto wanted = count().wanted;  // what is held back was not lost
  seen.wanted = std::min(wanted, most().value_or(wanted));
  seen.native = is_native();
  const bool moves = std::ranges::any_of(
      jobs_, [this](const auto& one) { return stand_of(one.second) == job_stand::moving; });
  if (seen.native && moves) seen.wanted = std::numeric_limits<std::int32_t>::max();
  if (const auto* set = live_set()) seen.window = window_in_use(*set, permitted());
  for (const auto& [uid, member] : task_managers_) {
    const auto& one = std::get<pod>(*member.live);
    task_manager_sight worker;
    worker.uid = uid;
    worker.name = one.metadata.name;
    worker.ordinal = ordinal_of(one);
    worker.restarts = one.restart_count;
    worker.ended = one.terminated_reason;
    worker.leaves = one.metadata.deletion_timestamp.has_value() || one.phase == pod_phase::failed ||
                    member.standing == standing::lost;
    const auto at = registered_.find(uid);
    worker.registered = at != registered_.end();
    worker.busy = worker.registered && at->second.slots_free < at->second.slots;
    seen.task_managers.push_back(std::move(worker));
  }
  return seen;
}

/// What is not known yet, or is being removed, is not lost.
void cluster_shell::note_restarts() {
  if (!known().looked || !is_made() || known().deleting) return;
  restarts_.look(sight());
  note_suspects();
}

/// A list counts once.
suspects_sight cluster_shell::sight_of_suspects() {
  suspects_sight seen;
  seen.now = out_->now();
  for (const auto& [uid, member] : task_managers_) {
    const auto& one = std::get<pod>(*member.live);
    if (one.metadata.deletion_timestamp) continue;
    container_end end{uid, one.metadata.name, one.last_ended, {}};
    if (one.last_ended)
      end.how = (one.reason.empty() ? one.terminated_reason : one.reason) + ", exit code " +
                std::to_string(one.exit_code);
    seen.ends.push_back(std::move(end));
  }
  if (overview_ == nullptr || overview_of_ != incarnation() || listed_ == looks_) return seen;
  listed_ = looks_;
  seen.incarnation = overview_of_;
  std::map<std::string_view, std::string_view> owners;
  for (const auto& [uid, job] : jobs_) owners[job.stands.id.hex] = uid;
  for (const auto& row : overview_->jobs) {
    listed_job one{row.id, "", row.name, row.state, row.tasks_running + row.tasks_finished};
    if (const auto found = owners.find(row.id.hex); found != owners.end()) {
      one.owner = found->second;
      one.name = jobs_.at(one.owner).name.name;
    }
    seen.jobs.push_back(std::move(one));
  }
  return seen;
}

/// Of an application's one job there is nothing to be found out.
void cluster_shell::note_suspects() {
  if (runs_application()) return;
  suspects_.look(sight_of_suspects());
  if (suspects_.is_alert(out_->now().monotonic)) schedule_poll();
}

}  // namespace drey
