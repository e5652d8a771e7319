/// Rows of the JobManager's side of a cluster: the way up.
#include "tests/rows/cluster_pictures.hpp"

namespace drey::rows {

namespace {

using namespace cluster_pictures;

const std::vector<m::command> claims{add_finalizer{t1}, set_deadline{t1, answer_wait}};
const std::vector<m::command> applies_second{apply_child{t1, 2}, set_deadline{t1, answer_wait}};

const table<m> unclaimed_rows{
    {"absence means nothing until every cache is filled", seeing(world_unknown()), m::unclaimed{t0},
     surroundings_seen{}, m::unclaimed{t0}},
    {"nothing is made from a spec that is wrong", seeing(problem("image: missing")),
     m::unclaimed{t0}, surroundings_seen{}, m::unclaimed{t0}},
    {"nothing is made beside somebody else's object", seeing(foreign("Service ns/session")),
     m::unclaimed{t0}, surroundings_seen{}, m::unclaimed{t0}},
    {"the finalizer comes before anything is made", seeing(without_finalizer()), m::unclaimed{t0},
     surroundings_seen{}, m::claiming{t1}, claims},
    {"what is missing is applied, one after the other", seeing(out_of_date({2, 3})),
     m::unclaimed{t0}, surroundings_seen{}, m::applying{t1, {2, 3}, 1}, applies_second},
    {"all is there, made by an earlier life: adopted", seeing(), m::unclaimed{t0},
     surroundings_seen{}, m::starting{t0}},
    {"being deleted, and ours", seeing(deleting()), m::unclaimed{t0}, surroundings_seen{},
     m::draining{t0, {}}},
    {"being deleted, and never ours", seeing(deleting(), without_finalizer()), m::unclaimed{t0},
     surroundings_seen{}, m::gone{}},
};

const table<m> claiming_rows{
    {"written: looked at again", seeing(), m::claiming{t1}, finalizers_written{t1},
     m::unclaimed{t1}},
    {"an older answer", seeing(), m::claiming{t2}, finalizers_written{t1}, m::claiming{t2}},
    {"refused: later again",
     seeing(),
     m::claiming{t1},
     call_refused{t1, refusal_reason::conflict, ""},
     m::claiming{t1},
     {set_deadline{t1, poll_wait}}},
    {"refused for an older request", seeing(), m::claiming{t2},
     call_refused{t1, refusal_reason::conflict, ""}, m::claiming{t2}},
    {"the wait is over: looked at again", seeing(), m::claiming{t1}, deadline_passed{t1},
     m::unclaimed{t1}},
    {"a wait of before", seeing(), m::claiming{t2}, deadline_passed{t1}, m::claiming{t2}},
};

const table<m> applying_rows{
    {"one is there, the next",
     seeing(),
     m::applying{t1, {2, 3}, 1},
     child_applied{t1},
     m::applying{t2, {3}, 1},
     {apply_child{t2, 3}, set_deadline{t2, answer_wait}}},
    {"the last is there",
     seeing(),
     m::applying{t1, {3}, 1},
     child_applied{t1},
     m::starting{t1},
     {announce{"Normal", "Applied", "All objects of the JobManager are there"}}},
    {"an older answer", seeing(), m::applying{t2, {3}, 1}, child_applied{t1},
     m::applying{t2, {3}, 1}},
    {"refused: people are told, and it is tried again",
     seeing(),
     m::applying{t1, {3}, 1},
     call_refused{t1, refusal_reason::forbidden, "services is forbidden"},
     m::hindered{t2, 1, "services is forbidden"},
     {announce{"Warning", "ApplyFailed", "services is forbidden"},
      set_deadline{t2, milliseconds{250}}}},
    {"refused again and again: ever later, and it was announced",
     seeing(),
     m::applying{t1, {3}, 4},
     call_refused{t1, refusal_reason::unavailable, "down"},
     m::hindered{t2, 4, "down"},
     {set_deadline{t2, milliseconds{2'000}}}},
    {"one of several is there: the next is no first try",
     seeing(),
     m::applying{t1, {2, 3}, 4},
     child_applied{t1},
     m::applying{t2, {3}, 4},
     {apply_child{t2, 3}, set_deadline{t2, answer_wait}}},
    {"refused for an older request", seeing(), m::applying{t2, {3}, 1},
     call_refused{t1, refusal_reason::forbidden, ""}, m::applying{t2, {3}, 1}},
    {"no answer: applied again, which changes nothing if it arrived",
     seeing(),
     m::applying{t1, {3}, 1},
     deadline_passed{t1},
     m::hindered{t2, 1, "the API server did not answer in time"},
     {announce{"Warning", "ApplyFailed", "the API server did not answer in time"},
      set_deadline{t2, milliseconds{250}}}},
    {"a wait of before", seeing(), m::applying{t2, {3}, 1}, deadline_passed{t1},
     m::applying{t2, {3}, 1}},
    {"still wanted", seeing(), m::applying{t1, {3}, 1}, surroundings_seen{},
     m::applying{t1, {3}, 1}},
    {"deleted before it was complete", seeing(deleting()), m::applying{t1, {3}, 1},
     surroundings_seen{}, m::draining{t1, {}}},
};

const table<m> hindered_rows{
    {"tried again with what is out of date now",
     seeing(out_of_date({3})),
     m::hindered{t1, 2, "down"},
     deadline_passed{t1},
     m::applying{t2, {3}, 3},
     {apply_child{t2, 3}, set_deadline{t2, answer_wait}}},
    {"it arrived all the same", seeing(), m::hindered{t1, 2, "down"}, deadline_passed{t1},
     m::starting{t1}},
    {"somebody else's object is still in the way: ever later",
     seeing(foreign("Service ns/session")),
     m::hindered{t1, 2, "Service ns/session"},
     deadline_passed{t1},
     m::hindered{t2, 3, "Service ns/session"},
     {set_deadline{t2, milliseconds{1'000}}}},
    {"meanwhile the spec became wrong",
     seeing(problem("image: missing"), out_of_date({3})),
     m::hindered{t1, 1, "down"},
     deadline_passed{t1},
     m::hindered{t2, 2, "image: missing"},
     {set_deadline{t2, milliseconds{500}}}},
    {"a wait of before", seeing(), m::hindered{t2, 1, "down"}, deadline_passed{t1},
     m::hindered{t2, 1, "down"}},
    {"still wanted", seeing(), m::hindered{t1, 1, "down"}, surroundings_seen{},
     m::hindered{t1, 1, "down"}},
    {"deleted meanwhile", seeing(deleting()), m::hindered{t1, 1, "down"}, surroundings_seen{},
     m::draining{t1, {}}},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(cluster_rows)

BOOST_AUTO_TEST_CASE(unclaimed) { unclaimed_rows.hold(); }
BOOST_AUTO_TEST_CASE(claiming) { claiming_rows.hold(); }
BOOST_AUTO_TEST_CASE(applying) { applying_rows.hold(); }
BOOST_AUTO_TEST_CASE(hindered) { hindered_rows.hold(); }
BOOST_AUTO_TEST_CASE(ignored_facts) { check_ignored_facts_change_nothing(seeing()); }

BOOST_AUTO_TEST_CASE(every_edge_has_a_row) { check_every_edge_has_a_row<m>(); }

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
