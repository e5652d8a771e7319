/// Rows of a changed spec where the API server keeps no ordinals: jobs move onto spare
/// TaskManagers, and back when these go (decision 0033).
#include "tests/rows/rollout_pictures.hpp"

namespace drey::rows {

namespace {

using namespace rollout_pictures;

constexpr auto kept_none = [](rollout_known& x) { x.ordinals = false; };
/// All four are new where two are asked for; two with tasks would go, or lack so many slots.
auto spares(std::int32_t slots_short = 0, std::int32_t registered = 4) {
  return [=](rollout_known& x) {
    x.ordinals = false;
    x.task_managers = {true, 2, {}, 9, registered, registered, 0, 0};
    x.surplus = {4, 0, {2, 3}, slots_short};
  };
}

const m::stepping removes{t1, swap, {0, jobs, 2}, s(100)};
/// The old ones, ordinals 0 and 1, are being deleted.
const m::stepping deletes{t1, swap_begun, {2, jobs}, s(100)};

const table<m> growing_rows{
    {"all are new, and jobs run on the spare ones: secured once more", seeing(spares()), grows,
     surroundings_seen{}, m::securing{t1, swap, {0, jobs, 2}, s(100)}, secures(t1)},
    {"a job is not well: waited for, however long",
     seeing(spares(), stand(job_stand::moving), at(900)), grows, surroundings_seen{},
     m::growing{t0, swap, s(100), s(900)}},
    {"those that stay are coming up", seeing(spares(1, 3)), grows, surroundings_seen{}, grows},
    {"jobs have come to need the spare ones: these stay", seeing(spares(1)),
     m::preparing{t0, swap, s(100)}, surroundings_seen{}, m::settled{t0}},
    {"none is left that was spare",
     seeing(kept_none),
     grows,
     surroundings_seen{},
     m::settled{t0},
     {complete}},
    {"a job that must not be restarted has come", seeing(spares(), b_held()), grows,
     surroundings_seen{}, grows},
};

const table<m> stepping_rows{
    {"all are secured: from now on they are deleted, and not for long", seeing(kept_none),
     m::securing{t0, swap, {2, jobs}}, jobs_secured{t0}, deletes, steps(t1)},
    {"they are being deleted", seeing(old_set(), kept_none, at(110)), deletes, surroundings_seen{},
     deletes},
    {"some could not be deleted, and jobs work there again: secured anew",
     seeing(old_set(), kept_none, at(115)), deletes, surroundings_seen{},
     m::preparing{t1, swap_begun, s(115)}},
    {"the jobs are not back in time: nothing more is deleted",
     seeing(kept_none, stand(job_stand::moving)),
     deletes,
     deadline_passed{t1},
     m::halted{t1, swap_begun, {0, jobs}},
     {announce{"Warning", "RolloutHalted",
               "did not come back: b. Nothing more is restarted until they work, or the spec is "
               "changed"}}},
    {"the spare ones have not gone yet", seeing(spares()), removes, surroundings_seen{}, removes},
    {"they are gone and all jobs work", seeing(kept_none, two_left(0)), removes,
     surroundings_seen{}, m::preparing{t1, swap, s(100)}},
    {"… and one job is not back", seeing(kept_none, two_left(0), stand(job_stand::moving)), removes,
     surroundings_seen{}, removes},
    {"old ones go, and the spec changes again: what stands in their places by now is new, and is "
     "not taken for them",
     seeing(kept_none, changed(replace_task_managers)), deletes, surroundings_seen{},
     m::recording{t2, swap}, written(t2)},
    {"… with ordinals its places are empty", seeing(changed(replace_task_managers)),
     m::stepping{t1, swap, {2, jobs}}, surroundings_seen{}, m::preparing{t1, swap, s(100)}},
};

const table<m> beginning_rows{
    {"an operator before us had deleted some: the others are secured for anew",
     seeing(begun(replace_task_managers, "Stepping", 2, jobs), old_set(), kept_none),
     m::beginning{t0}, surroundings_seen{}, m::preparing{t0, {replace_task_managers, 2}, s(100)}},
    {"… all of them: jobs are waited for",
     seeing(begun(replace_task_managers, "Stepping", 2, jobs), kept_none), m::beginning{t0},
     surroundings_seen{}, m::stepping{t1, {replace_task_managers, 2, 2}, {2, jobs}, s(100)},
     steps(t1)},
};

const table<m> preparing_rows{
    {"an operator before us had replaced all: the spare ones are looked at", seeing(spares()),
     m::preparing{t0, swap, s(100)}, surroundings_seen{}, grows},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(rollout_spares_rows)

BOOST_AUTO_TEST_CASE(beginning) { beginning_rows.hold(); }
BOOST_AUTO_TEST_CASE(growing) { growing_rows.hold(); }
BOOST_AUTO_TEST_CASE(stepping) { stepping_rows.hold(); }
BOOST_AUTO_TEST_CASE(preparing) { preparing_rows.hold(); }

/// What this Kubernetes costs is told while it costs it.
BOOST_AUTO_TEST_CASE(it_is_told) {
  const std::string kubernetes =
      "This Kubernetes keeps no ordinals of StatefulSets (1.27 and newer do)";
  const auto told = [](const m::state& at, const m& machine) {
    return word_of(at, machine.known).message;
  };
  BOOST_TEST(told(grows, seeing(old_set(), kept_none)) ==
             "0 of 2 new TaskManagers registered, 2 without room; jobs run on the old ones. " +
                 kubernetes + ": each job restarts onto spare ones, and once more when these go");
  BOOST_TEST(told(grows, seeing(spares())) ==
             "all TaskManagers are new; 2 that were spare go. " + kubernetes);
  BOOST_TEST(told(grows, seeing(spares(), stand(job_stand::moving))) ==
             "all TaskManagers are new; 2 that were spare go, when all tasks run of: b. " +
                 kubernetes);
  BOOST_TEST(told(grows, seeing(spares(1, 3))) ==
             "all TaskManagers are new; 2 that were spare go, when those that stay have 1 slots "
             "more for what runs. " +
                 kubernetes);
  BOOST_TEST(word_of(grows, seeing(old_set(), kept_none).known).reason ==
             "BringingUpSpareTaskManagers");
  BOOST_TEST(word_of(grows, seeing(spares()).known).reason == "RemovingSpareTaskManagers");
  const auto waits = told(m::settled{t0}, seeing(surplus(), kept_none));
  BOOST_TEST(waits.find(kubernetes + ": the last ones go first") != std::string::npos, waits);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
