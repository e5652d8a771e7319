/// The second part of the job's chart: one submission, and how an unknown outcome is resolved.
#include "actors/job_machine.hpp"

#include "actors/job_moves.hpp"
#include "actors/job_parallelism.hpp"
#include "actors/job_picture.hpp"
#include "actors/planted_bugs.hpp"

namespace drey {

using namespace job_moves;

// ── fetching, uploading: nothing was sent that could run ────────────────────────────────────────

namespace {

/// Another try would be refused, too, unless the jar or the job's code becomes another one.
submission refused(submission what, refusal_reason why) {
  if (why == refusal_reason::invalid || why == refusal_reason::not_found ||
      why == refusal_reason::forbidden)
    ++what.refusals;
  return what;
}

/// Nothing was sent since its intent was written, but for what `what` counts.
arrival arrival_of(const submission& what) {
  return what.open.unanswered == 0 ? arrival::excluded : arrival::possible;
}

}  // namespace

auto job_machine::on(const fetching& now, const job_seen&) const -> to<fetching, cancelling> {
  if (known.deleting) return cancel(*this, after(now.request), arrival_of(now.what));
  return {now};
}
auto job_machine::on(const fetching& now, const artifact_ready& learned) const
    -> to<fetching, uploading> {
  if (learned.request != now.request) return {now};
  const auto request = after(now.request);
  return {
      uploading{request, now.what, learned.artifact},
      {upload_artifact{request, learned.artifact}, set_deadline{request, policy.submission_wait}}};
}
auto job_machine::on(const fetching& now, const call_refused& learned) const
    -> to<fetching, retrying> {
  if (learned.request != now.request) return {now};
  return retry(after(now.request), refused(now.what, learned.reason),
               "fetching the jar: " + learned.message);
}
auto job_machine::on(const fetching& now, const deadline_passed& learned) const
    -> to<fetching, retrying> {
  if (learned.timer != now.request) return {now};
  return retry(after(now.request), now.what, "fetching the jar: no answer in time");
}

auto job_machine::on(const uploading& now, const job_seen&) const -> to<uploading, cancelling> {
  if (!known.deleting) return {now};
  auto done = cancel(*this, after(now.request), arrival_of(now.what));
  done.commands.push_back(discard{now.artifact, ""});
  return done;
}
auto job_machine::on(const uploading& now, const jar_ready& learned) const
    -> to<uploading, submitting> {
  if (learned.request != now.request) return {now};
  const auto request = after(now.request);
  return {
      submitting{request, now.what, now.artifact, learned.jar},
      {submit_job{request, now.what, learned.jar}, set_deadline{request, policy.submission_wait}}};
}
auto job_machine::on(const uploading& now, const call_refused& learned) const
    -> to<uploading, retrying> {
  if (learned.request != now.request) return {now};
  auto done = retry(after(now.request), refused(now.what, learned.reason),
                    "uploading the jar: " + learned.message);
  done.commands.push_back(discard{now.artifact, ""});
  return done;
}
auto job_machine::on(const uploading& now, const deadline_passed& learned) const
    -> to<uploading, retrying> {
  if (learned.timer != now.request) return {now};
  auto done = retry(after(now.request), now.what, "uploading the jar: no answer in time");
  done.commands.push_back(discard{now.artifact, ""});
  return done;
}

// ── submitting ──────────────────────────────────────────────────────────────────────────────────

auto job_machine::on(const submitting& now, const submission_accepted& learned) const
    -> to<submitting, starting> {
  if (learned.request != now.request) return {now};
  auto done = follow(*this, after(now.request), now.what.id);
  done.commands.push_back(discard{now.artifact, now.jar});
  done.commands.push_back(tell{"Normal", "Submit", "Submitted as job " + now.what.id.hex});
  return done;
}

namespace {

/// A refusal that proves that the job was not taken. A duplicate id proves the opposite.
bool is_certain(refusal_reason reason) {
  switch (reason) {
    case refusal_reason::invalid:
    case refusal_reason::not_found:
    case refusal_reason::forbidden:
    case refusal_reason::unavailable:
    case refusal_reason::too_many_requests:
      return true;
    case refusal_reason::already_exists:
    case refusal_reason::conflict:
    case refusal_reason::gone:
    case refusal_reason::unknown_outcome:
    case refusal_reason::malformed:
      return false;
  }
  return false;
}

}  // namespace

auto job_machine::on(const submitting& now, const call_refused& learned) const
    -> to<submitting, retrying, resolving> {
  if (learned.request != now.request) return {now};
  if (is_certain(learned.reason)) {
    auto done = retry(after(now.request), refused(now.what, learned.reason),
                      "running the jar: " + learned.message);
    done.commands.push_back(discard{now.artifact, now.jar});
    return done;
  }
  auto what = now.what;
  const bool taken = learned.reason == refusal_reason::already_exists;
  auto& since = what.open.taken_since;
  if (taken && since == milliseconds{0}) since = known.now.monotonic;
  auto done = resolve(*this, after(now.request), std::move(what));
  done.commands.push_back(discard{now.artifact, now.jar});
  return done;
}
auto job_machine::on(const submitting& now, const deadline_passed& learned) const
    -> to<submitting, resolving> {
  if (learned.timer != now.request) return {now};
  auto done = resolve(*this, after(now.request), now.what);
  done.commands.push_back(discard{now.artifact, now.jar});
  return done;
}

// ── retrying ────────────────────────────────────────────────────────────────────────────────────

auto job_machine::on(const retrying& now, const job_seen&) const
    -> to<retrying, cancelling, suspended, resolving> {
  const auto request = after(now.request);
  if (known.deleting) return cancel(*this, request, arrival_of(now.what));
  if (known.need == job_need::suspend)  // what may arrive late all the same is seen there
    return {suspended{request, now.what.id, now.what.path}, {release_slots{}}};
  if (const auto why = refused_for_good(known, now); !why.empty()) {
    // The next one has another id: this one must be known not to be there.
    auto commands = undo(known, why);
    commands.emplace_back(set_deadline{request, policy.poll});
    return {resolving{request, now.what, known.now.monotonic, known.cluster.looks},
            std::move(commands)};
  }
  return {now};
}
/// A refused run may leave a job behind all the same (Flink 1.20: FAILED, when its savepoint cannot
/// be read).
auto job_machine::on(const retrying& now, const cluster_seen&) const -> to<retrying, starting> {
  if (row_of(known, now.what.id) == nullptr) return {now};
  return follow(*this, after(now.request), now.what.id);
}
auto job_machine::on(const retrying& now, const deadline_passed& learned) const -> to<retrying> {
  if (learned.timer != now.request) return {now};
  auto again = now;
  again.request = after(now.request);
  std::vector<command> asks;
  if (now.what.refusals > 0) note_parallelism_of(known, taken_back(known), asks);
  if (list_is_live(known)) asks.emplace_back(reserve_slots{again.request});
  asks.emplace_back(set_deadline{again.request, policy.poll});
  return {again, std::move(asks)};
}
auto job_machine::on(const retrying& now, const slots_answered& learned) const
    -> to<retrying, fetching, recording> {
  if (learned.request != now.request || learned.answer != slots::granted) return {now};
  const auto request = after(now.request);
  auto renewed = now.what;  // nothing of it is in Flink: the same id may go to another JobManager
  renewed.generation = known.generation;
  renewed.incarnation = known.cluster.incarnation;
  const auto parallelism = with_granted(known);
  if (renewed == now.what && parallelism == known.parallelism)
    return fetch(*this, request, now.what);
  if (known.need != job_need::nothing) renewed.refusals = 0;  // of the spec before
  to<retrying, fetching, recording> next{recording{request, renewed}, {}};
  note_trial_of(known, renewed, id_is::known, next.commands);
  note_parallelism_of(known, parallelism, next.commands);
  next.commands.emplace_back(record_intent{request});
  next.commands.emplace_back(set_deadline{request, policy.answer_wait});
  return next;
}

// ── resolving ───────────────────────────────────────────────────────────────────────────────────

auto job_machine::on(const resolving& now, const job_seen&) const -> to<resolving, cancelling> {
  if (known.deleting) return cancel(*this, after(now.request), arrival::possible);
  return {now};
}
auto job_machine::on(const resolving& now, const cluster_seen&) const -> to<resolving, starting> {
  if (row_of(known, now.what.id) != nullptr) return follow(*this, after(now.request), now.what.id);
  auto stays = now;  // nobody to ask: absence has not begun yet
  if (!list_is_live(known)) {
    stays.absent_since = known.now.monotonic;
    stays.looks = known.cluster.looks;
  }
  return {stays};
}
namespace {

/// How long a job must be absent from the list before it is sent again. The same JobManager refuses
/// a second job of the same id, however late the first one arrives; before 1.18 two that race may
/// both pass (FLINK-30596), and another JobManager does not know the id. What is undone is followed
/// by another id, which fences nothing.
milliseconds absence_needed(const job_machine& m, const job_machine::resolving& now) {
  if (m.known.cluster.nobody_runs) return milliseconds{0};  // its cluster has waited that out
  const bool fenced = now.what.incarnation == m.known.cluster.incarnation &&
                      m.known.cluster.version >= flink_version::v1_18 &&
                      (!is_rolling_back(m.known) || now.what.open.unanswered == 0);
  return fenced ? m.policy.fenced_wait : m.policy.settle_wait;
}

}  // namespace

auto job_machine::on(const resolving& now, const deadline_passed& learned) const
    -> to<resolving, gathering> {
  if (learned.timer != now.request) return {now};
  const auto request = after(now.request);
  if (!is_fresh_since(known, now.looks) ||
      known.now.monotonic - now.absent_since < absence_needed(*this, now)) {
    auto stays = now;
    stays.request = request;
    if (!list_is_live(known)) {
      stays.absent_since = known.now.monotonic;
      stays.looks = known.cluster.looks;
    }
    return {stays, {set_deadline{request, policy.poll}}};
  }
  if (now.what.incarnation != known.cluster.incarnation || is_rolling_back(known))
    return gather(*this, request, now.what.id, "", 1);
  return {gathering{request, now.what.id, "", 1, now.what},
          {gather_pointers{request, now.what.id}, set_deadline{request, policy.answer_wait}}};
}

}  // namespace drey
