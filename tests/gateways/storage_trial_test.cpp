// Pods like Flink's that try where a cluster keeps its state: made, asked, and removed whatever
// comes of it.
#include "runtime/storage_trial.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "protocol/manifest.hpp"

using namespace drey;

namespace {

using nlohmann::json;

const std::string manifest = R"(apiVersion: flink.apache.org/v1beta1
kind: FlinkDeployment
metadata: {name: session, namespace: flink, uid: cluster-uid, generation: 1}
spec:
  image: "flink:1.20"
  flinkVersion: v1_20
  mode: standalone
  serviceAccount: flink
  flinkConfiguration:
    execution.checkpointing.dir: "file:///flink/checkpoints"
    execution.checkpointing.savepoint-dir: "s3://bucket/savepoints"
  podTemplate:
    spec:
      containers: [{name: flink-main-container, volumeMounts: [{name: s, mountPath: /flink}]}]
      volumes: [{name: s}]
  jobManager: {replicas: 1, resource: {cpu: 1, memory: 1024m}}
  taskManager: {replicas: 2, resource: {cpu: 1, memory: 1024m}}
)";

/// An API server that runs each pod at once.
struct pods {
  std::vector<std::string> made, removed;
  std::string said;      ///< what each ends with; empty: it never ends
  int made_with = 201;   ///< the status of a creation
  bool is_lost = false;  ///< nobody answers a look

  http_response answer(const http_request& asked) {
    const auto name = asked.path.substr(asked.path.rfind('/') + 1);
    if (asked.method == "POST") {
      if (made_with != 201)
        return {made_with, {}, R"({"kind":"Status","message":"pods is forbidden"})"};
      BOOST_TEST(asked.path == "/api/v1/namespaces/flink/pods");
      made.push_back(json::parse(asked.body)["metadata"]["name"]);
      return {201, {}, asked.body};
    }
    if (asked.method == "DELETE") {
      removed.push_back(name.substr(0, name.find('?')));
      return {200, {}, "{}"};
    }
    if (is_lost) throw std::runtime_error("nobody answers");
    json seen{{"status", {{"phase", said.empty() ? "Pending" : "Succeeded"}}}};
    if (!said.empty())
      seen["status"]["containerStatuses"] = {{{"state", {{"terminated", {{"message", said}}}}}}};
    return {200, {}, seen.dump()};
  }
};

std::string tried(pods& api) {
  const auto read = read_manifest(manifest);
  const auto& cluster = std::get<flink_deployment>(read.resources.front().value);
  const trial_patience short_one{milliseconds{5}, milliseconds{1}};
  std::string text;
  for (const auto& one : try_storage(
           cluster, [&](http_request asked) { return api.answer(asked); }, short_one))
    text += one.what +
            (one.verdict == verdict::well    ? ": well: "
             : one.verdict == verdict::wrong ? ": wrong: "
                                             : ": not checked: ") +
            one.message + " / " + one.remedy + "\n";
  return text;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(storage_trial_suite)

BOOST_AUTO_TEST_CASE(each_side_tries_and_its_pod_is_removed) {
  pods api;
  api.said = "well /flink/checkpoints";
  const auto told = tried(api);
  const std::string wrote =
      ": well: wrote and removed a file in /flink/checkpoints (execution.checkpointing.dir)";
  BOOST_TEST(has(told, "storage, tried as a jobmanager" + wrote), told);
  BOOST_TEST(has(told, "storage, tried as a taskmanager" + wrote), told);
  BOOST_TEST(has(told, "not checked: execution.checkpointing.savepoint-dir lies in a store"), told);
  BOOST_REQUIRE_EQUAL(api.made.size(), 2U);
  BOOST_TEST(api.removed == api.made, boost::test_tools::per_element());
  pods another = api;
  tried(another);
  BOOST_TEST(another.made.back() != api.made.back(), "another trial has other names");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_written_is_wrong) {
  pods api;
  api.said = "wrong /flink/checkpoints mkdir: Permission denied";
  const auto told = tried(api);
  BOOST_TEST(has(told,
                 ": wrong: execution.checkpointing.dir /flink/checkpoints: mkdir: Permission "
                 "denied / Mount a volume"),
             told);
  BOOST_TEST(api.removed == api.made, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(who_may_make_no_pods_is_told_so) {
  pods api;
  api.made_with = 403;
  const auto told = tried(api);
  BOOST_TEST(has(told,
                 "not checked: the pod was not made: forbidden: pods is forbidden / be "
                 "allowed to create, get and delete pods in namespace flink"),
             told);
  BOOST_TEST(api.removed.empty());
}

BOOST_AUTO_TEST_CASE(however_it_ends_no_pod_is_left) {
  pods waiting;
  const auto told = tried(waiting);
  BOOST_TEST(has(told, "not checked: the pod did not get to it: it is Pending"), told);
  BOOST_TEST(waiting.removed == waiting.made, boost::test_tools::per_element());
  pods lost;
  lost.is_lost = true;
  BOOST_CHECK_THROW(tried(lost), std::runtime_error);
  BOOST_TEST(lost.removed == lost.made, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
