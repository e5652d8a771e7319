/// The part of the job's chart for what follows the end or the loss of an execution.
#include <algorithm>
#include <array>

#include "actors/job_machine.hpp"

#include "actors/job_candidates.hpp"
#include "actors/job_deletion.hpp"
#include "actors/job_moves.hpp"
#include "actors/job_parallelism.hpp"
#include "actors/job_paths.hpp"
#include "actors/job_picture.hpp"
#include "actors/planted_bugs.hpp"
#include "actors/restart_policy.hpp"

namespace drey {

using namespace job_moves;

namespace {

/// What is cached of a JobManager's pod may be older than what its REST API answers: the one that
/// took a submission may be gone already. Its checkpoints tell.
bool left_state(const pointers& said, const job_id& id) {
  if (is_planted(planted_bug::unread_progress)) return false;
  const auto own = "/" + id.hex + "/";
  return std::ranges::any_of(
      std::array{said.from_job_manager, said.from_ha_metadata, said.from_store},
      [&](const auto& one) { return one && one->path.find(own) != std::string::npos; });
}

/// An execution that no JobManager ever listed, and whose JobManager still answers, never was.
execution_seen ever_ran(const job_known& known, const job_id& id) {
  const auto pending = recorded_submission(known);
  const auto sure = pending && pending->id == id && !left_state(*known.found, id) &&
                    pending->incarnation == known.cluster.incarnation && list_is_live(known) &&
                    row_of(known, id) == nullptr;
  return sure ? execution_seen::never : execution_seen::perhaps;
}

/// At once when it was lost; what FAILED is counted, and backs off.
to<machine::backing_off> start_again(const machine& m, const machine::gathering& now,
                                     std::string path, std::vector<machine::command> remember) {
  const auto request = after(now.request);
  auto wait = milliseconds{0};
  if (!now.final_state.empty()) {
    remember.emplace_back(count_failure{});
    note_parallelism_of(m.known, taken_back(m.known), remember);
    wait = backoff(m.known.history.failures + 1, restart_limits_of(m.known).first_wait,
                   limits::restart_backoff_max);
  }
  remember.emplace_back(set_deadline{request, wait});
  return {machine::backing_off{request, now.id, std::move(path)}, std::move(remember)};
}

/// Checkpoints go with an execution that is FINISHED; the store tells of those that did not.
std::optional<restore_point> still_there(const std::optional<restore_point>& recorded,
                                         std::string_view final_state) {
  if (final_state == "FINISHED" && recorded && recorded->source == "checkpoint") return {};
  return recorded;
}

/// Where it goes on when it may: the newest state, or what a start that never came to be had.
std::string path_to_go_on(const job_known& known, const std::optional<restore_point>& newest,
                          restore_choice choice) {
  if (choice == restore_choice::as_planned) return recorded_submission(known)->path;
  if (newest) return newest->path;
  return known.trial ? known.trial->from : first_path(known);
}

std::vector<machine::command> told_in_front(std::vector<machine::command> first,
                                            std::vector<machine::command> rest) {
  first.insert(first.end(), rest.begin(), rest.end());
  return first;
}

machine::concluded block(const machine& m, ticket request, const job_id& id,
                         std::vector<machine::command> remember) {
  auto why = why_unknown(m.known);
  if (told_to_choose(m.known).find(": " + why + ". ") == std::string::npos)
    remember.push_back(tell{"Warning", std::string(manual_restore),
                            "Neither the JobManager, HA metadata nor the checkpoint store can be "
                            "read: " +
                                why + ". " + text_of_candidates(m.known)});
  remember.push_back(set_deadline{request, m.policy.blocked_look});
  return {machine::blocked{request, id, m.known.generation, std::move(why)}, std::move(remember)};
}

/// The savepoint that it was stopped with, or what was established before: nothing newer can be.
bool is_its_last(const job_known& known, const machine::gathering& now,
                 const std::optional<restore_point>& newest) {
  if (is_established(known.history, now.id)) return true;
  const auto stop = recorded_stop(known);
  return newest && stop && takes_savepoint(stop->way) && stop->job == now.id &&
         now.final_state == "FINISHED" &&
         newest->path.find("/" + stop->trigger_id + "/") != std::string::npos;
}

/// Who must know could not be asked. A JobManager that is new does not know of savepoints that were
/// taken under the one before: as long as one may be there the store is asked a few times more.
bool is_open(const machine& m, const machine::gathering& now, restore_choice choice) {
  if (choice == restore_choice::unknown) return now.tries < m.policy.gather_tries_max;
  return choice == restore_choice::newest && !m.known.history.triggers.empty() &&
         m.known.found->store == pointer_answer::unread && now.tries < m.policy.store_tries_max;
}

tell tell_end(const job_known& known, const machine::gathering& now,
              const std::optional<restore_point>& newest) {
  if (now.final_state.empty()) return {"Warning", "Ended", "The job is lost"};
  const auto stands = standstill_of(known, now.final_state, newest);
  if (stands.reason.empty()) return {"Normal", "Ended", "The job is " + now.final_state};
  return {"Warning", stands.reason, stands.message};
}

/// What came while it was being stopped calls that off: state of its own, or its proper end.
std::optional<machine::concluded> call_off(const machine& m, const machine::gathering& now,
                                           const std::optional<restore_point>& newest) {
  const auto& known = m.known;
  const auto request = after(now.request);
  if (now.final_state == "FINISHED")
    return machine::concluded{machine::ended{request, now.id, now.final_state},
                              {note_rollback{}, tell{"Normal", "Ended", "The job is FINISHED"}}};
  if (!is_of_trial(known, newest)) return std::nullopt;
  machine::concluded next = reserve(request, newest->path);
  next.commands = told_in_front(
      {note_rollback{}, tell{"Warning", "RollbackCalledOff",
                             "it completed a checkpoint before it was stopped, and goes on from " +
                                 newest->path + " with its changed spec"}},
      std::move(next.commands));
  return next;
}

/// The spec is undone and nothing was written under it: the one before goes on from what it left.
std::optional<machine::concluded> conclude_trial(const machine& m, const machine::gathering& now,
                                                 const std::optional<restore_point>& newest,
                                                 const std::string& path) {
  const auto& known = m.known;
  const auto request = after(now.request);
  if (is_rolling_back(known))
    if (auto next = call_off(m, now, newest)) return next;
  const auto why = failed_on_trial(known, now.final_state, newest);
  if (!is_rolling_back(known) && why.empty()) return std::nullopt;
  machine::concluded next = reserve(request, path);
  if (!why.empty()) next.commands = told_in_front(undo(known, why), std::move(next.commands));
  return next;
}

bool prefers_snapshot(const job_known& known) {
  return known.spec->job->restore_preference == restore_preference::snapshot;
}

/// As the pointers say, unless it was established before: which a person who prefers another one
/// now makes undone.
std::optional<restore_point> newest_state(const job_known& known, const machine::gathering& now) {
  const auto& recorded = known.history.newest;
  const bool stands = is_established(known.history, now.id) &&
                      (recorded->passed_over.empty() || prefers_snapshot(known));
  if (stands || is_planted(planted_bug::stale_restore)) return recorded;
  return newest_of(*known.found, still_there(recorded, now.final_state));
}

/// What it goes on from in place of its newest state, after it FAILED or was lost. What we stopped
/// goes on from what it was stopped with.
std::optional<restore_point> preferred(const job_known& known, const machine::gathering& now,
                                       const std::optional<restore_point>& newest) {
  const auto stop = recorded_stop(known);
  const bool fell = now.final_state.empty() || now.final_state == "FAILED";
  if (!prefers_snapshot(known) || !fell || (stop && stop->job == now.id)) return std::nullopt;
  auto chosen = preferred_to(newest, *known.found, known.history);
  if (chosen) chosen->end_of = now.id.hex;
  return chosen;
}

tell tell_passed_over(const restore_point& chosen) {
  return {"Warning", "StatePassedOver",
          "It goes on from " + chosen.path +
              ", as spec.job.restorePreference says: it is what "
              "FlinkStateSnapshot " +
              chosen.snapshot + " holds. What is newer is given up: " + chosen.passed_over};
}

/// It is deleted: what it leaves behind is on record as far as it could be established, and told.
machine::concluded let_go(const machine& m, const machine::gathering& now,
                          const std::optional<restore_point>& newest,
                          std::vector<machine::command> remember) {
  machine::concluded next = cancel(m, after(now.request), arrival::possible, last_state::settled);
  remember.emplace_back(tell_last_state(m.known, now, newest));
  next.commands = told_in_front(std::move(remember), std::move(next.commands));
  return next;
}

/// This JobManager has had a job of that id, and for long has not listed it: that is over, and what
/// drey knew of it is lost with a status.
bool is_spent(const machine& m, const submission& what) {
  const auto since = what.open.taken_since;
  return since > milliseconds{0} && what.incarnation == m.known.cluster.incarnation &&
         m.known.now.monotonic - since >= m.policy.settle_wait;
}

/// Silence of all who could tell is no state only where there was none to tell of.
restore_choice choice_for(const job_known& known, const job_id& id) {
  const auto choice = choose_restore(*known.found, ever_ran(known, id));
  const bool none = choice == restore_choice::unknown && is_without_state(known, id);
  return none ? restore_choice::newest : choice;
}

/// It never arrived; its id still fences where it was sent.
to<machine::fetching> send_again(const machine& m, ticket request, const submission& what) {
  return fetch(m, request,
               is_planted(planted_bug::new_id_every_retry)
                   ? next_submission(m.known, what.path, branch::same)
                   : what);
}

machine::concluded conclude(const machine& m, const machine::gathering& now) {
  const auto& known = m.known;
  const auto request = after(now.request);
  if (now.unlisted && !known.deleting) {
    if (is_spent(m, *now.unlisted)) return reserve(request, now.unlisted->path);
    if (!left_state(*known.found, now.id)) return send_again(m, request, *now.unlisted);
    return miss(m, request, now.id);  // it arrived, and may live: the next lists tell
  }
  const auto choice = choice_for(known, now.id);
  const bool anew = gives_up_state(known) && !known.deleting;
  auto newest = newest_state(known, now);
  const bool last = is_its_last(known, now, newest);
  if (is_open(m, now, choice) && !anew && !last) {
    const auto wait = backoff(now.tries, m.policy.poll, limits::call_retry_max);
    return {machine::gathering{request, now.id, now.final_state, now.tries},
            {set_deadline{request, wait}}};
  }
  std::vector<machine::command> remember;
  if (newest && (last || choice == restore_choice::newest)) {
    newest->end_of = now.id.hex;
    remember.emplace_back(remember_state{*newest});
  }
  if (known.deleting) {
    const auto established = remember.empty() ? std::nullopt : newest;
    return let_go(m, now, established, std::move(remember));
  }
  if (known.trial && (now.final_state == "FINISHED" || is_of_trial(known, newest)))
    remember.emplace_back(note_stable{});

  const auto stop = recorded_stop(known);
  const bool ours = stop && stop->job == now.id;
  const bool changed = known.need != job_need::nothing || ours;
  const bool settled = choice != restore_choice::unknown || last;
  auto path = last ? newest->path : path_to_go_on(known, newest, choice);
  if (auto next = settled ? conclude_trial(m, now, newest, path) : std::nullopt) {
    next->commands = told_in_front(std::move(remember), std::move(next->commands));
    return *std::move(next);
  }
  const auto fate = aftermath_of(known, now.final_state);
  const bool first_start = choice == restore_choice::as_planned && is_wanted(known);
  const bool again =
      first_start || fate == aftermath::is_carried_on || fate == aftermath::is_restarted;
  if (!again && !changed) {
    remember.push_back(tell_end(known, now, newest));
    return {machine::ended{request, now.id, now.final_state.empty() ? "FAILED" : now.final_state},
            std::move(remember)};
  }
  const auto chosen = preferred(known, now, settled ? newest : std::nullopt);
  if (chosen && !anew && choice != restore_choice::as_planned) {
    remember.insert(remember.end(), {remember_state{*chosen}, tell_passed_over(*chosen)});
    path = chosen->path;
  } else if (!settled && !anew) {
    return block(m, request, now.id, std::move(remember));
  }
  if (changed) {
    auto next = carry_on(m, request, now.id, std::move(path));
    next.commands = told_in_front(std::move(remember), std::move(next.commands));
    return next;
  }
  return start_again(m, now, std::move(path), std::move(remember));
}

}  // namespace

// ── gathering ───────────────────────────────────────────────────────────────────────────────────

auto job_machine::on(const gathering& now, const job_seen&) const
    -> to<gathering, cancelling, waiting> {
  if (known.deleting && !saves_first(known))
    return cancel(*this, after(now.request), arrival::possible);
  // A late write of the operator before us: it had gone on to the next execution.
  const auto sent = recorded_submission(known);
  if (sent && sent->id != now.id) return {waiting{now.request}, {}};
  return {now};
}
auto job_machine::on(const gathering& now, const pointers_gathered& learned) const -> concluded {
  if (learned.request != now.request) return {now};
  return conclude(*this, now);
}
auto job_machine::on(const gathering& now, const deadline_passed& learned) const -> concluded {
  if (learned.timer != now.request) return {now};
  if (now.tries >= policy.gather_tries_max) return conclude(*this, now);
  const auto request = after(now.request);
  return {gathering{request, now.id, now.final_state, now.tries + 1, now.unlisted},
          {gather_pointers{request, now.id}, set_deadline{request, policy.answer_wait}}};
}

// ── backing off, ended, blocked ─────────────────────────────────────────────────────────────────

namespace {

/// An execution that was believed to be over is seen alive: it is followed, never doubled.
to<machine::starting> follow_again(const machine& m, ticket last, const job_id& id) {
  auto done = follow(m, after(last), id);
  done.commands.insert(done.commands.begin(), release_slots{});
  return done;
}

}  // namespace

auto job_machine::on(const backing_off& now, const job_seen&) const
    -> to<backing_off, cancelling, suspended> {
  if (known.deleting) return cancel(*this, after(now.request), arrival::possible);
  if (!is_wanted(known)) return {suspended{now.request, now.id, now.path}, {}};
  return {now};
}
auto job_machine::on(const backing_off& now, const cluster_seen&) const
    -> to<backing_off, starting> {
  const auto live = live_ids(known);
  if (!live.empty()) return follow_again(*this, now.request, live.back());
  return {now};
}
auto job_machine::on(const backing_off& now, const deadline_passed& learned) const
    -> to<backing_off, reserving> {
  if (learned.timer != now.request) return {now};
  return reserve(after(now.request), now.path);
}

auto job_machine::on(const ended& now, const job_seen&) const -> to<ended, cancelling, gathering> {
  if (known.deleting) return cancel(*this, after(now.last), arrival::possible);
  if (known.need != job_need::nothing)
    return gather(*this, after(now.last), now.id, now.final_state, 1);
  return {now};
}
auto job_machine::on(const ended& now, const cluster_seen&) const -> to<ended, starting> {
  const auto live = live_ids(known);
  if (!live.empty()) return follow_again(*this, now.last, live.back());
  return {now};
}

namespace {

/// A person names where to begin: another place than that of old, or the same once more.
bool is_answered(const job_known& known, const machine::blocked& now) {
  if (!is_wanted(known)) return false;
  const auto& path = known.spec->job->initial_savepoint_path;
  if (!path || known.need == job_need::redeploy) return path.has_value();
  if (!known.deployed || !known.deployed->job) return known.generation != now.generation;
  return known.deployed->job->initial_savepoint_path != path;
}

}  // namespace

auto job_machine::on(const blocked& now, const job_seen&) const
    -> to<blocked, cancelling, reserving> {
  const auto request = after(now.last);
  if (known.deleting) return cancel(*this, request, arrival::possible);
  if (!is_answered(known, now)) return {now};
  return reserve(request, *known.spec->job->initial_savepoint_path, branch::fresh);
}
auto job_machine::on(const blocked& now, const cluster_seen&) const -> to<blocked, starting> {
  const auto live = live_ids(known);
  if (!live.empty()) return follow_again(*this, now.last, live.back());
  return {now};
}

auto job_machine::on(const blocked& now, const deadline_passed& learned) const
    -> to<blocked, gathering> {
  if (learned.timer != now.last) return {now};
  const auto request = after(now.last);  // what could not be read may be readable now
  return {gathering{request, now.id, "", policy.gather_tries_max},
          {gather_pointers{request, now.id}, set_deadline{request, policy.answer_wait}}};
}

}  // namespace drey
