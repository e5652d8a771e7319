/// Rows of a namespace that another operator may look after.
#include "actors/yielding_machine.hpp"
#include "tests/rows/rows.hpp"

namespace drey::rows {

namespace {

using m = yielding_machine;

constexpr ticket t1{1}, t2{2};
constexpr milliseconds at(std::int64_t seconds) { return milliseconds{seconds * 1'000}; }

m when(std::int64_t seconds) {
  m machine;
  machine.now = at(seconds);
  return machine;
}

const table<m> acting_rows{
    {"another operator writes: it is left alone for five minutes at least",
     when(100),
     m::acting{},
     rival_wrote{"fabric8"},
     m::yielding{t1, "fabric8", at(100), 1},
     {leave_namespace{"fabric8"}, set_deadline{t1, at(300)}}},
    {"it is back soon after it was thought to be gone: twice as long",
     when(1'000),
     m::acting{t1, 1, at(900)},
     rival_wrote{"fabric8"},
     m::yielding{t2, "fabric8", at(1'000), 2},
     {leave_namespace{"fabric8"}, set_deadline{t2, at(600)}}},
    {"again and again: an hour, and no longer",
     when(1'000),
     m::acting{t1, 9, at(900)},
     rival_wrote{"fabric8"},
     m::yielding{t2, "fabric8", at(1'000), 10},
     {leave_namespace{"fabric8"}, set_deadline{t2, at(3'600)}}},
    {"it is back after more than an hour: five minutes",
     when(5'000),
     m::acting{t1, 3, at(900)},
     rival_wrote{"fabric8"},
     m::yielding{t2, "fabric8", at(5'000), 1},
     {leave_namespace{"fabric8"}, set_deadline{t2, at(300)}}},
};

const table<m> yielding_rows{
    {"it goes on writing", when(150), m::yielding{t1, "fabric8", at(100), 1}, rival_wrote{"other"},
     m::yielding{t1, "other", at(150), 1}},
    {"it wrote meanwhile: the rest of the silence is waited for",
     when(400),
     m::yielding{t1, "fabric8", at(150), 1},
     deadline_passed{t1},
     m::yielding{t2, "fabric8", at(150), 1},
     {set_deadline{t2, at(50)}}},
    {"it is silent: taken over",
     when(450),
     m::yielding{t1, "fabric8", at(150), 1},
     deadline_passed{t1},
     m::acting{t1, 1, at(450)},
     {take_namespace{}}},
    {"silent, but not for as long as it is to be this time",
     when(450),
     m::yielding{t1, "fabric8", at(150), 2},
     deadline_passed{t1},
     m::yielding{t2, "fabric8", at(150), 2},
     {set_deadline{t2, at(300)}}},
    {"a wait of before", when(450), m::yielding{t2, "fabric8", at(150), 1}, deadline_passed{t1},
     m::yielding{t2, "fabric8", at(150), 1}},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(yielding_rows_test)

BOOST_AUTO_TEST_CASE(acting) { acting_rows.hold(); }
BOOST_AUTO_TEST_CASE(yielding) { yielding_rows.hold(); }
BOOST_AUTO_TEST_CASE(every_edge_has_a_row) { check_every_edge_has_a_row<m>(); }
BOOST_AUTO_TEST_CASE(ignored_facts) { check_ignored_facts_change_nothing(m{}); }

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
