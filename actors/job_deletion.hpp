/// What a deleted job whose last state is to be kept has to do before it may go (decision 0023):
/// questions with one plain answer each, and what people are told.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "actors/job_machine.hpp"
#include "protocol/deletion_options.hpp"

namespace drey {

/// The reason of Events and of the condition `Stalled`.
inline constexpr std::string_view savepoint_on_deletion_failed = "SavepointOnDeletionFailed";

/// It is being deleted, and what runs is to be stopped with a savepoint first. By its newest spec,
/// right or wrong, else its cluster's: whoever takes the setting away is heard at once.
bool saves_first(const job_known& known);

/// It may be cancelled, or nobody answers who could save it: its deletion does not wait here.
bool is_let_go(const job_known& known);

/// Whether its last state is looked for when it is let go out of a position that follows it.
last_state left_by(const job_known& known);

/// How it is stopped to be deleted.
stop_way farewell_of(const job_known& known);

/// A JobManager of its cluster may answer yet: its FlinkDeployment is there to stay.
bool may_answer_yet(const job_known& known);

/// The savepoint that its status says it was stopped with, and whose outcome is not on record.
bool is_savepoint_open(const job_known& known);

/// Why its deletion can't go on: empty for a job that can be stopped now.
std::string unsavable(const job_known& known, job_health health);

/// An Event that its deletion waits for a savepoint: why, and what a person can do.
tell tell_wait(const std::string& why);

/// The same for its condition; empty: it does not wait.
std::string text_of_wait(const job_known& known, const job_machine::state& now);

/// An Event: what it was stopped with, or why it goes without. `newest`: none when it could not be
/// established.
tell tell_last_state(const job_known& known, const job_machine::gathering& now,
                     const std::optional<restore_point>& newest);

/// An Event: nobody could be asked, and nobody ever will be.
tell tell_unsaved(const job_known& known, const std::string& why);

}  // namespace drey
