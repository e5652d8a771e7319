/// When a StatefulSet whose pods are refused is touched again.
#include "actors/cluster_members.hpp"
#include "actors/task_manager_set_machine.hpp"

#include <boost/test/unit_test.hpp>

namespace drey::rows {

namespace {

constexpr milliseconds second{1'000};

cluster_refusal refused() {
  cluster_refusal x;
  x.message = "exceeded quota";
  x.since = milliseconds{0};
  return x;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cluster_refusal_rows)

BOOST_AUTO_TEST_CASE(nobody_is_nudged_before_half_a_minute) {
  BOOST_TEST(!refused().is_nudge_due(29 * second));
  BOOST_TEST(refused().is_nudge_due(30 * second));
  auto quiet = refused();
  quiet.message.clear();
  BOOST_TEST(!quiet.is_nudge_due(900 * second), "pods are missing for another reason");
  auto well = refused();
  well.since.reset();
  BOOST_TEST(!well.is_nudge_due(900 * second));
}

BOOST_AUTO_TEST_CASE(ever_later_and_every_ten_minutes_at_last) {
  auto one = refused();
  one.nudged = 30 * second;
  for (const auto& [nudges, wait] :
       {std::pair{1, 60}, {2, 120}, {3, 240}, {4, 480}, {5, 600}, {6, 600}, {100, 600}}) {
    one.nudges = nudges;
    BOOST_TEST(!one.is_nudge_due((30 + wait - 1) * second), nudges);
    BOOST_TEST(one.is_nudge_due((30 + wait) * second), nudges);
  }
}

BOOST_AUTO_TEST_CASE(its_set_is_applied_once_more) {
  using m = task_manager_set_machine;
  m machine;
  machine.known.wanted = machine.known.seen = true;
  machine.known.count = 2;
  machine.known.window = {0, 2};
  const m::state steady = m::steady{};
  auto next = state_machine::step(machine, steady, surroundings_seen{});
  BOOST_TEST(next.commands.empty());
  machine.known.nudged = true;
  next = state_machine::step(machine, steady, surroundings_seen{});
  BOOST_TEST(std::holds_alternative<m::applying>(next.next));
  BOOST_REQUIRE(!next.commands.empty());
  BOOST_TEST(std::holds_alternative<apply_task_managers>(next.commands.front()));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
