/// The cluster shell's part of an application: the actor of its job, the launches of its
/// JobManager, and what its job is told of them. Nobody but the job asks for a launch.
#include <algorithm>

#include "actors/application.hpp"
#include "actors/cluster_actor.hpp"
#include "actors/job_actor.hpp"
#include "actors/job_picture.hpp"
#include "actors/planted_bugs.hpp"
#include "actors/spec_problem.hpp"
#include "actors/takeover.hpp"
#include "protocol/deletion_options.hpp"

namespace drey {

namespace {

/// As Apache has it: so long after its job's end a JobManager can be looked at.
constexpr std::string_view shutdown_key = "kubernetes.operator.jm-deployment.shutdown-ttl";
constexpr milliseconds shutdown_after{86'400'000};

bool is_over(const pod& x) {
  return x.phase == pod_phase::failed || x.phase == pod_phase::succeeded;
}

/// Ended by its own process, and not because its pod was taken away.
bool ended_by_itself(const pod& x) {
  return is_over(x) && x.reason.empty() && !x.metadata.deletion_timestamp;
}

const std::shared_ptr<const jobs_overview>& no_jobs() {
  static const auto none = std::make_shared<const jobs_overview>();
  return none;
}

}  // namespace

// ── the actor of its job ────────────────────────────────────────────────────────────────────────

/// One that fails takes this actor along: the root makes both anew.
void cluster_shell::look_after_application() {
  const auto& k = known();
  if (k.deleting && !deleting_since_) deleting_since_ = out_->now().monotonic;
  const bool left = has_finalizer(metadata_of(*primary_->base()), session_job_finalizer);
  if (application_ || !(left || (spec_ && spec_->job))) return;
  application_ = self_->spawn(job_actor, around_, primary_->base());
  self_->monitor(application_);
  join({k.uid, k.name, application_});
  self_->send(around_.root, job_made{k.uid});
}

const cluster_shell::member_job* cluster_shell::own_job() const {
  const auto found = jobs_.find(cluster_.machine.known.uid);
  return found == jobs_.end() ? nullptr : &found->second;
}

job_stand cluster_shell::own_stand() const {
  const auto* job = own_job();
  return job == nullptr ? job_stand::unknown : job->stands.stand;
}

/// It is deleted, and its job is to be stopped with a savepoint first: its JobManager stays until
/// the job has let go. A launch that nobody has answered yet is called off all the same.
bool cluster_shell::saves_own_job() const {
  return config_ && is_on(*config_, savepoint_on_deletion_key) && !order_.wanted &&
         own_stand() != job_stand::idle;
}

bool cluster_shell::ended_long_ago(const flink_session_job_status& told) const {
  if (!is_terminal(told.job.state) || told.job.update_time.empty()) return false;
  const auto text = value_of(spec_->flink_configuration, shutdown_key);
  const auto wait = text ? parse_duration(*text).value_or(shutdown_after) : shutdown_after;
  return out_->now().wall.count() - std::atoll(told.job.update_time.c_str()) >= wait.count();
}

/// Its job is to run nothing, and nothing of it runs: it needs no process.
bool cluster_shell::rests() const {
  if (!runs_application() || !spec_ || !spec_->job || own_stand() != job_stand::idle) return false;
  const auto& base = std::get<flink_deployment>(*primary_->base());
  static const flink_session_job_status none;
  const auto& told = base.status.application ? *base.status.application : none;
  const bool began = told.lineage && told.lineage->submissions > 0;
  const bool suspended = told.lifecycle_state == "SUSPENDED" || !began;
  if (spec_->job->state == desired_state::suspended && suspended) return true;
  return ended_long_ago(told);
}

// ── its JobManager's workload ───────────────────────────────────────────────────────────────────

/// Of a session cluster the Deployment.
const object_ptr* cluster_shell::job_manager_workload() const {
  const auto& cluster = cluster_.machine.known.name.name;
  const auto* job = child(object_kind::batch_job, cluster);
  if (job != nullptr) return job;
  const auto* several = child(object_kind::deployment, cluster);
  return several != nullptr && is_task_manager_owner(**several) ? nullptr : several;
}

object_ptr cluster_shell::wanted_job_manager() const {
  if (!wanted_) return nullptr;
  if (wanted_->application_job_manager) return wanted_->application_job_manager;
  const auto& all = wanted_->job_manager_side;
  const auto found = std::ranges::find(all, object_kind::deployment,
                                       [](const object_ptr& x) { return kind_of(*x); });
  return found == all.end() ? nullptr : *found;
}

/// A Job that says so has no pod left; a Deployment makes another one at any time.
bool cluster_shell::is_over(const object& workload) const {
  const auto* job = std::get_if<batch_job>(&workload);
  if (job == nullptr) return false;
  const bool told = std::ranges::any_of(job->conditions, [](const condition& one) {
    return (one.type == "Failed" || one.type == "Complete") && one.status == "True";
  });
  return told && std::ranges::all_of(job_manager_pods_, [](const auto& one) {
           return drey::is_over(std::get<pod>(*one.second));
         });
}

std::string cluster_shell::launch_called(const object& workload) const {
  return launch_of(workload, std::get<flink_deployment>(*primary_->base()));
}

std::optional<launch_sight> cluster_shell::sight_of_launch() const {
  const auto* live = job_manager_workload();
  if (live == nullptr) return std::nullopt;
  const auto& meta = metadata_of(**live);
  if (meta.deletion_timestamp || removed_workloads_.contains(meta.uid)) return std::nullopt;
  const auto wanted = wanted_job_manager();
  const bool current_kind = wanted && kind_of(*wanted) == kind_of(**live);
  const bool current = current_kind && is_current(**live, *wanted);
  const auto* several = std::get_if<deployment>(&**live);
  const bool scaled = several == nullptr || !current_kind ||
                      several->replicas == std::get<deployment>(*wanted).replicas;
  // Nothing of ours could go on with the launch of another operator (decision 0050).
  const bool same = current_kind && !launch_of(**live).empty();
  const bool same_kind = same || !wanted || is_planted(planted_bug::twin_launch);
  return launch_sight{launch_called(**live), current, scaled, is_over(**live), same_kind};
}

bool cluster_shell::rest_answers() const {
  return overview_ != nullptr && overview_of_ == incarnation() && !overview_of_.empty() &&
         poll_failures_ < 2;
}

/// Its job is known to be over: that a JobManager does not list it is no news, and a next one of
/// this launch begins nothing.
bool cluster_shell::is_spent() const {
  const auto stand = own_stand();
  if (stand == job_stand::idle || stand == job_stand::stopped) return true;
  const auto* live = job_manager_workload();
  const auto& told = std::get<flink_deployment>(*primary_->base()).status.application;
  return live != nullptr && told && is_terminal(told->job.state) && !told->job.job_id.empty() &&
         launch_called(**live).starts_with(told->job.job_id);
}

/// Of the job that its JobManager was made for; null: it does not list that, or not yet.
const job_overview* cluster_shell::row_of_launch() const {
  const auto* live = job_manager_workload();
  if (live == nullptr || !rest_answers()) return nullptr;
  const auto which = launch_called(**live);
  const auto found = std::ranges::find_if(overview_->jobs, [&](const job_overview& row) {
    return !row.id.hex.empty() && which.starts_with(row.id.hex);
  });
  return found == overview_->jobs.end() ? nullptr : &*found;
}

std::string cluster_shell::end_of_job_manager() const {
  for (const auto& [uid, live] : job_manager_pods_) {
    const auto& one = std::get<pod>(*live);
    if (!ended_by_itself(one)) continue;
    auto text = "its JobManager ended with exit code " + std::to_string(one.exit_code);
    if (!one.terminated_reason.empty()) text += " (" + one.terminated_reason + ")";
    return text + ": see the log of pod " + one.metadata.name;
  }
  return {};
}

/// An entry of its launch's map; empty: there is none.
std::string cluster_shell::launch_entry(std::string_view key) const {
  const auto* map =
      child(object_kind::config_map, launch_map_name(cluster_.machine.known.name.name));
  if (map == nullptr) return {};
  const auto& data = std::get<config_map>(**map).data;
  const auto found = data.find(std::string(key));
  return found == data.end() ? std::string{} : found->second;
}

void cluster_shell::prepare(launch_machine& machine) {
  auto& k = machine.known;
  const auto& c = known();
  const auto stand = own_stand();
  const auto permits = permitted();
  const auto* row = row_of_launch();
  drop_stale_order();
  k.now = out_->now();
  k.workload = sight_of_launch();
  k.looked = c.world_known;
  k.claimed = is_made() && c.problem.empty() && c.out_of_date.empty() && wanted_ &&
              wanted_->application_job_manager;
  k.deleting = c.deleting && !saves_own_job();
  k.deleting_since = deleting_since_.value_or(k.now.monotonic);
  k.rests = rests();
  k.keeps_jobs = wanted_ && wanted_->application_job_manager &&
                 kind_of(*wanted_->application_job_manager) == object_kind::deployment;
  k.native = is_native();
  k.ownerless = lacks_owner();
  k.job_listed = row != nullptr;
  k.job_lives = row != nullptr && !is_terminal(row->state);
  k.job_runs = k.job_lives && row->tasks_total > 0;
  k.guarded = k.workload && launch_entry(lived_entry) == k.workload->name;
  look_at_early_end(row);
  k.may_patch = permits.job_manager;
  const bool over = stand == job_stand::stopped || stand == job_stand::idle;
  const bool recovers = k.keeps_jobs && (!k.workload || k.workload->same_kind);
  k.may_replace = permits.job_manager && (over || (!recovers && job_manager() == nullptr));
  k.pods = !job_manager_pods_.empty();
  k.order = order_.wanted;
  k.may_arrive_until = launch_may_arrive_until_;
}

void cluster_shell::moved(const launch_machine&) {
  schedule_poll();
  look();
}

// ── launches ────────────────────────────────────────────────────────────────────────────────────

void cluster_shell::hear(const launch_wanted& message) {
  if (message.uid != known().uid) return;
  order_ = {message.request, message.what};
  schedule_poll();
  look();
}

/// The job has thought better of it.
void cluster_shell::drop_stale_order() {
  const auto* job = own_job();
  if (!order_.wanted || job == nullptr) return;
  if (job->stands.stand == job_stand::moving && job->stands.id == order_.wanted->id) return;
  order_.wanted.reset();
}

void cluster_shell::perform(std::uint8_t, const answer_launch& command) {
  const auto* job = own_job();
  if (job != nullptr && order_.wanted) {
    launch_told told{order_.request, std::nullopt};
    if (command.why) told.why = refusal{command.why->reason, command.why->message, {}};
    self_->send(job->actor, told);
  }
  order_.wanted.reset();
}

std::vector<std::pair<object_kind, std::string>> cluster_shell::kinds_of_job_managers() const {
  const auto& k = cluster_.machine.known;
  const auto ours = selector_of_children(k.uid);
  std::vector<std::pair<object_kind, std::string>> kinds{
      {object_kind::deployment, selector_of_job_managers(k.name.name, mode_)}};
  if (runs_application()) kinds.emplace_back(object_kind::batch_job, ours);
  kinds.emplace_back(object_kind::pod,
                     text_of_selector(selector_of(k.name.name, component::job_manager, mode_)));
  return kinds;
}

void cluster_shell::perform(std::uint8_t from, const look_at_job_managers& command) {
  list_next(from, kinds_of_job_managers(), {command.request, {}}, removal_of::nothing);
}

/// One that is thought to be down may be up, by a cache that has fallen behind: then it stays.
void cluster_shell::perform(std::uint8_t from, const remove_job_managers& command) {
  const auto& k = launch_.machine.known;
  const bool chosen = k.rests || k.deleting || k.order || own_stand() == job_stand::stopped ||
                      own_stand() == job_stand::idle;
  if (chosen)
    return list_next(from, kinds_of_job_managers(), {command.request, {}}, removal_of::workloads);
  const auto selector =
      text_of_selector(selector_of(known().name.name, component::job_manager, mode_));
  out_->kube(kube_list{object_kind::pod, known().name.ns, selector},
             [this, from, request = command.request](const kube_answer& answer) {
               const auto* list = std::get_if<object_list>(&answer.result);
               if (list == nullptr) return learn(from, request, std::get<refusal>(answer.result));
               const bool up = std::ranges::any_of(
                   list->items, [](const object_ptr& one) { return std::get<pod>(*one).ready; });
               if (up) return learn(from, request, {refusal_reason::conflict, "it is up", {}});
               list_next(from, kinds_of_job_managers(), {request, {}}, removal_of::workloads);
             });
}

void cluster_shell::perform(std::uint8_t from, const guard_launch& command) {
  const auto* live = job_manager_workload();
  if (live == nullptr) return;
  const auto& resource = std::get<flink_deployment>(*primary_->base());
  const auto seen = launch_entry(restore_entry);
  const auto restore = is_guarded(seen) ? seen : guarded_restore_text(form_of_launch(**live));
  apply(from, command.request, launch_map(resource, restore, launch_called(**live)));
}

void cluster_shell::perform(std::uint8_t from, const create_job_manager& command) {
  const auto wanted = with_launch(wanted_->application_job_manager, *order_.wanted);
  ++creations_open_;
  launch_may_arrive_until_ = out_->now().monotonic + limits::settle_wait;
  out_->kube(kube_create{wanted},
             [this, from, wanted, request = command.request](const kube_answer& answer) {
               created(answer);
               const auto* why = std::get_if<refusal>(&answer.result);
               if (why == nullptr || !may_have_happened(why->reason)) launch_may_arrive_until_ = {};
               note_refusal(from, *wanted, answer);
               applied(from, request, answer);
             });
}

void cluster_shell::perform(std::uint8_t from, const patch_job_manager& command) {
  if (lacks_owner()) return apply(from, command.request, wanted_->task_manager_owner);
  const auto* live = job_manager_workload();
  const auto wanted = wanted_job_manager();
  if (live == nullptr || !wanted) return;
  apply(from, command.request, with_launch_of(as_permitted(wanted), **live));
}

// ── what its job is told ────────────────────────────────────────────────────────────────────────

/// No process of an application's JobManager is there, and none will be: that is a list, too.
bool cluster_shell::nothing_runs() const {
  if (std::holds_alternative<launch_machine::vacant>(launch_.now())) return true;
  const auto standing = sight_of_launch();
  return runs_application() && standing && standing->over;
}

namespace {

/// As Apache has it for a deployment that does not get ready.
milliseconds main_wait(const std::shared_ptr<const flink_deployment_spec>& spec) {
  constexpr std::string_view key = "kubernetes.operator.deployment.readiness.timeout";
  constexpr milliseconds by_default{300'000};
  const auto text = spec ? value_of(spec->flink_configuration, key) : std::nullopt;
  return text ? parse_duration(*text).value_or(by_default) : by_default;
}

}  // namespace

/// A JobManager that does not list its job has not come so far; where none is, and none may come,
/// nothing runs; and one that is over for good took its job along.
cluster_view cluster_shell::application_view() const {
  auto seen = view();
  const auto standing = sight_of_launch();
  seen.looks = looks_;
  if (std::holds_alternative<launch_machine::vacant>(launch_.now())) {
    seen.phase = cluster_phase::ready;
    // Another one for each time that nothing was there: what was sent before may have run since.
    seen.incarnation = "none-" + std::to_string(born_.count()) + "-" +
                       std::to_string(std::get<launch_machine::vacant>(launch_.now()).last.number);
    seen.nobody_runs = true;
    seen.jobs = no_jobs();
    return seen;
  }
  if (standing && standing->over) {
    seen.phase = cluster_phase::ready;
    seen.incarnation = "over";
    seen.nobody_runs = true;
    seen.jobs = no_jobs();
    seen.job_manager_end = end_of_job_manager();
    if (seen.job_manager_end.empty() || standing->name.empty()) return seen;
    auto ended = std::make_shared<jobs_overview>();
    ended->jobs.push_back({{standing->name.substr(0, standing->name.find('-'))}, "", "FAILED"});
    seen.jobs = std::move(ended);
    return seen;
  }
  // What high availability brings back is in a JobManager's first list; and a main() that has not
  // come to its job by now never will, or Flink knows that job to be over (FLINK-40467).
  const bool whole = is_spent() || launch_.machine.known.guarded || is_later_process() ||
                     out_->now().monotonic - answering_.since >= main_wait(spec_);
  const auto* row = row_of_launch();
  const auto cause = cause_of_end(row);
  if (launch_.machine.known.looked && cause != end_cause::unread &&
      (row != nullptr || (whole && rest_answers()))) {
    seen.phase = cluster_phase::ready;
    seen.jobs = overview_;
    if (row == nullptr || cause != end_cause::found_nothing) return seen;
    auto others = std::make_shared<jobs_overview>(*overview_);
    std::erase_if(others->jobs, [&](const job_overview& one) { return one.id == row->id; });
    seen.jobs = std::move(others);
    return seen;
  }
  seen.jobs = nullptr;
  seen.phase = !cluster_.machine.known.looked                     ? cluster_phase::unknown
               : poll_failures_ >= 2 && !seen.incarnation.empty() ? cluster_phase::unreachable
                                                                  : cluster_phase::starting;
  return seen;
}

}  // namespace drey
