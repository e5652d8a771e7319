/// Rows of a reflector.
#include "actors/reflector_machine.hpp"
#include "tests/rows/rows.hpp"

namespace drey::rows {

namespace {

using m = reflector_machine;

constexpr ticket t0{0}, t1{1}, t2{2};

const table<m> pausing_rows{
    {"the first thing that it does is to list",
     {},
     m::pausing{t0, "", 1},
     deadline_passed{t0},
     m::listing{t1, 1},
     {list_objects{t1}, set_deadline{t1, milliseconds{60'000}}}},
    {"a stream that was known is resumed where it ended",
     {},
     m::pausing{t1, "70", 2},
     deadline_passed{t1},
     m::watching{t2, "70", 2},
     {watch_objects{2, "70"}}},
    {"another pause's end", {}, m::pausing{t2, "", 2}, deadline_passed{t1}, m::pausing{t2, "", 2}},
};

const table<m> listing_rows{
    {"watched from where the list was",
     {},
     m::listing{t1, 3},
     objects_listed{t1, "70"},
     m::watching{t2, "70", 1},
     {watch_objects{2, "70"}}},
    {"an older list", {}, m::listing{t2, 1}, objects_listed{t1, "60"}, m::listing{t2, 1}},
    {"refused: later again, ever later",
     {},
     m::listing{t1, 2},
     call_refused{t1, refusal_reason::unavailable, "down"},
     m::pausing{t2, "", 3},
     {set_deadline{t2, milliseconds{1'000}}}},
    {"refused for an older request",
     {},
     m::listing{t2, 1},
     call_refused{t1, refusal_reason::unavailable, "down"},
     m::listing{t2, 1}},
    {"no answer in time",
     {},
     m::listing{t1, 1},
     deadline_passed{t1},
     m::pausing{t2, "", 2},
     {set_deadline{t2, milliseconds{500}}}},
    {"a wait of before", {}, m::listing{t2, 1}, deadline_passed{t1}, m::listing{t2, 1}},
};

const table<m> watching_rows{
    {"every event moves the stream, and forgives failures",
     {},
     m::watching{t2, "70", 4},
     stream_moved{2, "71"},
     m::watching{t2, "71", 1}},
    {"an event of an older watch",
     {},
     m::watching{t2, "70", 1},
     stream_moved{1, "90"},
     m::watching{t2, "70", 1}},
    {"it is over: resumed from there",
     {},
     m::watching{t1, "70", 1},
     stream_ended{1, refusal_reason::unknown_outcome},
     m::pausing{t2, "70", 2},
     {set_deadline{t2, milliseconds{500}}}},
    {"the history is gone: listed again",
     {},
     m::watching{t1, "70", 1},
     stream_ended{1, refusal_reason::gone},
     m::pausing{t2, "", 2},
     {set_deadline{t2, milliseconds{500}}}},
    {"the version is refused: listed again",
     {},
     m::watching{t1, "70", 9},
     stream_ended{1, refusal_reason::invalid},
     m::pausing{t2, "", 10},
     {set_deadline{t2, limits::list_retry_max}}},
    {"the end of an older watch",
     {},
     m::watching{t2, "70", 1},
     stream_ended{1, refusal_reason::gone},
     m::watching{t2, "70", 1}},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(reflector_rows)

BOOST_AUTO_TEST_CASE(pausing) { pausing_rows.hold(); }
BOOST_AUTO_TEST_CASE(listing) { listing_rows.hold(); }
BOOST_AUTO_TEST_CASE(watching) { watching_rows.hold(); }
BOOST_AUTO_TEST_CASE(every_edge_has_a_row) { check_every_edge_has_a_row<m>(); }
BOOST_AUTO_TEST_CASE(ignored_facts) { check_ignored_facts_change_nothing(m{}); }

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
