/// Nodes: power, partitions, what the control plane believes, and what really runs.
#include <map>

#include "tests/models/kube_world.hpp"

using namespace drey;
using namespace drey::sim;
using namespace drey::sim::testing;

namespace {

/// Counts the processes that live, by pod UID.
struct ground_truth : pod_processes {
  void started(const pod& x) override { living.insert(x.metadata.uid); }
  void asked_to_stop(const std::string&) override {}
  void stopped(const std::string& uid, stop_reason) override { living.erase(uid); }
  std::set<std::string> living;
};

/// Two nodes, one TaskManager on each; `lost` is the node of tm-0.
struct node_world : kube_world {
  node_world() {
    k.run_processes_with(truth);
    k.add_node("n1");
    k.add_node("n2");
    apply(a_stateful_set("tm", 2));
    BOOST_TEST(rest());
    for (const auto& uid : std::set<std::string>{truth.living})
      k.report_ready(uid, readiness::ready);
    BOOST_TEST(rest());
    lost = tm().node_name;
    first_uid = tm().metadata.uid;
  }
  const pod& tm() const { return *pod_named("tm-0"); }
  const node& n() const { return *k.get<node>({"", lost}); }
  bool lives(const std::string& uid) const { return truth.living.contains(uid); }

  ground_truth truth;
  std::string lost;
  std::string first_uid;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(kube_nodes)

/// The times of real-cluster.md, with the default grace.
BOOST_AUTO_TEST_CASE(a_cut_node_is_unknown_after_the_grace_and_its_pods_say_running) {
  node_world w;
  w.k.cut_node(w.lost);
  w.pass(seconds{39});
  BOOST_TEST(w.n().ready == "True");
  w.pass(seconds{2});
  BOOST_TEST(w.n().ready == "Unknown");
  BOOST_TEST(w.n().taints.size() == 2U);
  BOOST_TEST(w.tm().phase == pod_phase::running);
  BOOST_TEST(!w.tm().ready);
  BOOST_TEST(w.lives(w.first_uid));
  BOOST_TEST(w.names(object_kind::pod).size() == 2U);
  w.k.heal_node(w.lost);
  BOOST_TEST(w.rest());
  BOOST_TEST(w.n().ready == "True");
  BOOST_TEST(w.n().taints.empty());
  BOOST_TEST(w.tm().metadata.uid == w.first_uid);
  BOOST_TEST(w.tm().ready);
  BOOST_TEST(w.tm().restart_count == 0);
  BOOST_TEST(w.was_told("node_lost"));
  BOOST_TEST(w.was_told("node_back"));
}

BOOST_AUTO_TEST_CASE(a_silent_kubelet_loses_its_node_while_its_pods_work_on) {
  node_world w;
  w.k.silence_kubelet(w.lost);
  w.pass(seconds{41});
  BOOST_TEST(w.n().ready == "Unknown");
  BOOST_TEST(!w.tm().ready);
  BOOST_TEST(w.lives(w.first_uid));
  BOOST_TEST(w.k.reachable("", w.lost));
  w.k.report_exit(w.first_uid, 1);  // nobody starts it again, or tells of it
  w.pass(seconds{60});
  BOOST_TEST(w.tm().restart_count == 0);
  w.k.wake_kubelet(w.lost);
  w.pass(seconds{40});
  BOOST_TEST(w.n().ready == "True");
  BOOST_TEST(w.lives(w.first_uid));
  BOOST_TEST(w.tm().metadata.uid == w.first_uid);
  BOOST_TEST(w.tm().restart_count == 1);
}

BOOST_AUTO_TEST_CASE(a_short_cut_is_not_noticed) {
  node_world w;
  const auto version = w.k.resource_version();
  w.k.cut_node(w.lost);
  w.pass(seconds{20});
  w.k.heal_node(w.lost);
  BOOST_TEST(w.rest());
  BOOST_TEST(w.k.resource_version() == version);
}

BOOST_AUTO_TEST_CASE(a_lost_node_keeps_its_pods_terminating_until_it_is_back) {
  node_world w;
  w.k.cut_node(w.lost);
  w.pass(seconds{339});
  BOOST_TEST(!w.tm().metadata.deletion_timestamp.has_value());
  w.pass(seconds{2});
  BOOST_TEST(w.tm().metadata.deletion_timestamp.has_value());
  BOOST_TEST(w.rest());
  BOOST_TEST(w.tm().metadata.uid == w.first_uid);
  BOOST_TEST(w.lives(w.first_uid));
  w.k.heal_node(w.lost);
  BOOST_TEST(w.rest());
  BOOST_TEST(!w.lives(w.first_uid));
  BOOST_TEST(w.tm().metadata.uid != w.first_uid);
  BOOST_TEST(w.lives(w.tm().metadata.uid));
}

BOOST_AUTO_TEST_CASE(each_pod_stays_on_a_lost_node_as_long_as_it_tolerates_that) {
  node_world w;
  const auto spread = [&](const char* name, const char* tolerations) {
    auto x = a_deployment(name, 4);
    x.pods.spec = R"({"containers":[{"image":"flink:1.20","name":"flink-main-container"}],)"
                  R"("tolerations":)" +
                  std::string(tolerations) + "}";
    w.create(x);
    BOOST_TEST(w.rest());
  };
  spread("soon", R"([{"key":"node.kubernetes.io/unreachable","operator":"Exists",)"
                 R"("effect":"NoExecute","tolerationSeconds":20}])");
  spread("never", R"([{"key":"node.kubernetes.io/unreachable","operator":"Exists"}])");
  const auto there = [&](std::string_view name, bool leaving) {
    std::size_t count = 0;
    for (const auto& [at, x] : w.k.all(object_kind::pod))
      count += at.name.starts_with(name) && std::get<pod>(*x).node_name == w.lost &&
                       metadata_of(*x).deletion_timestamp.has_value() == leaving
                   ? 1
                   : 0;
    return count;
  };
  const auto leaves = [&](std::string_view name) { return there(name, true) > 0; };
  BOOST_TEST(there("soon", false) > 0U);
  BOOST_TEST(there("never", false) > 0U);
  w.k.cut_node(w.lost);
  w.pass(seconds{59});
  BOOST_TEST(!leaves("soon"));
  w.pass(seconds{3});
  BOOST_TEST(leaves("soon"));
  BOOST_TEST(!leaves("tm-0"));
  w.pass(seconds{300});
  BOOST_TEST(leaves("tm-0"));
  BOOST_TEST(!leaves("never"));
}

BOOST_AUTO_TEST_CASE(power_off_kills_at_once_and_power_on_restarts_in_place) {
  node_world w;
  const auto address = w.tm().pod_ip;
  w.k.node_power_off(w.lost);
  BOOST_TEST(!w.lives(w.first_uid));
  BOOST_TEST(w.tm().ready);  // nobody has noticed yet
  w.pass(seconds{60});
  BOOST_TEST(!w.tm().ready);
  w.k.node_power_on(w.lost);
  BOOST_TEST(w.rest());
  BOOST_TEST(w.lives(w.first_uid));
  BOOST_TEST(w.tm().metadata.uid == w.first_uid);
  BOOST_TEST(w.tm().restart_count == 1);
  BOOST_TEST(w.tm().pod_ip != address);
  BOOST_TEST(!w.tm().ready);
  BOOST_TEST(w.n().ready == "True");
}

BOOST_AUTO_TEST_CASE(a_node_that_comes_back_after_the_eviction_gives_its_pods_up) {
  node_world w;
  w.k.node_power_off(w.lost);
  BOOST_TEST(w.rest());
  BOOST_TEST(w.tm().metadata.deletion_timestamp.has_value());
  w.k.node_power_on(w.lost);
  BOOST_TEST(w.rest());
  BOOST_TEST(w.tm().metadata.uid != w.first_uid);
  BOOST_TEST(!w.lives(w.first_uid));
}

BOOST_AUTO_TEST_CASE(pods_of_a_removed_node_go_without_a_kubelet) {
  node_world w;
  w.k.remove_node(w.lost);
  BOOST_TEST(w.k.get<node>({"", w.lost}) == nullptr);
  BOOST_TEST(w.tm().metadata.uid == w.first_uid);
  BOOST_TEST(w.rest());
  BOOST_TEST(w.tm().metadata.uid != w.first_uid);
  BOOST_TEST(w.tm().node_name != w.lost);
}

BOOST_AUTO_TEST_CASE(out_of_service_lets_terminating_pods_go) {
  node_world w;
  w.k.node_power_off(w.lost);
  BOOST_TEST(w.rest());
  BOOST_TEST(w.tm().metadata.uid == w.first_uid);
  w.k.taint_node(w.lost, "node.kubernetes.io/out-of-service=nodeshutdown:NoExecute");
  BOOST_TEST(w.rest());
  BOOST_TEST(w.tm().metadata.uid != w.first_uid);
  BOOST_TEST(w.lives(w.tm().metadata.uid));
}

BOOST_AUTO_TEST_CASE(a_taint_drives_pods_out) {
  node_world w;
  w.k.taint_node(w.lost, "maintenance=now:NoExecute");
  BOOST_TEST(w.rest());
  BOOST_TEST(w.tm().metadata.uid != w.first_uid);
  BOOST_TEST(w.tm().node_name != w.lost);
}

BOOST_AUTO_TEST_CASE(the_network_of_a_cut_node) {
  node_world w;
  BOOST_TEST(w.k.reachable("n1", "n2"));
  BOOST_TEST(w.k.reachable("n1", ""));
  w.k.cut_node("n1");
  BOOST_TEST(!w.k.reachable("n1", "n2"));
  BOOST_TEST(!w.k.reachable("", "n1"));
  BOOST_TEST(w.k.reachable("n1", "n1"));
  BOOST_TEST(w.k.reachable("n2", ""));
  w.k.node_power_off("n1");
  w.k.heal_node("n1");
  BOOST_TEST(!w.k.reachable("n1", "n1"));
  BOOST_TEST(!w.k.reachable("n1", ""));
  w.k.node_power_on("n1");
  BOOST_TEST(!w.k.reachable("n1", ""));
  BOOST_TEST(w.rest());
  BOOST_TEST(w.k.reachable("n1", ""));
}

BOOST_AUTO_TEST_CASE(what_happened_on_a_cut_node_is_told_afterwards) {
  node_world w;
  w.k.cut_node(w.lost);
  w.k.crash_container(in_prod("tm-0"));
  BOOST_TEST(w.tm().restart_count == 0);
  w.pass(seconds{10});
  BOOST_TEST(w.lives(w.first_uid));
  w.k.heal_node(w.lost);
  BOOST_TEST(w.rest());
  BOOST_TEST(w.tm().restart_count == 1);
  BOOST_TEST(w.tm().terminated_reason == "Error");
}

BOOST_AUTO_TEST_CASE(a_pod_deleted_by_force_lives_on_behind_a_cut) {
  node_world w;
  w.k.cordon_node(w.lost);
  w.k.cut_node(w.lost);
  w.k.delete_pod(in_prod("tm-0"), pod_deletion::force, "person");
  w.pass(seconds{30});
  BOOST_TEST(w.lives(w.first_uid));  // two processes for one name: what forcing does
  BOOST_TEST(w.lives(w.tm().metadata.uid));
  w.k.heal_node(w.lost);
  BOOST_TEST(w.rest());
  BOOST_TEST(!w.lives(w.first_uid));
}

BOOST_AUTO_TEST_CASE(nobody_changes_anything_during_an_outage) {
  node_world w;
  w.k.crash_container(in_prod("tm-1"));
  w.k.set_api(api_state::down);
  const auto version = w.k.resource_version();
  w.k.crash_container(in_prod("tm-0"));
  w.k.node_power_off(w.lost);
  w.pass(std::chrono::minutes{20});
  BOOST_TEST(w.k.resource_version() == version);
  BOOST_TEST(w.n().ready == "True");
  w.k.set_api(api_state::up);
  w.pass(seconds{41});
  BOOST_TEST(w.n().ready == "Unknown");
  BOOST_TEST(w.pod_named("tm-1")->restart_count == 1);
}

BOOST_AUTO_TEST_CASE(work_that_waited_for_the_server_is_done) {
  kube_world w;
  w.k.add_node("n1");
  w.apply(a_stateful_set("tm", 2));
  w.k.set_api(api_state::down);
  BOOST_TEST(w.rest());
  BOOST_TEST(w.names(object_kind::pod).empty());
  w.k.set_api(api_state::up);
  BOOST_TEST(w.rest());
  BOOST_TEST(w.pod_named("tm-1")->ready);
}

BOOST_AUTO_TEST_SUITE_END()
