/// PodDisruptionBudgets, as the Eviction API asks them, and nodes that are cordoned and drained.
#include <algorithm>

#include "tests/models/kube_world.hpp"

using namespace drey;
using namespace drey::sim;
using namespace drey::sim::testing;

namespace {

const object_name guard = in_prod("guard");

/// Of three pods of a StatefulSet, on two nodes.
struct guarded_world : kube_world {
  guarded_world() {
    k.add_node("n1");
    k.add_node("n2");
    apply(a_stateful_set("tm", 3));
    BOOST_TEST(rest());
  }
  void keep(budget_bound bound, std::int32_t count, const std::string& selector = "app=tm") {
    BOOST_TEST(is_accepted(k.apply_budget({guard, selector, bound, count})));
    BOOST_TEST(rest());
  }
  kube_answer evict(const std::string& pod) { return k.evict_pod(in_prod(pod), "person"); }
  bool refuses(const std::string& pod) {
    return is_refused(evict(pod), refusal_reason::too_many_requests);
  }
  std::vector<std::string> pods_of_node(const std::string& node) const {
    std::vector<std::string> found;
    for (const auto& name : names(object_kind::pod))
      if (pod_named(name)->node_name == node) found.push_back(name);
    return found;
  }
  std::int32_t healthy() const {
    std::int32_t count = 0;
    for (const auto& name : names(object_kind::pod)) {
      const auto* one = pod_named(name);
      count += one->ready && !one->metadata.deletion_timestamp ? 1 : 0;
    }
    return count;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(kube_drain)

/// tests/lab/cases/kubernetes_facts.py, and the source of the real one for its words.
BOOST_AUTO_TEST_CASE(an_eviction_beyond_the_budget_is_refused_until_another_pod_is_ready) {
  guarded_world w;
  w.keep(budget_bound::min_available, 2);
  BOOST_TEST(is_accepted(w.evict("tm-0")));
  const auto answer = w.evict("tm-1");
  BOOST_REQUIRE(is_refused(answer, refusal_reason::too_many_requests));
  BOOST_TEST(w.was_told("eviction_refused"));
  w.pass(milliseconds{100});  // the controller has counted, and the new pod is not ready
  BOOST_TEST(std::get<refusal>(w.evict("tm-1").result).message ==
             "Cannot evict pod as it would violate the pod's disruption budget. The disruption "
             "budget guard needs 2 healthy pods and has 2 currently");
  BOOST_TEST(!w.pod_named("tm-1")->metadata.deletion_timestamp.has_value());
  BOOST_TEST(w.rest());
  BOOST_TEST(is_accepted(w.evict("tm-1")));
}

BOOST_AUTO_TEST_CASE(a_deletion_asks_no_budget) {
  guarded_world w;
  w.keep(budget_bound::min_available, 3);
  BOOST_TEST(w.refuses("tm-0"));
  BOOST_TEST(is_accepted(w.k.delete_pod(in_prod("tm-0"), pod_deletion::graceful, "person")));
}

/// What is unavailable is counted from what the workload asks for, not from the pods there are.
BOOST_AUTO_TEST_CASE(max_unavailable_is_seen_from_the_number_that_is_asked_for) {
  guarded_world w;
  w.keep(budget_bound::max_unavailable, 1);
  BOOST_TEST(is_accepted(w.evict("tm-2")));
  w.pass(milliseconds{100});
  BOOST_TEST(w.refuses("tm-0"));
  BOOST_TEST(w.rest());
  w.apply(a_stateful_set("tm", 1));
  BOOST_TEST(w.rest());
  BOOST_TEST(is_accepted(w.evict("tm-0")));
  BOOST_TEST(w.rest());
  w.keep(budget_bound::max_unavailable, 0);
  BOOST_TEST(w.refuses("tm-0"));
}

/// A Job has no scale: the controller fails safe.
BOOST_AUTO_TEST_CASE(max_unavailable_keeps_what_has_no_scale) {
  guarded_world w;
  batch_job launch;
  launch.metadata.ns = "prod";
  launch.metadata.name = "launch";
  launch.pods = a_deployment("launch").pods;
  w.create(launch);
  BOOST_TEST(w.rest());
  w.keep(budget_bound::max_unavailable, 1, "app=launch");
  const auto pods = w.names(object_kind::pod);
  BOOST_REQUIRE(pods.front().starts_with("launch"));
  BOOST_TEST(w.refuses(pods.front()));
  w.keep(budget_bound::min_available, 0, "app=launch");
  BOOST_TEST(is_accepted(w.evict(pods.front())));
}

/// `IfHealthyBudget`: it may go while the others are enough, and takes nothing from the budget.
BOOST_AUTO_TEST_CASE(a_pod_that_is_not_ready_may_go_while_the_others_are_enough) {
  guarded_world w;
  w.keep(budget_bound::min_available, 2);
  const auto uid = w.uid(object_kind::pod, in_prod("tm-0"));
  w.k.report_ready(uid, readiness::not_ready);
  BOOST_TEST(w.rest());
  BOOST_TEST(w.refuses("tm-1"));
  BOOST_TEST(is_accepted(w.evict("tm-0")));
  BOOST_TEST(w.rest());
  w.k.report_ready(w.uid(object_kind::pod, in_prod("tm-0")), readiness::not_ready);
  w.k.report_ready(w.uid(object_kind::pod, in_prod("tm-1")), readiness::not_ready);
  BOOST_TEST(w.rest());
  BOOST_TEST(w.refuses("tm-0"));
}

BOOST_AUTO_TEST_CASE(a_pod_that_is_pending_or_terminating_needs_no_leave) {
  guarded_world w;
  w.k.cordon_node("n1");
  w.k.cordon_node("n2");
  w.apply(a_stateful_set("tm", 4));
  BOOST_TEST(w.rest());
  w.keep(budget_bound::min_available, 3);
  BOOST_TEST(w.refuses("tm-0"));
  BOOST_TEST(is_accepted(w.evict("tm-3")));
  w.k.delete_pod(in_prod("tm-0"), pod_deletion::graceful, "person");
  BOOST_TEST(is_accepted(w.evict("tm-0")));
}

BOOST_AUTO_TEST_CASE(a_new_budget_allows_nothing_before_it_was_looked_at) {
  guarded_world w;
  w.k.apply_budget({guard, "app=tm", budget_bound::min_available, 1});
  const auto answer = w.evict("tm-0");
  BOOST_REQUIRE(is_refused(answer, refusal_reason::too_many_requests));
  BOOST_TEST((std::get<refusal>(answer.result).retry_after == seconds{10}));
  BOOST_TEST(w.rest());
  BOOST_TEST(is_accepted(w.evict("tm-0")));
  w.k.apply_budget({guard, "app=tm", budget_bound::min_available, 3});
  BOOST_TEST(w.refuses("tm-1"));
  BOOST_TEST(is_accepted(w.k.remove_budget(guard)));
  BOOST_TEST(is_accepted(w.evict("tm-1")));
}

BOOST_AUTO_TEST_CASE(two_budgets_of_a_pod_are_an_error_and_none_without_labels_guards) {
  guarded_world w;
  w.keep(budget_bound::min_available, 3, "");
  BOOST_TEST(is_accepted(w.evict("tm-0")));
  BOOST_TEST(w.rest());
  w.keep(budget_bound::min_available, 1);
  w.k.apply_budget({in_prod("other"), "component=taskmanager", budget_bound::min_available, 1});
  BOOST_TEST(w.rest());
  BOOST_TEST(is_refused(w.evict("tm-0"), refusal_reason::unavailable));
  BOOST_TEST(is_refused(w.k.apply_budget({guard, "app in (", budget_bound::min_available, 1}),
                        refusal_reason::invalid));
}

BOOST_AUTO_TEST_CASE(a_cordoned_node_takes_no_pods_and_keeps_those_it_has) {
  guarded_world w;
  const auto there = w.pods_of_node("n1");
  BOOST_TEST(!there.empty());
  BOOST_TEST(is_accepted(w.k.cordon_node("n1")));
  w.apply(a_stateful_set("tm", 6));
  BOOST_TEST(w.rest());
  BOOST_TEST(w.pods_of_node("n1") == there, boost::test_tools::per_element());
  BOOST_TEST(is_accepted(w.k.uncordon_node("n1")));
  w.apply(a_stateful_set("tm", 8));
  BOOST_TEST(w.rest());
  BOOST_TEST(w.pods_of_node("n1").size() > there.size());
  BOOST_TEST(is_refused(w.k.drain_node("n9"), refusal_reason::not_found));
}

/// What a budget refuses is asked again every 5 s: never fewer healthy pods than it demands.
BOOST_AUTO_TEST_CASE(a_drained_node_is_empty_and_the_budget_holds_all_the_time) {
  guarded_world w;
  w.apply(a_stateful_set("tm", 6));
  BOOST_TEST(w.rest());
  BOOST_TEST(w.pods_of_node("n1").size() == 3U);
  w.keep(budget_bound::min_available, 5);
  std::int32_t least = 6;
  const auto begun = w.time.now();
  w.k.on_change([&](const object_change&) { least = std::min(least, w.healthy()); });
  BOOST_TEST(is_accepted(w.k.drain_node("n1")));
  BOOST_TEST(!w.was_told("node_drained"));
  BOOST_TEST(w.rest());
  BOOST_TEST(w.was_told("node_drained"));
  BOOST_TEST(least == 5);
  BOOST_TEST(w.pods_of_node("n1").empty());
  BOOST_TEST(w.pods_of_node("n2").size() == 6U);
  BOOST_TEST(w.healthy() == 6);
  BOOST_TEST((w.time.now() - begun >= 2 * seconds{5}));  // two were refused at first
}

BOOST_AUTO_TEST_CASE(a_drain_that_no_budget_lets_through_goes_on_until_it_is_lifted) {
  guarded_world w;
  w.keep(budget_bound::min_available, 3);
  const auto there = w.pods_of_node("n2");
  w.k.drain_node("n2");
  w.pass(std::chrono::minutes{10});
  BOOST_TEST(w.pods_of_node("n2") == there, boost::test_tools::per_element());
  w.k.set_api(api_state::down);
  w.pass(seconds{20});
  w.k.set_api(api_state::up);
  w.k.remove_budget(guard);
  BOOST_TEST(w.rest());
  BOOST_TEST(w.was_told("node_drained"));
  BOOST_TEST(w.pods_of_node("n2").empty());
}

BOOST_AUTO_TEST_CASE(an_empty_node_is_drained_at_once) {
  kube_world w;
  w.k.add_node("n1");
  BOOST_TEST(is_accepted(w.k.drain_node("n1")));
  BOOST_TEST(w.was_told("node_cordoned"));
  BOOST_TEST(w.was_told("node_drained"));
}

BOOST_AUTO_TEST_SUITE_END()
