/// Slots, deployment, failure and restart of jobs, and whether a job's records flow.
#include <algorithm>

#include "sim/flink/parts.hpp"

namespace drey::sim {
namespace {

std::string name_of_resource(const flink_job& x) {
  return std::string{resource_of(x.graph.lineage)};
}

}  // namespace

// ── slots ──

void flink::parts::await_slots(job_manager_process& x, flink_job& job) {
  job.waiting_since = time.now();
  job.slot_timeout = later(
      x.settings.slot_request_timeout, x, job, [this](job_manager_process& in, flink_job& waiting) {
        free_slots(waiting);
        fail(in, waiting, "NoResourceAvailableException: slots were not granted in time");
      });
  if (x.settings.adaptive)
    later(resource_stabilization, x, job,
          [this](job_manager_process& in, flink_job&) { serve_waiting(in); });
  serve_waiting(x);
}

void flink::parts::serve_waiting(job_manager_process& x) {
  std::vector<flink_job*> waiting;
  for (auto& [id, job] : x.jobs)
    if (job.waiting_since) waiting.push_back(&job);
  std::sort(waiting.begin(), waiting.end(), [](const flink_job* a, const flink_job* b) {
    return std::pair{*a->waiting_since, a->serial} < std::pair{*b->waiting_since, b->serial};
  });
  for (auto* job : waiting)
    if (take_slots(x, *job))
      deploy(x, *job);
    else
      want_workers(x);
  widen(x);
}

/// All that are missing or none: a job that cannot start keeps nobody else from starting.
bool flink::parts::take_slots(job_manager_process& x, flink_job& job) {
  const auto width = width_of(x, job);
  if (width == 0) return false;
  auto missing = width - slots_held(job);
  job.width = width;
  for (const auto number : x.task_managers) {
    auto* one = task_manager(number);
    const auto taken = std::min(missing, one->settings.slots - one->used_slots);
    if (taken <= 0) continue;
    one->used_slots += taken;
    job.slots[number] += taken;
    missing -= taken;
  }
  end_waiting(job);
  return true;
}

void flink::parts::end_waiting(flink_job& job) {
  job.waiting_since.reset();
  time.cancel(std::exchange(job.slot_timeout, 0));
}

void flink::parts::free_slots(flink_job& job) {
  for (const auto& [number, count] : job.slots) {
    auto* one = task_manager(number);
    if (!one) continue;
    one->used_slots -= count;
    if (one->used_slots > 0) continue;
    one->idle_since = time.now();
    if (auto* master = leader_of_session(one->master)) want_workers(*master);
  }
  job.slots.clear();
  end_waiting(job);
}

// ── tasks ──

void flink::parts::deploy(job_manager_process& x, flink_job& job) {
  ++job.attempt;  // the slot request is answered
  later(drawn("deployment", 100, 800), x, job, [this](job_manager_process& in, flink_job& ready) {
    // A TaskManager that does not answer is waited for until its heartbeat times out.
    if (hosts_are_well(in, ready)) return tasks_started(in, ready);
    deploy(in, ready);
  });
}

void flink::parts::tasks_started(job_manager_process& x, flink_job& job) {
  job.tasks_run = true;
  job.running_since = time.now();
  for (const auto& [number, count] : job.slots)
    task_manager(number)->executions.insert(job.execution);
  const auto from = job.shown_restored ? normal_path(job.shown_restored->path) : std::string{};
  books.tasks_started({job.execution, time.now(), from, job.position});
  plan_kill(x, job);
  look_at_flow(x, job);
  // Its requirements were lowered while it was being deployed.
  if (x.settings.adaptive && job.width > job.graph.parallelism) rescale(x, job);
}

void flink::parts::plan_kill(const job_manager_process& x, const flink_job& job) {
  const auto found = poison.find(name_of_resource(job));
  if (found == poison.end()) return;
  later(found->second, x, job, [this](job_manager_process&, flink_job& killer) {
    if (!poison.contains(name_of_resource(killer)) || killer.slots.empty()) return;
    if (const auto* host = task_manager(killer.slots.begin()->first); host && host->alive)
      kube.crash_container(object_name{host->place.pod}, crash_cause::out_of_memory);
  });
}

void flink::parts::stop_tasks(job_manager_process& x, flink_job& job) {
  job.stopping.clear();
  stop_flow(x, job);
  checkpoints_of_jobs::abort_savepoints(job);
  job.tasks_run = false;
  for (const auto& [number, count] : job.slots)
    if (auto* one = task_manager(number)) one->executions.erase(job.execution);
}

// ── failure ──

void flink::parts::fail(job_manager_process& x, flink_job& job, std::string_view why) {
  if (is_terminal(job.state) || job.state == job_state::failing) return;
  if (job.state == job_state::cancelling) return finish_cancel(x, job);
  job.failure = why;
  const auto healthy = job.tasks_run ? time.now() - job.running_since : milliseconds{0};
  begin_outage(job, why);
  stop_tasks(x, job);
  end_waiting(job);
  ++job.attempt;
  const auto delay = job.restarts.next(job.graph.settings.restart, time.now(), healthy, chance);
  if (!delay) return fail_for_good(x, job, why);
  job.state = job_state::restarting;
  tell(subject::job, name_of_resource(job), tone::warning, "job_restarting",
       "job " + name_of_resource(job) + " restarts: " + std::string{why});
  later(*delay, x, job, [this](job_manager_process& in, flink_job& again) { restart(in, again); });
}

void flink::parts::fail_for_good(job_manager_process& x, flink_job& job, std::string_view why) {
  job.failure = why;
  begin_outage(job, why);
  stop_tasks(x, job);
  end_waiting(job);
  ++job.attempt;
  job.state = job_state::failing;
  later(drawn("failing", 20, 500), x, job,
        [this, text = std::string{why}](job_manager_process& in, flink_job& failing) {
          end_job(in, failing, job_state::failed, text);
        });
}

void flink::parts::restart(job_manager_process& x, flink_job& job) {
  job.state = job_state::running;
  if (!load_state(job)) return fail(x, job, "the state to restore from is not there");
  await_slots(x, job);
}

/// As Flink's `Checkpoints` and `MetadataSerializers` say it; empty: what it was submitted with can
/// be read.
std::string flink::parts::why_unreadable(const flink_job& job) const {
  const auto* file = files.find(job.graph.savepoint_path);
  if (!file)
    return "Cannot find checkpoint or savepoint file/directory '" + job.graph.savepoint_path + "'";
  if (file->format == 0) return "Unexpected magic number";
  if (file->format <= job.graph.settings.snapshot_format) return {};
  return "Unrecognized checkpoint version number: " + std::to_string(file->format);
}

/// What the next start of the tasks begins from: the newest checkpoint, else what was submitted.
/// False: it is not there.
bool flink::parts::load_state(flink_job& job) {
  const bool has_checkpoint = !job.retained.empty();
  const auto& path = has_checkpoint ? job.retained.back().path : job.graph.savepoint_path;
  job.position = 0;
  job.shown_restored.reset();
  if (has_checkpoint && path.empty()) {
    job.position = job.retained.back().position;
    return true;
  }
  if (path.empty()) return true;
  const auto* file = files.find(path);
  if (!file || (!has_checkpoint && !why_unreadable(job).empty())) return false;
  job.position = file->position;
  job.next_checkpoint = std::max(job.next_checkpoint, file->checkpoint_id + 1);
  job.shown_restored =
      checkpoint_info{file->checkpoint_id, path_as_flink_prints(path), time.wall().count()};
  return true;
}

// ── flow ──

bool flink::parts::hosts_are_well(const job_manager_process& x, const flink_job& job) const {
  return std::all_of(job.slots.begin(), job.slots.end(), [&](const auto& one) {
    const auto host = task_managers.find(one.first);
    return host != task_managers.end() && host->second.alive &&
           kube.reachable(host->second.place.node, x.place.node);
  });
}

void flink::parts::look_at_flow(job_manager_process& x, flink_job& job) {
  if (job.state == job_state::cancelling) return finish_cancel(x, job);
  if (!job.stopping.empty()) return;  // its sources have ended
  const bool well = job.state == job_state::running && job.tasks_run && hosts_are_well(x, job);
  if (well == job.flowing_since.has_value()) return;
  if (well) return start_flow(x, job);
  begin_outage(job, "a TaskManager does not answer");
  stop_flow(x, job);
}

void flink::parts::look_at_flow_on(std::uint64_t task_manager_number) {
  const auto* host = task_manager(task_manager_number);
  auto* master = host ? leader_of_session(host->master) : nullptr;
  if (!master) return;
  for (auto& [id, job] : master->jobs)
    if (job.slots.contains(task_manager_number)) look_at_flow(*master, job);
}

void flink::parts::start_flow(job_manager_process& x, flink_job& job) {
  checkpointing.start_flow(job, time.now());
  const auto name = name_of_resource(job);
  const auto from = job.shown_restored ? ", restored from " + job.shown_restored->path
                                       : std::string{", from nothing"};
  const bool was_out = outages.erase(name) != 0;
  tell(subject::job, name, was_out ? tone::recovered : tone::good,
       job.shown_restored ? "job_restored" : "job_running",
       "job " + name + " runs with all its tasks" + from);
  if (job.graph.crashes)
    later(drawn("crash", 200, 2'000), x, job, [this](job_manager_process& in, flink_job& broken) {
      fail(in, broken, "java.lang.IllegalStateException: a record that its code cannot bear");
    });
  if (faults.job_failure_every == milliseconds{0} || !faults_allowed()) return;
  const auto wait = chance.around("fault", "job_failure", faults.job_failure_every);
  if (time.now() + wait >= faults.until) return;
  later(wait, x, job, [this](job_manager_process& in, flink_job& unlucky) {
    fail(in, unlucky, "java.lang.RuntimeException: an unlucky record");
  });
}

void flink::parts::stop_flow(job_manager_process& x, flink_job& job) {
  if (!job.flowing_since) return;
  checkpointing.stop_flow(job, time.now());
  ha.owe_pointers(x, job);
}

void flink::parts::begin_outage(const flink_job& job, std::string_view why) {
  if (!job.flowing_since) return;
  const auto name = name_of_resource(job);
  if (!outages.insert(name).second) return;
  tell(subject::job, name, tone::outage, "job_down",
       "job " + name + " stands still: " + std::string{why});
}

void flink::parts::settle(job_manager_process& x, flink_job& job) {
  checkpointing.settle(job, time.now());
  ha.owe_pointers(x, job);
}

void flink::parts::settle_all() {
  for (auto& [number, x] : job_managers)
    for (auto& [id, job] : x.jobs) settle(x, job);
}

}  // namespace drey::sim
