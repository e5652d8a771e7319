/// The last part of the job's chart: its resource is deleted. What it leaves behind is found out in
/// the positions before these, as long as there is somebody to ask.
#include <algorithm>

#include "actors/job_deletion.hpp"
#include "actors/job_machine.hpp"
#include "actors/job_moves.hpp"
#include "actors/job_picture.hpp"
#include "actors/planted_bugs.hpp"

namespace drey {

using namespace job_moves;

namespace {

/// A submission whose outcome is open may still arrive; a job that is listed as over may not.
bool may_still_arrive(const job_known& known, const machine::cancelling& now) {
  if (now.submission == arrival::excluded) return false;
  const auto pending = recorded_submission(known);
  return pending && row_of(known, pending->id) == nullptr;
}

/// How long all must have been over before the resource may go.
milliseconds quiet_needed(const machine& m, const machine::cancelling& now) {
  const auto arriving = may_still_arrive(m.known, now) ? m.policy.settle_wait : milliseconds{0};
  // An application's TaskManagers go with it, before its last finalizer.
  const auto& cluster = m.known.cluster;
  const bool may_work_on = cluster.isolated_task_managers > 0 && !cluster.nobody_runs;
  const auto living = may_work_on ? tasks_outlive(m.known) : milliseconds{0};
  return std::max(arriving, living);
}

/// The FlinkStateSnapshot of what it was stopped with is yet to be made.
bool is_unlisted(const job_known& known) {
  return saves_first(known) && known.history.unlisted.has_value();
}

to<machine::cancelling, machine::releasing> cancel_or_release(const machine& m,
                                                              machine::cancelling now) {
  now.request = after(now.request);
  const auto live = live_ids(m.known);
  if (!list_is_live(m.known) || !live.empty()) {
    now.quiet_since = m.known.now.monotonic;
    now.looks = m.known.cluster.looks;
  }
  const auto quiet_for = m.known.now.monotonic - now.quiet_since;
  const bool over = is_fresh_since(m.known, now.looks) && live.empty() &&
                    quiet_for >= quiet_needed(m, now) && !is_unlisted(m.known);
  if (over || is_planted(planted_bug::finalizer_at_once)) return release(m, now.request);
  auto asks = cancel_live(m, now.request);
  return {now, std::move(asks)};
}

}  // namespace

auto job_machine::on(const cancelling& now, const cluster_seen&) const
    -> to<cancelling, releasing, waiting> {
  const bool leaves = now.last == last_state::sought || !live_ids(known).empty();
  if (saves_first(known) && list_is_live(known) && leaves) return {waiting{now.request}, {}};
  if (is_fresh_since(known, now.looks) && live_ids(known).empty())
    return cancel_or_release(*this, now);
  return {now};
}
auto job_machine::on(const cancelling& now, const job_manager_probed& learned) const
    -> to<cancelling, releasing, gathering> {
  if (learned.request != now.request || list_is_live(known)) return {now};
  if (learned.found != presence::absent) {
    auto stays = now;
    stays.quiet_since = known.now.monotonic;
    return {stays};
  }
  const auto dead_for = known.now.monotonic - now.quiet_since;
  if (dead_for < std::max(limits::job_manager_dead_after, tasks_outlive(known))) return {now};
  const auto request = after(now.request);
  if (is_unlisted(known)) return {now};
  if (!saves_first(known) || now.last == last_state::settled) return release(*this, request);
  if (may_answer_yet(known)) return {now};
  if (is_savepoint_open(known))  // the store may know of it
    return gather(*this, request, current_id(known), "", 1);
  auto done = release(*this, request);
  done.commands.push_back(tell_unsaved(known, "its cluster is gone"));
  return done;
}
auto job_machine::on(const cancelling& now, const deadline_passed& learned) const
    -> to<cancelling, releasing> {
  if (learned.timer != now.request) return {now};
  if (list_is_live(known)) return cancel_or_release(*this, now);
  auto again = now;  // `quiet_since` is moved by what the probe finds
  again.request = after(now.request);
  return {again, {probe_job_manager{again.request}, set_deadline{again.request, policy.poll}}};
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
  return cancel(*this, after(now.request), arrival::possible);
}

}  // namespace drey
