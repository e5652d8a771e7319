/// Rows of the set of TaskManagers, and of its moving window of ordinals.
#include "actors/task_manager_set_machine.hpp"
#include "tests/rows/rows.hpp"

namespace drey::rows {

namespace {

using m = task_manager_set_machine;

constexpr ticket t0{0}, t1{1}, t2{2};
constexpr milliseconds answer_wait{30'000};

constexpr set_member busy(std::int32_t ordinal) { return {ordinal, standing::registered, false}; }
constexpr set_member idle(std::int32_t ordinal) { return {ordinal, standing::registered, true}; }
constexpr set_member lost(std::int32_t ordinal) { return {ordinal, standing::lost, true}; }
constexpr set_member lost_but_busy(std::int32_t at) { return {at, standing::lost, false}; }
constexpr set_member old(set_member x) {
  x.outdated = true;
  return x;
}
constexpr set_member roomless(std::int32_t ordinal) {
  return {ordinal, standing::joining, true, false, true};
}

/// With two slots, so many of which are taken.
constexpr set_member taken(std::int32_t ordinal, std::int32_t slots) {
  return {ordinal, standing::registered, slots == 0, false, false, 2, slots};
}

/// A set that exists with `window`, of which the spec asks for `count`.
set_known standing_set(ordinal_window window, std::int32_t count,
                       std::vector<set_member> members = {}) {
  set_known known;
  known.wanted = true;
  known.seen = true;
  known.count = count;
  known.window = window;
  known.members = std::move(members);
  return known;
}

m seeing(set_known known) { return {answer_wait, milliseconds{1'000}, std::move(known)}; }

const auto current = standing_set({0, 2}, 2, {busy(0), busy(1)});

set_known nothing_there() {
  auto known = current;
  known.seen = false;
  return known;
}
set_known not_wanted() {
  auto known = current;
  known.wanted = false;
  return known;
}
set_known of_another_spec() {
  auto known = current;
  known.out_of_date = true;
  return known;
}

const table<m> absent_rows{
    {"the JobManager's side comes first", seeing(not_wanted()), m::absent{t0}, surroundings_seen{},
     m::absent{t0}},
    {"nothing is there: made",
     seeing(nothing_there()),
     m::absent{t0},
     surroundings_seen{},
     m::applying{t1, {0, 2}, 1},
     {apply_task_managers{t1, {0, 2}}, set_deadline{t1, answer_wait}}},
    {"what an earlier life made is adopted", seeing(current), m::absent{t0}, surroundings_seen{},
     m::steady{t0}},
};

const table<m> applying_rows{
    {"applied",
     seeing(current),
     m::applying{t1, {3, 2}, 1},
     child_applied{t1},
     m::steady{t1},
     {announce{"Normal", "TaskManagers", "The set of TaskManagers is 2 from ordinal 3"}}},
    {"an older answer", seeing(current), m::applying{t2, {0, 2}, 1}, child_applied{t1},
     m::applying{t2, {0, 2}, 1}},
    {"refused",
     seeing(current),
     m::applying{t1, {0, 2}, 3},
     call_refused{t1, refusal_reason::unavailable, "down"},
     m::hindered{t2, 3},
     {set_deadline{t2, milliseconds{1'000}}}},
    {"refused for an older request", seeing(current), m::applying{t2, {0, 2}, 1},
     call_refused{t1, refusal_reason::unavailable, "down"}, m::applying{t2, {0, 2}, 1}},
    {"no answer in time",
     seeing(current),
     m::applying{t1, {0, 2}, 1},
     deadline_passed{t1},
     m::hindered{t2, 1},
     {set_deadline{t2, milliseconds{250}}}},
    {"a wait of before", seeing(current), m::applying{t2, {0, 2}, 1}, deadline_passed{t1},
     m::applying{t2, {0, 2}, 1}},
};

const table<m> steady_rows{
    {"quiet when done", seeing(current), m::steady{t0}, surroundings_seen{}, m::steady{t0}},
    {"somebody deleted it",
     seeing(nothing_there()),
     m::steady{t0},
     surroundings_seen{},
     m::applying{t1, {0, 2}, 1},
     {apply_task_managers{t1, {0, 2}}, set_deadline{t1, answer_wait}}},
    {"its template is of another spec",
     seeing(of_another_spec()),
     m::steady{t0},
     surroundings_seen{},
     m::applying{t1, {0, 2}, 1},
     {apply_task_managers{t1, {0, 2}}, set_deadline{t1, answer_wait}}},
    {"a TaskManager is lost: another ordinal takes its place",
     seeing(standing_set({0, 2}, 2, {lost(0), busy(1)})),
     m::steady{t0},
     surroundings_seen{},
     m::applying{t1, {1, 2}, 1},
     {apply_task_managers{t1, {1, 2}}, set_deadline{t1, answer_wait}}},
    {"the cluster is being deleted", seeing(not_wanted()), m::steady{t0}, surroundings_seen{},
     m::absent{t0}},
};

const table<m> hindered_rows{
    {"tried again, with the window as it is due now",
     seeing(nothing_there()),
     m::hindered{t1, 2},
     deadline_passed{t1},
     m::applying{t2, {0, 2}, 3},
     {apply_task_managers{t2, {0, 2}}, set_deadline{t2, answer_wait}}},
    {"a wait of before", seeing(current), m::hindered{t2, 1}, deadline_passed{t1},
     m::hindered{t2, 1}},
    {"meanwhile nobody wants it any more", seeing(not_wanted()), m::hindered{t1, 1},
     deadline_passed{t1}, m::absent{t1}},
};

/// A set of two whose members are being replaced.
set_known replacing(ordinal_window window, std::vector<set_member> members,
                    std::int32_t retire_below = 0) {
  auto known = standing_set(window, 2, std::move(members));
  known.spares = true;
  known.retire_below = retire_below;
  return known;
}
set_known without_spares(set_known known) {
  known.spares = false;
  return known;
}
set_known restless(set_known known) {
  known.calm = false;
  return known;
}
set_known haunted(set_known known) {
  known.ghosts = 1;
  return known;
}
set_known unobserved(set_known known) {
  known.observed = false;
  return known;
}

/// The spec asks for fewer than work, and those with tasks may go until `down_to` are left.
set_known shrinking(ordinal_window window, std::int32_t count, std::vector<set_member> members,
                    std::int32_t down_to) {
  auto known = standing_set(window, count, std::move(members));
  known.down_to = down_to;
  return known;
}

/// Growth is held at so many.
set_known held(set_known known, std::int32_t most) {
  known.most = most;
  return known;
}

/// The JobManager lacks room: so many places at most.
set_known giving_room(set_known known, std::int32_t places) {
  known.places_max = places;
  return known;
}
set_member failing(set_member x) {
  x.failing = true;
  return x;
}
constexpr set_member joining(std::int32_t ordinal) { return {ordinal, standing::joining, true}; }

struct window_row {
  const char* because;
  set_known known;
  ordinal_window then;
};

const window_row window_rows[] = {
    {"a set that is not there begins at 0", nothing_there(), {0, 2}},
    {"all work", standing_set({0, 2}, 2, {busy(0), busy(1)}), {0, 2}},
    {"it grows at the top", standing_set({0, 2}, 4, {busy(0), busy(1)}), {0, 4}},
    {"the lowest is lost: the window slides past it",
     standing_set({0, 2}, 2, {lost(0), busy(1)}),
     {1, 2}},
    {"one in the middle is lost: an extra one at the top",
     standing_set({0, 3}, 3, {busy(0), lost(1), busy(2)}),
     {0, 4}},
    {"the two lowest are lost", standing_set({0, 3}, 3, {lost(0), lost(1), busy(2)}), {2, 3}},
    {"lost, but a TaskManager that we have not seen works: nothing is left behind",
     haunted(standing_set({0, 2}, 2, {lost(0), busy(1)})),
     {0, 3}},
    {"nor is anything else", haunted(standing_set({0, 3}, 2, {busy(0), busy(1), idle(2)})), {0, 3}},
    {"it is cut off from Kubernetes only, and works on: not left behind, but one more is made",
     standing_set({0, 2}, 2, {lost_but_busy(0), busy(1)}),
     {0, 3}},
    {"all are lost: wholly new ordinals", standing_set({0, 2}, 2, {lost(0), lost(1)}), {2, 2}},
    {"the one that was replaced is back, and idle: it goes again",
     standing_set({0, 3}, 2, {busy(0), busy(1), idle(2)}),
     {0, 2}},
    {"it is back, and all work: nothing running is taken away",
     standing_set({0, 3}, 2, {busy(0), busy(1), busy(2)}),
     {0, 3}},
    {"it shrinks at the bottom when only that end is idle",
     standing_set({0, 3}, 2, {idle(0), busy(1), busy(2)}),
     {1, 2}},
    {"it shrinks at the top first", standing_set({0, 3}, 2, {idle(0), busy(1), idle(2)}), {0, 2}},
    {"idle in the middle only: a window has no holes",
     standing_set({0, 3}, 2, {busy(0), idle(1), busy(2)}),
     {0, 3}},
    {"a lost one at the top may have a successor that we have not seen",
     haunted(standing_set({0, 4}, 2, {busy(0), busy(1), idle(2), lost(3)})),
     {0, 4}},
    {"a lost one at the top is not counted as working",
     standing_set({0, 4}, 2, {busy(0), busy(1), idle(2), lost(3)}),
     {0, 2}},
    {"a place without a pod is free", standing_set({0, 4}, 2, {busy(0), busy(1)}), {0, 2}},
    {"a job is about to take slots: nothing goes",
     restless(standing_set({0, 3}, 2, {busy(0), busy(1), idle(2)})),
     {0, 3}},
    {"… but what is lost",
     restless(standing_set({0, 4}, 2, {busy(0), busy(1), idle(2), lost(3)})),
     {0, 3}},
    {"scaled to nothing", standing_set({0, 2}, 0, {idle(0), idle(1)}), {0, 0}},
    {"scaled to nothing while jobs run", standing_set({0, 2}, 0, {busy(0), idle(1)}), {0, 1}},
    {"there is room for one of two", held(standing_set({0, 2}, 4, {busy(0), busy(1)}), 3), {0, 3}},
    {"… for none", held(standing_set({0, 2}, 4, {busy(0), busy(1)}), 2), {0, 2}},
    {"… for more than are asked for", held(standing_set({0, 2}, 4, {busy(0), busy(1)}), 9), {0, 4}},
    {"what takes the place of a lost one is no growth",
     held(standing_set({0, 3}, 3, {busy(0), lost(1), busy(2)}), 3),
     {0, 4}},
    {"nor is anything that is there taken away for want of room",
     held(standing_set({0, 3}, 4, {busy(0), busy(1), idle(2)}), 1),
     {0, 3}},
    {"those with tasks may go: the end with fewer of them does",
     shrinking({0, 4}, 2, {taken(0, 1), taken(1, 0), taken(2, 1), taken(3, 1)}, 2),
     {2, 2}},
    {"… the top, when it makes no difference",
     shrinking({0, 4}, 2, {taken(0, 1), taken(1, 1), taken(2, 1), taken(3, 1)}, 2),
     {0, 2}},
    {"… both ends, when the tasks are in the middle",
     shrinking({0, 4}, 2, {taken(0, 0), taken(1, 1), taken(2, 1), taken(3, 1)}, 2),
     {1, 2}},
    {"… not while the slots of the others do not suffice",
     shrinking({0, 3}, 2, {taken(0, 2), taken(1, 2), taken(2, 1)}, 2),
     {0, 3}},
    {"… not further than was secured, though the spec asks for fewer by now",
     shrinking({0, 4}, 1, {taken(0, 1), taken(1, 1), taken(2, 1), taken(3, 1)}, 3),
     {0, 3}},
    {"… nor than the spec asks for, which is more by now",
     shrinking({0, 4}, 3, {taken(0, 1), taken(1, 0), taken(2, 0), taken(3, 1)}, 2),
     {0, 3}},
    {"… not while a job is about to take slots",
     restless(shrinking({0, 3}, 2, {taken(0, 1), taken(1, 1), taken(2, 1)}, 2)),
     {0, 3}},
    {"… nor while a TaskManager that we have not seen works",
     haunted(shrinking({0, 3}, 2, {taken(0, 1), taken(1, 1), taken(2, 1)}, 2)),
     {0, 3}},
    {"… a lost one between them is no place to stay",
     shrinking({0, 4}, 2, {taken(0, 1), lost_but_busy(1), taken(2, 1), taken(3, 1)}, 2),
     {0, 3}},
    {"new ones come up beside old ones", replacing({0, 2}, {old(busy(0)), old(busy(1))}), {0, 4}},
    {"… and stay while they are idle",
     without_spares(replacing({0, 4}, {old(busy(0)), old(busy(1)), idle(2), idle(3)})),
     {0, 4}},
    {"… and one more for one that is lost",
     replacing({0, 4}, {old(busy(0)), old(busy(1)), idle(2), lost(3)}),
     {0, 5}},
    {"the old ones are left behind",
     replacing({0, 4}, {old(busy(0)), old(busy(1)), idle(2), idle(3)}, 2),
     {2, 2}},
    {"… and do not count while they go",
     replacing({2, 2}, {old(busy(0)), old(busy(1)), busy(2), busy(3)}, 2),
     {2, 2}},
    {"one goes where there is room for one",
     replacing({0, 4}, {old(busy(0)), old(busy(1)), idle(2), roomless(3)}, 1),
     {1, 3}},
    {"an old one was deleted and came back new: it goes with those below it",
     replacing({0, 4}, {old(busy(0)), idle(1), idle(2)}),
     {0, 4}},
    {"only those that have new ones beyond them are left behind",
     replacing({0, 2}, {old(busy(0)), old(busy(1))}, 9),
     {2, 2}},
    {"nothing was begun: the ordinary rules hold",
     without_spares(replacing({0, 3}, {old(busy(0)), old(busy(1)), old(idle(2))})),
     {0, 2}},
    {"a change was taken back: what never came to work for it goes, and nobody else",
     replacing({0, 4}, {busy(0), busy(1), old(joining(2)), old(joining(3))}),
     {0, 2}},
    {"… not while fewer than are wanted work below",
     replacing({0, 4}, {busy(0), old(busy(1)), old(joining(2)), old(joining(3))}),
     {0, 6}},
    {"… nor what may be worked on", replacing({0, 3}, {busy(0), busy(1), old(busy(2))}), {0, 3}},
    {"… which is replaced", replacing({0, 3}, {busy(0), busy(1), old(taken(2, 1))}), {0, 5}},
    {"the newest gives its place to the JobManager",
     giving_room(standing_set({0, 3}, 3, {busy(0), busy(1), busy(2)}), 2),
     {0, 2}},
    {"… and nothing grows meanwhile, not even for one that is lost",
     giving_room(standing_set({0, 3}, 3, {busy(0), lost(1), busy(2)}), 3),
     {0, 3}},
    {"… those of a changed spec go first",
     giving_room(replacing({0, 4}, {old(busy(0)), old(busy(1)), idle(2), roomless(3)}), 2),
     {0, 2}},
    {"which pod is of which template is not known yet",
     unobserved(replacing({0, 2}, {old(busy(0)), old(busy(1))})),
     {0, 2}},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(task_manager_set_rows)

BOOST_AUTO_TEST_CASE(absent) { absent_rows.hold(); }
BOOST_AUTO_TEST_CASE(applying) { applying_rows.hold(); }
BOOST_AUTO_TEST_CASE(steady) { steady_rows.hold(); }
BOOST_AUTO_TEST_CASE(hindered) { hindered_rows.hold(); }
BOOST_AUTO_TEST_CASE(every_edge_has_a_row) { check_every_edge_has_a_row<m>(); }
BOOST_AUTO_TEST_CASE(ignored_facts) { check_ignored_facts_change_nothing(seeing(current)); }

BOOST_AUTO_TEST_CASE(window) {
  for (const auto& one : window_rows)
    BOOST_TEST(text_of(next_window(one.known)) == text_of(one.then), one.because);
}

/// What the window is made into is what it stays: one step converges.
BOOST_AUTO_TEST_CASE(window_is_stable) {
  for (const auto& one : window_rows) {
    auto known = one.known;
    known.seen = true;
    known.window = one.then;
    BOOST_TEST(text_of(next_window(known)) == text_of(one.then), one.because);
  }
}

BOOST_AUTO_TEST_CASE(tally) {
  const auto mixed = replacing({0, 5}, {old(busy(0)), lost(1), old(busy(2)), busy(3), roomless(4)});
  BOOST_TEST(text_of(tally_of(mixed)) == text_of(set_tally{true, 2, {0, 2}, 0, 1, 3, 1, 0}));
  BOOST_TEST(tally_of(mixed).end_of(1) == 1);
  BOOST_TEST(tally_of(mixed).end_of(2) == 3);
  BOOST_TEST(tally_of(mixed).end_of(9) == 3);
  BOOST_TEST(tally_of(mixed).end_of_all() == 3);
  const auto broken = replacing({0, 4}, {old(busy(0)), old(busy(1)), failing(busy(2)), busy(3)});
  BOOST_TEST(tally_of(broken).fresh_registered == 1);
  BOOST_TEST(new_ones_fail_in(broken));
  BOOST_TEST(tally_of(broken).without_room == 0);
  BOOST_TEST(!new_ones_fail_in(replacing({2, 2}, {failing(busy(0)), busy(2), busy(3)})));
  // a place without a pod has no room either; those outside the window are not counted
  const auto after = replacing({3, 3}, {old(busy(2)), busy(3)});
  BOOST_TEST(text_of(tally_of(after)) == text_of(set_tally{true, 2, {}, 2, 1, 2, 2, 0}));
  BOOST_TEST(tally_of(after).end_of_all() == 0);
  // a lost one is left to go once the window has been moved past it, and no earlier
  BOOST_TEST(tally_of(replacing({3, 3}, {old(lost(3)), busy(4)}, 4)).lowest == 3);
  BOOST_TEST(tally_of(replacing({4, 2}, {old(lost(3)), busy(4)}, 4)).lowest > 4);
  BOOST_TEST(surplus_of(after).leaving == 1);
}

/// Of too many those with tasks are told, as few as can be, and what would lack without them.
BOOST_AUTO_TEST_CASE(too_many_with_tasks) {
  const auto told = [](const set_known& known) {
    const auto surplus = surplus_of(known);
    std::string text = std::to_string(surplus.working) + ":";
    for (const auto ordinal : surplus.occupied) text += " " + std::to_string(ordinal);
    return text + ", short " + std::to_string(surplus.slots_short);
  };
  const auto set = [](std::int32_t count, std::vector<set_member> members) {
    const auto all = static_cast<std::int32_t>(members.size());
    return standing_set({0, all}, count, std::move(members));
  };
  BOOST_TEST(told(set(2, {taken(0, 1), taken(1, 2), taken(2, 1)})) == "3: 2, short 0");
  BOOST_TEST(told(set(2, {taken(0, 1), taken(1, 2), taken(2, 2)})) == "3: 2, short 1");
  BOOST_TEST(told(set(2, {taken(0, 1), taken(1, 2), taken(2, 0)})) == "3:, short 0",
             "what is free goes by the ordinary rules");
  BOOST_TEST(told(set(3, {taken(0, 1), taken(1, 2), taken(2, 1)})) == "3:, short 0");
  BOOST_TEST(told(set(0, {taken(0, 1), taken(1, 0)})) == "2: 0, short 1");
  BOOST_TEST(told(haunted(set(2, {taken(0, 1), taken(1, 2), taken(2, 1)}))) == "3:, short 0");
  BOOST_TEST(told(set(1, {old(taken(0, 1)), taken(1, 1)})) == "2:, short 0",
             "what is outdated is replaced");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
