/// The moves of the job's chart: each enters one position and asks for what that position waits
/// for. Shared by the files that hold the chart's parts; nobody else includes it.
#pragma once

#include <string>
#include <vector>

#include "actors/job_machine.hpp"
#include "actors/job_trial.hpp"

namespace drey::job_moves {

using machine = job_machine;
template <class... Next>
using to = machine::to<Next...>;

std::string first_path(const job_known& known);
/// What it goes on from as far as memory says.
std::string last_path(const job_known& known);
to<machine::reserving> reserve(ticket request, std::string path, branch of = branch::same);
/// The start that gives up what the job had before: from nothing, or from what a person named.
to<machine::reserving> begin_anew(const machine& m, ticket request);
/// What was stopped for a changed spec, or is over and has another one now, rests or starts again.
to<machine::suspended, machine::reserving> carry_on(const machine& m, ticket request,
                                                    const job_id& id, std::string path);
/// An execution that was believed to be over is seen alive: newer state may follow.
std::vector<machine::command> doubt_end(const job_known& known, const job_id& id);
/// Whether the spec of a submission is on trial is known before the submission is recorded.
void note_trial_of(const job_known& known, const submission& what, id_is id,
                   std::vector<machine::command>& commands);
/// What status is to say of its parallelism, where it says something else.
void note_parallelism_of(const job_known& known, const std::optional<parallelism_record>& record,
                         std::vector<machine::command>& commands);
/// The present generation is undone from now on.
std::vector<machine::command> undo(const job_known& known, const std::string& why);
to<machine::recording> record(const machine& m, ticket request, const submission& what);
to<machine::fetching> fetch(const machine& m, ticket request, submission what);
to<machine::retrying> retry(ticket request, submission what, std::string message);
to<machine::resolving> resolve(const machine& m, ticket request, submission what);
to<machine::starting> follow(const machine& m, ticket request, const job_id& id);
to<machine::missing> miss(const machine& m, ticket request, const job_id& id);
to<machine::gathering> gather(const machine& m, ticket request, const job_id& id,
                              std::string final_state, int tries);
to<machine::stopping> stop(const machine& m, ticket request, const stop_order& what);
/// The stop was asked for: what became of it is looked at.
to<machine::stopping> await_stop(const machine& m, ticket request, const stop_order& what);
to<machine::halting> halt(const machine& m, ticket request, const stop_order& what);

/// The next step of a changed spec while the job `id` is there.
struct change_step {
  std::optional<to<machine::intending, machine::measuring, machine::rescaling>> begun;
  std::vector<machine::command> notes;  ///< it can't be taken, or not yet
};
change_step next_change(const machine& m, ticket request, const job_id& id, job_health health);

/// Flink is to change its parallelism, if its parts let it.
to<machine::measuring> measure(const machine& m, ticket request, const job_id& id,
                               std::int32_t parallelism);
/// That it is to do so stands in status.
to<machine::rescaling> rescale(const machine& m, ticket request, const job_id& id,
                               std::int32_t parallelism);
/// Its parallelism is changed by a stop and a start.
std::optional<to<machine::intending>> stop_for_parallelism(const machine& m, ticket request,
                                                           const job_id& id, job_health health);

/// Every execution of ours that is listed is cancelled, unless it is to be saved; who can't be
/// asked is looked for.
std::vector<machine::command> cancel_live(const machine& m, ticket request);
/// `submission`: whether one that status names may still arrive.
to<machine::cancelling> cancel(const machine& m, ticket request, arrival submission,
                               last_state last = last_state::settled);
to<machine::releasing> release(const machine& m, ticket request);

/// What the list of jobs says about an execution.
enum class verdict { not_asked, absent, over, works, struggles };
verdict judge(const job_known& known, const job_id& id);

}  // namespace drey::job_moves
