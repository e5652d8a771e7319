/// Rows of TaskManagers with tasks that go because there are too many: a rollout of its own kind.
#include "tests/rows/rollout_pictures.hpp"

namespace drey::rows {

namespace {

using namespace rollout_pictures;

const table<m> begun_rows{
    {"they stay", seeing(surplus()), m::settled{t0}, surroundings_seen{}, m::settled{t0}},
    {"the spec lets them go: written down first", seeing(surplus(), disruptive()), m::settled{t0},
     surroundings_seen{}, m::recording{t1, fewer}, written(t1)},
    {"those that stay have too few slots for what runs", seeing(surplus(1), disruptive()),
     m::settled{t0}, surroundings_seen{}, m::settled{t0}},
    {"an earlier life was taking them away: jobs that are not back are waited for",
     seeing(begun(remove_task_managers, "Stepping", 0, jobs), surplus(), disruptive(),
            stand(job_stand::moving)),
     m::beginning{t0}, surroundings_seen{}, m::stepping{t1, {remove_task_managers, 2}, {0, jobs}},
     steps(t1)},
};

const m::preparing prepares{t0, fewer, s(100)};

const table<m> preparing_rows{
    {"jobs are secured first", seeing(surplus(), disruptive()), prepares, surroundings_seen{},
     m::securing{t1, fewer, {0, jobs, 2}, s(100)}, secures(t1)},
    {"a job must not be restarted unasked", seeing(surplus(), disruptive(), b_held()), prepares,
     surroundings_seen{}, prepares},
    {"a job is being brought back: waited for, however long",
     seeing(surplus(), disruptive(), stand(job_stand::moving), at(900)), prepares,
     surroundings_seen{}, prepares},
    {"the JobManager does not answer", seeing(surplus(), disruptive(), silent(), at(110)), prepares,
     surroundings_seen{}, m::preparing{t0, fewer, s(110)}},
    {"a job has taken slots meanwhile: it waits", seeing(surplus(1), disruptive()), prepares,
     surroundings_seen{}, m::settled{t0}},
    {"a person takes it back", seeing(surplus()), prepares, surroundings_seen{}, m::settled{t0}},
    {"another change: it restarts more, and looks at this again afterwards",
     seeing(surplus(), disruptive(), changed(fail_over_job_manager)), prepares, surroundings_seen{},
     m::recording{t1, over}, written(t1)},
    {"they went by themselves",
     seeing(disruptive()),
     prepares,
     surroundings_seen{},
     m::settled{t0},
     {complete}},
};

const m::stepping steps_fewer{t1, fewer, {0, jobs, 2}};
const std::string halts =
    "did not come back: b. Nothing more is restarted until they work, or the spec is changed";

const table<m> stepping_rows{
    {"all are secured", seeing(surplus(), disruptive()), m::securing{t0, fewer, {0, jobs, 2}},
     jobs_secured{t0}, steps_fewer, steps(t1)},
    {"they have not gone yet", seeing(surplus(), disruptive()), steps_fewer, surroundings_seen{},
     steps_fewer},
    {"one still goes", seeing(disruptive(), two_left(1)), steps_fewer, surroundings_seen{},
     steps_fewer},
    {"a job is not back yet", seeing(disruptive(), two_left(0), stand(job_stand::moving)),
     steps_fewer, surroundings_seen{}, steps_fewer},
    {"they are gone and all jobs work", seeing(disruptive(), two_left(0)), steps_fewer,
     surroundings_seen{}, m::preparing{t1, fewer, s(100)}},
    {"what stays would not suffice any more", seeing(surplus(1), disruptive()), steps_fewer,
     surroundings_seen{}, m::preparing{t1, fewer, s(100)}},
    {"not in time: none goes any more",
     seeing(surplus(), disruptive(), stand(job_stand::moving)),
     steps_fewer,
     deadline_passed{t1},
     m::halted{t1, fewer, {0, jobs}},
     {announce{"Warning", "RolloutHalted", halts}}},
    {"… until all jobs are back", seeing(surplus(), disruptive()), m::halted{t1, fewer, {0, jobs}},
     surroundings_seen{}, m::preparing{t1, fewer, s(100)}},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(rollout_removal_rows)

BOOST_AUTO_TEST_CASE(beginning) { begun_rows.hold(); }
BOOST_AUTO_TEST_CASE(preparing) { preparing_rows.hold(); }
BOOST_AUTO_TEST_CASE(stepping) { stepping_rows.hold(); }

/// Whoever waits is told which TaskManagers are occupied, and what a person can do.
BOOST_AUTO_TEST_CASE(who_waits_is_told_why) {
  const std::string has =
      "4 TaskManagers run, 2 are asked for; with tasks on them: session-taskmanager-2, "
      "session-taskmanager-3. ";
  const auto said = [](const m& machine) {
    const auto word = word_of(m::settled{t0}, machine.known);
    BOOST_TEST(word.reason == scale_down_waits);
    return word.message;
  };
  BOOST_TEST(said(seeing(surplus())) ==
             has +
                 "They go as soon as they have none; with spec.taskManager.scaleDown: disruptive "
                 "each job makes a checkpoint and restarts once on those that stay");
  BOOST_TEST(said(seeing(surplus(1), disruptive())) ==
             has +
                 "Those that stay lack 1 slots for what runs: end a job, lower a parallelism, or "
                 "raise spec.taskManager.replicas");
  BOOST_TEST(word_of(m::settled{t0}, seeing().known).reason == "RolloutComplete");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
