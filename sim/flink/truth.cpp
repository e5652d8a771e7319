/// What the checkers may see and what a scenario may do to jobs and processes.
#include <algorithm>

#include "sim/flink/parts.hpp"

namespace drey::sim {

namespace {

/// Period and threshold of the readiness probe that drey gives a JobManager.
constexpr milliseconds probes_until_unready{3'000};

}  // namespace

const std::vector<execution>& flink::executions() const { return parts_->books.executions(); }
const std::vector<task_start>& flink::starts() const { return parts_->books.starts(); }
const std::vector<submission_record>& flink::submissions() const {
  return parts_->books.submissions();
}

const std::vector<host_end>& flink::host_ends() const { return parts_->books.host_ends(); }
const std::vector<slot_loss>& flink::slot_losses() const { return parts_->books.slot_losses(); }

std::size_t flink::live_executions(std::string_view whose) const {
  return parts_->books.live_executions(whose);
}

const job_manager_process* flink::parts::job_manager_of(const execution& x) const {
  for (const auto& [number, process] : job_managers)
    if (process.place.pod_uid == x.job_manager) return &process;
  return nullptr;
}

bool flink::may_work(const execution& x) const {
  const auto* process = parts_->job_manager_of(x);
  if (process == nullptr) return true;  // its tasks, without a JobManager
  const auto* present = parts_->kube.get<pod>(process->place.pod);
  const bool going = present == nullptr || present->metadata.uid != x.job_manager ||
                     present->metadata.deletion_timestamp.has_value();
  return !going || std::ranges::any_of(process->task_managers, [this](std::uint64_t number) {
    const auto* host = parts_->task_manager(number);
    return host != nullptr && host->alive;
  });
}

std::size_t flink::working_executions(std::string_view whose) const {
  return static_cast<std::size_t>(std::ranges::count_if(executions(), [&](const execution& x) {
    return !x.end && x.lineage == whose && may_work(x);
  }));
}

std::size_t flink::led_executions(std::string_view whose) const {
  return static_cast<std::size_t>(std::ranges::count_if(executions(), [&](const execution& x) {
    return !x.end && x.lineage == whose && may_work(x) && parts_->job_manager_of(x) != nullptr;
  }));
}

std::optional<snapshot_file> flink::newest_durable(std::string_view whose) {
  parts_->settle_all();
  const auto* newest = parts_->files.newest_of(whose);
  return newest ? std::optional{*newest} : std::nullopt;
}

const snapshot_file* flink::file_at(std::string_view path) const {
  return parts_->files.find(path);
}

std::int64_t flink::checkpoints_completed() {
  parts_->settle_all();
  return parts_->checkpointing.completed();
}

std::optional<cluster_overview> flink::cluster_truth(const object_name& cluster) const {
  const job_manager_process* leader = nullptr;
  for (const auto& [number, x] : parts_->job_managers)
    if (x.place.cluster == cluster && x.phase == leadership::leading &&
        (!leader || leader->session < x.session))
      leader = &x;
  return leader ? std::optional{parts_->overview_of(*leader)} : std::nullopt;
}

std::set<std::string> flink::jobs_on(const std::string& pod_uid) const {
  std::set<std::string> names;
  for (const auto& [number, x] : parts_->task_managers) {
    if (x.place.pod_uid != pod_uid || !x.alive) continue;
    for (const auto& [session, leader] : parts_->job_managers)
      for (const auto& [id, job] : leader.jobs)
        if (job.slots.contains(number)) names.emplace(resource_of(job.graph.lineage));
  }
  return names;
}

std::pair<job_manager_process*, flink_job*> flink::parts::live_job_of(const object_name& resource) {
  const auto last = last_job.find(text_of_name(resource));
  if (last == last_job.end()) return {};
  auto* x = leader_of_session(last->second.session);
  if (!x) return {};
  const auto found = x->jobs.find(last->second.id);
  if (found == x->jobs.end() || found->second.serial != last->second.serial) return {};
  return {x, &found->second};
}

std::optional<job_overview> flink::job_truth(const object_name& job) const {
  const auto [x, found] = parts_->live_job_of(job);
  return found ? std::optional{parts::overview_of(*found)} : std::nullopt;
}

std::optional<std::int32_t> flink::parallelism_truth(const object_name& job) const {
  const auto [x, found] = parts_->live_job_of(job);
  return found ? std::optional{found->width} : std::nullopt;
}

bool flink::is_remembered(const job_id& id) const {
  for (const auto& [number, x] : parts_->job_managers)
    if (x.jobs.contains(id)) return true;
  return false;
}

bool flink::crash_job_manager(const object_name& cluster) {
  const job_manager_process* victim = nullptr;
  for (const auto& [number, x] : parts_->job_managers)
    if (x.place.cluster == cluster && (!victim || victim->session < x.session)) victim = &x;
  if (!victim) return false;
  const auto name = victim->place.pod;
  parts_->kube.crash_container(name);
  return true;
}

bool flink::crash_task_manager(const object_name& pod_name) {
  if (parts_->living_task_manager(pod_name) == nullptr) return false;
  parts_->kube.crash_container(pod_name);
  return true;
}

task_manager_process* flink::parts::living_task_manager(const object_name& pod_name) {
  for (auto& [number, x] : task_managers)
    if (x.place.pod == pod_name && x.alive) return &x;
  return nullptr;
}

bool flink::lose_slots(const object_name& pod_name, std::int32_t count) {
  auto* x = parts_->living_task_manager(pod_name);
  if (x == nullptr) return false;
  parts_->lose_slots(*x, count);
  return true;
}

bool flink::leak_slots(const object_name& pod_name, std::int32_t count) {
  auto* x = parts_->living_task_manager(pod_name);
  return x != nullptr && parts_->leak_slots(*x, count);
}

bool flink::fail_job(const object_name& job) {
  const auto [x, found] = parts_->live_job_of(job);
  if (!found || is_terminal(found->state)) return false;
  parts_->fail_for_good(*x, *found,
                        "java.lang.IllegalStateException: a record that no retry helps");
  return true;
}

bool flink::disturb_job(const object_name& job) {
  const auto [x, found] = parts_->live_job_of(job);
  if (!found || is_terminal(found->state)) return false;
  parts_->fail(*x, *found, "java.lang.RuntimeException: a disturbance");
  return true;
}

void flink::poison_job(const object_name& job, milliseconds after) {
  parts_->poison[text_of_name(job)] = after;
  const auto [x, found] = parts_->live_job_of(job);
  if (found && found->tasks_run) parts_->plan_kill(*x, *found);
}

void flink::cure_job(const object_name& job) { parts_->poison.erase(text_of_name(job)); }

bool flink::finish_job(const object_name& job) {
  const auto [x, found] = parts_->live_job_of(job);
  if (!found || is_terminal(found->state)) return false;
  parts_->end_job(*x, *found, job_state::finished, "its sources ended");
  return true;
}

bool flink::cancel_by_hand(const object_name& job) {
  const auto [x, found] = parts_->live_job_of(job);
  if (!found || is_terminal(found->state)) return false;
  parts_->cancel(*x, *found);
  return true;
}

bool flink::set_checkpoints(const object_name& job, checkpoint_flow flow) {
  const auto [x, found] = parts_->live_job_of(job);
  if (!found || is_terminal(found->state)) return false;
  parts_->settle(*x, *found);
  if (found->flow != flow) checkpoints_of_jobs::begin_interval(*found, parts_->time.now());
  found->flow = flow;
  return true;
}

std::optional<milliseconds> flink::lock_renewed_for(const std::string& pod_uid) const {
  const auto found = parts_->process_of_pod.find(pod_uid);
  const auto* x =
      found == parts_->process_of_pod.end() ? nullptr : parts_->job_manager(found->second);
  const bool renews = x != nullptr && x->phase == leadership::leading && x->hears_api &&
                      x->settings.high_availability;
  if (!renews) return std::nullopt;
  return parts_->time.now() - x->leads_since;
}

bool flink::fail_next_savepoint(const object_name& job) {
  const auto [x, found] = parts_->live_job_of(job);
  if (!found || is_terminal(found->state)) return false;
  parts_->doomed_savepoints.insert(text_of_name(job));
  return true;
}

void flink::fail_next_stop(const object_name& job) {
  parts_->doomed_stops.insert(text_of_name(job));
}

bool flink::kill_rest(const object_name& cluster) {
  auto* x = parts_->serving_leader(cluster);
  if (x == nullptr) return false;
  x->rest_dead = true;
  parts_->tell(subject::job_manager, text_of_name(cluster), tone::bad, "rest_dead",
               "REST of JobManager " + x->place.pod.name + " answers nobody any more");
  parts_->time.after(probes_until_unready, [this, uid = x->place.pod_uid] {
    parts_->kube.report_ready(uid, readiness::not_ready);
  });
  return true;
}

void flink::hang_rest(const object_name& cluster, milliseconds length) {
  parts_->hanging_rest[cluster] = parts_->time.now() + length;
}

}  // namespace drey::sim
