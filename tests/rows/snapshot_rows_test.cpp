/// Rows of a FlinkStateSnapshot up to the call that triggers it; the rest is in
/// snapshot_outcome_rows_test.cpp.
#include "tests/rows/snapshot_pictures.hpp"

namespace drey::rows {

namespace {

using namespace snapshots;

const table<m> pending_rows{
    {"nothing is done without its finalizer",
     seeing([](snapshot_known& x) { x.finalizer = false; }), m::pending{t0}, picture_changed{},
     m::pending{t0}},
    {"a wrong spec waits for a better one", seeing([](snapshot_known& x) { x.problem = "no job"; }),
     m::pending{t0}, picture_changed{}, m::pending{t0}},
    {"nobody has spoken for the job yet", seeing(of_source(source_phase::unknown)), m::pending{t0},
     picture_changed{}, m::pending{t0}},
    {"application mode is not there yet", seeing(of_source(source_phase::unsupported)),
     m::pending{t0}, picture_changed{}, m::pending{t0}},
    {"what was in progress waits to hear where it can be asked for",
     seeing(recorded("IN_PROGRESS"), of_source(source_phase::unknown)), m::pending{t0},
     picture_changed{}, m::pending{t0}},
    {"the job runs: trigger id and directory are written down before Flink is asked",
     seeing(),
     m::pending{t0},
     picture_changed{},
     m::recording{t1, savepoint},
     {note_attempt{savepoint}, record_intent{t1}}},
    {"a directory that the spec names",
     seeing([](snapshot_known& x) {
       savepoint_spec of;
       of.path = "s3://other/";
       x.spec = spec_of(of, -1);
     }),
     m::pending{t0},
     picture_changed{},
     m::recording{
         t1, {snapshot_kind::savepoint, trigger, "s3://other/" + job.hex + "-" + trigger, job}},
     {note_attempt{
          {snapshot_kind::savepoint, trigger, "s3://other/" + job.hex + "-" + trigger, job}},
      record_intent{t1}}},
    {"a checkpoint",
     seeing(a_checkpoint()),
     m::pending{t0},
     picture_changed{},
     m::recording{t1, checkpoint},
     {note_attempt{checkpoint}, record_intent{t1}}},
    {"Flink before 1.17 makes no checkpoint on demand",
     seeing(a_checkpoint(), [](snapshot_known& x) { x.source.version = flink_version::v1_16; }),
     m::pending{t0},
     picture_changed{},
     m::waiting{t1},
     {failed("checkpoints on demand need Flink 1.17: take a savepoint instead"),
      set_deadline{t1, s(10)}}},
    {"savepoints have nowhere to go, and none may fail",
     seeing(limit(0), [](snapshot_known& x) { x.source.directory.clear(); }),
     m::pending{t0},
     picture_changed{},
     m::settled{},
     {failed_for_good("no savepoint directory: set execution.checkpointing.savepoint-dir, or "
                      "spec.savepoint.path")}},
    {"a job that is not all there is waited for, ten minutes from the beginning",
     seeing(of_source(source_phase::starting)),
     m::pending{t0},
     picture_changed{},
     m::waiting{t1},
     {set_deadline{t1, s(500)}}},
    {"and one that is not there yet",
     seeing(of_source(source_phase::missing, gone)),
     m::pending{t0},
     picture_changed{},
     m::waiting{t1},
     {set_deadline{t1, s(500)}}},
    {"it never came",
     seeing(at(700), of_source(source_phase::missing, gone)),
     m::pending{t0},
     picture_changed{},
     m::settled{},
     {note_abandoned{gone}}},
    {"a job that has ended is given up at once",
     seeing(of_source(source_phase::ended, "orders is FINISHED")),
     m::pending{t0},
     picture_changed{},
     m::settled{},
     {note_abandoned{"orders is FINISHED"}}},
    {"the third attempt comes 20 s after the second failure, across restarts of ours",
     seeing(failed_before(2, 5)),
     m::pending{t0},
     picture_changed{},
     m::waiting{t1},
     {set_deadline{t1, s(15)}}},
    {"each attempt has an id of its own",
     seeing(failed_before(1, 10)),
     m::pending{t0},
     picture_changed{},
     m::recording{t1,
                  {snapshot_kind::savepoint, derived_id("uid", "snapshot", 1),
                   "s3://sp/" + job.hex + "-" + derived_id("uid", "snapshot", 1), job}},
     {note_attempt{{snapshot_kind::savepoint, derived_id("uid", "snapshot", 1),
                    "s3://sp/" + job.hex + "-" + derived_id("uid", "snapshot", 1), job}},
      record_intent{t1}}},
    {"begun before a restart of ours: asked for, never triggered twice",
     seeing(recorded("IN_PROGRESS")),
     m::pending{t0},
     picture_changed{},
     m::polling{t1, savepoint, s(100)},
     {look_at_snapshot{t1, savepoint}, set_deadline{t1, answer_wait}}},
    {"begun by another operator, of an execution that nobody knows: once more",
     seeing(recorded("IN_PROGRESS"),
            [](snapshot_known& x) {
              x.recorded.origin.reset();
              x.source.job = {};
            }),
     m::pending{t0},
     picture_changed{},
     m::waiting{t1},
     {failed("of which execution it was is not known"), set_deadline{t1, s(10)}}},
    {"also when it is being deleted",
     seeing(recorded("IN_PROGRESS"), deleting()),
     m::pending{t0},
     picture_changed{},
     m::polling{t1, savepoint, s(100)},
     {look_at_snapshot{t1, savepoint}, set_deadline{t1, answer_wait}}},
    {"one that exists already is complete as it is",
     seeing([](snapshot_known& x) {
       savepoint_spec of;
       of.path = "s3://old/savepoint-1";
       of.already_exists = true;
       x.spec = spec_of(of, -1);
     }),
     m::pending{t0},
     picture_changed{},
     m::settled{},
     {note_snapshot{"s3://old/savepoint-1", 0, {}}}},
    {"deleted before it began", seeing(deleting()), m::pending{t0}, picture_changed{},
     m::settled{}},
    {"its end is on record", seeing(recorded("COMPLETED")), m::pending{t0}, picture_changed{},
     m::settled{}},
};

const table<m> waiting_rows{
    {"the wait goes on", seeing(of_source(source_phase::starting)), m::waiting{t1},
     picture_changed{}, m::waiting{t1}},
    {"the job runs", seeing(), m::waiting{t1}, picture_changed{}, m::pending{t1}},
    {"it is deleted", seeing(failed_before(2, 5), deleting()), m::waiting{t1}, picture_changed{},
     m::pending{t1}},
    {"the wait is over", seeing(), m::waiting{t1}, deadline_passed{t1}, m::pending{t1}},
    {"another wait is", seeing(), m::waiting{t1}, deadline_passed{t0}, m::waiting{t1}},
};

const table<m> recording_rows{
    {"the intent is durable",
     seeing(),
     m::recording{t1, savepoint},
     status_written{t1},
     m::triggering{t2, savepoint, s(100)},
     {ask_snapshot{t2, savepoint}, set_deadline{t2, answer_wait}}},
    {"another one is", seeing(), m::recording{t1, savepoint}, status_written{t0},
     m::recording{t1, savepoint}},
    {"somebody else wrote: decided again", seeing(), m::recording{t1, savepoint},
     status_superseded{t1}, m::pending{t1}},
    {"another one was superseded", seeing(), m::recording{t1, savepoint}, status_superseded{t0},
     m::recording{t1, savepoint}},
};

const table<m> triggering_rows{
    {"Flink took it",
     seeing(),
     m::triggering{t1, savepoint, s(100)},
     trigger_accepted{t1},
     m::polling{t2, savepoint, s(100)},
     {look_at_snapshot{t2, savepoint}, set_deadline{t2, answer_wait}}},
    {"an old answer", seeing(), m::triggering{t1, savepoint, s(100)}, trigger_accepted{t0},
     m::triggering{t1, savepoint, s(100)}},
    {"Flink certainly refuses",
     seeing(),
     m::triggering{t1, savepoint, s(100)},
     call_refused{t1, refusal_reason::invalid, "no"},
     m::waiting{t2},
     {failed("no"), set_deadline{t2, s(10)}}},
    {"the job has ended meanwhile",
     seeing(of_source(source_phase::ended, "orders is FINISHED")),
     m::triggering{t1, savepoint, s(100)},
     call_refused{t1, refusal_reason::not_found, "no such job"},
     m::settled{},
     {note_abandoned{"orders is FINISHED: no such job"}}},
    {"an open outcome is asked for by its id before it is sent again",
     seeing(),
     m::triggering{t1, savepoint, s(100)},
     call_refused{t1, refusal_reason::unknown_outcome, "lost"},
     m::triggering{t1, savepoint, s(100)},
     {set_deadline{t1, poll_wait}}},
    {"no answer in time",
     seeing(),
     m::triggering{t1, savepoint, s(100)},
     deadline_passed{t1},
     m::polling{t2, savepoint, s(100)},
     {look_at_snapshot{t2, savepoint}, set_deadline{t2, answer_wait}}},
    {"an old deadline", seeing(), m::triggering{t1, savepoint, s(100)}, deadline_passed{t0},
     m::triggering{t1, savepoint, s(100)}},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(snapshot_rows)

BOOST_AUTO_TEST_CASE(pending) { pending_rows.hold(); }
BOOST_AUTO_TEST_CASE(waiting) { waiting_rows.hold(); }
BOOST_AUTO_TEST_CASE(recording) { recording_rows.hold(); }
BOOST_AUTO_TEST_CASE(triggering) { triggering_rows.hold(); }
BOOST_AUTO_TEST_CASE(every_edge_has_a_row) { check_every_edge_has_a_row<m>(); }
BOOST_AUTO_TEST_CASE(ignored_facts_change_nothing) {
  check_ignored_facts_change_nothing<m>(seeing());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
