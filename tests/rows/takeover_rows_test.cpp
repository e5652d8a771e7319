/// What another operator made: to whom it belongs, and a window that two sets share.
#include "actors/takeover.hpp"

#include <boost/test/unit_test.hpp>

#include "protocol/describe.hpp"

namespace drey::rows {

namespace {

object_meta cluster() {
  object_meta x;
  x.ns = "flink";
  x.name = "session";
  x.uid = "uid-2";
  x.creation_timestamp = milliseconds{100'000};
  return x;
}

deployment elders(std::int32_t replicas) {
  deployment x;
  x.metadata.ns = "flink";
  x.metadata.name = "session-taskmanager";
  x.metadata.labels = {{"app", "session"}, {"component", "taskmanager"}};
  x.replicas = replicas;
  return x;
}

bool is_made(std::vector<owner_reference> owners) {
  auto one = elders(1);
  one.metadata.owners = std::move(owners);
  return is_made_for(one, cluster());
}

bool is_pod_made(const std::string& kind, const std::string& owner, std::int64_t born) {
  pod one;
  one.metadata.owners = {{"apps/v1", kind, owner, "uid-9"}};
  one.metadata.creation_timestamp = milliseconds{born};
  return is_made_for(one, cluster());
}

std::string parts(const ordinal_window& all, const ordinal_window& first) {
  const auto found = parted(all, first);
  return std::to_string(found.elders) + " and " + std::to_string(found.set.count) + " from " +
         std::to_string(found.set.start);
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_drey_made_is_kept_by_uid_and_what_others_made_by_name) {
  auto one = elders(1).metadata;
  BOOST_TEST(is_unmarked(one));
  BOOST_TEST(keeper_of(one) == "flink/session");
  BOOST_TEST(keeper_of("flink", "session") == "flink/session");
  one.labels["drey.io/owner-uid"] = "uid-2";
  BOOST_TEST(!is_unmarked(one));
  BOOST_TEST(keeper_of(one) == "uid-2");
  one.labels.erase("app");
  BOOST_TEST(keeper_of(one) == "");
}

BOOST_AUTO_TEST_CASE(a_deployment_says_by_its_owner_for_whom_it_was_made) {
  BOOST_TEST(is_made({{"flink.apache.org/v1beta1", "FlinkDeployment", "session", "uid-2"}}));
  // Of an earlier resource of this name, or of nobody: Flink's own client makes those.
  BOOST_TEST(!is_made({{"flink.apache.org/v1beta1", "FlinkDeployment", "session", "uid-1"}}));
  BOOST_TEST(!is_made({}));
}

BOOST_AUTO_TEST_CASE(a_pod_says_it_by_its_workloads_name_and_its_age) {
  BOOST_TEST(is_pod_made("ReplicaSet", "session-5d4f8", 100'000));
  BOOST_TEST(is_pod_made("Deployment", "session", 200'000));  // native mode: the JobManager's
  BOOST_TEST(!is_pod_made("ReplicaSet", "session-5d4f8", 99'000));
  BOOST_TEST(!is_pod_made("ReplicaSet", "sessions-5d4f8", 200'000));
}

BOOST_AUTO_TEST_CASE(elders_have_the_places_before_those_of_the_set) {
  stateful_set set;
  BOOST_TEST(text_of(window_of_elders(elders(3), nullptr)) == text_of(ordinal_window{0, 3}));
  set.ordinals_start = 3;
  BOOST_TEST(text_of(window_of_elders(elders(3), &set)) == text_of(ordinal_window{0, 3}));
  BOOST_TEST(text_of(window_of_elders(elders(1), &set)) == text_of(ordinal_window{2, 1}));
  BOOST_TEST(text_of(joined({2, 1}, 4)) == text_of(ordinal_window{2, 5}));
}

BOOST_AUTO_TEST_CASE(a_window_is_parted_where_the_elders_end) {
  BOOST_TEST(parts({0, 3}, {0, 3}) == "3 and 0 from 3");
  BOOST_TEST(parts({0, 5}, {0, 3}) == "3 and 2 from 3");  // it grows at the top
  BOOST_TEST(parts({2, 4}, {0, 3}) == "1 and 3 from 3");  // and slides past the first two
  BOOST_TEST(parts({3, 3}, {0, 3}) == "0 and 3 from 3");
  BOOST_TEST(parts({5, 3}, {0, 3}) == "0 and 3 from 5");
  BOOST_TEST(parts({0, 2}, {0, 3}) == "2 and 0 from 3");  // it shrinks at the top
  BOOST_TEST(parts({1, 2}, {0, 3}) == "2 and 0 from 3");  // or at the bottom
  BOOST_TEST(parts({0, 0}, {0, 3}) == "0 and 0 from 3");
}

}  // namespace drey::rows
