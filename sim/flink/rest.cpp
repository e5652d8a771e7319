/// REST: who answers at an address, and what.
#include "protocol/label_selector.hpp"
#include "sim/flink/parts.hpp"

namespace drey::sim {
namespace {

flink_answer job_not_found(const job_id& x) {
  return refused(refusal_reason::not_found, "Job " + x.hex + " not found");
}

std::string file_name(std::string_view uri) {
  const auto name = std::string{uri.substr(uri.rfind('/') + 1)};
  return name.ends_with(".jar") ? name : name + ".jar";
}

/// "name.namespace", more may follow.
object_name service_name(std::string_view host) {
  const auto dot = std::min(host.find('.'), host.size());
  const auto rest = host.substr(std::min(dot + 1, host.size()));
  return {std::string{rest.substr(0, rest.find('.'))}, std::string{host.substr(0, dot)}};
}

}  // namespace

bool flink::parts::serves(const job_manager_process& x) const {
  if (x.phase == leadership::starting || !kube.reachable({}, x.place.node)) return false;
  const auto* present = kube.get<pod>(x.place.pod);
  return present && present->metadata.uid == x.place.pod_uid && present->ready &&
         !present->metadata.deletion_timestamp;
}

/// Behind a Service, or at a pod's own address.
job_manager_process* flink::parts::behind(const flink_endpoint& to) {
  if (!to.address.empty()) {
    for (auto& [number, x] : job_managers)
      if (x.place.address == to.address) return serves(x) || x.rest_dead ? &x : nullptr;
    return nullptr;
  }
  const auto name = service_name(to.host);
  const auto* present = kube.get<service>(name);
  if (!present) return nullptr;
  for (auto& [number, x] : job_managers)
    if (x.place.cluster.ns == name.ns && serves(x) &&
        includes(kube.get<pod>(x.place.pod)->metadata.labels, present->selector))
      return &x;
  return nullptr;
}

flink_answer flink::parts::handle(const flink_endpoint& to, const flink_body& body,
                                  std::function<void(flink_answer)> reply) {
  auto* reached = behind(to);
  auto* x = reached;
  if (reached && !reached->serves_rest) x = serving_leader(reached->place.cluster);
  if (x && x != reached && !kube.reachable(reached->place.node, x->place.node)) x = nullptr;
  const auto told = [&](flink_answer with) {
    if (reply) reply(with);
    return with;
  };
  if (!x) return told(refused(refusal_reason::unavailable, to.host + ": connection refused"));
  const auto hangs = hanging_rest.find(x->place.cluster);
  if (x->rest_dead || (hangs != hanging_rest.end() && time.now() < hangs->second))
    return told(refused(refusal_reason::unknown_outcome, to.host + ": timed out"));
  if (const auto* run = std::get_if<run_jar>(&body))
    return submit(*x, reached->jars, *run, std::move(reply));
  // Jars lie on the disk of whoever took them; for all else a standby asks the leader.
  if (std::holds_alternative<upload_jar>(body) || std::holds_alternative<delete_jar>(body))
    x = reached;
  return told(std::visit([&](const auto& what) { return answer(*x, what); }, body));
}

/// A source chain and a sink chain.
std::vector<job_vertex> flink::parts::vertices_of(const flink_job& x) {
  const auto width = x.width > 0 ? x.width : x.graph.parallelism;
  std::vector<job_vertex> all{{"source", "Source", width}, {"sink", "Sink", width}};
  if (x.graph.fixed_sink) all.back().parallelism = 1;
  for (auto& one : all) {
    one.max_parallelism = x.graph.settings.max_parallelism;
    if (x.tasks_run) one.tasks_running = one.parallelism;
    if (x.state == job_state::finished) one.tasks_finished = one.parallelism;
  }
  return all;
}

job_overview flink::parts::overview_of(const flink_job& x) {
  job_overview seen;
  seen.id = x.graph.id;
  seen.name = x.graph.name;
  seen.state = name_of(x.state);
  seen.start_time = (timeline::wall_start + x.registered).count();
  for (const auto& one : vertices_of(x)) seen.tasks_total += x.has_tasks ? one.parallelism : 0;
  if (x.tasks_run) seen.tasks_running = seen.tasks_total;
  if (x.state == job_state::finished) seen.tasks_finished = seen.tasks_total;
  return seen;
}

flink_answer flink::parts::answer(job_manager_process& x, const get_jobs_overview&) {
  drop_expired(x);
  jobs_overview seen;
  for (const auto& [id, job] : x.jobs) seen.jobs.push_back(overview_of(job));
  return {std::move(seen)};
}

cluster_overview flink::parts::overview_of(const job_manager_process& x) const {
  cluster_overview seen;
  seen.flink_version = x.version;
  for (const auto number : x.task_managers) {
    const auto& one = task_managers.at(number);
    ++seen.task_managers;
    seen.slots_total += one.settings.slots;
    seen.slots_available += one.settings.slots - one.used_slots;
  }
  return seen;
}

flink_answer flink::parts::answer(job_manager_process& x, const get_cluster_overview&) {
  return {overview_of(x)};
}

flink_answer flink::parts::answer(job_manager_process& x, const get_dashboard&) {
  return {dashboard{x.version, "simulated"}};
}

flink_answer flink::parts::answer(job_manager_process& x, const get_task_managers&) {
  drey::task_managers seen;
  for (const auto number : x.task_managers) {
    const auto& one = task_managers.at(number);
    const auto& id = x.workers ? one.place.pod.name : one.place.pod_uid;
    seen.all.push_back({id, one.settings.slots, one.settings.slots - one.used_slots});
  }
  return {std::move(seen)};
}

flink_answer flink::parts::answer(job_manager_process& x, const get_checkpoints& what) {
  const auto found = x.jobs.find(what.job);
  if (found == x.jobs.end()) return job_not_found(what.job);
  auto& job = found->second;
  settle(x, job);
  ha.flush();
  if (!job.graph.settings.checkpoint_interval) return {checkpoints{}};
  return {checkpoints{job.shown_completed, job.shown_savepoint, job.shown_restored,
                      job.count_completed, checkpoints_of_jobs::history_of(job, time.now()),
                      job.flow == checkpoint_flow::open ? "" : "Failure to finalize checkpoint."}};
}

flink_answer flink::parts::answer(job_manager_process& x, const get_checkpoint_config& what) {
  const auto found = x.jobs.find(what.job);
  if (found == x.jobs.end()) return job_not_found(what.job);
  const auto& settings = found->second.graph.settings;
  if (!settings.checkpoint_interval) return {checkpoint_config{}};
  return {checkpoint_config{settings.retention != checkpoint_retention::none,
                            settings.retention == checkpoint_retention::delete_on_cancellation}};
}

flink_answer flink::parts::answer(job_manager_process& x, const get_failure& what) {
  const auto found = x.jobs.find(what.job);
  if (found == x.jobs.end()) return job_not_found(what.job);
  return {job_failure{found->second.failure}};
}

flink_answer flink::parts::answer(job_manager_process& x, const get_job& what) {
  const auto found = x.jobs.find(what.job);
  if (found == x.jobs.end()) return job_not_found(what.job);
  const auto& job = found->second;
  if (!job.has_tasks) return {job_details{std::string{name_of(job.state)}, {}}};
  return {job_details{std::string{name_of(job.state)}, vertices_of(job)}};
}

flink_answer flink::parts::answer(job_manager_process& x, const upload_jar& what) {
  if (!files.artifacts().holds(what.artifact))
    return refused(refusal_reason::invalid, what.artifact + ": no such file");
  const auto uri = artifact_store::uri_of(what.artifact);
  auto jar = std::to_string(++last_number) + "_" + file_name(uri);
  x.jars.emplace(jar, uri);
  return {jar_uploaded{std::move(jar)}};
}

flink_answer flink::parts::answer(job_manager_process& x, const delete_jar& what) {
  if (x.jars.erase(what.jar) == 0)
    return refused(refusal_reason::invalid, "File " + what.jar + " does not exist");
  return {flink_done{}};
}

flink_answer flink::parts::answer(job_manager_process& x, const cancel_job& what) {
  const auto found = x.jobs.find(what.job);
  if (found == x.jobs.end()) return job_not_found(what.job);
  auto& job = found->second;
  if (job.state == job_state::canceled) return {flink_done{}};
  if (is_terminal(job.state))
    return refused(refusal_reason::conflict,
                   "Job cancellation failed because the job has already "
                   "reached another terminal state (" +
                       std::string{name_of(job.state)} + ")");
  cancel(x, job);
  return {flink_done{}};
}

flink_answer flink::parts::answer(job_manager_process& x, const trigger_savepoint& what) {
  return trigger(x, what);
}

flink_answer flink::parts::answer(job_manager_process& x, const stop_job& what) {
  return stop(x, what);
}

flink_answer flink::parts::answer(job_manager_process& x, const get_savepoint& what) {
  forget_old_savepoints(x);
  const auto found = x.savepoints.find(what.trigger_id);
  if (found == x.savepoints.end() || found->second.job != what.job)
    return refused(refusal_reason::not_found,
                   "There is no savepoint operation with triggerId=" + what.trigger_id);
  const auto& one = found->second;
  return {
      savepoint_progress{one.completed ? "COMPLETED" : "IN_PROGRESS", one.location, one.failure}};
}

flink_answer flink::parts::answer(job_manager_process& x, const run_jar& what) {
  return submit(x, x.jars, what, {});
}

}  // namespace drey::sim
