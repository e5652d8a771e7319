/// Rows of the pause: who is paused, by what, and what is left of it afterwards.
#include "actors/pause.hpp"

#include <boost/test/unit_test.hpp>

namespace drey::rows {

namespace {

object_meta in(std::string ns, std::string word = "") {
  object_meta meta;
  meta.ns = std::move(ns);
  if (!word.empty()) meta.annotations[std::string(paused_key)] = std::move(word);
  return meta;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pause_rows)

BOOST_AUTO_TEST_CASE(who_is_paused) {
  const pause_settings none;
  const pause_settings some{fleet::works, {"a", "b"}};
  const pause_settings all{fleet::is_paused, {}};
  BOOST_TEST(why_paused(in("a"), none) == "");
  BOOST_TEST(why_paused(in("a", "true"), none) == "its annotation drey.io/paused is \"true\"");
  BOOST_TEST(why_paused(in("a", "false"), none) == "");
  BOOST_TEST(why_paused(in("a", "True"), none) == "");  // as Kubernetes takes such words
  BOOST_TEST(why_paused(in("b"), some) == "the operator was started with --paused-namespaces b");
  BOOST_TEST(why_paused(in("c"), some) == "");
  BOOST_TEST(why_paused(in("c"), all) == "the operator was started with --paused");
  BOOST_TEST(is_paused(in("c", "true")));
  BOOST_TEST(!is_paused(in("c")));
}

BOOST_AUTO_TEST_CASE(what_is_left_of_it) {
  std::vector<condition> conditions{{"Ready", "True", "Running", "", {}, 1},
                                    {"Paused", "True", "Paused", "", {}, 1}};
  forget_pause(conditions);
  BOOST_TEST(conditions.size() == 1U);
  BOOST_TEST(conditions.front().type == "Ready");
}

BOOST_AUTO_TEST_CASE(a_gate_stays_closed) {
  pause_gate gate;
  BOOST_TEST(!gate.is_closed());
  gate.close();
  BOOST_TEST(gate.is_closed());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
