/// Rows of a checkpoint before a disturbance: order #7 for the job that runs as 1111…; the clock
/// shows 100 s unless a row says otherwise.
#include "actors/checkpoint_machine.hpp"
#include "tests/rows/rows.hpp"

namespace drey::rows {

namespace {

using m = checkpoint_machine;

constexpr ticket t0{0}, t1{1}, t2{2}, order{7}, newer_order{8};
constexpr milliseconds s(std::int64_t seconds) { return milliseconds{seconds * 1'000}; }
constexpr milliseconds answer_wait = s(30), poll_wait{250};

const job_id job{"11111111111111111111111111111111"};
const m::quest quest{order, job, s(100)};

template <class... Changes>
m seeing(Changes... changes) {
  m machine{{}, {{s(100), s(100)}, job, true}};
  (changes(machine.known), ...);
  return machine;
}
auto not_running() {
  return [](checkpoint_known& x) { x.running = {}; };
}
auto without_trigger() {
  return [](checkpoint_known& x) { x.trigger = false; };
}
auto at(std::int64_t seconds) {
  return [=](checkpoint_known& x) { x.now = {s(seconds), s(seconds)}; };
}

const std::string stopped = "its tasks do not all run any more";
report_safety insecure(std::string why) { return {order, safety::insecure, std::move(why)}; }
const report_safety secured{order, safety::secured, ""};

const table<m> idle_rows{
    {"ordered: which one is the newest now?",
     seeing(),
     m::idle{t0},
     checkpoint_wanted{order},
     m::comparing{t1, quest},
     {look_at_checkpoints{t1, job}, set_deadline{t1, answer_wait}}},
    {"it does not run",
     seeing(not_running()),
     m::idle{t0},
     checkpoint_wanted{order},
     m::idle{t1},
     {insecure(stopped)}},
};

const m::comparing comparing{t1, quest};

const table<m> comparing_rows{
    {"checkpoint 4 is the newest: Flink is asked for another",
     seeing(),
     comparing,
     checkpoint_told{t1, 4},
     m::triggering{t2, quest, 4},
     {ask_checkpoint{t2, job}, set_deadline{t2, answer_wait}}},
    {"a Flink that takes none when asked: the next periodic one is waited for",
     seeing(without_trigger()),
     comparing,
     checkpoint_told{t1, 4},
     m::awaiting{t2, quest, 4, s(100)},
     {look_at_checkpoints{t2, job}, set_deadline{t2, answer_wait}}},
    {"an older answer", seeing(), comparing, checkpoint_told{t0, 4}, comparing},
    {"not told: asked again soon",
     seeing(),
     comparing,
     call_refused{t1, refusal_reason::unavailable, "down"},
     comparing,
     {set_deadline{t1, poll_wait}}},
    {"an older refusal", seeing(), comparing, call_refused{t0, refusal_reason::unavailable, "down"},
     comparing},
    {"soon is now",
     seeing(),
     comparing,
     deadline_passed{t1},
     m::comparing{t2, quest},
     {look_at_checkpoints{t2, job}, set_deadline{t2, answer_wait}}},
    {"never told in ten minutes",
     seeing(at(700)),
     comparing,
     deadline_passed{t1},
     m::idle{t2},
     {insecure("Flink does not tell of its checkpoints")}},
    {"a wait of before", seeing(), comparing, deadline_passed{t0}, comparing},
    {"a look that changes nothing", seeing(), comparing, picture_changed{}, comparing},
    {"its tasks stopped",
     seeing(not_running()),
     comparing,
     picture_changed{},
     m::idle{t2},
     {insecure(stopped)}},
    {"ordered anew: the newer order counts",
     seeing(at(110)),
     comparing,
     checkpoint_wanted{newer_order},
     m::comparing{t2, {newer_order, job, s(110)}},
     {look_at_checkpoints{t2, job}, set_deadline{t2, answer_wait}}},
};

const m::triggering triggering{t1, quest, 4};
const std::vector<m::command> looks_on{look_at_checkpoints{t2, job}, set_deadline{t2, answer_wait}};

const table<m> triggering_rows{
    {"accepted", seeing(), triggering, trigger_accepted{t1}, m::awaiting{t2, quest, 4, s(100)},
     looks_on},
    {"an older answer", seeing(), triggering, trigger_accepted{t0}, triggering},
    {"refused: a periodic one will do", seeing(), triggering,
     call_refused{t1, refusal_reason::invalid, "no"}, m::awaiting{t2, quest, 4, s(100)}, looks_on},
    {"nobody heard it: asked for again",
     seeing(),
     triggering,
     call_refused{t1, refusal_reason::unavailable, "down"},
     m::comparing{t2, quest},
     {set_deadline{t2, poll_wait}}},
    {"an older refusal", seeing(), triggering, call_refused{t0, refusal_reason::invalid, "no"},
     triggering},
    {"no answer: it may have been taken", seeing(), triggering, deadline_passed{t1},
     m::awaiting{t2, quest, 4, s(100)}, looks_on},
    {"a wait of before", seeing(), triggering, deadline_passed{t0}, triggering},
    {"a look that changes nothing", seeing(), triggering, picture_changed{}, triggering},
    {"its tasks stopped",
     seeing(not_running()),
     triggering,
     picture_changed{},
     m::idle{t2},
     {insecure(stopped)}},
    {"ordered anew",
     seeing(),
     triggering,
     checkpoint_wanted{newer_order},
     m::comparing{t2, {newer_order, job, s(100)}},
     {look_at_checkpoints{t2, job}, set_deadline{t2, answer_wait}}},
};

const m::awaiting awaiting{t1, quest, 4, s(100)};

const table<m> awaiting_rows{
    {"checkpoint 5 is complete",
     seeing(),
     awaiting,
     checkpoint_told{t1, 5},
     m::idle{t2},
     {secured}},
    {"still checkpoint 4: asked again soon",
     seeing(),
     awaiting,
     checkpoint_told{t1, 4},
     m::awaiting{t2, quest, 4, s(100)},
     {set_deadline{t2, poll_wait}}},
    {"an older answer", seeing(), awaiting, checkpoint_told{t0, 5}, awaiting},
    {"not told: asked again soon",
     seeing(),
     awaiting,
     call_refused{t1, refusal_reason::unavailable, "down"},
     m::awaiting{t2, quest, 4, s(100)},
     {set_deadline{t2, poll_wait}}},
    {"an older refusal", seeing(), awaiting, call_refused{t0, refusal_reason::unavailable, "down"},
     awaiting},
    {"soon is now", seeing(), awaiting, deadline_passed{t1}, m::awaiting{t2, quest, 4, s(100)},
     looks_on},
    {"none in two minutes: what was asked for may have failed, and is asked for again",
     seeing(at(220)),
     awaiting,
     deadline_passed{t1},
     m::comparing{t2, quest},
     {look_at_checkpoints{t2, job}, set_deadline{t2, answer_wait}}},
    {"Flink makes none on demand: a periodic one is waited for", seeing(at(220), without_trigger()),
     awaiting, deadline_passed{t1}, m::awaiting{t2, quest, 4, s(100)}, looks_on},
    {"none in ten minutes",
     seeing(at(700)),
     awaiting,
     deadline_passed{t1},
     m::idle{t2},
     {insecure("no checkpoint became complete in time")}},
    {"a wait of before", seeing(), awaiting, deadline_passed{t0}, awaiting},
    {"a look that changes nothing", seeing(), awaiting, picture_changed{}, awaiting},
    {"its tasks stopped",
     seeing(not_running()),
     awaiting,
     picture_changed{},
     m::idle{t2},
     {insecure(stopped)}},
    {"ordered anew",
     seeing(),
     awaiting,
     checkpoint_wanted{newer_order},
     m::comparing{t2, {newer_order, job, s(100)}},
     {look_at_checkpoints{t2, job}, set_deadline{t2, answer_wait}}},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(checkpoint_rows)

BOOST_AUTO_TEST_CASE(idle) { idle_rows.hold(); }
BOOST_AUTO_TEST_CASE(comparing_) { comparing_rows.hold(); }
BOOST_AUTO_TEST_CASE(triggering_) { triggering_rows.hold(); }
BOOST_AUTO_TEST_CASE(awaiting_) { awaiting_rows.hold(); }
BOOST_AUTO_TEST_CASE(every_edge_has_a_row) { check_every_edge_has_a_row<m>(); }
BOOST_AUTO_TEST_CASE(ignored_facts) { check_ignored_facts_change_nothing(seeing()); }

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
