/// What drey says of a spec, as an error in its status or as warnings in Events.
#include "actors/spec_problem.hpp"

#include <boost/test/unit_test.hpp>

#include "protocol/validate.hpp"

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

BOOST_AUTO_TEST_CASE(what_a_job_cannot_have_on_an_old_flink) {
  flink_session_job job;
  flink_session_job_spec spec;
  spec.job.emplace().restart = restart_policy::nostart;
  job.spec = std::make_shared<const flink_session_job_spec>(spec);
  using v = flink_version;
  const auto told = problem_beside(job, {}, v::v1_16);
  BOOST_TEST(told.starts_with("spec.job.restartPolicy"), told);
  BOOST_TEST(told.find("Set restart-strategy: none in the cluster's") != told.npos, told);
  BOOST_TEST(problem_beside(job, {{"restart-strategy", "none"}}, v::v1_12) == "");
  BOOST_TEST(problem_beside(job, {{"restart-strategy.type", "off"}}, v::v1_12) == "");
  BOOST_TEST(problem_beside(job, {}, v::v1_17) == "");
}

BOOST_AUTO_TEST_CASE(a_configuration_that_an_old_flink_is_not_told) {
  using v = flink_version;
  const configuration own{{"execution.checkpointing.interval", "1 s"},
                          {"kubernetes.operator.job.savepoint-on-deletion", "true"},
                          {"pipeline.max-parallelism", "8"},
                          {"state.savepoints.dir", "s3://a"}};
  BOOST_TEST(!configuration_not_taken(own, v::v1_17));
  const auto told = configuration_not_taken(own, v::v1_16);
  BOOST_REQUIRE(told);
  BOOST_TEST((told->level == severity::warning));
  BOOST_TEST(told->path == "spec.flinkConfiguration");
  BOOST_TEST(told->problem ==
             "has no effect on Flink 1.16, which takes no configuration with a job (that is since "
             "1.17): execution.checkpointing.interval, pipeline.max-parallelism");
  BOOST_TEST(!configuration_not_taken({{"job.autoscaler.enabled", "true"}}, v::v1_12));
}

}  // namespace drey::rows
