/// The job shell's savepoints and checkpoints that a person asked for by a nonce: what is known of
/// them, what status says, and each command as calls.
#include "actors/job_actor.hpp"
#include "actors/job_memory.hpp"
#include "actors/job_paths.hpp"
#include "actors/job_picture.hpp"
#include "protocol/flink_versions.hpp"

namespace drey {

namespace {

resource_told stand_of(ticket request, const flink_state_snapshot_status& status) {
  if (status.state == "COMPLETED") return {request, resource_stand::completed, status.path};
  if (status.state == "FAILED" || status.state == "ABANDONED")
    return {request, resource_stand::failed, status.error};
  return {request, resource_stand::under_way, ""};
}

}  // namespace

void job_shell::prepare(savepoint_machine& machine) {
  const auto& job = known();
  const auto kind =
      &machine == &savepoint_.machine ? snapshot_kind::savepoint : snapshot_kind::checkpoint;
  const auto* running = std::get_if<job_machine::running>(&job_.now());
  auto& all = machine.known;
  all.now = out_->now();
  all.uid = job.uid;
  all.name = job.name.name;
  all.kind = kind;
  all.nonce = asked_nonce(kind);
  all.recorded = record_of(kind);
  all.directory = savepoint_directory(job);
  all.trigger = capabilities_of(job.cluster.version).checkpoint_trigger;
  const bool as_resource = snapshot_options_in_force().record == snapshot_record::as_resource;
  all.way = !book_.is_told() ? taken_by::not_known_yet
            : as_resource    ? taken_by::resource
                             : taken_by::itself;
  all.running = running != nullptr && list_is_live(job) ? running->id : job_id{};
}

/// What a person asks for is asked for with the newest spec, undone or not.
std::optional<std::int64_t> job_shell::asked_nonce(snapshot_kind kind) const {
  const auto& k = job_.machine.known;
  const auto& spec = k.rollback && k.asked ? k.asked : k.spec;
  if (!spec || !spec->job) return std::nullopt;
  return kind == snapshot_kind::savepoint ? savepoint_nonce(*spec->job)
                                          : spec->job->checkpoint_trigger_nonce;
}

void job_shell::records_are(const flink_session_job_status& status) {
  records_ = {status.savepoint.value_or(savepoint_record{}),
              status.checkpoint.value_or(savepoint_record{})};
}

void job_shell::take_over_records() {
  const auto& status = live().status;
  const auto take_over = [&](snapshot_kind kind, const std::optional<savepoint_record>& live) {
    auto& ours = record_of(kind);
    ours = later_of(ours, live.value_or(savepoint_record{}), asked_nonce(kind));
  };
  take_over(snapshot_kind::savepoint, status.savepoint);
  take_over(snapshot_kind::checkpoint, status.checkpoint);
}

void job_shell::perform(std::uint8_t from, const note_savepoint& command) {
  const bool is_savepoint = from == the_savepoint;
  const auto& record = command.record;
  record_of(is_savepoint ? snapshot_kind::savepoint : snapshot_kind::checkpoint) = record;
  if (is_savepoint && record.state == "IN_PROGRESS" && !record.trigger_id.empty())
    perform(from, remember_trigger{record.trigger_id});
  if (record.state == "COMPLETED")
    out_->tell(*primary_->base(), "Normal",
               is_savepoint ? "SavepointCompleted" : "CheckpointCompleted",
               (is_savepoint ? "Savepoint " : "Checkpoint ") + record.location);
  if (record.state == "FAILED")
    out_->tell(*primary_->base(), "Warning", is_savepoint ? "SavepointError" : "CheckpointError",
               record.error);
  publish(std::nullopt);
}

void job_shell::perform(std::uint8_t, const ask_savepoint& command) {
  const auto& what = command.what;
  const auto answered = [this, command](const flink_answer& answer) {
    auto& runner = asked(command.what.kind);
    if (const auto* why = std::get_if<refusal>(&answer.result))
      return runner.learn(call_refused{command.request, why->reason, why->message});
    savepoint_ids_.learn(command.what.trigger_id, answer);
    runner.learn(trigger_accepted{command.request});
  };
  if (what.kind == snapshot_kind::checkpoint)
    return out_->flink(known().cluster.endpoint, trigger_checkpoint{what.job, what.trigger_id},
                       answered);
  out_->flink(
      known().cluster.endpoint,
      trigger_savepoint{what.job, what.trigger_id, what.directory, "", known().cluster.version},
      answered);
}

void job_shell::perform(std::uint8_t, const look_at_savepoint& command) {
  const auto& what = command.what;
  const followed_savepoint savepoint{what.job, what.trigger_id, what.directory};
  const auto answered = [this, command, savepoint](const flink_answer& told_by_flink) {
    auto& runner = asked(command.what.kind);
    const auto answer = savepoint_ids_.meaning_of(savepoint, told_by_flink);
    if (const auto* why = std::get_if<refusal>(&answer.result))
      return runner.learn(call_refused{command.request, why->reason, why->message});
    if (const auto* told = std::get_if<checkpoint_progress>(&answer.result))
      return asked_checkpoint_told(command, *told);
    const auto* told = std::get_if<savepoint_progress>(&answer.result);
    if (told == nullptr) return;
    const auto [state, detail] = outcome_of(*told);
    runner.learn(savepoint_told{command.request, state, detail});
  };
  if (what.kind == snapshot_kind::checkpoint)
    return out_->flink(known().cluster.endpoint,
                       get_triggered_checkpoint{what.job, what.trigger_id}, answered);
  out_->flink(known().cluster.endpoint, savepoint_ids_.look_at(savepoint, known().cluster.version),
              answered);
}

/// Where it lies the JobManager tells elsewhere, as long as it is among the last ten.
void job_shell::asked_checkpoint_told(const look_at_savepoint& command,
                                      const checkpoint_progress& told) {
  const auto request = command.request;
  if (!told.failure.empty() || told.state != "COMPLETED")
    return asked_checkpoint_.learn(savepoint_told{
        request, told.failure.empty() ? savepoint_state::in_progress : savepoint_state::failed,
        told.failure});
  out_->flink(known().cluster.endpoint, get_checkpoints{command.what.job},
              [this, request, id = told.checkpoint_id](const flink_answer& answer) {
                if (const auto* why = std::get_if<refusal>(&answer.result))
                  return asked_checkpoint_.learn(call_refused{request, why->reason, why->message});
                const auto* all = std::get_if<checkpoints>(&answer.result);
                const auto* found = all != nullptr ? checkpoint_with_id(*all, id) : nullptr;
                asked_checkpoint_.learn(savepoint_told{request, savepoint_state::completed,
                                                       found != nullptr ? found->path : ""});
              });
}

void job_shell::perform(std::uint8_t, const list_savepoint& command) {
  if (command.directory.empty())  // a checkpoint, which has none of its own
    return asked_checkpoint_.learn(directory_listed{command.request, ""});
  out_->storage({list_snapshots{command.directory}},
                [this, request = command.request](const storage_answer& answer) {
                  if (const auto* why = std::get_if<refusal>(&answer.result))
                    return savepoint_.learn(call_refused{request, why->reason, why->message});
                  const auto* listed = std::get_if<snapshots_listed>(&answer.result);
                  if (listed == nullptr) return;
                  const auto newest = newest_stored(listed->all);
                  savepoint_.learn(directory_listed{request, newest ? newest->path : ""});
                });
}

// ── by a FlinkStateSnapshot ─────────────────────────────────────────────────────────────────────

void job_shell::perform(std::uint8_t, const make_resource& command) {
  const auto& what = command.what;
  auto wanted = resource_of(
      itself(), {what.resource, what.kind, snapshot_trigger::manual, {}, {}, known().uid},
      snapshot_options_in_force(), selected_labels_);
  out_->kube(kube_create{std::make_shared<object>(std::move(wanted))},
             [this, command](const kube_answer& answer) {
               auto& runner = asked(command.what.kind);
               const auto* why = std::get_if<refusal>(&answer.result);
               if (why != nullptr && why->reason != refusal_reason::already_exists)
                 return runner.learn(call_refused{command.request, why->reason, why->message});
               runner.learn(resource_made{command.request});
             });
}

void job_shell::perform(std::uint8_t, const look_at_resource& command) {
  const object_name which{known().name.ns, command.what.resource};
  out_->kube(kube_get{object_kind::flink_state_snapshot, which}, [this, command](
                                                                     const kube_answer& answer) {
    auto& runner = asked(command.what.kind);
    if (const auto* live = std::get_if<object_ptr>(&answer.result))
      return runner.learn(stand_of(command.request, std::get<flink_state_snapshot>(**live).status));
    const auto* why = std::get_if<refusal>(&answer.result);
    if (why == nullptr) return;
    if (why->reason == refusal_reason::not_found)
      return runner.learn(resource_told{command.request, resource_stand::absent, ""});
    runner.learn(call_refused{command.request, why->reason, why->message});
  });
}

}  // namespace drey
