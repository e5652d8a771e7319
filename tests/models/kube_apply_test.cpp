/// Server-side apply: created once, merged by key, nothing done when nothing differs.
#include "tests/models/kube_world.hpp"

using namespace drey;
using namespace drey::sim;
using namespace drey::sim::testing;

BOOST_AUTO_TEST_SUITE(kube_apply_calls)

BOOST_AUTO_TEST_CASE(the_same_again_changes_nothing) {
  kube_world w;
  int events = 0;
  w.k.watch(
      a_watch(object_kind::stateful_set), [&](watch_event) { ++events; }, [](watch_ended) {});
  w.apply(a_stateful_set("tm", 2));
  BOOST_TEST(w.rest());
  const auto version = w.k.resource_version();
  const auto seen = events;
  const auto answer = w.apply(a_stateful_set("tm", 2));
  BOOST_TEST(w.k.get<stateful_set>(in_prod("tm"))->observed_generation == 1);
  BOOST_TEST(is_accepted(answer));
  BOOST_TEST(w.k.resource_version() == version);
  BOOST_TEST(events == seen);
}

BOOST_AUTO_TEST_CASE(keys_are_merged_and_given_up) {
  kube_world w;
  auto x = a_config_map("c", {{"mine", "1"}, {"old", "1"}});
  x.metadata.labels = {{"a", "1"}, {"b", "1"}};
  w.apply(x, "drey/one");
  w.k.edit(object_kind::config_map, in_prod("c"), "person", [](object& o) {
    auto& map = std::get<config_map>(o);
    map.metadata.labels["theirs"] = "yes";
    map.metadata.annotations["note"] = "hands off";
    map.data["extra"] = "2";
  });
  x.metadata.labels = {{"a", "2"}};
  x.data = {{"mine", "2"}};
  w.apply(x, "drey/two");  // another instance, the same field manager
  const auto* now = w.k.get<config_map>(in_prod("c"));
  BOOST_CHECK((now->metadata.labels == string_map{{"a", "2"}, {"theirs", "yes"}}));
  BOOST_CHECK((now->metadata.annotations == string_map{{"note", "hands off"}}));
  BOOST_CHECK((now->data == string_map{{"extra", "2"}, {"mine", "2"}}));
}

BOOST_AUTO_TEST_CASE(a_key_of_two_managers_stays_for_the_other) {
  kube_world w;
  auto x = a_config_map("c");
  x.metadata.labels = {{"shared", "1"}};
  w.apply(x, "drey");
  w.apply(x, "argocd");
  x.metadata.labels.clear();
  w.apply(x, "drey");
  BOOST_TEST(w.k.get<config_map>(in_prod("c"))->metadata.labels.contains("shared"));
  w.apply(x, "argocd");
  BOOST_TEST(!w.k.get<config_map>(in_prod("c"))->metadata.labels.contains("shared"));
}

BOOST_AUTO_TEST_CASE(a_given_uid_is_a_precondition) {
  kube_world w;
  auto x = a_stateful_set("tm", 1);
  x.metadata.uid = "11111111-2222-3333-4444-555555555555";
  BOOST_TEST(is_refused(w.apply(x), refusal_reason::conflict));
  BOOST_TEST(!w.k.get<stateful_set>(in_prod("tm")));
  const auto uid = meta_of(w.apply(a_stateful_set("tm", 1))).uid;
  BOOST_TEST(is_refused(w.apply(x), refusal_reason::conflict));
  x.metadata.uid = uid;
  x.replicas = 3;
  BOOST_TEST(is_accepted(w.apply(x)));
  BOOST_TEST(w.k.get<stateful_set>(in_prod("tm"))->replicas == 3);
}

BOOST_AUTO_TEST_CASE(apply_leaves_status_and_identity_alone) {
  kube_world w;
  w.k.add_node("n1");
  const auto before = meta_of(w.apply(a_deployment("jm")));
  BOOST_TEST(w.rest());
  auto x = a_deployment("jm");
  x.available_replicas = 77;
  x.metadata.generation = 99;
  x.metadata.deletion_timestamp = milliseconds{1};
  x.replicas = 2;
  w.apply(x);
  const auto* now = w.k.get<deployment>(in_prod("jm"));
  BOOST_TEST(now->available_replicas == 1);
  BOOST_TEST(now->metadata.generation == 2);
  BOOST_TEST(now->metadata.uid == before.uid);
  BOOST_TEST(!now->metadata.deletion_timestamp.has_value());
}

BOOST_AUTO_TEST_CASE(finalizers_and_owners_are_united) {
  kube_world w;
  auto x = a_config_map("c");
  x.metadata.finalizers = {"theirs"};
  w.create(x);
  x.metadata.finalizers = {"ours"};
  w.apply(x);
  const std::vector<std::string> both{"theirs", "ours"};
  BOOST_TEST(w.k.get<config_map>(in_prod("c"))->metadata.finalizers == both,
             boost::test_tools::per_element());
  x.metadata.finalizers.clear();
  w.apply(x);
  const std::vector<std::string> theirs{"theirs"};
  BOOST_TEST(w.k.get<config_map>(in_prod("c"))->metadata.finalizers == theirs,
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
