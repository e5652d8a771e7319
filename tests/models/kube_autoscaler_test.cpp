/// HorizontalPodAutoscalers, the scale subresource that they use, and a scheduler that knows what
/// pods ask for.
#include "tests/models/kube_world.hpp"

using namespace drey;
using namespace drey::sim;
using namespace drey::sim::testing;

namespace {

/// A cluster whose status and TaskManagers follow its spec at once, as a fast operator does it.
struct scaled_world : kube_world {
  explicit scaled_world(std::int32_t count) {
    k.add_node("n1");
    auto cluster = a_flink_deployment("session");
    auto spec = std::make_shared<flink_deployment_spec>();
    spec->task_manager.replicas = count;
    cluster.spec = std::move(spec);
    create(std::move(cluster));
    tell("app=tm");
    follow();
    k.autoscale({in_prod("session"), 2, 20, 50, std::chrono::minutes{5}});
  }
  void tell(const std::string& selector) {
    auto live = *k.get<flink_deployment>(in_prod("session"));
    live.status.task_manager_label_selector = selector;
    BOOST_REQUIRE(is_accepted(k.call(kube_write_status{made(std::move(live))}, "drey")));
  }
  std::int32_t asked_for() const {
    return k.get<flink_deployment>(in_prod("session"))->spec->task_manager.replicas.value_or(0);
  }
  void follow() { apply(a_stateful_set("tm", asked_for())); }
  /// Each minute the pods become as many as are asked for.
  std::int32_t after(std::chrono::minutes length) {
    for (std::chrono::minutes i{0}; i < length; ++i) {
      pass(std::chrono::minutes{1});
      follow();
    }
    return asked_for();
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(kube_autoscalers)

BOOST_AUTO_TEST_CASE(it_brings_the_average_to_its_target) {
  scaled_world w{8};
  w.k.set_load(in_prod("session"), 400);
  BOOST_TEST(w.after(std::chrono::minutes{5}) == 8, "it is there");
  w.k.set_load(in_prod("session"), 435);
  BOOST_TEST(w.after(std::chrono::minutes{5}) == 8, "near enough");
  w.k.set_load(in_prod("session"), 600);
  BOOST_TEST(w.after(std::chrono::minutes{1}) == 12, "75 % of eight");
  BOOST_TEST(w.after(std::chrono::minutes{5}) == 12);
}

BOOST_AUTO_TEST_CASE(it_goes_down_when_nothing_else_was_right_for_five_minutes) {
  scaled_world w{8};
  w.k.set_load(in_prod("session"), 400);
  w.after(std::chrono::minutes{6});
  w.k.set_load(in_prod("session"), 200);
  BOOST_TEST(w.after(std::chrono::minutes{4}) == 8);
  w.k.set_load(in_prod("session"), 250);
  BOOST_TEST(w.after(std::chrono::minutes{2}) == 5);
}

BOOST_AUTO_TEST_CASE(it_keeps_its_bounds_and_goes_up_by_the_default_policies) {
  scaled_world w{2};
  w.k.set_load(in_prod("session"), 5'000);
  w.pass(std::chrono::seconds{20});
  BOOST_TEST(w.asked_for() == 6, "four more in one period");
  BOOST_TEST(w.after(std::chrono::minutes{5}) == 20);
  w.k.set_load(in_prod("session"), 1);
  BOOST_TEST(w.after(std::chrono::minutes{7}) == 2);
}

BOOST_AUTO_TEST_CASE(without_a_selector_it_can_not_work) {
  scaled_world w{8};
  w.tell("");
  w.k.set_load(in_prod("session"), 600);
  BOOST_TEST(w.after(std::chrono::minutes{5}) == 8);
  w.tell("app=tm");
  BOOST_TEST(w.after(std::chrono::minutes{1}) == 12);
}

BOOST_AUTO_TEST_CASE(while_the_server_is_away_it_waits) {
  scaled_world w{8};
  w.after(std::chrono::minutes{1});
  w.k.set_load(in_prod("session"), 600);
  w.k.set_api(api_state::down);
  w.pass(std::chrono::minutes{2});
  BOOST_TEST(w.asked_for() == 8);
  w.k.set_api(api_state::up);
  w.pass(std::chrono::minutes{1});
  BOOST_TEST(w.asked_for() == 12);
}

BOOST_AUTO_TEST_CASE(a_pod_goes_where_there_is_what_it_asks_for) {
  kube_world w;
  w.k.add_node("n1", 110, {{"cpu", "2"}, {"memory", "4Gi"}});
  auto set = a_stateful_set("tm", 3);
  set.pods.spec = R"({"containers":[{"resources":{"requests":{"cpu":"750m","memory":"1Gi"}}}]})";
  w.apply(set);
  BOOST_TEST(w.rest());
  std::vector<std::string> waiting;
  for (const auto& name : w.names(object_kind::pod))
    if (w.pod_named(name)->node_name.empty()) waiting.push_back(w.pod_named(name)->unschedulable);
  BOOST_REQUIRE(waiting.size() == 1U);
  BOOST_TEST(waiting[0] == "0/1 nodes are available: 1 Insufficient cpu.");
  w.k.add_node("n2", 110, {{"cpu", "8"}, {"memory", "512Mi"}});
  BOOST_TEST(w.rest());
  BOOST_TEST(w.k.get<stateful_set>(in_prod("tm"))->ready_replicas == 2);
  w.k.add_node("n3");
  BOOST_TEST(w.rest());
  BOOST_TEST(w.k.get<stateful_set>(in_prod("tm"))->ready_replicas == 3);
}

BOOST_AUTO_TEST_SUITE_END()
