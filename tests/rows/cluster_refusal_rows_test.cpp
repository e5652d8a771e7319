/// When a StatefulSet whose pods are refused is touched again.
#include "actors/cluster_members.hpp"

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

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
