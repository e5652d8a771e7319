/// The snapshot shell's other half: each command as calls of the outside world.
#include <algorithm>

#include "actors/planted_bugs.hpp"
#include "actors/snapshot_actor.hpp"
#include "actors/snapshot_claims.hpp"
#include "actors/snapshot_status.hpp"
#include "actors/spec_problem.hpp"

namespace drey {

namespace {

/// How Flink says that there is nothing to dispose of.
bool says_absent(const std::string& failure) {
  return failure.find("Cannot find meta data file") != std::string::npos ||
         failure.find("FileNotFoundException") != std::string::npos;
}

disposal_told outcome_of(ticket request, const disposal_progress& told) {
  if (told.state != "COMPLETED") return {request, disposal_state::in_progress, ""};
  if (told.failure.empty()) return {request, disposal_state::done, ""};
  return {request, says_absent(told.failure) ? disposal_state::absent : disposal_state::failed,
          told.failure};
}

snapshot_told outcome_of(ticket request, const savepoint_progress& told) {
  if (!told.failure.empty()) return {request, savepoint_state::failed, told.failure, 0};
  if (!told.location.empty()) return {request, savepoint_state::completed, told.location, 0};
  return {request, savepoint_state::in_progress, "", 0};
}

snapshot_told outcome_of(ticket request, const checkpoint_progress& told) {
  if (!told.failure.empty()) return {request, savepoint_state::failed, told.failure, 0};
  if (told.state == "COMPLETED")
    return {request, savepoint_state::completed, "", told.checkpoint_id};
  return {request, savepoint_state::in_progress, "", 0};
}

/// The number of the savepoint at `path`; 0: it is not told of.
std::int64_t number_of(const std::string& path, const checkpoints& told) {
  if (told.savepoint && is_same_snapshot(told.savepoint->path, path)) return told.savepoint->id;
  const auto found = std::ranges::find_if(told.history, [&](const triggered_checkpoint& one) {
    return one.is_savepoint && is_same_snapshot(one.what.path, path);
  });
  return found != told.history.end() ? found->what.id : 0;
}

/// What a JobManager says of the snapshot that is looked for; nothing when it tells of others only.
snapshot_located place_of(const locate_snapshot& wanted, const checkpoints& told) {
  if (!wanted.path.empty()) return {wanted.request, wanted.path, number_of(wanted.path, told)};
  const auto* found = checkpoint_with_id(told, wanted.checkpoint_id);
  if (is_planted(planted_bug::overtaken_checkpoint) && told.completed &&
      told.completed->id != wanted.checkpoint_id)
    found = nullptr;
  return {wanted.request, found != nullptr ? found->path : "", wanted.checkpoint_id};
}

std::string folder_of(std::string path) {
  while (path.ends_with('/')) path.pop_back();
  return path.substr(0, path.rfind('/'));
}

}  // namespace

void snapshot_shell::warn(const std::string& reason, const std::string& message) {
  out_->tell(*primary_->base(), "Warning", reason, message);
}

std::string snapshot_shell::error_reason() const {
  return live().spec && live().spec->savepoint ? "SavepointError" : "CheckpointError";
}

void snapshot_shell::perform(std::uint8_t from, const record_intent& command) {
  if (from == the_snapshot && is_planted(planted_bug::unwritten_snapshot))
    snapshot_.learn(status_written{command.request});
  last_intent_ = after(last_intent_);
  intents_.push_back({last_intent_, from, command.request});
  publish(last_intent_);
}
void snapshot_shell::perform(std::uint8_t from, const set_deadline& command) {
  out_->wake(from, command.timer, command.wait);
}
void snapshot_shell::perform(std::uint8_t, const add_finalizer& command) {
  primary_->want({command.request, finalizer_change::add, std::string(snapshot_finalizer)});
}
void snapshot_shell::perform(std::uint8_t, const remove_finalizer& command) {
  primary_->want({command.request, finalizer_change::remove, std::string(snapshot_finalizer)});
}

// ── memory ──────────────────────────────────────────────────────────────────────────────────────

void snapshot_shell::perform(std::uint8_t, const note_attempt& command) {
  fold(memory_, command, source_, out_->now().wall);
}
void snapshot_shell::perform(std::uint8_t, const note_snapshot& command) {
  fold(memory_, command, out_->now().wall);
  if (!command.of) memory_.origin = origin_named_by(live().metadata);
  publish(std::nullopt);
  if (!command.of) return;  // it was there before
  if (const auto job = job_of(live())) self_->send(around_.root, newest_wanted{*job});
  if (command.path.empty())
    return warn(error_reason(), "it is complete, and was forgotten before its path was learned");
  out_->tell(*primary_->base(), "Normal", "SnapshotCompleted", command.path);
}
void snapshot_shell::perform(std::uint8_t, const note_failed_attempt& command) {
  fold(memory_, command, out_->now().wall);
  publish(std::nullopt);
  warn(error_reason(), command.why);
}
void snapshot_shell::perform(std::uint8_t, const note_abandoned& command) {
  fold(memory_, command, out_->now().wall);
  publish(std::nullopt);
  warn("SnapshotAbandoned", command.why);
}

// ── taking it ───────────────────────────────────────────────────────────────────────────────────

void snapshot_shell::perform(std::uint8_t, const ask_snapshot& command) {
  const auto& what = command.what;
  const auto answered = [this, command](const flink_answer& answer) {
    if (const auto* why = std::get_if<refusal>(&answer.result))
      return snapshot_.learn(call_refused{command.request, why->reason, why->message});
    savepoint_ids_.learn(command.what.trigger_id, answer);
    snapshot_.learn(trigger_accepted{command.request});
  };
  if (what.kind == snapshot_kind::checkpoint)
    return out_->flink(source_.endpoint, trigger_checkpoint{what.job, what.trigger_id}, answered);
  const auto& spec = live().spec;
  const bool native = spec && spec->savepoint && spec->savepoint->format_type == "NATIVE";
  const auto version =
      is_planted(planted_bug::foreign_trigger_id) ? flink_version::v1_20 : source_.version;
  out_->flink(
      source_.endpoint,
      trigger_savepoint{what.job, what.trigger_id, what.directory, native ? "NATIVE" : "", version},
      answered);
}

void snapshot_shell::perform(std::uint8_t, const look_at_snapshot& command) {
  const auto& what = command.what;
  const followed_savepoint savepoint{what.job, what.trigger_id, what.directory};
  const auto answered = [this, savepoint,
                         request = command.request](const flink_answer& told_by_flink) {
    const auto answer = savepoint_ids_.meaning_of(savepoint, told_by_flink);
    if (const auto* why = std::get_if<refusal>(&answer.result))
      return snapshot_.learn(call_refused{request, why->reason, why->message});
    if (const auto* told = std::get_if<savepoint_progress>(&answer.result))
      snapshot_.learn(outcome_of(request, *told));
    if (const auto* told = std::get_if<checkpoint_progress>(&answer.result))
      snapshot_.learn(outcome_of(request, *told));
  };
  if (source_.endpoint.host.empty())
    return snapshot_.learn(
        call_refused{command.request, refusal_reason::unavailable, "nobody can be asked"});
  if (what.kind == snapshot_kind::checkpoint)
    return out_->flink(source_.endpoint, get_triggered_checkpoint{what.job, what.trigger_id},
                       answered);
  out_->flink(source_.endpoint, savepoint_ids_.look_at(savepoint, source_.version), answered);
}

void snapshot_shell::perform(std::uint8_t, const locate_snapshot& command) {
  if (source_.endpoint.host.empty())
    return snapshot_.learn(
        call_refused{command.request, refusal_reason::unavailable, "nobody can be asked"});
  out_->flink(source_.endpoint, get_checkpoints{command.job},
              [this, command](const flink_answer& answer) {
                if (const auto* why = std::get_if<refusal>(&answer.result))
                  return snapshot_.learn(call_refused{command.request, why->reason, why->message});
                if (const auto* told = std::get_if<checkpoints>(&answer.result))
                  snapshot_.learn(place_of(command, *told));
              });
}

void snapshot_shell::perform(std::uint8_t, const list_snapshot& command) {
  out_->storage({list_snapshots{command.directory}}, [this, request = command.request](
                                                         const storage_answer& answer) {
    if (const auto* why = std::get_if<refusal>(&answer.result))
      return snapshot_.learn(call_refused{request, why->reason, why->message});
    const auto* listed = std::get_if<snapshots_listed>(&answer.result);
    if (listed == nullptr) return;
    snapshot_.learn(snapshot_listed{request, listed->all.empty() ? "" : listed->all.back().path});
  });
}

// ── its end ─────────────────────────────────────────────────────────────────────────────────────

void snapshot_shell::perform(std::uint8_t, const gather_claims& command) {
  gathering_ = command.request;
  gathered_.clear();
  const auto kinds = {object_kind::flink_session_job, object_kind::flink_deployment,
                      object_kind::flink_state_snapshot};
  lists_open_ = static_cast<int>(kinds.size()) + 1;
  claims_.clear();
  self_->send(around_.root, claims_wanted{live().metadata.uid, command.request,
                                          std::make_shared<object>(remembered())});
  for (const auto kind : kinds)
    out_->kube(kube_list{kind, name_.ns, ""},
               [this, request = command.request](const kube_answer& answer) {
                 list_came(request, answer);
               });
}

void snapshot_shell::list_came(ticket request, const kube_answer& answer) {
  if (request != gathering_) return;
  if (const auto* why = std::get_if<refusal>(&answer.result)) {
    gathering_ = {};
    return removal_.learn(call_refused{request, why->reason, why->message});
  }
  const auto& list = std::get<object_list>(answer.result);
  gathered_.insert(gathered_.end(), list.items.begin(), list.items.end());
  one_came(request);
}

void snapshot_shell::others_told(const claims_told& told) {
  if (told.request != gathering_) return;
  claims_.insert(claims_.end(), told.claims.begin(), told.claims.end());
  one_came(told.request);
}

void snapshot_shell::one_came(ticket request) {
  if (--lists_open_ > 0) return;
  judge_claims();
  removal_.learn(claims_gathered{request});
}

void snapshot_shell::judge_claims() {
  const auto what = remembered();
  const auto here = claims_on(what, gathered_);
  claims_.insert(claims_.end(), here.begin(), here.end());
  if (is_planted(planted_bug::needed_files_go)) claims_.clear();
  for (const auto& one : claims_)
    if (one.job) self_->send(around_.root, newest_wanted{*one.job});
  const auto* cluster = disposer_of(what, gathered_);
  disposer_ = cluster == nullptr ? "" : cluster->metadata.name;
  disposer_at_ = {disposer_ + "-rest." + name_.ns};
  if (cluster != nullptr && cluster->spec)
    disposer_at_.security = rest_security_of(cluster->spec->flink_configuration);
  gathered_.clear();
}

void snapshot_shell::perform(std::uint8_t, const note_disposal& command) {
  std::erase_if(memory_.conditions,
                [](const condition& one) { return one.type == held_condition; });
  fold(memory_, command, out_->now().wall);
}
void snapshot_shell::perform(std::uint8_t, const note_held& command) {
  const auto& all = memory_.conditions;
  const auto told = std::ranges::find(all, held_condition, &condition::type);
  const bool news = told == all.end() || told->message != command.why;
  fold(memory_, command, out_->now().wall);
  publish(std::nullopt);
  if (news) warn("CleanupFailed", "it is held: " + command.why);
}
void snapshot_shell::perform(std::uint8_t, const forget_files& command) {
  files_ = files::gone;
  if (!command.left_behind.empty())
    warn("CleanupFailed",
         "its files are left behind at " + memory_.path + ": " + command.left_behind);
}

void snapshot_shell::perform(std::uint8_t, const ask_disposal& command) {
  out_->flink(disposer_at_, dispose_savepoint{command.path},
              [this, request = command.request](const flink_answer& answer) {
                if (const auto* why = std::get_if<refusal>(&answer.result))
                  return removal_.learn(call_refused{request, why->reason, why->message});
                if (const auto* begun = std::get_if<disposal_accepted>(&answer.result))
                  removal_.learn(disposal_begun{request, begun->request});
              });
}
void snapshot_shell::perform(std::uint8_t, const look_at_disposal& command) {
  out_->flink(disposer_at_, get_disposal{command.id},
              [this, request = command.request](const flink_answer& answer) {
                if (const auto* why = std::get_if<refusal>(&answer.result))
                  return removal_.learn(call_refused{request, why->reason, why->message});
                if (const auto* told = std::get_if<disposal_progress>(&answer.result))
                  removal_.learn(outcome_of(request, *told));
              });
}
/// The folder above is listed: one that is not there shows in that it is not named.
void snapshot_shell::perform(std::uint8_t, const list_files& command) {
  out_->storage(
      {list_snapshots{folder_of(command.path)}}, [this, command](const storage_answer& answer) {
        if (const auto* why = std::get_if<refusal>(&answer.result))
          return removal_.learn(call_refused{command.request, why->reason, why->message});
        const auto* listed = std::get_if<snapshots_listed>(&answer.result);
        if (listed == nullptr) return;
        const bool there = std::ranges::any_of(listed->all, [&](const stored_snapshot& one) {
          return is_same_snapshot(one.path, command.path);
        });
        removal_.learn(files_listed{command.request, there ? files::there : files::gone});
      });
}

}  // namespace drey
