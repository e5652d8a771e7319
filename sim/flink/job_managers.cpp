/// JobManager processes: start, leader election, loss of leadership, end.
#include <algorithm>

#include "sim/flink/parts.hpp"

namespace drey::sim {
namespace {

/// JVM start to the first bid for leadership: 2–5 s seen on the lab.
constexpr std::int64_t start_min = 2'000;
constexpr std::int64_t start_max = 5'000;

std::string cluster_text(const process_place& x) { return text_of_name(x.cluster); }

}  // namespace

void flink::parts::start_job_manager(process_place place, configuration config, std::string version,
                                     std::optional<application_program> program,
                                     std::optional<native_workers> workers) {
  const auto number = place.number;
  auto& x = job_managers[number];
  x.place = std::move(place);
  x.version = std::move(version);
  x.release = release_of(x.version);
  config = read_by(x.release, std::move(config));
  x.settings = process_settings_of(config);
  if (x.settings.cluster_id.empty()) x.settings.cluster_id = x.place.cluster.name;
  x.config = std::move(config);
  if (x.release < flink_version::v1_15) x.settings.delete_job_results = true;  // it has no store
  if (program && x.settings.high_availability && x.release >= flink_version::v2_3) {
    auto all = program->what.flink_configuration;
    all.insert(x.config.begin(), x.config.end());
    x.settings.application_result = application_result_of(x.settings, all);
  }
  if (program) x.jars["application"] = program->jar;
  x.program = std::move(program);
  x.workers = std::move(workers);
  if (!x.program || !x.program->taking) return start_flink(number);
  constexpr std::int32_t tries = 30;
  time.after(drawn("taking", 50, 500), [this, number] { take_launch(number, tries - 1); });
}

void flink::parts::start_flink(std::uint64_t number) {
  time.after(drawn("job_manager_start", start_min, start_max), [this, number] {
    auto* started = job_manager(number);
    if (!started) return;
    if (started->program && !can_begin(*started->program)) return end_process(*started);
    started->phase = leadership::candidate;
    look_at_api(*started);
    bid_for_leadership(*started);
    stand_by(*started);
  });
}

void flink::parts::bid_for_leadership(job_manager_process& x) {
  if (x.phase != leadership::candidate || x.bid != 0) return;
  auto due = time.now();
  if (x.settings.high_availability) {
    const auto& lock = ha.lock_of(x.place.cluster);
    if (lock.holder != 0 || !x.hears_api) return;  // asked again when that changes
    if (lock.free_at > due)
      due = lock.free_at + drawn("leader_retry", 0, x.settings.lease_retry.count());
  }
  x.bid = time.at(due, [this, number = x.place.number] { try_to_lead(number); });
}

void flink::parts::bid_of_all(const object_name& cluster) {
  for (auto& [number, x] : job_managers)
    if (x.place.cluster == cluster) bid_for_leadership(x);
}

void flink::parts::try_to_lead(std::uint64_t number) {
  auto* x = job_manager(number);
  if (!x) return;
  x->bid = 0;
  if (x->phase != leadership::candidate) return;
  if (x->settings.high_availability) {
    auto& lock = ha.lock_of(x->place.cluster);
    if (lock.holder != 0) return;
    if (!x->hears_api || !ha.write_leader(*x)) {
      time.after(x->settings.lease_retry, [this, number] {
        if (auto* again = job_manager(number)) bid_for_leadership(*again);
      });
      return;
    }
    lock.holder = number;
  }
  lead(*x);
}

void flink::parts::lead(job_manager_process& x) {
  x.phase = leadership::leading;
  x.leads_since = time.now();
  x.session = ++last_number;
  process_of_session[x.session] = x.place.number;
  tell(subject::job_manager, cluster_text(x.place), tone::note, "leader_elected",
       "JobManager " + x.place.pod.name + " leads");
  keep_renewing(x);
  recover_workers(x.session);
  seek_masters(x.place.cluster);
  recover_jobs(x);
}

/// The Dispatcher is made with the jobs that it recovers: whoever is answered sees them all.
void flink::parts::serve_rest(std::uint64_t session,
                              const std::vector<recoverable_job>& recovered) {
  auto* x = leader_of_session(session);
  if (!x) return;
  for (const auto& one : recovered) recover(*x, one);
  x->serves_rest = true;
  if (!x->rest_dead) kube.report_ready(x->place.pod_uid, readiness::ready);
  for (auto& [number, other] : job_managers)
    if (other.place.cluster == x->place.cluster) stand_by(other);
  run_application(session);
}

job_manager_process* flink::parts::serving_leader(const object_name& cluster) {
  for (auto& [number, x] : job_managers)
    if (x.place.cluster == cluster && x.serves_rest) return &x;
  return nullptr;
}

/// A standby answers for the leader, and so is as ready as that one is.
void flink::parts::stand_by(const job_manager_process& x) {
  if (x.phase != leadership::candidate || x.rest_dead) return;
  kube.report_ready(x.place.pod_uid,
                    serving_leader(x.place.cluster) ? readiness::ready : readiness::not_ready);
}

void flink::parts::release_lock(job_manager_process& x, farewell how) {
  if (!x.settings.high_availability) return;
  auto& lock = ha.lock_of(x.place.cluster);
  if (lock.holder != x.place.number) return;
  lock.holder = 0;
  // Its last renewal was up to one retry period ago.
  const auto since_renewal = drawn("since_renewal", 0, x.settings.lease_retry.count());
  lock.free_at =
      how == farewell::said
          ? time.now()
          : time.now() + std::max(milliseconds{0}, x.settings.lease_duration - since_renewal);
}

void flink::parts::stop_job_manager(job_manager_process& x, farewell how) {
  const auto place = x.place;
  if (x.phase == leadership::leading) drop_leadership(x, how);
  time.cancel(x.bid);
  time.cancel(x.lock_loss);
  job_managers.erase(place.number);
  bid_of_all(place.cluster);
}

void flink::parts::drop_leadership(job_manager_process& x, farewell how) {
  tell(subject::job_manager, cluster_text(x.place), tone::bad, "leader_lost",
       "JobManager " + x.place.pod.name + " is lost");
  for (auto& [id, job] : x.jobs) {
    if (is_terminal(job.state)) continue;
    begin_outage(job, "its JobManager is lost");
    settle(x, job);
    orphaned_tasks left;
    for (const auto number : x.task_managers)
      if (task_manager(number)->executions.contains(job.execution)) left.hosts.insert(number);
    left.flowing_since = job.flowing_since ? std::optional{time.now()} : std::nullopt;
    checkpointing.stop_flow(job, time.now());
    left.position = job.position;
    books.orphaned(job.execution, time.now(), job.position, execution_end::job_manager_lost);
    if (left.hosts.empty())
      books.ended(job.execution, time.now(), job.position, execution_end::job_manager_lost);
    else
      orphans.emplace(job.execution, std::move(left));
  }
  for (auto& [number, waiting] : x.pending)
    if (waiting.answer)
      waiting.answer(refused(refusal_reason::unknown_outcome, "the connection was reset"));
  const auto session = x.session;
  release_lock(x, how);
  process_of_session.erase(session);
  x.phase = leadership::candidate;
  x.session = 0;
  x.serves_rest = false;
  x.jobs.clear();
  x.pending.clear();
  x.savepoints.clear();
  x.task_managers.clear();
  if (x.workers) {
    time.cancel(x.workers->look);
    native_workers next;
    next.pod = std::move(x.workers->pod);
    x.workers = std::move(next);
  }
  std::vector<std::uint64_t> members;
  for (const auto& [number, host] : task_managers)
    if (host.master == session) members.push_back(number);
  for (const auto number : members) left_by_master(*task_manager(number), x.place, how);
  for (auto& [number, other] : job_managers)
    if (number != x.place.number && other.place.cluster == x.place.cluster) stand_by(other);
}

void flink::parts::look_at_api(job_manager_process& x) {
  const bool in_reach = kube.reachable(x.place.node, {});
  const auto probe = kube.call(kube_get{object_kind::config_map, cluster_map_name(x)},
                               "flink:" + x.place.cluster.ns);
  const auto* why = std::get_if<refusal>(&probe.result);
  const bool answers = !why || why->reason == refusal_reason::not_found;
  for (auto& [id, job] : x.jobs) {
    settle(x, job);
    const bool out_of_reach = !in_reach || (x.settings.high_availability && !answers);
    if (job.store_out_of_reach && !out_of_reach)
      checkpoints_of_jobs::begin_interval(job, time.now());
    job.store_out_of_reach = out_of_reach;
  }
  x.hears_api = in_reach && answers;
  fence_first_process(x);
  if (x.hears_api) {
    time.cancel(std::exchange(x.lock_loss, 0));
    bid_for_leadership(x);
    keep_renewing(x);
    if (x.phase == leadership::leading) want_workers(x);
  } else if (x.phase == leadership::leading && x.settings.high_availability && x.lock_loss == 0) {
    const auto since_renewal = drawn("since_renewal", 0, x.settings.lease_retry.count());
    x.lock_loss = time.after(std::max(milliseconds{0}, x.settings.lease_duration - since_renewal),
                             [this, number = x.place.number] { lose_lock(number); });
  }
}

/// A leader whose kubelet is silent shows by its lock alone that it works.
void flink::parts::keep_renewing(job_manager_process& x) {
  const bool holds = x.phase == leadership::leading && x.settings.high_availability;
  if (!holds || !kube.is_kubelet_silent(x.place.node) || x.renewal != 0) return;
  x.renewal = time.after(x.settings.lease_retry, [this, number = x.place.number] {
    auto* leader = job_manager(number);
    if (leader == nullptr) return;
    leader->renewal = 0;
    if (leader->hears_api && leader->phase == leadership::leading)
      ha.renew_lock(*leader, time.now());
    keep_renewing(*leader);
  });
}

/// The lock could not be renewed in time: the leader steps back and its jobs are suspended, at the
/// moment at which others may take the lock.
void flink::parts::lose_lock(std::uint64_t number) {
  auto* x = job_manager(number);
  if (!x) return;
  x->lock_loss = 0;
  if (x->phase != leadership::leading) return;
  kube.report_ready(x->place.pod_uid, readiness::not_ready);
  drop_leadership(*x, farewell::said);
  bid_of_all(x->place.cluster);
}

/// A leader whose ConfigMap somebody deletes takes that for a fatal error (lab, Flink 1.20); its
/// lock is free with it.
void flink::parts::metadata_deleted(const object_name& map) {
  for (auto& [number, x] : job_managers) {
    if (!x.settings.high_availability || x.phase != leadership::leading ||
        cluster_map_name(x) != map)
      continue;
    time.after(drawn("leader_map_deleted", 100, 1'500), [this, which = number] {
      if (auto* leader = job_manager(which)) end_process(*leader);
    });
  }
}

void flink::parts::end_process(job_manager_process& x) {
  const auto uid = x.place.pod_uid;
  process_of_pod.erase(uid);
  stop_job_manager(x, farewell::said);
  kube.report_exit(uid, 1);
}

}  // namespace drey::sim
