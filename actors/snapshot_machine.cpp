#include "actors/snapshot_machine.hpp"

#include <algorithm>

#include "protocol/flink_versions.hpp"
#include "protocol/timestamp.hpp"

namespace drey {

namespace {

using m = snapshot_machine;
template <class... Next>
using to = m::to<Next...>;

// ── what is to be done with the picture as it is ────────────────────────────────────────────────

enum class step { rest, wait, take, adopt, is_there, fail, abandon, settle };
struct verdict {
  step what = step::rest;
  milliseconds wait{0};
  std::string why = {};
};

snapshot_kind kind_of_order(const snapshot_known& known) {
  if (known.recorded.operation)
    return known.recorded.operation->kind == "checkpoint" ? snapshot_kind::checkpoint
                                                          : snapshot_kind::savepoint;
  return known.spec && known.spec->savepoint ? snapshot_kind::savepoint : snapshot_kind::checkpoint;
}

std::string directory_of(const snapshot_known& known) {
  auto directory = known.spec->savepoint ? known.spec->savepoint->path : std::string{};
  if (directory.empty()) directory = known.source.directory;
  while (directory.ends_with('/')) directory.pop_back();
  return directory;
}

/// When it failed last, in wall time; 0: it did not.
milliseconds failed_at(const snapshot_known& known) {
  return parse_timestamp(known.recorded.result_timestamp).value_or(milliseconds{0});
}

milliseconds wait_after(int failures) {
  return backoff(failures, limits::snapshot_retry_first, limits::snapshot_retry_max);
}

/// A job that may come back by itself is waited for.
verdict await_job(const m& machine) {
  const auto& known = machine.known;
  const auto until = std::max(known.created, failed_at(known)) + machine.policy.patience;
  if (known.now.wall < until) return {step::wait, until - known.now.wall};
  return {step::abandon, {}, known.source.why};
}

verdict ask_job(const snapshot_known& known) {
  if (known.spec->savepoint) {
    if (!directory_of(known).empty()) return {step::take};
    return {step::fail,
            {},
            "no savepoint directory: set execution.checkpointing.savepoint-dir, or "
            "spec.savepoint.path"};
  }
  if (capabilities_of(known.source.version).checkpoint_trigger) return {step::take};
  return {step::fail, {}, "checkpoints on demand need Flink 1.17: take a savepoint instead"};
}

verdict next_attempt(const m& machine) {
  const auto& known = machine.known;
  if (known.recorded.failures > 0) {
    const auto due = failed_at(known) + wait_after(known.recorded.failures);
    if (known.now.wall < due) return {step::wait, due - known.now.wall};
  }
  switch (known.source.phase) {
    case source_phase::unknown:
    case source_phase::unsupported:
      return {step::rest};
    case source_phase::missing:
    case source_phase::starting:
      return await_job(machine);
    case source_phase::ended:
      return {step::abandon, {}, known.source.why};
    case source_phase::running:
      return ask_job(known);
  }
  return {};
}

verdict judge(const m& machine) {
  const auto& known = machine.known;
  if (is_final(known.recorded)) return {step::settle};
  if (known.recorded.state == "IN_PROGRESS")
    return {known.source.phase == source_phase::unknown ? step::rest : step::adopt};
  if (known.deleting) return {step::settle};
  if (!known.problem.empty() || !known.spec || !known.finalizer) return {step::rest};
  if (known.spec->savepoint && known.spec->savepoint->already_exists) return {step::is_there};
  return next_attempt(machine);
}

// ── orders ──────────────────────────────────────────────────────────────────────────────────────

snapshot_order next_order(const snapshot_known& known) {
  const auto id =
      derived_id(known.uid, "snapshot", static_cast<std::uint64_t>(known.recorded.failures));
  const auto kind = kind_of_order(known);
  const auto directory = kind == snapshot_kind::savepoint
                             ? directory_of(known) + "/" + known.source.job.hex + "-" + id
                             : std::string{};
  return {kind, id, directory, known.source.job};
}

/// Begun before a restart of ours, or by another operator, which says less about it.
snapshot_order recorded_order(const snapshot_known& known) {
  const auto& said = known.recorded;
  snapshot_order what{kind_of_order(known), said.trigger_id, "", known.source.job};
  if (said.operation) what.directory = said.operation->directory;
  if (said.origin && !said.origin->job_id.empty()) what.job = {said.origin->job_id};
  return what;
}

// ── ways on ─────────────────────────────────────────────────────────────────────────────────────

bool has_no_job(const snapshot_source& source) {
  return source.phase == source_phase::missing || source.phase == source_phase::ended;
}

/// Its resource, too: nobody will tell anything more of it.
bool is_gone(const snapshot_source& source) {
  return source.phase == source_phase::missing ||
         (source.phase == source_phase::ended && !source.job);
}

to<m::settled> abandon(const std::string& why) { return {m::settled{}, {note_abandoned{why}}}; }

/// Tried again later, unless its limit is reached or there is no job any more.
to<m::waiting, m::settled> fail(const m& machine, ticket last, const std::string& why) {
  const auto& known = machine.known;
  if (has_no_job(known.source)) return abandon(known.source.why + ": " + why);
  const auto failures = known.recorded.failures + 1;
  const auto limit = known.spec ? known.spec->backoff_limit : 0;
  if (limit >= 0 && failures > limit)
    return {m::settled{}, {note_failed_attempt{why, retry::never}}};
  const auto request = after(last);
  return {m::waiting{request},
          {note_failed_attempt{why, retry::later}, set_deadline{request, wait_after(failures)}}};
}

to<m::triggering> trigger(const m& machine, ticket last, const snapshot_order& what,
                          milliseconds since) {
  const auto request = after(last);
  return {m::triggering{request, what, since},
          {ask_snapshot{request, what}, set_deadline{request, machine.policy.answer_wait}}};
}

to<m::polling> poll(const m& machine, ticket last, const snapshot_order& what, milliseconds since) {
  const auto request = after(last);
  return {m::polling{request, what, since},
          {look_at_snapshot{request, what}, set_deadline{request, machine.policy.answer_wait}}};
}

to<m::polling> poll_later(const m& machine, const m::polling& now) {
  const auto request = after(now.request);
  return {m::polling{request, now.what, now.since}, {set_deadline{request, machine.policy.poll}}};
}

to<m::locating> locate(const m& machine, ticket last, const snapshot_order& what,
                       const std::string& path, std::int64_t checkpoint_id, milliseconds since) {
  const auto request = after(last);
  return {m::locating{request, what, path, checkpoint_id, since},
          {locate_snapshot{request, what.job, path, checkpoint_id},
           set_deadline{request, machine.policy.answer_wait}}};
}

to<m::settled> complete(const snapshot_order& what, const std::string& path,
                        std::int64_t checkpoint_id) {
  return {m::settled{}, {note_snapshot{path, checkpoint_id, what.job}}};
}

constexpr const char* forgotten = "the JobManager does not know the trigger";

std::string not_found(const snapshot_order& what) {
  if (what.directory.empty()) return forgotten;
  return std::string(forgotten) + ", and no savepoint was found in " + what.directory;
}

/// Nothing was found: asked again while the same execution runs (the trigger id makes that one
/// snapshot), else failed.
to<m::triggering, m::waiting, m::settled> ask_again_or_fail(const m& machine, ticket last,
                                                            const snapshot_order& what,
                                                            milliseconds since) {
  const auto& source = machine.known.source;
  const bool same = source.phase == source_phase::running && source.job == what.job;
  if (same && machine.known.now.monotonic - since < machine.policy.patience)
    return trigger(machine, last, what, since);
  return fail(machine, last, not_found(what));
}

to<m::searching> search(const m& machine, const m::polling& now) {
  const auto request = after(now.request);
  return {m::searching{request, now.what, now.since},
          {list_snapshot{request, now.what.directory},
           set_deadline{request, machine.policy.answer_wait}}};
}

}  // namespace

bool is_final(const flink_state_snapshot_status& status) {
  return status.state == "COMPLETED" || status.state == "FAILED" || status.state == "ABANDONED";
}

auto snapshot_machine::on(const pending& now, const picture_changed&) const
    -> to<pending, waiting, recording, polling, settled> {
  const auto next = judge(*this);
  const auto request = after(now.last);
  switch (next.what) {
    case step::rest:
      return {now};
    case step::wait:
      return {waiting{request}, {set_deadline{request, next.wait}}};
    case step::take: {
      const auto what = next_order(known);
      return {recording{request, what}, {note_attempt{what}, record_intent{request}}};
    }
    case step::adopt: {
      const auto what = recorded_order(known);
      if (!what.job) return fail(*this, now.last, "of which execution it was is not known");
      return poll(*this, now.last, what, known.now.monotonic);
    }
    case step::is_there:
      return {settled{}, {drey::note_snapshot{known.spec->savepoint->path, 0, {}}}};
    case step::fail:
      return fail(*this, now.last, next.why);
    case step::abandon:
      return abandon(next.why);
    case step::settle:
      break;
  }
  return {settled{}, {}};
}

/// A wait that the picture has ended, by a job that is there now or by a person.
auto snapshot_machine::on(const waiting& now, const picture_changed&) const
    -> to<waiting, pending> {
  if (judge(*this).what == step::wait) return {now};
  return {pending{now.request}, {}};
}
auto snapshot_machine::on(const waiting& now, const deadline_passed& learned) const
    -> to<waiting, pending> {
  if (learned.timer != now.request) return {now};
  return {pending{now.request}, {}};
}

auto snapshot_machine::on(const recording& now, const status_written& learned) const
    -> to<recording, triggering> {
  if (learned.request != now.request) return {now};
  return trigger(*this, now.request, now.what, known.now.monotonic);
}
auto snapshot_machine::on(const recording& now, const status_superseded& learned) const
    -> to<recording, pending> {
  if (learned.request != now.request) return {now};
  return {pending{now.request}, {}};
}

auto snapshot_machine::on(const triggering& now, const trigger_accepted& learned) const
    -> to<triggering, polling> {
  if (learned.request != now.request) return {now};
  return poll(*this, now.request, now.what, now.since);
}
auto snapshot_machine::on(const triggering& now, const call_refused& learned) const
    -> to<triggering, waiting, settled> {
  if (learned.request != now.request) return {now};
  if (learned.reason == refusal_reason::invalid || learned.reason == refusal_reason::not_found)
    return fail(*this, now.request, learned.message);
  return {now,
          {set_deadline{now.request, policy.poll}}};  // asked for by its id before it is sent again
}
auto snapshot_machine::on(const triggering& now, const deadline_passed& learned) const
    -> to<triggering, polling> {
  if (learned.timer != now.request) return {now};
  return poll(*this, now.request, now.what, now.since);
}

/// What became of it counts first, whatever has become of the job meanwhile.
auto snapshot_machine::on(const polling& now, const snapshot_told& learned) const
    -> to<polling, locating, waiting, settled> {
  if (learned.request != now.request) return {now};
  switch (learned.state) {
    case savepoint_state::completed:
      return locate(*this, now.request, now.what,
                    now.what.kind == snapshot_kind::savepoint ? learned.detail : std::string{},
                    learned.checkpoint_id, known.now.monotonic);
    case savepoint_state::failed:
      return fail(*this, now.request, learned.detail);
    case savepoint_state::in_progress:
      break;
  }
  return poll_later(*this, now);
}
auto snapshot_machine::on(const polling& now, const call_refused& learned) const
    -> to<polling, searching, triggering, waiting, settled> {
  if (learned.request != now.request) return {now};
  if (learned.reason != refusal_reason::not_found) return poll_later(*this, now);
  if (!now.what.directory.empty()) return search(*this, now);
  return ask_again_or_fail(*this, now.request, now.what, now.since);
}
auto snapshot_machine::on(const polling& now, const deadline_passed& learned) const
    -> to<polling, searching, waiting, settled> {
  if (learned.timer != now.request) return {now};
  const bool is_over =
      known.now.monotonic - now.since > policy.patience || is_gone(known.source) ||
      (known.source.phase == source_phase::running && known.source.job != now.what.job);
  if (is_over && now.what.directory.empty()) return fail(*this, now.request, not_found(now.what));
  if (is_over) return search(*this, now);
  return poll(*this, now.request, now.what, now.since);
}

auto snapshot_machine::on(const locating& now, const snapshot_located& learned) const
    -> to<locating, settled> {
  if (learned.request != now.request) return {now};
  if (now.what.kind == snapshot_kind::savepoint)
    return complete(now.what, now.path, learned.checkpoint_id);
  if (!learned.path.empty()) return complete(now.what, learned.path, now.checkpoint_id);
  return {now, {set_deadline{now.request, policy.poll}}};
}
auto snapshot_machine::on(const locating& now, const call_refused& learned) const -> to<locating> {
  if (learned.request != now.request) return {now};
  return {now, {set_deadline{now.request, policy.poll}}};
}
/// It is there all the same: what cannot be learned about it is left open.
auto snapshot_machine::on(const locating& now, const deadline_passed& learned) const
    -> to<locating, settled> {
  if (learned.timer != now.request) return {now};
  if (known.now.monotonic - now.since >= policy.locating)
    return complete(now.what, now.path, now.checkpoint_id);
  return locate(*this, now.request, now.what, now.path, now.checkpoint_id, now.since);
}

auto snapshot_machine::on(const searching& now, const snapshot_listed& learned) const
    -> to<searching, triggering, locating, waiting, settled> {
  if (learned.request != now.request) return {now};
  if (!learned.path.empty())
    return locate(*this, now.request, now.what, learned.path, 0, known.now.monotonic);
  return ask_again_or_fail(*this, now.request, now.what, now.since);
}
auto snapshot_machine::on(const searching& now, const call_refused& learned) const
    -> to<searching, triggering, waiting, settled> {
  if (learned.request != now.request) return {now};
  return ask_again_or_fail(*this, now.request, now.what, now.since);
}
auto snapshot_machine::on(const searching& now, const deadline_passed& learned) const
    -> to<searching, triggering, waiting, settled> {
  if (learned.timer != now.request) return {now};
  return ask_again_or_fail(*this, now.request, now.what, now.since);
}

static_assert(state_machine::complete<snapshot_machine>());
static_assert(state_machine::connected<snapshot_machine>());
static_assert(state_machine::bounded<snapshot_machine, deadline_passed>());
template state_machine::step_result<snapshot_machine> state_machine::step(
    const snapshot_machine&, const snapshot_machine::state&, const snapshot_machine::fact&);

}  // namespace drey
