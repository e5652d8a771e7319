#include "actors/snapshot_status.hpp"

#include <algorithm>

#include "actors/job_status.hpp"
#include "protocol/text_parts.hpp"
#include "protocol/timestamp.hpp"

namespace drey {

namespace {

struct told {
  std::string reason;
  std::string message;
};

std::string waits_for(const snapshot_known& known) {
  switch (known.source.phase) {
    case source_phase::unknown:
      return "waiting to hear of the job";
    case source_phase::running:
      return "the job runs";
    case source_phase::missing:
    case source_phase::unsupported:
    case source_phase::starting:
    case source_phase::ended:
      break;
  }
  return known.source.why;
}

told words_for(const flink_state_snapshot_status& status, const snapshot_known& known) {
  if (status.state == "COMPLETED") return {"Completed", "it is complete"};
  if (status.state == "FAILED") return {"Failed", status.error};
  if (status.state == "ABANDONED") return {"Abandoned", status.error};
  if (status.state == "IN_PROGRESS") return {"InProgress", "Flink is taking it"};
  if (!known.problem.empty()) return {"Invalid", known.problem};
  if (known.source.phase == source_phase::unsupported) return {"Unsupported", known.source.why};
  if (status.failures > 0) return {"Retrying", status.error};
  return {"Pending", waits_for(known)};
}

}  // namespace

std::string text_of_origin(const snapshot_origin& x) {
  return x.job_uid + " " + x.job_id + " " + x.cluster + " " + std::to_string(x.checkpoint_id);
}

std::optional<snapshot_origin> origin_named_by(const object_meta& meta) {
  const auto found = meta.annotations.find(std::string(origin_key));
  if (found == meta.annotations.end()) return std::nullopt;
  const auto parts = parts_of(found->second, " ");
  constexpr std::size_t parts_needed = 4;
  if (parts.size() != parts_needed) return std::nullopt;
  const auto id = plain_number(parts[3]);
  if (!id) return std::nullopt;
  return snapshot_origin{std::string(parts[0]), std::string(parts[1]), std::string(parts[2]), *id};
}

void fold(flink_state_snapshot_status& status, const note_attempt& note,
          const snapshot_source& source, milliseconds wall) {
  status.state = "IN_PROGRESS";
  status.trigger_id = note.what.trigger_id;
  status.trigger_timestamp = timestamp_millis(wall);
  status.operation = operation{};
  status.operation->kind = name_of(note.what.kind);
  status.operation->id = note.what.trigger_id;
  status.operation->directory = note.what.directory;
  status.operation->attempt = status.failures;
  status.operation->started = wall.count();
  status.origin = snapshot_origin{source.job_uid, note.what.job.hex, source.cluster, 0};
}

void fold(flink_state_snapshot_status& status, const note_snapshot& note, milliseconds wall) {
  status.state = "COMPLETED";
  status.path = note.path;
  status.result_timestamp = timestamp_millis(wall);
  if (status.trigger_timestamp.empty()) status.trigger_timestamp = status.result_timestamp;
  status.error.clear();
  status.operation.reset();
  if (status.origin) status.origin->checkpoint_id = note.checkpoint_id;
}

void fold(flink_state_snapshot_status& status, const note_failed_attempt& note, milliseconds wall) {
  status.state = note.again == retry::later ? "TRIGGER_PENDING" : "FAILED";
  ++status.failures;
  status.error = note.why;
  status.result_timestamp = timestamp_millis(wall);
  status.operation.reset();
}

void fold(flink_state_snapshot_status& status, const note_abandoned& note, milliseconds wall) {
  status.state = "ABANDONED";
  status.error = note.why;
  status.result_timestamp = timestamp_millis(wall);
  status.operation.reset();
}

void fold(flink_state_snapshot_status& status, const note_disposal& note, milliseconds wall) {
  if (status.operation && status.operation->kind == "dispose" &&
      status.operation->path == note.path)
    return;
  status.operation = operation{};
  status.operation->kind = "dispose";
  status.operation->path = note.path;
  status.operation->started = wall.count();
}

void fold(flink_state_snapshot_status& status, const note_held& note, milliseconds wall) {
  if (status.operation && status.operation->kind == "dispose") status.operation.reset();
  set_condition(status.conditions,
                {std::string(held_condition), "True", "StillNeeded", note.why, {}, 0}, wall);
}

flink_state_snapshot_status told_status(flink_state_snapshot_status status,
                                        const snapshot_known& known, std::int64_t generation) {
  if (status.state.empty()) status.state = "TRIGGER_PENDING";
  const auto said = words_for(status, known);
  const bool wrong = said.reason == "Invalid" || said.reason == "Unsupported";
  const bool ended = status.state == "FAILED" || status.state == "ABANDONED";
  if (wrong)
    status.error = said.message;
  else if (status.state == "TRIGGER_PENDING" && status.failures == 0)
    status.error.clear();
  const auto wall = known.now.wall;
  const auto flag = [&](const char* type, bool is) {
    set_condition(status.conditions,
                  {type, is ? "True" : "False", said.reason, said.message, {}, generation}, wall);
  };
  flag("Ready", status.state == "COMPLETED");
  flag("Stalled", wrong || ended);
  return status;
}

}  // namespace drey
