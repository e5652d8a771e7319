/// The first part of the job's chart: from nothing to a recorded intent.
#include "actors/job_machine.hpp"

#include "actors/job_deletion.hpp"
#include "actors/job_moves.hpp"
#include "actors/job_parallelism.hpp"
#include "actors/job_picture.hpp"
#include "actors/job_start.hpp"

namespace drey {

using namespace job_moves;

namespace {

using machine = job_machine;

// ── waiting: the first look after a start, and every look while nothing is in Flink ─────────────

/// Status says that it is over and that nothing is to be done about it. While that is being found
/// out it says the one without the other.
bool is_recorded_end(const job_known& known, const job_id& id) {
  const auto& recorded = *known.recorded;
  return is_terminal(recorded.job.state) && recorded.job.job_id == id.hex &&
         recorded.lifecycle_state != "DEPLOYED" && recorded.lifecycle_state != "UPGRADING";
}

machine::first_steps resume(const machine& m, ticket request, const job_id& id) {
  const auto& recorded = m.known.recorded->job;
  switch (judge(m.known, id)) {
    case verdict::not_asked:
      return {machine::waiting{request}, {}};
    case verdict::works:
      return {machine::running{request, id, m.known.now.monotonic}, doubt_end(m.known, id)};
    case verdict::struggles:
      return {machine::restarting{request, id}, doubt_end(m.known, id)};
    case verdict::over:
      if (is_recorded_end(m.known, id)) return {machine::ended{request, id, recorded.state}, {}};
      return gather(m, request, id, row_of(m.known, id)->state, 1);
    case verdict::absent:
      break;
  }
  if (is_recorded_end(m.known, id)) return {machine::ended{request, id, recorded.state}, {}};
  return miss(m, request, id);
}

/// An operator before us began to stop it.
machine::first_steps resume_stop(const machine& m, ticket request, const stop_order& what) {
  switch (judge(m.known, what.job)) {
    case verdict::not_asked:
      return {machine::waiting{request}, {}};
    case verdict::over:
      return gather(m, request, what.job, row_of(m.known, what.job)->state, 1);
    case verdict::absent:
      // With high availability a JobManager may still bring back what had ended before it.
      if (is_established(m.known.history, what.job) &&
          (!m.known.cluster.high_availability || m.known.cluster.nobody_runs))
        return carry_on(m, request, what.job, m.known.history.newest->path);
      return miss(m, request, what.job);
    case verdict::works:
    case verdict::struggles:
      break;
  }
  auto next = takes_savepoint(what.way) ? machine::first_steps(await_stop(m, request, what))
                                        : machine::first_steps(halt(m, request, what));
  for (auto& one : doubt_end(m.known, what.job)) next.commands.push_back(std::move(one));
  return next;
}

/// It is being deleted, its last state is to be kept, and its cluster answers: is there any that is
/// not on record?
machine::first_steps resume_deletion(const machine& m, ticket request) {
  const auto& known = m.known;
  const auto live = live_ids(known);
  const auto id = live.empty() ? current_id(known) : live.back();
  const auto sent = recorded_submission(known);
  const bool may_arrive = sent && row_of(known, sent->id) == nullptr;
  if (live.empty() && (may_arrive || is_suspended(known) || is_established(known.history, id)))
    return cancel(m, request, arrival::possible, last_state::settled);
  const auto stop = recorded_stop(known);
  if (stop && takes_savepoint(stop->way) && stop->job == id) return resume_stop(m, request, *stop);
  return resume(m, request, id);
}

machine::first_steps take_first_step(const machine& m, ticket last) {
  const auto& known = m.known;
  const auto request = after(last);
  if (known.deleting && !known.finalizer) return {machine::gone{}, {}};
  if (known.deleting && known.history.job_ids.empty()) return release(m, request);
  if (is_let_go(known)) return cancel(m, request, arrival::possible, last_state::sought);
  if (known.deleting) return resume_deletion(m, request);
  if (!known.spec || !known.spec->job) return {machine::waiting{last}, {}};
  if (!is_wanted(known) && known.history.job_ids.empty()) return {machine::waiting{last}, {}};
  if (!known.finalizer)
    return {machine::claiming{request},
            {add_finalizer{request}, set_deadline{request, m.policy.answer_wait}}};
  // It may be wanted again before it was written down which spec it was suspended by.
  if (is_suspended(known) || known.recorded->lifecycle_state == "SUSPENDED")
    return {machine::suspended{request, current_id(known), last_path(known)}, {}};
  if (!list_is_live(known)) return {machine::waiting{last}, {}};
  if (const auto pending = recorded_stop(known)) return resume_stop(m, request, *pending);
  if (auto pending = recorded_submission(known)) {
    if (row_of(known, pending->id) != nullptr) return resume(m, request, pending->id);
    return resolve(m, request, *pending);
  }
  if (const auto id = current_id(known)) return resume(m, request, id);
  if (!may_begin(known)) return {machine::waiting{last}, {}};
  return reserve(request, first_path(known));
}

}  // namespace

auto job_machine::on(const waiting& now, const job_seen&) const -> first_steps {
  return take_first_step(*this, now.last);
}

// ── claiming ────────────────────────────────────────────────────────────────────────────────────

auto job_machine::on(const claiming& now, const finalizers_written& learned) const
    -> to<claiming, waiting> {
  if (learned.request != now.request) return {now};
  return {waiting{now.request}, {}};
}
auto job_machine::on(const claiming& now, const call_refused& learned) const -> to<claiming> {
  if (learned.request != now.request) return {now};
  return {now, {set_deadline{now.request, policy.poll}}};
}
auto job_machine::on(const claiming& now, const deadline_passed& learned) const
    -> to<claiming, waiting> {
  if (learned.timer != now.request) return {now};
  return {waiting{now.request}, {}};
}

// ── reserving ───────────────────────────────────────────────────────────────────────────────────

auto job_machine::on(const reserving& now, const job_seen&) const
    -> to<reserving, cancelling, releasing, waiting> {
  if (known.deleting && known.history.job_ids.empty()) {
    auto done = release(*this, after(now.request));
    done.commands.insert(done.commands.begin(), release_slots{});
    return done;
  }
  if (known.deleting) return cancel(*this, after(now.request), arrival::possible);
  if (!is_wanted(known)) return {waiting{now.request}, {release_slots{}}};
  return {now};
}
auto job_machine::on(const reserving& now, const cluster_seen&) const -> to<reserving, waiting> {
  if (!list_is_live(known)) return {waiting{now.request}, {release_slots{}}};
  const auto request = after(now.request);
  const auto since = now.since == milliseconds{0} ? known.now.monotonic : now.since;
  to<reserving, waiting> next{reserving{request, now.path, now.branch, since}, {}};
  if (const auto why = without_room(known, now); !why.empty()) next.commands = undo(known, why);
  next.commands.emplace_back(reserve_slots{request});
  return next;
}
namespace {

/// Of a job that was stopped for more slots than there are now its own may not be told to be free.
bool may_get_more(const job_known& known, const machine::reserving& now) {
  if (!is_resizing(known) || known.granted >= next_parallelism(known)) return false;
  return now.since == milliseconds{0} || known.now.monotonic - now.since < limits::slots_told_wait;
}

}  // namespace

auto job_machine::on(const reserving& now, const slots_answered& learned) const
    -> to<reserving, recording> {
  if (learned.request != now.request || learned.answer != slots::granted) return {now};
  if (may_get_more(known, now)) return {now};
  return record(*this, after(now.request), next_submission(known, now.path, now.branch));
}

// ── recording ───────────────────────────────────────────────────────────────────────────────────

/// What is written next says of the present spec that it is carried out, or not: a submission that
/// nobody wants any more must not be what it is about.
auto job_machine::on(const recording& now, const job_seen&) const -> to<recording, waiting> {
  const bool moves = known.cluster.phase == cluster_phase::unknown;  // to another cluster
  if (known.deleting || (is_wanted(known) && !moves)) return {now};
  return {waiting{now.request}, {release_slots{}}};
}
auto job_machine::on(const recording& now, const status_written& learned) const
    -> to<recording, fetching> {
  if (learned.request != now.request) return {now};
  return fetch(*this, after(now.request), now.what);
}
auto job_machine::on(const recording& now, const status_superseded& learned) const
    -> to<recording, waiting> {
  if (learned.request != now.request) return {now};
  return {waiting{now.request}, {release_slots{}}};
}
auto job_machine::on(const recording& now, const deadline_passed& learned) const
    -> to<recording, waiting> {
  if (learned.timer != now.request) return {now};
  return {waiting{now.request}, {release_slots{}}};
}

static_assert(state_machine::complete<job_machine>());
static_assert(state_machine::connected<job_machine>());
static_assert(state_machine::bounded<job_machine, deadline_passed>());
template state_machine::step_result<job_machine> state_machine::step(const job_machine&,
                                                                     const job_machine::state&,
                                                                     const job_machine::fact&);

}  // namespace drey
