/// Rows of when a cluster is checked, and of what its condition says.
#include "actors/preflight_condition.hpp"
#include "actors/preflight_machine.hpp"
#include "tests/rows/rows.hpp"

namespace drey::rows {

namespace {

using m = preflight_machine;

constexpr ticket t1{1}, t2{2}, t3{3};

m at(std::int64_t generation, bool ready = true) {
  m machine;
  machine.known.generation = generation;
  machine.known.ready = ready;
  return machine;
}

/// A process before this one has checked that generation.
m told(std::int64_t generation) {
  auto machine = at(generation);
  machine.known.told_generation = generation;
  machine.known.turn = milliseconds{17'000};
  return machine;
}

const table<m> waiting_rows{
    {"not all its jobs are known", at(1, false), m::waiting{}, picture_changed{}, m::waiting{}},
    {"the first time",
     at(1),
     m::waiting{},
     picture_changed{},
     m::reading{t1, 1},
     {read_preflight{t1}, set_deadline{t1, milliseconds{60'000}}}},
    {"it was checked by the process before: when its turn comes",
     told(3),
     m::waiting{},
     picture_changed{},
     m::checked{t1, 3},
     {set_deadline{t1, milliseconds{17'000}}}},
};

const table<m> reading_rows{
    {"all was asked",
     at(1),
     m::reading{t1, 1},
     preflight_read{t1},
     m::checked{t2, 1},
     {set_deadline{t2, milliseconds{600'000}}}},
    {"answers of before", at(1), m::reading{t2, 1}, preflight_read{t1}, m::reading{t2, 1}},
    {"no answer in time: what was told is told on",
     at(1),
     m::reading{t1, 1},
     deadline_passed{t1},
     m::checked{t2, 1},
     {set_deadline{t2, milliseconds{600'000}}}},
    {"a wait of before", at(1), m::reading{t2, 1}, deadline_passed{t1}, m::reading{t2, 1}},
};

const table<m> checked_rows{
    {"nothing new", at(1), m::checked{t2, 1}, picture_changed{}, m::checked{t2, 1}},
    {"another spec, a wrong one", at(2, false), m::checked{t2, 1}, picture_changed{},
     m::checked{t2, 1}},
    {"another spec",
     at(2),
     m::checked{t2, 1},
     picture_changed{},
     m::reading{t3, 2},
     {read_preflight{t3}, set_deadline{t3, milliseconds{60'000}}}},
    {"ten minutes later",
     at(1),
     m::checked{t2, 1},
     deadline_passed{t2},
     m::reading{t3, 1},
     {read_preflight{t3}, set_deadline{t3, milliseconds{60'000}}}},
    {"ten minutes later it is being deleted", at(1, false), m::checked{t2, 1}, deadline_passed{t2},
     m::waiting{t2}},
    {"a wait of before", at(1), m::checked{t2, 1}, deadline_passed{t1}, m::checked{t2, 1}},
};

preflight_check check(std::string what, verdict of, std::string remedy = "") {
  return {"FlinkDeployment flink/session", what, of, "it is " + what, std::move(remedy)};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(preflight_rows)

BOOST_AUTO_TEST_CASE(waiting) { waiting_rows.hold(); }
BOOST_AUTO_TEST_CASE(reading) { reading_rows.hold(); }
BOOST_AUTO_TEST_CASE(checked) { checked_rows.hold(); }
BOOST_AUTO_TEST_CASE(every_edge_has_a_row) { check_every_edge_has_a_row<m>(); }
BOOST_AUTO_TEST_CASE(ignored_facts) { check_ignored_facts_change_nothing(m{}); }

BOOST_AUTO_TEST_CASE(the_condition_names_the_first_that_failed_and_tells_all) {
  const auto told = condition_of(
      {check("slots", verdict::well), check("service account", verdict::wrong, "create it"),
       check("quota of-team-a", verdict::wrong, "raise it"),
       check("checkpoint storage", verdict::unchecked, "look")},
      3);
  BOOST_TEST(told.type == "Preflight");
  BOOST_TEST(told.status == "False");
  BOOST_TEST(told.reason == "ServiceAccount");
  BOOST_TEST(told.observed_generation == 3);
  BOOST_TEST(told.message ==
             "service account: it is service account (to do: create it); quota of-team-a: it is "
             "quota of-team-a (to do: raise it)");
  BOOST_TEST(condition_of({check("quota of-team-a", verdict::wrong)}, 1).reason == "Quota");
}

BOOST_AUTO_TEST_CASE(what_is_well_is_told_without_what_changes) {
  const auto told = condition_of(
      {check("slots", verdict::well), check("checkpoint storage", verdict::unchecked, "look")}, 1);
  BOOST_TEST(told.status == "True");
  BOOST_TEST(told.reason == "Passed");
  BOOST_TEST(told.message == "nothing is known to stand against it");
  BOOST_TEST(condition_of({}, 1).status == "True");
}

BOOST_AUTO_TEST_CASE(what_could_not_be_checked_fails_nothing) {
  const auto told =
      condition_of({check("service account", verdict::unchecked, "kubectl auth can-i")}, 1);
  BOOST_TEST(told.status == "True");
  BOOST_TEST(told.message ==
             "nothing is known to stand against it; not checked: service account: it is service "
             "account (to check: kubectl auth can-i)");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
