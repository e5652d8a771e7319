/// What the job shell has to do with its periodic snapshots: what is known of them and asked for,
/// and each command as calls.
#include <algorithm>

#include "actors/job_actor.hpp"
#include "actors/job_picture.hpp"
#include "protocol/flink_versions.hpp"

namespace drey {

namespace {

/// A snapshot that somebody may restore from is asked about again after this.
constexpr milliseconds kept_for{15'000};

const configuration nothing_said;

bool is_final(refusal_reason why) {
  return why == refusal_reason::forbidden || why == refusal_reason::invalid;
}

}  // namespace

/// Read anew when one of the two changed: texts of every job, at every look, would add up.
const snapshot_options& job_shell::snapshot_options_in_force() {
  const auto& k = known();
  if (options_read_.spec == k.spec && options_read_.cluster == k.cluster.config)
    return options_read_.options;
  options_read_ = {k.spec, k.cluster.config, {}};
  options_read_.options = snapshot_options_of(k.spec ? k.spec->flink_configuration : nothing_said,
                                              k.cluster.config ? *k.cluster.config : nothing_said);
  return options_read_.options;
}

/// A person, or a schedule, waits for a snapshot of it.
bool job_shell::is_saving() const {
  const auto& snapshots = schedule_.machine.known.all;
  return !std::holds_alternative<savepoint_machine::idle>(savepoint_.now()) ||
         !std::holds_alternative<savepoint_machine::idle>(asked_checkpoint_.now()) ||
         (snapshots && std::ranges::find(*snapshots, snapshot_stand::taking,
                                         &scheduled_snapshot::stand) != snapshots->end());
}

void job_shell::prepare(snapshot_schedule_machine& machine) {
  const auto& k = known();
  const auto& options = snapshot_options_in_force();
  const auto* running = std::get_if<job_machine::running>(&job_.now());
  const bool saves = !std::holds_alternative<savepoint_machine::idle>(savepoint_.now()) ||
                     !std::holds_alternative<savepoint_machine::idle>(asked_checkpoint_.now()) ||
                     !std::holds_alternative<checkpoint_machine::idle>(checkpoint_.now());
  auto& all = machine.known;
  all.now = out_->now();
  all.created = metadata_of(*primary_->base()).creation_timestamp.value_or(milliseconds{0});
  all.running = running != nullptr && list_is_live(k) && !k.deleting ? running->id : job_id{};
  all.saving = saves ? schedule_known::saving::something : schedule_known::saving::nothing;
  all.savepoints = options.savepoints;
  all.checkpoints = options.checkpoints;
  if (!capabilities_of(k.cluster.version).checkpoint_trigger) all.checkpoints.every = {};
  all.last_savepoint = book_.last(snapshot_kind::savepoint);
  all.last_checkpoint = book_.last(snapshot_kind::checkpoint);
  all.all = book_.all(k.uid, all.now.wall);
  const auto& written = live().status.lineage;
  const bool is_named = written && written->unlisted == k.history.unlisted;
  all.unlisted = is_named ? k.history.unlisted : std::nullopt;
}

void job_shell::snapshots_are(const snapshots_seen& message) {
  book_.told(message.all);
  selected_labels_ = message.labels;
  look();
}

void job_shell::perform(std::uint8_t, const make_snapshot& command) {
  const auto& k = known();
  auto wanted = periodic_snapshot(itself(), k.uid, command.what, snapshot_options_in_force(),
                                  selected_labels_);
  out_->kube(kube_create{std::make_shared<object>(std::move(wanted))},
             [this, command](const kube_answer& answer) {
               const auto* why = std::get_if<refusal>(&answer.result);
               if (why != nullptr && why->reason != refusal_reason::already_exists)
                 return snapshot_refused(command.request, command.what.kind, *why);
               const auto* one = std::get_if<object_ptr>(&answer.result);
               book_.made(command.what, one != nullptr ? *one : nullptr, out_->now().wall);
               told_refusal_.clear();
               schedule_.learn(snapshot_made{command.request});
             });
}

/// Told once, for as long as the reason is the same.
void job_shell::snapshot_refused(ticket request, snapshot_kind kind, const refusal& why) {
  const bool is_savepoint = kind == snapshot_kind::savepoint;
  if (!may_have_happened(why.reason) && why.message != told_refusal_) {
    told_refusal_ = why.message;
    out_->tell(*primary_->base(), "Warning", is_savepoint ? "SavepointError" : "CheckpointError",
               "the FlinkStateSnapshot of a " + std::string(name_of(kind)) +
                   " cannot be made: " + why.message);
  }
  schedule_.learn(call_refused{request, why.reason, why.message});
}

/// Where FlinkStateSnapshots are not known it stays in status only, as with Apache.
void job_shell::perform(std::uint8_t, const make_listing& command) {
  const auto& k = known();
  const auto& what = command.what;
  const snapshot_origin origin{k.uid, what.job_id, k.spec ? k.spec->deployment_name : "",
                               what.checkpoint_id};
  auto wanted = resource_of(
      itself(), {what.name, snapshot_kind::savepoint, snapshot_trigger::upgrade, what.path, origin},
      snapshot_options_in_force(), selected_labels_);
  out_->kube(kube_create{std::make_shared<object>(std::move(wanted))},
             [this, command](const kube_answer& answer) {
               const auto* why = std::get_if<refusal>(&answer.result);
               const bool is_there =
                   why == nullptr || why->reason == refusal_reason::already_exists;
               const bool is_vain = why != nullptr && known().deleting && is_final(why->reason);
               if (is_vain)  // its namespace goes, too, or no one may make any
                 out_->tell(*primary_->base(), "Warning", "SavepointError",
                            "no FlinkStateSnapshot tells of the savepoint at " + command.what.path +
                                ": " + why->message);
               if (!is_there && !is_vain && why->reason != refusal_reason::not_found)
                 return snapshot_refused(command.request, snapshot_kind::savepoint, *why);
               is_listed(command.what, is_there ? command.what.name : "");
               schedule_.learn(snapshot_made{command.request});
             });
}

void job_shell::is_listed(const unlisted_savepoint& what, const std::string& snapshot) {
  auto& history = known().history;
  if (history.unlisted == what) history.unlisted.reset();
  if (history.newest && history.newest->path == what.path) history.newest->snapshot = snapshot;
  told_refusal_.clear();
  publish(std::nullopt);
}

void job_shell::perform(std::uint8_t, const ask_keepers& command) {
  asking_keepers_ = command.request;
  if (auto which = book_.find(command.uid))
    self_->send(around_.root, claims_wanted{known().uid, command.request, std::move(which)});
}

/// Whoever has newer state that is not on record yet is asked to put it there.
void job_shell::keepers_are(const claims_told& told) {
  if (told.request != asking_keepers_) return;
  std::string text;
  for (const auto& one : told.claims) {
    text += (text.empty() ? "" : "; ") + one.why;
    if (one.job) self_->send(around_.root, newest_wanted{*one.job});
  }
  schedule_.learn(keepers_told{told.request, text});
}

void job_shell::perform(std::uint8_t, const note_kept& command) {
  book_.kept(command.uid, out_->now().wall + kept_for);
}

void job_shell::perform(std::uint8_t, const let_snapshot_go& command) {
  const object_name which{known().name.ns, command.name};
  out_->kube(kube_delete{object_kind::flink_state_snapshot, which, command.uid},
             [this, command](const kube_answer& answer) {
               const auto* why = std::get_if<refusal>(&answer.result);
               if (why != nullptr && why->reason != refusal_reason::not_found)
                 return schedule_.learn(call_refused{command.request, why->reason, why->message});
               book_.let_go(command.uid);
               schedule_.learn(snapshot_let_go{command.request});
             });
}

}  // namespace drey
