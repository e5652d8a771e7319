// `drey-operator preflight` against a server that has all that is needed, until a test takes some
// of it away.
#include "runtime/preflight_command.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "protocol/crd.hpp"
#include "protocol/manifest.hpp"
#include "protocol/object_codec.hpp"
#include "protocol/reconciled_spec.hpp"
#include "tests/gateways/running_program.hpp"
#include "tests/gateways/s3_store.hpp"

using namespace drey;
using namespace drey::testing;

namespace {

using nlohmann::json;

const std::string resources = R"(apiVersion: flink.apache.org/v1beta1
kind: FlinkDeployment
metadata: {name: session, namespace: flink, uid: cluster-uid, generation: 1}
spec:
  image: "flink:1.20"
  flinkVersion: v1_20
  mode: standalone
  serviceAccount: flink
  flinkConfiguration:
    taskmanager.numberOfTaskSlots: "2"
    high-availability.type: kubernetes
    high-availability.storageDir: "s3://bucket/ha"
    execution.checkpointing.dir: "s3://bucket/checkpoints"
  jobManager: {replicas: 1, resource: {cpu: 1, memory: 1024m}}
  taskManager: {replicas: 2, resource: {cpu: 1, memory: 1024m}}
---
apiVersion: flink.apache.org/v1beta1
kind: FlinkSessionJob
metadata: {name: orders, namespace: flink, uid: job-uid, generation: 1}
spec:
  deploymentName: session
  job: {jarURI: "https://example.com/a.jar", parallelism: 4, upgradeMode: last-state}
status:
  jobStatus: {state: RUNNING}
  lineage:
    newest: {path: "s3://bucket/checkpoints/0a/chk-7", source: checkpoint}
)";

/// A cluster in which nothing is wrong; the members say what is.
class ready_cluster {
public:
  ready_cluster() {
    for (const auto kind : {object_kind::flink_deployment, object_kind::flink_session_job})
      bodies[crd_path(kind)] = crd(kind);
    for (const auto& one : read_manifest(resources).resources) {
      const auto plural = std::string(info_of(kind_of(one.value)).plural);
      bodies["/apis/flink.apache.org/v1beta1/" + plural] = {
          {"metadata", {{"resourceVersion", "1"}}},
          {"items", {json::parse(encode_object(one.value))}}};
    }
    auto& cluster = bodies["/apis/flink.apache.org/v1beta1/flinkdeployments"]["items"][0];
    cluster["status"] = {{"jobManagerDeploymentStatus", "READY"},
                         {"reconciliationStatus",
                          {{"lastReconciledSpec",
                            reconciled_text(1, deployment_is::another, cluster["spec"].dump())}}}};
    bodies["/api/v1/namespaces/flink/serviceaccounts/flink"] = {{"kind", "ServiceAccount"}};
    bodies["/api/v1/namespaces/flink/resourcequotas"] = {{"items", json::array()}};
    bodies["/api/v1/namespaces/flink/pods"] = {{"metadata", {{"resourceVersion", "1"}}},
                                               {"items", json::array()}};
    auto& routes = server_.routes();
    routes.Get("/.*", [this](const auto& asked, auto& answer) { read(asked, answer); });
    routes.Post("/apis/authorization.k8s.io/v1/.*",
                [this](const auto& asked, auto& answer) { review(asked, answer); });
    server_.start();
  }

  static std::string crd_path(object_kind kind) {
    return "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/" +
           std::string(info_of(kind).plural) + ".flink.apache.org";
  }

  int port() const { return server_.port(); }

