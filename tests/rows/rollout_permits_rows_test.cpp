/// What others may do in each state of a rollout, and what stands of it in status.
#include "tests/rows/rollout_pictures.hpp"

namespace drey::rows {

using namespace rollout_pictures;

BOOST_AUTO_TEST_SUITE(rollout_permits_rows)

/// Every state: what may be applied in it, and what stands in status.
BOOST_AUTO_TEST_CASE(permits_and_records) {
  struct one {
    m::state now;
    const char* permits;  ///< job_manager, task_managers, spares, retire_below, down_to
    const char* phase;    ///< of the record in status; empty: there is none
  };
  const one all[] = {
      {m::beginning{t0}, "0 0 0 0", ""},
      {m::settled{t0}, "0 0 0 0", ""},
      {m::recording{t0, swap}, "0 0 0 0", "Waiting"},
      {m::recording{t0, calm}, "0 0 0 0", ""},
      {prepares_swap, "0 0 0 0", "Waiting"},
      {grows, "0 1 1 0", "Waiting"},
      {secures_swap, "0 0 1 0", "Waiting"},
      {m::securing{t1, both, {2, jobs}}, "0 0 0 0", "Waiting"},
      {stopping, "0 0 0 0", "Stopping"},
      {m::hindered{t1, swap, "no"}, "0 0 0 0", "Waiting"},
      {steps_swap, "0 1 1 2", "Stepping"},
      {steps_over, "1 0 0 0", "Stepping"},
      {m::stepping{t1, both, {2, jobs}}, "1 1 1 2", "Stepping"},
      {halts_swap, "0 1 1 2", "Halted"},
      {m::securing{t1, fewer, {0, jobs, 2}}, "0 0 0 0", "Waiting"},
      {m::stepping{t1, fewer, {0, jobs, 2}}, "0 0 0 0 down to 2", "Stepping"},
      {m::halted{t1, fewer, {0, jobs}}, "0 0 0 0", "Halted"},
  };
  for (const auto& row : all) {
    const auto may = permits_of(row.now);
    BOOST_TEST(std::to_string(may.job_manager) + " " + std::to_string(may.task_managers) + " " +
                   std::to_string(may.spares) + " " + std::to_string(may.retire_below) +
                   (may.down_to ? " down to " + std::to_string(*may.down_to) : "") ==
               row.permits);
    const auto record = record_of(row.now, picture());
    BOOST_TEST((record ? record->phase : "") == row.phase);
  }
}

/// While the JobManager is about to go no job is started on it, and none before all is done.
BOOST_AUTO_TEST_CASE(jobs_are_started_when_the_cluster_is_another) {
  const auto begun_both = begun(restart_both, "Stepping", 2, jobs);
  BOOST_TEST(!starts_jobs(m::beginning{t0}, seeing(begun_both).known));
  BOOST_TEST(starts_jobs(m::beginning{t0}, seeing().known));
  BOOST_TEST(starts_jobs(m::beginning{t0}, seeing(begun_both, unclaimed()).known));
  BOOST_TEST(
      starts_jobs(m::stepping{t1, both, {2, jobs}}, seeing(old_job_manager(), unclaimed()).known),
      "the spec is wrong by now");
  BOOST_TEST(starts_jobs(prepares_over, seeing(old_job_manager()).known));
  BOOST_TEST(!starts_jobs(m::preparing{t0, both, s(100)}, seeing(old_job_manager()).known));
  BOOST_TEST(
      starts_jobs(m::preparing{t0, both, s(100)}, seeing(old_job_manager(), b_held()).known));
  BOOST_TEST(!starts_jobs(stopping, seeing(old_job_manager()).known));
  BOOST_TEST(!starts_jobs(m::stepping{t1, both, {2, jobs}}, seeing(old_job_manager()).known));
  BOOST_TEST(!starts_jobs(m::stepping{t1, both, {2, jobs}}, seeing(old_set()).known));
  BOOST_TEST(starts_jobs(m::stepping{t1, both, {2, jobs}}, seeing().known));
  BOOST_TEST(starts_jobs(steps_swap, seeing(old_set()).known), "TaskManagers alone hold up nobody");
  BOOST_TEST(rest_order_of(stopping) == 1U);
  BOOST_TEST(rest_order_of(steps_over) == 0U);
}

/// What a new operator reads from status is what its predecessor wrote there.
BOOST_AUTO_TEST_CASE(a_record_is_read_as_it_was_written) {
  for (const m::state& now :
       {m::state{prepares_swap}, m::state{m::stepping{t1, swap_begun, {2, jobs}}},
        m::state{halts_swap}, m::state{stopping}, m::state{m::stepping{t1, both, {2, jobs}}}}) {
    auto machine = seeing();
    machine.known.job_manager_old = std::holds_alternative<m::stopping>(now);
    machine.known.begun = record_of(now, machine.known);
    const auto next = state_machine::step(machine, m::state{m::beginning{}}, surroundings_seen{});
    BOOST_TEST(text_of(record_of(next.next, machine.known)->phase) ==
               text_of(machine.known.begun->phase));
    BOOST_CHECK(record_of(next.next, machine.known) == machine.known.begun);
  }
}

/// What was told of a generation, and of no other, stands while a job has not spoken.
BOOST_AUTO_TEST_CASE(what_stood_against_it_is_told_on_until_every_job_has_spoken) {
  flink_deployment live;
  live.metadata.generation = 3;
  live.status.conditions = {{"Stalled", "True", "RolloutBlocked", "it was a", {}, 3}};
  const auto tells = [&](const m::state& now, const m& machine) {
    const auto told = told_before(now, machine.known, live);
    return told ? told->message : std::string();
  };
  const auto silent = seeing([](rollout_known& x) { x.jobs[1].stand = job_stand::unknown; });
  BOOST_TEST(tells(prepares_swap, silent) == "it was a");
  BOOST_TEST(tells(prepares_swap, seeing()) == "", "both have spoken");
  BOOST_TEST(tells(steps_swap, silent) == "", "it goes on");
  live.metadata.generation = 4;
  BOOST_TEST(tells(prepares_swap, silent) == "", "of another spec");
  live.metadata.generation = 3;
  live.status.conditions[0].reason = "RolloutHalted";
  BOOST_TEST(tells(prepares_swap, silent) == "");
  live.status.conditions.clear();
  BOOST_TEST(tells(prepares_swap, silent) == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
