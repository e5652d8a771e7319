/// Rows of TaskManagers that Flink made, as the machine of their set has them: nothing is made, and
/// what is outdated is removed when the rollout says so.
#include "actors/task_manager_set_machine.hpp"
#include "tests/rows/rows.hpp"

namespace drey::rows {

namespace {

using m = task_manager_set_machine;

constexpr ticket t0{0}, t1{1}, t2{2};
constexpr milliseconds removal_poll{1'000};

/// With two slots, so many of which are taken.
constexpr set_member taken(std::int32_t ordinal, std::int32_t slots) {
  return {ordinal, standing::registered, slots == 0, false, false, 2, slots};
}

m seeing(set_known known) { return {milliseconds{30'000}, removal_poll, std::move(known)}; }

/// TaskManagers that Flink made: there is no set.
set_known made_by_flink(std::int32_t retire_below, std::vector<std::string> leaving) {
  set_known known;
  known.wanted = known.native = true;
  known.retire_below = retire_below;
  known.window = native_places;
  known.leaving = std::move(leaving);
  return known;
}

const std::vector<std::string> one_and_two{"s-taskmanager-1-1", "s-taskmanager-1-2"};

const table<m> native_rows{
    {"nothing is made", seeing(made_by_flink(0, {})), m::absent{t0}, surroundings_seen{},
     m::steady{t0}},
    {"outdated ones stay until the rollout says so", seeing(made_by_flink(0, one_and_two)),
     m::steady{t0}, surroundings_seen{}, m::steady{t0}},
    {"… and are removed then",
     seeing(made_by_flink(1, one_and_two)),
     m::steady{t0},
     surroundings_seen{},
     m::clearing{t1, one_and_two},
     {remove_task_managers{t1, one_and_two}, set_deadline{t1, removal_poll}}},
    {"all are going", seeing(made_by_flink(1, {})), m::steady{t0}, surroundings_seen{},
     m::steady{t0}},
};

const table<m> clearing_rows{
    {"looked at again", seeing(made_by_flink(1, one_and_two)), m::clearing{t1, one_and_two},
     deadline_passed{t1}, m::steady{t1}},
    {"a wait of before", seeing(made_by_flink(1, one_and_two)), m::clearing{t2, one_and_two},
     deadline_passed{t1}, m::clearing{t2, one_and_two}},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(native_set_rows)

BOOST_AUTO_TEST_CASE(native) { native_rows.hold(); }
BOOST_AUTO_TEST_CASE(clearing) { clearing_rows.hold(); }

/// Of what Flink made nothing is too many, nothing lacks room, and all that is outdated is one
/// step.
BOOST_AUTO_TEST_CASE(native_tally) {
  auto known = made_by_flink(1, {"s-taskmanager-1-1"});
  known.members = {taken(0, 2), taken(1, 0), taken(1, 1)};
  known.members.front().outdated = true;
  auto tally = tally_of(known);
  BOOST_TEST(text_of(tally) == text_of(set_tally{true, 0, {0}, 0, 2, 3, 0, 0}));
  BOOST_TEST(tally.end_of_all() == 1);
  BOOST_TEST(tally.end_of(1) == 1);
  BOOST_TEST(surplus_of(known).occupied.empty());
  known.members.erase(known.members.begin());
  tally = tally_of(known);
  BOOST_TEST(tally.lowest > 1, "none of an earlier spec is left");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
