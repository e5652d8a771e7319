/// Rows of a session job that is deleted, and is to be stopped with a savepoint first: it is
/// followed until it can be.
#include "tests/rows/job_farewell_pictures.hpp"

namespace drey::rows {

namespace {

using namespace job_farewell;

const m::waiting fresh{t0};

const table<m> fresh_rows{
    {"it runs: followed, and not cancelled", saving(runs), fresh, job_seen{},
     m::running{t1, first, s(100)}},
    {"an earlier execution of it runs: the same",
     saving(sent({first, second}), runs, listed(second, "FAILED", 0)), fresh, job_seen{},
     m::running{t1, first, s(100)}},
    {"nobody can be asked: it waits, and says so",
     saving(cluster_is(silent)),
     fresh,
     job_seen{},
     sought(t1),
     {release_slots{}, probe_job_manager{t1}, set_deadline{t1, s(1)},
      waits("its cluster does not answer")}},
    {"its cluster has not been heard of: that says nothing",
     saving(cluster_is(cluster_phase::unknown)),
     fresh,
     job_seen{},
     sought(t1),
     {release_slots{}, probe_job_manager{t1}, set_deadline{t1, s(1)}}},
    {"it is being stopped: what becomes of that is looked at",
     saving(recorded_stop_of(farewell), runs),
     fresh,
     job_seen{},
     m::stopping{t1, farewell, s(100), seen_lists},
     {set_deadline{t1, milliseconds{500}}}},
    {"it is stopped: with which savepoint?",
     saving(recorded_stop_of(farewell), listed(first, "FINISHED", 0)),
     fresh,
     job_seen{},
     m::gathering{t1, first, "FINISHED", 1},
     {release_slots{}, gather_pointers{t1, first}, set_deadline{t1, s(30)}}},
    {"that is on record",
     saving(recorded_stop_of(farewell), newest_recorded(its_end)),
     fresh,
     job_seen{},
     settled(t1),
     {release_slots{}, set_deadline{t1, s(1)}}},
    {"not listed: perhaps it is brought back",
     saving(),
     fresh,
     job_seen{},
     m::missing{t1, first, s(100), seen_lists},
     {set_deadline{t1, s(1)}}},
    {"it never was listed, and may arrive",
     saving(recorded_submit(first)),
     fresh,
     job_seen{},
     settled(t1),
     {release_slots{}, set_deadline{t1, s(1)}}},
    {"it rests: its state is on record",
     saving(carried_out_suspended(), suspended()),
     fresh,
     job_seen{},
     settled(t1),
     {release_slots{}, set_deadline{t1, s(1)}}},
    {"it is over, as status says",
     saving(recorded_state(first, "FINISHED"), listed(first, "FINISHED", 0)), fresh, job_seen{},
     m::ended{t1, first, "FINISHED"}},
};

const m::running works{t1, first, s(50)};
const m::restarting restarts{t1, first};
const m::starting starts{t1, first, long_ago};
const m::missing missed{t1, first, s(80), long_ago};

const table<m> following_rows{
    {"deleted: it runs on until it is stopped", saving(runs), works, job_seen{}, works},
    {"a savepoint is taken, once that is written down",
     saving(runs),
     works,
     cluster_seen{},
     m::intending{t2, farewell},
     {release_slots{}, remember_trigger{trigger}, record_intent{t2}, set_deadline{t2, s(30)}}},
    {"its sources are to end first",
     saving(runs, drains()),
     works,
     cluster_seen{},
     m::intending{t2, {stop_way::drain, first, trigger, farewell.directory, 3}},
     {release_slots{}, remember_trigger{trigger}, record_intent{t2}, set_deadline{t2, s(30)}}},
    {"whatever its cluster wants of it",
     saving(runs, ordered_to_rest(7), tried_to_rest({7, 3, "no", s(200)})),
     works,
     cluster_seen{},
     m::intending{t2, farewell},
     {release_slots{}, remember_trigger{trigger}, record_intent{t2}, set_deadline{t2, s(30)}}},
    {"no place for it: people are told",
     saving(runs, cluster_config({})),
     works,
     cluster_seen{},
     works,
     {note_change{{3, 0, no_directory, 0}}, waits(no_directory)}},
    {"once", saving(runs, cluster_config({}), change_failed({3, 0, no_directory, 0})), works,
     cluster_seen{}, works},
    {"one that failed is not tried again at once",
     saving(runs, change_failed({3, 7, "no", s(110).count()})), works, cluster_seen{}, works},
    {"but later, under a trigger of its own, and for ever",
     saving(runs, change_failed({3, 1, "no", s(100).count()})),
     works,
     cluster_seen{},
     m::intending{
         t2,
         {stop_way::savepoint, first, second_trigger, "s3://sp/ns/orders/" + second_trigger, 3}},
     {release_slots{}, remember_trigger{second_trigger}, record_intent{t2},
      set_deadline{t2, s(30)}}},
    {"called off by a spec that is wrong otherwise: cancelled at once",
     saving(runs, called_off_since()),
     works,
     job_seen{},
     settled(t2),
     {release_slots{}, cancel_execution{first}, set_deadline{t2, s(1)}}},
    {"its cluster falls silent",
     saving(runs, cluster_is(silent)),
     works,
     job_seen{},
     sought(t2),
     {release_slots{}, probe_job_manager{t2}, set_deadline{t2, s(1)},
      waits("its cluster does not answer")}},
    {"deleted while Flink restarts it", saving(struggles), restarts, job_seen{}, restarts},
    {"no savepoint can be taken of it: people are told",
     saving(struggles),
     restarts,
     cluster_seen{},
     restarts,
     {note_change{{3, 0, no_tasks, 0}}, waits(no_tasks)}},
    {"its cluster falls silent meanwhile",
     saving(struggles, cluster_is(silent)),
     restarts,
     job_seen{},
     sought(t2),
     {release_slots{}, probe_job_manager{t2}, set_deadline{t2, s(1)},
      waits("its cluster does not answer")}},
    {"deleted as soon as it was begun: waited for", saving(struggles), starts, job_seen{}, starts},
    {"it is not to be called slow yet", saving(struggles), starts, cluster_seen{}, starts},
    {"its cluster falls silent before it ran",
     saving(cluster_is(silent)),
     starts,
     job_seen{},
     sought(t2),
     {release_slots{}, probe_job_manager{t2}, set_deadline{t2, s(1)},
      waits("its cluster does not answer")}},
    {"not listed: perhaps it is brought back", saving(), missed, job_seen{}, missed},
    {"who would know of it is out of reach, and may be for ever",
     saving(with_other_job_managers(1), with_isolated_task_managers(1)),
     missed,
     job_seen{},
     settled(t2),
     {release_slots{}, set_deadline{t2, s(1)},
      goes_without("an earlier JobManager is out of reach: it is deleted without a savepoint; no "
                   "state of it is on record")}},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(job_farewell_rows)

BOOST_AUTO_TEST_CASE(fresh_operator) { fresh_rows.hold(); }
BOOST_AUTO_TEST_CASE(following) { following_rows.hold(); }

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
