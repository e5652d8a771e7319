// Kubernetes objects as JSON: lossless both ways, exact in what is owned, firm against garbage.
#include "protocol/object_codec.hpp"

#include <boost/test/unit_test.hpp>
#include <concepts>
#include <nlohmann/json.hpp>

using namespace drey;
using nlohmann::json;

namespace {

object_meta full_metadata() {
  object_meta x;
  x.ns = "flink";
  x.name = "nest";
  x.uid = "8795e08f-7574-47f8-89b7-84eabba604cc";
  x.resource_version = "41";
  x.generation = 7;
  x.creation_timestamp = milliseconds{1'715'940'000'000};
  x.deletion_timestamp = milliseconds{1'715'940'600'000};
  x.labels = {{"app", "nest"}, {"component", "jobmanager"}};
  x.annotations = {{"note", "a \"quoted\" ünïcode\nline"}};
  x.finalizers = {"drey/children"};
  x.owners = {{"v1", "Pod", "owner", "1-2-3"}};
  return x;
}

pod_template full_template() {
  return {
      {{"app", "nest"}}, {{"hash", "1"}}, R"({"containers":[{"image":"flink:1.20","name":"m"}]})"};
}

template <class T>
T with_metadata(T x) {
  x.metadata = full_metadata();
  return x;
}

deployment full_deployment() {
  deployment x;
  x.replicas = 2;
  x.selector = {{"app", "nest"}};
  x.pods = full_template();
  x.observed_generation = 7;
  x.status_replicas = 2;
  x.available_replicas = 1;
  x.conditions = {{"Available", "True", "Minimum", "ok", milliseconds{1'715'940'000'000}, 0}};
  return with_metadata(x);
}

stateful_set full_stateful_set() {
  stateful_set x;
  x.replicas = 4;
  x.ordinals_start = 8;
  x.service_name = "nest-taskmanager";
  x.selector = {{"app", "nest"}};
  x.pods = full_template();
  x.observed_generation = 7;
  x.status_replicas = 4;
  x.ready_replicas = 3;
  x.current_revision = "nest-1";
  x.update_revision = "nest-2";
  return with_metadata(x);
}

pod full_pod() {
  pod x;
  x.spec = R"({"containers":[{"name":"m"}]})";
  x.node_name = "node-1";
  x.phase = pod_phase::failed;
  x.ready = true;
  x.pod_ip = "198.18.0.7";
  x.reason = "Evicted";
  x.container = "flink-main-container";
  x.waiting_reason = "CrashLoopBackOff";
  x.waiting_message = "back-off 10s restarting";
  x.terminated_reason = "OOMKilled";
  x.exit_code = 137;
  x.last_started = milliseconds{1'764'151'000'000};
  x.last_ended = milliseconds{1'764'151'060'000};
  x.running_since = milliseconds{1'764'151'070'000};
  x.unschedulable = "0/1 nodes are available";
  x.restart_count = 3;
  return with_metadata(x);
}

node full_node() {
  node x;
  x.ready = "Unknown";
  x.unschedulable = true;
  x.taints = {"node.kubernetes.io/out-of-service=nodeshutdown:NoExecute", "tired:NoSchedule"};
  return with_metadata(x);
}

event_record full_event() {
  event_record x;
  x.involved_kind = "FlinkSessionJob";
  x.involved_api_version = "flink.apache.org/v1beta1";
  x.involved_ns = "flink";
  x.involved_name = "job";
  x.involved_uid = "u";
  x.type = "Warning";
  x.reason = "Restored";
  x.message = "from chk-7";
  x.component = "drey";
  x.count = 3;
  x.first = milliseconds{1'715'940'000'000};
  x.last = milliseconds{1'715'940'060'000};
  return with_metadata(x);
}

std::vector<object> full_builtins() {
  return {full_deployment(),
          full_stateful_set(),
          with_metadata(service{
              {}, "NodePort", true, true, {{"app", "nest"}}, {{"rest", 8081}, {"rpc", 6123}}}),
          with_metadata(config_map{{}, {{"config.yaml", "a: 1\n"}, {"empty", ""}}, true}),
          full_pod(),
          full_node(),
          with_metadata(lease{{}, "me", 15, milliseconds{1'715'940'000'123}, milliseconds{4}, 9}),
          full_event(),
          with_metadata(ingress{{}, R"({"rules":[{"host":"flink.example.com"}]})"})};
}

template <class T>
bool same(const object& a, const object& b) {
  return std::get<T>(a) == std::get<T>(b);
}

/// The built-ins know equality, the primaries are compared as text.
bool equal(const object& a, const object& b) {
  return std::visit(
      [&](const auto& x) {
        using type = std::remove_cvref_t<decltype(x)>;
        if constexpr (std::equality_comparable<type>)
          return same<type>(a, b);
        else
          return encode_object(a) == encode_object(b);
      },
      a);
}

object_ptr decoded(std::string_view text) {
  field_errors errors;
  return decode_object(text, errors);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(object_codec)

BOOST_AUTO_TEST_CASE(a_round_trip_loses_nothing) {
  for (const auto& x : full_builtins()) {
    const auto text = encode_object(x);
    const auto again = decoded(text);
    BOOST_REQUIRE_MESSAGE(again, text);
    BOOST_TEST(equal(x, *again), text << "\n" << encode_object(*again));
  }
}

BOOST_AUTO_TEST_CASE(defaults_make_a_round_trip_too) {
  for (std::size_t i = 3; i < std::variant_size_v<object>; ++i) {
    field_errors errors;
    const auto kind = static_cast<object_kind>(i);
    const auto bare = decode_object(kind, R"({"metadata":{"name":"x"}})", errors);
    BOOST_REQUIRE_MESSAGE(bare, name_of(kind));
    const auto again = decoded(encode_object(*bare));
    BOOST_REQUIRE_MESSAGE(again, name_of(kind));
    BOOST_TEST(equal(*bare, *again), encode_object(*bare));
  }
}

BOOST_AUTO_TEST_CASE(an_applied_stateful_set_holds_exactly_what_drey_owns) {
  const auto text = encode_owned(full_stateful_set(), owned_for::apply);
  const auto expected = json::parse(R"({
    "apiVersion": "apps/v1", "kind": "StatefulSet",
    "metadata": {"namespace": "flink", "name": "nest",
      "uid": "8795e08f-7574-47f8-89b7-84eabba604cc",
      "labels": {"app": "nest", "component": "jobmanager"},
      "annotations": {"note": "a \"quoted\" ünïcode\nline"},
      "ownerReferences": [{"apiVersion": "v1", "kind": "Pod", "name": "owner", "uid": "1-2-3"}]},
    "spec": {"replicas": 4, "ordinals": {"start": 8}, "serviceName": "nest-taskmanager",
      "selector": {"matchLabels": {"app": "nest"}},
      "podManagementPolicy": "Parallel", "updateStrategy": {"type": "OnDelete"},
      "template": {"metadata": {"labels": {"app": "nest"}, "annotations": {"hash": "1"}},
        "spec": {"containers": [{"image": "flink:1.20", "name": "m"}]}}}})");
  BOOST_TEST(json::parse(text) == expected, text);
}

/// Whether the API server kept the field is told apart from where the window begins.
BOOST_AUTO_TEST_CASE(a_stateful_set_without_ordinals_has_none) {
  auto set = full_stateful_set();
  const auto written = [&] {
    return json::parse(encode_owned(set, owned_for::apply)).at("spec").value("ordinals", json());
  };
  set.ordinals_start = 0;
  BOOST_TEST(written() == json({{"start", 0}}));
  set.ordinals_start.reset();
  BOOST_TEST(written() == json());
}

BOOST_AUTO_TEST_CASE(an_applied_deployment_and_service_hold_no_status) {
  const auto applied = json::parse(encode_owned(full_deployment(), owned_for::apply));
  BOOST_TEST(!applied.contains("status"));
  BOOST_TEST(!applied.at("metadata").contains("resourceVersion"));
  BOOST_TEST(!applied.at("metadata").contains("finalizers"));
  BOOST_TEST(applied.at("spec").at("strategy") == json::parse(R"({"type":"Recreate"})"));
  const service plain{full_metadata(), "ClusterIP",       false,
                      false,           {{"app", "nest"}}, {{"rest", 8081}}};
  const auto ports = json::parse(encode_owned(plain, owned_for::apply)).at("spec");
  BOOST_TEST(!ports.contains("clusterIP"));
  BOOST_TEST(ports.at("ports") == json::parse(R"([{"name":"rest","port":8081,"protocol":"TCP"}])"));
}

BOOST_AUTO_TEST_CASE(a_created_object_carries_finalizers_and_no_uid) {
  const auto created = json::parse(encode_owned(full_event(), owned_for::create));
  BOOST_TEST(created.at("metadata").contains("finalizers"));
  BOOST_TEST(!created.at("metadata").contains("uid"));
  BOOST_TEST(!created.at("metadata").contains("resourceVersion"));
}

BOOST_AUTO_TEST_CASE(a_pod_folds_its_containers) {
  const auto seen = decoded(R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},
    "spec":{"nodeName":"n","containers":[]},
    "status":{"phase":"Running","conditions":[{"type":"Ready","status":"False"}],
      "containerStatuses":[{"name":"a","restartCount":1,"state":{"running":{}}},
        {"name":"b","restartCount":4,"state":{"waiting":{"reason":"ImagePullBackOff"}},
         "lastState":{"terminated":{"reason":"Error"}}}]}})");
  BOOST_REQUIRE(seen);
  const auto& x = std::get<pod>(*seen);
  BOOST_TEST(x.node_name == "n");
  BOOST_TEST(x.spec == R"({"containers":[]})");
  BOOST_TEST((x.phase == pod_phase::running));
  BOOST_TEST(!x.ready);
  BOOST_TEST(x.restart_count == 4);
  BOOST_TEST(x.waiting_reason == "ImagePullBackOff");
  BOOST_TEST(x.terminated_reason == "Error");
  BOOST_TEST(x.container == "b");
}

