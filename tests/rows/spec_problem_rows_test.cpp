/// What drey says of a spec, as an error in its status or as warnings in Events.
#include "actors/spec_problem.hpp"

#include <boost/test/unit_test.hpp>

namespace drey::rows {

namespace {

flink_deployment cluster_with(configuration config) {
  flink_deployment cluster;
  cluster.metadata.name = "session";
  flink_deployment_spec spec;
  spec.flink_version = flink_version::v1_20;
  spec.service_account = "flink";
  spec.mode = deployment_mode::standalone;
  spec.job_manager.resource.emplace().memory = "1g";
  spec.task_manager.resource.emplace().memory = "1g";
  spec.task_manager.replicas = 1;
  spec.flink_configuration = std::move(config);
  cluster.spec = std::make_shared<const flink_deployment_spec>(std::move(spec));
  return cluster;
}

}  // namespace

BOOST_AUTO_TEST_CASE(warnings_of_a_spec) {
  BOOST_TEST(warnings_of(cluster_with({})).empty());
  const auto odd = cluster_with({{"kubernetes.hostnetwork.enabled", "true"}, {"rest.port", "1"}});
  BOOST_TEST(problem_of(odd).empty(), "it runs all the same");
  const std::vector<std::string> wanted{
      "spec.flinkConfiguration[kubernetes.hostnetwork.enabled]: has no effect in a standalone "
      "cluster. Write it into spec.podTemplate",
      "spec.flinkConfiguration[rest.port]: has no effect: drey sets it itself. Remove it"};
  BOOST_TEST(warnings_of(odd) == wanted, boost::test_tools::per_element());
  const auto wrong = cluster_with({{"kubernetes.jobmanager.labels", "team"}});
  BOOST_TEST(warnings_of(wrong).empty());
  BOOST_TEST(
      problem_of(wrong).starts_with("spec.flinkConfiguration[kubernetes.jobmanager.labels]"));
  flink_deployment unreadable;
  unreadable.unreadable = "spec.image: must be a string";
  BOOST_TEST(warnings_of(unreadable).empty());
}

}  // namespace drey::rows
