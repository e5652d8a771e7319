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
  happen(run, 0, subject::operator_, "", tone::note, "started", "the operator starts");
  happen(run, 100, subject::person, "flink/session", tone::note, "applied",
         "a person applies FlinkDeployment flink/session");
  happen(run, 400, subject::cluster, "flink/session", tone::note, "creating", "is being created");
  happen(run, 500, subject::task_manager, "flink/session-taskmanager-0", tone::note, "starting",
         "pod is starting");
  happen(run, 600, subject::job, "flink/orders", tone::note, "waiting", "waits for its cluster");
  happen(run, 2'200, subject::operator_, "", tone::recovered, "leading", "leads");
  happen(run, 9'050, subject::task_manager, "flink/session-taskmanager-0", tone::recovered,
         "registered", "registered with 4 slots");
  happen(run, 9'500, subject::cluster, "flink/session", tone::recovered, "running", "is RUNNING");
  happen(run, 13'000, subject::job, "flink/orders", tone::recovered, "job_running",
         "job flink/orders is RUNNING");
  for (const std::int64_t at : {20'000, 21'000, 22'000})
    happen(run, at, subject::fault, "kube_lost_answer", tone::note, "fault",
           "an answer of the API server is lost");
  happen(run, 60'000, subject::job, "flink/orders", tone::good, "savepoint_completed",
         "savepoint completed");
  happen(run, 150'000, subject::fault, "evict_pod", tone::warning, "fault",
         "pod flink/session-taskmanager-0 is evicted");
  happen(run, 150'000, subject::task_manager, "flink/session-taskmanager-0", tone::outage,
         "pod_evicted", "evicted");
  happen(run, 150'200, subject::job, "flink/orders", tone::outage, "job_restarting",
         "is restarting");
  happen(run, 171'000, subject::task_manager, "flink/session-taskmanager-0", tone::recovered,
         "registered", "registered with 4 slots");
  happen(run, 174'000, subject::job, "flink/orders", tone::good, "restored",
         "restored from checkpoint 14");
  happen(run, 175'000, subject::job, "flink/orders", tone::recovered, "job_running",
         "running again, restored from checkpoint 14");
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