BOOST_AUTO_TEST_CASE(a_pod_tells_of_the_container_that_is_worst_off) {
  const auto folded = [](const std::string& status) {
    const auto seen = decoded(
        R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"status":{)" + status + "}}");
    BOOST_REQUIRE(seen);
    return std::get<pod>(*seen);
  };
  const std::string waits_its_turn =
      R"({"name":"main","state":{"waiting":{"reason":"PodInitializing"}}})";
  const auto init = folded(R"("containerStatuses":[)" + waits_its_turn +
                           R"(],"initContainerStatuses":[{"name":"fetch",
        "restartCount":2,"state":{"waiting":{"reason":"CrashLoopBackOff","message":"back-off 20s"}},
        "lastState":{"terminated":{"reason":"Error","exitCode":22}}}])");
  BOOST_TEST(init.container == "fetch");
  BOOST_TEST(init.waiting_reason == "CrashLoopBackOff");
  BOOST_TEST(init.waiting_message == "back-off 20s");
  BOOST_TEST(init.exit_code == 22);
  BOOST_TEST(init.restart_count == 2);
  const auto done = folded(
      R"("containerStatuses":[{"name":"main","state":{"running":{"startedAt":
        "2025-11-26T09:57:50Z"}}}],"initContainerStatuses":[{"name":"fetch","state":{"terminated":
        {"reason":"Completed","exitCode":0}}}])");
  BOOST_TEST(done.container == "main");
  BOOST_TEST(done.terminated_reason == "");
  BOOST_TEST(done.running_since.value_or(milliseconds{0}).count() == 1'764'151'070'000);
  const auto again = folded(
      R"("containerStatuses":[{"name":"side","state":{"running":{}},"lastState":
        {"terminated":{"reason":"Error","exitCode":1}}},{"name":"main","state":{"terminated":
        {"reason":"OOMKilled","exitCode":137,"startedAt":"2025-11-26T09:56:40Z",
        "finishedAt":"2025-11-26T09:57:40Z"}}}])");
  BOOST_TEST(again.container == "main");
  BOOST_TEST(again.exit_code == 137);
  BOOST_REQUIRE((again.last_started && again.last_ended));
  BOOST_TEST((*again.last_ended - *again.last_started).count() == 60'000);
}