  std::map<std::string, json> bodies;
  std::set<std::string> denied;  ///< "user verb resource"
  int may_ask_about_others = 201;
  std::set<std::string> asked_by;

private:
  static void say(httplib::Response& answer, int code, const std::string& reason) {
    answer.status = code;
    answer.set_content(encode_api_status({code, reason, reason, {}}), "application/json");
  }
  void read(const httplib::Request& asked, httplib::Response& answer) {
    const auto found = bodies.find(asked.path);
    if (found == bodies.end()) return say(answer, 404, "NotFound");
    answer.set_content(found->second.dump(), "application/json");
  }
  void review(const httplib::Request& asked, httplib::Response& answer) {
    const auto body = json::parse(asked.body);
    const auto kind = body["kind"].get<std::string>();
    const auto user = body["spec"].value("user", "");
    asked_by.insert(kind);
    if (kind == "SubjectAccessReview" && may_ask_about_others != 201)
      return say(answer, may_ask_about_others, "Forbidden");
    const auto& what = body["spec"]["resourceAttributes"];
    const auto key = user + " " + what.value("verb", "") + " " + what.value("resource", "");
    answer.status = 201;
    answer.set_content(
        json{{"kind", kind}, {"status", {{"allowed", !denied.contains(key)}}}}.dump(),
        "application/json");
  }

  http_server server_;
};

struct told {
  int code = -1;
  std::string out;
  std::string err;
};

told preflight(int port, std::vector<std::string> words = {}) {
  for (const auto& [name, value] : variables_for("")) ::unsetenv(name.c_str());
  const scratch_folder folder;
  const auto config = folder.write("kubeconfig", kubeconfig_for(port));
  words.insert(words.begin(), {"preflight", "--kubeconfig", config.string()});
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  std::ostringstream out, err;
  const int code = run_preflight(static_cast<int>(arguments.size()), arguments.data(), out, err);
  return {code, out.str(), err.str()};
}

