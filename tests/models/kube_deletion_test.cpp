/// Finalizers and garbage collection.
#include "tests/models/kube_world.hpp"

using namespace drey;
using namespace drey::sim;
using namespace drey::sim::testing;

namespace {

constexpr auto map_kind = object_kind::config_map;

owner_reference owned_by(const object_meta& owner) {
  return {"v1", "ConfigMap", owner.name, owner.uid};
}

config_map a_child(std::string name, std::vector<owner_reference> owners) {
  auto x = a_config_map(std::move(name));
  x.metadata.owners = std::move(owners);
  return x;
}

kube_answer set_finalizers(kube_world& w, const std::string& name, std::vector<std::string> all) {
  const auto meta = metadata_of(*w.k.find(map_kind, in_prod(name)));
  return w.k.call(kube_write_finalizers{map_kind, in_prod(name), meta.uid, meta.resource_version,
                                        std::move(all)},
                  "drey");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kube_deletion)

BOOST_AUTO_TEST_CASE(an_object_waits_for_its_finalizers) {
  kube_world w;
  auto x = a_config_map("c");
  x.metadata.finalizers = {"one", "two"};
  w.create(x);
  w.remove(map_kind, in_prod("c"));
  w.remove(map_kind, in_prod("c"));
  BOOST_CHECK(w.k.get<config_map>(in_prod("c"))->metadata.deletion_timestamp == w.time.wall());
  BOOST_TEST(is_refused(set_finalizers(w, "c", {"one", "two", "three"}), refusal_reason::invalid));
  BOOST_TEST(is_accepted(set_finalizers(w, "c", {"two"})));
  BOOST_TEST(w.k.get<config_map>(in_prod("c")) != nullptr);
  BOOST_TEST(is_accepted(set_finalizers(w, "c", {})));
  BOOST_TEST(w.k.get<config_map>(in_prod("c")) == nullptr);
}

BOOST_AUTO_TEST_CASE(a_finalizer_written_from_an_old_read_is_a_conflict) {
  kube_world w;
  const auto meta = meta_of(w.create(a_config_map("c")));
  w.apply(a_config_map("c", {{"a", "1"}}));
  const kube_write_finalizers stale{map_kind, in_prod("c"), meta.uid, meta.resource_version, {"x"}};
  BOOST_TEST(is_refused(w.k.call(stale, "drey"), refusal_reason::conflict));
}

BOOST_AUTO_TEST_CASE(dependants_follow_in_the_background) {
  kube_world w;
  const auto owner = meta_of(w.create(a_config_map("owner")));
  const auto child = meta_of(w.create(a_child("child", {owned_by(owner)})));
  w.create(a_child("grandchild", {owned_by(child)}));
  BOOST_TEST(w.rest());
  BOOST_TEST(w.names(map_kind).size() == 3U);
  w.remove(map_kind, in_prod("owner"));
  BOOST_TEST(!w.k.find(map_kind, in_prod("owner")));
  BOOST_TEST(w.names(map_kind).size() == 2U);
  BOOST_TEST(w.rest());
  BOOST_TEST(w.names(map_kind).empty());
}

BOOST_AUTO_TEST_CASE(an_owner_in_the_foreground_waits) {
  kube_world w;
  const auto owner = meta_of(w.create(a_config_map("owner")));
  auto held = a_child("child", {owned_by(owner)});
  held.metadata.finalizers = {"slow"};
  w.create(held);
  w.remove(map_kind, in_prod("owner"), "Foreground");
  BOOST_TEST(w.rest());
  const auto* waiting = w.k.get<config_map>(in_prod("owner"));
  BOOST_REQUIRE(waiting != nullptr);
  BOOST_TEST(waiting->metadata.finalizers.front() == "foregroundDeletion");
  BOOST_TEST(w.k.get<config_map>(in_prod("child"))->metadata.deletion_timestamp.has_value());
  set_finalizers(w, "child", {});
  BOOST_TEST(w.rest());
  BOOST_TEST(w.names(map_kind).empty());
}

BOOST_AUTO_TEST_CASE(foreground_without_dependants_is_quick) {
  kube_world w;
  w.create(a_config_map("owner"));
  w.remove(map_kind, in_prod("owner"), "Foreground");
  BOOST_TEST(w.k.find(map_kind, in_prod("owner")) != nullptr);
  BOOST_TEST(w.rest());
  BOOST_TEST(!w.k.find(map_kind, in_prod("owner")));
}

BOOST_AUTO_TEST_CASE(an_orphan_whose_owner_is_another_incarnation_goes) {
  kube_world w;
  const auto first = meta_of(w.create(a_config_map("owner")));
  w.remove(map_kind, in_prod("owner"));
  w.create(a_config_map("owner"));
  w.create(a_child("late", {owned_by(first)}));
  BOOST_TEST(w.rest());
  const std::vector<std::string> left{"owner"};
  BOOST_TEST(w.names(map_kind) == left, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(one_living_owner_is_enough) {
  kube_world w;
  const auto a = meta_of(w.create(a_config_map("a")));
  const auto b = meta_of(w.create(a_config_map("b")));
  w.create(a_child("child", {owned_by(a), owned_by(b)}));
  w.remove(map_kind, in_prod("a"));
  BOOST_TEST(w.rest());
  const auto* child = w.k.get<config_map>(in_prod("child"));
  BOOST_REQUIRE(child != nullptr);
  BOOST_REQUIRE(child->metadata.owners.size() == 1U);
  BOOST_TEST(child->metadata.owners.front().name == "b");
}

BOOST_AUTO_TEST_CASE(a_workload_takes_its_pods_along) {
  kube_world w;
  w.k.add_node("n1");
  w.apply(a_stateful_set("tm", 3));
  w.apply(a_deployment("jm"));
  BOOST_TEST(w.rest());
  BOOST_TEST(w.names(object_kind::pod).size() == 4U);
  w.remove(object_kind::stateful_set, in_prod("tm"), "Foreground");
  w.remove(object_kind::deployment, in_prod("jm"));
  w.pass(milliseconds{40});
  BOOST_TEST(w.k.get<stateful_set>(in_prod("tm")) != nullptr);
  BOOST_TEST(w.rest());
  BOOST_TEST(w.names(object_kind::pod).empty());
  BOOST_TEST(w.k.get<stateful_set>(in_prod("tm")) == nullptr);
}

BOOST_AUTO_TEST_SUITE_END()