BOOST_AUTO_TEST_CASE(a_poisonous_primary_hides_nothing_but_its_spec) {
  const auto seen = decoded(R"({"apiVersion":"flink.apache.org/v1beta1","kind":"FlinkSessionJob",
    "metadata":{"name":"bad","uid":"u","resourceVersion":"3"},
    "spec":{"deploymentName":7},"status":{"jobStatus":{"state":"RUNNING"}}})");
  BOOST_REQUIRE(seen);
  const auto& x = std::get<flink_session_job>(*seen);
  BOOST_TEST(!x.spec);
  BOOST_TEST(x.unreadable.find("spec.deploymentName") != std::string::npos, x.unreadable);
  BOOST_TEST(x.status.job.state == "RUNNING");
  BOOST_TEST(x.metadata.uid == "u");
}

BOOST_AUTO_TEST_CASE(one_poisonous_item_of_a_list_leaves_the_others) {
  field_errors errors;
  const auto list = decode_list(object_kind::flink_session_job, R"({"metadata":{"resourceVersion":
    "9"},"items":[{"metadata":{"name":"bad"},"spec":[]},{"metadata":{"name":"good"},
    "spec":{"deploymentName":"nest"}}]})",
                                errors);
  BOOST_REQUIRE(list);
  BOOST_TEST(list->resource_version == "9");
  BOOST_REQUIRE(list->items.size() == 2U);
  BOOST_TEST(!std::get<flink_session_job>(*list->items[0]).unreadable.empty());
  BOOST_TEST(std::get<flink_session_job>(*list->items[1]).spec->deployment_name == "nest");
}

