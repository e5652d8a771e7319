/// The part of the root that brings snapshots and their jobs together.
#include "actors/operator_actor.hpp"
#include "actors/paused_actor.hpp"
#include "actors/primary_log.hpp"
#include "actors/snapshot_actor.hpp"
#include "actors/snapshot_claims.hpp"
#include "actors/snapshot_messages.hpp"

namespace drey {

namespace {

/// The FlinkSessionJob that it is of; none: it names none.
std::optional<object_name> job_of(const flink_state_snapshot& snapshot) {
  const auto& spec = snapshot.spec;
  if (!spec || !spec->job_name || spec->job_kind.value_or("") != "FlinkSessionJob")
    return std::nullopt;
  return object_name{snapshot.metadata.ns, *spec->job_name};
}

/// What a snapshot is told where no actor of a job speaks for itself.
snapshot_source no_source(const flink_state_snapshot& snapshot) {
  snapshot_source none;
  const auto& spec = snapshot.spec;
  if (!spec || !spec->job_name) return none;
  if (spec->job_kind == "FlinkDeployment") {
    none.phase = source_phase::unsupported;
    none.why =
        "spec.jobReference.kind: this version of drey runs no jobs of FlinkDeployments. Name a "
        "FlinkSessionJob";
    return none;
  }
  none.phase = source_phase::missing;
  none.why = "there is no FlinkSessionJob " + *spec->job_name + " in this namespace";
  return none;
}

/// Of a job: those without which the operator would not look after it.
string_map labels_selected_by(const label_selector& selector, const string_map& labels) {
  string_map needed;
  for (const auto& one : labels) {
    auto others = labels;
    others.erase(one.first);
    if (!selector.matches(others)) needed.insert(one);
  }
  return needed;
}

/// What job `whose` is told of those with these UIDs.
template <class Children, class Child>
snapshots_seen sight_of(const Children& children, const std::set<std::string>& uids,
                        const Child& whose, const label_selector& selector) {
  snapshots_seen told{{}, labels_selected_by(selector, metadata_of(*whose.live).labels)};
  for (const auto& uid : uids)
    if (const auto one = children.find(uid); one != children.end())
      told.all.push_back(one->second.live);
  return told;
}

}  // namespace

operator_shell::child* operator_shell::job_named(const object_name& job) {
  const auto uid = jobs_.find(job);
  if (uid == jobs_.end()) return nullptr;
  const auto found = children_.find(uid->second);
  return found == children_.end() ? nullptr : &found->second;
}

void operator_shell::spawn_snapshot(child& one, const surroundings& given) {
  one.actor = one.paused.empty() ? self_->spawn(snapshot_actor, given, one.live)
                                 : self_->spawn(paused_actor, given, one.live, one.paused);
  self_->monitor(one.actor);
  one.joined_uid.clear();
  const auto job = job_of(std::get<flink_state_snapshot>(*one.live));
  if (job) snapshots_[*job].insert(metadata_of(*one.live).uid);
  join_snapshot(one);
}

/// Brings a snapshot and its job together; one without a job is told so once absence means it.
void operator_shell::join_snapshot(child& one) {
  const auto& snapshot = std::get<flink_state_snapshot>(*one.live);
  const auto job = job_of(snapshot);
  auto* whose = job ? job_named(*job) : nullptr;
  if (world_known_ && whose != nullptr && whose->actor && whose->paused.empty())
    self_->send(whose->actor, sight_of(children_, snapshots_[*job], *whose, selector_));
  if (!one.actor || !one.paused.empty()) return;
  if (whose == nullptr) {
    one.joined_uid.clear();
    if (world_known_) self_->send(one.actor, source_changed{no_source(snapshot)});
    return;
  }
  if (!whose->actor || !whose->paused.empty()) return;
  const auto& uid = metadata_of(*whose->live).uid;
  if (std::exchange(one.joined_uid, uid) == uid) return;
  self_->send(whose->actor, snapshot_joined{snapshot.metadata.uid, one.actor});
}

/// Its actor is another, or it is gone.
void operator_shell::join_snapshots_of(const object_name& job) {
  const auto found = snapshots_.find(job);
  if (found == snapshots_.end()) {
    auto* whose = job_named(job);
    if (world_known_ && whose != nullptr && whose->actor && whose->paused.empty())
      self_->send(whose->actor, sight_of(children_, {}, *whose, selector_));
    return;
  }
  for (const auto& uid : found->second) {
    const auto one = children_.find(uid);
    if (one == children_.end()) continue;
    one->second.joined_uid.clear();
    join_snapshot(one->second);
  }
}

void operator_shell::pause_or_resume_snapshots_of(const object_name& job) {
  const auto found = snapshots_.find(job);
  if (found == snapshots_.end()) return;
  for (const auto& uid : found->second)
    if (const auto one = children_.find(uid); one != children_.end()) pause_or_resume(one->second);
}

void operator_shell::snapshot_vanished(const child& one) {
  const auto& snapshot = std::get<flink_state_snapshot>(*one.live);
  const auto job = job_of(snapshot);
  if (!job) return;
  auto& left = snapshots_[*job];
  left.erase(snapshot.metadata.uid);
  if (auto* whose = job_named(*job); whose != nullptr && whose->actor) {
    self_->send(whose->actor, snapshot_left{snapshot.metadata.uid});
    if (world_known_) self_->send(whose->actor, sight_of(children_, left, *whose, selector_));
  }
  if (left.empty()) snapshots_.erase(*job);
}

/// A snapshot has read its own namespace; its job takes what is seen: whoever names one too late
/// finds its resource gone, and what disposes of its files reads anew.
void operator_shell::tell_claims(const claims_wanted& asked) {
  const auto found = children_.find(asked.uid);
  if (found == children_.end() || !found->second.actor) return;
  const auto& snapshot = std::get<flink_state_snapshot>(*asked.snapshot);
  const bool is_job = found->second.kind == object_kind::flink_session_job;
  std::vector<object_ptr> seen;
  for (const auto& [uid, one] : children_)
    if (is_job || metadata_of(*one.live).ns != snapshot.metadata.ns) seen.push_back(one.live);
  self_->send(found->second.actor, claims_told{asked.request, claims_on(snapshot, seen)});
}

void operator_shell::pass_on(const newest_wanted& asked) {
  if (auto* job = job_named(asked.job); job != nullptr && job->actor)
    self_->send(job->actor, asked);
}

/// A spec that names another job than it did.
void operator_shell::leave_job(child& one, const object& next) {
  const auto now = job_of(std::get<flink_state_snapshot>(next));
  if (!is_fresher(next, *one.live) || now == job_of(std::get<flink_state_snapshot>(*one.live)))
    return;
  snapshot_vanished(one);
  one.joined_uid.clear();
  if (now) snapshots_[*now].insert(metadata_of(next).uid);
}

/// Paused with its job, whose state it is.
std::string operator_shell::why_snapshot_paused(const child& one) {
  const auto job = job_of(std::get<flink_state_snapshot>(*one.live));
  const auto* whose = job ? job_named(*job) : nullptr;
  if (whose == nullptr || whose->paused.empty()) return {};
  return "its job " + job->name + " is paused";
}

}  // namespace drey
