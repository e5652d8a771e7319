/// Rows of a changed spec that is carried out.
#include "tests/rows/rollout_pictures.hpp"

namespace drey::rows {

namespace {

using namespace rollout_pictures;

const table<m> beginning_rows{
    {"nothing may be made yet", seeing(unclaimed()), m::beginning{t0}, surroundings_seen{},
     m::beginning{t0}},
    {"a new cluster: its spec is written down", seeing(changed(nothing)), m::beginning{t0},
     surroundings_seen{}, m::recording{t1, calm}, written(t1)},
    {"an earlier life settled it", seeing(), m::beginning{t0}, surroundings_seen{}, m::settled{t0}},
    {"begun by an earlier life, and not looked yet",
     seeing(not_looked(), begun(restart_both, "Waiting")), m::beginning{t0}, surroundings_seen{},
     m::beginning{t0}},
    {"it waited", seeing(begun(replace_task_managers, "Waiting")), m::beginning{t0},
     surroundings_seen{}, m::preparing{t0, {replace_task_managers, 2}, s(100)}},
    {"it was in the middle of a step", seeing(begun(replace_task_managers, "Stepping", 2, jobs)),
     m::beginning{t0}, surroundings_seen{},
     m::stepping{t1, {replace_task_managers, 2, 2}, {2, jobs}}, steps(t1)},
    {"it was about to take a step: jobs that have come back since are stopped again",
     seeing(begun(restart_both, "Stepping", 2, jobs), old_job_manager()), m::beginning{t0},
     surroundings_seen{}, m::stopping{t1, {restart_both, 2}, {2, jobs}}, stops(t1)},
    {"it was stopping the jobs",
     seeing(begun(restart_both, "Stopping", 2, jobs), old_job_manager()), m::beginning{t0},
     surroundings_seen{}, m::stopping{t1, {restart_both, 2}, {2, jobs}}, stops(t1)},
    {"it had stopped them and taken the step: nothing may answer that could say whether they rest",
     seeing(begun(restart_both, "Stopping", 2, jobs)), m::beginning{t0}, surroundings_seen{},
     m::stepping{t1, {restart_both, 2}, {2, jobs}}, steps(t1)},
    {"it had halted: so does this one", seeing(begun(replace_task_managers, "Halted", 2, jobs)),
     m::beginning{t0}, surroundings_seen{}, m::halted{t0, {replace_task_managers, 2}, {2, jobs}}},
    {"changed again meanwhile: both changes are served",
     seeing(begun(replace_task_managers, "Waiting"), changed(fail_over_job_manager)),
     m::beginning{t0}, surroundings_seen{}, m::recording{t1, both}, written(t1)},
    {"a record that nobody can read is none", seeing([](rollout_known& x) {
       x.begun = rollout_record{"what?", 2, "Waiting", 0, {}};
     }),
     m::beginning{t0}, surroundings_seen{}, m::settled{t0}},
};

const table<m> settled_rows{
    {"quiet when done", seeing(), m::settled{t0}, surroundings_seen{}, m::settled{t0}},
    {"a changed spec", seeing(changed(replace_task_managers)), m::settled{t0}, surroundings_seen{},
     m::recording{t1, swap}, written(t1)},
    {"being deleted", seeing(unclaimed()), m::settled{t0}, surroundings_seen{}, m::beginning{t0}},
};

const table<m> recording_rows{
    {"durable", seeing(), m::recording{t1, swap}, status_written{t1},
     m::preparing{t1, swap, s(100)}},
    {"an older answer", seeing(), m::recording{t1, swap}, status_written{t0},
     m::recording{t1, swap}},
    {"somebody else was faster", seeing(), m::recording{t1, swap}, status_superseded{t1},
     m::beginning{t1}},
    {"an older answer of that kind", seeing(), m::recording{t1, swap}, status_superseded{t0},
     m::recording{t1, swap}},
    {"no answer", seeing(), m::recording{t1, swap}, deadline_passed{t1}, m::beginning{t1}},
    {"a wait of before", seeing(), m::recording{t1, swap}, deadline_passed{t0},
     m::recording{t1, swap}},
};

const table<m> preparing_rows{
    {"nothing restarts: nothing is said", seeing(), m::preparing{t0, calm, s(100)},
     surroundings_seen{}, m::settled{t0}},
    {"all was done already",
     seeing(),
     prepares_swap,
     surroundings_seen{},
     m::settled{t0},
     {complete}},
    {"new TaskManagers come up first", seeing(old_set()), prepares_swap, surroundings_seen{},
     m::growing{t0, swap, s(100), s(100)}},
    {"a job must not be restarted unasked", seeing(old_set(), b_held()), prepares_swap,
     surroundings_seen{}, prepares_swap},
    {"a job was not heard of yet", seeing(old_set(), stand(job_stand::unknown)), prepares_swap,
     surroundings_seen{}, prepares_swap},
    {"… but it runs nothing", seeing(old_set(), b_held(), stand(job_stand::idle)), prepares_swap,
     surroundings_seen{}, m::growing{t0, swap, s(100), s(100)}},
    {"the JobManager does not answer", seeing(old_set(), silent(), at(110)), prepares_swap,
     surroundings_seen{}, m::preparing{t0, swap, s(110)}},
    {"its objects are not all there", seeing(old_set(), [](rollout_known& x) { x.made = false; }),
     prepares_swap, surroundings_seen{}, prepares_swap},
    {"another JobManager: jobs are secured first", seeing(old_job_manager()), prepares_over,
     surroundings_seen{}, m::securing{t1, over, {0, jobs}, s(100)}, secures(t1)},
    {"a job is being brought back: waited for", seeing(old_job_manager(), stand(job_stand::moving)),
     prepares_over, surroundings_seen{}, prepares_over},
    {"… but not for ever: what stays broken cannot be protected",
     seeing(old_job_manager(), stand(job_stand::moving), at(220)), prepares_over,
     surroundings_seen{}, m::securing{t1, over, {0, {"a"}}, s(220), {"b"}}, secures(t1)},
    {"no JobManager is up: there is nothing to protect",
     seeing(old_job_manager(), silent(), down()), prepares_over, surroundings_seen{},
     m::stepping{t1, over, {0, {}}}, steps(t1)},
    {"both: all TaskManagers go in the same step", seeing(old_job_manager(), old_set()),
     m::preparing{t0, both, s(100)}, surroundings_seen{}, m::stopping{t1, both, {2, jobs}},
     stops(t1)},
    {"both, and a job was stopped for it already",
     seeing(old_job_manager(), old_set(), stand(job_stand::stopped)),
     m::preparing{t0, both, s(100)}, surroundings_seen{}, m::stopping{t1, both, {2, jobs}},
     stops(t1)},
    {"another version of Flink: each job is stopped with a savepoint",
     seeing(old_job_manager(), new_version()), prepares_over, surroundings_seen{},
     m::stopping{t1, over, {0, jobs}}, stops(t1)},
    {"… and one of which none can be taken stands against it",
     seeing(old_job_manager(), new_version(), stops_by(stop_choice::by_cancelling)), prepares_over,
     surroundings_seen{}, prepares_over},
    {"… unless a person allows that",
     seeing(old_job_manager(), new_version(), stops_by(stop_choice::by_cancelling), expendable()),
     prepares_over, surroundings_seen{}, m::stopping{t1, over, {0, jobs}}, stops(t1)},
    {"no high availability: the new JobManager would know of no job",
     seeing(old_job_manager(), forgetful()), prepares_over, surroundings_seen{},
     m::stopping{t1, over, {0, jobs}}, stops(t1)},
    {"… and of one neither savepoint nor checkpoint would be there",
     seeing(old_job_manager(), forgetful(), stops_by(stop_choice::hold)), prepares_over,
     surroundings_seen{}, prepares_over},
    {"changed again", seeing(old_set(), changed(fail_over_job_manager)), prepares_swap,
     surroundings_seen{}, m::recording{t1, both}, written(t1)},
    {"being deleted", seeing(old_set(), unclaimed()), prepares_swap, surroundings_seen{},
     m::beginning{t0}},
};

const table<m> stopping_rows{
    {"they still run", seeing(), stopping, surroundings_seen{}, stopping},
    {"one does", seeing(stand(job_stand::stopped)), stopping, surroundings_seen{}, stopping},
    {"or nobody knows", seeing(each(job_stand::stopped), stand(job_stand::unknown)), stopping,
     surroundings_seen{}, stopping},
    {"all rest, and one had nothing to stop",
     seeing(each(job_stand::stopped), stand(job_stand::idle)), stopping, surroundings_seen{},
     m::stepping{t2, both, {2, jobs}}, steps(t2)},
    {"a lost TaskManager has a successor of the old spec by now",
     seeing(each(job_stand::stopped), old_set(), tally({true, 2, {1, 2}, 1, 0, 2, 2, 0})), stopping,
     surroundings_seen{}, m::stepping{t2, both, {3, jobs}}, steps(t2)},
    {"Flink makes TaskManagers: those of the old spec go, though none is there yet",
     seeing(each(job_stand::stopped), made_by_flink()), m::stopping{t1, both, {0, jobs}},
     surroundings_seen{}, m::stepping{t2, both, {1, jobs}}, steps(t2)},
    {"one that may be lost is not waited for",
     seeing(each(job_stand::stopped), stand(job_stand::working), stops_by(stop_choice::hold),
            expendable()),
     stopping, surroundings_seen{}, m::stepping{t2, both, {2, jobs}}, steps(t2)},
    {"not looked yet", seeing(each(job_stand::stopped), not_looked()), stopping,
     surroundings_seen{}, stopping},
    {"changed again", seeing(changed(nothing)), stopping, surroundings_seen{},
     m::recording{t2, both}, written(t2)},
    {"being deleted", seeing(unclaimed()), stopping, surroundings_seen{}, m::beginning{t1}},
    {"not in time: they go on, and it is tried again",
     seeing(stand(job_stand::stopped)),
     stopping,
     deadline_passed{t1},
     m::hindered{t2, both, "not stopped in time: a"},
     {announce{"Warning", "RolloutHindered", "not stopped in time: a"}, set_deadline{t2, s(300)}}},
    {"one can't be stopped: the others go on meanwhile",
     seeing(refuses()),
     stopping,
     surroundings_seen{},
     m::hindered{t2, both, "b: no savepoint"},
     {announce{"Warning", "RolloutHindered", "b: no savepoint"}, set_deadline{t2, s(300)}}},
    {"a wait of before", seeing(), stopping, deadline_passed{t0}, stopping},
};

const set_tally two_new{true, 2, {0, 1}, 0, 2, 4, 0, 0};
const set_tally one_new{true, 2, {0, 1}, 0, 1, 3, 1, 0};
const set_tally no_room{true, 2, {0, 1}, 0, 0, 2, 2, 0};
const set_tally joining{true, 2, {0, 1}, 0, 0, 2, 0, 0};

const set_tally unfilled{true, 2, {1}, 1, 0, 1, 2, 0};
const set_tally filled{true, 2, {1}, 1, 1, 2, 1, 0};
const m::growing after_one{t0, swap_begun, s(200), s(100)};

const table<m> growing_rows{
    {"all new ones are registered: all old ones may go", seeing(tally(two_new)), grows,
     surroundings_seen{}, m::securing{t1, swap, {2, jobs}, s(100)}, secures(t1)},
    {"they are still coming up", seeing(tally(joining), at(160)), grows, surroundings_seen{},
     m::growing{t0, swap, s(160), s(160)}},
    {"no room for the second: given a while", seeing(tally(one_new), at(110)), grows,
     surroundings_seen{}, m::growing{t0, swap, s(110), s(100)}},
    {"room for one only: one goes", seeing(tally(one_new), at(115)), grows, surroundings_seen{},
     m::securing{t1, swap, {1, jobs}, s(115)}, secures(t1)},
    {"no room at all: one by one", seeing(tally(no_room), at(115)), grows, surroundings_seen{},
     m::securing{t1, swap, {1, jobs}, s(115)}, secures(t1)},
    {"none came for the one that went: no more go", seeing(tally(unfilled), at(200)), after_one,
     surroundings_seen{}, after_one},
    {"one came for it", seeing(tally(filled), at(115)), after_one, surroundings_seen{},
     m::securing{t1, after_one.plan, {2, jobs}, s(115)}, secures(t1)},
    {"a job is being brought back: no step before it works",
     seeing(tally(two_new), stand(job_stand::moving), at(110)), grows, surroundings_seen{},
     m::growing{t0, swap, s(100), s(110)}},
    {"… within reason", seeing(tally(two_new), stand(job_stand::moving), at(220)), grows,
     surroundings_seen{}, m::securing{t1, swap, {2, {"a"}}, s(220), {"b"}}, secures(t1)},
    {"a job came that must not be restarted", seeing(tally(two_new), b_held()), grows,
     surroundings_seen{}, grows},
    {"the JobManager does not answer", seeing(tally(no_room), silent(), at(200)), grows,
     surroundings_seen{}, m::growing{t0, swap, s(200), s(200)}},
    {"the set's controller has not seen the template",
     seeing(tally({false, 2, {0, 1}, 0, 2, 4, 0, 0})), grows, surroundings_seen{}, grows},
    {"somebody replaced them by hand",
     seeing(),
     grows,
     surroundings_seen{},
     m::settled{t0},
     {complete}},
    {"changed again", seeing(tally(two_new), changed(fail_over_job_manager)), grows,
     surroundings_seen{}, m::recording{t1, both}, written(t1)},
    {"being deleted", seeing(tally(two_new), unclaimed()), grows, surroundings_seen{},
     m::beginning{t0}},
};

const table<m> securing_rows{
    {"all have a fresh checkpoint", seeing(), secures_swap, jobs_secured{t1},
     m::stepping{t2, swap_begun, {2, jobs}}, steps(t2)},
    {"an older answer", seeing(), secures_swap, jobs_secured{t0}, secures_swap},
    {"another job works by now: it is to save, too", seeing(at(219)),
     m::securing{t1, swap, {2, {"a"}}, s(100)}, jobs_secured{t1},
     m::securing{t2, swap, {2, jobs}, s(100)}, secures(t2)},
    {"another is being started: it is waited for", seeing(stand(job_stand::moving)),
     m::securing{t1, swap, {2, {"a"}}, s(100)}, jobs_secured{t1},
     m::securing{t2, swap, {2, {"a"}}, s(100)}, secures(t2)},
    {"one that was not well before: it was waited for", seeing(stand(job_stand::moving)),
     m::securing{t1, swap, {2, {"a"}}, s(100), {"b"}}, jobs_secured{t1},
     m::stepping{t2, swap_begun, {2, {"a"}}}, steps(t2)},
    {"and works by now", seeing(), m::securing{t1, swap, {2, {"a"}}, s(100), {"b"}},
     jobs_secured{t1}, m::securing{t2, swap, {2, jobs}, s(100), {"b"}}, secures(t2)},
    {"where jobs begin all the time it comes to an end", seeing(at(220)),
     m::securing{t1, swap, {2, {"a"}}, s(100)}, jobs_secured{t1},
     m::stepping{t2, swap_begun, {2, {"a"}}}, steps(t2)},
    {"one that has ended is not missed", seeing(stand(job_stand::idle)), secures_swap,
     jobs_secured{t1}, m::stepping{t2, swap_begun, {2, jobs}}, steps(t2)},
    {"one has not",
     seeing(),
     secures_swap,
     jobs_insecure{t1, "job b: no"},
     m::hindered{t2, swap, "job b: no"},
     {announce{"Warning", "RolloutHindered", "job b: no"}, set_deadline{t2, s(30)}}},
    {"an older answer of that kind", seeing(), secures_swap, jobs_insecure{t0, "job b: no"},
     secures_swap},
    {"not all have told",
     seeing(),
     secures_swap,
     deadline_passed{t1},
     m::hindered{t2, swap, "not every job has told of a checkpoint in time"},
     {announce{"Warning", "RolloutHindered", "not every job has told of a checkpoint in time"},
      set_deadline{t2, s(30)}}},
    {"a wait of before", seeing(), secures_swap, deadline_passed{t0}, secures_swap},
};

const table<m> hindered_rows{
    {"tried again", seeing(), m::hindered{t1, swap, "no"}, deadline_passed{t1},
     m::preparing{t1, swap, s(100)}},
    {"a wait of before", seeing(), m::hindered{t1, swap, "no"}, deadline_passed{t0},
     m::hindered{t1, swap, "no"}},
};

const std::string halts =
    "did not come back: b. Nothing more is restarted until they work, or the spec is changed";

const table<m> stepping_rows{
    {"the old ones are gone and all jobs work", seeing(), steps_swap, surroundings_seen{},
     m::preparing{t1, swap, s(100)}},
    {"an old one is still going", seeing(tally({true, 2, {}, 1, 2, 3, 0, 0})), steps_swap,
     surroundings_seen{}, steps_swap},
    {"the JobManager still counts on one that is gone", seeing(tally({true, 2, {}, 2, 2, 3, 0, 1})),
     steps_swap, surroundings_seen{}, steps_swap},
    {"a job is not back yet", seeing(stand(job_stand::moving)), steps_swap, surroundings_seen{},
     steps_swap},
    {"a job was not heard of yet", seeing(stand(job_stand::unknown)), steps_swap,
     surroundings_seen{}, steps_swap},
    {"a job ended by itself", seeing(stand(job_stand::idle)), steps_swap, surroundings_seen{},
     m::preparing{t1, swap, s(100)}},
    {"a job that did not work before the step is not waited for", seeing(stand(job_stand::moving)),
     m::stepping{t1, swap, {2, {"a"}}}, surroundings_seen{}, m::preparing{t1, swap, s(100)}},
    {"the old JobManager still answers", seeing(old_job_manager()), steps_over, surroundings_seen{},
     steps_over},
    {"Flink's next JobManager works on old TaskManagers, and its jobs were not stopped for the "
     "step",
     seeing(made_by_flink({0})), m::stepping{t1, both, {1, {}}}, surroundings_seen{},
     m::preparing{t1, both, s(100)}},
    {"… those that were stopped or secured lose nothing", seeing(made_by_flink({0})),
     m::stepping{t1, both, {1, jobs}}, surroundings_seen{}, m::stepping{t1, both, {1, jobs}}},
    {"… and it is done when none is left", seeing(made_by_flink()),
     m::stepping{t1, both, {1, jobs}}, surroundings_seen{}, m::preparing{t1, both, s(100)}},
    {"it was down, and is back with its jobs, who would not outlive it",
     seeing(old_job_manager(), forgetful()), steps_over, surroundings_seen{},
     m::preparing{t1, over, s(100)}},
    {"… and those who were stopped still rest",
     seeing(old_job_manager(), forgetful(), each(job_stand::stopped)), steps_over,
     surroundings_seen{}, steps_over},
    {"the new one does not answer yet", seeing(silent()), steps_over, surroundings_seen{},
     steps_over},
    {"another spec for the JobManager: what works by now is not protected yet",
     seeing(changed(fail_over_job_manager)), steps_over, surroundings_seen{},
     m::recording{t2, over}, written(t2)},
    {"another spec, and the step is none of the JobManager's",
     seeing(changed(fail_over_job_manager), stand(job_stand::moving)), steps_swap,
     surroundings_seen{}, steps_swap},
    {"a job did not come back: no further step",
     seeing(stand(job_stand::moving)),
     steps_swap,
     deadline_passed{t1},
     m::halted{t1, swap, {2, jobs}},
     {announce{"Warning", "RolloutHalted", halts}}},
    {"a wait of before", seeing(), steps_swap, deadline_passed{t0}, steps_swap},
};

const table<m> halted_rows{
    {"it is still away", seeing(stand(job_stand::moving)), halts_swap, surroundings_seen{},
     halts_swap},
    {"it is back: on with it", seeing(), halts_swap, surroundings_seen{},
     m::preparing{t1, swap, s(100)}},
    {"its JobManager was down, and is back with its jobs: it is decided anew",
     seeing(old_job_manager(), forgetful()), m::halted{t1, over, {0, jobs}}, surroundings_seen{},
     m::preparing{t1, over, s(100)}},
    {"… and those who were stopped still rest",
     seeing(old_job_manager(), forgetful(), each(job_stand::stopped)),
     m::halted{t1, over, {0, jobs}}, surroundings_seen{}, m::halted{t1, over, {0, jobs}}},
    {"a person changes the spec", seeing(stand(job_stand::moving), changed(replace_task_managers)),
     halts_swap, surroundings_seen{}, m::recording{t2, swap}, written(t2)},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(rollout_rows)

BOOST_AUTO_TEST_CASE(beginning) { beginning_rows.hold(); }
BOOST_AUTO_TEST_CASE(settled) { settled_rows.hold(); }
BOOST_AUTO_TEST_CASE(recording) { recording_rows.hold(); }
BOOST_AUTO_TEST_CASE(preparing) { preparing_rows.hold(); }
BOOST_AUTO_TEST_CASE(stopping_jobs) { stopping_rows.hold(); }
BOOST_AUTO_TEST_CASE(growing) { growing_rows.hold(); }
BOOST_AUTO_TEST_CASE(securing) { securing_rows.hold(); }
BOOST_AUTO_TEST_CASE(hindered) { hindered_rows.hold(); }
BOOST_AUTO_TEST_CASE(stepping) { stepping_rows.hold(); }
BOOST_AUTO_TEST_CASE(halted) { halted_rows.hold(); }
BOOST_AUTO_TEST_CASE(every_edge_has_a_row) { check_every_edge_has_a_row<m>(); }
BOOST_AUTO_TEST_CASE(ignored_facts) { check_ignored_facts_change_nothing(seeing()); }

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
