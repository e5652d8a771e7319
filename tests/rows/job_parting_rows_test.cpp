/// Rows of a session job that is deleted: how it is stopped with a savepoint, and let go.
#include "tests/rows/job_farewell_pictures.hpp"

namespace drey::rows {

namespace {

using namespace job_farewell;

const m::running works{t1, first, s(50)};
const m::restarting restarts{t1, first};
const m::stopping stops{t1, farewell, s(50), long_ago};

const table<m> stopping_rows{
    {"the intent to cancel it for its changed spec is written: it was deleted meanwhile",
     saving(runs), m::intending{t1, by_force}, status_written{t1}, m::waiting{t1}},
    {"the intent to stop it is written",
     saving(runs),
     m::intending{t1, farewell},
     status_written{t1},
     m::stopping{t2, farewell, s(100), seen_lists},
     {ask_stop{t2, farewell}, set_deadline{t2, s(30)}}},
    {"deleted while it is stopped: that will do", saving(runs), stops, job_seen{}, stops},
    {"its cluster falls silent: what became of it is looked at later",
     saving(recorded_stop_of(farewell), cluster_is(silent)),
     stops,
     job_seen{},
     sought(t2, arrival::excluded),
     {release_slots{}, probe_job_manager{t2}, set_deadline{t2, s(1)},
      waits("its cluster does not answer")}},
    {"it failed: it runs on, and people are told what they can do",
     saving(runs),
     stops,
     stop_told{t1, savepoint_state::failed, "no"},
     m::running{t2, first, s(100)},
     {note_change{{3, 1, "stopping it with a savepoint failed: no", s(110).count()}},
      learn_newest{first}, set_deadline{t2, s(10)},
      waits("stopping it with a savepoint failed: no")}},
    {"called off",
     saving(runs, called_off_since()),
     stops,
     job_seen{},
     m::cancelling{t2, s(100), seen_lists, arrival::excluded},
     {release_slots{}, cancel_execution{first}, set_deadline{t2, s(1)}}},
};

const m::gathering finished{t1, first, "FINISHED", 1};
const m::gathering failed{t1, first, "FAILED", 1};
const m::gathering in_vain{t1, first, "FINISHED", 8};
const std::vector<m::command> lets_go{release_slots{}, set_deadline{t2, s(1)}};

const table<m> gathering_rows{
    {"deleted: what it leaves behind is found out first", saving(), failed, job_seen{}, failed},
    {"called off: nobody asks any more", saving(called_off_since()), failed, job_seen{},
     settled(t2), lets_go},
    {"it was stopped with a savepoint: people are told where that lies",
     saving(recorded_stop_of(farewell), newest_recorded(its_savepoint), with_trigger(trigger)),
     finished,
     pointers_gathered{t1},
     settled(t2),
     {remember_state{its_end},
      tell{"Normal", "SavepointCompleted",
           "Savepoint " + its_savepoint.path + ": the job was stopped with it, to be deleted"},
      release_slots{}, set_deadline{t2, s(1)}}},
    {"a drained one is as good",
     saving(recorded_stop_of({stop_way::drain, first, trigger, farewell.directory, 3}),
            newest_recorded(its_savepoint), with_trigger(trigger)),
     finished,
     pointers_gathered{t1},
     settled(t2),
     {remember_state{its_end},
      tell{"Normal", "SavepointCompleted",
           "Savepoint " + its_savepoint.path + ": the job was stopped with it, to be deleted"},
      release_slots{}, set_deadline{t2, s(1)}}},
    {"it FAILED before: its newest checkpoint is what is left",
     saving(told_by_job_manager(chk9)),
     failed,
     pointers_gathered{t1},
     settled(t2),
     {remember_state{chk9_end},
      goes_without("the job is FAILED, and is deleted without a savepoint; its newest state is " +
                   chk9.path),
      release_slots{}, set_deadline{t2, s(1)}}},
    {"it was lost",
     saving(named_by_ha(chk9)),
     m::gathering{t1, first, "", 1},
     pointers_gathered{t1},
     settled(t2),
     {remember_state{chk9_end},
      goes_without("the job is lost, and is deleted without a savepoint; its newest state is " +
                   chk9.path),
      release_slots{}, set_deadline{t2, s(1)}}},
    {"it was lost when it was stopped, and the store knows of its savepoint",
     saving(recorded_stop_of(farewell), with_trigger(trigger), in_store(its_savepoint)),
     m::gathering{t1, first, "", 1},
     pointers_gathered{t1},
     settled(t2),
     {remember_state{its_end},
      tell{"Normal", "SavepointCompleted",
           "Savepoint " + its_savepoint.path +
               ": the newest state of the job, which is lost and is deleted"},
      release_slots{}, set_deadline{t2, s(1)}}},
    {"it ended by itself: there is nothing to take",
     saving(told_by_job_manager(std::nullopt)),
     finished,
     pointers_gathered{t1},
     settled(t2),
     {tell{"Normal", "Ended",
           "The job is FINISHED, and is deleted without a savepoint; no state of it is on record"},
      release_slots{}, set_deadline{t2, s(1)}}},
    {"nobody tells where its savepoint lies: asked again",
     saving(recorded_stop_of(farewell), with_trigger(trigger)),
     finished,
     pointers_gathered{t1},
     m::gathering{t2, first, "FINISHED", 1},
     {set_deadline{t2, s(1)}}},
    {"and no more: people are told where to look",
     saving(recorded_stop_of(farewell), with_trigger(trigger)),
     in_vain,
     deadline_passed{t1},
     settled(t2),
     {goes_without("the job is FINISHED; where its last savepoint lies could not be found out: "
                   "look in " +
                   farewell.directory + "; no state of it is on record"),
      release_slots{}, set_deadline{t2, s(1)}}},
};

const m::cancelling asks_nobody{t1, s(100), long_ago, arrival::possible, last_state::sought};
const m::cancelling let_go{t1, s(100), long_ago};

const table<m> cancelling_rows{
    {"its cluster answers: what there is to be saved is looked at", saving(runs), asks_nobody,
     cluster_seen{}, m::waiting{t1}},
    {"also when nothing of it is listed", saving(), asks_nobody, cluster_seen{}, m::waiting{t1}},
    {"what was open has arrived, and runs: that, too", saving(runs), let_go, cluster_seen{},
     m::waiting{t1}},
    {"nobody can be asked yet", saving(cluster_is(silent)), asks_nobody, cluster_seen{},
     asks_nobody},
    {"nothing of it is cancelled by the clock",
     saving(runs),
     let_go,
     deadline_passed{t1},
     settled(t2),
     {set_deadline{t2, s(1)}}},
    {"all that was to be found out is: it goes",
     saving(),
     let_go,
     cluster_seen{},
     m::releasing{t2},
     {remove_finalizer{t2}, set_deadline{t2, s(30)}}},
    {"the FlinkStateSnapshot of its savepoint comes first",
     saving(unlisted()),
     let_go,
     cluster_seen{},
     m::cancelling{t2, s(100), long_ago},
     {set_deadline{t2, s(1)}}},
    {"called off: cancelled as any other",
     saving(runs, called_off_since()),
     asks_nobody,
     deadline_passed{t1},
     sought(t2),
     {cancel_execution{first}, set_deadline{t2, s(1)}}},
    {"its JobManager is dead, and its cluster is there to stay: another one will answer",
     saving(cluster_is(cluster_phase::starting), at(160)), asks_nobody,
     job_manager_probed{t1, presence::absent}, asks_nobody},
    {"its cluster is gone for good: so is what ran",
     saving(cluster_is(away), at(160), newest_recorded(chk9)),
     asks_nobody,
     job_manager_probed{t1, presence::absent},
     m::releasing{t2},
     {remove_finalizer{t2}, set_deadline{t2, s(30)},
      goes_without("its cluster is gone: it is deleted without a savepoint; its newest state is " +
                   chk9.path)}},
    {"but it was being stopped: the store may know of its savepoint",
     saving(cluster_is(cluster_phase::deleting), at(160), recorded_stop_of(farewell)),
     asks_nobody,
     job_manager_probed{t1, presence::absent},
     m::gathering{t2, first, "", 1},
     {release_slots{}, gather_pointers{t2, first}, set_deadline{t2, s(30)}}},
    {"nothing of it is to be saved: it goes",
     saving(cluster_is(cluster_phase::starting), at(160)),
     let_go,
     job_manager_probed{t1, presence::absent},
     m::releasing{t2},
     {remove_finalizer{t2}, set_deadline{t2, s(30)}}},
    {"the store was asked: it goes",
     saving(cluster_is(away), at(160)),
     let_go,
     job_manager_probed{t1, presence::absent},
     m::releasing{t2},
     {remove_finalizer{t2}, set_deadline{t2, s(30)}}},
    {"the FlinkStateSnapshot comes first there, too", saving(cluster_is(away), at(160), unlisted()),
     let_go, job_manager_probed{t1, presence::absent}, let_go},
};

struct wait_row {
  const char* because;
  m machine;
  m::state now;
  std::string then;
};

const change_record failed_once{3, 1, "no", 0};
const change_record held{3, 0, no_tasks, 0};

/// What its condition says.
const wait_row wait_rows[] = {
    {"it is stopped at once", saving(runs), works, ""},
    {"a savepoint failed", saving(runs, change_failed(failed_once)), works, waits("no").message},
    {"which stays true while another is taken", saving(runs, change_failed(failed_once)), stops,
     waits("no").message},
    {"it could not be taken", saving(struggles, change_failed(held)), restarts,
     waits(no_tasks).message},
    {"and now it can", saving(runs, change_failed(held)), stops, ""},
    {"of another generation", saving(runs, change_failed({2, 1, "no", 0})), works, ""},
    {"nobody answers", saving(cluster_is(silent)), asks_nobody,
     waits("its cluster does not answer").message},
    {"nobody need answer any more", saving(cluster_is(silent)), let_go, ""},
    {"nobody need answer", seeing(deleting(), cluster_is(silent)), asks_nobody, ""},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(job_parting_rows)

BOOST_AUTO_TEST_CASE(stopping) { stopping_rows.hold(); }
BOOST_AUTO_TEST_CASE(gathering) { gathering_rows.hold(); }
BOOST_AUTO_TEST_CASE(cancelling) { cancelling_rows.hold(); }
BOOST_AUTO_TEST_CASE(what_people_are_told) {
  for (const auto& one : wait_rows)
    BOOST_TEST(text_of_wait(one.machine.known, one.now) == one.then, one.because);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
