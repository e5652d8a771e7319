/// The last part of the job's chart: what follows the end or the loss of an execution, and
/// deletion.
#include "actors/job_machine.hpp"
#include "actors/job_picture.hpp"
#include "actors/planted_bugs.hpp"

namespace drey {

namespace {

using machine = job_machine;

/// An execution that no JobManager ever listed, and whose JobManager still answers, never was.
execution_seen ever_ran(const job_known& known, const job_id& id) {
  const auto pending = recorded_submission(known);
  const auto sure = pending && pending->id == id &&
                    pending->incarnation == known.cluster.incarnation && list_is_live(known) &&
                    row_of(known, id) == nullptr;
  return sure ? execution_seen::never : execution_seen::perhaps;
}

machine::to<machine::backing_off> start_again(ticket request, const job_id& id, std::string path,
                                              milliseconds wait) {
  return {machine::backing_off{request, id, std::move(path)}, {set_deadline{request, wait}}};
}

machine::to<machine::backing_off, machine::ended, machine::blocked, machine::gathering> conclude(
    const machine& m, const machine::gathering& now) {
  const auto& known = m.known;
  const auto request = after(now.request);
  const auto choice = choose_restore(known.found, ever_ran(known, now.id));
  if (choice == restore_choice::unknown && now.tries < m.policy.gather_tries_max) {
    const auto wait = backoff(now.tries, m.policy.poll, limits::call_retry_max);
    return {machine::gathering{request, now.id, now.final_state, now.tries},
            {set_deadline{request, wait}}};
  }
  const auto newest = is_planted(planted_bug::stale_restore)
                          ? known.history.newest
                          : newest_of(known.found, known.history.newest);
  std::vector<machine::command> remember;
  if (newest && choice == restore_choice::newest) remember.emplace_back(remember_state{*newest});

  const bool lost = now.final_state.empty();
  const bool again =
      lost ? may_restart_lost(known) : now.final_state == "FAILED" && may_restart_failed(known);
  if (!again) {
    remember.push_back(
        tell{"Normal", "Ended", lost ? "The job is lost" : "The job is " + now.final_state});
    return {machine::ended{request, now.id, lost ? "FAILED" : now.final_state},
            std::move(remember)};
  }
  if (choice == restore_choice::unknown) {
    remember.push_back(
        tell{"Warning", "ManualRestoreRequired",
             "Neither the JobManager, HA metadata nor the checkpoint store can be read"});
    remember.push_back(set_deadline{request, m.policy.blocked_look});
    return {machine::blocked{request, now.id, known.generation,
                             "the newest state could not be established"},
            std::move(remember)};
  }
  std::string path = newest ? newest->path : known.spec->job->initial_savepoint_path.value_or("");
  if (choice == restore_choice::as_planned) path = recorded_submission(known)->path;
  auto wait = milliseconds{0};
  if (!lost) {
    remember.emplace_back(count_failure{});
    wait = backoff(known.history.failures + 1, limits::restart_backoff_first,
                   limits::restart_backoff_max);
  }
  auto next = start_again(request, now.id, std::move(path), wait);
  next.commands.insert(next.commands.begin(), remember.begin(), remember.end());
  return next;
}

}  // namespace

// ── gathering ───────────────────────────────────────────────────────────────────────────────────

auto job_machine::on(const gathering& now, const job_seen&) const -> to<gathering, cancelling> {
  if (!known.deleting) return {now};
  const auto request = after(now.request);
  return {cancelling{request, known.now.monotonic, known.cluster.looks},
          {set_deadline{request, milliseconds{0}}}};
}
auto job_machine::on(const gathering& now, const pointers_gathered& learned) const
    -> to<gathering, backing_off, ended, blocked> {
  if (learned.request != now.request) return {now};
  return conclude(*this, now);
}
auto job_machine::on(const gathering& now, const deadline_passed& learned) const
    -> to<gathering, backing_off, ended, blocked> {
  if (learned.timer != now.request) return {now};
  if (now.tries >= policy.gather_tries_max) return conclude(*this, now);
  const auto request = after(now.request);
  return {gathering{request, now.id, now.final_state, now.tries + 1},
          {gather_pointers{request, now.id}, set_deadline{request, policy.answer_wait}}};
}

// ── backing off, ended, blocked ─────────────────────────────────────────────────────────────────

namespace {

/// An execution that was believed to be over is seen alive: it is followed, never doubled.
machine::to<machine::starting> follow_again(const machine& m, ticket last, const job_id& id) {
  const auto request = after(last);
  return {machine::starting{request, id, m.known.cluster.looks},
          {release_slots{}, set_deadline{request, m.policy.start_wait}}};
}

}  // namespace

auto job_machine::on(const backing_off& now, const job_seen&) const -> to<backing_off, cancelling> {
  if (!known.deleting) return {now};
  const auto request = after(now.request);
  return {cancelling{request, known.now.monotonic, known.cluster.looks},
          {set_deadline{request, milliseconds{0}}}};
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
  const auto request = after(now.request);
  return {reserving{request, now.path}, {reserve_slots{request}}};
}

auto job_machine::on(const ended& now, const job_seen&) const -> to<ended, cancelling> {
  if (!known.deleting) return {now};
  const auto request = after(now.last);
  return {cancelling{request, known.now.monotonic, known.cluster.looks},
          {set_deadline{request, milliseconds{0}}}};
}
auto job_machine::on(const ended& now, const cluster_seen&) const -> to<ended, starting> {
  const auto live = live_ids(known);
  if (!live.empty()) return follow_again(*this, now.last, live.back());
  return {now};
}

auto job_machine::on(const blocked& now, const job_seen&) const
    -> to<blocked, cancelling, reserving> {
  const auto request = after(now.last);
  if (known.deleting)
    return {cancelling{request, known.now.monotonic, known.cluster.looks},
            {set_deadline{request, milliseconds{0}}}};
  const bool answered = is_wanted(known) && known.generation != now.generation &&
                        known.spec->job->initial_savepoint_path.has_value();
  if (!answered) return {now};
  return {reserving{request, *known.spec->job->initial_savepoint_path}, {reserve_slots{request}}};
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

// ── deletion ────────────────────────────────────────────────────────────────────────────────────

namespace {

/// A submission whose outcome is open may still arrive; a job that is listed as over may not.
bool may_still_arrive(const job_known& known) {
  const auto pending = recorded_submission(known);
  return pending && row_of(known, pending->id) == nullptr;
}

machine::to<machine::cancelling, machine::releasing> cancel_or_release(const machine& m,
                                                                       machine::cancelling now) {
  const auto request = after(now.request);
  const auto live = live_ids(m.known);
  if (!list_is_live(m.known) || !live.empty()) {
    now.quiet_since = m.known.now.monotonic;
    now.looks = m.known.cluster.looks;
  }
  const auto quiet_for = m.known.now.monotonic - now.quiet_since;
  const auto enough = may_still_arrive(m.known) ? m.policy.settle_wait : milliseconds{0};
  if (is_fresh_since(m.known, now.looks) && live.empty() && quiet_for >= enough)
    return machine::to<machine::releasing>{
        machine::releasing{request},
        {remove_finalizer{request}, set_deadline{request, m.policy.answer_wait}}};
  if (is_planted(planted_bug::finalizer_at_once))
    return machine::to<machine::releasing>{machine::releasing{request},
                                           {remove_finalizer{request}}};
  std::vector<machine::command> asks;
  for (const auto& id : live) asks.push_back(cancel_execution{id});
  if (!list_is_live(m.known)) asks.push_back(probe_job_manager{request});
  asks.push_back(set_deadline{request, m.policy.poll});
  return {machine::cancelling{request, now.quiet_since, now.looks}, std::move(asks)};
}

}  // namespace

auto job_machine::on(const cancelling& now, const cluster_seen&) const
    -> to<cancelling, releasing> {
  if (is_fresh_since(known, now.looks) && live_ids(known).empty())
    return cancel_or_release(*this, now);
  return {now};
}
auto job_machine::on(const cancelling& now, const job_manager_probed& learned) const
    -> to<cancelling, releasing> {
  if (learned.request != now.request || list_is_live(known)) return {now};
  if (learned.found != presence::absent) {
    auto stays = now;
    stays.quiet_since = known.now.monotonic;
    return {stays};
  }
  if (known.now.monotonic - now.quiet_since < limits::job_manager_dead_after) return {now};
  const auto request = after(now.request);
  return {releasing{request},
          {remove_finalizer{request}, set_deadline{request, policy.answer_wait}}};
}
auto job_machine::on(const cancelling& now, const deadline_passed& learned) const
    -> to<cancelling, releasing> {
  if (learned.timer != now.request) return {now};
  if (list_is_live(known)) return cancel_or_release(*this, now);
  const auto request = after(now.request);  // `quiet_since` is moved by what the probe finds
  return {cancelling{request, now.quiet_since, now.looks},
          {probe_job_manager{request}, set_deadline{request, policy.poll}}};
}

auto job_machine::on(const releasing& now, const job_seen&) const -> to<releasing, gone> {
  if (known.finalizer) return {now};
  return {gone{}, {}};
}
auto job_machine::on(const releasing& now, const finalizers_written& learned) const
    -> to<releasing, gone> {
  if (learned.request != now.request) return {now};
  return {gone{}, {}};
}
auto job_machine::on(const releasing& now, const call_refused& learned) const -> to<releasing> {
  if (learned.request != now.request) return {now};
  return {now, {set_deadline{now.request, policy.poll}}};
}
auto job_machine::on(const releasing& now, const deadline_passed& learned) const
    -> to<releasing, cancelling> {
  if (learned.timer != now.request) return {now};
  const auto request = after(now.request);
  return {cancelling{request, known.now.monotonic, known.cluster.looks},
          {set_deadline{request, policy.poll}}};
}

}  // namespace drey
