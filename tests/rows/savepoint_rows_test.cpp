/// Rows of a savepoint, or a checkpoint, that is asked for by a nonce and taken without a resource.
#include "tests/rows/savepoint_pictures.hpp"

namespace drey::rows {

namespace {

using namespace savepoint_pictures;

const table<m> idle_rows{
    {"nobody asked", seeing(nonce({})), m::idle{t0}, picture_changed{}, m::idle{t0}},
    {"this nonce was handled", seeing(recorded(done)), m::idle{t0}, picture_changed{}, m::idle{t0}},
    {"it waits until the job runs", seeing(not_running()), m::idle{t0}, picture_changed{},
     m::idle{t0}},
    {"a new nonce: the trigger id is written down before Flink is asked",
     seeing(),
     m::idle{t0},
     picture_changed{},
     m::recording{t1, what},
     {noted("IN_PROGRESS", "", ""), record_intent{t1}}},
    {"savepoints have nowhere to go",
     seeing(without_directory()),
     m::idle{t0},
     picture_changed{},
     m::idle{t1},
     {noted("FAILED", "", "no savepoint directory: set execution.checkpointing.savepoint-dir")}},
    {"begun before the operator died: looked at, not taken again",
     seeing(recorded(begun)),
     m::idle{t0},
     picture_changed{},
     m::polling{t1, what, s(100)},
     {look_at_savepoint{t1, what}, set_deadline{t1, answer_wait}}},
};

const std::string checkpoint_trigger = derived_id("uid", "checkpoint", 7);
const savepoint_request checkpoint{7, checkpoint_trigger, "", job, snapshot_kind::checkpoint};
note_savepoint noted_of_checkpoint(std::string state, std::string location, std::string error) {
  return {{7, std::move(state), checkpoint_trigger, std::move(location), std::move(error)}};
}

const table<m> checkpoint_rows{
    {"a checkpoint needs no directory",
     seeing(of_a_checkpoint()),
     m::idle{t0},
     picture_changed{},
     m::recording{t1, checkpoint},
     {noted_of_checkpoint("IN_PROGRESS", "", ""), record_intent{t1}}},
    {"but a Flink that takes any when asked",
     seeing(of_a_checkpoint(), without_triggers()),
     m::idle{t0},
     picture_changed{},
     m::idle{t1},
     {noted_of_checkpoint("FAILED", "",
                          "checkpoints on demand need Flink 1.17: take a savepoint instead")}},
    {"begun before the operator died: looked at, not taken again",
     seeing(of_a_checkpoint(), recorded({7, "IN_PROGRESS", checkpoint_trigger, "", ""})),
     m::idle{t0},
     picture_changed{},
     m::polling{t1, checkpoint, s(100)},
     {look_at_savepoint{t1, checkpoint}, set_deadline{t1, answer_wait}}},
    {"forgotten by Flink: taken again",
     seeing(of_a_checkpoint()),
     m::searching{t1, checkpoint, s(100)},
     directory_listed{t1, ""},
     m::triggering{t2, checkpoint, s(100)},
     {ask_savepoint{t2, checkpoint}, set_deadline{t2, answer_wait}}},
    {"not of another execution",
     seeing(of_a_checkpoint(), running_as(another)),
     m::searching{t1, checkpoint, s(100)},
     directory_listed{t1, ""},
     m::idle{t2},
     {noted_of_checkpoint("FAILED", "", "the JobManager does not know the trigger")}},
};

const table<m> recording_rows{
    {"the intent is durable",
     seeing(),
     m::recording{t1, what},
     status_written{t1},
     m::triggering{t2, what, s(100)},
     {ask_savepoint{t2, what}, set_deadline{t2, answer_wait}}},
    {"another intent is", seeing(), m::recording{t1, what}, status_written{t0},
     m::recording{t1, what}},
    {"somebody else was faster: decided again", seeing(), m::recording{t1, what},
     status_superseded{t1}, m::idle{t1}},
    {"another intent was", seeing(), m::recording{t1, what}, status_superseded{t0},
     m::recording{t1, what}},
};

const m::triggering asked{t1, what, s(100)};

const table<m> triggering_rows{
    {"accepted",
     seeing(),
     asked,
     trigger_accepted{t1},
     m::polling{t2, what, s(100)},
     {look_at_savepoint{t2, what}, set_deadline{t2, answer_wait}}},
    {"an older answer", seeing(), asked, trigger_accepted{t0}, asked},
    {"certainly not taken",
     seeing(),
     asked,
     call_refused{t1, refusal_reason::not_found, "no such job"},
     m::idle{t2},
     {noted("FAILED", "", "no such job")}},
    {"perhaps taken: asked for by its id before it is sent again",
     seeing(),
     asked,
     call_refused{t1, refusal_reason::unknown_outcome, "time-out"},
     asked,
     {set_deadline{t1, poll_wait}}},
    {"refused for an older request", seeing(), asked,
     call_refused{t0, refusal_reason::not_found, ""}, asked},
    {"no answer: asked for by its id",
     seeing(),
     asked,
     deadline_passed{t1},
     m::polling{t2, what, s(100)},
     {look_at_savepoint{t2, what}, set_deadline{t2, answer_wait}}},
    {"a wait of before", seeing(), asked, deadline_passed{t0}, asked},
};

const m::polling taking{t1, what, s(100)};

const table<m> polling_rows{
    {"complete",
     seeing(),
     taking,
     savepoint_told{t1, savepoint_state::completed, "s3://sp/x"},
     m::idle{t2},
     {noted("COMPLETED", "s3://sp/x", ""), learn_newest{job}}},
    {"failed",
     seeing(),
     taking,
     savepoint_told{t1, savepoint_state::failed, "no space"},
     m::idle{t2},
     {noted("FAILED", "", "no space")}},
    {"still going on",
     seeing(),
     taking,
     savepoint_told{t1, savepoint_state::in_progress, ""},
     m::polling{t2, what, s(100)},
     {set_deadline{t2, poll_wait}}},
    {"an older answer", seeing(), taking, savepoint_told{t0, savepoint_state::failed, ""}, taking},
    {"the JobManager does not know it: the directory tells",
     seeing(),
     taking,
     call_refused{t1, refusal_reason::not_found, "no such trigger"},
     m::searching{t2, what, s(100)},
     {list_savepoint{t2, directory}, set_deadline{t2, answer_wait}}},
    {"it could not be asked: later",
     seeing(),
     taking,
     call_refused{t1, refusal_reason::unavailable, "down"},
     m::polling{t2, what, s(100)},
     {set_deadline{t2, poll_wait}}},
    {"refused for an older request", seeing(), taking,
     call_refused{t0, refusal_reason::not_found, ""}, taking},
    {"looked at again",
     seeing(at(101)),
     taking,
     deadline_passed{t1},
     m::polling{t2, what, s(100)},
     {look_at_savepoint{t2, what}, set_deadline{t2, answer_wait}}},
    {"the execution is not there any more: the directory tells",
     seeing(running_as(another)),
     taking,
     deadline_passed{t1},
     m::searching{t2, what, s(100)},
     {list_savepoint{t2, directory}, set_deadline{t2, answer_wait}}},
    {"patience is over: the directory tells",
     seeing(at(701)),
     taking,
     deadline_passed{t1},
     m::searching{t2, what, s(100)},
     {list_savepoint{t2, directory}, set_deadline{t2, answer_wait}}},
    {"a wait of before", seeing(), taking, deadline_passed{t0}, taking},
};

const m::searching looking{t1, what, s(100)};
const m::triggering asked_again{t2, what, s(100)};
const std::vector<m::command> asks_again{ask_savepoint{t2, what}, set_deadline{t2, answer_wait}};

const table<m> searching_rows{
    {"it was taken all the same",
     seeing(),
     looking,
     directory_listed{t1, directory + "/savepoint-1"},
     m::idle{t2},
     {noted("COMPLETED", directory + "/savepoint-1", ""), learn_newest{job}}},
    {"never taken, and the job runs: asked again under the same id", seeing(), looking,
     directory_listed{t1, ""}, asked_again, asks_again},
    {"never taken, and another execution runs",
     seeing(running_as(another)),
     looking,
     directory_listed{t1, ""},
     m::idle{t2},
     {noted("FAILED", "", not_found_text)}},
    {"an older listing", seeing(), looking, directory_listed{t0, ""}, looking},
    {"it cannot be listed, and the job runs: the trigger id makes it one savepoint", seeing(),
     looking, call_refused{t1, refusal_reason::unavailable, "down"}, asked_again, asks_again},
    {"it cannot be listed, and the job is over",
     seeing(not_running()),
     looking,
     call_refused{t1, refusal_reason::unavailable, "down"},
     m::idle{t2},
     {noted("FAILED", "", not_found_text)}},
    {"refused for an older request", seeing(), looking,
     call_refused{t0, refusal_reason::unavailable, ""}, looking},
    {"no answer, and the job runs", seeing(), looking, deadline_passed{t1}, asked_again,
     asks_again},
    {"no answer, and patience is over",
     seeing(at(700)),
     looking,
     deadline_passed{t1},
     m::idle{t2},
     {noted("FAILED", "", not_found_text)}},
    {"a wait of before", seeing(), looking, deadline_passed{t0}, looking},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(savepoint_rows)

BOOST_AUTO_TEST_CASE(checkpoints) { checkpoint_rows.hold(); }
BOOST_AUTO_TEST_CASE(idle) { idle_rows.hold(); }
BOOST_AUTO_TEST_CASE(recording) { recording_rows.hold(); }
BOOST_AUTO_TEST_CASE(triggering) { triggering_rows.hold(); }
BOOST_AUTO_TEST_CASE(polling) { polling_rows.hold(); }
BOOST_AUTO_TEST_CASE(searching) { searching_rows.hold(); }
BOOST_AUTO_TEST_CASE(every_edge_has_a_row) { check_every_edge_has_a_row<m>(); }
BOOST_AUTO_TEST_CASE(ignored_facts) { check_ignored_facts_change_nothing(seeing()); }

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
