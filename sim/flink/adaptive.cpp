/// The adaptive scheduler: a job begins with the slots that there are, and its parallelism is
/// changed without another submission. Sources: FLIP-160, FLIP-291,
/// JobResourceRequirements.validate.
#include <algorithm>

#include "sim/flink/parts.hpp"

namespace drey::sim {

std::int32_t flink::parts::free_slots_of(const job_manager_process& x) const {
  std::int32_t free = 0;
  for (const auto number : x.task_managers) {
    const auto& one = task_managers.at(number);
    free += one.settings.slots - one.used_slots;
  }
  return free;
}

std::int32_t flink::parts::width_of(const job_manager_process& x, const flink_job& job) const {
  const auto there = slots_held(job) + free_slots_of(x);
  if (there >= job.graph.parallelism) return job.graph.parallelism;
  const bool settled =
      job.waiting_since && time.now() - *job.waiting_since >= resource_stabilization;
  return x.settings.adaptive && settled ? std::max(0, there) : 0;
}

void flink::parts::rescale(job_manager_process& x, flink_job& job) {
  begin_outage(job, "its parallelism changes");
  stop_tasks(x, job);
  free_slots(job);
  ++job.attempt;
  job.state = job_state::restarting;
  tell(subject::job, std::string{resource_of(job.graph.lineage)}, tone::note, "job_rescaled",
       "Flink restarts the tasks of job " + std::string{resource_of(job.graph.lineage)} +
           " with parallelism up to " + std::to_string(job.graph.parallelism));
  later(drawn("rescale", 50, 500), x, job,
        [this](job_manager_process& in, flink_job& again) { restart(in, again); });
}

std::int32_t flink::parts::slots_sought(const job_manager_process& x, const flink_job& job) {
  if (job.waiting_since) return job.graph.parallelism - slots_held(job);
  const bool works = job.state == job_state::running && job.tasks_run && job.stopping.empty();
  return x.settings.adaptive && works ? std::max(0, job.graph.parallelism - job.width) : 0;
}

void flink::parts::widen(job_manager_process& x) {
  if (!x.settings.adaptive) return;
  for (auto& [id, job] : x.jobs) {
    if (job.waiting_since || slots_sought(x, job) == 0) continue;
    if (free_slots_of(x) > 0) return rescale(x, job);
    want_workers(x);
  }
}

std::optional<refusal> flink::parts::rescale_refused(const job_manager_process& x,
                                                     const rescale_job& what) {
  const auto found = x.jobs.find(what.job);
  if (found == x.jobs.end() || is_terminal(found->second.state))
    return refusal{refusal_reason::not_found, "Job " + what.job.hex + " not found"};
  if (!x.settings.adaptive)
    return refusal{refusal_reason::invalid,
                   "The DefaultScheduler does not support changing the parallelism without a job "
                   "restart. This feature is currently only expected to work with the "
                   "AdaptiveScheduler."};
  const auto all = vertices_of(found->second);
  const auto has = [&](const job_vertex& one) {
    return std::ranges::find(what.vertices, one.id) != what.vertices.end();
  };
  if (what.vertices.size() != all.size() || !std::ranges::all_of(all, has))
    return refusal{refusal_reason::invalid,
                   "The request is incomplete, or names a job vertex "
                   "that was not found in the JobGraph."};
  if (what.parallelism > found->second.graph.settings.max_parallelism)
    return refusal{refusal_reason::invalid, "The newly requested parallelism " +
                                                std::to_string(what.parallelism) +
                                                " exceeds the maximum parallelism"};
  return std::nullopt;
}

/// With high availability it is stored with the job before it counts.
flink_answer flink::parts::answer(job_manager_process& x, const rescale_job& what) {
  if (auto no = rescale_refused(x, what)) return {*std::move(no)};
  auto& job = x.jobs.at(what.job);
  auto graph = job.graph;
  graph.parallelism = what.parallelism;
  graph.fixed_sink = false;
  if (x.settings.high_availability && (!x.hears_api || !ha.write_graph(x, graph)))
    return refused(refusal_reason::unknown_outcome,
                   "The resource requirements could not be persisted and have not been applied.");
  job.graph = std::move(graph);
  const bool works = job.state == job_state::running && job.tasks_run && job.stopping.empty();
  if (works && job.width > what.parallelism)
    rescale(x, job);
  else
    serve_waiting(x);
  return {flink_done{}};
}

}  // namespace drey::sim
