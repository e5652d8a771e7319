/// What one step of a machine costs: the controller takes one for every look at a resource.
#include <benchmark/benchmark.h>

#include "actors/cluster_machine.hpp"
#include "actors/job_machine.hpp"
#include "actors/task_manager_set_machine.hpp"

namespace drey {

namespace {

constexpr int jobs_in_cluster = 10;

job_machine job_at_rest() {
  job_machine machine;
  auto& known = machine.known;
  known.now = {milliseconds{100'000}, milliseconds{100'000}};
  known.name = {"flink", "orders"};
  known.uid = "uid";
  known.generation = 1;
  known.finalizer = true;
  flink_session_job_spec spec;
  spec.deployment_name = "session";
  spec.job = job_spec{};
  spec.job->parallelism = 4;
  known.spec = std::make_shared<const flink_session_job_spec>(std::move(spec));
  known.cluster.phase = cluster_phase::ready;
  known.cluster.looks = 10;
  jobs_overview all;
  for (std::uint64_t n = 1; n <= jobs_in_cluster; ++n) {
    job_overview row;
    row.id = submission_id("uid", n);
    row.state = "RUNNING";
    row.tasks_total = 8;
    row.tasks_running = 8;
    all.jobs.push_back(row);
    known.history.job_ids.push_back(row.id.hex);
  }
  known.cluster.jobs = std::make_shared<const jobs_overview>(std::move(all));
  return machine;
}

void step_of_a_running_job(benchmark::State& runs) {
  const auto machine = job_at_rest();
  const job_machine::state at =
      job_machine::running{{}, submission_id("uid", jobs_in_cluster), milliseconds{1'000}};
  const job_machine::fact learned = cluster_seen{};
  for (auto run : runs) benchmark::DoNotOptimize(state_machine::step(machine, at, learned));
}
BENCHMARK(step_of_a_running_job);

void step_of_a_ready_cluster(benchmark::State& runs) {
  cluster_machine machine;
  machine.known.world_known = true;
  machine.known.finalizer = true;
  machine.known.job_manager_pod = true;
  machine.known.rest = rest_state::answers;
  const cluster_machine::state at = cluster_machine::ready{};
  const cluster_machine::fact learned = surroundings_seen{};
  for (auto run : runs) benchmark::DoNotOptimize(state_machine::step(machine, at, learned));
}
BENCHMARK(step_of_a_ready_cluster);

void step_of_a_set_of_task_managers(benchmark::State& runs) {
  task_manager_set_machine machine;
  auto& known = machine.known;
  known.wanted = true;
  known.seen = true;
  known.count = static_cast<std::int32_t>(runs.range(0));
  known.window = {0, known.count};
  for (std::int32_t n = 0; n < known.count; ++n)
    known.members.push_back({n, standing::registered, false});
  const task_manager_set_machine::state at = task_manager_set_machine::steady{};
  const task_manager_set_machine::fact learned = surroundings_seen{};
  for (auto run : runs) benchmark::DoNotOptimize(state_machine::step(machine, at, learned));
}
BENCHMARK(step_of_a_set_of_task_managers)->Arg(10)->Arg(1'000);

}  // namespace

}  // namespace drey
