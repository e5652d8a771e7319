#include "actors/operator_actor.hpp"

#include "actors/children.hpp"
#include "actors/cluster_actor.hpp"
#include "actors/job_actor.hpp"
#include "actors/job_status.hpp"
#include "actors/leadership_actor.hpp"
#include "actors/paused_actor.hpp"
#include "actors/planted_bugs.hpp"
#include "actors/primary_log.hpp"
#include "actors/takeover.hpp"

namespace drey {

caf::behavior operator_actor(caf::stateful_actor<operator_shell>* self, surroundings around,
                             operator_settings settings) {
  return self->state.start(around, std::move(settings));
}

caf::behavior operator_shell::start(const surroundings& around, operator_settings settings) {
  around_ = around;
  tell_failures(self_, name, around_.observer);
  settings_ = std::move(settings);
  selector_ = label_selector::parse(settings_.label_selector).value();
  brake_ = disruption_brake(settings_.brake);
  if (settings_.conduct == conduct::observes)
    around_.out = observing_gateways(self_, around_.out, settings_.withheld);
  out_ = std::make_unique<outside>(self_, around_);
  self_->set_down_handler([this](const caf::down_msg& down) { failed(down); });
  look_for_lead();
  return {[this](const leadership_gained&) { lead(); },
          // A process that does not lead any more does nothing more: its successor reads anew.
          [this](const leadership_lost&) { self_->quit(caf::exit_reason::user_shutdown); },
          [this](const step_down& message) {
            if (!leadership_) return self_->quit(caf::exit_reason::user_shutdown);
            self_->send(leadership_, message);
          },
          [this](const reflector_filled& message) { filled(message.kind); },
          [this](const object_seen& message) { seen(message.live); },
          [this](const object_vanished& message) { vanished(message.last); },
          [this](const pause_seen& message) { hear(message); },
          [this](const writers_seen& message) { look_for_rivals(message.live); },
          [this](const yielding_due& due) { machine_of(due.ns).woken(due.which); },
          [this](const reflector_sight& message) { hear(message); },
          [this](const room_wanted& message) { tell_room(message); },
          [this](const disruption_told& message) { hear(message); },
          [this](const jobs_wanted& message) { tell_declared(message); },
          [this](const definitions_due&) { look_at_definitions(); },
          [this](const orphans_due&) { look_for_orphans(); },
          [this](const confirmation_due& due) { confirm(due.uid); },
          [this](const claims_wanted& message) { tell_claims(message); },
          [this](const newest_wanted& message) { pass_on(message); },
          [this](const job_made& message) {
            const auto found = children_.find(message.uid);
            if (found != children_.end())
              join_snapshots_of({found->second.kind, name_of(*found->second.live)});
          },
          [this](const operator_figures_wanted&) { return figures(); },
          [this](const resource_figures_wanted&) { return resources(); }};
}

namespace {

constexpr std::uint32_t watches_per_reflector = 10'000'000;

bool is_primary(object_kind kind) {
  return kind == object_kind::flink_deployment || kind == object_kind::flink_session_job ||
         kind == object_kind::flink_state_snapshot;
}

}  // namespace

// ── leadership ──────────────────────────────────────────────────────────────────────────────────

void operator_shell::look_for_lead() {
  const auto root = caf::actor_cast<caf::actor>(self_);
  if (settings_.conduct == conduct::observes) {
    around_.gate->open_until(milliseconds::max());  // it leads to gateways that let nothing out
    return self_->send(root, leadership_gained{});
  }
  auto of_lease = around_;
  if (settings_.lease_gateway) of_lease.out.kube = settings_.lease_gateway;
  leadership_ = settings_.lease_thread == leadership_thread::own
                    ? self_->spawn<caf::detached>(leadership_actor, of_lease, root, settings_.lease)
                    : self_->spawn(leadership_actor, of_lease, root, settings_.lease);
  self_->monitor(leadership_);
}

void operator_shell::lead() {
  if (leads_) return;
  leads_ = true;
  if (settings_.definitions == definitions::are_checked) look_at_definitions();
  const auto ours = std::string(managed_by_drey);
  reflect(object_kind::node, "");
  // All clusters: that one is not selected, must not be taken for its absence.
  reflect(object_kind::flink_deployment, "");
  reflect(object_kind::flink_session_job, settings_.label_selector);
  reflect(object_kind::flink_state_snapshot, settings_.label_selector);
  for (const auto kind : {object_kind::stateful_set, object_kind::service, object_kind::config_map,
                          object_kind::ingress, object_kind::batch_job})
    reflect(kind, ours);
  for (const auto kind : {object_kind::deployment, object_kind::pod})  // others' may be taken over
    reflect(kind, std::string(of_flink_clusters));
}

operator_shell::~operator_shell() {
  const auto reason = caf::exit_reason::user_shutdown;
  if (leadership_) caf::anon_send_exit(leadership_, reason);
  for (const auto& one : reflectors_) caf::anon_send_exit(one, reason);
  for (const auto& [uid, one] : children_)
    if (one.actor) caf::anon_send_exit(one.actor, reason);
  for (const auto& [uid, one] : orphans_) caf::anon_send_exit(one.actor, reason);
}

// ── reflection ──────────────────────────────────────────────────────────────────────────────────

void operator_shell::reflect(object_kind kind, const std::string& selector) {
  auto namespaces = settings_.namespaces;
  if (namespaces.empty() || info_of(kind).scope == "Cluster") namespaces = {""};
  for (const auto& ns : namespaces) {
    ++filling_[kind];
    reflectors_.push_back(self_->spawn(
        reflector_actor, around_, caf::actor_cast<caf::actor>(self_),
        reflected{kind, ns, selector,
                  watches_per_reflector * static_cast<std::uint32_t>(reflectors_.size())}));
    self_->monitor(reflectors_.back());
  }
}

void operator_shell::filled(object_kind kind) {
  const auto found = filling_.find(kind);
  if (found == filling_.end()) return;
  if (--found->second == 0) filling_.erase(found);
  if (!filling_.empty() || world_known_) return;
  world_known_ = true;
  for (auto& [uid, one] : children_)
    if (one.kind == object_kind::flink_session_job)
      join(one);
    else if (one.kind == object_kind::flink_state_snapshot)
      join_snapshot(one);
  for (auto& [uid, one] : children_)
    if (one.kind != object_kind::flink_state_snapshot) tell_snapshots(one);
  for (auto& [uid, one] : children_)  // a cluster knows its jobs before it may miss any
    if (one.kind == object_kind::flink_deployment) {
      if (is_planted(planted_bug::believed_list) && one.actor)
        self_->send(one.actor, world_known{});
      confirm(uid);
    }
  for (const auto& [uid, all] : owned_)
    if (!children_.contains(uid)) look_for_orphans_later();
}

/// Whoever watches some namespaces need not be let see the nodes of all, and a cluster without the
/// kind FlinkStateSnapshot has none.
void operator_shell::hear(const reflector_sight& told) {
  if (told.kind == object_kind::node && !settings_.namespaces.empty()) {
    nodes_hidden_ = told.reason == refusal_reason::forbidden;
    if (nodes_hidden_) return filled(told.kind);
  }
  if (told.kind == object_kind::flink_state_snapshot) {
    snapshots_absent_ = told.reason == refusal_reason::not_found;
    if (snapshots_absent_) return filled(told.kind);
  }
  if (told.blocked_by.empty())
    unseen_.erase(told.what);
  else
    unseen_[told.what] = told.blocked_by;
}

void operator_shell::seen(const object_ptr& live) {
  const auto kind = kind_of(*live);
  if (kind == object_kind::flink_deployment && !selector_.matches(metadata_of(*live).labels))
    return stranger_seen(live);
  if (is_primary(kind)) return primary_seen(live);
  if (kind == object_kind::node) {
    nodes_[metadata_of(*live).name] = live;
    for (const auto& [uid, one] : children_)
      if (one.actor && one.kind == object_kind::flink_deployment)
        self_->send(one.actor, object_seen{live});
    return;
  }
  if (auto* owner = owner_of(live); owner != nullptr && owner->actor)
    self_->send(owner->actor, object_seen{live});
}

void operator_shell::vanished(const object_ptr& last) {
  const auto kind = kind_of(*last);
  if (kind == object_kind::flink_deployment && strangers_.erase(name_of(*last)) != 0)
    look_for_orphans_later();
  if (is_primary(kind)) return primary_vanished(last);
  if (kind == object_kind::node) {
    nodes_.erase(metadata_of(*last).name);
    return;
  }
  if (auto* owner = owner_of(last); owner != nullptr && owner->actor)
    self_->send(owner->actor, object_vanished{last});
  forget(last);
}

/// The actor of the FlinkDeployment that a child belongs to: by its owner's UID; a child of another
/// incarnation is told to the present one of that name too, which must wait for it to go, and so is
/// what somebody else made, which it may take over.
operator_shell::child* operator_shell::owner_of(const object_ptr& one) {
  const auto& meta = metadata_of(*one);
  const auto keeper = keeper_of(meta);
  if (keeper.empty()) return nullptr;
  owned_[keeper][meta.uid] = one;
  const bool unmarked = is_unmarked(meta);
  if (!unmarked && kind_of(*one) == object_kind::deployment)  // it may have been another operator's
    if (const auto before = owned_.find(keeper_of(meta.ns, meta.labels.at("app")));
        before != owned_.end())
      before->second.erase(meta.uid);
  const auto found = children_.find(keeper);
  if (found != children_.end()) return &found->second;
  if (!unmarked && !orphans_.contains(keeper)) look_for_orphans_later();
  if (kind_of(*one) == object_kind::pod && !unmarked) return nullptr;
  return cluster_named({meta.ns, meta.labels.at("app")});
}

operator_shell::child* operator_shell::cluster_named(const object_name& cluster) {
  const auto uid = clusters_.find(cluster);
  if (uid == clusters_.end()) return nullptr;
  const auto found = children_.find(uid->second);
  return found == children_.end() ? nullptr : &found->second;
}

// ── primaries ───────────────────────────────────────────────────────────────────────────────────

/// Its labels may have been others before: then it is let go as it is.
void operator_shell::stranger_seen(const object_ptr& live) {
  const auto which = name_of(*live);
  const bool news = strangers_.insert(which).second;
  if (children_.contains(metadata_of(*live).uid)) return primary_vanished(live);
  if (news) join_jobs_of(which);
}

void operator_shell::primary_seen(const object_ptr& live) {
  const auto& meta = metadata_of(*live);
  if (kind_of(*live) == object_kind::flink_deployment) strangers_.erase(name_of(*live));
  leave_orphan(meta.uid);
  auto& one = children_[meta.uid];
  const bool first = one.live == nullptr;
  if (!first && kind_of(*live) == object_kind::flink_state_snapshot) leave_job(one, *live);
  one.kind = kind_of(*live);
  if (first || is_fresher(*live, *one.live)) one.live = live;
  if (first) one.confirmed = world_known_;
  if (one.kind == object_kind::flink_deployment) clusters_[{meta.ns, meta.name}] = meta.uid;
  if (one.kind == object_kind::flink_session_job) jobs_[{meta.ns, meta.name}] = meta.uid;
  look_for_rivals(live);
  if (one.kind == object_kind::flink_session_job) claim_directories(one);
  if (first) {
    one.paused = why_paused(one);
    spawn(one);
    tell_of_rival(one);
    if (one.kind == object_kind::flink_deployment) pause_or_resume_jobs_of({meta.ns, meta.name});
    if (one.kind != object_kind::flink_state_snapshot)
      pause_or_resume_snapshots_of({one.kind, {meta.ns, meta.name}});
    return;
  }
  pause_or_resume(one);
  if (one.actor) self_->send(one.actor, object_seen{as_told(one, live)});
  tell_of_rival(one);
  if (one.kind == object_kind::flink_session_job) join(one);
  if (one.kind == object_kind::flink_state_snapshot) join_snapshot(one);
}

void operator_shell::primary_vanished(const object_ptr& last) {
  const auto& meta = metadata_of(*last);
  const auto found = children_.find(meta.uid);
  if (found == children_.end()) return join_jobs_of(name_of(*last));  // of a stranger, perhaps
  book_.forget(meta.uid);
  notes_->forget(*last);
  if (found->second.actor) {
    self_->demonitor(found->second.actor);
    self_->send_exit(found->second.actor, caf::exit_reason::user_shutdown);
  }
  const object_name which{meta.ns, meta.name};
  if (found->second.kind == object_kind::flink_state_snapshot) {
    snapshot_vanished(found->second);
    children_.erase(found);
    return;
  }
  if (found->second.kind == object_kind::flink_session_job) {
    leave_cluster(found->second);
    children_.erase(found);
    tell_of_directories(directories_.forget(meta.uid));
    if (jobs_[which] == meta.uid) jobs_.erase(which);
    join_snapshots_of({object_kind::flink_session_job, which});
    pause_or_resume_snapshots_of({object_kind::flink_session_job, which});
    return;
  }
  children_.erase(found);
  leave_brake(meta.uid);
  if (owned_.contains(meta.uid)) look_for_orphans_later();
  if (clusters_[which] == meta.uid) clusters_.erase(which);
  join_jobs_of(which);
  pause_or_resume_jobs_of(which);
  join_snapshots_of({object_kind::flink_deployment, which});
  pause_or_resume_snapshots_of({object_kind::flink_deployment, which});
}

void operator_shell::spawn(child& one) {
  auto given = around_;
  given.out = gateways_of(one);
  one.gate = std::make_shared<pause_gate>();
  given.pause = one.gate;
  given.root = caf::actor_cast<caf::actor>(self_);
  if (one.kind == object_kind::flink_deployment) return spawn_cluster(one, given);
  if (one.kind == object_kind::flink_session_job) return spawn_job(one, given);
  spawn_snapshot(one, given);
}

void operator_shell::spawn_job(child& one, const surroundings& given) {
  const auto live = as_told(one, one.live);
  one.actor = one.paused.empty() ? self_->spawn(job_actor, given, live)
                                 : self_->spawn(paused_actor, given, live, one.paused);
  self_->monitor(one.actor);
  one.cluster_uid.clear();
  one.told_taken.clear();
  tell_of_directories({metadata_of(*one.live).uid});
  join(one);
  join_snapshots_of({one.kind, name_of(*one.live)});
}

void operator_shell::spawn_cluster(child& one, const surroundings& given) {
  const auto& meta = metadata_of(*one.live);
  const auto live = as_told(one, one.live);
  if (!one.paused.empty()) {
    one.actor = self_->spawn(paused_actor, given, live, one.paused);
    self_->monitor(one.actor);
    leave_brake(meta.uid);
    return join_snapshots_of({one.kind, name_of(*one.live)});
  }
  one.told_turn = {};
  assume_disruption(one);
  one.actor = self_->spawn(cluster_actor, given, live);
  self_->monitor(one.actor);
  for (const auto& [at, node] : nodes_) self_->send(one.actor, object_seen{node});
  for (const auto& keeper : {meta.uid, keeper_of(meta.ns, meta.name)})
    if (const auto owned = owned_.find(keeper); owned != owned_.end())
      for (const auto& [uid, its] : owned->second) self_->send(one.actor, object_seen{its});
  join_jobs_of({meta.ns, meta.name});
  join_snapshots_of({one.kind, {meta.ns, meta.name}});
  if (world_known_ && one.confirmed) self_->send(one.actor, world_known{});
}

// ── supervision (ruling "A bug in our own code") ────────────────────────────────────────────────

void operator_shell::failed(const caf::down_msg& down) {
  bool shared = leadership_ && leadership_.address() == down.source;
  for (const auto& one : reflectors_) shared = shared || one.address() == down.source;
  if (shared) {
    around_.gate->close();  // without them nobody may act
    return self_->quit(down.reason);
  }
  if (orphan_ended(down.source)) return;
  for (auto& [uid, one] : children_) {
    if (!one.actor || one.actor.address() != down.source) continue;
    ++actor_failures_;
    one.actor = nullptr;
    const auto now = out_->now().monotonic;
    one.failures.push_back(now);
    std::erase_if(one.failures,
                  [&](milliseconds at) { return now - at > limits::actor_failure_window; });
    if (one.failures.size() >= limits::actor_failures_max) return park(one);
    return spawn(one);
  }
}

/// The resource is left alone, and says so; every other one goes on.
void operator_shell::park(child& one) {
  one.parked = true;
  if (is_left(one)) return;
  const std::string message =
      "drey failed on this resource " + std::to_string(limits::actor_failures_max) +
      " times and has stopped acting on it; please report the operator's log. A restart of the "
      "operator tries again";
  auto wanted = std::make_shared<object>(*one.live);
  std::visit(
      [&]<class T>(T& primary) {
        if constexpr (requires { primary.status.conditions; }) {
          set_condition(
              primary.status.conditions,
              {"Stalled", "True", "Quarantined", message, {}, primary.metadata.generation},
              out_->now().wall);
          primary.status.error = message;
        }
      },
      *wanted);
  out_->tell(*one.live, "Warning", "Quarantined", message);
  out_->kube(kube_write_status{wanted}, [](const kube_answer&) {});
}

}  // namespace drey
