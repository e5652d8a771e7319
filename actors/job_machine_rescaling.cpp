/// The part of the job's chart for another parallelism in place: Flink restarts the job's tasks
/// from a checkpoint that was just made, under the same id (decision 0031).
#include "actors/job_deletion.hpp"
#include "actors/job_machine.hpp"
#include "actors/job_moves.hpp"
#include "actors/job_parallelism.hpp"
#include "actors/job_picture.hpp"
#include "actors/job_rescaling.hpp"

namespace drey {

using namespace job_moves;

namespace {

/// It runs on as it is; what is left to be done is looked at anew.
to<machine::running> run_on(const machine& m, ticket last, const job_id& id) {
  return {machine::running{after(last), id, m.known.now.monotonic}, {release_slots{}}};
}

/// It is not rescaled this time: an offer of its cluster is over.
to<machine::running> turn_back(const machine& m, ticket last, const job_id& id) {
  auto next = run_on(m, last, id);
  if (is_resizing(m.known)) note_parallelism_of(m.known, called_off(m.known), next.commands);
  return next;
}

to<machine::planning> plan(const machine& m, ticket last, const job_id& id,
                           std::int32_t parallelism) {
  const auto request = after(last);
  const auto& known = m.known;
  to<machine::planning> next{machine::planning{request, id, parallelism, known.generation},
                             {note_rescale{pending_rescale{id, known.generation, known.now.wall}}}};
  auto record = known.parallelism;
  if (record) {
    record->current = record->target = parallelism;
    note_parallelism_of(known, record, next.commands);
  }
  next.commands.insert(next.commands.end(),
                       {record_intent{request}, set_deadline{request, m.policy.answer_wait}});
  return next;
}

/// Nothing that was asked for may be left behind: the job works and is to work on, or is over.
template <class State>
to<State, machine::running, machine::restarting, machine::missing, machine::gathering> look_at_job(
    const machine& m, const State& now) {
  const auto request = after(now.request);
  switch (judge(m.known, now.id)) {
    case verdict::over:
      return gather(m, request, now.id, row_of(m.known, now.id)->state, 1);
    case verdict::absent:
      return miss(m, request, now.id);
    case verdict::struggles:
      return {machine::restarting{request, now.id}, {release_slots{}}};
    case verdict::works:
      if (!is_goal(m.known, now.parallelism)) return turn_back(m, now.request, now.id);
      break;
    case verdict::not_asked:
      break;
  }
  return {now};
}

/// Its state cannot be spread so wide, by whatever way it is rescaled.
to<machine::running> hold_narrow(const machine& m, const machine::measuring& now,
                                 const job_vertex& one) {
  auto next = turn_back(m, now.request, now.id);
  if (m.known.need != job_need::rescale) return next;
  const auto why = "spec.job.parallelism " + std::to_string(now.parallelism) +
                   " is more than the max parallelism of \"" + one.name + "\", " +
                   std::to_string(one.max_parallelism) +
                   ", over which its state can be spread: ask for no more than that";
  next.commands.insert(next.commands.end(),
                       {note_change{{m.known.generation, limits::stop_attempts_max, why, 0}},
                        tell{"Warning", "UpgradeHeld", why}});
  return next;
}

/// With what there is: Flink itself gives it more as soon as slots are free.
to<machine::running> conclude(const machine& m, const machine::rescaling& now, tell what) {
  auto next = run_on(m, now.request, now.id);
  next.commands.insert(next.commands.end(), {note_rescale{}, std::move(what)});
  return next;
}

to<machine::rescaling> look_again(const machine& m, machine::rescaling now) {
  now.request = after(now.request);
  const auto request = now.request;
  return {std::move(now), {set_deadline{request, m.policy.poll}}};
}

/// A stop and a start do what Flink did not.
to<machine::rescaling, machine::running, machine::intending> give_up(const machine& m,
                                                                     const machine::rescaling& now,
                                                                     const std::string& why) {
  const auto health =
      judge(m.known, now.id) == verdict::works ? job_health::works : job_health::struggles;
  auto next = stop_for_parallelism(m, after(now.request), now.id, health);
  if (!next && health == job_health::struggles) return look_again(m, now);
  const tell told{"Warning", "RescaleFailed",
                  "Flink did not rescale it in place: " + why +
                      (next ? "; it is stopped and started for that" : "")};
  if (!next) return conclude(m, now, told);
  next->commands.insert(next->commands.begin(), {release_slots{}, told});
  return *std::move(next);
}

bool is_overdue(const machine& m) {
  return m.known.rescale && m.known.now.wall - m.known.rescale->since > m.policy.rescale_patience;
}

}  // namespace

namespace job_moves {

to<machine::measuring> measure(const machine& m, ticket request, const job_id& id,
                               std::int32_t parallelism) {
  const auto more = parallelism - current_parallelism(m.known);
  machine::command first = look_at_vertices{request, id};
  if (more > 0) first = reserve_more{request, more};
  return {machine::measuring{request, id, parallelism},
          {std::move(first), set_deadline{request, m.policy.answer_wait}}};
}

to<machine::rescaling> rescale(const machine& m, ticket request, const job_id& id,
                               std::int32_t parallelism) {
  return {machine::rescaling{request, id, parallelism, m.known.cluster.looks},
          {look_at_vertices{request, id}, set_deadline{request, m.policy.answer_wait}}};
}

}  // namespace job_moves

// ── measuring ───────────────────────────────────────────────────────────────────────────────────

auto job_machine::on(const measuring& now, const job_seen&) const -> to<measuring, cancelling> {
  if (is_let_go(known)) return cancel(*this, after(now.request), arrival::possible, left_by(known));
  return {now};
}
auto job_machine::on(const measuring& now, const cluster_seen&) const
    -> to<measuring, running, restarting, missing, gathering> {
  return look_at_job(*this, now);
}
auto job_machine::on(const measuring& now, const slots_answered& learned) const -> to<measuring> {
  if (learned.request != now.request) return {now};
  auto next = now;
  next.request = after(now.request);
  if (learned.answer != slots::granted)  // others were faster
    return {next, {set_deadline{next.request, policy.poll}}};
  return {next,
          {look_at_vertices{next.request, now.id}, set_deadline{next.request, policy.answer_wait}}};
}
auto job_machine::on(const measuring& now, const vertices_told& learned) const
    -> to<measuring, running, securing, intending> {
  if (learned.request != now.request) return {now};
  const auto request = after(now.request);
  if (const auto* narrow = narrowest_below(learned.vertices, now.parallelism))
    return hold_narrow(*this, now, *narrow);
  if (const auto why = not_uniform_because(known, learned.vertices); !why.empty()) {
    auto next = stop_for_parallelism(*this, request, now.id, job_health::works);
    if (!next) return turn_back(*this, now.request, now.id);
    next->commands.insert(
        next->commands.begin(),
        {release_slots{}, tell{"Normal", "NotRescaledInPlace",
                               "It is stopped and started for its parallelism: " + why}});
    return *std::move(next);
  }
  return {securing{request, now.id, now.parallelism, known.now.monotonic, {}},
          {look_at_newest{request, now.id}, set_deadline{request, policy.answer_wait}}};
}
auto job_machine::on(const measuring& now, const call_refused& learned) const -> to<measuring> {
  if (learned.request != now.request) return {now};
  auto next = now;
  next.request = after(now.request);
  return {next, {set_deadline{next.request, policy.poll}}};
}
auto job_machine::on(const measuring& now, const deadline_passed& learned) const
    -> to<measuring, running> {
  if (learned.timer != now.request) return {now};
  return turn_back(*this, now.request, now.id);
}

// ── securing ────────────────────────────────────────────────────────────────────────────────────

auto job_machine::on(const securing& now, const job_seen&) const -> to<securing, cancelling> {
  if (is_let_go(known)) return cancel(*this, after(now.request), arrival::possible, left_by(known));
  return {now};
}
auto job_machine::on(const securing& now, const cluster_seen&) const
    -> to<securing, running, restarting, missing, gathering> {
  return look_at_job(*this, now);
}
auto job_machine::on(const securing& now, const trigger_accepted& learned) const -> to<securing> {
  if (learned.request != now.request) return {now};
  auto next = now;
  next.request = after(now.request);
  return {next, {set_deadline{next.request, policy.poll}}};
}
auto job_machine::on(const securing& now, const newest_told_of& learned) const
    -> to<securing, planning> {
  if (learned.request != now.request) return {now};
  if (now.before && learned.checkpoint > *now.before)
    return plan(*this, now.request, now.id, now.parallelism);
  auto next = now;
  next.request = after(now.request);
  if (now.before) return {next, {set_deadline{next.request, policy.poll}}};
  next.before = learned.checkpoint;
  return {next,
          {make_checkpoint{next.request, now.id}, set_deadline{next.request, policy.answer_wait}}};
}
/// Without one work is repeated, and no state lost: Flink goes on from the newest that there is.
auto job_machine::on(const securing& now, const call_refused& learned) const
    -> to<securing, planning> {
  if (learned.request != now.request) return {now};
  return plan(*this, now.request, now.id, now.parallelism);
}
auto job_machine::on(const securing& now, const deadline_passed& learned) const
    -> to<securing, planning> {
  if (learned.timer != now.request) return {now};
  if (known.now.monotonic - now.since > policy.secure_patience)
    return plan(*this, now.request, now.id, now.parallelism);
  auto next = now;
  next.request = after(now.request);
  return {next,
          {look_at_newest{next.request, now.id}, set_deadline{next.request, policy.answer_wait}}};
}

// ── planning ────────────────────────────────────────────────────────────────────────────────────

/// What another change of the spec asks for is not mixed with it.
auto job_machine::on(const planning& now, const status_written& learned) const
    -> to<planning, rescaling, waiting> {
  if (learned.request != now.request) return {now};
  if (known.generation != now.generation || known.need != job_need::nothing)
    return {waiting{now.request}, {release_slots{}}};
  return rescale(*this, after(now.request), now.id, now.parallelism);
}
auto job_machine::on(const planning& now, const status_superseded& learned) const
    -> to<planning, waiting> {
  if (learned.request != now.request) return {now};
  return {waiting{now.request}, {release_slots{}}};
}
auto job_machine::on(const planning& now, const deadline_passed& learned) const
    -> to<planning, waiting> {
  if (learned.timer != now.request) return {now};
  return {waiting{now.request}, {release_slots{}}};
}

// ── rescaling ───────────────────────────────────────────────────────────────────────────────────

auto job_machine::on(const rescaling& now, const job_seen&) const -> to<rescaling, cancelling> {
  if (is_let_go(known)) return cancel(*this, after(now.request), arrival::possible, left_by(known));
  return {now};
}
auto job_machine::on(const rescaling& now, const cluster_seen&) const
    -> to<rescaling, running, restarting, missing, gathering> {
  const auto request = after(now.request);
  const auto seen = judge(known, now.id);
  if (seen == verdict::over) return gather(*this, request, now.id, row_of(known, now.id)->state, 1);
  if (seen == verdict::absent && is_fresh_since(known, now.looks))
    return miss(*this, request, now.id);
  const bool other = known.need != job_need::nothing || known.cluster.rest_order != 0 ||
                     known.deleting || !known.rescale;
  if (other && seen == verdict::works) return run_on(*this, now.request, now.id);
  if (other && seen == verdict::struggles) return {restarting{request, now.id}, {release_slots{}}};
  return {now};
}
auto job_machine::on(const rescaling& now, const vertices_told& learned) const
    -> to<rescaling, running> {
  if (learned.request != now.request) return {now};
  const bool done = all_have(learned.vertices, now.parallelism) && all_tasks_run(learned.vertices);
  if (done && now.accepted_by == known.cluster.incarnation)
    return conclude(*this, now,
                    {"Normal", "Rescaled",
                     "Flink rescaled it in place: it runs with parallelism " +
                         std::to_string(now.parallelism)});
  if (now.accepted_by == known.cluster.incarnation && all_tasks_run(learned.vertices) &&
      is_overdue(*this))
    return conclude(*this, now,
                    {"Warning", "SlotsLacking",
                     "It is to run with parallelism " + std::to_string(now.parallelism) +
                         " and has fewer slots: Flink gives it more as soon as there are any"});
  if (now.accepted_by == known.cluster.incarnation || learned.vertices.empty())
    return look_again(*this, now);
  auto next = now;
  next.request = after(now.request);
  std::vector<std::string> all;
  for (const auto& one : learned.vertices) all.push_back(one.id);
  return {next,
          {ask_rescale{next.request, now.id, now.parallelism, std::move(all)},
           set_deadline{next.request, policy.answer_wait}}};
}
auto job_machine::on(const rescaling& now, const trigger_accepted& learned) const -> to<rescaling> {
  if (learned.request != now.request) return {now};
  auto next = now;
  next.accepted_by = known.cluster.incarnation;
  return look_again(*this, std::move(next));
}
auto job_machine::on(const rescaling& now, const call_refused& learned) const
    -> to<rescaling, running, intending> {
  if (learned.request != now.request) return {now};
  if (learned.reason == refusal_reason::invalid) return give_up(*this, now, learned.message);
  return look_again(*this, now);
}
auto job_machine::on(const rescaling& now, const deadline_passed& learned) const
    -> to<rescaling, running, intending> {
  if (learned.timer != now.request) return {now};
  if (!list_is_live(known)) return look_again(*this, now);
  const bool works = judge(known, now.id) == verdict::works;
  const bool taken = now.accepted_by == known.cluster.incarnation;
  if (is_overdue(*this) && !(works && taken))
    return give_up(*this, now, "not all its tasks ran in time");
  auto next = now;
  next.request = after(now.request);
  return {next,
          {look_at_vertices{next.request, now.id}, set_deadline{next.request, policy.answer_wait}}};
}

}  // namespace drey
