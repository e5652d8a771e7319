#include "actors/cluster_actor.hpp"

#include <algorithm>

#include "actors/snapshot_messages.hpp"
#include "actors/spec_problem.hpp"
#include "actors/task_manager_actor.hpp"
#include "protocol/flink_versions.hpp"
#include "protocol/validate.hpp"

namespace drey {

caf::behavior cluster_actor(caf::stateful_actor<cluster_shell>* self, surroundings around,
                            object_ptr primary) {
  return self->state.start(around, primary);
}

cluster_shell::~cluster_shell() {
  if (application_) caf::anon_send_exit(application_, caf::exit_reason::user_shutdown);
  for (const auto& [uid, member] : task_managers_)
    if (member.actor) caf::anon_send_exit(member.actor, caf::exit_reason::user_shutdown);
}

caf::behavior cluster_shell::start(const surroundings& around, const object_ptr& primary) {
  around_ = around;
  tell_failures(self_, std::string(name) + " " + text_of_name(name_of(*primary)), around_.observer);
  out_ = std::make_unique<outside>(self_, around_);
  reader_ = std::make_unique<preflight_reader>(*out_);
  born_ = out_->now().wall;
  ordinals_asked_ = out_->now().monotonic;
  const auto& meta = metadata_of(*primary);
  known().uid = meta.uid;
  identity_ = meta;
  if (has_finalizer(meta,
                    deployment_finalizer))  // somebody before us may have made something of it
    may_arrive_until_ = out_->now().monotonic + limits::settle_wait;
  if (has_finalizer(meta, session_job_finalizer)) launch_may_arrive_until_ = may_arrive_until_;
  known().name = {meta.ns, meta.name};
  set_name_ = task_manager_set_name(meta.name);
  const auto& recorded = std::get<flink_deployment>(*primary).status;
  restarts_ = cluster_restarts{recorded};
  contest_ = replicas_contest{recorded.conditions, out_->now().monotonic};
  lost_ = slots_lost{recorded.conditions};
  self_->set_down_handler([this](const caf::down_msg& down) { child_failed(down); });
  primary_ = std::make_unique<primary_shell>(
      *out_, the_log,
      primary_shell::listeners{[this] { take_over(); }, [this] { look(); },
                               [this](const log_report& told) { reported(told); },
                               [this](const log_finalizer_report& told) { finalizer_is(told); }});
  seen(primary);
  return {[this](const object_seen& message) {
            if (std::holds_alternative<flink_deployment>(*message.live)) return seen(message.live);
            if (const auto* one = std::get_if<node>(message.live.get())) return node_seen(*one);
            child_seen(message.live);
          },
          [this](const object_vanished& message) { child_vanished(message.last); },
          [this](const world_known&) {  // what Flink says is of no use before
            if (!std::exchange(known().world_known, true)) poll();
            heed_live_mode();
            look();
          },
          [this](const job_joined& message) { join(message); },
          [this](const job_left& message) { leave(message); },
          [this](const slots_wanted& message) { hear(message); },
          [this](const slots_freed& message) { hear(message); },
          [this](const pace_wanted& message) { pace_is(message); },
          [this](const launch_wanted& message) { hear(message); },
          [this](const snapshots_seen& message) { pass_on(message); },
          [this](const snapshot_joined& message) { pass_on(message); },
          [this](const snapshot_left& message) { pass_on(message); },
          [this](const newest_wanted& message) { pass_on(message); },
          [this](const claims_told& message) { pass_on(message); },
          [this](const job_stands& message) {
            const auto found = jobs_.find(message.uid);
            if (found == jobs_.end()) return;
            found->second.stands = message;
            look();
          },
          [this](const job_safety& message) { safety_told(message); },
          [this](const task_manager_stands& message) {
            const auto found = task_managers_.find(message.pod_uid);
            if (found != task_managers_.end()) found->second.standing = message.standing;
            look();
          },
          [this](const room_told& message) { hear(message); },
          [this](const turn_told& message) {
            turn_.take(message);
            look();
          },
          [this](const jobs_declared& message) { hear(message); },
          [this](const timer& due) { woken(due); }};
}

/// A TaskManager gets another actor; what a job may have under way is for the root to begin anew.
void cluster_shell::child_failed(const caf::down_msg& down) {
  if (application_ && application_.address() == down.source) return self_->quit(down.reason);
  for (auto& [uid, member] : task_managers_)
    if (member.actor && member.actor.address() == down.source) {
      member.actor = nullptr;
      task_manager_seen(member.live);
      return;
    }
}

// ── what is seen ────────────────────────────────────────────────────────────────────────────────

void cluster_shell::seen(const object_ptr& live) {
  primary_->seen(live);
  take_over();
  if (application_) self_->send(application_, object_seen{live});
  look();
}

/// What the newest copy says becomes what the machines know.
void cluster_shell::take_over() {
  const auto& cluster = std::get<flink_deployment>(*primary_->base());
  out_->heed(primary_->base());
  auto& k = known();
  k.generation = cluster.metadata.generation;
  k.deleting = cluster.metadata.deletion_timestamp.has_value();
  k.finalizer = has_finalizer(cluster.metadata, deployment_finalizer);
  if (!cluster.spec) k.problem = problem_of(cluster);
  // By value: what a server sends anew is a new object, and no news.
  if (cluster.spec && (!seen_spec_ || *seen_spec_ != *cluster.spec)) {
    seen_spec_ = cluster.spec;
    contest_.seen(wanted_task_managers(*cluster.spec), out_->now().monotonic);
    k.problem = problem_of(cluster);
    warn_of(cluster);
  }
  choose_spec(cluster);
  if (!spec_ && !k.problem.empty())  // what runs was made from an earlier one, and goes on
    if (auto deployed = deployed_spec(cluster)) {
      auto earlier = cluster;
      earlier.spec = std::make_shared<const flink_deployment_spec>(std::move(*deployed));
      const auto problem = k.problem;
      adopt(earlier);
      k.deployed = spec_ != nullptr;
      k.problem = problem;
    }
}

/// Its spec becomes what is wanted, unless no objects can be made from it.
void cluster_shell::adopt(const flink_deployment& cluster) {
  auto& k = known();
  mode_ = mode_for(cluster);
  k.mode = mode_;
  auto computed = children_of(with_mode(cluster, mode_));
  if (const auto* wrong = std::get_if<field_errors>(&computed)) {
    const auto& first = wrong->front();
    k.problem = first.path + ": " + first.problem + ". " + first.remedy;
    return;
  }
  wanted_ = std::get<cluster_children>(std::move(computed));
  spec_ = cluster.spec;
  each_ = demand_of(task_manager_pods_of(*wanted_).spec);
  room_.each.clear();
  takes_ = {limits_of(*spec_, component::job_manager), limits_of(*spec_, component::task_manager)};
  if (!config_ || *config_ != spec_->flink_configuration)
    config_ = std::make_shared<configuration>(spec_->flink_configuration);
  k.block_on_session_jobs =
      value_of(*config_, "kubernetes.operator.session.deletion.block-on-session-jobs") != "false";
  k.block_on_unmanaged_jobs =
      value_of(*config_, "kubernetes.operator.session.deletion.block-on-unmanaged-jobs") != "false";
}

void cluster_shell::node_seen(const node& live) {
  nodes_[live.metadata.name] = live.ready;
  tell_task_managers();
}

namespace {

constexpr std::uint64_t lists_alone_max = 4;

}  // namespace

void cluster_shell::prepare(cluster_machine& machine) {
  auto& k = machine.known;
  k.now = out_->now();
  if (std::exchange(recorded_of_, primary_->base()) != primary_->base())
    k.recorded = std::get<flink_deployment>(*recorded_of_).status;
  k.may_arrive_until =
      creations_open_ > 0 ? k.now.monotonic + limits::settle_wait : may_arrive_until_;
  k.out_of_date.clear();
  k.foreign_child = text_of_stranger();
  k.children_count = wanted_ ? static_cast<int>(wanted_->job_manager_side.size()) : 0;
  for (int i = 0; i < k.children_count; ++i) {
    const auto& one = wanted_->job_manager_side[static_cast<std::size_t>(i)];
    if (is_due(one)) k.out_of_date.push_back(i);
    if (auto text = foreign_child(one); !text.empty()) k.foreign_child = std::move(text);
  }
  k.unready = unready_one();
  k.keeps_jobs = spec_ && is_highly_available(spec_->flink_configuration);
  const auto answering = incarnation();
  k.job_manager_pod = !answering.empty();
  k.job_manager_runs = std::ranges::any_of(job_manager_pods_, [](const auto& one) {
    const auto& live = std::get<pod>(*one.second);
    return live.phase == pod_phase::running && live.waiting_reason.empty();
  });
  k.rest = answering.empty()                                   ? rest_state::not_asked
           : poll_failures_ >= 2                               ? rest_state::silent
           : overview_ != nullptr && overview_of_ == answering ? rest_state::answers
                                                               : rest_state::not_asked;
  // A JobManager that tells of its jobs and not of its TaskManagers is waited for a few lists long.
  const bool told = registrations_known_ || looks_ > lists_alone_max;
  // What an application's job does says whether a JobManager that is not there is missed.
  const bool heard = !runs_application() || own_stand() != job_stand::unknown;
  const bool asked = (answering.empty() && knows_who_leads()) || told || poll_failures_ >= 2;
  k.looked = k.looked || (k.world_known && heard && asked);
  k.session_jobs.clear();
  for (const auto& [uid, job] : jobs_)
    if (uid != k.uid) k.session_jobs.push_back(job.name.name);
  k.unmanaged_jobs = 0;
  k.application = runs_application();
  k.rests = rests();
  k.own_job =
      runs_application() && has_finalizer(metadata_of(*primary_->base()), session_job_finalizer);
  if (overview_ && jobs_.empty())
    for (const auto& row : overview_->jobs)
      if (row.state != "FINISHED" && row.state != "FAILED" && row.state != "CANCELED")
        ++k.unmanaged_jobs;
}

void cluster_shell::prepare(task_manager_set_machine& machine) { machine.known = picture_of_set(); }

void cluster_shell::moved(const cluster_machine&) {
  schedule_poll();
  look();
}

void cluster_shell::look() {
  look_for_troubles();
  look_for_room();
  look_after_application();
  cluster_.learn(surroundings_seen{});
  if (runs_application()) launch_.learn(surroundings_seen{});
  rollout_.learn(surroundings_seen{});
  set_.learn(surroundings_seen{});
  sharing_.learn(surroundings_seen{});
  preflight_.learn(picture_changed{});
  ingress_.learn(surroundings_seen{});
  note_restarts();
  const auto disrupts = disruption_of(rollout_.now(), rollout_.machine.known);
  if (const auto news = turn_.news(known().uid, disrupts)) self_->send(around_.root, *news);
  broadcast();
  publish(std::nullopt);
}

void cluster_shell::woken(const timer& due) {
  switch (due.machine) {
    case the_cluster:
      cluster_.learn(deadline_passed{due.which});
      break;
    case the_set:
      set_.learn(deadline_passed{due.which});
      break;
    case the_rollout:
      rollout_.learn(deadline_passed{due.which});
      break;
    case the_ingress:
      ingress_.learn(deadline_passed{due.which});
      break;
    case the_launch:
      launch_.learn(deadline_passed{due.which});
      break;
    case the_preflight:
      preflight_.learn(deadline_passed{due.which});
      break;
    case the_sharing:
      sharing_.learn(deadline_passed{due.which});
      break;
    case the_log:
      primary_->woken();
      break;
    default:
      if (due.which == poll_timer_) poll();
      break;
  }
}

// ── TaskManagers ────────────────────────────────────────────────────────────────────────────────

void cluster_shell::task_manager_seen(const object_ptr& live) {
  const auto& meta = metadata_of(*live);
  auto& member = task_managers_[meta.uid];
  if (!member.live) member.may_have_worked = std::get<pod>(*live).phase != pod_phase::pending;
  member.live = live;
  if (!member.actor) {
    member.actor = self_->spawn(task_manager_actor, around_, caf::actor_cast<caf::actor>(self_),
                                object_name{meta.ns, meta.name}, meta.uid);
    self_->monitor(member.actor);
    member.told = {};
  }
  tell_task_managers();
}

void cluster_shell::task_manager_vanished(const std::string& uid) {
  const auto found = task_managers_.find(uid);
  auto actor = found->second.actor;
  task_managers_.erase(found);
  ends_.forget(uid);
  if (!actor) return;
  self_->demonitor(actor);
  self_->send(actor, drey::task_manager_vanished{});
  self_->send_exit(actor, caf::exit_reason::user_shutdown);
}

void cluster_shell::tell_task_managers() {
  const auto wish = spec_ ? spec_->task_manager.unreachable_node_seconds : std::nullopt;
  const auto patience_with_nodes =
      wish ? std::chrono::seconds{*wish} : milliseconds{unreachable_node_wait};
  for (auto& [uid, member] : task_managers_) {
    const auto& one = std::get<pod>(*member.live);
    task_manager_known picture;
    picture.terminating = one.metadata.deletion_timestamp.has_value();
    picture.node_answers = node_answers(one);
    picture.node_wait = patience_with_nodes;
    picture.at_job_manager = !registrations_known_       ? registration::unknown
                             : registered_.contains(uid) ? registration::registered
                                                         : registration::absent;
    picture.worked =
        member.was_registered && one.phase == pod_phase::running && one.waiting_reason.empty();
    if (picture == member.told) continue;
    member.told = picture;
    self_->send(member.actor, task_manager_observed{picture});
  }
}

std::int32_t cluster_shell::isolated() const {
  const auto* leader = job_manager();
  const bool told = registered_of_ == incarnation();
  return static_cast<std::int32_t>(std::ranges::count_if(task_managers_, [&](const auto& one) {
    const auto& [uid, member] = one;
    const auto& live = std::get<pod>(*member.live);
    const bool runs = live.phase == pod_phase::running && live.waiting_reason.empty();
    // It may have been registered with an earlier JobManager, and nobody have told of it.
    const bool ran_before =
        leader != nullptr && live.running_since && *live.running_since < leader->running_since;
    return runs && (member.may_have_worked || ran_before) && !(told && registered_.contains(uid));
  }));
}

task_manager_count cluster_shell::count() const {
  task_manager_count result;
  result.wanted = spec_ && !is_native() && !rests() ? wanted_task_managers(*spec_) : 0;
  result.existing = static_cast<std::int32_t>(task_managers_.size());
  result.registered = static_cast<std::int32_t>(registered_.size());
  result.slots = slots_total_;
  return result;
}

template class machine_runner<cluster_machine, cluster_shell>;
template class machine_runner<task_manager_set_machine, cluster_shell>;
template class machine_runner<rollout_machine, cluster_shell>;
template class machine_runner<ingress_machine, cluster_shell>;
template class machine_runner<launch_machine, cluster_shell>;
template class machine_runner<slot_sharing_machine, cluster_shell>;

}  // namespace drey
