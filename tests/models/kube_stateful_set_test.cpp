/// StatefulSets with OnDelete, parallel pods and a window of ordinals that moves.
#include "tests/models/kube_world.hpp"

using namespace drey;
using namespace drey::sim;
using namespace drey::sim::testing;

namespace {

struct set_world : kube_world {
  explicit set_world(std::int32_t replicas) {
    k.add_node("n1");
    k.add_node("n2");
    apply(a_stateful_set("tm", replicas));
    BOOST_TEST(rest());
  }
  const stateful_set& set() const { return *k.get<stateful_set>(in_prod("tm")); }
  std::string pods() const {
    std::string all;
    for (const auto& name : names(object_kind::pod)) all += name + " ";
    return all;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(kube_stateful_sets)

BOOST_AUTO_TEST_CASE(pods_come_up_by_ordinal_with_their_labels) {
  set_world w{2};
  BOOST_TEST(w.pods() == "tm-0 tm-1 ");
  const auto* one = w.pod_named("tm-1");
  BOOST_TEST(one->phase == pod_phase::running);
  BOOST_TEST(one->ready);
  BOOST_TEST(!one->pod_ip.empty());
  BOOST_TEST(one->metadata.labels.at("statefulset.kubernetes.io/pod-name") == "tm-1");
  BOOST_TEST(one->metadata.labels.at("apps.kubernetes.io/pod-index") == "1");
  BOOST_TEST(one->metadata.labels.at("controller-revision-hash") == w.set().update_revision);
  BOOST_TEST(one->metadata.owners.front().uid == w.set().metadata.uid);
  BOOST_TEST(w.set().ready_replicas == 2);
  BOOST_TEST(w.set().status_replicas == 2);
  BOOST_TEST(w.set().observed_generation == 1);
  BOOST_TEST(w.pod_named("tm-0")->node_name != one->node_name);
}

BOOST_AUTO_TEST_CASE(a_new_template_is_for_new_pods_only) {
  set_world w{2};
  const auto uid = w.pod_named("tm-0")->metadata.uid;
  const auto old_revision = w.set().update_revision;
  auto next = a_stateful_set("tm", 2);
  next.pods.annotations["roll"] = "1";
  w.apply(next);
  BOOST_TEST(w.rest());
  BOOST_TEST(w.pod_named("tm-0")->metadata.uid == uid);
  BOOST_TEST(w.set().update_revision != old_revision);
  BOOST_TEST(w.set().current_revision == old_revision);
  w.k.delete_pod(in_prod("tm-1"), pod_deletion::graceful, "drey");
  BOOST_TEST(w.rest());
  BOOST_TEST(w.pod_named("tm-1")->metadata.annotations.contains("roll"));
  BOOST_TEST(!w.pod_named("tm-0")->metadata.annotations.contains("roll"));
}

/// The swap of architecture §7.4, as it was seen on a real cluster.
BOOST_AUTO_TEST_CASE(the_window_moves) {
  set_world w{2};
  auto next = a_stateful_set("tm", 4);
  w.apply(next);
  BOOST_TEST(w.rest());
  BOOST_TEST(w.pods() == "tm-0 tm-1 tm-2 tm-3 ");
  next.replicas = 2;
  next.ordinals_start = 2;
  const auto kept = w.pod_named("tm-2")->metadata.uid;
  w.apply(next);
  w.pass(milliseconds{45});
  BOOST_TEST(w.pod_named("tm-0")->metadata.deletion_timestamp.has_value());
  BOOST_TEST(w.pod_named("tm-1")->metadata.deletion_timestamp.has_value());
  BOOST_TEST(w.rest());
  BOOST_TEST(w.pods() == "tm-2 tm-3 ");
  BOOST_TEST(w.pod_named("tm-2")->metadata.uid == kept);
}

/// Kubernetes 1.26, unless it is told otherwise: the write succeeds, and its answer tells.
BOOST_AUTO_TEST_CASE(an_api_server_drops_ordinals) {
  set_world w{2};
  BOOST_TEST(!w.set().ordinals_start.has_value());
  auto next = a_stateful_set("tm", 2);
  next.ordinals_start = 2;
  w.k.set_ordinals(ordinals_fate::dropped);
  w.apply(next);
  BOOST_TEST(w.rest());
  BOOST_TEST(!w.set().ordinals_start.has_value());
  BOOST_TEST(!w.k.keeps_ordinals(w.set()));
  BOOST_TEST(w.pods() == "tm-0 tm-1 ");
  w.k.set_ordinals(ordinals_fate::kept);
  w.apply(next);
  BOOST_TEST(w.rest());
  BOOST_TEST(w.set().first_ordinal() == 2);
  BOOST_TEST(w.pods() == "tm-2 tm-3 ");
  // A field that is in use is kept by a server that would drop it.
  w.k.set_ordinals(ordinals_fate::dropped);
  next.ordinals_start = 3;
  w.apply(next);
  BOOST_TEST(w.rest());
  BOOST_TEST(w.pods() == "tm-3 tm-4 ");
}

/// Kubernetes 1.25 and older.
BOOST_AUTO_TEST_CASE(an_api_server_does_not_know_ordinals) {
  set_world w{2};
  w.k.set_ordinals(ordinals_fate::unknown);
  auto next = a_stateful_set("tm", 3);
  next.ordinals_start = 0;
  const auto answer = w.k.call(kube_apply{std::make_shared<object>(next)}, "drey");
  BOOST_TEST(is_refused(answer, refusal_reason::unavailable));
  next.ordinals_start.reset();
  w.apply(next);
  BOOST_TEST(w.rest());
  BOOST_TEST(w.pods() == "tm-0 tm-1 tm-2 ");
}

BOOST_AUTO_TEST_CASE(an_evicted_pod_is_replaced_when_it_is_gone) {
  set_world w{2};
  const auto uid = w.pod_named("tm-0")->metadata.uid;
  BOOST_TEST(is_accepted(w.k.evict_pod(in_prod("tm-0"), "drey")));
  w.pass(milliseconds{40});
  BOOST_TEST(w.pod_named("tm-0")->metadata.uid == uid);
  BOOST_TEST(w.rest());
  BOOST_TEST(w.pod_named("tm-0")->metadata.uid != uid);
  BOOST_TEST(w.pod_named("tm-0")->ready);
  BOOST_TEST(w.was_told("pod_evicted"));
  BOOST_TEST(is_refused(w.k.evict_pod(in_prod("tm-9"), "drey"), refusal_reason::not_found));
}

/// Seen on a real cluster: the window slides past a pod that never ends, and the pod is not made
/// anew when it goes at last.
BOOST_AUTO_TEST_CASE(the_window_slides_past_a_stuck_pod) {
  set_world w{2};
  w.k.hold_pod(in_prod("tm-0"), pod_hold::volume_busy);
  w.k.evict_pod(in_prod("tm-0"), "drey");
  BOOST_TEST(w.rest());
  BOOST_TEST(w.pods() == "tm-0 tm-1 ");
  BOOST_TEST(w.pod_named("tm-0")->metadata.deletion_timestamp.has_value());
  BOOST_TEST(w.was_told("pod_stuck"));
  const auto kept = w.pod_named("tm-1")->metadata.uid;
  auto next = a_stateful_set("tm", 2);
  next.ordinals_start = 1;
  w.apply(next);
  BOOST_TEST(w.rest());
  BOOST_TEST(w.pods() == "tm-0 tm-1 tm-2 ");
  w.k.release_pod(in_prod("tm-0"));
  BOOST_TEST(w.rest());
  BOOST_TEST(w.pods() == "tm-1 tm-2 ");
  BOOST_TEST(w.pod_named("tm-1")->metadata.uid == kept);
}

BOOST_AUTO_TEST_CASE(a_failed_pod_is_replaced) {
  set_world w{1};
  const auto uid = w.pod_named("tm-0")->metadata.uid;
  w.k.evict_for_pressure(in_prod("tm-0"));
  BOOST_TEST(w.pod_named("tm-0")->phase == pod_phase::failed);
  BOOST_TEST(w.pod_named("tm-0")->reason == "Evicted");
  BOOST_TEST(w.rest());
  BOOST_TEST(w.pod_named("tm-0")->metadata.uid != uid);
  BOOST_TEST(w.pod_named("tm-0")->ready);
}

/// A real server takes the set and refuses its pods: their revision label would be too long.
BOOST_AUTO_TEST_CASE(a_set_with_too_long_a_name_gets_no_pods) {
  kube_world w;
  w.k.add_node("n1");
  const std::string longest(52, 'x');
  const std::string too_long(53, 'y');
  BOOST_TEST(is_accepted(w.apply(a_stateful_set(longest, 1))));
  BOOST_TEST(is_accepted(w.apply(a_stateful_set(too_long, 1))));
  w.pass(seconds{10});
  BOOST_TEST(w.pod_named(longest + "-0") != nullptr);
  BOOST_TEST(w.pod_named(too_long + "-0") == nullptr);
  const auto* told = w.k.get<event_record>(in_prod(too_long + ".failed-create"));
  BOOST_REQUIRE(told != nullptr);
  BOOST_TEST(told->reason == "FailedCreate");
}

/// As a real 1.34 does: by Events alone, and ever later.
BOOST_AUTO_TEST_CASE(pods_beyond_a_quota_are_refused_and_tried_again) {
  set_world w{1};
  w.k.limit_pods("prod", 2);
  w.apply(a_stateful_set("tm", 3));
  w.pass(seconds{20});
  BOOST_TEST(w.pods() == "tm-0 tm-1 ");
  const auto* told = w.k.get<event_record>(in_prod("tm.failed-create"));
  BOOST_REQUIRE(told != nullptr);
  BOOST_TEST(told->message ==
             "create Pod tm-2 in StatefulSet tm failed error: pods \"tm-2\" is forbidden: exceeded "
             "quota: pods, requested: pods=1, used: pods=2, limited: pods=2");
  BOOST_TEST(told->involved_uid == w.set().metadata.uid);
  BOOST_TEST(told->count > 10);
  BOOST_TEST(told->count < 15);
  w.k.lift_limit("prod");
  BOOST_TEST(w.rest());
  BOOST_TEST(w.pods() == "tm-0 tm-1 tm-2 ");
  const auto listed =
      w.k.call(kube_list{object_kind::event, "prod", "",
                         "involvedObject.uid=" + w.set().metadata.uid + ",reason=FailedCreate"},
               "drey");
  BOOST_TEST(std::get<object_list>(listed.result).items.size() == 1U);
  BOOST_TEST(
      std::get<object_list>(
          w.k.call(kube_list{object_kind::event, "prod", "", "reason=Killing"}, "drey").result)
          .items.empty());
  BOOST_TEST(is_refused(w.k.call(kube_list{object_kind::pod, "prod", "", "reason=x"}, "drey"),
                        refusal_reason::invalid));
}

BOOST_AUTO_TEST_CASE(a_webhook_denies_whoever_writes) {
  set_world w{1};
  w.k.deny(object_kind::stateful_set);
  const auto answer = w.apply(a_stateful_set("tm", 3));
  BOOST_TEST(is_refused(answer, refusal_reason::forbidden));
  BOOST_TEST(std::get<refusal>(answer.result).message.find("denied the request") !=
             std::string::npos);
  BOOST_TEST(w.set().replicas == 1);
  w.k.allow(object_kind::stateful_set);
  BOOST_TEST(is_accepted(w.apply(a_stateful_set("tm", 3))));
}

BOOST_AUTO_TEST_CASE(a_new_set_waits_for_the_names_of_the_old_one) {
  set_world w{1};
  const auto old_set = w.set().metadata.uid;
  w.k.hold_pod(in_prod("tm-0"), pod_hold::process_hangs);
  w.remove(object_kind::stateful_set, in_prod("tm"));
  w.apply(a_stateful_set("tm", 1));
  BOOST_TEST(w.rest());
  BOOST_TEST(w.pod_named("tm-0")->metadata.owners.front().uid == old_set);
  w.k.release_pod(in_prod("tm-0"));
  BOOST_TEST(w.rest());
  BOOST_TEST(w.pod_named("tm-0")->metadata.owners.front().uid == w.set().metadata.uid);
}

BOOST_AUTO_TEST_SUITE_END()
