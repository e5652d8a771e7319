/// The part of the root that brings snapshots and their jobs together.
#include "actors/application.hpp"
#include "actors/operator_actor.hpp"
#include "actors/paused_actor.hpp"
#include "actors/primary_log.hpp"
#include "actors/snapshot_actor.hpp"
#include "actors/snapshot_book.hpp"
#include "actors/snapshot_claims.hpp"
#include "actors/snapshot_messages.hpp"

namespace drey {

namespace {

/// What a snapshot is told that was made for a job which is gone: another of its name is no reason.
snapshot_source source_gone(const job_reference& job) {
  snapshot_source gone;
  gone.phase = source_phase::ended;
  gone.why = std::string(name_of(job.kind)) + " " + job.name.name + ", which asked for it, is gone";
  return gone;
}

/// What a snapshot is told where no actor of a job speaks for itself.
snapshot_source no_source(const std::optional<job_reference>& job, bool is_there) {
  snapshot_source none;
  none.phase = is_there ? source_phase::unsupported : source_phase::missing;
  const auto who = job ? std::string(name_of(job->kind)) + " " + job->name.name : std::string{};
  if (!job)
    none.why =
        "spec.jobReference: it names no job. Give kind (FlinkSessionJob or FlinkDeployment) and "
        "name";
  else if (is_there)
    none.why =
        "spec.jobReference: " + who + " is a session cluster. Name one of its FlinkSessionJobs";
  else
    none.why = "there is no " + who + " in this namespace";
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

bool has_job(const object& live) {
  const auto* cluster = std::get_if<flink_deployment>(&live);
  return cluster == nullptr || is_application(*cluster);
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

/// Null: there is none of that name. The job of a FlinkDeployment is spoken to by its cluster.
operator_shell::child* operator_shell::owner_of_job(const job_reference& job) {
  const auto& names = job.kind == object_kind::flink_session_job ? jobs_ : clusters_;
  const auto uid = names.find(job.name);
  if (uid == names.end()) return nullptr;
  const auto found = children_.find(uid->second);
  return found == children_.end() ? nullptr : &found->second;
}

void operator_shell::spawn_snapshot(child& one, const surroundings& given) {
  const auto live = as_told(one, one.live);
  one.actor = one.paused.empty() ? self_->spawn(snapshot_actor, given, live)
                                 : self_->spawn(paused_actor, given, live, one.paused);
  self_->monitor(one.actor);
  one.joined_uid.clear();
  const auto job = job_of(std::get<flink_state_snapshot>(*one.live));
  if (job) snapshots_[*job].insert(metadata_of(*one.live).uid);
  join_snapshot(one);
}

/// All that name its job, as they are now.
void operator_shell::tell_snapshots(child& whose) {
  if (!world_known_ || !whose.actor || !whose.paused.empty() || !has_job(*whose.live)) return;
  const auto found = snapshots_.find({whose.kind, name_of(*whose.live)});
  const auto& uids = found == snapshots_.end() ? std::set<std::string>{} : found->second;
  auto told = sight_of(children_, uids, whose, selector_);
  for (auto& one : told.all) one = as_told(whose, one);
  self_->send(whose.actor, std::move(told));
}

/// Brings a snapshot and its job together; one without a job is told so once absence means it.
void operator_shell::join_snapshot(child& one) {
  const auto& snapshot = std::get<flink_state_snapshot>(*one.live);
  const auto job = job_of(snapshot);
  auto* whose = job ? owner_of_job(*job) : nullptr;
  if (whose != nullptr) tell_snapshots(*whose);
  if (!one.actor || !one.paused.empty()) return;
  const auto asker = made_for(snapshot.metadata);
  if (job && !asker.empty() && (whose == nullptr || metadata_of(*whose->live).uid != asker)) {
    one.joined_uid.clear();
    if (world_known_) self_->send(one.actor, source_changed{source_gone(*job)});
    return;
  }
  if (whose == nullptr || !has_job(*whose->live)) {
    one.joined_uid.clear();
    if (world_known_) self_->send(one.actor, source_changed{no_source(job, whose != nullptr)});
    return;
  }
  if (!whose->actor || !whose->paused.empty()) return;
  const auto& uid = metadata_of(*whose->live).uid;
  if (std::exchange(one.joined_uid, uid) == uid) return;
  self_->send(whose->actor, snapshot_joined{snapshot.metadata.uid, one.actor});
}

/// Its actor is another, or it is gone.
void operator_shell::join_snapshots_of(const job_reference& job) {
  const auto found = snapshots_.find(job);
  if (found == snapshots_.end()) {
    if (auto* whose = owner_of_job(job)) tell_snapshots(*whose);
    return;
  }
  for (const auto& uid : found->second) {
    const auto one = children_.find(uid);
    if (one == children_.end()) continue;
    one->second.joined_uid.clear();
    join_snapshot(one->second);
  }
}

void operator_shell::pause_or_resume_snapshots_of(const job_reference& job) {
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
  if (auto* whose = owner_of_job(*job); whose != nullptr && whose->actor && has_job(*whose->live)) {
    self_->send(whose->actor, snapshot_left{snapshot.metadata.uid});
    tell_snapshots(*whose);
  }
  if (left.empty()) snapshots_.erase(*job);
}

/// A snapshot has read its own namespace; its job takes what is seen: whoever names one too late
/// finds its resource gone, and what disposes of its files reads anew.
void operator_shell::tell_claims(const claims_wanted& asked) {
  const auto found = children_.find(asked.uid);
  if (found == children_.end() || !found->second.actor) return;
  const auto& snapshot = std::get<flink_state_snapshot>(*asked.snapshot);
  const bool is_job = found->second.kind != object_kind::flink_state_snapshot;
  std::vector<object_ptr> seen;
  for (const auto& [uid, one] : children_)
    if (is_job || metadata_of(*one.live).ns != snapshot.metadata.ns) seen.push_back(one.live);
  self_->send(found->second.actor, claims_told{asked.request, claims_on(snapshot, seen)});
}

void operator_shell::pass_on(const newest_wanted& asked) {
  if (auto* job = owner_of_job(asked.job); job != nullptr && job->actor && has_job(*job->live))
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
  const auto* whose = job ? owner_of_job(*job) : nullptr;
  if (whose == nullptr || whose->paused.empty()) return {};
  return "its job " + job->name.name + " is paused";
}

}  // namespace drey