BOOST_AUTO_TEST_CASE(lists_make_a_round_trip) {
  object_list list;
  list.resource_version = "77";
  for (int i = 0; i < 50; ++i) {
    auto x = full_pod();
    x.metadata.name += std::to_string(i);
    list.items.push_back(std::make_shared<const object>(x));
  }
  field_errors errors;
  const auto again = decode_list(object_kind::pod, encode_list(object_kind::pod, list), errors);
  BOOST_REQUIRE(again);
  BOOST_REQUIRE(again->items.size() == 50U);
  BOOST_TEST(again->resource_version == "77");
  for (std::size_t i = 0; i < 50; ++i) BOOST_TEST(equal(*list.items[i], *again->items[i]));
}

BOOST_AUTO_TEST_CASE(garbage_is_an_error) {
  for (const auto* text :
       {"", " ", "{", "[]", "null", "<html>Bad Gateway</html>", "\xff\xfe", "{\"kind\":\"Pod\"}",
        R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"x"}})",
        R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"}}trailing)",
        R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":7}})",
        R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"},"status":{"conditions":{}}})"}) {
    field_errors errors;
    BOOST_TEST(!decode_object(text, errors), text);
    BOOST_TEST(!errors.empty(), text);
  }
}

BOOST_AUTO_TEST_CASE(a_garbled_list_is_an_error) {
  for (const auto* text :
       {"", "{}", "[]", "{\"items\":{}}", "{\"items\":[1]}", "{\"items\":[{\"metadata\":{}}]}",
        "{\"items\":[{\"metadata\":{\"name\":\"x\"}}",
        "{\"items\":[{\"metadata\":{\"name\":\"x\"}}]", "{\"items\":[]}{}",
        "{\"metadata\":7,\"items\":[]}", "<html>", "{\"items\":[{]}"}) {
    field_errors errors;
    BOOST_TEST(!decode_list(object_kind::pod, text, errors), text);
    BOOST_TEST(!errors.empty(), text);
  }
}

BOOST_AUTO_TEST_CASE(an_empty_list_is_a_list) {
  field_errors errors;
  const auto list =
      decode_list(object_kind::pod,
                  R"({"kind":"PodList","metadata":{"resourceVersion":"5"},"items":null})", errors);
  BOOST_REQUIRE(list);
  BOOST_TEST(list->items.empty());
  BOOST_TEST(list->resource_version == "5");
}

BOOST_AUTO_TEST_CASE(watch_lines_make_a_round_trip) {
  const auto seen = std::make_shared<const object>(full_pod());
  for (const auto type : {watch_event_type::added, watch_event_type::modified,
                          watch_event_type::deleted, watch_event_type::bookmark}) {
    const bool bookmark = type == watch_event_type::bookmark;
    const watch_event event{3, type, bookmark ? nullptr : seen, "41"};
    const auto decoded_line =
        decode_watch_line(3, object_kind::pod, encode_watch_line(object_kind::pod, event));
    BOOST_REQUIRE(std::holds_alternative<watch_event>(decoded_line));
    const auto& again = std::get<watch_event>(decoded_line);
    BOOST_TEST(again.id == 3U);
    BOOST_TEST((again.type == type));
    BOOST_TEST(again.resource_version == "41");
    BOOST_TEST((bookmark ? again.seen == nullptr : equal(*seen, *again.seen)));
  }
}

BOOST_AUTO_TEST_CASE(a_watch_error_says_why) {
  const auto line = encode_watch_error({refusal_reason::gone, "too old", {}});
  const auto decoded_line = decode_watch_line(1, object_kind::pod, line);
  BOOST_REQUIRE(std::holds_alternative<refusal>(decoded_line));
  BOOST_TEST((std::get<refusal>(decoded_line).reason == refusal_reason::gone));
  for (const auto* garbage : {"", "{}", "{\"type\":\"ADDED\"}", "{\"type\":\"NEW\",\"object\":{}}",
                              "{\"type\":\"ERROR\",\"object\":{}}", "{\"type\":\"ADDED\",\"obj"}) {
    const auto wrong = decode_watch_line(1, object_kind::pod, garbage);
    BOOST_REQUIRE_MESSAGE(std::holds_alternative<refusal>(wrong), garbage);
    BOOST_TEST((std::get<refusal>(wrong).reason == refusal_reason::malformed), garbage);
  }
}

BOOST_AUTO_TEST_SUITE_END()
