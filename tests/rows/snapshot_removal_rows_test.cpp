/// Rows of a FlinkStateSnapshot that is deleted: its savepoint lies at s3://sp/1 and is to go with
/// it; cluster "session" took it. It was deleted 5 s ago, and the clock shows 100 s.
#include "actors/snapshot_removal_machine.hpp"
#include "tests/rows/rows.hpp"

namespace drey::rows {

namespace {

using m = snapshot_removal_machine;

constexpr ticket t0{0}, t1{1}, t2{2};
constexpr milliseconds s(std::int64_t seconds) { return milliseconds{seconds * 1'000}; }
constexpr milliseconds answer_wait = s(30), poll_wait{500};

const std::string path = "s3://sp/1";
const std::string claim = "it may be the newest state of FlinkSessionJob flink/orders";
const std::string unreadable = "who may restore from it cannot be read: ";
const std::string unanswered = "the JobManager did not say what became of the disposal";

removal_known picture() {
  removal_known known;
  known.now = {s(100), s(1'000)};
  known.deleting = true;
  known.finalizer = true;
  known.deleted_at = s(995);
  known.taking = taking::over;
  known.path = path;
  known.disposer = "session";
  known.same_store = true;
  return known;
}

template <class... Changes>
m seeing(Changes... changes) {
  m machine{{}, picture()};
  (changes(machine.known), ...);
  return machine;
}

auto wanted() {
  return [](removal_known& x) { x.deleting = false; };
}
auto without_finalizer() {
  return [](removal_known& x) { x.finalizer = false; };
}
auto nothing_to_go() {
  return [](removal_known& x) { x.path.clear(); };
}
auto claimed() {
  return [](removal_known& x) { x.claims = {claim, "and another"}; };
}
auto without_cluster() {
  return [](removal_known& x) { x.disposer.clear(); };
}
auto by_another_cluster() {
  return [](removal_known& x) {
    x.disposer = "other";
    x.same_store = false;
  };
}
auto long_ago() {
  return [](removal_known& x) { x.deleted_at = s(300); };
}

std::vector<m::command> gathering_asks(ticket request) {
  return {gather_claims{request}, set_deadline{request, answer_wait}};
}
std::vector<m::command> release_asks(ticket request) {
  return {remove_finalizer{request}, set_deadline{request, answer_wait}};
}
std::vector<m::command> finish_asks(std::string left_behind = "") {
  return {forget_files{std::move(left_behind)}, remove_finalizer{t2},
          set_deadline{t2, answer_wait}};
}
std::vector<m::command> hold_asks(std::string why, milliseconds wait = s(1)) {
  return {note_held{std::move(why)}, set_deadline{t2, wait}};
}
const std::string no_cluster =
    "no Flink cluster of this namespace runs that could dispose of the files at s3://sp/1; "
    "spec.savepoint.disposeOnDelete: false leaves them there";

const table<m> present_rows{
    {"our finalizer is there, and nobody deletes it", seeing(wanted()), m::present{t0},
     picture_changed{}, m::present{t0}},
    {"our finalizer comes first",
     seeing(wanted(), without_finalizer()),
     m::present{t0},
     picture_changed{},
     m::claiming{t1},
     {add_finalizer{t1}, set_deadline{t1, answer_wait}}},
    {"deleted before we were asked anything", seeing(without_finalizer()), m::present{t0},
     picture_changed{}, m::gone{}},
    {"what is being taken comes to its end first",
     seeing([](removal_known& x) { x.taking = taking::under_way; }), m::present{t0},
     picture_changed{}, m::present{t0}},
    {"no files are to go", seeing(nothing_to_go()), m::present{t0}, picture_changed{},
     m::releasing{t1}, release_asks(t1)},
    {"who may restore from them?", seeing(), m::present{t0}, picture_changed{}, m::gathering{t1, 0},
     gathering_asks(t1)},
};

const table<m> claiming_rows{
    {"it is there", seeing(wanted()), m::claiming{t1}, finalizers_written{t1}, m::present{t1}},
    {"an old word", seeing(wanted()), m::claiming{t1}, finalizers_written{t0}, m::claiming{t1}},
    {"it cannot be had", seeing(), m::claiming{t1}, call_refused{t1, refusal_reason::conflict, ""},
     m::present{t1}},
    {"an old refusal", seeing(), m::claiming{t1}, call_refused{t0, refusal_reason::conflict, ""},
     m::claiming{t1}},
    {"no word in time", seeing(wanted()), m::claiming{t1}, deadline_passed{t1}, m::present{t1}},
    {"an old deadline", seeing(wanted()), m::claiming{t1}, deadline_passed{t0}, m::claiming{t1}},
};

const table<m> gathering_rows{
    {"nobody does: the intent comes first",
     seeing(),
     m::gathering{t1, 0},
     claims_gathered{t1},
     m::condemning{t2, 0},
     {note_disposal{path}, record_intent{t2}}},
    {"somebody does, and is told of", seeing(claimed()), m::gathering{t1, 0}, claims_gathered{t1},
     m::held{t2, 1}, hold_asks(claim + "; and another")},
    {"who is held for long is looked at less often", seeing(claimed()), m::gathering{t1, 3},
     claims_gathered{t1}, m::held{t2, 4}, hold_asks(claim + "; and another", s(8))},
    {"somebody does, however long it lasts", seeing(claimed(), long_ago()), m::gathering{t1, 9},
     claims_gathered{t1}, m::held{t2, 10}, hold_asks(claim + "; and another", s(60))},
    {"nobody can dispose of them", seeing(without_cluster()), m::gathering{t1, 0},
     claims_gathered{t1}, m::held{t2, 1}, hold_asks(no_cluster)},
    {"nor can anybody for ten minutes: they are left behind", seeing(without_cluster(), long_ago()),
     m::gathering{t1, 9}, claims_gathered{t1}, m::releasing{t2}, finish_asks(no_cluster)},
    {"a person has decided that they stay", seeing(nothing_to_go()), m::gathering{t1, 0},
     claims_gathered{t1}, m::releasing{t2}, release_asks(t2)},
    {"an old answer", seeing(), m::gathering{t1, 0}, claims_gathered{t0}, m::gathering{t1, 0}},
    {"unknown is not nobody", seeing(), m::gathering{t1, 0},
     call_refused{t1, refusal_reason::unavailable, "down"}, m::held{t2, 1},
     hold_asks(unreadable + "down")},
    {"unknown for ten minutes", seeing(long_ago()), m::gathering{t1, 0},
     call_refused{t1, refusal_reason::unavailable, "down"}, m::releasing{t2},
     finish_asks(unreadable + "down")},
    {"an old refusal", seeing(), m::gathering{t1, 0},
     call_refused{t0, refusal_reason::unavailable, ""}, m::gathering{t1, 0}},
    {"no answer", seeing(), m::gathering{t1, 0}, deadline_passed{t1}, m::held{t2, 1},
     hold_asks(unreadable + "the API server does not answer")},
    {"no answer for ten minutes", seeing(long_ago()), m::gathering{t1, 0}, deadline_passed{t1},
     m::releasing{t2}, finish_asks(unreadable + "the API server does not answer")},
    {"an old deadline", seeing(), m::gathering{t1, 0}, deadline_passed{t0}, m::gathering{t1, 0}},
};

const table<m> held_rows{
    {"nothing has changed", seeing(claimed()), m::held{t1, 1}, picture_changed{}, m::held{t1, 1}},
    {"a person has decided that they stay", seeing(nothing_to_go()), m::held{t1, 1},
     picture_changed{}, m::releasing{t2}, release_asks(t2)},
    {"looked at again", seeing(claimed()), m::held{t1, 1}, deadline_passed{t1}, m::gathering{t2, 1},
     gathering_asks(t2)},
    {"an old deadline", seeing(claimed()), m::held{t1, 1}, deadline_passed{t0}, m::held{t1, 1}},
};

const table<m> disposing_rows{
    {"the intent is durable: does anybody need them now?", seeing(), m::condemning{t1, 0},
     status_written{t1}, m::checking{t2, 0}, gathering_asks(t2)},
    {"nobody does",
     seeing(),
     m::checking{t1, 0},
     claims_gathered{t1},
     m::disposing{t2, 0},
     {ask_disposal{t2, path}, set_deadline{t2, answer_wait}}},
    {"somebody does since", seeing(claimed()), m::checking{t1, 0}, claims_gathered{t1},
     m::held{t2, 1}, hold_asks(claim + "; and another")},
    {"a person wants to keep them since", seeing(nothing_to_go()), m::checking{t1, 0},
     claims_gathered{t1}, m::held{t2, 1}, hold_asks("it is looked at again")},
    {"an old answer to that", seeing(), m::checking{t1, 0}, claims_gathered{t0},
     m::checking{t1, 0}},
    {"that cannot be read", seeing(), m::checking{t1, 0},
     call_refused{t1, refusal_reason::unavailable, "down"}, m::held{t2, 1},
     hold_asks(unreadable + "down")},
    {"nor for ten minutes", seeing(long_ago()), m::checking{t1, 0},
     call_refused{t1, refusal_reason::unavailable, "down"}, m::releasing{t2},
     finish_asks(unreadable + "down")},
    {"an old refusal of that", seeing(), m::checking{t1, 0},
     call_refused{t0, refusal_reason::unavailable, ""}, m::checking{t1, 0}},
    {"no answer to that", seeing(), m::checking{t1, 0}, deadline_passed{t1}, m::held{t2, 1},
     hold_asks(unreadable + "the API server does not answer")},
    {"nor in ten minutes", seeing(long_ago()), m::checking{t1, 0}, deadline_passed{t1},
     m::releasing{t2}, finish_asks(unreadable + "the API server does not answer")},
    {"an old deadline of that", seeing(), m::checking{t1, 0}, deadline_passed{t0},
     m::checking{t1, 0}},
    {"another one is", seeing(), m::condemning{t1, 0}, status_written{t0}, m::condemning{t1, 0}},
    {"somebody else wrote: who may restore from them now?", seeing(), m::condemning{t1, 0},
     status_superseded{t1}, m::gathering{t2, 0}, gathering_asks(t2)},
    {"another one was superseded", seeing(), m::condemning{t1, 0}, status_superseded{t0},
     m::condemning{t1, 0}},
    {"Flink is at it",
     seeing(),
     m::disposing{t1, 0},
     disposal_begun{t1, "d"},
     m::confirming{t2, 0, "d", s(100)},
     {look_at_disposal{t2, "d"}, set_deadline{t2, answer_wait}}},
    {"an old word", seeing(), m::disposing{t1, 0}, disposal_begun{t0, "d"}, m::disposing{t1, 0}},
    {"Flink is not, or says nothing: seen for ourselves",
     seeing(),
     m::disposing{t1, 0},
     call_refused{t1, refusal_reason::unavailable, "refused"},
     m::verifying{t2, 0, "cluster session does not dispose of it: refused"},
     {list_files{t2, path}, set_deadline{t2, answer_wait}}},
    {"an old refusal", seeing(), m::disposing{t1, 0},
     call_refused{t0, refusal_reason::unavailable, ""}, m::disposing{t1, 0}},
    {"no answer",
     seeing(),
     m::disposing{t1, 0},
     deadline_passed{t1},
     m::verifying{t2, 0, unanswered},
     {list_files{t2, path}, set_deadline{t2, answer_wait}}},
    {"an old deadline", seeing(), m::disposing{t1, 0}, deadline_passed{t0}, m::disposing{t1, 0}},
};

const m::confirming asks{t1, 0, "d", s(95)};

const table<m> confirming_rows{
    {"they are gone", seeing(), asks, disposal_told{t1, disposal_state::done, ""}, m::releasing{t2},
     finish_asks()},
    {"they were gone", seeing(), asks, disposal_told{t1, disposal_state::absent, "not found"},
     m::releasing{t2}, finish_asks()},
    {"another cluster does not find them, which says nothing",
     seeing(by_another_cluster()),
     asks,
     disposal_told{t1, disposal_state::absent, "not found"},
     m::verifying{t2, 0, "not found"},
     {list_files{t2, path}, set_deadline{t2, answer_wait}}},
    {"it failed",
     seeing(),
     asks,
     disposal_told{t1, disposal_state::failed, "no"},
     m::verifying{t2, 0, "no"},
     {list_files{t2, path}, set_deadline{t2, answer_wait}}},
    {"it takes its time",
     seeing(),
     asks,
     disposal_told{t1, disposal_state::in_progress, ""},
     m::confirming{t2, 0, "d", s(95)},
     {set_deadline{t2, poll_wait}}},
    {"an old answer", seeing(), asks, disposal_told{t0, disposal_state::done, ""}, asks},
    {"another JobManager leads",
     seeing(),
     asks,
     call_refused{t1, refusal_reason::not_found, ""},
     m::verifying{t2, 0, unanswered},
     {list_files{t2, path}, set_deadline{t2, answer_wait}}},
    {"nobody answers",
     seeing(),
     asks,
     call_refused{t1, refusal_reason::unavailable, ""},
     m::confirming{t2, 0, "d", s(95)},
     {set_deadline{t2, poll_wait}}},
    {"an old refusal", seeing(), asks, call_refused{t0, refusal_reason::not_found, ""}, asks},
    {"asked again",
     seeing(),
     asks,
     deadline_passed{t1},
     m::confirming{t2, 0, "d", s(95)},
     {look_at_disposal{t2, "d"}, set_deadline{t2, answer_wait}}},
    {"after a minute it is seen for ourselves",
     seeing([](removal_known& x) { x.now.monotonic = s(155); }),
     asks,
     deadline_passed{t1},
     m::verifying{t2, 0, unanswered},
     {list_files{t2, path}, set_deadline{t2, answer_wait}}},
    {"an old deadline", seeing(), asks, deadline_passed{t0}, asks},
};

const m::verifying looks{t1, 0, "no"};

const table<m> verifying_rows{
    {"they are gone", seeing(), looks, files_listed{t1, files::gone}, m::releasing{t2},
     finish_asks()},
    {"they are there: once more, if nobody needs them by then", seeing(), looks,
     files_listed{t1, files::there}, m::held{t2, 1}, hold_asks("no")},
    {"they are there after ten minutes", seeing(long_ago()), looks, files_listed{t1, files::there},
     m::releasing{t2}, finish_asks("no")},
    {"an old list", seeing(), looks, files_listed{t0, files::gone}, looks},
    {"the store cannot be listed", seeing(), looks,
     call_refused{t1, refusal_reason::unavailable, ""}, m::held{t2, 1}, hold_asks("no")},
    {"nor after ten minutes", seeing(long_ago()), looks,
     call_refused{t1, refusal_reason::unavailable, ""}, m::releasing{t2}, finish_asks("no")},
    {"an old refusal", seeing(), looks, call_refused{t0, refusal_reason::unavailable, ""}, looks},
    {"no list", seeing(), looks, deadline_passed{t1}, m::held{t2, 1}, hold_asks("no")},
    {"no list after ten minutes", seeing(long_ago()), looks, deadline_passed{t1}, m::releasing{t2},
     finish_asks("no")},
    {"an old deadline", seeing(), looks, deadline_passed{t0}, looks},
};

const table<m> releasing_rows{
    {"it is released", seeing(), m::releasing{t1}, finalizers_written{t1}, m::gone{}},
    {"an old word", seeing(), m::releasing{t1}, finalizers_written{t0}, m::releasing{t1}},
    {"it cannot be", seeing(), m::releasing{t1}, call_refused{t1, refusal_reason::conflict, ""},
     m::present{t1}},
    {"an old refusal", seeing(), m::releasing{t1}, call_refused{t0, refusal_reason::conflict, ""},
     m::releasing{t1}},
    {"no word in time", seeing(), m::releasing{t1}, deadline_passed{t1}, m::present{t1}},
    {"an old deadline", seeing(), m::releasing{t1}, deadline_passed{t0}, m::releasing{t1}},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(snapshot_removal_rows)

BOOST_AUTO_TEST_CASE(present) { present_rows.hold(); }
BOOST_AUTO_TEST_CASE(claiming) { claiming_rows.hold(); }
BOOST_AUTO_TEST_CASE(gathering) { gathering_rows.hold(); }
BOOST_AUTO_TEST_CASE(held) { held_rows.hold(); }
BOOST_AUTO_TEST_CASE(disposing) { disposing_rows.hold(); }
BOOST_AUTO_TEST_CASE(confirming) { confirming_rows.hold(); }
BOOST_AUTO_TEST_CASE(verifying) { verifying_rows.hold(); }
BOOST_AUTO_TEST_CASE(releasing) { releasing_rows.hold(); }

BOOST_AUTO_TEST_CASE(every_edge_has_a_row) { check_every_edge_has_a_row<m>(); }
BOOST_AUTO_TEST_CASE(ignored_facts_change_nothing) {
  check_ignored_facts_change_nothing<m>(seeing());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
