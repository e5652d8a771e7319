#include "sim/flink/checkpoints.hpp"

#include <algorithm>
#include <utility>

namespace drey::sim {
namespace {

/// So many checkpoints are tried one by one, with the profile's failures; of those before them only
/// the number matters, since all but the retained ones are gone.
constexpr std::int64_t tried_max = 8;
/// `web.checkpoints.history`, Flink's default.
constexpr std::int64_t history_max = 10;

constexpr const char* in_progress = "IN_PROGRESS";
constexpr const char* is_complete = "COMPLETED";
constexpr const char* has_failed = "FAILED";

std::int64_t wall_of(milliseconds at) { return (timeline::wall_start + at).count(); }

checkpoint_info shown(const completed_checkpoint& x) {
  return {x.id, x.path.empty() ? std::string{} : path_as_flink_prints(x.path), wall_of(x.taken)};
}

std::int64_t number_of(const triggered_checkpoint& x) { return x.what.id; }

/// In the order of the numbers; in the place of what was said of it before.
void remember(std::deque<triggered_checkpoint>& history, triggered_checkpoint what) {
  const auto at = std::ranges::lower_bound(history, what.what.id, {}, number_of);
  if (at != history.end() && number_of(*at) == what.what.id)
    *at = std::move(what);
  else
    history.insert(at, std::move(what));
  if (std::ssize(history) > history_max) history.pop_front();
}

}  // namespace

std::string checkpoint_path(const job_graph& graph, std::int64_t id) {
  if (graph.settings.checkpoint_dir.empty()) return {};
  return normal_path(normal_path(graph.settings.checkpoint_dir) + "/" + graph.id.hex + "/chk-" +
                     std::to_string(id));
}

std::int64_t checkpoints_of_jobs::position_at(const flink_job& x, milliseconds at) {
  return x.flowing_since ? x.position + (at - *x.flowing_since).count() : x.position;
}

void checkpoints_of_jobs::start_flow(flink_job& x, milliseconds now) {
  x.flowing_since = now;
  if (!x.graph.settings.checkpoint_interval) return;
  x.checkpoint_length =
      std::min(*x.graph.settings.checkpoint_interval,
               chance_.between("flink", "checkpoint_length", milliseconds{20}, milliseconds{400}));
  begin_interval(x, now);
}

void checkpoints_of_jobs::stop_flow(flink_job& x, milliseconds now) {
  settle(x, now);
  x.position = position_at(x, now);
  x.flowing_since.reset();
}

void checkpoints_of_jobs::begin_interval(flink_job& x, milliseconds now) {
  x.begun.reset();
  if (x.graph.settings.checkpoint_interval)
    x.next_trigger = now + *x.graph.settings.checkpoint_interval;
}

/// Accepted whatever becomes of it; the periodic ones go on from here.
void checkpoints_of_jobs::trigger_now(flink_job& x, milliseconds now) {
  if (runs(x) && x.next_trigger > now) x.next_trigger = now;
}

std::int64_t checkpoints_of_jobs::begin_savepoint(flink_job& x, milliseconds now) {
  if (runs(x) && x.next_trigger <= now && !x.begun) x.begun = x.next_checkpoint++;
  const auto id = x.next_checkpoint++;
  remember(x.history, {{id, {}, wall_of(now)}, in_progress, true});
  return id;
}

std::string checkpoints_of_jobs::complete_savepoint(flink_job& x,
                                                    const completed_checkpoint& what) {
  write_snapshot(x, what);
  x.shown_savepoint = shown(what);
  remember(x.history, {*x.shown_savepoint, is_complete, true});
  return x.shown_savepoint->path;
}

void checkpoints_of_jobs::abort_savepoint(flink_job& x, std::int64_t id) {
  const auto found = std::ranges::find(x.history, id, number_of);
  if (found != x.history.end()) found->status = has_failed;
}

void checkpoints_of_jobs::abort_savepoints(flink_job& x) {
  for (auto& one : x.history)
    if (one.status == in_progress) one.status = has_failed;
}

std::vector<triggered_checkpoint> checkpoints_of_jobs::history_of(const flink_job& x,
                                                                  milliseconds now) {
  auto all = x.history;
  if (runs(x) && x.next_trigger <= now)
    remember(all, {{number_of_next(x), {}, wall_of(x.next_trigger)}, in_progress, false});
  return {all.rbegin(), all.rend()};
}

bool checkpoints_of_jobs::has_completed(const flink_job& x, std::int64_t id) {
  const auto found = std::ranges::find(x.history, id, number_of);
  return found != x.history.end() && found->status == is_complete;
}

bool checkpoints_of_jobs::runs(const flink_job& x) {
  return x.flowing_since && x.graph.settings.checkpoint_interval && !x.store_out_of_reach &&
         x.flow == checkpoint_flow::open;
}

void checkpoints_of_jobs::settle(flink_job& x, milliseconds now) {
  if (!runs(x) || x.next_trigger + x.checkpoint_length > now) return;
  const auto interval = *x.graph.settings.checkpoint_interval;
  auto due = (now - x.checkpoint_length - x.next_trigger) / interval + 1;
  for (due = skip_all_but_newest(x, due); due > 0; --due) trigger(x);
}

std::int64_t checkpoints_of_jobs::skip_all_but_newest(flink_job& x, std::int64_t due) {
  const auto tried =
      std::max(tried_max, static_cast<std::int64_t>(x.graph.settings.retained) + tried_max / 2);
  if (due <= tried) return due;
  const auto skipped = due - tried;
  remember_skipped(x, skipped);
  x.next_checkpoint += skipped;
  x.count_completed += skipped;
  completed_ += skipped;
  x.next_trigger += *x.graph.settings.checkpoint_interval * skipped;
  return tried;
}

/// Those that the history still tells of once the others were tried.
void checkpoints_of_jobs::remember_skipped(flink_job& x, std::int64_t skipped) {
  for (auto at = std::max<std::int64_t>(0, skipped - history_max); at < skipped; ++at) {
    const auto id = x.next_checkpoint + at;
    const auto taken = x.next_trigger + *x.graph.settings.checkpoint_interval * at;
    remember(x.history,
             {shown({id, checkpoint_path(x.graph, id), 0, taken, taken}), is_complete, false});
  }
}

void checkpoints_of_jobs::trigger(flink_job& x) {
  const auto taken = x.next_trigger;
  const auto id = x.begun ? *x.begun : x.next_checkpoint++;
  x.begun.reset();
  x.next_trigger += *x.graph.settings.checkpoint_interval;
  x.pointer_changed = true;
  if (taken < faults_.until &&
      chance_.happens("fault", "checkpoint_failure", faults_.checkpoint_failure_per_mille))
    return remember(x.history, {{id, {}, wall_of(taken)}, has_failed, false});
  complete(x, {id, checkpoint_path(x.graph, id), position_at(x, taken), taken,
               taken + x.checkpoint_length});
}

void checkpoints_of_jobs::complete(flink_job& x, completed_checkpoint what) {
  write_snapshot(x, what);
  ++x.count_completed;
  ++completed_;
  x.shown_completed = shown(what);
  remember(x.history, {*x.shown_completed, is_complete, false});
  x.retained.push_back(std::move(what));
  while (x.retained.size() > x.graph.settings.retained) {
    files_.remove(x.retained.front().path);
    x.retained.pop_front();
  }
}

void checkpoints_of_jobs::write_snapshot(const flink_job& x, const completed_checkpoint& what) {
  if (what.path.empty()) return;
  files_.write({what.path, what.taken, what.done, what.id, what.position, x.graph.lineage,
                x.graph.id, what.drained, x.graph.settings.snapshot_format});
}

void checkpoints_of_jobs::discard_after(flink_job& x, job_state ended) {
  const auto policy = x.graph.settings.retention;
  const bool kept =
      ended != job_state::finished &&
      (policy == checkpoint_retention::retain_on_cancellation ||
       (policy == checkpoint_retention::delete_on_cancellation && ended == job_state::failed));
  if (kept) return;
  for (const auto& one : x.retained)
    if (!one.path.empty()) files_.remove(one.path);
  x.retained.clear();
}

}  // namespace drey::sim
