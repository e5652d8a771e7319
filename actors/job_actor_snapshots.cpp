/// What the job shell has to do with FlinkStateSnapshots: it tells its own what they need to know
/// of it, and looks at the one that it is to begin with.
#include <algorithm>

#include "actors/job_actor.hpp"
#include "actors/job_paths.hpp"
#include "actors/job_picture.hpp"
#include "actors/job_start.hpp"
#include "actors/snapshot_claims.hpp"

namespace drey {

namespace {

constexpr milliseconds reference_poll{2'000};

using m = job_machine;

/// It does not run, and nothing but a person brings it back.
bool is_over(const job_known& known, const m::state& now) {
  return std::holds_alternative<m::suspended>(now) || std::holds_alternative<m::ended>(now) ||
         std::holds_alternative<m::blocked>(now) || known.deleting;
}

std::string why_over(const std::string& who, const job_known& known, const m::state& now) {
  if (known.deleting) return who + " is being deleted";
  if (std::holds_alternative<m::suspended>(now)) return who + " is suspended";
  if (const auto* end = std::get_if<m::ended>(&now)) return who + " is " + end->final_state;
  return who + " cannot be restored, and waits for a person";
}

referenced_snapshot judged(const flink_state_snapshot& x, const std::string& of) {
  const auto who = "FlinkStateSnapshot " + text_of_name({x.metadata.ns, x.metadata.name});
  // Held for us, as long as its end is not on record.
  if (x.status.operation && x.status.operation->kind == "dispose")
    return {"", who + " is being deleted: name another", of};
  if (x.status.state == "COMPLETED" && !x.status.path.empty()) return {x.status.path, "", of};
  if (x.status.state == "COMPLETED")
    return {"", who + " does not say where it lies: name another", of};
  if (x.status.state == "FAILED" || x.status.state == "ABANDONED")
    return {"", who + " is " + x.status.state + ": name another", of};
  return {"", "waiting until " + who + " is COMPLETED", of};
}

/// What a person names by its path may lie where Flink's pods alone have it: the folder above may
/// be of this machine.
bool may_lie_elsewhere(const referenced_snapshot& what) {
  const bool is_path = what.of == what.path;
  return is_path && (what.path.starts_with('/') || what.path.starts_with("file:"));
}

}  // namespace

snapshot_source job_shell::source() const {
  const auto& k = job_.machine.known;
  const auto& now = job_.now();
  const auto who = std::string(name_of(itself().kind)) + " " + k.name.name;
  snapshot_source told;
  told.job_uid = k.uid;
  told.job = current_id(k);
  told.cluster = k.spec ? k.spec->deployment_name : std::string{};
  told.endpoint = k.cluster.endpoint;
  told.version = k.cluster.version;
  told.directory = savepoint_directory(k);
  if (is_over(k, now)) {
    told.phase = source_phase::ended;
    told.why = why_over(who, k, now);
  } else if (std::holds_alternative<m::running>(now) && list_is_live(k)) {
    told.phase = source_phase::running;
  } else {
    told.phase = source_phase::starting;
    told.why = who + " does not run with all its tasks";
  }
  return told;
}

void job_shell::tell_source() {
  if (snapshots_.empty()) return;
  auto now = source();
  if (told_source_ && now == *told_source_) return;
  told_source_ = std::move(now);
  for (const auto& [uid, one] : snapshots_) self_->send(one, source_changed{*told_source_});
}

void job_shell::join_snapshot(const snapshot_joined& message) {
  snapshots_[message.uid] = message.actor;
  told_source_ = source();
  self_->send(message.actor, source_changed{*told_source_});
}

void job_shell::record_newest() {
  const auto* running = std::get_if<m::running>(&job_.now());
  if (running != nullptr && list_is_live(known())) perform(the_job, learn_newest{running->id});
}

// ── the snapshot that it begins with ────────────────────────────────────────────────────────────

/// Once: a job that has begun goes on from its own state, until a person rewinds it.
void job_shell::look_at_start() {
  compare_specs();
  auto named = start_named_by(known());
  if (named == known().reference.of) return;
  known().reference = {"", "", std::move(named)};
  start_look_ = after(start_look_);
  if (!known().reference.of.empty()) read_start();
}

void job_shell::read_start() {
  const auto& k = known();
  const auto& job = *k.spec->job;
  if (!job.snapshot) return start_is({k.reference.of, "", k.reference.of});
  const auto& asked = *job.snapshot;
  if (asked.name.empty()) return start_is({asked.path, "", k.reference.of});
  const object_name which{asked.ns.empty() ? k.name.ns : asked.ns, asked.name};
  out_->kube(kube_get{object_kind::flink_state_snapshot, which},
             [this, which, of = k.reference.of](const kube_answer& answer) {
               const auto* live = std::get_if<object_ptr>(&answer.result);
               if (live != nullptr)
                 return start_is(judged(std::get<flink_state_snapshot>(**live), of));
               const auto* why = std::get_if<refusal>(&answer.result);
               if (why == nullptr) return;
               const auto who = "FlinkStateSnapshot " + text_of_name(which);
               start_is({"",
                         why->reason == refusal_reason::not_found
                             ? who + " does not exist: create it, or name another"
                             : who + " cannot be read: " + why->message,
                         of});
             });
}

/// Where the store can be read it must be there; else Flink says so when it is started.
void job_shell::start_is(referenced_snapshot told) {
  if (told.of != known().reference.of) return;  // another one is named by now
  if (told.path.empty()) return start_is_known(std::move(told));
  auto folder = told.path;
  if (constexpr std::string_view file = "/_metadata"; folder.ends_with(file))
    folder.resize(folder.size() - file.size());
  out_->storage({list_snapshots{folder}}, [this, told](const storage_answer& answer) {
    if (told.of != known().reference.of) return;
    auto found = told;
    if (const auto* listed = std::get_if<snapshots_listed>(&answer.result)) {
      const auto there = std::ranges::find_if(listed->all, [&](const stored_snapshot& one) {
        return is_same_snapshot(one.path, told.path);
      });
      if (there != listed->all.end())
        found.format = there->format;
      else if (!may_lie_elsewhere(told))
        found = {"", "there is no snapshot at " + told.path + ": name another", told.of};
    }
    start_is_known(std::move(found));
  });
}

void job_shell::start_is_known(referenced_snapshot told) {
  known().reference = std::move(told);
  if (known().reference.path.empty()) out_->wake(the_reference, start_look_, reference_poll);
  look();
}

}  // namespace drey
