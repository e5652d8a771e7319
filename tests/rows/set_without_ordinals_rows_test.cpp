/// Rows of a set of TaskManagers whose API server keeps no ordinals: its window begins at 0 for
/// ever (decision 0033).
#include "actors/task_manager_set_machine.hpp"
#include "tests/rows/rows.hpp"

namespace drey::rows {

namespace {

using m = task_manager_set_machine;

constexpr ticket t0{0}, t1{1};
constexpr milliseconds answer_wait{30'000}, poll{1'000};

constexpr set_member busy(std::int32_t at) {
  return {at, standing::registered, false, false, false, 2, 1};
}
constexpr set_member idle(std::int32_t at) {
  return {at, standing::registered, true, false, false, 2, 0};
}
constexpr set_member lost(std::int32_t at) { return {at, standing::lost, true}; }
constexpr set_member roomless(std::int32_t at) {
  return {at, standing::joining, true, false, true};
}
constexpr set_member old(set_member x) {
  x.outdated = true;
  return x;
}
constexpr set_member going(set_member x) {
  x.going = true;
  return x;
}

/// A set of so many places, of which the spec asks for `count`.
set_known set_of(std::int32_t places, std::int32_t count, std::vector<set_member> members) {
  set_known known;
  known.wanted = known.seen = true;
  known.ordinals = false;
  known.count = count;
  known.window = {0, places};
  known.members = std::move(members);
  return known;
}
set_known growing(set_known known) {
  known.spares = true;
  return known;
}
set_known stepping(set_known known, std::int32_t retire_below) {
  known.retire_below = retire_below;
  return growing(std::move(known));
}
set_known down_to(set_known known, std::int32_t places) {
  known.down_to = places;
  return known;
}
set_known leaving(set_known known, std::vector<std::string> pods) {
  known.leaving = std::move(pods);
  return known;
}
set_known unobserved(set_known known) {
  known.observed = false;
  return known;
}
set_known asking(set_known known) {
  known.asks_again = true;
  return known;
}

m seeing(set_known known) { return {answer_wait, poll, std::move(known)}; }

struct window_row {
  const char* because;
  set_known known;
  std::int32_t places;
};

const window_row window_rows[] = {
    {"the lowest is lost: no window slides past it, one more is made at the top",
     set_of(2, 2, {lost(0), busy(1)}), 3},
    {"it is back, and the last is free: that goes", set_of(3, 2, {busy(0), busy(1), idle(2)}), 2},
    {"… the last works: nothing running is taken away", set_of(3, 2, {idle(0), busy(1), busy(2)}),
     3},
    {"those with tasks may go: the last do", down_to(set_of(3, 2, {idle(0), idle(1), busy(2)}), 2),
     2},
    {"… not while the slots of the others do not suffice",
     down_to(set_of(4, 1, {idle(0), busy(1), busy(2), busy(3)}), 1), 4},
    {"as many spare ones as are wanted", growing(set_of(2, 2, {old(busy(0)), old(busy(1))})), 4},
    {"… and one more for one that is lost", growing(set_of(2, 2, {old(busy(0)), old(lost(1))})), 4},
    {"… one is new already: as many as are left",
     growing(set_of(3, 2, {idle(0), old(busy(1)), busy(2)})), 3},
    {"more are asked for meanwhile", growing(set_of(2, 3, {old(busy(0)), old(busy(1))})), 5},
    {"jobs are not well: those that came up stay",
     set_of(4, 2, {old(busy(0)), old(busy(1)), idle(2), idle(3)}), 4},
    {"in the step those that have no room give up their places",
     stepping(set_of(4, 2, {old(busy(0)), old(busy(1)), idle(2), roomless(3)}), 1), 3},
    {"… and so do those without a pod", stepping(set_of(4, 2, {old(busy(0)), old(busy(1))}), 1), 2},
    {"… but those that came up stay",
     stepping(set_of(4, 2, {old(busy(0)), old(busy(1)), idle(2), idle(3)}), 2), 4},
    {"fewer are asked for: of those that go the last do not come back",
     stepping(set_of(4, 2, {old(idle(0)), old(idle(1)), old(idle(2)), old(idle(3))}), 4), 2},
    {"… none that may not go yet",
     stepping(set_of(4, 2, {old(busy(0)), old(busy(1)), old(busy(2)), old(busy(3))}), 2), 4},
    {"one is stuck on its way out: the others are new, and the spare ones go",
     set_of(5, 2, {going(old(lost(0))), busy(1), busy(2), idle(3), idle(4)}), 3},
};

const table<m> steady_rows{
    {"old ones are deleted, and looked for again",
     seeing(leaving(stepping(set_of(4, 2, {old(busy(0)), old(busy(1)), idle(2), idle(3)}), 2),
                    {"tm-0", "tm-1"})),
     m::steady{t0},
     surroundings_seen{},
     m::clearing{t1, {"tm-0", "tm-1"}},
     {remove_task_managers{t1, {"tm-0", "tm-1"}}, set_deadline{t1, poll}}},
    {"… not before the places without room are given up",
     seeing(
         leaving(stepping(set_of(4, 2, {old(busy(0)), old(busy(1)), roomless(3)}), 1), {"tm-0"})),
     m::steady{t0},
     surroundings_seen{},
     m::applying{t1, {0, 2}, 1},
     {apply_task_managers{t1, {0, 2}}, set_deadline{t1, answer_wait}}},
    {"… nor before the set's controller knows the new template",
     seeing(unobserved(leaving(stepping(set_of(2, 2, {old(busy(0)), old(busy(1))}), 1), {"tm-0"}))),
     m::steady{t0}, surroundings_seen{}, m::steady{t0}},
    {"the window should begin elsewhere: after long the API server is asked again",
     seeing(asking(set_of(3, 2, {idle(0), busy(1), busy(2)}))),
     m::steady{t0},
     surroundings_seen{},
     m::applying{t1, {0, 3}, 1},
     {apply_task_managers{t1, {0, 3}}, set_deadline{t1, answer_wait}}},
    {"… it should not: it is left alone", seeing(asking(set_of(2, 2, {busy(0), busy(1)}))),
     m::steady{t0}, surroundings_seen{}, m::steady{t0}},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(set_without_ordinals_rows)

BOOST_AUTO_TEST_CASE(steady) { steady_rows.hold(); }

BOOST_AUTO_TEST_CASE(window) {
  for (const auto& one : window_rows)
    BOOST_TEST(text_of(next_window(one.known)) == text_of(ordinal_window{0, one.places}),
               one.because);
}

/// What the window is made into is what it stays: one step converges.
BOOST_AUTO_TEST_CASE(window_is_stable) {
  for (const auto& one : window_rows) {
    auto known = one.known;
    known.window.count = one.places;
    BOOST_TEST(text_of(next_window(known)) == text_of(known.window), one.because);
  }
}

/// New ones come up below outdated ones, too.
BOOST_AUTO_TEST_CASE(tally) {
  const auto mixed =
      tally_of(set_of(6, 3, {idle(0), old(busy(1)), old(busy(2)), busy(3), roomless(4)}));
  BOOST_TEST(text_of(mixed) == text_of(set_tally{true, 3, {1, 2}, 1, 2, 4, 2, 0}));
  BOOST_TEST(mixed.end_of(1) == 2);
  const auto stuck = tally_of(set_of(3, 2, {going(old(lost(0))), busy(1), busy(2)}));
  BOOST_TEST(stuck.outdated.empty());
  BOOST_TEST(stuck.lowest > 2);
  const auto silent = tally_of(set_of(2, 2, {old(lost(0)), busy(1)}));
  BOOST_TEST(silent.lowest == 0, "its node may come back: it is to be deleted");
}

BOOST_AUTO_TEST_CASE(too_many_with_tasks) {
  const auto surplus = surplus_of(set_of(4, 2, {idle(0), idle(1), busy(2), busy(3)}));
  BOOST_TEST(text_of(surplus) == text_of(set_surplus{4, 0, {2, 3}, 0}));
  BOOST_TEST(surplus_of(set_of(3, 1, {busy(0), busy(1), busy(2)})).slots_short == 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
