// Who leads, out of Flink's ConfigMaps.
#include "protocol/flink_leader.hpp"

#include <boost/test/unit_test.hpp>

using namespace drey;

namespace {

std::string leader_in(string_map data) { return leader_host_in({{}, std::move(data), false}); }
constexpr const char* modern = "org.apache.flink.k8s.leader.restserver";

}  // namespace

BOOST_AUTO_TEST_CASE(leaders_of_rest) {
  BOOST_TEST(leader_in({{modern, "6f1c-1,http://10.1.2.3:8081"}}) == "10.1.2.3");
  BOOST_TEST(leader_in({{modern, "6f1c-1,https://10.1.2.3:8081"}}) == "10.1.2.3");
  BOOST_TEST(leader_in({{modern, "6f1c-1,http://[fd00::7]:8081"}}) == "fd00::7");
  BOOST_TEST(leader_in({{modern, ""}}) == "");
  BOOST_TEST(leader_in({{modern, "garbage"}}) == "");
  BOOST_TEST(leader_in({}) == "");
  BOOST_TEST(leader_in({{"address", "http://10.1.2.3:8081"}, {"sessionId", "6f1c-1"}}) ==
             "10.1.2.3");
  BOOST_TEST(leader_map_name(flink_version::v1_14, "orders") == "orders-restserver-leader");
  BOOST_TEST(leader_map_name(flink_version::v1_15, "orders") == "orders-cluster-config-map");
  BOOST_TEST(leader_map_name(flink_version::v2_1, "orders") == "orders-cluster-config-map");
  BOOST_TEST(job_map_name(flink_version::v1_14, "orders", "07") == "orders-07-jobmanager-leader");
  BOOST_TEST(job_map_name(flink_version::v1_15, "orders", "07") == "orders-07-config-map");
}

BOOST_AUTO_TEST_CASE(where_a_leader_is_written_down) {
  BOOST_TEST(leads_by_config_map({{"high-availability.type", "kubernetes"}}));
  BOOST_TEST(leads_by_config_map(
      {{"high-availability",
        "org.apache.flink.kubernetes.highavailability.KubernetesHaServicesFactory"}}));
  BOOST_TEST(!leads_by_config_map({{"high-availability.type", "zookeeper"}}));
  BOOST_TEST(!leads_by_config_map({}));
}
