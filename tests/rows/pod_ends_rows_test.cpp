/// Rows of TaskManagers that end one after the other, each in a pod of its own.
#include "actors/pod_ends.hpp"

#include <boost/test/unit_test.hpp>

namespace drey::rows {

namespace {

constexpr milliseconds at(std::int64_t minutes) {
  return milliseconds{1'795'687'200'000 + minutes * 60'000};
}

pod ended(const std::string& name, const std::string& reason = "Evicted") {
  pod x;
  x.metadata.ns = "flink";
  x.metadata.name = name;
  x.metadata.uid = "uid-of-" + name;
  x.phase = pod_phase::failed;
  x.reason = reason;
  x.terminated_reason = "OOMKilled";
  x.exit_code = 137;
  return x;
}

struct seen {
  pod what;
  std::int64_t minute;
};
/// The reason told at the last of them; empty: nothing is.
std::string after(const std::vector<seen>& all, std::int64_t later = 0) {
  pod_ends ends;
  for (const auto& one : all) ends.look(one.what, at(one.minute));
  const auto told = ends.told(at(all.back().minute + later));
  return told ? told->reason : "";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pod_ends_rows)

BOOST_AUTO_TEST_CASE(three_within_ten_minutes_are_a_loop) {
  BOOST_TEST(after({{ended("a"), 0}, {ended("b"), 4}, {ended("c"), 9}}) == "Evicted");
  BOOST_TEST(after({{ended("a"), 0}, {ended("b"), 4}}) == "");
  BOOST_TEST(after({{ended("a"), 0}, {ended("b"), 4}, {ended("c"), 11}}) == "", "too slow");
  BOOST_TEST(
      after({{ended("a"), 0}, {ended("b"), 4}, {ended("c"), 11}, {ended("d"), 12}}) == "Evicted",
      "the last three count");
}

BOOST_AUTO_TEST_CASE(one_end_is_seen_once) {
  BOOST_TEST(after({{ended("a"), 0}, {ended("a"), 1}, {ended("a"), 2}}) == "");
  pod_ends ends;
  for (int i = 0; i < 3; ++i) {
    ends.look(ended("session-taskmanager-0"), at(i));
    ends.forget("uid-of-session-taskmanager-0");
  }
  BOOST_TEST(ends.told(at(2)).has_value(), "another pod of the same name has another UID, or none");
}

BOOST_AUTO_TEST_CASE(what_ends_because_it_is_removed_does_not_count) {
  auto going = ended("c", "");
  going.metadata.deletion_timestamp = at(5);
  auto working = ended("d");
  working.phase = pod_phase::running;
  auto done = ended("e");
  done.phase = pod_phase::succeeded;
  for (const auto& other : {going, working, done})
    BOOST_TEST(after({{ended("a"), 0}, {ended("b"), 1}, {other, 2}}) == "");
  auto evicted = ended("f");
  evicted.metadata.deletion_timestamp = at(2);
  BOOST_TEST(after({{ended("a"), 0}, {ended("b"), 1}, {evicted, 2}}) == "Evicted",
             "its StatefulSet removed it because of that");
}

BOOST_AUTO_TEST_CASE(it_is_over_ten_minutes_after_the_last) {
  const std::vector<seen> all{{ended("a"), 0}, {ended("b"), 1}, {ended("c"), 2}};
  BOOST_TEST(after(all, 9) == "Evicted");
  BOOST_TEST(after(all, 10) == "");
}

BOOST_AUTO_TEST_CASE(the_words_name_pods_cause_and_remedy) {
  pod_ends ends;
  for (const auto* name : {"a", "b", "c"}) ends.look(ended(name, ""), at(1));
  const auto told = ends.told(at(2));
  BOOST_REQUIRE(told.has_value());
  BOOST_TEST(told->reason == "OOMKilled");
  BOOST_TEST(told->message ==
             "TaskManagers end one after the other (a, b, c within 10 min); the last one: "
             "OOMKilled, exit code 137. Give them more in spec.taskManager.resource.memory, or let "
             "what runs in them need less. Each is made anew meanwhile");
  BOOST_TEST((*ends.told(at(3)) == *told), "no word changes while nothing does");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