/// A store in which the cluster's checkpoints may lie, and the options that open it.
struct in_s3 {
  in_s3() {
    folder.write("buckets/bucket/checkpoints/0a/chk-7/state", "x");
    for (const auto& [name, value] : variables_for("")) folder.write("settings/" + name, value);
    store = std::make_unique<s3_store>(folder.path() / "buckets");
  }
  std::vector<std::string> words() const {
    return {"--s3-endpoint", store->endpoint(), "--s3-settings",
            (folder.path() / "settings").string()};
  }
  scratch_folder folder;
  std::unique_ptr<s3_store> store;
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

const std::string its_account = "system:serviceaccount:drey-system:drey-operator";
const std::string flinks_account = "system:serviceaccount:flink:flink";

/// One thing is wrong, and it is told with its remedy.
void is_wrong(const told& said, const std::string& what, const std::string& remedy) {
  BOOST_TEST(said.code == 3, said.err);
  BOOST_TEST(has(said.out, "\n1 wrong, "), said.out);
  const auto line = said.out.find("WRONG");
  BOOST_REQUIRE_MESSAGE(line != std::string::npos, said.out);
  const auto next = said.out.find('\n', line);
  BOOST_TEST(has(said.out.substr(line, next - line), what), said.out);
  BOOST_TEST(has(said.out.substr(next, said.out.find('\n', next + 1) - next), remedy), said.out);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(preflight_command_suite)

BOOST_AUTO_TEST_CASE(nothing_is_wrong) {
  const ready_cluster cluster;
  const in_s3 store;
  const auto said = preflight(cluster.port(), store.words());
  BOOST_TEST(said.code == 0, said.out);
  BOOST_TEST(has(said.out, "\n0 wrong, "), said.out);
  BOOST_TEST(has(said.out, "s3://bucket/checkpoints can be listed"), said.out);
  BOOST_TEST(has(said.out, " 0 not checked\n"), said.out);
  BOOST_TEST(has(said.out, "2 TaskManagers with 2 slots each, for 4 that 1 job asks for"),
             said.out);
  BOOST_TEST(has(said.out, "Flink wrote s3://bucket/checkpoints/0a/chk-7"), said.out);
  BOOST_TEST(has(said.out, "Flink keeps job orders in s3://bucket/ha"), said.out);
  BOOST_TEST(!has(said.out, "tried"), said.out);
  BOOST_TEST(has(preflight(cluster.port(), {"--try-storage"}).out,
                 "storage, tried as a pod: high-availability.storageDir lies in a store"));
}

BOOST_AUTO_TEST_CASE(ordinals_of_the_set_of_task_managers) {
  ready_cluster cluster;
  auto& sets = cluster.bodies["/apis/apps/v1/namespaces/flink/statefulsets"];
  sets = {{"metadata", {{"resourceVersion", "1"}}},
          {"items",
           {{{"metadata", {{"name", "session-taskmanager"}, {"namespace", "flink"}}},
             {"spec", {{"replicas", 2}, {"ordinals", {{"start", 0}}}}}}}}};
  const auto kept = preflight(cluster.port());
  BOOST_TEST(has(kept.out, "kept: a change of TaskManagers costs each job one restart"), kept.out);
  sets["items"][0]["spec"].erase("ordinals");
  const auto dropped = preflight(cluster.port());
  BOOST_TEST(dropped.code == kept.code, "it works all the same");
  BOOST_TEST(has(dropped.out, "not kept by this Kubernetes"), dropped.out);
}

BOOST_AUTO_TEST_CASE(checkpoints_in_hdfs) {
  ready_cluster cluster;
  auto& kept = cluster.bodies["/apis/flink.apache.org/v1beta1/flinkdeployments"]["items"][0];
  kept["spec"]["flinkConfiguration"]["execution.checkpointing.dir"] = "hdfs://ns/checkpoints";
  http_server node;
  node.routes().Get("/webhdfs/v1/checkpoints", [](const auto&, auto& answer) {
    answer.set_content(R"({"FileStatuses":{"FileStatus":[]}})", "application/json");
  });
  node.start();
  const auto asked = [&](const std::string& server) {
    return preflight(cluster.port(), {"--webhdfs-address", "ns=http://" + server});
  };
  const auto well = asked(node.address());
  BOOST_TEST(well.code == 0, well.out);
  BOOST_TEST(
      has(well.out, "hdfs://ns/checkpoints can be listed, if the operator has these WebHDFS"),
      well.out);
  is_wrong(asked("127.0.0.1:" + std::to_string(closed_port())), "cannot list hdfs://ns/checkpoints",
           "in the options of drey-operator");
  const auto unasked = preflight(cluster.port());
  BOOST_TEST(unasked.code == 0, unasked.out);
  BOOST_TEST(has(unasked.out, "ask again with --webhdfs-address as the operator has it"),
             unasked.out);
  const auto misspelled = preflight(cluster.port(), {"--webhdfs-address", "ns=nn:9870"});
  BOOST_TEST(misspelled.code == 2);
  BOOST_TEST(has(misspelled.err, "is not NAME=http://HOST:PORT"), misspelled.err);
}

BOOST_AUTO_TEST_CASE(as_json) {
  ready_cluster cluster;
  cluster.denied = {its_account + " patch deployments"};
  const auto said = preflight(cluster.port(), {"--json"});
  BOOST_TEST(said.code == 3);
  const auto read = json::parse(said.out);
  BOOST_TEST(read["well"] == false);
  const auto wrong = std::ranges::find_if(
      read["checks"], [](const json& one) { return one["verdict"] == "wrong"; });
  BOOST_REQUIRE((wrong != read["checks"].end()));
  BOOST_TEST((*wrong)["remedy"] == "kubectl apply --server-side -f configs/install.yaml");
}

BOOST_AUTO_TEST_CASE(definitions) {
  const auto path = ready_cluster::crd_path(object_kind::flink_deployment);
  const auto changed = [&](auto change) {
    ready_cluster cluster;
    change(cluster.bodies[path]["spec"]["versions"][0]);
    return preflight(cluster.port());
  };
  const std::string remedy = "-f configs/crd/flinkdeployments.yaml";
  ready_cluster none;
  none.bodies.erase(path);
  is_wrong(preflight(none.port()), "it is not there", remedy);
  is_wrong(changed([](json& one) { one["served"] = false; }), "v1beta1 is not served", remedy);
  is_wrong(changed([](json& one) { one["subresources"].erase("scale"); }),
           "it has no subresource scale", remedy);
  is_wrong(changed([](json& one) {
             auto& status = one["schema"]["openAPIV3Schema"]["properties"]["status"];
             status["properties"].erase("rollout");
             status.erase("x-kubernetes-preserve-unknown-fields");
           }),
           "status.rollout would be lost", remedy);
  is_wrong(changed([](json& one) {
             auto& spec = one["schema"]["openAPIV3Schema"]["properties"]["spec"];
             spec["properties"]["flinkVersion"]["enum"] = {"v1_20"};
           }),
           "spec.flinkVersion may not be \"v1_1", remedy);
}

BOOST_AUTO_TEST_CASE(rights_of_the_operator) {
  ready_cluster cluster;
  cluster.denied = {its_account + " patch deployments"};
  is_wrong(preflight(cluster.port()),
           "may not patch deployments.apps, which is needed to keep JobManagers",
           "configs/install.yaml");
  cluster.denied = {its_account + " list nodes"};
  BOOST_TEST(preflight(cluster.port()).code == 3);
  cluster.bodies["/apis/flink.apache.org/v1beta1/namespaces/flink/flinkdeployments"] =
      cluster.bodies["/apis/flink.apache.org/v1beta1/flinkdeployments"];
  cluster.bodies["/apis/flink.apache.org/v1beta1/namespaces/flink/flinksessionjobs"] =
      cluster.bodies["/apis/flink.apache.org/v1beta1/flinksessionjobs"];
  const auto some = preflight(cluster.port(), {"flink"});
  BOOST_TEST(some.code == 0, some.out);
  BOOST_TEST(has(some.out, "may not list nodes: it works, and sees less"), some.out);
}

BOOST_AUTO_TEST_CASE(who_may_not_ask_about_others_asks_about_themselves) {
  ready_cluster cluster;
  cluster.may_ask_about_others = 403;
  cluster.denied = {" list pods"};
  const auto said = preflight(cluster.port());
  BOOST_TEST(said.code == 3);
  BOOST_TEST(has(said.out, "you, who may not ask about " + its_account), said.out);
  BOOST_TEST(has(said.out, "may not list pods"), said.out);
  BOOST_TEST(has(said.out, "not checked  FlinkDeployment flink/session: service account"),
             said.out);
}

BOOST_AUTO_TEST_CASE(accounts_of_flinks_pods) {
  ready_cluster cluster;
  cluster.denied = {flinks_account + " patch configmaps"};
  is_wrong(preflight(cluster.port()), "ServiceAccount flink may not patch configmaps",
           "create rolebinding flink-ha --role=flink-ha --serviceaccount=flink:flink");
  cluster.bodies.erase("/api/v1/namespaces/flink/serviceaccounts/flink");
  is_wrong(preflight(cluster.port()), "ServiceAccount flink is not there",
           "kubectl -n flink create serviceaccount flink");
}

BOOST_AUTO_TEST_CASE(slots_and_storage) {
  ready_cluster cluster;
  auto& job = cluster.bodies["/apis/flink.apache.org/v1beta1/flinksessionjobs"]["items"][0];
  job["spec"]["job"]["parallelism"] = 5;
  is_wrong(preflight(cluster.port()), "for 5 that 1 job asks for",
           "Raise spec.taskManager.replicas to 3");
  job["spec"]["job"]["parallelism"] = 4;
  job.erase("status");
  const auto said = preflight(cluster.port());
  BOOST_TEST(said.code == 0, said.out);
  BOOST_TEST(has(said.out, "not checked  FlinkDeployment flink/session: checkpoint storage"),
             said.out);
  auto& config = cluster.bodies["/apis/flink.apache.org/v1beta1/flinkdeployments"]["items"][0]
                               ["spec"]["flinkConfiguration"];
  config.erase("execution.checkpointing.dir");
  is_wrong(preflight(cluster.port()), "where checkpoints of orders are kept",
           "in spec.flinkConfiguration, to where all pods can write");
  job["spec"]["flinkConfiguration"]["execution.checkpointing.dir"] = "s3://bucket/its-own";
  BOOST_TEST(preflight(cluster.port()).code == 0);
  config["high-availability.storageDir"] = nullptr;
  BOOST_TEST(preflight(cluster.port()).code == 3);
  config["high-availability.storageDir"] = "s3://bucket/ha";
  job["spec"]["deploymentName"] = "another";
  is_wrong(preflight(cluster.port()), "FlinkDeployment another is not there", "Create it");
}

BOOST_AUTO_TEST_CASE(whether_a_store_of_s3_can_be_listed) {
  ready_cluster cluster;
  const auto unasked = preflight(cluster.port());
  BOOST_TEST(unasked.code == 0, unasked.out);
  BOOST_TEST(has(unasked.out, "not checked  FlinkDeployment flink/session: checkpoint listing"),
             unasked.out);
  const in_s3 store;
  store.folder.write("settings/AWS_SECRET_ACCESS_KEY", "another");
  is_wrong(preflight(cluster.port(), store.words()), "HTTP 403 SignatureDoesNotMatch",
           "in the Secret drey-s3");
  auto& config = cluster.bodies["/apis/flink.apache.org/v1beta1/flinkdeployments"]["items"][0]
                               ["spec"]["flinkConfiguration"];
  config["execution.checkpointing.dir"] = "file:///data/checkpoints";
  BOOST_TEST(!has(preflight(cluster.port()).out, "checkpoint listing"));
}

BOOST_AUTO_TEST_CASE(quotas) {
  ready_cluster cluster;
  const auto quota = [&](const json& hard, const json& used) {
    cluster.bodies["/api/v1/namespaces/flink/resourcequotas"]["items"] = {
        {{"metadata", {{"name", "team"}}}, {"status", {{"hard", hard}, {"used", used}}}}};
    return preflight(cluster.port());
  };
  // one JobManager and two TaskManagers, 1 GiB and one core each
  BOOST_TEST(quota({{"requests.memory", "4Gi"}, {"pods", "5"}},
                   {{"requests.memory", "1Gi"}, {"pods", "2"}})
                 .code == 0);
  is_wrong(quota({{"requests.memory", "4Gi"}}, {{"requests.memory", "1025Mi"}}),
           "3071Mi of requests.memory are left, and 3 pods that are not there yet need 3072Mi",
           "Raise the quota");
  is_wrong(quota({{"pods", "5"}}, {{"pods", "3"}}), "2 of pods are left", "Raise the quota");
  is_wrong(quota({{"limits.cpu", "2500m"}}, {{"limits.cpu", "0"}}), "2500m of limits.cpu",
           "Raise the quota");
  const json pod{{"metadata",
                  {{"name", "session-taskmanager-0"},
                   {"namespace", "flink"},
                   {"labels", {{"component", "taskmanager"}}}}}};
  cluster.bodies["/api/v1/namespaces/flink/pods"]["items"] = {pod};
  BOOST_TEST(quota({{"pods", "5"}}, {{"pods", "3"}}).code == 0, "one of them is there");
}

BOOST_AUTO_TEST_CASE(wrong_usage_and_no_cluster) {
  const ready_cluster cluster;
  BOOST_TEST(preflight(cluster.port(), {"Not_A_Namespace"}).code == 2);
  BOOST_TEST(preflight(cluster.port(), {"--operator", "name"}).code == 2);
  BOOST_TEST(preflight(cluster.port(), {"--what"}).code == 2);
  const auto said = preflight(closed_port());
  BOOST_TEST(said.code == 1);
  BOOST_TEST(has(said.err, "does not answer"), said.err);
}

BOOST_AUTO_TEST_SUITE_END()
