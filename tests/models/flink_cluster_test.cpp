/// A session cluster of the Flink model comes up, is seen by REST, and rests.
#include "tests/models/flink_world.hpp"

using namespace drey;
using namespace drey::sim;
using namespace drey::sim::testing;

BOOST_AUTO_TEST_SUITE(flink_cluster)

BOOST_AUTO_TEST_CASE(a_cluster_comes_up_with_its_task_managers) {
  flink_world w;
  BOOST_TEST(w.is_refused_for(get_cluster_overview{}, refusal_reason::unavailable));
  w.start();
  const auto seen = w.ask<cluster_overview>(get_cluster_overview{});
  BOOST_TEST(seen.task_managers == 2);
  BOOST_TEST(seen.slots_total == 4);
  BOOST_TEST(seen.slots_available == 4);
  BOOST_TEST(seen.flink_version == "1.20");
  BOOST_TEST(w.k.get<pod>(w.job_manager_pod())->ready);
  BOOST_TEST(w.f.cluster_truth(in_prod("c"))->slots_total == 4);
}

BOOST_AUTO_TEST_CASE(a_task_manager_is_known_by_the_uid_of_its_pod) {
  flink_world w;
  w.start();
  auto uids = std::vector{w.uid(object_kind::pod, in_prod("c-tm-0")),
                          w.uid(object_kind::pod, in_prod("c-tm-1"))};
  for (const auto& one : w.ask<drey::task_managers>(get_task_managers{}).all) {
    BOOST_TEST(std::erase(uids, one.id) == 1u);
    BOOST_TEST(one.slots == 2);
    BOOST_TEST(one.slots_free == 2);
  }
  BOOST_TEST(uids.empty());
}

BOOST_AUTO_TEST_CASE(the_leader_writes_its_config_map) {
  flink_world w;
  w.start();
  const auto* map = w.k.get<config_map>(in_prod("c-cluster-config-map"));
  BOOST_REQUIRE(map);
  BOOST_TEST(map->metadata.labels.at("app") == "c");
  BOOST_TEST(map->metadata.labels.at("type") == "flink-native-kubernetes");
  BOOST_TEST(!map->metadata.labels.contains("configmap-type"));  // Flink 2 has none
  BOOST_TEST(map->metadata.owners.empty());
}

BOOST_AUTO_TEST_CASE(without_ha_no_config_map_is_written) {
  flink_world w{1, {}, checkpoints_on};
  w.start();
  BOOST_TEST(w.ask<cluster_overview>(get_cluster_overview{}).task_managers == 2);
  BOOST_TEST(!w.k.get<config_map>(in_prod("c-cluster-config-map")));
}

BOOST_AUTO_TEST_CASE(without_its_configuration_a_process_exits_again_and_again) {
  flink_world w;
  w.remove(object_kind::config_map, in_prod("c-config"));
  w.start();
  BOOST_TEST(w.k.get<pod>(in_prod("c-tm-0"))->restart_count > 0);
  BOOST_TEST(w.is_refused_for(get_cluster_overview{}, refusal_reason::unavailable));
}

BOOST_AUTO_TEST_CASE(nobody_answers_without_a_service) {
  flink_world w;
  w.start();
  w.remove(object_kind::service, in_prod("c-rest"));
  BOOST_TEST(w.is_refused_for(get_cluster_overview{}, refusal_reason::unavailable));
}

BOOST_AUTO_TEST_CASE(a_hanging_rest_is_an_unknown_outcome) {
  flink_world w;
  w.start();
  w.f.hang_rest(in_prod("c"), seconds{10});
  BOOST_TEST(w.is_refused_for(get_cluster_overview{}, refusal_reason::unknown_outcome));
  w.pass(seconds{10});
  BOOST_TEST(w.ask<cluster_overview>(get_cluster_overview{}).task_managers == 2);
}

BOOST_AUTO_TEST_CASE(at_rest_ten_jobs_plan_nothing) {
  flink_world w;
  w.start(5);
  for (int n = 0; n < 10; ++n) w.running("job" + std::to_string(n), 1);
  BOOST_TEST(w.rest(std::chrono::minutes{10}));
  const auto before = w.chance.drawn();
  w.time.advance_to(w.time.now() + std::chrono::hours{24});
  w.f.catch_up();
  BOOST_TEST(w.rest(milliseconds{0}));
  BOOST_TEST(w.chance.drawn() == before);
  BOOST_TEST(w.checkpoints_of(submission_id("job3", 1)).count_completed > 8'000);
}

BOOST_AUTO_TEST_CASE(equal_seeds_tell_equal_stories) {
  const auto story = [] {
    fault_profile profile;
    profile.job_failure_every = seconds{40};
    profile.checkpoint_failure_per_mille = 200;
    flink_world w{7, profile};
    w.start();
    w.running("orders");
    w.pass(seconds{100});
    w.f.crash_job_manager(in_prod("c"));
    w.pass(seconds{200});
    return w.told;
  };
  BOOST_TEST((story() == story()));
}

BOOST_AUTO_TEST_SUITE_END()
