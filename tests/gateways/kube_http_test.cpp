// The Kubernetes API: how each call is spelled and what each status means.
#include "protocol/kube_http.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "protocol/object_codec.hpp"
#include "tests/gateways/meaning.hpp"

using namespace drey;
using namespace drey::testing;
using nlohmann::json;

namespace {

object_ptr some_map() {
  config_map x;
  x.metadata.ns = "flink";
  x.metadata.name = "conf-1";
  x.metadata.uid = "u1";
  x.metadata.resource_version = "5";
  x.data = {{"a", "1"}};
  return std::make_shared<const object>(x);
}

object_ptr some_job() {
  flink_session_job x;
  x.metadata.ns = "flink";
  x.metadata.name = "count";
  x.metadata.resource_version = "5";
  flink_session_job_spec spec;
  spec.deployment_name = "nest";
  x.spec = std::make_shared<const flink_session_job_spec>(spec);
  x.status.job.state = "RUNNING";
  x.status.lifecycle_state = "STABLE";
  return std::make_shared<const object>(x);
}

refusal refused(const kube_body& asked, const http_response& response) {
  const auto answer = kube_answer_of(asked, response);
  const auto* why = std::get_if<refusal>(&answer.result);
  BOOST_REQUIRE_MESSAGE(why, meaning_of(answer));
  return *why;
}

std::string status(int code, std::string reason, std::string message = "m") {
  return encode_api_status({code, std::move(reason), std::move(message), {}});
}

const kube_body read_one = kube_get{object_kind::pod, {"flink", "p"}};
const kube_body apply_one = kube_apply{some_map()};

struct case_of_refusal {
  kube_body asked;
  int code;
  std::string body;
  refusal_reason expected;
};

std::vector<kube_body> all_requests() {
  return {read_one,
          kube_get{object_kind::node, {"", "node-1"}},
          kube_list{object_kind::pod, "", "app=nest,component in (a,b)"},
          kube_list{object_kind::flink_deployment, "flink", ""},
          kube_list{object_kind::event, "flink", "", "reason=FailedCreate"},
          kube_create{some_map()},
          apply_one,
          kube_write_status{some_job()},
          kube_write_finalizers{object_kind::flink_session_job, {"flink", "count"}, "u", "5", {}},
          kube_replace{some_map()},
          kube_delete{object_kind::stateful_set, {"flink", "nest"}, "u", "Foreground"},
          kube_delete{object_kind::pod, {"flink", "p"}, "u", "Background", "7"},
          kube_look{looked_at::service_account, {"flink", "default"}},
          kube_look{looked_at::resource_quotas, {"flink", ""}},
          kube_look{looked_at::definition, {"", "flinkdeployments.flink.apache.org"}},
          kube_review{{"", "configmaps", "", "create", "flink", ""}, {"flink", "default"}}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kube_http)

BOOST_AUTO_TEST_CASE(paths_follow_the_api_conventions) {
  BOOST_TEST(to_http(read_one).path == "/api/v1/namespaces/flink/pods/p");
  BOOST_TEST(to_http(kube_body{kube_get{object_kind::node, {"", "n"}}}).path == "/api/v1/nodes/n");
  BOOST_TEST(to_http(kube_body{kube_list{object_kind::stateful_set, "", "a=b"}}).path ==
             "/apis/apps/v1/statefulsets?labelSelector=a%3Db");
  const kube_list events{object_kind::event, "flink", "", "involvedObject.uid=u,reason=r"};
  const std::string of_object = "?fieldSelector=involvedObject.uid%3Du%2Creason%3Dr";
  BOOST_TEST(to_http(kube_body{events}).path == "/api/v1/namespaces/flink/events" + of_object);
  BOOST_TEST(list_to_http(events, {100, ""}).path ==
             "/api/v1/namespaces/flink/events" + of_object + "&limit=100");
  BOOST_TEST(to_http(kube_body{kube_write_status{some_job()}}).path ==
             "/apis/flink.apache.org/v1beta1/namespaces/flink/flinksessionjobs/count/status"
             "?fieldManager=drey");
  BOOST_TEST(watch_to_http({1, object_kind::pod, "flink", "", "41"}).path ==
             "/api/v1/namespaces/flink/pods?watch=true&allowWatchBookmarks=true"
             "&resourceVersion=41&timeoutSeconds=290");
}

BOOST_AUTO_TEST_CASE(an_apply_is_forced_and_fenced_by_uid) {
  const auto request = to_http(apply_one);
  BOOST_TEST(request.method == "PATCH");
  BOOST_TEST(request.content_type == "application/apply-patch+yaml");
  BOOST_TEST(request.path ==
             "/api/v1/namespaces/flink/configmaps/conf-1?fieldManager=drey&force=true");
  BOOST_TEST(json::parse(request.body) == json::parse(R"({"apiVersion":"v1","kind":"ConfigMap",
    "metadata":{"namespace":"flink","name":"conf-1","uid":"u1"},"data":{"a":"1"}})"));
}

BOOST_AUTO_TEST_CASE(a_status_patch_carries_the_version_it_was_computed_from) {
  const auto body = json::parse(to_http(kube_body{kube_write_status{some_job()}}).body);
  BOOST_TEST(body.at("metadata").at("resourceVersion") == "5");
  BOOST_TEST(body.at("status").at("jobStatus").at("state") == "RUNNING");
  BOOST_TEST(body.at("status").at("error").is_null());
  BOOST_TEST(!body.contains("spec"));
}

BOOST_AUTO_TEST_CASE(finalizers_are_replaced_as_a_whole) {
  const kube_body asked =
      kube_write_finalizers{object_kind::flink_session_job, {"flink", "count"}, "u", "5", {}};
  BOOST_TEST(json::parse(to_http(asked).body) ==
             json::parse(R"({"metadata":{"finalizers":[],"resourceVersion":"5","uid":"u"}})"));
}

BOOST_AUTO_TEST_CASE(a_delete_names_the_uid) {
  const auto request = to_http(kube_body{kube_delete{object_kind::pod, {"flink", "p"}, "u"}});
  BOOST_TEST(request.method == "DELETE");
  BOOST_TEST(json::parse(request.body) == json::parse(R"({"apiVersion":"v1",
    "kind":"DeleteOptions","preconditions":{"uid":"u"},"propagationPolicy":"Background"})"));
}

BOOST_AUTO_TEST_CASE(requests_make_a_round_trip) {
  for (const auto& asked : all_requests()) {
    const auto request = to_http(asked);
    const auto again = kube_body_of(request);
    BOOST_REQUIRE_MESSAGE(again, request.path << " " << request.body);
    BOOST_TEST(again->index() == asked.index(), request.path);
    const auto second = to_http(*again);
    BOOST_TEST(second.path == request.path);
    BOOST_TEST(second.body == request.body);
  }
  const kube_watch watch{0, object_kind::pod, "flink", "a=b", "41"};
  const auto again = kube_watch_of(watch_to_http(watch));
  BOOST_REQUIRE(again);
  BOOST_TEST(watch_to_http(*again).path == watch_to_http(watch).path);
  BOOST_TEST(!kube_body_of(watch_to_http(watch)).has_value());
}

BOOST_AUTO_TEST_CASE(answers_make_a_round_trip) {
  const auto get_map = kube_body{kube_get{object_kind::config_map, {"flink", "conf-1"}}};
  const auto one = kube_answer_of(get_map, to_http(get_map, {some_map()}));
  BOOST_TEST(encode_object(*std::get<object_ptr>(one.result)) == encode_object(*some_map()));
  const auto list_maps = kube_body{kube_list{object_kind::config_map, "flink", ""}};
  const kube_answer list{object_list{{some_map(), some_map()}, "9"}};
  BOOST_TEST(meaning_of(kube_answer_of(list_maps, to_http(list_maps, list))) == meaning_of(list));
  const auto gone = kube_body{kube_delete{object_kind::pod, {"flink", "p"}, "u"}};
  BOOST_TEST(meaning_of(kube_answer_of(gone, to_http(gone, {kube_done{}}))) == "done");
}

BOOST_AUTO_TEST_CASE(what_is_looked_at_is_any_object) {
  const auto account = kube_body{kube_look{looked_at::service_account, {"flink", "default"}}};
  BOOST_TEST(to_http(account).path == "/api/v1/namespaces/flink/serviceaccounts/default");
  BOOST_TEST(!is_mutating(account));
  const std::string text = R"({"kind":"ServiceAccount"})";
  const auto seen = kube_answer_of(account, to_http(account, {json_seen{text}}));
  BOOST_TEST(std::get<json_seen>(seen.result).text == text);
  BOOST_TEST((refused(account, {200, {}, "[]"}).reason == refusal_reason::malformed));
  BOOST_TEST(
      (refused(account, {404, {}, status(404, "NotFound")}).reason == refusal_reason::not_found));
}

BOOST_AUTO_TEST_CASE(a_review_is_told_apart_from_a_refusal_of_the_question) {
  const auto asked =
      kube_body{kube_review{{"", "configmaps", "", "create", "flink", ""}, {"flink", "default"}}};
  const auto body = json::parse(to_http(asked).body);
  BOOST_TEST(to_http(asked).path == "/apis/authorization.k8s.io/v1/subjectaccessreviews");
  BOOST_TEST(body.at("spec").at("user") == "system:serviceaccount:flink:default");
  BOOST_TEST(!is_mutating(asked));
  const access_verdict no{false, "no rule"};
  const auto told = kube_answer_of(asked, to_http(asked, {no}));
  BOOST_CHECK(std::get<access_verdict>(told.result) == no);
  BOOST_TEST(
      (refused(asked, {403, {}, status(403, "Forbidden")}).reason == refusal_reason::forbidden));
}

BOOST_AUTO_TEST_CASE(refusals_make_a_round_trip) {
  for (int i = 0; i <= static_cast<int>(refusal_reason::malformed); ++i) {
    const refusal why{static_cast<refusal_reason>(i), "because", seconds{3}};
    const auto again = refused(apply_one, to_http(apply_one, {why}));
    BOOST_TEST((again.reason == why.reason), name_of(why.reason));
    if (why.reason == refusal_reason::malformed) continue;
    BOOST_TEST(again.message == "because");
    BOOST_TEST(again.retry_after.count() == 3000);
  }
}

BOOST_AUTO_TEST_CASE(a_status_code_has_one_meaning) {
  const std::string bare = "404 page not found\n";
  const std::string hook = "Internal error occurred: failed calling webhook \"x\": refused";
  const std::vector<case_of_refusal> cases{
      {read_one, 404, status(404, "NotFound"), refusal_reason::not_found},
      {read_one, 404, bare, refusal_reason::unavailable},
      {apply_one, 404, bare, refusal_reason::unavailable},
      {apply_one, 409, status(409, "Conflict"), refusal_reason::conflict},
      {apply_one, 409, status(409, "AlreadyExists"), refusal_reason::already_exists},
      {read_one, 410, status(410, "Expired"), refusal_reason::gone},
      {apply_one, 422, status(422, "Invalid"), refusal_reason::invalid},
      {apply_one, 400, "nonsense", refusal_reason::invalid},
      {read_one, 401, status(401, "Unauthorized"), refusal_reason::forbidden},
      {read_one, 403, status(403, "Forbidden"), refusal_reason::forbidden},
      {read_one, 429, status(429, "TooManyRequests"), refusal_reason::too_many_requests},
      {apply_one, 500, status(500, "InternalError"), refusal_reason::unknown_outcome},
      {apply_one, 500, status(500, "InternalError", hook), refusal_reason::unavailable},
      {apply_one, 502, "<html>", refusal_reason::unknown_outcome},
      {apply_one, 503, status(503, "ServiceUnavailable"), refusal_reason::unavailable},
      {apply_one, 504, status(504, "Timeout"), refusal_reason::unknown_outcome},
      {read_one, 500, status(500, "InternalError"), refusal_reason::unavailable},
      {read_one, 504, status(504, "Timeout"), refusal_reason::unavailable},
      {read_one, 302, "", refusal_reason::unavailable},
      {read_one, 200, "", refusal_reason::malformed},
      {read_one, 200, "<html>", refusal_reason::malformed},
      {read_one, 200, encode_object(*some_map()), refusal_reason::malformed},
  };
  for (const auto& one : cases) {
    const auto why = refused(one.asked, {one.code, {}, one.body});
    BOOST_TEST((why.reason == one.expected),
               one.code << " " << one.body << " means " << name_of(why.reason));
  }
}

BOOST_AUTO_TEST_CASE(a_wait_may_stand_in_the_header_or_in_the_body) {
  const http_response in_header{429, seconds{2}, status(429, "TooManyRequests")};
  BOOST_TEST(refused(read_one, in_header).retry_after.count() == 2000);
  const api_status slow{429, "TooManyRequests", "slow down", seconds{5}};
  const http_response in_body{429, {}, encode_api_status(slow)};
  BOOST_TEST(refused(read_one, in_body).retry_after.count() == 5000);
}

BOOST_AUTO_TEST_CASE(a_request_that_drey_does_not_make_is_none) {
  for (const auto* path : {"/", "/version", "/api/v1", "/api/v1/secrets", "/apis/apps/v1",
                           "/api/v1/namespaces/flink/pods/p/log", "/api/v1/pods/%zz"})
    BOOST_TEST(!kube_body_of({"GET", path, "", ""}).has_value(), path);
  BOOST_TEST(!kube_body_of({"PUT", "/api/v1/namespaces/f/pods/p", "application/json", "{"}));
}

BOOST_AUTO_TEST_SUITE_END()
