/// The cluster shell's third part: the set of TaskManagers and the rollout of a changed spec as
/// their machines see them, and what these ask for.
#include <algorithm>

#include "actors/application.hpp"
#include "actors/cluster_actor.hpp"
#include "actors/job_picture.hpp"
#include "actors/planted_bugs.hpp"
#include "actors/rollout_picture.hpp"
#include "actors/rollout_status.hpp"
#include "actors/takeover.hpp"
#include "protocol/flink_versions.hpp"
#include "protocol/primary_codec.hpp"
#include "protocol/reconciled_spec.hpp"
#include "protocol/validate.hpp"

namespace drey {

// ── what may be applied ─────────────────────────────────────────────────────────────────────────

bool cluster_shell::is_made() const {
  using m = cluster_machine;
  const auto& at = cluster_.now();
  return std::holds_alternative<m::starting>(at) || std::holds_alternative<m::ready>(at) ||
         std::holds_alternative<m::unreachable>(at);
}

namespace {

bool permits(const rollout_permits& all, component side) {
  return side == component::job_manager ? all.job_manager : all.task_managers;
}

const pod_template& pods_of_workload(const object& x) {
  if (const auto* set = std::get_if<stateful_set>(&x)) return set->pods;
  if (const auto* job = std::get_if<batch_job>(&x)) return job->pods;
  return std::get<deployment>(x).pods;
}

/// Flink's, of what it starts; `unsaid`: of a workload that does not say, for another operator made
/// it.
std::string version_of(const object& workload, const std::string& unsaid) {
  const auto& all = pods_of_workload(workload).annotations;
  const auto found = all.find(std::string(flink_version_key));
  return found == all.end() ? unsaid : found->second;
}

std::int32_t replicas_of(const object& workload) {
  const auto* one = std::get_if<deployment>(&workload);
  return one != nullptr ? one->replicas : 0;
}

}  // namespace

/// What restarts nothing is due whenever it differs; the rest when the rollout permits it, or when
/// there is nothing yet that could be restarted.
bool cluster_shell::is_due(const object_ptr& one) const {
  const auto& wanted = *one;
  const auto* live = child(kind_of(wanted), metadata_of(wanted).name);
  const auto side = side_of(wanted);
  if (!side) return live == nullptr || !is_current(**live, wanted);
  const bool due = permits(permitted(), *side);
  if (kind_of(wanted) == object_kind::deployment)
    return live == nullptr || (due && !is_current(**live, wanted)) ||
           replicas_of(**live) != replicas_of(wanted);
  if (is_shared_map(wanted) && live == nullptr) return due || !has_anothers_job_manager();
  if (is_shared_map(wanted)) return !is_current(**live, *as_permitted(one));
  if (live != nullptr) return false;  // a ConfigMap that is named by its content
  const auto* workload = *side == component::job_manager
                             ? job_manager_workload()
                             : child(object_kind::stateful_set, set_name_);
  if (workload == nullptr || due) return true;
  const auto& pods = pods_of_workload(**workload);
  return pods.spec.find('"' + metadata_of(wanted).name + '"') != std::string::npos;
}

object_ptr cluster_shell::as_permitted(const object_ptr& wanted) const {
  const auto* live = child(kind_of(*wanted), metadata_of(*wanted).name);
  const auto side = side_of(*wanted);
  const bool workload = kind_of(*wanted) == object_kind::deployment ||
                        kind_of(*wanted) == object_kind::stateful_set || is_shared_map(*wanted);
  if (live == nullptr || !side || !workload) return wanted;
  const bool due = permits(permitted(), *side);
  if (due || is_current(**live, *wanted)) return wanted;
  return with_template_of(wanted, **live);
}

// ── the set of TaskManagers ─────────────────────────────────────────────────────────────────────

/// Made from the very template that is wanted now.
bool cluster_shell::is_of_wanted(const pod& x) const {
  if (!wanted_) return false;
  const auto& pods = task_manager_pods_of(*wanted_);
  const auto made_of = applied_to(x.metadata.annotations);
  return !made_of.empty() && made_of == applied_to(pods.annotations);
}

namespace {

void see_window(set_known& k, const stateful_set& set, milliseconds asked) {
  k.observed = set.observed_generation == set.metadata.generation;
  k.window = {set.first_ordinal(), set.replicas};
  const bool settled = !k.spares && k.retire_below == 0;
  k.ordinals = set.ordinals_start.has_value() || (settled && is_planted(planted_bug::lost_start));
  k.asks_again = !k.ordinals && k.now.monotonic - asked >= limits::ordinals_ask_again;
}

/// As its JobManager told; null: it is not registered.
void see_slots(set_member& seen, const task_manager_info* told) {
  if (told == nullptr) return;
  seen.slots = told->slots;
  seen.taken = told->slots - told->slots_free;
}

/// Without ordinals it is to be deleted, to come back in its place as the set makes it by now.
bool leaves_by_itself(const set_known& k, const set_member& one) {
  return !k.native && !k.ordinals && one.outdated && !one.going && one.ordinal < k.retire_below;
}

}  // namespace

set_known cluster_shell::picture_of_set() const {
  set_known k;
  const auto may = permitted();
  const auto plan = plan_of(rollout_.now());
  const auto& begun = std::get<flink_deployment>(*primary_->base()).status.rollout;
  const bool replaces =
      plan ? restarts_task_managers(plan->action)
           : is_native() && begun && begun->action == name_of(restart_action::restart_both);
  k.now = out_->now();
  const bool heard = !runs_application() || own_stand() != job_stand::unknown;
  const bool vacant = std::holds_alternative<launch_machine::vacant>(launch_.now());
  k.wanted = is_made() && wanted_ && cluster_.machine.known.looked && heard;
  k.count = count().wanted;
  k.spares = may.spares;
  k.retire_below = may.retire_below;
  k.down_to = may.down_to;
  k.most = most();
  k.places_max = place_.told();
  const auto* live = child(object_kind::stateful_set, set_name_);
  const auto elders = elders_now();
  k.seen = live != nullptr || elders.count > 0;
  const auto* set = live != nullptr ? std::get_if<stateful_set>(&**live) : nullptr;
  if (k.native = is_native(); k.native) k.window = native_places;
  const bool old = set != nullptr && wanted_ && wanted_->task_manager_set &&
                   !is_current(**live, *wanted_->task_manager_set);
  k.out_of_date = old && (may.task_managers || is_planted(planted_bug::restless_template));
  k.nudged = set != nullptr && refused_.is_nudge_due(k.now.monotonic);
  if (set != nullptr) see_window(k, *set, ordinals_asked_);
  if (elders.count > 0) k.window = joined(elders, set != nullptr ? k.window.count : 0);
  const auto elder_places = places_of_elders(elders);
  // Where no JobManager is left nobody works, and nobody is there to say so.
  const bool told_now =
      (vacant && !is_planted(planted_bug::unasked_rest)) ||
      (registrations_known_ &&
       k.now.monotonic - std::min(overview_asked_, registrations_asked_) <= limits::idle_told_max);
  for (const auto& [uid, member] : task_managers_) {
    const auto& one = std::get<pod>(*member.live);
    const auto revision = one.metadata.labels.find("controller-revision-hash");
    const bool revised = set != nullptr && revision != one.metadata.labels.end() &&
                         revision->second != set->update_revision;
    const auto elder = elder_places.find(uid);
    const bool of_elders = elder != elder_places.end();
    set_member seen;
    seen.ordinal = of_elders ? elder->second : ordinal_of(one);
    seen.standing = member.standing;
    const auto at = registered_.find(uid);
    see_slots(seen, at == registered_.end() ? nullptr : &at->second);
    // Whether it works for somebody is for the JobManager to say, and just now: else it does.
    seen.idle = told_now && (vacant || seen.taken == 0);
    // One that is of the wanted template stays, though the set had another one meanwhile.
    seen.outdated = replaces && (k.native || old || revised || of_elders) && !is_of_wanted(one);
    seen.unschedulable = !one.unschedulable.empty();
    seen.failing = member.failing;
    seen.going = one.metadata.deletion_timestamp.has_value();
    if (!old && leaves_by_itself(k, seen)) k.leaving.push_back(one.metadata.name);
    if (k.native)
      add_native(k, seen, one);
    else
      k.members.push_back(seen);
  }
  // Nor is it calm while the JobManager does not say so: what we have not seen may work.
  k.calm = told_now && std::ranges::all_of(jobs_of_rollout(), [](const rollout_job& job) {
             return job.stand == job_stand::idle || job.stand == job_stand::working;
           });
  if (registrations_known_ && !vacant)  // those that no pod of ours is
    k.ghosts = static_cast<std::int32_t>(std::ranges::count_if(
        registered_, [this](const auto& one) { return !task_managers_.contains(one.first); }));
  return k;
}

// ── a changed spec ──────────────────────────────────────────────────────────────────────────────

void cluster_shell::read_deployed() {
  const auto& base = std::get<flink_deployment>(*primary_->base());
  const auto& text = deployed_text(base.status.reconciliation);
  if (compared_.text == text && compared_.wanted == spec_) return;
  compared_ = {text, spec_, restart_action::nothing, false, false, false, ""};
  const auto deployed = deployed_spec(base);
  compared_.known = deployed.has_value();
  if (!deployed || !spec_) return;
  compared_.same = encode_spec(*deployed) == encode_spec(*spec_);
  compared_.keeps_jobs = is_highly_available(deployed->flink_configuration) &&
                         is_highly_available(spec_->flink_configuration);
  compared_.change = action_of(changes_between(*deployed, *spec_, mode_));
  compared_.version = name_of(deployed->flink_version.value_or(flink_version::v1_20));
  // Its launch is another operator's: nothing of ours could go on with that (decision 0050).
  const auto* live = job_manager_workload();
  if (runs_application() && live != nullptr && launch_of(**live).empty() &&
      restarts_job_manager(compared_.change)) {
    compared_.change = restart_action::restart_both;
    compared_.keeps_jobs = false;
  }
}

void cluster_shell::compare_specs(rollout_known& k) {
  k.recorded = compared_.same;
  k.change = compared_.change;
  k.keeps_jobs = compared_.keeps_jobs;
  if (compared_.known) return;
  k.keeps_jobs = spec_ && is_highly_available(spec_->flink_configuration);
  // What is there was made by an operator that did not come to write it down.
  const bool both = is_native() || k.task_managers_old;
  k.change = k.job_manager_old && both ? restart_action::restart_both
             : k.job_manager_old       ? restart_action::fail_over_job_manager
             : k.task_managers_old     ? restart_action::replace_task_managers
                                       : restart_action::nothing;
}

/// The one that answers was made from another template than `workload` has.
bool cluster_shell::job_manager_is_of_old(const object& workload) const {
  const auto& made_of = pods_of_workload(workload).annotations;
  const auto answering = incarnation();
  return std::ranges::any_of(job_manager_pods_, [&](const auto& one) {
    return answering.starts_with(one.first + "/") &&
           applied_to(metadata_of(*one.second).annotations) != applied_to(made_of);
  });
}

void cluster_shell::prepare(rollout_machine& machine) {
  auto& k = machine.known;
  const auto& c = known();
  k.now = out_->now();
  k.looked = c.looked;
  using m = cluster_machine;
  const bool begun = is_made() || std::holds_alternative<m::applying>(cluster_.now()) ||
                     std::holds_alternative<m::hindered>(cluster_.now());
  k.claimed = begun && !c.deleting && c.problem.empty() && wanted_.has_value();
  k.made = is_made();
  k.generation = c.generation;
  k.begun = std::get<flink_deployment>(*primary_->base()).status.rollout;
  k.job_manager_old = k.task_managers_old = false;
  k.version_change.clear();
  read_deployed();
  if (const auto* live = job_manager_workload(); live != nullptr && wanted_) {
    const auto& wanted = *wanted_job_manager();
    k.job_manager_old = kind_of(**live) != kind_of(wanted) || !is_current(**live, wanted) ||
                        job_manager_is_of_old(wanted);
    const auto before = version_of(**live, compared_.version);
    const auto after = version_of(wanted, "");
    if (before != after) k.version_change = before + " to " + after;
  }
  if (const auto* live = child(object_kind::stateful_set, set_name_);
      live != nullptr && wanted_ && wanted_->task_manager_set)
    k.task_managers_old = !is_current(**live, *wanted_->task_manager_set);
  k.job_manager_down = job_manager_is_down(asks_whether_down());
  k.rest_answers = c.rest == rest_state::answers;
  k.told = registrations_known_;
  k.jobs = jobs_of_rollout();
  const auto set = picture_of_set();
  k.task_managers = tally_of(set);
  k.native = set.native;
  k.ordinals = set.ordinals;
  k.held = std::max(0, set.count - set.most.value_or(set.count));
  k.failure.clear();
  if (new_ones_fail_in(set)) {
    std::map<std::string, std::string> by_name;  // of the first that is of the wanted template
    for (const auto& [uid, member] : task_managers_) {
      const auto& one = std::get<pod>(*member.live);
      const auto found = is_of_wanted(one) ? trouble_of(one, unmade_, k.now.wall) : std::nullopt;
      if (member.failing && found) by_name.emplace(one.metadata.name, found->message);
    }
    if (!by_name.empty()) k.failure = by_name.begin()->second;
  }
  k.surplus = surplus_of(set);
  k.set = set_name_;
  k.disruptive = spec_ && spec_->task_manager.scale_down == scale_down::disruptive;
  k.refused = c.refused.empty() ? refused_.of_set : c.refused;
  k.trouble = c.job_manager_trouble ? c.job_manager_trouble->message : std::string();
  k.back = way_back();
  k.turn = turn_.now();
  compare_specs(k);
}

void cluster_shell::moved(const rollout_machine&) {
  schedule_poll();
  look();
}

rollout_report cluster_shell::report_of_rollout() {
  prepare(rollout_.machine);
  const auto& now = rollout_.now();
  rollout_report report;
  report.record = record_of(now, rollout_.machine.known);
  const auto& live = std::get<flink_deployment>(*primary_->base());
  report.word =
      told_before(now, rollout_.machine.known, live).value_or(word_of(now, rollout_.machine.known));
  report.active = report.record.has_value();
  report.back = rollout_.machine.known.back;
  tell_of_specs(report);
  return report;
}

void cluster_shell::perform(std::uint8_t, const record_intent& command) {
  publish(command.request);
}

void cluster_shell::reported(const log_report& told) {
  if (told.outcome == log_outcome::superseded)
    return rollout_.learn(status_superseded{told.request});
  take_over();  // which spec counts may be another by what was written
  rollout_.learn(status_written{told.request});
}

void cluster_shell::perform(std::uint8_t, const secure_jobs& command) {
  securing_ = {command.request, {}};
  if (is_planted(planted_bug::unsecured_rollout))
    return rollout_.learn(jobs_secured{command.request});
  for (const auto& [uid, job] : jobs_)
    if (stand_of(job) == job_stand::working) {
      securing_.waits_for.insert(uid);
      self_->send(job.actor, checkpoint_order{command.request});
    }
  if (securing_.waits_for.empty()) rollout_.learn(jobs_secured{command.request});
}

void cluster_shell::safety_told(const job_safety& told) {
  if (told.order.number > sharing_orders) {
    const ticket request{told.order.number - sharing_orders};
    if (told.outcome == safety::secured) return sharing_.learn(job_secured{request});
    return sharing_.learn(job_insecure{request});
  }
  if (told.order != securing_.request || !securing_.waits_for.contains(told.uid)) return;
  if (told.outcome == safety::secured) return forget_order(told.uid);
  const auto found = jobs_.find(told.uid);
  const auto job = found == jobs_.end() ? told.uid : found->second.name.name;
  securing_.waits_for.clear();
  rollout_.learn(jobs_insecure{told.order, "job " + job + ": " + told.why});
}

/// It made its checkpoint, or is gone.
void cluster_shell::forget_order(const std::string& uid) {
  if (securing_.waits_for.erase(uid) == 0 || !securing_.waits_for.empty()) return;
  rollout_.learn(jobs_secured{securing_.request});
}

}  // namespace drey
