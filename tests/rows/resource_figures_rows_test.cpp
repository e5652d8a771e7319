/// Rows of what metrics tell of one resource.
#include "actors/resource_figures.hpp"

#include <boost/test/unit_test.hpp>

namespace drey::rows {

namespace {

flink_session_job job(const std::string& state) {
  flink_session_job one;
  one.metadata.ns = "flink";
  one.metadata.name = "orders";
  one.status.job.state = state;
  return one;
}

resource_figures told_of(const flink_session_job& x) { return figures_of(object{x}); }

}  // namespace

BOOST_AUTO_TEST_SUITE(resource_figures_rows)

BOOST_AUTO_TEST_CASE(conditions_and_the_ledger) {
  auto one = job("RUNNING");
  one.status.conditions = {{"Ready", "True", "Running", "", {}, 1},
                           {"Stalled", "False", "Running", "", {}, 1}};
  one.status.restarts = {{"2026-11-26T10:00:00.000Z", "job", "why", "", 900},
                         {"2026-11-26T10:00:01.500Z", "job", "why", "", 2500}};
  const auto told = told_of(one);
  BOOST_TEST(told.ready);
  BOOST_TEST(!told.stalled);
  BOOST_TEST(!told.degraded);
  BOOST_TEST(!told.paused);
  BOOST_TEST(!told.resting);
  BOOST_TEST((told.name == object_name{"flink", "orders"}));
  BOOST_TEST((told.last_restart == milliseconds{1'795'687'201'500}));
  BOOST_TEST((told.last_downtime == milliseconds{2500}));
  one.status.restarts.back().down_ms.reset();
  BOOST_TEST(!told_of(one).last_downtime.has_value(), "it lasts");
  one.status.conditions = {{"Ready", "False", "Waiting", "", {}, 1},
                           {"Stalled", "True", "Invalid", "", {}, 1},
                           {"Degraded", "True", "OOMKilled", "", {}, 1},
                           {"Paused", "True", "Paused", "", {}, 1}};
  BOOST_TEST(!told_of(one).ready);
  BOOST_TEST(told_of(one).stalled);
  BOOST_TEST(told_of(one).degraded);
  BOOST_TEST(told_of(one).paused);
}

BOOST_AUTO_TEST_CASE(what_a_person_is_paged_for_of_taskmanagers) {
  flink_deployment cluster;
  const auto of_cluster = [&] { return figures_of(object{cluster}); };
  BOOST_TEST(!(of_cluster().over_committed || of_cluster().contested));
  cluster.status.conditions = {{"OverCommitted", "True", "NoRoom", "", {}, 1},
                               {"ReplicasContested", "True", "TwoManagers", "", {}, 1},
                               {"Progressing", "False", "ScaleDownWaits", "", {}, 1}};
  BOOST_TEST(of_cluster().over_committed);
  BOOST_TEST(of_cluster().contested);
  BOOST_TEST(of_cluster().scale_down_waits);
  cluster.status.conditions = {{"OverCommitted", "False", "Fits", "", {}, 1},
                               {"Progressing", "True", "Rolling", "", {}, 1}};
  BOOST_TEST(!of_cluster().over_committed);
  BOOST_TEST(!of_cluster().scale_down_waits);
}

BOOST_AUTO_TEST_CASE(who_is_not_to_run_rests) {
  BOOST_TEST(told_of(job("FINISHED")).resting);
  BOOST_TEST(!told_of(job("FAILED")).resting);
  auto asleep = job("CANCELED");
  flink_session_job_spec spec;
  spec.job.emplace().state = desired_state::suspended;
  asleep.spec = std::make_shared<const flink_session_job_spec>(spec);
  BOOST_TEST(told_of(asleep).resting);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
