/// The moves of the job's chart: each enters one position and asks for what that position waits
/// for. Shared by the files that hold the chart's parts; nobody else includes it.
#pragma once

#include <string>
#include <vector>

#include "actors/job_machine.hpp"

namespace drey::job_moves {

using machine = job_machine;
template <class... Next>
using to = machine::to<Next...>;

std::string first_path(const job_known& known);
to<machine::reserving> reserve(ticket request, std::string path);
to<machine::recording> record(const machine& m, ticket request, const submission& what);
to<machine::fetching> fetch(const machine& m, ticket request, submission what);
to<machine::retrying> retry(ticket request, submission what, std::string message);
to<machine::resolving> resolve(const machine& m, ticket request, submission what);
to<machine::starting> follow(const machine& m, ticket request, const job_id& id);
to<machine::missing> miss(const machine& m, ticket request, const job_id& id);
to<machine::gathering> gather(const machine& m, ticket request, const job_id& id,
                              std::string final_state, int tries);
/// Every execution of ours that is listed is cancelled; who can't be asked is looked for.
std::vector<machine::command> cancel_live(const machine& m, ticket request);
/// `submission`: whether one that status names may still arrive.
to<machine::cancelling> cancel(const machine& m, ticket request, arrival submission);
to<machine::releasing> release(const machine& m, ticket request);

/// What the list of jobs says about an execution.
enum class verdict { not_asked, absent, over, works, struggles };
verdict judge(const job_known& known, const job_id& id);

}  // namespace drey::job_moves
