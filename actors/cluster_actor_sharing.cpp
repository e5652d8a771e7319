/// The cluster shell's part of its slots: who is given how many, and what the machine that shares
/// those that stay free sees and asks for.
#include <algorithm>

#include "actors/children.hpp"
#include "actors/cluster_actor.hpp"
#include "actors/planted_bugs.hpp"

namespace drey {

namespace {

/// For a start, or for more beside those that it has.
std::int32_t lacking(const slot_ledger& ledger, const std::string& uid, const slot_share& share) {
  return std::max(ledger.lacking(uid), share.lacks);
}

}  // namespace

// ── slots before a submission ───────────────────────────────────────────────────────────────────

void cluster_shell::hear(const slots_wanted& message) {
  const auto found = jobs_.find(message.uid);
  if (found == jobs_.end()) return;
  const auto granted =
      starts_jobs(rollout_.now(), rollout_.machine.known) ? grant(message) : std::int32_t{0};
  self_->send(
      found->second.actor,
      slots_reply{message.request, granted > 0 ? slots::granted : slots::short_of, granted});
}

void cluster_shell::hear(const slots_freed& message) {
  ledger_.release(message.uid, out_->now().monotonic);
}

std::int32_t cluster_shell::grant(const slots_wanted& message) {
  const auto least = std::max(1, message.count);
  const auto most = std::max(least, message.most);
  if (message.uid == known().uid)  // its slots come with its JobManager
    return is_native() ? least : std::clamp(own_slots(), least, most);
  if (is_native()) {
    ledger_.free_now(native_room(), registrations_asked_);
    return ledger_.reserve(message.uid, {least, least, 0});
  }
  return ledger_.reserve(message.uid, {least, most, needed_beside(message.uid)});
}

/// By jobs that are to come back, or wait, and have nothing reserved.
std::int32_t cluster_shell::needed_beside(const std::string& uid) const {
  if (is_planted(planted_bug::greedy_parallelism)) return 0;
  std::int32_t needed = 0;
  for (const auto& [other, job] : jobs_) {
    if (other == uid || ledger_.holds(other)) continue;
    const auto stand = stand_of(job);
    const bool comes = stand == job_stand::moving || stand == job_stand::stopped;
    needed +=
        std::max(lacking(ledger_, other, job.stands.share), comes ? job.stands.share.least : 0);
  }
  return needed;
}

/// Of the TaskManagers that will register with the JobManager of an application.
std::int32_t cluster_shell::own_slots() const {
  const auto running = std::ranges::count_if(task_managers_, [this](const auto& one) {
    const auto& live = std::get<pod>(*one.second.live);
    return live.phase == pod_phase::running && !live.metadata.deletion_timestamp &&
           node_answers(live);
  });
  return static_cast<std::int32_t>(running) * (config_ ? slots_of_each(*config_) : 1);
}

// ── those that stay free ────────────────────────────────────────────────────────────────────────

slots_there cluster_shell::slots() const {
  std::vector<task_manager_info> all;
  for (const auto& [uid, one] : registered_) all.push_back(one);
  return slots_of(all, count().wanted);
}

/// As many TaskManagers as are wanted, or have room, and all of them work; no job is under way.
bool cluster_shell::is_calm() const {
  const auto counted = count();
  const auto due = std::min(counted.wanted, most().value_or(counted.wanted));
  const auto works = [](const auto& one) {
    return one.second.standing == standing::registered && !one.second.failing;
  };
  const auto rests = [](const rollout_job& job) {
    return job.stand == job_stand::idle || job.stand == job_stand::working;
  };
  return std::holds_alternative<rollout_machine::settled>(rollout_.now()) &&
         counted.registered == due && counted.existing == due &&
         std::ranges::all_of(task_managers_, works) &&
         std::ranges::all_of(jobs_of_rollout(), rests);
}

void cluster_shell::prepare(slot_sharing_machine& machine) {
  auto& k = machine.known;
  k.now = out_->now();
  const bool told = registrations_known_ && rest_answers() &&
                    k.now.monotonic - registrations_asked_ <= limits::slots_known_max;
  const bool waits = std::holds_alternative<rollout_machine::settled>(rollout_.now()) ||
                     std::holds_alternative<rollout_machine::preparing>(rollout_.now());
  const bool shares =
      std::ranges::any_of(jobs_, [](const auto& one) { return one.second.stands.share.flexible; });
  k.open = shares && !is_native() && is_made() && !known().deleting && !rests() && told && waits;
  k.jobs.clear();
  if (!k.open) return;
  k.calm = is_calm();
  k.slots = slots();
  k.free = ledger_.available();
  for (const auto& [uid, job] : jobs_)
    k.jobs.push_back(
        {uid, stand_of(job), job.stands.share, lacking(ledger_, uid, job.stands.share)});
}

void cluster_shell::perform(std::uint8_t, const secure_job& command) {
  const auto found = jobs_.find(command.uid);
  if (found == jobs_.end()) return sharing_.learn(job_insecure{command.request});
  self_->send(found->second.actor,
              checkpoint_order{ticket{command.request.number + sharing_orders}});
}

}  // namespace drey
