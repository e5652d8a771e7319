/// Rows of a savepoint: nonce 7 of the job with UID "uid", which runs as 1111…; the clock shows
/// 100 s unless a row says otherwise.
#include "actors/savepoint_machine.hpp"
#include "tests/rows/rows.hpp"

namespace drey::rows {

namespace {

using m = savepoint_machine;

constexpr ticket t0{0}, t1{1}, t2{2};
constexpr milliseconds s(std::int64_t seconds) { return milliseconds{seconds * 1'000}; }
constexpr milliseconds answer_wait = s(30), poll_wait{500};

const job_id job{"11111111111111111111111111111111"};
const job_id another{"22222222222222222222222222222222"};
const std::string trigger = derived_id("uid", "savepoint", 7);
const std::string directory = "s3://sp/" + trigger;
const savepoint_request what{7, trigger, directory, job};

savepoint_known picture() {
  savepoint_known known;
  known.now = {s(100), s(100)};
  known.uid = "uid";
  known.nonce = 7;
  known.running = job;
  known.directory = "s3://sp";
  return known;
}

template <class... Changes>
m seeing(Changes... changes) {
  m machine{{}, picture()};
  (changes(machine.known), ...);
  return machine;
}

auto not_running() {
  return [](savepoint_known& x) { x.running = {}; };
}
auto running_as(job_id which) {
  return [=](savepoint_known& x) { x.running = which; };
}
auto nonce(std::optional<std::int64_t> number) {
  return [=](savepoint_known& x) { x.nonce = number; };
}
auto recorded(savepoint_record record) {
  return [=](savepoint_known& x) { x.recorded = record; };
}
auto at(std::int64_t seconds) {
  return [=](savepoint_known& x) { x.now = {s(seconds), s(seconds)}; };
}
auto without_directory() {
  return [](savepoint_known& x) { x.directory.clear(); };
}

note_savepoint noted(std::string state, std::string location, std::string error) {
  return {{7, std::move(state), trigger, std::move(location), std::move(error)}};
}
const savepoint_record begun{7, "IN_PROGRESS", trigger, "", ""};
const savepoint_record done{7, "COMPLETED", trigger, "s3://sp/x", ""};
const std::string not_found_text =
    "the JobManager does not know the trigger, and no savepoint was found in " + directory;

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

BOOST_AUTO_TEST_CASE(idle) { idle_rows.hold(); }
BOOST_AUTO_TEST_CASE(recording) { recording_rows.hold(); }
BOOST_AUTO_TEST_CASE(triggering) { triggering_rows.hold(); }
BOOST_AUTO_TEST_CASE(polling) { polling_rows.hold(); }
BOOST_AUTO_TEST_CASE(searching) { searching_rows.hold(); }
BOOST_AUTO_TEST_CASE(every_edge_has_a_row) { check_every_edge_has_a_row<m>(); }
BOOST_AUTO_TEST_CASE(ignored_facts) { check_ignored_facts_change_nothing(seeing()); }

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
