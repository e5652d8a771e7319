/// TaskManager processes: registration, heartbeats as deadlines, loss of either side.
#include <algorithm>

#include "sim/flink/parts.hpp"

namespace drey::sim {

void flink::parts::start_task_manager(process_place place, const configuration& config,
                                      pod_of made_by) {
  const auto number = place.number;
  auto& x = task_managers[number];
  x.place = std::move(place);
  x.settings = process_settings_of(config);
  x.native = made_by == pod_of::job_manager;
  time.after(drawn("task_manager_start", 2'000, 5'000),
             [this, number] { task_manager_up(number); });
}

void flink::parts::task_manager_up(std::uint64_t number) {
  auto* x = task_manager(number);
  if (!x || !x->alive) return;
  x->up = true;
  kube.report_ready(x->place.pod_uid, readiness::ready);
  seek_master(*x);
}

job_manager_process* flink::parts::master_for(const task_manager_process& x) {
  job_manager_process* best = nullptr;
  for (auto& [number, one] : job_managers) {
    const bool usable = one.phase == leadership::leading && one.place.cluster == x.place.cluster &&
                        (!one.workers || one.workers->recovered) &&
                        kube.reachable(x.place.node, one.place.node);
    if (usable && (!best || best->session < one.session)) best = &one;
  }
  return best;
}

/// Seen on the lab with Flink 1.20 (tests/lab/cases/operator_partition.py).
bool flink::parts::is_deaf(task_manager_process& x) {
  if (!x.deaf_towards.empty() && kube.reachable(x.place.node, x.deaf_towards))
    x.deaf_towards.clear();  // it hears that nobody is there
  return !x.deaf_towards.empty();
}

void flink::parts::seek_master(task_manager_process& x) {
  if (!x.up || !x.alive || x.joining != 0) return;
  const bool registered = leader_of_session(x.master) != nullptr;
  // Without HA nobody tells it of a new leader before it has missed the old one.
  const bool believes = x.master != 0 && !x.settings.high_availability;
  const bool deaf = is_deaf(x);
  constexpr milliseconds registration_timeout{300'000};
  if ((x.native || deaf) && !registered && x.giving_up == 0)
    plan_end_of_worker(x, registration_timeout);
  if (registered || believes || deaf || !master_for(x)) return;
  x.joining = time.after(drawn("registration", 50, 500), [this, number = x.place.number] {
    auto* joining = task_manager(number);
    if (!joining) return;
    joining->joining = 0;
    if (!joining->alive || leader_of_session(joining->master)) return;
    if (auto* master = master_for(*joining)) register_at(*joining, *master);
  });
}

void flink::parts::seek_masters(const object_name& cluster) {
  for (auto& [number, x] : task_managers)
    if (x.place.cluster == cluster) seek_master(x);
}

void flink::parts::register_at(task_manager_process& x, job_manager_process& master) {
  // One that is not recognised is refused, and takes that for fatal.
  if (!takes(master, x)) return plan_end_of_worker(x, drawn("refused", 100, 1'000));
  time.cancel(std::exchange(x.silence, 0));
  time.cancel(std::exchange(x.giving_up, 0));
  drop_tasks(x);
  displace_namesake(x, master);
  x.master = master.session;
  x.master_node = master.place.node;
  x.used_slots = x.leaked_slots;
  x.idle_since = time.now();
  master.task_managers.push_back(x.place.number);
  if (master.workers) master.workers->awaited.erase(x.place.pod.name);
  tell(subject::task_manager, text_of_name(x.place.pod), tone::good, "registered",
       "TaskManager " + x.place.pod.name + " is registered with " +
           std::to_string(x.settings.slots) + " slots");
  serve_waiting(master);
  want_workers(master);
}

/// A TaskManager that registers under the resource id of an older process (its container was
/// restarted) takes that one's place at once.
void flink::parts::displace_namesake(const task_manager_process& x, job_manager_process& master) {
  std::vector<std::uint64_t> displaced;
  for (const auto number : master.task_managers) {
    const auto* other = task_manager(number);
    if (other && other->place.pod_uid == x.place.pod_uid) displaced.push_back(number);
  }
  for (const auto number : displaced)
    fall_silent(*task_manager(number), "a new process of the same TaskManager registered");
}

void flink::parts::stop_task_manager(task_manager_process& x, farewell how) {
  const auto number = x.place.number;
  x.alive = false;
  time.cancel(std::exchange(x.joining, 0));
  time.cancel(std::exchange(x.giving_up, 0));
  auto* master = leader_of_session(x.master);
  if (!master) {
    time.cancel(std::exchange(x.silence, 0));
    drop_tasks(x);
    task_managers.erase(number);
    return;
  }
  const bool connected = kube.reachable(x.place.node, master->place.node);
  if (how == farewell::said && connected) {
    fall_silent(x, "The TaskExecutor is shutting down");
    return;
  }
  look_at_flow_on(number);
  // Connection refused is noticed by the second failed heartbeat, silence by the time-out.
  const auto interval = x.settings.heartbeat_interval.count();
  const auto timeout = x.settings.heartbeat_timeout.count();
  plan_silence(x, connected ? drawn("heartbeat_refused", interval, 2 * interval)
                            : drawn("heartbeat_lost", timeout - interval, timeout));
}

void flink::parts::plan_silence(task_manager_process& x, milliseconds delay) {
  if (x.silence != 0) return;
  x.silence = time.after(delay, [this, number = x.place.number] {
    if (auto* silent = task_manager(number)) {
      silent->silence = 0;
      fall_silent(*silent, "its heartbeat timed out");
    }
  });
}

void flink::parts::look_at_peer(task_manager_process& x) {
  auto* master = leader_of_session(x.master);
  if (!master) return seek_master(x);
  const bool connected = x.alive && kube.reachable(x.place.node, master->place.node);
  if (connected) {
    time.cancel(std::exchange(x.silence, 0));
  } else {
    const auto timeout = x.settings.heartbeat_timeout.count();
    plan_silence(x,
                 drawn("heartbeat_lost", timeout - x.settings.heartbeat_interval.count(), timeout));
  }
  look_at_flow_on(x.place.number);
}

void flink::parts::fall_silent(task_manager_process& x, std::string_view why) {
  const auto number = x.place.number;
  time.cancel(std::exchange(x.silence, 0));
  auto* master = leader_of_session(x.master);
  x.master = 0;
  if (!x.settings.high_availability && !kube.reachable(x.place.node, x.master_node))
    x.deaf_towards = x.master_node;
  drop_tasks(x);
  x.used_slots = 0;
  if (master) {
    std::erase(master->task_managers, number);
    if (master->workers) {  // whoever is lost to it is not taken again
      master->workers->known.erase(x.place.pod.name);
      master->workers->released.insert(x.place.pod.name);
      want_workers(*master);
    }
    tell(subject::task_manager, text_of_name(x.place.pod), tone::bad, "lost",
         "TaskManager " + x.place.pod.name + " is lost to its JobManager: " + std::string{why});
    take_slots_away(*master, number, "TaskManager " + x.place.pod.name + ": " + std::string{why});
  }
  forget_if_dead(number);
  if (auto* still_there = task_manager(number)) seek_master(*still_there);
}

/// A job that runs or deploys there fails; one that waits for slots or for its restart has only to
/// find others.
void flink::parts::take_slots_away(job_manager_process& x, std::uint64_t host,
                                   const std::string& why) {
  std::vector<flink_job*> hit;
  for (auto& [id, job] : x.jobs)
    if (job.slots.erase(host) != 0) hit.push_back(&job);
  for (auto* job : hit) {
    if (job->state == job_state::cancelling) finish_cancel(x, *job);
    if (job->state == job_state::running && !job->waiting_since) fail(x, *job, why);
  }
}

namespace {

std::string counted_slots(std::int32_t count) {
  return std::to_string(count) + (count == 1 ? " slot" : " slots");
}

}  // namespace

/// Those that are free go first; when jobs work in the others, all its tasks fail.
void flink::parts::lose_slots(task_manager_process& x, std::int32_t count) {
  const auto lost = std::min(count, x.settings.slots);
  x.settings.slots -= lost;
  x.leaked_slots = std::min(x.leaked_slots, x.settings.slots);
  books.slots_lost({time.now(), x.place.number, x.place.cluster, lost, 0, {}});
  tell(subject::task_manager, text_of_name(x.place.pod), tone::bad, "slots_lost",
       "TaskManager " + x.place.pod.name + " loses " + counted_slots(lost));
  auto* master = leader_of_session(x.master);
  if (!master || x.used_slots <= x.settings.slots) return;
  x.executions.clear();
  x.used_slots = x.leaked_slots;
  take_slots_away(*master, x.place.number, "TaskManager " + x.place.pod.name + " lost its slots");
}

/// Of those that are free.
bool flink::parts::leak_slots(task_manager_process& x, std::int32_t count) {
  const auto taken = std::max(x.used_slots, x.leaked_slots);
  const auto leaked = std::min(count, x.settings.slots - taken);
  if (leaked <= 0) return false;
  x.leaked_slots += leaked;
  if (leader_of_session(x.master) != nullptr) x.used_slots += leaked;
  books.slots_lost({time.now(), x.place.number, x.place.cluster, 0, leaked, {}});
  tell(subject::task_manager, text_of_name(x.place.pod), tone::bad, "slots_leaked",
       "TaskManager " + x.place.pod.name + " has " + counted_slots(leaked) + " taken for no job");
  return true;
}

void flink::parts::forget_if_dead(std::uint64_t number) {
  const auto found = task_managers.find(number);
  if (found != task_managers.end() && !found->second.alive) task_managers.erase(found);
}

void flink::parts::drop_tasks(task_manager_process& x) {
  for (const auto execution : std::exchange(x.executions, {})) {
    const auto found = orphans.find(execution);
    if (found == orphans.end()) continue;
    auto& left = found->second;
    if (left.flowing_since) {
      left.position += (time.now() - *left.flowing_since).count();
      left.flowing_since.reset();
    }
    left.hosts.erase(x.place.number);
    if (!left.hosts.empty()) continue;
    books.ended(execution, time.now(), left.position, execution_end::job_manager_lost);
    orphans.erase(found);
  }
}

/// What a TaskManager does when its JobManager is gone: its tasks run on until it knows.
void flink::parts::left_by_master(task_manager_process& x, const process_place& master,
                                  farewell how) {
  if (!x.alive) {
    const auto number = x.place.number;
    time.cancel(x.silence);
    drop_tasks(x);
    task_managers.erase(number);
    return;
  }
  const bool connected = kube.reachable(x.place.node, master.node);
  if (how == farewell::said && connected) return fall_silent(x, "its JobManager stops");
  const auto interval = x.settings.heartbeat_interval.count();
  const auto timeout = x.settings.heartbeat_timeout.count();
  plan_silence(x, connected ? drawn("heartbeat_refused", interval, 2 * interval)
                            : drawn("heartbeat_lost", timeout - interval, timeout));
  seek_master(x);
}

}  // namespace drey::sim
