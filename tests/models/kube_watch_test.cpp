/// Watches: order, resumption, selectors, 410, outages.
#include "tests/models/kube_world.hpp"

using namespace drey;
using namespace drey::sim;
using namespace drey::sim::testing;

namespace {

/// What a watch was told, as "+name", "~name", "-name".
struct listener {
  watch_sink sink() {
    return [this](watch_event x) {
      heard += x.type == watch_event_type::added      ? '+'
               : x.type == watch_event_type::modified ? '~'
                                                      : '-';
      heard += metadata_of(*x.seen).name + " ";
      versions.push_back(std::stoull(x.resource_version));
      last = std::move(x);
    };
  }
  watch_end end() {
    return [this](watch_ended x) { ends.push_back(x.why.reason); };
  }
  std::string heard;
  std::vector<std::uint64_t> versions;
  std::vector<refusal_reason> ends;
  watch_event last;
};

constexpr auto map_kind = object_kind::config_map;

}  // namespace

BOOST_AUTO_TEST_SUITE(kube_watches)

BOOST_AUTO_TEST_CASE(a_watch_begins_after_its_version) {
  kube_world w;
  w.create(a_config_map("a"));
  const auto version = w.k.resource_version();
  w.create(a_config_map("b"));
  w.apply(a_config_map("a", {{"k", "v"}}));
  listener resumed, fresh;
  w.k.watch(a_watch(map_kind, "", version), resumed.sink(), resumed.end());
  w.k.watch(a_watch(map_kind), fresh.sink(), fresh.end());
  BOOST_TEST(resumed.heard == "+b ~a ");
  BOOST_TEST(fresh.heard == "+a +b ");
  w.remove(map_kind, in_prod("b"));
  BOOST_TEST(resumed.heard == "+b ~a -b ");
  BOOST_TEST(std::to_string(resumed.versions.back()) == w.k.resource_version());
  BOOST_TEST(metadata_of(*resumed.last.seen).resource_version == w.k.resource_version());
}

BOOST_AUTO_TEST_CASE(a_deletion_carries_the_last_state) {
  kube_world w;
  listener l;
  w.create(a_config_map("a", {{"k", "last"}}));
  w.k.watch(a_watch(map_kind), l.sink(), l.end());
  w.remove(map_kind, in_prod("a"));
  BOOST_CHECK(l.last.type == watch_event_type::deleted);
  BOOST_TEST(std::get<config_map>(*l.last.seen).data.at("k") == "last");
}

BOOST_AUTO_TEST_CASE(a_selector_sees_objects_come_and_go) {
  kube_world w;
  listener l;
  w.k.watch(a_watch(map_kind, "app=x"), l.sink(), l.end());
  auto x = a_config_map("a");
  w.apply(x);
  x.metadata.labels["app"] = "x";
  w.apply(x);
  x.data["k"] = "v";
  w.apply(x);
  x.metadata.labels["app"] = "y";
  w.apply(x);
  BOOST_TEST(l.heard == "+a ~a -a ");
}

BOOST_AUTO_TEST_CASE(other_kinds_and_namespaces_are_not_heard) {
  kube_world w;
  listener l;
  w.k.watch(a_watch(map_kind), l.sink(), l.end());
  auto elsewhere = a_config_map("a");
  elsewhere.metadata.ns = "test";
  w.create(elsewhere);
  w.create(a_flink_deployment("f"));
  BOOST_TEST(l.heard.empty());
}

BOOST_AUTO_TEST_CASE(too_old_is_gone) {
  kubernetes_settings few;
  few.history_max = 3;
  kube_world w{1, few};
  w.create(a_config_map("a"));
  const auto old = w.k.resource_version();
  for (int i = 0; i < 4; ++i) w.create(a_config_map("b" + std::to_string(i)));
  listener l;
  BOOST_TEST(w.k.watch(a_watch(map_kind, "", old), l.sink(), l.end()) == 0U);
  BOOST_REQUIRE(l.ends.size() == 1U);
  BOOST_TEST(l.ends.front() == refusal_reason::gone);
  listener other_kind;  // nothing of that kind was forgotten
  BOOST_TEST(w.k.watch(a_watch(object_kind::pod, "", old), other_kind.sink(), other_kind.end()) !=
             0U);
}

BOOST_AUTO_TEST_CASE(compaction_forgets_but_a_new_list_goes_on) {
  kube_world w;
  w.create(a_config_map("a"));
  const auto old = w.k.resource_version();
  w.create(a_config_map("b"));
  w.k.compact_history();
  listener l, m;
  w.k.watch(a_watch(map_kind, "", old), l.sink(), l.end());
  BOOST_TEST(l.ends.size() == 1U);
  const auto listed = w.k.call(kube_list{map_kind, "prod", ""}, "drey");
  const auto version = std::get<object_list>(listed.result).resource_version;
  w.k.watch(a_watch(map_kind, "", version), m.sink(), m.end());
  w.create(a_config_map("c"));
  BOOST_TEST(m.heard == "+c ");
}

BOOST_AUTO_TEST_CASE(an_ended_watch_hears_nothing_more) {
  kube_world w;
  listener first, second;
  watch_handle mine = 0;
  mine = w.k.watch(
      a_watch(map_kind),
      [&](watch_event x) {
        first.sink()(std::move(x));
        w.k.unwatch(mine);  // from within its own sink
      },
      first.end());
  w.k.watch(a_watch(map_kind), second.sink(), second.end());
  w.create(a_config_map("a"));
  w.create(a_config_map("b"));
  BOOST_TEST(first.heard == "+a ");
  BOOST_TEST(second.heard == "+a +b ");
}

BOOST_AUTO_TEST_CASE(an_outage_ends_watches_and_refuses_calls) {
  kube_world w;
  listener l, m;
  w.create(a_config_map("a"));
  w.k.watch(a_watch(map_kind), l.sink(), l.end());
  w.k.set_api(api_state::down);
  BOOST_REQUIRE(l.ends.size() == 1U);
  BOOST_TEST(l.ends.front() == refusal_reason::unavailable);
  BOOST_TEST(is_refused(w.create(a_config_map("b")), refusal_reason::unavailable));
  BOOST_TEST(
      is_refused(w.k.call(kube_get{map_kind, in_prod("a")}, "drey"), refusal_reason::unavailable));
  BOOST_TEST(is_refused(w.k.evict_pod(in_prod("p"), "drey"), refusal_reason::unavailable));
  BOOST_TEST(w.k.watch(a_watch(map_kind), m.sink(), m.end()) == 0U);
  w.k.set_api(api_state::up);
  BOOST_TEST(is_accepted(w.k.call(kube_get{map_kind, in_prod("a")}, "drey")));
  BOOST_TEST(w.was_told("api_outage"));
  BOOST_TEST(w.was_told("api_back"));
}

BOOST_AUTO_TEST_SUITE_END()
