/// Deployments and the scheduler.
#include "tests/models/kube_world.hpp"

using namespace drey;
using namespace drey::sim;
using namespace drey::sim::testing;

namespace {

struct deployment_world : kube_world {
  explicit deployment_world(deployment x = a_deployment("jm")) {
    k.add_node("n1");
    apply(std::move(x));
    BOOST_TEST(rest());
  }
  const deployment& jm() const { return *k.get<deployment>(in_prod("jm")); }
  std::string only_pod() const {
    const auto all = names(object_kind::pod);
    BOOST_TEST(all.size() == 1U);
    return all.empty() ? "" : all.front();
  }
};

/// The most pods that were there at once and had not ended (a real Recreate, too, takes a pod that
/// failed or succeeded for gone).
struct overlap {
  explicit overlap(kube_world& w) {
    w.k.on_change([this, &w](const object_change&) {
      std::size_t now = 0;
      for (const auto& [name, held] : w.k.all(object_kind::pod))
        if (std::get<pod>(*held).phase <= pod_phase::running) ++now;
      most = std::max(most, now);
    });
  }
  std::size_t most = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(kube_deployments)

BOOST_AUTO_TEST_CASE(a_deployment_becomes_available) {
  kube_world w;
  w.k.add_node("n1");
  w.apply(a_deployment("jm"));
  w.pass(milliseconds{45});
  BOOST_TEST(w.k.get<deployment>(in_prod("jm"))->conditions.front().status == "False");
  BOOST_TEST(w.rest());
  const auto& x = *w.k.get<deployment>(in_prod("jm"));
  BOOST_TEST(x.available_replicas == 1);
  BOOST_TEST(x.status_replicas == 1);
  BOOST_TEST(x.observed_generation == 1);
  BOOST_TEST(x.conditions.front().type == "Available");
  BOOST_TEST(x.conditions.front().status == "True");
  BOOST_CHECK(x.conditions.front().last_transition_time >= timeline::wall_start);
  const auto pod_name = w.names(object_kind::pod).front();
  BOOST_TEST(pod_name.size() == std::string{"jm-"}.size() + 10 + 1 + 5);
  BOOST_TEST(w.pod_named(pod_name)->metadata.labels.at("pod-template-hash") ==
             pod_name.substr(3, 10));
}

BOOST_AUTO_TEST_CASE(recreate_waits_for_the_old_pod) {
  deployment_world w;
  overlap seen{w};
  const auto before = w.only_pod();
  auto next = a_deployment("jm");
  next.pods.annotations["config"] = "2";
  w.apply(next);
  BOOST_TEST(w.rest());
  BOOST_TEST(w.only_pod() != before);
  BOOST_TEST(seen.most == 1U);
  BOOST_TEST(w.jm().available_replicas == 1);
}

BOOST_AUTO_TEST_CASE(recreate_never_goes_on_while_the_old_pod_hangs) {
  deployment_world w;
  const auto before = w.only_pod();
  w.k.hold_pod(in_prod(before), pod_hold::process_hangs);
  auto next = a_deployment("jm");
  next.pods.annotations["config"] = "2";
  w.apply(next);
  BOOST_TEST(w.rest());
  BOOST_TEST(w.only_pod() == before);
  w.k.release_pod(in_prod(before));
  BOOST_TEST(w.rest());
  BOOST_TEST(w.only_pod() != before);
}

BOOST_AUTO_TEST_CASE(rolling_never_goes_below_what_is_wanted) {
  auto x = a_deployment("jm", 3);
  x.strategy = "RollingUpdate";
  deployment_world w{x};
  std::size_t least_ready = 3;
  w.k.on_change([&](const object_change&) {
    std::size_t ready = 0;
    for (const auto& [name, held] : w.k.all(object_kind::pod)) {
      const auto& one = std::get<pod>(*held);
      if (one.ready && !one.metadata.deletion_timestamp) ++ready;
    }
    least_ready = std::min(least_ready, ready);
  });
  x.pods.annotations["config"] = "2";
  w.apply(x);
  BOOST_TEST(w.rest());
  BOOST_TEST(least_ready == 3U);
  BOOST_TEST(w.names(object_kind::pod).size() == 3U);
  for (const auto& name : w.names(object_kind::pod))
    BOOST_TEST(w.pod_named(name)->metadata.annotations.contains("config"));
}

/// A real ReplicaSet does not wait for a terminating pod: for a while there are two.
BOOST_AUTO_TEST_CASE(a_terminating_pod_is_replaced_at_once) {
  deployment_world w;
  overlap seen{w};
  const auto before = w.only_pod();
  w.k.hold_pod(in_prod(before), pod_hold::process_hangs);
  w.k.evict_pod(in_prod(before), "drey");
  BOOST_TEST(w.rest());
  BOOST_TEST(w.names(object_kind::pod).size() == 2U);
  BOOST_TEST(w.jm().available_replicas == 1);
  BOOST_TEST(w.jm().status_replicas == 1);
  w.k.release_pod(in_prod(before));
  BOOST_TEST(w.rest());
  BOOST_TEST(w.only_pod() != before);
  BOOST_TEST(seen.most == 2U);
}

BOOST_AUTO_TEST_CASE(it_scales_down_to_nothing) {
  deployment_world w;
  w.apply(a_deployment("jm", 0));
  BOOST_TEST(w.rest());
  BOOST_TEST(w.names(object_kind::pod).empty());
  BOOST_TEST(w.jm().observed_generation == 2);
  BOOST_TEST(w.jm().conditions.front().status == "True");
}

BOOST_AUTO_TEST_CASE(without_a_node_a_pod_waits_and_says_why) {
  kube_world w;
  w.apply(a_deployment("jm"));
  BOOST_TEST(w.rest());
  const auto name = w.names(object_kind::pod).front();
  BOOST_TEST(w.pod_named(name)->phase == pod_phase::pending);
  BOOST_TEST(w.pod_named(name)->unschedulable == "no nodes available to schedule pods");
  w.k.add_node("n1");
  w.k.cordon_node("n1");
  w.k.add_node("n2", 0);
  w.k.add_node("n3");
  w.k.taint_node("n3", "dedicated=other:NoSchedule");
  BOOST_TEST(w.rest());
  BOOST_TEST(w.pod_named(name)->unschedulable ==
             "0/3 nodes are available: 1 Too many pods, 1 node(s) had untolerated taint(s), 1 "
             "node(s) were unschedulable.");
  w.k.uncordon_node("n1");
  BOOST_TEST(w.rest());
  BOOST_TEST(w.pod_named(name)->node_name == "n1");
  BOOST_TEST(w.pod_named(name)->unschedulable.empty());
  BOOST_TEST(w.pod_named(name)->ready);
}

BOOST_AUTO_TEST_CASE(room_that_becomes_free_is_used) {
  kube_world w;
  w.k.add_node("n1", 1);
  w.apply(a_stateful_set("a", 1));
  BOOST_TEST(w.rest());
  w.apply(a_stateful_set("b", 1));
  BOOST_TEST(w.rest());
  BOOST_TEST(!w.pod_named("b-0")->unschedulable.empty());
  w.remove(object_kind::stateful_set, in_prod("a"));
  BOOST_TEST(w.rest());
  BOOST_TEST(w.pod_named("b-0")->ready);
}

BOOST_AUTO_TEST_CASE(refused_pods_are_told_in_a_condition) {
  kube_world w;
  w.k.add_node("n1");
  w.k.limit_pods("prod", 0);
  w.apply(a_deployment("jm", 1));
  w.pass(seconds{5});
  const auto failure = [&]() -> const condition* {
    const auto& all = w.k.get<deployment>(in_prod("jm"))->conditions;
    const auto found = std::ranges::find(all, "ReplicaFailure", &condition::type);
    return found == all.end() ? nullptr : &*found;
  };
  BOOST_REQUIRE(failure() != nullptr);
  BOOST_TEST(failure()->status == "True");
  BOOST_TEST(failure()->reason == "FailedCreate");
  BOOST_TEST(failure()->message.find("is forbidden: exceeded quota: pods") != std::string::npos);
  w.k.lift_limit("prod");
  BOOST_TEST(w.rest());
  BOOST_TEST(failure() == nullptr);
  BOOST_TEST(w.k.get<deployment>(in_prod("jm"))->available_replicas == 1);
}

BOOST_AUTO_TEST_SUITE_END()
