#include "actors/job_moves.hpp"

#include "actors/job_deletion.hpp"
#include "actors/job_parallelism.hpp"
#include "actors/job_picture.hpp"
#include "actors/planted_bugs.hpp"

namespace drey::job_moves {

std::string first_path(const job_known& known) {
  if (known.spec->job->snapshot) return known.reference.path;
  return known.spec->job->initial_savepoint_path.value_or("");
}

std::string last_path(const job_known& known) {
  return known.history.newest ? known.history.newest->path : first_path(known);
}

// ── positions and what entering them asks for ───────────────────────────────────────────────────

to<machine::reserving> reserve(ticket request, std::string path, branch of) {
  return {machine::reserving{request, std::move(path), of}, {reserve_slots{request}}};
}

to<machine::reserving> begin_anew(const machine& m, ticket request) {
  const bool named = m.known.need == job_need::redeploy;
  const auto& path = m.known.spec->job->initial_savepoint_path;
  return reserve(request, named ? path.value_or("") : "", branch::fresh);
}

to<machine::suspended, machine::reserving> carry_on(const machine& m, ticket request,
                                                    const job_id& id, std::string path) {
  if (!is_wanted(m.known))
    return {machine::suspended{request, id, std::move(path)},
            {tell{"Normal", "Suspended", "The job is suspended"}}};
  if (is_planted(planted_bug::forgetful_upgrade)) path.clear();
  return gives_up_state(m.known) ? begin_anew(m, request) : reserve(request, std::move(path));
}

std::vector<machine::command> doubt_end(const job_known& known, const job_id& id) {
  if (!is_established(known.history, id)) return {};
  auto newest = *known.history.newest;
  newest.end_of.clear();
  return {remember_state{std::move(newest)}};
}

void note_trial_of(const job_known& known, const submission& what, id_is id,
                   std::vector<machine::command>& commands) {
  auto record = trial_of(known, what, id);
  if (record != known.trial) commands.emplace_back(note_trial{std::move(record)});
}

void note_parallelism_of(const job_known& known, const std::optional<parallelism_record>& record,
                         std::vector<machine::command>& commands) {
  if (record != known.parallelism) commands.emplace_back(note_parallelism{record});
}

std::vector<machine::command> undo(const job_known& known, const std::string& why) {
  return {note_rollback{rollback_for(known, why)}, tell_rollback(known, why)};
}

namespace {

/// With as many slots as its cluster reserved for it; people hear of fewer than it had.
void note_start_with(const job_known& known, std::vector<machine::command>& commands) {
  const auto record = with_granted(known);
  const auto& before = known.parallelism;
  note_parallelism_of(known, record, commands);
  if (record && before && !is_resizing(known) && record->current < before->current)
    commands.emplace_back(tell_parallelism({before->current, record->current}));
}

}  // namespace

/// A start that its spec asks for is a person's word: what failed before does not count any more.
to<machine::recording> record(const machine& m, ticket request, const submission& what) {
  to<machine::recording> next{machine::recording{request, what}, {}};
  if (m.known.need != job_need::nothing && m.known.history.failures > 0)
    next.commands.emplace_back(forget_failures{});
  if (m.known.rescale) next.commands.emplace_back(note_rescale{});
  note_trial_of(m.known, what, id_is::fresh, next.commands);
  note_start_with(m.known, next.commands);
  next.commands.insert(next.commands.end(), {remember_submission{what}, record_intent{request},
                                             set_deadline{request, m.policy.answer_wait}});
  return next;
}

to<machine::fetching> fetch(const machine& m, ticket request, submission what) {
  return {machine::fetching{request, std::move(what)},
          {bring_artifact{request}, set_deadline{request, m.policy.submission_wait}}};
}

to<machine::retrying> retry(ticket request, submission what, std::string message) {
  ++what.tries;
  const auto wait = backoff(what.tries, limits::call_retry_first * 4, limits::restart_backoff_max);
  return {machine::retrying{request, what, message},
          {release_slots{}, tell{"Warning", "SubmitFailed", std::move(message)},
           set_deadline{request, wait}}};
}

to<machine::resolving> resolve(const machine& m, ticket request, submission what) {
  ++what.open.unanswered;
  return {
      machine::resolving{request, std::move(what), m.known.now.monotonic, m.known.cluster.looks},
      {set_deadline{request, m.policy.poll}}};
}

to<machine::starting> follow(const machine& m, ticket request, const job_id& id) {
  auto asks = doubt_end(m.known, id);
  asks.push_back(set_deadline{request, m.policy.start_wait});
  return {machine::starting{request, id, m.known.cluster.looks}, std::move(asks)};
}

to<machine::missing> miss(const machine& m, ticket request, const job_id& id) {
  return {machine::missing{request, id, m.known.now.monotonic, m.known.cluster.looks},
          {set_deadline{request, m.policy.poll}}};
}

to<machine::gathering> gather(const machine& m, ticket request, const job_id& id,
                              std::string final_state, int tries) {
  const auto wait =
      m.policy.answer_wait +
      (tries > 1 ? backoff(tries, m.policy.poll, limits::call_retry_max) : milliseconds{0});
  return {machine::gathering{request, id, std::move(final_state), tries},
          {release_slots{}, gather_pointers{request, id}, set_deadline{request, wait}}};
}

std::vector<machine::command> cancel_live(const machine& m, ticket request) {
  std::vector<machine::command> asks;
  if (!saves_first(m.known))
    for (const auto& id : live_ids(m.known)) asks.push_back(cancel_execution{id});
  if (!list_is_live(m.known)) asks.push_back(probe_job_manager{request});
  asks.push_back(set_deadline{request, m.policy.poll});
  return asks;
}

to<machine::cancelling> cancel(const machine& m, ticket request, arrival submission,
                               last_state last) {
  const auto& known = m.known;
  auto asks = cancel_live(m, request);
  asks.insert(asks.begin(), release_slots{});
  const machine::cancelling next{request, known.now.monotonic, known.cluster.looks, submission,
                                 last};
  if (const auto why = text_of_wait(known, next); !why.empty())
    asks.push_back(tell{"Warning", std::string(savepoint_on_deletion_failed), why});
  return {next, std::move(asks)};
}

to<machine::releasing> release(const machine& m, ticket request) {
  return {machine::releasing{request},
          {remove_finalizer{request}, set_deadline{request, m.policy.answer_wait}}};
}

verdict judge(const job_known& known, const job_id& id) {
  if (!list_is_live(known)) return verdict::not_asked;
  const auto* row = row_of(known, id);
  if (row == nullptr) return verdict::absent;
  if (is_terminal(row->state)) return verdict::over;
  return all_tasks_run(*row) ? verdict::works : verdict::struggles;
}

}  // namespace drey::job_moves
