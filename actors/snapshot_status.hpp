/// What a FlinkStateSnapshot's resource says about it: what its machines remember, folded into the
/// status, and the conditions that follow from it.
#pragma once

#include "actors/snapshot_machine.hpp"
#include "actors/snapshot_removal_machine.hpp"

namespace drey {

/// Deletion waits: the condition is there only while it does.
inline constexpr std::string_view held_condition = "Held";

void fold(flink_state_snapshot_status& status, const note_attempt& note,
          const snapshot_source& source, milliseconds wall);
void fold(flink_state_snapshot_status& status, const note_snapshot& note, milliseconds wall);
void fold(flink_state_snapshot_status& status, const note_failed_attempt& note, milliseconds wall);
void fold(flink_state_snapshot_status& status, const note_abandoned& note, milliseconds wall);
void fold(flink_state_snapshot_status& status, const note_disposal& note, milliseconds wall);
void fold(flink_state_snapshot_status& status, const note_held& note, milliseconds wall);

/// With state, error and conditions as the picture has them.
flink_state_snapshot_status told_status(flink_state_snapshot_status status,
                                        const snapshot_known& known, std::int64_t generation);

/// On the resource of a savepoint that drey stopped a job with: what its status is to say of where
/// that belongs, which no declared savepoint says.
inline constexpr std::string_view origin_key = "drey.io/taken-of";
std::string text_of_origin(const snapshot_origin& x);
/// None: the annotation is not there, or a person wrote something else.
std::optional<snapshot_origin> origin_named_by(const object_meta& meta);

}  // namespace drey
