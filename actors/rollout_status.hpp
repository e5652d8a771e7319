/// What a session cluster's resource says of the rollout of a changed spec: pure functions of what
/// is known and the position.
#pragma once

#include "actors/rollout_machine.hpp"

namespace drey {

inline constexpr std::string_view waiting_phase = "Waiting";
inline constexpr std::string_view stopping_phase = "Stopping";
inline constexpr std::string_view stepping_phase = "Stepping";
inline constexpr std::string_view halted_phase = "Halted";

/// The reason while a person has to let it go on.
inline constexpr std::string_view rollout_blocked = "RolloutBlocked";

/// The reason while more TaskManagers run than are asked for, because they have tasks.
inline constexpr std::string_view scale_down_waits = "ScaleDownWaits";

/// The reason while new TaskManagers of a changed spec do not come up: it goes no further.
inline constexpr std::string_view new_ones_fail = "NewTaskManagersFail";

/// The reason when the way back from a spec that failed fails, too.
inline constexpr std::string_view return_failed = "RollbackFailed";

/// The record as it is to stand in status; none when nothing that restarts is being carried out.
std::optional<rollout_record> record_of(const rollout_machine::state& now,
                                        const rollout_known& known);

/// What people are told of it: why it waits, or what it does.
struct rollout_word {
  std::string reason;
  std::string message;
};
rollout_word word_of(const rollout_machine::state& now, const rollout_known& known);

/// What an operator before us told of this very spec, for a person to decide: it stands until every
/// job has spoken, for nobody knows better before that.
std::optional<rollout_word> told_before(const rollout_machine::state& now,
                                        const rollout_known& known, const flink_deployment& live);

}  // namespace drey
