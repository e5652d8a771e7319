/// Which slots of a cluster are spoken for.
#include "actors/slot_ledger.hpp"

#include <boost/test/unit_test.hpp>

namespace drey::rows {

namespace {
constexpr milliseconds t1{1'000}, t2{2'000}, t3{3'000};
}

BOOST_AUTO_TEST_SUITE(slot_ledger_rows)

BOOST_AUTO_TEST_CASE(slots_of_a_cluster) {
  slot_ledger ledger;
  BOOST_TEST(ledger.reserve("a", {1}) == 0, "nothing is known to be free");
  ledger.free_now(4, t1);
  BOOST_TEST(ledger.reserve("a", {3}) == 3);
  BOOST_TEST(ledger.reserve("b", {2}) == 0, "three of four are spoken for");
  BOOST_TEST(ledger.reserve("b", {1}) == 1);
  BOOST_TEST(ledger.reserve("a", {3}) == 3, "again is not twice");
  ledger.release("a", t1);
  ledger.release("a", t1);
  ledger.free_now(4, t1);
  BOOST_TEST(ledger.reserve("b", {4}) == 4, "what it held counts as free");
  ledger.free_now(2, t1);
  BOOST_TEST(ledger.reserve("c", {1}) == 0);
  ledger.release("b", t1);
  ledger.free_now(2, t1);
  BOOST_TEST(ledger.reserve("c", {2}) == 2);
}

BOOST_AUTO_TEST_CASE(slots_beyond_what_is_needed) {
  slot_ledger ledger;
  ledger.free_now(6, t1);
  BOOST_TEST(ledger.reserve("a", {2, 4}) == 4);
  BOOST_TEST(ledger.available() == 2);
  BOOST_TEST(ledger.reserve("a", {2, 9}) == 6, "all that there are");
  BOOST_TEST(ledger.reserve("a", {2, 9, 3}) == 3, "what others need is left to them");
  BOOST_TEST(ledger.reserve("a", {2, 9, 5}) == 2, "but not what it needs itself");
  BOOST_TEST(ledger.reserve("a", {2, 1}) == 2);
  BOOST_TEST(ledger.holds("a"));
  BOOST_TEST(ledger.reserve("b", {5, 9}) == 0);
  BOOST_TEST(ledger.lacking("b") == 5);
  BOOST_TEST(!ledger.holds("b"));
  ledger.release("b", t1);
  BOOST_TEST(ledger.lacking("b") == 0, "it asks no more");
  ledger.free_now(1, t1);
  BOOST_TEST(ledger.available() == 0, "Flink counts what is reserved, too");
}

/// A list that was asked for while it was not there yet counts its slots as free.
BOOST_AUTO_TEST_CASE(what_is_released_is_free_when_flink_says_so) {
  slot_ledger all;
  all.free_now(4, t1);
  all.reserve("a", {4, 4, 0});
  all.release("a", t2);
  BOOST_TEST(!all.holds("a"));
  BOOST_TEST(all.available() == 0);
  all.free_now(4, t1);
  BOOST_TEST(all.available() == 0, "answered late, asked before");
  all.free_now(0, t3);
  BOOST_TEST(all.available() == 0, "it has them");
  all.reserve("b", {1, 1, 0});
  all.release("b", t3);
  all.free_now(4, t3);
  BOOST_TEST(all.available() == 4);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
