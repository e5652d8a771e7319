/// Rows of a session job: what follows when it was stopped for a changed spec.
#include "tests/rows/job_pictures.hpp"

namespace drey::rows {

namespace {

using namespace job_pictures;

const restore_point chk9{"s3://c/chk-9", 9, "checkpoint"};
const restore_point chk5{"s3://c/chk-5", 5, "checkpoint"};
const restore_point chk5_end = end_of(first, chk5);
const restore_point chk9_end = end_of(first, chk9);

const std::string trigger = derived_id("uid", "stop " + first.hex, 3'000);
const stop_order gently{stop_way::savepoint, first, trigger, "s3://sp/ns/orders/" + trigger, 3};
const stop_order by_force{stop_way::cancel, first, "", "", 3};

/// What it was stopped with, as Flink names it.
const restore_point its_savepoint{gently.directory + "/savepoint-1", 0, "savepoint"};

const auto restart = needs(job_need::restart);
const auto by_savepoint = upgrades_by(upgrade_mode::savepoint);
const auto by_last_state = upgrades_by(upgrade_mode::last_state);
const auto runs = listed(first, "RUNNING");

const m::gathering canceled{t1, first, "CANCELED", 1};

const table<m> stopped_rows{
    {"stopped for its new spec: started from its newest state, at once",
     seeing(sent({first}), restart, by_last_state, told_by_job_manager(chk9)),
     canceled,
     pointers_gathered{t1},
     m::reserving{t2, chk9.path},
     {remember_state{chk9_end}, reserve_slots{t2}}},
    {"a savepoint may be there that its JobManager does not know of: the store is asked once more",
     seeing(sent({first}), restart, by_last_state, told_by_job_manager(chk5),
            with_trigger(trigger)),
     canceled,
     pointers_gathered{t1},
     m::gathering{t2, first, "CANCELED", 1},
     {set_deadline{t2, s(1)}}},
    {"and no more, when it does not answer",
     seeing(sent({first}), restart, by_last_state, told_by_job_manager(chk5),
            with_trigger(trigger)),
     m::gathering{t1, first, "CANCELED", 4},
     pointers_gathered{t1},
     m::reserving{t2, chk5.path},
     {remember_state{chk5_end}, reserve_slots{t2}}},
    {"stopped with a savepoint: that is its last state, and nobody else is asked",
     seeing(recorded_stop_of(gently), restart, by_savepoint, newest_recorded(its_savepoint),
            with_trigger(trigger)),
     m::gathering{t1, first, "FINISHED", 1},
     pointers_gathered{t1},
     m::reserving{t2, its_savepoint.path},
     {remember_state{end_of(first, its_savepoint)}, reserve_slots{t2}}},
    {"a savepoint was made, but it did not end with it",
     seeing(recorded_stop_of(gently), restart, by_savepoint, newest_recorded(its_savepoint),
            with_trigger(trigger)),
     m::gathering{t1, first, "FAILED", 1},
     pointers_gathered{t1},
     m::gathering{t2, first, "FAILED", 1},
     {set_deadline{t2, s(1)}}},
    {"its last state is on record, and its JobManager is another: nobody else knows",
     seeing(recorded_stop_of(by_force), newest_recorded(chk9_end)),
     m::gathering{t1, first, "", 1},
     pointers_gathered{t1},
     m::reserving{t2, chk9.path},
     {remember_state{chk9_end}, reserve_slots{t2}}},
    {"what a store shows besides does not go before it",
     seeing(recorded_stop_of(by_force), newest_recorded(end_of(first, its_savepoint)),
            named_by_ha(chk9)),
     m::gathering{t1, first, "", 1},
     pointers_gathered{t1},
     m::reserving{t2, its_savepoint.path},
     {remember_state{end_of(first, its_savepoint)}, reserve_slots{t2}}},
    {"and when the new spec was taken back meanwhile",
     seeing(recorded_stop_of(by_force), told_by_job_manager(chk9)),
     canceled,
     pointers_gathered{t1},
     m::reserving{t2, chk9.path},
     {remember_state{chk9_end}, reserve_slots{t2}}},
    {"stateless: a new beginning, although nobody could be asked",
     seeing(sent({first}), restart, upgrades_by(upgrade_mode::stateless), newest_recorded(chk5)),
     m::gathering{t1, first, "CANCELED", 8},
     pointers_gathered{t1},
     m::reserving{t2, "", branch::fresh},
     {reserve_slots{t2}}},
    {"rewound to what a person named",
     seeing(sent({first}), needs(job_need::redeploy), by_savepoint, starting_from("s3://sp/7"),
            told_by_job_manager(chk9)),
     canceled,
     pointers_gathered{t1},
     m::reserving{t2, "s3://sp/7", branch::fresh},
     {remember_state{chk9_end}, reserve_slots{t2}}},
    {"its newest state is not known: nothing is started empty",
     seeing(sent({first}), restart, by_last_state),
     m::gathering{t1, first, "CANCELED", 8},
     pointers_gathered{t1},
     m::blocked{t2, first, 3, "the newest state could not be established"},
     {tell{"Warning", "ManualRestoreRequired",
           "Neither the JobManager, HA metadata nor the checkpoint store can be read: the newest "
           "state "
           "could not be established. No snapshot of it is known"},
      set_deadline{t2, s(60)}}},
    {"suspended, and its state is named",
     seeing(sent({first}), suspended(), needs(job_need::suspend), told_by_job_manager(chk9)),
     canceled,
     pointers_gathered{t1},
     m::suspended{t2, first, chk9.path},
     {remember_state{chk9_end}, tell{"Normal", "Suspended", "The job is suspended"}}},
    {"pointers that do not answer: what memory says does, for one that begins anew",
     seeing(sent({first}), restart, upgrades_by(upgrade_mode::stateless)),
     m::gathering{t1, first, "CANCELED", 8},
     deadline_passed{t1},
     m::reserving{t2, "", branch::fresh},
     {reserve_slots{t2}}},
    {"and one of them did, for one that is suspended",
     seeing(sent({first}), suspended(), needs(job_need::suspend), told_by_job_manager(chk9)),
     m::gathering{t1, first, "CANCELED", 8},
     deadline_passed{t1},
     m::suspended{t2, first, chk9.path},
     {remember_state{chk9_end}, tell{"Normal", "Suspended", "The job is suspended"}}},
    {"it ended by itself, and has another spec now",
     seeing(sent({first}), restart, by_last_state),
     m::ended{t1, first, "FINISHED"},
     job_seen{},
     m::gathering{t2, first, "FINISHED", 1},
     {release_slots{}, gather_pointers{t2, first}, set_deadline{t2, s(30)}}},
    {"suspended while it is tried again to submit it",
     seeing(sent({first}), needs(job_need::suspend), suspended()),
     m::retrying{t1, {first, chk9.path, 3, "jm-1", 1, {}}, "no"},
     job_seen{},
     m::suspended{t2, first, chk9.path},
     {release_slots{}}},
    {"suspended while it waits for its next start", seeing(sent({first}), suspended()),
     m::backing_off{t1, first, chk9.path}, job_seen{}, m::suspended{t1, first, chk9.path}},
};

const m::suspended rests{t1, first, chk9.path};

const table<m> suspended_rows{
    {"so it stays", seeing(sent({first}), suspended()), rests, job_seen{}, rests},
    {"to run again, and nobody to ask for room",
     seeing(sent({first}), restart, by_savepoint, cluster_is(cluster_phase::starting)), rests,
     job_seen{}, rests},
    {"to run again: from where it was stopped",
     seeing(sent({first}), restart, by_savepoint),
     rests,
     job_seen{},
     m::reserving{t2, chk9.path},
     {reserve_slots{t2}}},
    {"or from nothing, when it is stateless",
     seeing(sent({first}), restart, upgrades_by(upgrade_mode::stateless)),
     rests,
     job_seen{},
     m::reserving{t2, "", branch::fresh},
     {reserve_slots{t2}}},
    {"deleted",
     seeing(sent({first}), deleting(), suspended()),
     rests,
     job_seen{},
     m::cancelling{t2, s(100), seen_lists, arrival::excluded},
     {release_slots{}, set_deadline{t2, s(1)}}},
    {"nothing of it is seen", seeing(sent({first}), suspended()), rests, cluster_seen{}, rests},
    {"it is seen alive: it is stopped again",
     seeing(sent({first}), suspended(), runs),
     rests,
     cluster_seen{},
     m::intending{t2, by_force},
     {record_intent{t2}, set_deadline{t2, s(30)}}},
    {"… and what it had ended with is not its last state any more",
     seeing(sent({first}), suspended(), newest_recorded(chk9_end), runs),
     rests,
     cluster_seen{},
     m::intending{t2, by_force},
     {record_intent{t2}, set_deadline{t2, s(30)}, remember_state{chk9}}},
};

/// The first look of an operator that finds what another one left.
const table<m> found_rows{
    {"a stop under way: what has become of it?",
     seeing(recorded_stop_of(gently), runs),
     m::waiting{t0},
     job_seen{},
     m::stopping{t1, gently, s(100), seen_lists},
     {set_deadline{t1, milliseconds{500}}}},
    {"a cancellation under way: asked again",
     seeing(recorded_stop_of(by_force), runs),
     m::waiting{t0},
     job_seen{},
     m::halting{t1, by_force, seen_lists},
     {cancel_execution{first}, set_deadline{t1, s(1)}}},
    {"a stop that has ended it",
     seeing(recorded_stop_of(gently), listed(first, "FINISHED", 0)),
     m::waiting{t0},
     job_seen{},
     m::gathering{t1, first, "FINISHED", 1},
     {release_slots{}, gather_pointers{t1, first}, set_deadline{t1, s(30)}}},
    {"a stop, and a JobManager that does not list the job",
     seeing(recorded_stop_of(gently)),
     m::waiting{t0},
     job_seen{},
     m::missing{t1, first, s(100), seen_lists},
     {set_deadline{t1, s(1)}}},
    {"stopped for good, and its JobManager is another: it goes on at once",
     seeing(recorded_stop_of(gently), newest_recorded(chk9_end)),
     m::waiting{t0},
     job_seen{},
     m::reserving{t1, chk9.path},
     {reserve_slots{t1}}},
    {"… or rests, as its spec says",
     seeing(recorded_stop_of(gently), suspended(), newest_recorded(chk9_end)),
     m::waiting{t0},
     job_seen{},
     m::suspended{t1, first, chk9.path},
     {tell{"Normal", "Suspended", "The job is suspended"}}},
    {"… but with high availability it might be brought back yet",
     seeing(recorded_stop_of(gently), newest_recorded(chk9_end), with_high_availability()),
     m::waiting{t0},
     job_seen{},
     m::missing{t1, first, s(100), seen_lists},
     {set_deadline{t1, s(1)}}},
    {"what was over is alive again: newer state may follow",
     seeing(recorded_stop_of(gently), newest_recorded(chk9_end), runs),
     m::waiting{t0},
     job_seen{},
     m::stopping{t1, gently, s(100), seen_lists},
     {set_deadline{t1, milliseconds{500}}, remember_state{chk9}}},
    {"suspended",
     seeing(sent({first}), suspended(), carried_out_suspended(), newest_recorded(chk9)),
     m::waiting{t0}, job_seen{}, m::suspended{t1, first, chk9.path}},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(job_stopped_rows)

BOOST_AUTO_TEST_CASE(stopped) { stopped_rows.hold(); }
BOOST_AUTO_TEST_CASE(suspended_ones) { suspended_rows.hold(); }
BOOST_AUTO_TEST_CASE(found) { found_rows.hold(); }

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
