/// What the job shell has to do with FlinkStateSnapshots: it tells its own what they need to know
/// of it, and looks at the one that it is to begin with.
#include <algorithm>

#include "actors/job_actor.hpp"
#include "actors/job_paths.hpp"
#include "actors/job_picture.hpp"
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

referenced_snapshot judged(const flink_state_snapshot& x) {
  const auto who = "FlinkStateSnapshot " + text_of_name({x.metadata.ns, x.metadata.name});
  // Held for us, as long as its end is not on record.
  if (x.status.operation && x.status.operation->kind == "dispose")
    return {"", who + " is being deleted: name another"};
  if (x.status.state == "COMPLETED" && !x.status.path.empty()) return {x.status.path, ""};
  if (x.status.state == "COMPLETED") return {"", who + " does not say where it lies: name another"};
  if (x.status.state == "FAILED" || x.status.state == "ABANDONED")
    return {"", who + " is " + x.status.state + ": name another"};
  return {"", "waiting until " + who + " is COMPLETED"};
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

/// Once: a job that has begun goes on from its own state.
void job_shell::look_at_reference() {
  const auto& k = known();
  const auto* asked =
      k.spec && k.spec->job && k.spec->job->snapshot ? &*k.spec->job->snapshot : nullptr;
  if (asked == nullptr || k.history.submissions > 0) {
    known().reference = {};
    return;
  }
  if (reference_reading_ == reading::under_way) return;
  reference_reading_ = reading::under_way;
  read_reference();
}

void job_shell::read_reference() {
  const auto& k = known();
  if (!k.spec || !k.spec->job || !k.spec->job->snapshot || k.history.submissions > 0) {
    reference_reading_ = reading::idle;
    return;
  }
  const auto& asked = *k.spec->job->snapshot;
  if (asked.name.empty()) return reference_is({asked.path, ""});
  const object_name which{asked.ns.empty() ? k.name.ns : asked.ns, asked.name};
  out_->kube(kube_get{object_kind::flink_state_snapshot, which},
             [this, which](const kube_answer& answer) {
               const auto* live = std::get_if<object_ptr>(&answer.result);
               if (live != nullptr)
                 return reference_is(judged(std::get<flink_state_snapshot>(**live)));
               const auto* why = std::get_if<refusal>(&answer.result);
               if (why == nullptr) return;
               const auto who = "FlinkStateSnapshot " + text_of_name(which);
               reference_is({"", why->reason == refusal_reason::not_found
                                     ? who + " does not exist: create it, or name another"
                                     : who + " cannot be read: " + why->message});
             });
}

/// Where the store can be listed it must be there; else Flink says so when it is started.
void job_shell::reference_is(referenced_snapshot told) {
  if (told.path.empty()) {
    known().reference = std::move(told);
    out_->wake(the_reference, {}, reference_poll);
    return look();
  }
  const auto folder = told.path.substr(0, told.path.rfind('/'));
  out_->storage({list_snapshots{folder}}, [this, told](const storage_answer& answer) {
    auto found = told;
    const auto* listed = std::get_if<snapshots_listed>(&answer.result);
    if (listed != nullptr && std::ranges::none_of(listed->all, [&](const stored_snapshot& one) {
          return is_same_snapshot(one.path, told.path);
        }))
      found = {"", "there is no snapshot at " + told.path + ": name another"};
    known().reference = found;
    if (found.path.empty())
      out_->wake(the_reference, {}, reference_poll);
    else
      reference_reading_ = reading::idle;
    look();
  });
}

}  // namespace drey
