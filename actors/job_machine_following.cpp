/// The third part of the job's chart: following an execution that Flink has, and seeing that its
/// spec has changed.
#include "actors/job_machine.hpp"

#include "actors/job_deletion.hpp"
#include "actors/job_moves.hpp"
#include "actors/job_parallelism.hpp"
#include "actors/job_picture.hpp"
#include "actors/restart_policy.hpp"

namespace drey {

using namespace job_moves;

namespace {

/// What runs now has shown that its spec is stable, or that it can have so many slots.
std::vector<machine::command> proof_of(const job_known& known, milliseconds ran) {
  std::vector<machine::command> notes;
  if (known.rescale) return notes;  // it has yet to run as it is meant to
  note_parallelism_of(known, with_proof(known), notes);
  if (becomes_stable(known, ran)) notes.emplace_back(note_stable{});
  return notes;
}

to<machine::running> run(const machine& m, ticket request, const job_id& id,
                         std::vector<machine::command> commands) {
  for (auto& one : proof_of(m.known, milliseconds{0})) commands.push_back(std::move(one));
  return {machine::running{request, id, m.known.now.monotonic}, std::move(commands)};
}

/// A changed spec goes on from here, when it may; else the position stays.
template <class... Next, class State>
to<Next...> change_or_stay(const machine& m, const State& now, ticket request, job_health health) {
  if (m.known.trial && is_of_trial(m.known, m.known.history.newest) && !m.known.rollback)
    return {now, {note_stable{}}};
  auto step = next_change(m, request, now.id, health);
  if (step.begun) {
    step.begun->commands.insert(step.begun->commands.begin(), release_slots{});
    return *std::move(step.begun);
  }
  return {now, std::move(step.notes)};
}

}  // namespace

// ── starting, running, restarting ───────────────────────────────────────────────────────────────

auto job_machine::on(const starting& now, const job_seen&) const -> to<starting, cancelling> {
  if (is_let_go(known)) return cancel(*this, after(now.request), arrival::possible, left_by(known));
  return {now};
}
auto job_machine::on(const starting& now, const cluster_seen&) const
    -> to<starting, running, measuring, rescaling, intending, missing, gathering> {
  const auto request = after(now.request);
  switch (judge(known, now.id)) {
    case verdict::works:
      return run(*this, request, now.id, {release_slots{}});
    case verdict::over:
      return gather(*this, request, now.id, row_of(known, now.id)->state, 1);
    case verdict::absent:  // by a list that may be older than the job
      if (is_fresh_since(known, now.looks)) return miss(*this, request, now.id);
      break;
    case verdict::struggles:
      if (known.deleting) break;  // it has just begun: what is to be saved is waited for
      return change_or_stay<starting, running, measuring, rescaling, intending, missing, gathering>(
          *this, now, request, job_health::struggles);
    case verdict::not_asked:
      break;
  }
  return {now};
}
auto job_machine::on(const starting& now, const deadline_passed& learned) const
    -> to<starting, restarting> {
  if (learned.timer != now.request) return {now};
  return {restarting{now.request, now.id},
          {release_slots{}, tell{"Warning", "SlowStart", "Its tasks do not all run yet"}}};
}

auto job_machine::on(const running& now, const job_seen&) const -> to<running, cancelling> {
  if (is_let_go(known)) return cancel(*this, after(now.last), arrival::possible, left_by(known));
  return {now};
}
auto job_machine::on(const running& now, const cluster_seen&) const
    -> to<running, restarting, measuring, rescaling, intending, missing, gathering> {
  const auto request = after(now.last);
  switch (judge(known, now.id)) {
    case verdict::over:
      return gather(*this, request, now.id, row_of(known, now.id)->state, 1);
    case verdict::absent:
      return miss(*this, request, now.id);
    case verdict::struggles:
      return {restarting{request, now.id},
              {tell{"Warning", "TasksLost", "Not all tasks run; Flink is restarting the job"}}};
    case verdict::not_asked:
      return {now};
    case verdict::works:
      break;
  }
  if (known.history.failures > 0 &&
      known.now.monotonic - now.since >= restart_limits_of(known).window)
    return {now, {forget_failures{}}};
  if (auto proof = proof_of(known, known.now.monotonic - now.since); !proof.empty())
    return {now, std::move(proof)};
  return change_or_stay<running, restarting, measuring, rescaling, intending, missing, gathering>(
      *this, now, request, job_health::works);
}

auto job_machine::on(const restarting& now, const job_seen&) const -> to<restarting, cancelling> {
  if (is_let_go(known)) return cancel(*this, after(now.last), arrival::possible, left_by(known));
  return {now};
}
auto job_machine::on(const restarting& now, const cluster_seen&) const
    -> to<restarting, running, measuring, rescaling, intending, missing, gathering> {
  const auto request = after(now.last);
  switch (judge(known, now.id)) {
    case verdict::works:
      return run(*this, request, now.id, {});
    case verdict::over:
      return gather(*this, request, now.id, row_of(known, now.id)->state, 1);
    case verdict::absent:
      return miss(*this, request, now.id);
    case verdict::struggles:
      return change_or_stay<restarting, running, measuring, rescaling, intending, missing,
                            gathering>(*this, now, request, job_health::struggles);
    case verdict::not_asked:
      break;
  }
  return {now};
}

// ── missing ─────────────────────────────────────────────────────────────────────────────────────

auto job_machine::on(const missing& now, const job_seen&) const -> to<missing, cancelling> {
  const auto request = after(now.request);
  if (is_let_go(known)) return cancel(*this, request, arrival::possible, left_by(known));
  if (known.deleting && may_live_elsewhere(known)) {  // nobody can be asked who knows of it
    auto done = cancel(*this, request, arrival::possible);
    done.commands.push_back(tell_unsaved(known, "an earlier JobManager is out of reach"));
    return done;
  }
  return {now};
}
auto job_machine::on(const missing& now, const cluster_seen&) const -> to<missing, starting> {
  if (row_of(known, now.id) != nullptr) return follow(*this, after(now.request), now.id);
  auto stays = now;
  if (!list_is_live(known)) {
    stays.absent_since = known.now.monotonic;
    stays.looks = known.cluster.looks;
  }
  return {stays};
}
auto job_machine::on(const missing& now, const deadline_passed& learned) const
    -> to<missing, gathering> {
  if (learned.timer != now.request) return {now};
  const auto request = after(now.request);
  const bool absent = row_of(known, now.id) == nullptr && is_fresh_since(known, now.looks) &&
                      !may_live_elsewhere(known);
  const auto wait = known.cluster.nobody_runs ? milliseconds{0} : policy.missing_wait;
  if (absent && known.now.monotonic - now.absent_since >= wait) {
    auto lost = gather(*this, request, now.id, "", 1);
    lost.commands.push_back(tell{"Warning", "Missing", "The JobManager does not list the job"});
    return lost;
  }
  auto stays = now;
  stays.request = request;
  if (!list_is_live(known)) {
    stays.absent_since = known.now.monotonic;
    stays.looks = known.cluster.looks;
  }
  return {stays, {set_deadline{request, policy.poll}}};
}

}  // namespace drey
