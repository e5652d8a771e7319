/// The model of a Flink before 1.15, as the lab's 1.12.5 answered.
#include "protocol/flink_leader.hpp"
#include "tests/models/flink_world.hpp"

using namespace drey;
using namespace drey::sim;
using namespace drey::sim::testing;

namespace {

struct old_world : flink_world {
  explicit old_world(configuration config = old_settings) : flink_world(1, {}, std::move(config)) {
    image = "flink:1.12.5";
    start();
  }
};

trigger_savepoint a_trigger(const job_id& job, flink_version version) {
  return {job, "t1", "file:///data/savepoints/t1", "", version};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(old_flink)

BOOST_AUTO_TEST_CASE(a_trigger_id_is_refused_and_one_is_given) {
  old_world w;
  const auto job = w.running("orders");
  BOOST_TEST(w.is_refused_for(a_trigger(job, flink_version::v1_15), refusal_reason::invalid));
  BOOST_TEST(w.is_refused_for(stop_job{job, flink_version::v1_20, "t2", "file:///data/savepoints"},
                              refusal_reason::invalid));
  const auto first = w.ask<flink_done>(a_trigger(job, flink_version::v1_12)).request;
  BOOST_TEST(first != "t1");
  BOOST_TEST(w.is_refused_for(get_savepoint{job, "t1"}, refusal_reason::not_found));
  w.pass(seconds{3});
  BOOST_TEST(w.ask<savepoint_progress>(get_savepoint{job, first}).state == "COMPLETED");
  const auto again = w.ask<flink_done>(a_trigger(job, flink_version::v1_12)).request;
  BOOST_TEST(again != first);
  w.pass(seconds{3});
  BOOST_TEST(w.listed("file:///data/savepoints/t1").size() == 2u);
}

BOOST_AUTO_TEST_CASE(each_component_leads_by_a_config_map_of_its_own) {
  old_world w;
  const auto job = w.running("orders");
  w.pass(seconds{12});
  w.f.catch_up();
  const auto* leader = w.k.get<config_map>(in_prod(leader_map_name(flink_version::v1_12, "c")));
  BOOST_REQUIRE(leader);
  BOOST_TEST(leader_host_in(*leader) == w.k.get<pod>(w.job_manager_pod())->pod_ip);
  const auto* graphs = w.k.get<config_map>(in_prod("c-dispatcher-leader"));
  BOOST_REQUIRE(graphs);
  BOOST_TEST(graphs->data.contains("jobGraph-" + job.hex));
  const auto* pointers =
      w.k.get<config_map>(in_prod(job_map_name(flink_version::v1_12, "c", job.hex)));
  BOOST_REQUIRE(pointers);
  BOOST_TEST(pointers->data.contains("checkpointID-0000000000000000001"));
}

BOOST_AUTO_TEST_CASE(an_id_is_free_again_when_its_job_is_over) {
  auto kept = old_settings;
  kept["job-result-store.delete-on-commit"] = "false";
  old_world w(kept);
  const auto job = w.running("orders");
  w.ask<flink_done>(cancel_job{job});
  w.pass(seconds{5});
  BOOST_TEST(w.state(job) == "CANCELED");
  BOOST_TEST(w.submit("orders") == job);
}

BOOST_AUTO_TEST_CASE(newer_spellings_are_passed_over) {
  flink_world newer;
  newer.image = "flink:1.12.5";
  newer.start();
  newer.running("orders");
  newer.f.crash_job_manager(in_prod("c"));
  newer.until_rest();
  BOOST_TEST(newer.ask<jobs_overview>(get_jobs_overview{}).jobs.empty(), "it has no HA");
}

BOOST_AUTO_TEST_CASE(no_configuration_comes_with_a_job) {
  old_world w;
  auto x = w.submission("orders");
  x.flink_configuration["state.checkpoints.dir"] = "file:///data/own";
  const auto job = w.ask<job_accepted>(x).job;
  w.pass(seconds{20});
  BOOST_TEST(w.checkpoints_of(job).completed->path.starts_with("file:/data/checkpoints/"));
}

BOOST_AUTO_TEST_SUITE_END()
