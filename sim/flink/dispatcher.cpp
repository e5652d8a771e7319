/// The Dispatcher: jobs come (submitted or recovered), are initialised, end, and are forgotten.
#include <algorithm>

#include "protocol/flink_versions.hpp"
#include "sim/flink/parts.hpp"

namespace drey::sim {
namespace {

/// POST /jars/:id/run to the registration of the job: 1.6 s cold on the lab.
constexpr std::int64_t accept_min = 100;
constexpr std::int64_t accept_max = 1'600;

/// Up to this version two submissions of one id could pass the check together (FLINK-30596).
constexpr auto last_racing_version = flink_version::v1_17;

}  // namespace

flink_answer refused(refusal_reason why, std::string message) {
  return {refusal{why, std::move(message)}};
}

job_graph flink::parts::graph_of(const job_manager_process& x, const jars_on_disk& jars,
                                 const run_jar& what) const {
  auto config = x.config;
  // Before 1.17 a run has none of its own, but for an application's, whose are its process's;
  // whose it is, the world says all the same.
  const bool takes_its_own = x.program || capabilities_of(x.release).run_configuration;
  for (const auto& [key, value] : what.flink_configuration)
    if (takes_its_own || key == "pipeline.name") config.insert_or_assign(key, value);
  job_graph graph;
  graph.id = what.job;
  graph.settings = job_settings_of(config, what.version);
  graph.parallelism = what.parallelism > 0 ? what.parallelism : graph.settings.parallelism;
  graph.name = graph.settings.name.empty() ? "Flink Streaming Job" : graph.settings.name;
  graph.lineage = graph.settings.name.empty() ? what.job.hex : graph.settings.name;
  if (!what.savepoint_path.empty()) graph.savepoint_path = normal_path(what.savepoint_path);
  const auto jar = jars.find(what.jar);
  graph.crashes = jar != jars.end() && tasks_crash(jar->second);
  graph.fixed_sink = jar != jars.end() && fixes_sink(jar->second);
  return graph;
}

std::optional<refusal> flink::parts::submission_refused(const job_manager_process& x,
                                                        const jars_on_disk& jars,
                                                        const run_jar& what) const {
  const auto jar = jars.find(what.jar);
  if (jar == jars.end())
    return refusal{refusal_reason::not_found, "Jar file " + what.jar + " does not exist"};
  if (main_throws(jar->second))
    return refusal{refusal_reason::invalid,
                   "The main method caused an error: java.lang.IllegalStateException"};
  const refusal duplicate{refusal_reason::already_exists,
                          "Could not execute application: DuplicateJobSubmissionException: Job "
                          "has already been submitted: " +
                              what.job.hex};
  const auto known = x.jobs.find(what.job);
  if (known != x.jobs.end() && !is_terminal(known->second.state)) return duplicate;
  if (x.results.contains(what.job) || ha.has_result(x, what.job)) return duplicate;
  const bool coming = std::any_of(x.pending.begin(), x.pending.end(),
                                  [&](const auto& one) { return one.second.graph.id == what.job; });
  if (coming && what.version > last_racing_version) return duplicate;
  return std::nullopt;
}

flink_answer flink::parts::submit(job_manager_process& x, const jars_on_disk& jars,
                                  const run_jar& what, std::function<void(flink_answer)> reply) {
  auto graph = graph_of(x, jars, what);
  books.submitted(
      {time.now(), x.place.cluster, x.place.pod_uid, what.job, graph.lineage, what.savepoint_path});
  if (auto no = submission_refused(x, jars, what)) {
    if (reply) reply({*no});
    return {std::move(*no)};
  }
  auto delay = drawn("accept", accept_min, accept_max);
  if (faults_allowed() &&
      chance.happens("fault", "slow_accept", faults.flink_late_request_per_mille))
    delay += chance.between("flink", "slow_accept", milliseconds{0}, faults.late_max);
  const auto number = ++last_number;
  x.pending.emplace(number, pending_submission{std::move(graph), std::move(reply)});
  time.after(delay, [this, session = x.session, number] { register_submission(session, number); });
  return {job_accepted{what.job}};
}

void flink::parts::register_submission(std::uint64_t session, std::uint64_t number) {
  auto* x = leader_of_session(session);
  if (!x) return;
  auto taken = x->pending.extract(number);
  auto& [graph, reply] = taken.mapped();
  if (x->settings.high_availability && (!x->hears_api || !ha.write_graph(*x, graph))) {
    if (reply)
      reply(refused(refusal_reason::unavailable,
                    "Failed to submit job: the JobGraph could not be "
                    "persisted"));
    return;
  }
  const auto id = graph.id;
  const auto known = x->jobs.find(id);
  if (known != x->jobs.end()) overwrite(*x, known->second);
  auto& job = register_job(*x, std::move(graph), execution_origin::submitted);
  tell(subject::job, std::string{resource_of(job.graph.lineage)}, tone::note, "job_submitted",
       "job " + std::string{resource_of(job.graph.lineage)} + " is submitted as " +
           id.hex.substr(0, 8) +
           (job.graph.savepoint_path.empty() ? ", from nothing"
                                             : ", from " + job.graph.savepoint_path));
  if (x->settings.high_availability) ha.write_job(*x, job);
  initialise(*x, job);
  if (reply) reply({job_accepted{id}});
}

/// Another submission of the id takes the place of this job, whose JobMaster is dropped.
void flink::parts::overwrite(job_manager_process& x, flink_job& job) {
  if (is_terminal(job.state)) return;
  stop_tasks(x, job);
  free_slots(job);
  books.ended(job.execution, time.now(), job.position, execution_end::overwritten);
  tell(subject::job, std::string{resource_of(job.graph.lineage)}, tone::bad, "job_overwritten",
       "a second submission overwrites job " + job.graph.id.hex.substr(0, 8));
}

flink_job& flink::parts::register_job(job_manager_process& x, job_graph graph,
                                      execution_origin origin) {
  const auto id = graph.id;
  flink_job job;
  job.serial = ++last_number;
  job.registered = time.now();
  job.store_out_of_reach = !x.hears_api && x.settings.high_availability;
  execution begun;
  begun.lineage = graph.lineage;
  begun.job = id;
  begun.cluster = x.place.cluster;
  begun.job_manager = x.place.pod_uid;
  begun.origin = origin;
  begun.restored = graph.savepoint_path;
  begun.start = time.now();
  settle_all();
  if (const auto* newest = files.newest_of(graph.lineage)) begun.newest_at_start = *newest;
  if (const auto* from = files.find(graph.savepoint_path)) begun.position_at_start = from->position;
  job.execution = books.began(std::move(begun));
  job.graph = std::move(graph);
  auto& kept = x.jobs.insert_or_assign(id, std::move(job)).first->second;
  last_job[std::string{resource_of(kept.graph.lineage)}] = reference_to(x, kept);
  return kept;
}

/// What the HA services hold is read first, and takes its time; then the Dispatcher begins.
void flink::parts::recover_jobs(job_manager_process& x) {
  std::vector<recoverable_job> recovered;
  auto wait = drawn("rest_start", 100, 600);
  if (x.settings.high_availability) {
    for (const auto& id : ha.dirty_results(x)) clean_up(x.session, id);
    recovered = ha.recoverable(x);
    if (!recovered.empty()) wait += drawn("recovery", 100, 2'500);
  }
  time.after(wait, [this, session = x.session, recovered] { serve_rest(session, recovered); });
}

void flink::parts::recover(job_manager_process& x, const recoverable_job& what) {
  auto graph = what.graph;
  const auto submitted_from = graph.savepoint_path;
  if (!what.retained.empty()) graph.savepoint_path = what.retained.back().path;
  auto& job = register_job(x, std::move(graph), execution_origin::recovered);
  job.graph.savepoint_path = submitted_from;
  job.next_checkpoint = what.next_checkpoint;
  job.retained.assign(what.retained.begin(), what.retained.end());
  ha.write_job(x, job);  // nothing changes unless somebody deleted it
  tell(subject::job, std::string{resource_of(job.graph.lineage)}, tone::note, "job_recovered",
       "the new JobManager recovers job " + std::string{resource_of(job.graph.lineage)});
  initialise(x, job);
}

void flink::parts::initialise(job_manager_process& x, flink_job& job) {
  later(drawn("initialisation", 100, 500), x, job,
        [this](job_manager_process& in, flink_job& ready) {
          if (!load_state(ready)) {
            const auto number = in.place.number;
            fail_for_good(in, ready, why_unreadable(ready));
            if (in.program) end_soon(number);
            return;
          }
          ready.state = job_state::created;
          ready.has_tasks = true;
          later(milliseconds{20}, in, ready, [this](job_manager_process& at, flink_job& scheduled) {
            scheduled.state = job_state::running;
            await_slots(at, scheduled);
          });
        });
}

void flink::parts::cancel(job_manager_process& x, flink_job& job) {
  if (job.state == job_state::cancelling) return;
  ++job.attempt;
  stop_flow(x, job);
  job.state = job_state::cancelling;
  later(drawn("cancellation", 50, 1'000), x, job,
        [this](job_manager_process& in, flink_job& stopped) { finish_cancel(in, stopped); });
}

/// A TaskManager that does not answer is waited for until its heartbeat times out.
void flink::parts::finish_cancel(job_manager_process& x, flink_job& job) {
  if (hosts_are_well(x, job)) end_job(x, job, job_state::canceled, "canceled");
}

void flink::parts::end_job(job_manager_process& x, flink_job& job, job_state how,
                           std::string_view why) {
  ++job.attempt;
  settle(x, job);
  stop_tasks(x, job);
  free_slots(job);
  job.state = how;
  job.ended = time.now();
  books.ended(job.execution, time.now(), job.position,
              how == job_state::finished   ? execution_end::finished
              : how == job_state::canceled ? execution_end::canceled
                                           : execution_end::failed);
  checkpointing.discard_after(job, how);
  tell_end(job, why);
  if (x.settings.high_availability) {
    ha.write_result(x, job.graph.id);
    time.after(drawn("ha_clean_up", 100, 2'000),
               [this, session = x.session, id = job.graph.id] { clean_up(session, id); });
  } else {
    x.results.insert(job.graph.id);
  }
  serve_waiting(x);
}

void flink::parts::tell_end(const flink_job& job, std::string_view why) {
  const std::string name{resource_of(job.graph.lineage)};
  if (job.state == job_state::failed) {
    begin_outage(job, why);
    return tell(subject::job, name, tone::bad, "job_failed",
                "job " + name + " FAILED: " + std::string{why});
  }
  outages.erase(name);
  const bool finished = job.state == job_state::finished;
  tell(subject::job, name, tone::note, finished ? "job_finished" : "job_canceled",
       "job " + name + (finished ? " is finished" : " is canceled"));
}

void flink::parts::clean_up(std::uint64_t session, const job_id& job) {
  constexpr milliseconds retry{5'000};
  auto* x = leader_of_session(session);
  if (!x) return;  // the next leader finds the dirty result
  if (!x->hears_api || !ha.clean(*x, job))
    time.after(retry, [this, session, job] { clean_up(session, job); });
}

void flink::parts::drop_expired(job_manager_process& x) const {
  std::erase_if(x.jobs, [&](const auto& one) {
    return is_terminal(one.second.state) &&
           one.second.ended + x.settings.job_store_expiration <= time.now();
  });
}

}  // namespace drey::sim
