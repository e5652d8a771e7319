/// The API server of the model: versions, generations, preconditions, validation, audit.
#include "tests/models/kube_world.hpp"

using namespace drey;
using namespace drey::sim;
using namespace drey::sim::testing;

BOOST_AUTO_TEST_SUITE(kube_api)

BOOST_AUTO_TEST_CASE(creation_gives_identity) {
  kube_world w;
  w.time.advance_to(milliseconds{61'500});
  const auto a = w.create(a_flink_deployment("a"));
  const auto b = w.create(a_flink_deployment("b"));
  BOOST_TEST(meta_of(a).uid.size() == 36U);
  BOOST_TEST(meta_of(a).uid != meta_of(b).uid);
  BOOST_TEST(meta_of(a).generation == 1);
  BOOST_CHECK(meta_of(a).creation_timestamp == timeline::wall_start + milliseconds{61'000});
  BOOST_TEST(std::stoull(meta_of(a).resource_version) < std::stoull(meta_of(b).resource_version));
  kube_world again;
  BOOST_TEST(meta_of(again.create(a_flink_deployment("a"))).uid == meta_of(a).uid);
}

BOOST_AUTO_TEST_CASE(creation_twice_is_refused_also_while_it_terminates) {
  kube_world w;
  auto x = a_config_map("c");
  x.metadata.finalizers = {"drey/keep"};
  BOOST_TEST(is_accepted(w.create(x)));
  BOOST_TEST(is_refused(w.create(x), refusal_reason::already_exists));
  BOOST_TEST(is_accepted(w.remove(object_kind::config_map, in_prod("c"))));
  BOOST_TEST(is_refused(w.create(x), refusal_reason::already_exists));
}

BOOST_AUTO_TEST_CASE(generation_counts_specs_only) {
  kube_world w;
  auto x = a_flink_deployment("a");
  const auto created = w.create(x);
  auto status = std::get<flink_deployment>(*std::get<object_ptr>(created.result));
  status.status.lifecycle_state = "STABLE";
  const auto written = w.k.call(kube_write_status{made(status)}, "drey");
  BOOST_TEST(meta_of(written).generation == 1);
  BOOST_TEST(meta_of(written).resource_version != meta_of(created).resource_version);
  x.metadata.labels["team"] = "red";
  BOOST_TEST(meta_of(w.apply(x)).generation == 1);
  flink_deployment_spec spec;
  spec.image = "flink:1.20";
  x.spec = std::make_shared<const flink_deployment_spec>(spec);
  const auto changed = w.apply(x);
  BOOST_TEST(meta_of(changed).generation == 2);
  const auto& now = std::get<flink_deployment>(*std::get<object_ptr>(changed.result));
  BOOST_TEST(now.status.lifecycle_state == "STABLE");
  x.metadata.finalizers = {"drey/end"};
  BOOST_TEST(meta_of(w.apply(x)).generation == 2);
  w.remove(object_kind::flink_deployment, in_prod("a"));
  BOOST_TEST(w.k.get<flink_deployment>(in_prod("a"))->metadata.generation == 3);
}

BOOST_AUTO_TEST_CASE(a_status_patch_leaves_what_its_writer_does_not_know) {
  kube_world w;
  w.create(a_flink_deployment("a"));
  w.k.edit(object_kind::flink_deployment, in_prod("a"), "apache", [](object& x) {
    auto& status = std::get<flink_deployment>(x).status;
    status.unknown = R"({"taskManagerInfo":{"labels":"x"}})";
    status.job.unknown = R"({"autoscaled":true})";
    status.cluster_info = {{"flink-revision", "abc"}, {"flink-version", "1.19"}};
    status.error = "old";
  });
  auto mine = *w.k.get<flink_deployment>(in_prod("a"));
  mine.status = {};
  mine.status.cluster_info = {{"flink-version", "1.20"}};
  BOOST_TEST(is_accepted(w.k.call(kube_write_status{made(mine)}, "drey")));
  const auto& now = w.k.get<flink_deployment>(in_prod("a"))->status;
  BOOST_TEST(now.unknown == R"({"taskManagerInfo":{"labels":"x"}})");
  BOOST_TEST(now.job.unknown == R"({"autoscaled":true})");
  BOOST_TEST(now.cluster_info.at("flink-revision") == "abc");
  BOOST_TEST(now.cluster_info.at("flink-version") == "1.20");
  BOOST_TEST(now.error.empty());
}

BOOST_AUTO_TEST_CASE(a_stale_status_is_a_conflict) {
  kube_world w;
  auto x = std::get<flink_session_job>(
      *std::get<object_ptr>(w.create([] {
                               flink_session_job job;
                               job.metadata.ns = "prod";
                               job.metadata.name = "j";
                               job.spec = std::make_shared<const flink_session_job_spec>();
                               return job;
                             }())
                                .result));
  x.status.error = "first";
  BOOST_TEST(is_accepted(w.k.call(kube_write_status{made(x)}, "drey")));
  x.status.error = "second";
  BOOST_TEST(is_refused(w.k.call(kube_write_status{made(x)}, "drey"), refusal_reason::conflict));
  BOOST_TEST(w.k.get<flink_session_job>(in_prod("j"))->status.error == "first");
  x.metadata.name = "nobody";
  BOOST_TEST(is_refused(w.k.call(kube_write_status{made(x)}, "drey"), refusal_reason::not_found));
  const auto map = w.create(a_config_map("c"));
  BOOST_TEST(is_refused(w.k.call(kube_write_status{std::get<object_ptr>(map.result)}, "drey"),
                        refusal_reason::invalid));
}

BOOST_AUTO_TEST_CASE(a_lease_goes_to_the_first_writer) {
  kube_world w;
  lease x;
  x.metadata.ns = "prod";
  x.metadata.name = "drey";
  x.holder = "one";
  auto mine = std::get<lease>(*std::get<object_ptr>(w.create(x).result));
  auto theirs = mine;
  theirs.holder = "two";
  BOOST_TEST(is_accepted(w.k.call(kube_replace{made(theirs)}, "drey")));
  mine.renew_time = w.time.wall();
  BOOST_TEST(is_refused(w.k.call(kube_replace{made(mine)}, "drey"), refusal_reason::conflict));
  BOOST_TEST(w.k.get<lease>(in_prod("drey"))->holder == "two");
  mine.metadata.resource_version.clear();
  BOOST_TEST(is_refused(w.k.call(kube_replace{made(mine)}, "drey"), refusal_reason::invalid));
}

BOOST_AUTO_TEST_CASE(deletion_asks_for_the_right_uid) {
  kube_world w;
  const auto uid = meta_of(w.create(a_config_map("c"))).uid;
  const auto kind = object_kind::config_map;
  BOOST_TEST(
      is_refused(w.remove(kind, in_prod("c"), "Background", "other"), refusal_reason::conflict));
  BOOST_TEST(is_refused(w.remove(kind, in_prod("d")), refusal_reason::not_found));
  BOOST_TEST(is_refused(w.remove(kind, in_prod("c"), "Sideways"), refusal_reason::invalid));
  BOOST_TEST(is_accepted(w.remove(kind, in_prod("c"), "Background", uid)));
  BOOST_TEST(!w.k.find(kind, in_prod("c")));
}

BOOST_AUTO_TEST_CASE(lists_are_ordered_selected_and_versioned) {
  kube_world w;
  for (const auto* name : {"c", "a", "b"}) {
    auto x = a_config_map(name);
    x.metadata.labels["first"] = *name == 'a' ? "yes" : "no";
    w.create(x);
  }
  auto elsewhere = a_config_map("z");
  elsewhere.metadata.ns = "test";
  w.create(elsewhere);
  const auto list = [&](std::string ns, std::string selector) {
    const auto answer =
        w.k.call(kube_list{object_kind::config_map, std::move(ns), std::move(selector)}, "drey");
    std::string names;
    for (const auto& one : std::get<object_list>(answer.result).items)
      names += metadata_of(*one).name;
    BOOST_TEST(std::get<object_list>(answer.result).resource_version == w.k.resource_version());
    return names;
  };
  BOOST_TEST(list("", "") == "abcz");
  BOOST_TEST(list("prod", "") == "abc");
  BOOST_TEST(list("prod", "first!=yes") == "bc");
  BOOST_TEST(list("", "!first") == "z");
  BOOST_TEST(is_refused(w.k.call(kube_list{object_kind::pod, "", "a in (b"}, "drey"),
                        refusal_reason::invalid));
}

BOOST_AUTO_TEST_CASE(what_a_real_server_refuses_is_invalid) {
  kube_world w;
  const auto refused = [&](object x) {
    return is_refused(w.apply(std::move(x)), refusal_reason::invalid);
  };
  BOOST_TEST(refused(a_stateful_set("tm", -1)));
  auto start = a_stateful_set("tm", 1);
  start.ordinals_start = -1;
  BOOST_TEST(refused(start));
  auto unmatched = a_deployment("jm");
  unmatched.selector["app"] = "other";
  BOOST_TEST(refused(unmatched));
  BOOST_TEST(refused(a_config_map("No_Name")));
  BOOST_TEST(refused(a_config_map("a..b")));
  auto label = a_config_map("c");
  label.metadata.labels["app"] = std::string(64, 'x');
  BOOST_TEST(refused(label));
  auto lost = a_config_map("c");
  lost.metadata.ns.clear();
  BOOST_TEST(refused(lost));
  BOOST_TEST(refused(a_config_map("c", {{"big", std::string((1 << 20) + 1, 'x')}})));
  service long_name;
  long_name.metadata.ns = "prod";
  long_name.metadata.name = std::string(64, 's');
  long_name.headless = true;
  BOOST_TEST(refused(long_name));
}

BOOST_AUTO_TEST_CASE(selectors_and_immutable_maps_do_not_change) {
  kube_world w;
  w.apply(a_stateful_set("tm", 1));
  auto set = a_stateful_set("tm", 1);
  set.selector = set.pods.labels;
  BOOST_TEST(is_refused(w.apply(set), refusal_reason::invalid));
  auto moved = a_stateful_set("tm", 1);
  moved.service_name = "other";
  BOOST_TEST(is_refused(w.apply(moved), refusal_reason::invalid));
  auto fixed = a_config_map("conf", {{"a", "1"}});
  fixed.immutable = true;
  w.apply(fixed);
  fixed.data["a"] = "2";
  BOOST_TEST(is_refused(w.apply(fixed), refusal_reason::invalid));
}

BOOST_AUTO_TEST_CASE(every_mutating_call_is_audited) {
  kube_world w;
  std::vector<std::string> log;
  w.k.on_call([&](const audited_call& x) {
    log.push_back(std::string{x.user} + " " + std::string{x.verb} + " " + x.name.name +
                  (x.uid_given.empty() ? "" : " uid") +
                  (x.resource_version_given.empty() ? "" : " version") +
                  (is_accepted(x.answer) ? "" : " refused") + (x.changed ? " changed" : ""));
  });
  const auto uid = meta_of(w.apply(a_config_map("c"))).uid;
  w.apply(a_config_map("c"));
  w.k.call(kube_get{object_kind::config_map, in_prod("c")}, "drey");
  w.k.call(kube_write_finalizers{object_kind::config_map, in_prod("c"), uid, "1", {}}, "drey");
  w.remove(object_kind::config_map, in_prod("c"), "Background", uid);
  const std::vector<std::string> expected{"drey apply c changed", "drey apply c",
                                          "drey write finalizers c uid version refused",
                                          "drey delete c uid changed"};
  BOOST_TEST(log == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
