/// Whether a JobManager on a node that does not answer works, by its lock.
#include "actors/leader_vigil.hpp"

#include <boost/test/unit_test.hpp>

namespace drey {

namespace {

constexpr milliseconds wait{20'000};
constexpr milliseconds at(int seconds) { return milliseconds{seconds * 1'000}; }

/// It has been read once.
leader_vigil begun() {
  leader_vigil all;
  BOOST_TEST(all.is_due("pod", wait, at(5)));
  all.read("7", at(5), true);
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(leader_vigil_rows)

BOOST_AUTO_TEST_CASE(one_read_says_nothing) {
  BOOST_TEST((begun().lock() == leader_lock::unknown));
}

BOOST_AUTO_TEST_CASE(it_is_read_again_when_a_person_has_waited) {
  auto all = begun();
  BOOST_TEST(!all.is_due("pod", wait, milliseconds{24'999}));
  BOOST_TEST(all.is_due("pod", wait, at(25)));
  BOOST_TEST(all.is_due("pod", milliseconds{1'000}, at(6)));  // who waits for less from now on
}

BOOST_AUTO_TEST_CASE(what_nobody_renewed_has_lapsed) {
  auto all = begun();
  all.read("7", at(25), true);
  BOOST_TEST((all.lock() == leader_lock::lapsed));
  auto without = leader_vigil{};
  without.is_due("pod", wait, at(0));
  without.read("", at(0), true);
  without.read("", at(20), true);
  BOOST_TEST((without.lock() == leader_lock::lapsed));
}

BOOST_AUTO_TEST_CASE(who_renews_it_works_until_it_does_not) {
  auto all = begun();
  all.read("9", at(25), true);
  BOOST_TEST((all.lock() == leader_lock::renewed));
  BOOST_TEST(!all.is_due("pod", wait, at(44)));
  all.read("9", at(45), true);
  BOOST_TEST((all.lock() == leader_lock::lapsed));
}

BOOST_AUTO_TEST_CASE(nothing_lapses_where_most_nodes_are_silent) {
  auto all = begun();
  all.read("7", at(25), false);
  BOOST_TEST((all.lock() == leader_lock::unknown));
}

BOOST_AUTO_TEST_CASE(another_pod_or_a_read_that_failed_begin_anew) {
  auto all = begun();
  BOOST_TEST(all.is_due("another", wait, at(6)));
  all.read("7", at(6), true);
  BOOST_TEST((all.lock() == leader_lock::unknown));
  all.end();
  BOOST_TEST(all.pod_uid().empty());
  BOOST_TEST(all.is_due("another", wait, at(7)));
  all.read("7", at(27), true);
  BOOST_TEST((all.lock() == leader_lock::unknown));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey
