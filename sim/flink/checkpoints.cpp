#include "sim/flink/checkpoints.hpp"

#include <algorithm>
#include <utility>

namespace drey::sim {
namespace {

/// So many checkpoints are tried one by one, with the profile's failures; of those before them only
/// the number matters, since all but the retained ones are gone.
constexpr std::int64_t tried_max = 8;

checkpoint_info shown(const completed_checkpoint& x) {
  return {x.id, x.path.empty() ? std::string{} : path_as_flink_prints(x.path),
          (timeline::wall_start + x.taken).count()};
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

std::int64_t checkpoints_of_jobs::number_of_savepoint(flink_job& x, milliseconds now) {
  if (runs(x) && x.next_trigger <= now && !x.begun) x.begun = x.next_checkpoint++;
  return x.next_checkpoint++;
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
  x.next_checkpoint += skipped;
  x.count_completed += skipped;
  completed_ += skipped;
  x.next_trigger += *x.graph.settings.checkpoint_interval * skipped;
  return tried;
}

void checkpoints_of_jobs::trigger(flink_job& x) {
  const auto taken = x.next_trigger;
  const auto id = x.begun ? *x.begun : x.next_checkpoint++;
  x.begun.reset();
  x.next_trigger += *x.graph.settings.checkpoint_interval;
  x.pointer_changed = true;
  if (taken < faults_.until &&
      chance_.happens("fault", "checkpoint_failure", faults_.checkpoint_failure_per_mille))
    return;
  complete(x, {id, checkpoint_path(x.graph, id), position_at(x, taken), taken,
               taken + x.checkpoint_length});
}

void checkpoints_of_jobs::complete(flink_job& x, completed_checkpoint what) {
  write_snapshot(x, what);
  ++x.count_completed;
  ++completed_;
  x.shown_completed = shown(what);
  x.retained.push_back(std::move(what));
  while (x.retained.size() > x.graph.settings.retained) {
    files_.remove(x.retained.front().path);
    x.retained.pop_front();
  }
}

void checkpoints_of_jobs::write_snapshot(const flink_job& x, const completed_checkpoint& what) {
  if (what.path.empty()) return;
  files_.write(
      {what.path, what.taken, what.done, what.id, what.position, x.graph.lineage, x.graph.id});
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
