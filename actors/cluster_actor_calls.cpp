/// The cluster shell's other half: polling Flink, telling the jobs, and each command as calls.
#include <algorithm>
#include <utility>

#include "actors/cluster_actor.hpp"
#include "actors/job_status.hpp"
#include "actors/planted_bugs.hpp"
#include "actors/rivals.hpp"
#include "actors/spec_problem.hpp"
#include "actors/takeover.hpp"
#include "protocol/flink_versions.hpp"

namespace drey {

// ── jobs ────────────────────────────────────────────────────────────────────────────────────────

void cluster_shell::join(const job_joined& message) {
  jobs_[message.uid] = {message.name, message.actor, pace::in_transition, {}};
  if (securing_.waits_for.contains(message.uid))  // its actor is a new one
    self_->send(message.actor, checkpoint_order{securing_.request});
  self_->send(message.actor,
              cluster_changed{view_for(message.uid), caf::actor_cast<caf::actor>(self_)});
  schedule_poll();
  look();
}

void cluster_shell::leave(const job_left& message) {
  jobs_.erase(message.uid);
  ledger_.release(message.uid, out_->now().monotonic);
  forget_order(message.uid);
  look();
}

/// It is told of the newest list at once: from now on it counts those that follow.
void cluster_shell::pace_is(const pace_wanted& message) {
  const auto found = jobs_.find(message.uid);
  if (found == jobs_.end()) return;
  found->second.pace = message.pace;
  self_->send(found->second.actor,
              cluster_changed{view_for(message.uid), caf::actor_cast<caf::actor>(self_)});
  schedule_poll();
}

cluster_view cluster_shell::view() const {
  using m = cluster_machine;
  const auto& at = cluster_.now();
  cluster_view seen;
  seen.uid = cluster_.machine.known.uid;
  seen.mode = mode_;
  seen.cluster_id = cluster_.machine.known.name.name;
  seen.incarnation = incarnation();
  seen.endpoint = endpoint();
  seen.config = config_;
  seen.slots_total = slots_total_;
  if (starts_jobs(rollout_.now(), rollout_.machine.known))
    seen.slots_free = is_native() ? native_room() : ledger_.available();
  seen.isolated_task_managers = isolated();
  seen.other_job_managers = other_job_managers();
  seen.rest_order = rest_order_of(rollout_.now());
  seen.offer = offer_of(sharing_.now());
  seen.looks = looks_;
  seen.disturbed = restarts_.last();
  seen.suspected = suspects_.told();
  if (spec_) {
    seen.version = spec_->flink_version.value_or(flink_version::v1_20);
    seen.high_availability = is_highly_available(spec_->flink_configuration);
  }
  const bool going =
      std::holds_alternative<m::draining>(at) || std::holds_alternative<m::removing>(at) ||
      std::holds_alternative<m::releasing>(at) || std::holds_alternative<m::gone>(at);
  const bool live =
      overview_ != nullptr && overview_of_ == seen.incarnation && !seen.incarnation.empty();
  seen.phase = spec_ && spec_->job                                ? cluster_phase::application
               : !cluster_.machine.known.looked                   ? cluster_phase::unknown
               : live && poll_failures_ < 2                       ? cluster_phase::ready
               : going                                            ? cluster_phase::deleting
               : poll_failures_ >= 2 && !seen.incarnation.empty() ? cluster_phase::unreachable
                                                                  : cluster_phase::starting;
  if (seen.phase == cluster_phase::ready) seen.jobs = overview_;
  return seen;
}

/// An application takes no session jobs, and its own is told of what is seen of it.
cluster_view cluster_shell::view_for(const std::string& uid) const {
  return uid == cluster_.machine.known.uid ? application_view() : view();
}

/// Jobs hear what changed; and, changed or not, every few minutes, to record their progress.
void cluster_shell::broadcast() {
  const auto seen = runs_application() ? application_view() : view();
  const auto now = out_->now().monotonic;
  const bool same_jobs =
      told_.jobs == seen.jobs || (told_.jobs && seen.jobs && told_.jobs->jobs == seen.jobs->jobs);
  const bool same =
      told_.phase == seen.phase && told_.incarnation == seen.incarnation &&
      told_.slots_total == seen.slots_total && told_.slots_free == seen.slots_free &&
      told_.config == seen.config && told_.isolated_task_managers == seen.isolated_task_managers &&
      told_.other_job_managers == seen.other_job_managers && told_.rest_order == seen.rest_order &&
      told_.offer == seen.offer && told_.suspected == seen.suspected && same_jobs;
  bool waits = false;  // somebody short of slots asks again with every look
  for (const auto& [uid, job] : jobs_) waits = waits || job.pace == pace::in_transition;
  if (same && !waits && now - told_at_ < limits::checkpoint_record_spacing) return;
  // Who waits counts the lists that were read: none may be told late, or it counts as a new one.
  if (same && told_.looks == seen.looks && now - told_at_ < limits::poll_in_transition) return;
  told_ = seen;
  told_at_ = now;
  for (const auto& [uid, job] : jobs_)
    self_->send(job.actor, cluster_changed{uid == seen.uid || !runs_application() ? seen : view(),
                                           caf::actor_cast<caf::actor>(self_)});
}

// ── polling: one call for all jobs, one for all TaskManagers ────────────────────────────────────

bool cluster_shell::in_transition() const {
  using m = cluster_machine;
  const auto& at = cluster_.now();
  const auto waits_for = what_is_waited_for();
  if (waits_for.job_manager) return false;
  if (rests() && std::holds_alternative<launch_machine::vacant>(launch_.now())) return false;
  if (suspects_.is_alert(out_->now().monotonic)) return true;
  if (!std::holds_alternative<m::ready>(at) && !std::holds_alternative<m::unclaimed>(at))
    return true;
  const bool fails = std::holds_alternative<rollout_machine::growing>(rollout_.now()) &&
                     !rollout_.machine.known.failure.empty();
  if (is_brisk(rollout_.now()) && !fails) return true;
  const auto counted = count();
  // What is too many and has tasks may stay so for days; so may growth that is held.
  const bool waits = !rollout_.machine.known.surplus.occupied.empty();
  const auto due = std::min(counted.wanted, most().value_or(counted.wanted));
  const bool awaited = !is_native() && counted.registered != due && !waits_for.task_managers;
  if (std::holds_alternative<m::ready>(at) && !waits && awaited) return true;
  return std::ranges::any_of(
      jobs_, [](const auto& job) { return job.second.pace == pace::in_transition; });
}

void cluster_shell::schedule_poll() {
  if (in_transition()) {
    if (poll_wait_ == limits::poll_in_transition) return;  // one is due soon
    poll_wait_ = limits::poll_in_transition;
    poll_timer_ = after(poll_timer_);  // the slow one does not count any more
    out_->wake(the_poll, poll_timer_, poll_wait_);
  }
}

void cluster_shell::poll() {
  ask_who_leads([this] { watch_lock([this] { poll_jobs(); }); });
}

void cluster_shell::poll_jobs() {
  const auto asked = incarnation();
  poll_wait_ =
      in_transition() ? limits::poll_in_transition : std::min(poll_wait_ * 2, limits::poll_at_rest);
  if (asked.empty()) {
    if (nothing_runs()) ++looks_;
    poll_failures_ = 0;
    poll_timer_ = after(poll_timer_);
    out_->wake(the_poll, poll_timer_, poll_wait_);
    return look();
  }
  out_->flink(endpoint(), get_jobs_overview{},
              [this, asked, at = out_->now().monotonic](const flink_answer& answer) {
                if (std::holds_alternative<jobs_overview>(answer.result)) overview_asked_ = at;
                polled(asked, answer);
              });
}

void cluster_shell::polled(const std::string& asked, const flink_answer& answer) {
  poll_timer_ = after(poll_timer_);
  const auto* told = std::get_if<jobs_overview>(&answer.result);
  if (told == nullptr || asked != incarnation()) {
    if (told == nullptr) poll_failed(answer);
    out_->wake(the_poll, poll_timer_, limits::poll_in_transition);
    return look();
  }
  const bool same =
      poll_failures_ == 0 && overview_of_ == asked && overview_ && overview_->jobs == told->jobs;
  poll_failures_ = 0;
  poll_trouble_.clear();
  ++looks_;
  if (answering_.incarnation != asked) answering_ = {asked, out_->now().monotonic};
  if (!same) overview_ = std::make_shared<jobs_overview>(*told);
  overview_of_ = asked;
  out_->wake(the_poll, poll_timer_, poll_wait_);
  // Jobs count lists: what they are told must not lag behind until TaskManagers answer. At rest a
  // list that says what the one before said is looked at together with that answer.
  if (!same || in_transition()) look();
  ask_task_managers(asked);
  ask_version(asked);
}

void cluster_shell::poll_failed(const flink_answer& answer) {
  ++poll_failures_;
  const auto* why = std::get_if<refusal>(&answer.result);
  // The first of a row: later ones often differ in their milliseconds only.
  if (why != nullptr && poll_trouble_.empty()) poll_trouble_ = why->message;
  registrations_known_ = false;  // what was registered may not be any more
}

void cluster_shell::ask_task_managers(const std::string& asked) {
  const auto at = out_->now().monotonic;
  out_->flink(endpoint(), get_task_managers{}, [this, asked, at](const flink_answer& answer) {
    const auto* told = std::get_if<task_managers>(&answer.result);
    if (told != nullptr && asked == incarnation()) {
      registered_.clear();
      registered_of_ = asked;
      slots_total_ = 0;
      for (const auto& one : told->all) {
        const auto member = member_called(one.id);
        registered_[member == task_managers_.end() ? one.id : member->first] = one;
        if (member != task_managers_.end())
          member->second.may_have_worked = member->second.was_registered = true;
        slots_total_ += one.slots;
      }
      const auto there = slots();
      ledger_.free_now(std::max(0, there.lasting - there.used), at);
      registrations_known_ = true;
      registrations_asked_ = at;  // however late the answer comes, or is read
      tell_task_managers();
      look_for_lost_slots();
    }
    look();
  });
}

// ── status ──────────────────────────────────────────────────────────────────────────────────────

void cluster_shell::publish(std::optional<ticket> intent) {
  known().now = out_->now();
  const auto& base = std::get<flink_deployment>(*primary_->base());
  if (std::exchange(recorded_of_, primary_->base()) != primary_->base())
    known().recorded = base.status;
  auto status = status_of(known(), cluster_.now(), count(), report_of_rollout());
  tell_of_cluster(status);
  tell_of_rest(status);
  tell_of_ingress(status);
  tell_of_fight(status);
  tell_of_room(status.conditions, room_to_grow(), guard(), known().generation, known().now.wall);
  if (checked_) set_condition(status.conditions, *checked_, known().now.wall);
  status.restarts = restarts_.all();
  forget_pause(status.conditions);
  forget_yield(status.conditions);
  if (status == base.status) return primary_->want(primary_->base(), intent);
  auto wanted = std::make_shared<object>(base);
  std::get<flink_deployment>(*wanted).status = std::move(status);
  primary_->want(std::move(wanted), intent);
}

/// Once a generation: what the status has taken note of was told before.
void cluster_shell::warn_of(const flink_deployment& cluster) {
  constexpr std::size_t told_max = 10;
  if (cluster.metadata.generation == cluster.status.observed_generation) return;
  auto texts = warnings_of(cluster);
  if (texts.size() > told_max) texts.resize(told_max);
  for (const auto& one : texts) out_->tell(*primary_->base(), "Warning", "SpecWarning", one);
}

void cluster_shell::finalizer_is(const log_finalizer_report& told) {
  if (told.outcome == log_outcome::durable) return cluster_.learn(finalizers_written{told.request});
  cluster_.learn(call_refused{told.request, refusal_reason::conflict, "it is being deleted"});
}

// ── commands ────────────────────────────────────────────────────────────────────────────────────

const object_ptr* cluster_shell::child(object_kind kind, std::string_view which) const {
  const auto found = children_.find(std::pair{kind, which});
  return found == children_.end() ? nullptr : &found->second;
}

void cluster_shell::learn(std::uint8_t from, ticket request, const refusal& why) {
  give(from, call_refused{request, why.reason, why.message});
}

void cluster_shell::perform(std::uint8_t from, const set_deadline& command) {
  out_->wake(from, command.timer, command.wait);
}
void cluster_shell::perform(std::uint8_t, const announce& command) {
  out_->tell(*primary_->base(), command.type, command.reason, command.message);
}

void cluster_shell::perform(std::uint8_t, const add_finalizer& command) {
  primary_->want({command.request, finalizer_change::add, std::string(deployment_finalizer)});
}
void cluster_shell::perform(std::uint8_t, const remove_finalizer& command) {
  primary_->want({command.request, finalizer_change::remove, std::string(deployment_finalizer)});
}

void cluster_shell::perform(std::uint8_t, const replace_job_manager& command) {
  const auto found = job_manager_pods_.find(command.uid);
  if (found == job_manager_pods_.end()) return;
  out_->kube(kube_delete{object_kind::pod, command.pod, command.uid, "Background",
                         metadata_of(*found->second).resource_version},
             [](const kube_answer&) {});
}

namespace {

/// A server-side apply with a field that the API server does not know is refused; null: it was not.
object_ptr without_unknown_ordinals(const object_ptr& wanted, const kube_answer& answer) {
  const auto* why = std::get_if<refusal>(&answer.result);
  const auto* set = std::get_if<stateful_set>(&*wanted);
  if (why == nullptr || set == nullptr || !set->ordinals_start) return nullptr;
  if (why->message.find(".spec.ordinals: field not declared in schema") == std::string::npos)
    return nullptr;
  auto copy = *set;
  copy.ordinals_start.reset();
  return std::make_shared<object>(std::move(copy));
}

}  // namespace

void cluster_shell::apply(std::uint8_t from, ticket request, const object_ptr& wanted) {
  const auto* live = child(kind_of(*wanted), metadata_of(*wanted).name);
  const bool is_new = live == nullptr;
  if (is_new) ++creations_open_;
  out_->kube(is_new ? kube_body{kube_apply{wanted}} : write_over(**live, wanted),
             [this, from, request, is_new, wanted](const kube_answer& answer) {
               if (is_new) created(answer);
               if (const auto known = without_unknown_ordinals(wanted, answer))
                 return apply(from, request, known);
               note_refusal(from, *wanted, answer);
               applied(from, request, answer);
             });
}

void cluster_shell::created(const kube_answer& answer) {
  --creations_open_;
  const auto* why = std::get_if<refusal>(&answer.result);
  if (why != nullptr && may_have_happened(why->reason))
    may_arrive_until_ = out_->now().monotonic + limits::settle_wait;
}

void cluster_shell::applied(std::uint8_t from, ticket request, const kube_answer& answer) {
  if (const auto* why = std::get_if<refusal>(&answer.result)) return learn(from, request, *why);
  if (const auto* live = std::get_if<object_ptr>(&answer.result)) child_seen(*live);
  give(from, child_applied{request});
  look();
}

void cluster_shell::perform(std::uint8_t from, const apply_child& command) {
  apply(from, command.request,
        as_permitted(wanted_->job_manager_side[static_cast<std::size_t>(command.index)]));
}

/// Every apply names the window's start: its answer tells whether the API server keeps it.
void cluster_shell::perform(std::uint8_t from, const apply_task_managers& command) {
  const auto now = out_->now();
  ordinals_asked_ = now.monotonic;
  if (set_.machine.known.nudged && !is_planted(planted_bug::patient_set)) {
    refused_.nudged = now.monotonic;
    refused_.nudge = std::to_string(now.wall.count() / 1'000);
    ++refused_.nudges;
  }
  if (elder_set() != nullptr)
    return apply_beside_elders(from, command, as_permitted(wanted_->task_manager_set));
  const auto set = with_window(as_permitted(wanted_->task_manager_set), command.window);
  apply(from, command.request, refused_.nudge.empty() ? set : with_nudge(set, refused_.nudge));
}

}  // namespace drey
