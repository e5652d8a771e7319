/// A small run as a world would leave it, made up by hand: all that the reports must show.
#pragma once

#include "sim/report/run_result.hpp"

namespace drey::sim {

inline void happen(run_result& into, std::int64_t at_ms, subject whom, const std::string& name,
                   tone how, const std::string& what, const std::string& text) {
  into.happenings.push_back({milliseconds{at_ms}, whom, name, how, what, text});
}

/// Four minutes: a cluster comes up, its job runs, the operator and a TaskManager are lost.
inline run_result made_up_run() {
  run_result run;
  run.seed = 7;
  run.scenario = "small";
  run.end = milliseconds{240'000};
  const std::string operator_name = "drey-operator-0";
  const std::string task_manager = "flink/session-taskmanager-0";
  const std::string job = "flink/orders";
  happen(run, 0, subject::operator_, operator_name, tone::recovered, "operator_started",
         "the operator starts");
  happen(run, 0, subject::person, "scenario", tone::warning, "scenario",
         "a person applies FlinkDeployment flink/session");
  happen(run, 400, subject::job_manager, "flink/session", tone::note, "pod_started",
         "pod session-6f9c started on node node-1");
  happen(run, 500, subject::task_manager, task_manager, tone::note, "pod_started",
         "pod session-taskmanager-0 started on node node-2");
  happen(run, 9'050, subject::job_manager, "flink/session", tone::note, "leader_elected",
         "JobManager session-6f9c leads");
  happen(run, 9'500, subject::task_manager, task_manager, tone::good, "registered",
         "TaskManager session-taskmanager-0 is registered with 4 slots");
  happen(run, 12'000, subject::job, job, tone::note, "job_submitted",
         "job flink/orders is submitted as 0a1b2c3d, from nothing");
  happen(run, 13'000, subject::job, job, tone::good, "job_running",
         "job flink/orders runs with all its tasks, from nothing");
  for (const std::int64_t at : {20'000, 21'000, 22'000})
    happen(run, at, subject::fault, "kube_lost_answer", tone::note, "fault",
           "an answer of the API server is lost");
  happen(run, 60'000, subject::job, job, tone::good, "savepoint_completed",
         "a savepoint of job flink/orders is complete: s3://savepoints/1");
  happen(run, 150'000, subject::person, "scenario", tone::warning, "scenario",
         "pod flink/session-taskmanager-0 is evicted");
  happen(run, 150'000, subject::task_manager, task_manager, tone::warning, "pod_evicted",
         "pod session-taskmanager-0 was evicted");
  happen(run, 150'200, subject::job, job, tone::outage, "job_down",
         "job flink/orders stands still: a TaskManager is lost");
  happen(run, 151'000, subject::task_manager, task_manager, tone::note, "pod_stopped",
         "pod session-taskmanager-0 stopped");
  happen(run, 152'000, subject::job, job, tone::warning, "job_restarting",
         "job flink/orders restarts: no more slots");
  happen(run, 154'000, subject::task_manager, task_manager, tone::note, "pod_started",
         "pod session-taskmanager-0 started on node node-1");
  happen(run, 171'000, subject::task_manager, task_manager, tone::good, "registered",
         "TaskManager session-taskmanager-0 is registered with 4 slots");
  happen(run, 175'000, subject::job, job, tone::recovered, "job_restored",
         "job flink/orders runs with all its tasks, restored from s3://checkpoints/chk-14");
  run.expectations = {{"job flink/orders is RUNNING by 1m", true, milliseconds{13'000}, ""},
                      {"no state of any job is lost", true, run.end, ""}};
  run.figures = {
      1'234, 3, 1, 1, 20, 0, 17, outages_of(run.happenings, run.end),
  };
  return run;
}

/// The same, with a broken rule, a disappointed expectation, and texts that try to break out.
inline run_result made_up_violation() {
  auto run = made_up_run();
  run.seed = 8;
  run.faults = "heavy";
  run.scenario = "small <b>&\"";
  happen(run, 200'000, subject::job, "flink/orders", tone::bad, "regressed",
         "restored from checkpoint 12 </title><script>alert(1)</script>");
  run.violations = {{5, milliseconds{200'000},
                     "job flink/orders was restored from checkpoint 12 although 14 was complete"}};
  run.expectations.push_back({"job flink/orders is RUNNING", false, run.end, "FAILED"});
  return run;
}

}  // namespace drey::sim
