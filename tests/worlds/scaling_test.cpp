/// Clusters that are scaled from outside, without faults: an autoscaler's growth and shrinking that
/// no job notices, growth that jobs use, and growth that meets the end of the machines' room. And
/// what else keeps pods from working.
#include <boost/test/unit_test.hpp>

#include "tests/worlds/worlds.hpp"

namespace drey::sim {

namespace {

constexpr std::uint64_t seeds = 8;

void hold(const std::string& path) { every_seed_holds(path, "none", seeds); }

}  // namespace

BOOST_AUTO_TEST_CASE(an_autoscaler_scales_a_cluster_under_its_jobs) {
  hold("tests/worlds/autoscaled.yaml");
}
BOOST_AUTO_TEST_CASE(clusters_grow_as_far_as_there_is_room) { hold(crowded_scenario); }
BOOST_AUTO_TEST_CASE(clusters_grow_as_far_as_quotas_and_node_groups_allow) {
  hold("tests/worlds/quota_guard.yaml");
}
BOOST_AUTO_TEST_CASE(those_with_tasks_go_when_the_spec_lets_them) { hold(scaling_scenario); }
BOOST_AUTO_TEST_CASE(jobs_move_twice_where_the_api_server_drops_ordinals) {
  hold("tests/worlds/spare_first.yaml");
}
BOOST_AUTO_TEST_CASE(jobs_share_the_slots_that_stay_free) { hold(shared_slots_scenario); }
BOOST_AUTO_TEST_CASE(a_change_whose_pods_fail_is_taken_back_for_nothing) {
  hold("tests/worlds/taken_back.yaml");
}
BOOST_AUTO_TEST_CASE(a_jobmanager_with_a_dead_rest_is_replaced) { hold(dead_rest_scenario); }
BOOST_AUTO_TEST_CASE(what_is_wrong_with_pods_is_told_while_it_lasts) { hold(troubles_scenario); }
BOOST_AUTO_TEST_CASE(slots_that_taskmanagers_have_lost_are_told_while_they_lack) {
  hold(lost_slots_scenario);
}
BOOST_AUTO_TEST_CASE(taskmanagers_that_wait_for_a_jobmanager_behind_a_cut_network_are_replaced) {
  hold("tests/worlds/cut_off.yaml");
}
BOOST_AUTO_TEST_CASE(nodes_that_do_not_answer_are_given_up_as_fast_as_a_person_says) {
  hold(lost_nodes_scenario);
}
BOOST_AUTO_TEST_CASE(nodes_are_drained_under_the_jobs) { hold(drained_scenario); }
BOOST_AUTO_TEST_CASE(a_job_that_kills_taskmanagers_is_told_of_and_let_alone) {
  hold("tests/worlds/poison.yaml");
}

}  // namespace drey::sim
