#include "actors/job_restarts.hpp"

#include <algorithm>

#include "actors/job_parallelism.hpp"
#include "actors/job_picture.hpp"
#include "actors/job_stand.hpp"
#include "actors/job_trial.hpp"
#include "protocol/reconciled_spec.hpp"
#include "protocol/timestamp.hpp"

namespace drey {

namespace {

using m = job_machine;
constexpr std::string_view the_job = "job";
/// What is said until more is known.
constexpr std::string_view tasks_failed = "its tasks failed";
constexpr std::string_view after_failure = "its restart policy after FAILED";
constexpr std::string_view job_manager_lost = "JobManager lost";
/// From the loss of a TaskManager to the restart that follows: Flink has to notice.
constexpr milliseconds notice_max = limits::heartbeat_timeout + limits::heartbeat_interval;

std::string text_of_source(const std::string& path) { return path.empty() ? "nothing" : path; }

/// What the next execution begins from, in the positions that know it.
std::optional<std::string> source_in(const m::state& now) {
  return std::visit(
      []<class S>(const S& x) -> std::optional<std::string> {
        if constexpr (requires { x.what.path; })
          return text_of_source(x.what.path);
        else if constexpr (requires { x.path; })
          return text_of_source(x.path);
        else
          return std::nullopt;
      },
      now);
}

bool has_failed(const m::state& now) {
  const auto* over = std::get_if<m::gathering>(&now);
  return over != nullptr && over->final_state == "FAILED";
}

}  // namespace

/// Status says that it ran: STABLE or ROLLED_BACK, and not RUNNING, is a JobManager that did not
/// answer.
job_restarts::job_restarts(const flink_session_job_status& recorded)
    : ledger_(recorded.restarts),
      ran_(recorded.job.state == "RUNNING" ||
           (recorded.job.state == "RECONCILING" &&
            (recorded.lifecycle_state == "STABLE" || recorded.lifecycle_state == rolled_back))),
      ran_as_{recorded.job.job_id} {}

void job_restarts::look(const job_known& known, const m::state& now) {
  if (settled_.count() == 0) settled_ = known.now.monotonic;  // nothing of before is to blame
  const auto* running = std::get_if<m::running>(&now);
  if (running != nullptr && row_of(known, running->id) != nullptr) return works(known, *running);
  const auto* rescaling = std::get_if<m::rescaling>(&now);
  if (rescaling != nullptr && rescaling->accepted_by.empty()) return;  // its tasks run as before
  const bool unwanted = known.deleting || (std::holds_alternative<m::waiting>(now) && known.spec &&
                                           !is_wanted(known));
  const auto stand = stand_of(known, now);
  if (std::holds_alternative<m::ended>(now) || std::holds_alternative<m::suspended>(now) ||
      unwanted) {  // nobody brings it back
    ledger_.forget(the_job);
    ran_ = false;
  } else if (!std::holds_alternative<m::waiting>(now) &&  // it has not been looked at yet
             (stand == job_stand::moving || stand == job_stand::stopped)) {
    moves(known, now);
  }
}

/// Another JobManager has it than the one that it ran under.
bool job_restarts::fails_over(const job_known& known) const {
  return !ran_in_.empty() && known.cluster.incarnation != ran_in_;
}

void job_restarts::works(const job_known& known, const m::running& now) {
  const bool same_id = ran_as_ == now.id;
  if (!ran_ || ledger_.open(the_job) != nullptr) ran_for_ = known.generation;
  if (ledger_.open(the_job) == nullptr && same_id && fails_over(known)) begin(known, now);
  if (const auto* open = ledger_.open(the_job); open != nullptr) {
    // What an operator before us wrote of a start of ours is true of the same id, too.
    if (same_id && (open->from.empty() || !ran_in_.empty()))
      ledger_.comes_from(the_job, "its own, by Flink");
    if (suspected_ && same_id && !fails_over(known))
      ledger_.forget(the_job);  // its JobManager was out of sight, and nothing happened
    else
      ledger_.end(the_job, known.now.wall);
    settled_ = known.now.monotonic;
  }
  ran_ = true;
  ran_as_ = now.id;
  ran_in_ = known.cluster.incarnation;
  suspected_ = false;
}

void job_restarts::moves(const job_known& known, const m::state& now) {
  const auto* open = ledger_.open(the_job);
  const bool unseen = std::holds_alternative<m::running>(now);  // nobody tells how it does
  if (open == nullptr) {
    if (!ran_) return;  // its first start
    if (unseen && !(known.cluster.phase == cluster_phase::starting && fails_over(known))) return;
    begin(known, now);
    suspected_ = unseen;
  } else if (!unseen) {
    suspected_ = false;
    const bool vague = open->why == tasks_failed || open->why == job_manager_lost;
    if (has_failed(now) || is_rolling_back(known) || (vague && !cause_in(known).empty()))
      ledger_.explain(the_job, why(known, now));
  }
  if (auto source = source_in(now)) ledger_.comes_from(the_job, std::move(*source));
}

void job_restarts::begin(const job_known& known, const m::state& now) {
  ledger_.begin(the_job, why(known, now), known.now.wall);
  begun_ = known.now.monotonic;
}

/// What happened to its cluster not long before, or since.
std::string job_restarts::cause_in(const job_known& known) const {
  const auto& last = known.cluster.disturbed;
  const auto since = ledger_.open(the_job) != nullptr ? begun_ : known.now.monotonic;
  return last.at > settled_ && last.at + notice_max >= since ? last.why : std::string{};
}

std::string job_restarts::why(const job_known& known, const m::state& now) const {
  if (is_rolling_back(known)) return "its changed spec is undone: " + known.rollback->why;
  if (is_resizing(known))
    return "its parallelism goes from " + std::to_string(known.parallelism->current) + " to " +
           std::to_string(known.parallelism->target);
  if (const auto* rescaling = std::get_if<m::rescaling>(&now))
    return "its parallelism goes to " + std::to_string(rescaling->parallelism) + ", in place";
  if (recorded_stop(known))
    return known.need == job_need::nothing ? "the spec of its cluster changed" : "its spec changed";
  auto cause = cause_in(known);
  if (has_failed(now)) {
    const auto& by = cause.empty() ? known.history.failure : cause;
    return std::string(after_failure) + (by.empty() ? by : " (" + by + ")");
  }
  if (!cause.empty()) return cause;
  if (fails_over(known)) return std::string(job_manager_lost);
  if (std::holds_alternative<m::restarting>(now)) return std::string(tasks_failed);
  if (std::holds_alternative<m::missing>(now) || std::holds_alternative<m::gathering>(now))
    return "the JobManager does not list it any more";
  if (ran_for_ > 0 && known.generation != ran_for_) return "its spec changed";
  return "drey starts it again";
}

namespace {

bool is_its_own(const restart_record& one) {
  return one.what == the_job && (one.why == tasks_failed || one.why.starts_with(after_failure));
}

}  // namespace

std::string text_of_crash_loop(const std::vector<restart_record>& all, milliseconds wall) {
  std::vector<std::pair<milliseconds, const restart_record*>> own;
  for (const auto& one : all)
    if (const auto since = parse_timestamp(one.since); since && is_its_own(one))
      own.emplace_back(*since, &one);
  if (own.size() < looping_restarts) return {};
  const auto since = own.back().first;
  const auto* last = own.back().second;
  if (last->down_ms && wall - (since + milliseconds{*last->down_ms}) >= looping_lasts) return {};
  const auto times = std::ranges::count_if(
      own, [&](const auto& one) { return since - one.first <= looping_window; });
  if (static_cast<std::size_t>(times) < looping_restarts) return {};
  return "it failed " + std::to_string(times) + " times within " +
         std::to_string(looping_window.count() / 60'000) + " min, the last time at " + last->since +
         ": " + last->why +
         ". It is started again each time, as its restart strategy and spec.job.restartPolicy say. "
         "To have it stopped then, with its state kept, bound both: restart-strategy.type in "
         "spec.flinkConfiguration, and spec.job.restartAttempts";
}

}  // namespace drey
