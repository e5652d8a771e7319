// `drey-operator why` against a server that has two resources, some pods, and Events that it does
// not show.
#include "runtime/why_command.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

#include "protocol/manifest.hpp"
#include "protocol/object_codec.hpp"
#include "tests/gateways/running_program.hpp"

using namespace drey;
using namespace drey::testing;

namespace {

const std::string resources = R"(apiVersion: flink.apache.org/v1beta1
kind: FlinkSessionJob
metadata: {name: orders, namespace: flink, uid: job-uid, generation: 1}
spec:
  deploymentName: session
  job: {jarURI: "https://example.com/a.jar", parallelism: 2, upgradeMode: last-state}
status:
  observedGeneration: 1
  lifecycleState: DEPLOYED
  jobStatus: {state: RESTARTING}
  conditions:
    - type: Ready
      status: "False"
      reason: Restarting
      message: Flink is restarting its tasks
      lastTransitionTime: "2026-11-26T10:00:00Z"
  restarts:
    - {since: "2026-11-26T10:00:00.100Z", what: job, why: JobManager pod session-a lost}
---
apiVersion: flink.apache.org/v1beta1
kind: FlinkDeployment
metadata: {name: session, namespace: flink, uid: cluster-uid, generation: 1}
spec: {image: "flink:1.20", flinkVersion: v1_20, mode: standalone, serviceAccount: flink}
status:
  observedGeneration: 1
  lifecycleState: STABLE
  jobManagerDeploymentStatus: READY
  conditions:
    - type: Ready
      status: "True"
      reason: Ready
      message: all is there
      lastTransitionTime: "2026-11-26T10:00:00Z"
)";

class small_cluster {
public:
  small_cluster() {
    for (const auto& one : read_manifest(resources).resources) {
      const auto kind = kind_of(one.value);
      serve("/apis/flink.apache.org/v1beta1/namespaces/flink/" + std::string(info_of(kind).plural) +
                "/" + metadata_of(one.value).name,
            encode_object(one.value));
    }
    server_.routes().Get("/api/v1/namespaces/flink/pods", [this](const httplib::Request& asked,
                                                                 httplib::Response& answer) {
      selector_ = asked.get_param_value("labelSelector");
      answer.set_content(
          R"({"metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"session-b",)"
          R"("namespace":"flink"},"status":{"phase":"Pending"}}]})",
          "application/json");
    });
    server_.routes().Get(
        "/api/v1/namespaces/flink/events",
        [](const httplib::Request&, httplib::Response& answer) { say(answer, 403, "Forbidden"); });
    server_.routes().Get("/.*", [](const httplib::Request&, httplib::Response& answer) {
      say(answer, 404, "NotFound");
    });
    const auto refuse = [this](const httplib::Request&, httplib::Response& answer) {
      ++changes_;
      answer.status = 500;
    };
    server_.routes().Post("/.*", refuse);
    server_.routes().Put("/.*", refuse);
    server_.routes().Patch("/.*", refuse);
    server_.routes().Delete("/.*", refuse);
    server_.start();
  }

  int port() const { return server_.port(); }
  std::string selector() const { return selector_; }
  int changes() const { return changes_; }

private:
  static void say(httplib::Response& answer, int code, const std::string& reason) {
    answer.status = code;
    answer.set_content(encode_api_status({code, reason, reason, {}}), "application/json");
  }
  void serve(const std::string& path, const std::string& body) {
    server_.routes().Get(path, [body](const httplib::Request&, httplib::Response& answer) {
      answer.set_content(body, "application/json");
    });
  }

  std::string selector_;
  std::atomic<int> changes_{0};
  http_server server_;
};

struct told {
  int code = -1;
  std::string out;
  std::string err;
};

told why(int port, std::vector<std::string> words) {
  const scratch_folder folder;
  const auto config = folder.write("kubeconfig", kubeconfig_for(port));
  words.insert(words.begin(), {"why", "--kubeconfig", config.string()});
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  std::ostringstream out, err;
  const int code = run_why(static_cast<int>(arguments.size()), arguments.data(), out, err);
  return {code, out.str(), err.str()};
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(why_command_suite)

BOOST_AUTO_TEST_CASE(a_job_that_is_not_well) {
  const small_cluster cluster;
  const auto said = why(cluster.port(), {"flink/orders"});
  BOOST_TEST(said.code == 3, said.err);
  BOOST_TEST(has(said.out, "state        RESTARTING (DEPLOYED), NOT well\n"), said.out);
  BOOST_TEST(has(said.out, "; JobManager pod session-a lost\n"), said.out);
  BOOST_TEST(has(said.out, "cluster      session: READY (STABLE)"), said.out);
  BOOST_TEST(has(said.out, "session-b: pending"), said.out);
  BOOST_TEST(has(said.out, "unread       events cannot be read: forbidden"), said.out);
  BOOST_TEST(cluster.selector() == "drey.io/owner-uid=cluster-uid");
  BOOST_TEST(cluster.changes() == 0);
}

BOOST_AUTO_TEST_CASE(a_cluster_that_is_well) {
  const small_cluster cluster;
  const auto said = why(cluster.port(), {"flink/session", "--kind", "cluster", "--json"});
  BOOST_TEST(said.code == 0, said.err);
  BOOST_TEST(nlohmann::json::parse(said.out)["healthy"] == true);
}

BOOST_AUTO_TEST_CASE(who_asks_for_what_is_not_there) {
  const small_cluster cluster;
  BOOST_TEST(why(cluster.port(), {"flink/nobody"}).code == 2);
  BOOST_TEST(has(why(cluster.port(), {"flink/nobody"}).err, "there is no FlinkDeployment and no"));
  BOOST_TEST(why(cluster.port(), {"flink/orders", "--kind", "cluster"}).code == 2);
  BOOST_TEST(why(cluster.port(), {"orders"}).code == 2);
  BOOST_TEST(why(cluster.port(), {}).code == 2);
  BOOST_TEST(why(cluster.port(), {"flink/orders", "--kind", "pod"}).code == 2);
}

BOOST_AUTO_TEST_CASE(a_cluster_that_does_not_answer) {
  const auto said = why(closed_port(), {"flink/orders"});
  BOOST_TEST(said.code == 1);
  BOOST_TEST(has(said.err, "FlinkSessionJob flink/orders cannot be read: unavailable"), said.err);
}

BOOST_AUTO_TEST_SUITE_END()
