// `drey-operator plan --live` against a server that has a cluster and two jobs.
#include "runtime/plan_command.hpp"

#include <boost/test/unit_test.hpp>
#include <sstream>

#include "actors/children.hpp"
#include "protocol/manifest.hpp"
#include "protocol/primary_codec.hpp"
#include "protocol/reconciled_spec.hpp"
#include "tests/gateways/fake_api.hpp"
#include "tests/gateways/running_program.hpp"

using namespace drey;
using namespace drey::testing;

namespace {

const std::string cluster = R"(apiVersion: flink.apache.org/v1beta1
kind: FlinkDeployment
metadata: {name: session, namespace: flink}
spec:
  image: flink:1.20
  flinkVersion: v1_20
  serviceAccount: flink
  mode: standalone
  flinkConfiguration:
    taskmanager.numberOfTaskSlots: "2"
    high-availability.type: kubernetes
    high-availability.storageDir: s3://flink/ha
    execution.checkpointing.dir: s3://flink/checkpoints
  jobManager: {resource: {memory: 2g, cpu: 1}}
  taskManager: {replicas: 2, resource: {memory: 2g, cpu: 1}}
)";

std::string job_on(const std::string& cluster_name, const std::string& name) {
  return "---\napiVersion: flink.apache.org/v1beta1\nkind: FlinkSessionJob\nmetadata: {name: " +
         name + ", namespace: flink}\nspec:\n  deploymentName: " + cluster_name +
         "\n  job: {jarURI: \"https://e.com/a.jar\", parallelism: 1, upgradeMode: last-state}\n";
}

std::string with(std::string text, const std::string& old, const std::string& now) {
  text.replace(text.find(old), old.size(), now);
  return text;
}

struct told {
  int code = -1;
  std::string out;
  std::string err;
};

/// What lives, and `drey-operator plan --live` on a file.
struct live_cluster {
  live_cluster() {
    for (const auto& one :
         read_manifest(cluster + job_on("session", "orders") + job_on("another", "foreign"))
             .resources)
      api.hold(one.value);
  }

  told plan(const std::string& file, std::vector<std::string> more = {}) {
    const scratch_folder folder;
    const auto config = folder.write("kubeconfig", kubeconfig_for(api.port())).string();
    const auto path = folder.write("new.yaml", file).string();
    std::vector<std::string> words{"plan", "--live", path, "--kubeconfig", config};
    words.insert(words.end(), more.begin(), more.end());
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    std::ostringstream out, err;
    const int code = run_live_plan(static_cast<int>(arguments.size()), arguments.data(), out, err);
    BOOST_TEST(api.changes().empty());
    return {code, out.str(), err.str()};
  }

  fake_api api;
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

const std::string more_memory =
    with(cluster, "replicas: 2, resource: {memory: 2g", "replicas: 2, resource: {memory: 3g");

}  // namespace

BOOST_AUTO_TEST_SUITE(live_plan_suite)

BOOST_AUTO_TEST_CASE(nothing_is_to_change) {
  live_cluster live;
  const auto said = live.plan(cluster);
  BOOST_TEST(said.code == 0, said.out + said.err);
}

BOOST_AUTO_TEST_CASE(task_managers_are_replaced_under_the_jobs_that_live_there) {
  live_cluster live;
  const auto said = live.plan(more_memory);
  BOOST_TEST(said.code == 3, said.out + said.err);
  BOOST_TEST(has(said.out, "orders"), said.out);
  BOOST_TEST(!has(said.out, "foreign"), said.out);
}

BOOST_AUTO_TEST_CASE(jobs_move_twice_where_the_api_server_keeps_no_ordinals) {
  live_cluster live;
  stateful_set set;
  set.metadata.ns = "flink";
  set.metadata.name = "session-taskmanager";
  set.metadata.labels[std::string(managed_by_key)] = "drey";
  set.selector["app"] = "session";
  set.ordinals_start = 0;
  live.api.hold(set);
  BOOST_TEST(has(live.plan(more_memory).out, "1 restart, "));
  set.ordinals_start.reset();
  live.api.hold(set);
  const auto said = live.plan(more_memory);
  BOOST_TEST(has(said.out, "2 restarts, each "), said.out);
  live.api.forbid("statefulsets");
  BOOST_TEST(has(live.plan(more_memory).err, "ordinals is not known"));
}

BOOST_AUTO_TEST_CASE(what_runs_counts_and_not_what_is_asked_for_by_now) {
  live_cluster live;
  auto changed = std::get<flink_deployment>(read_manifest(more_memory).resources.at(0).value);
  const auto before = std::get<flink_deployment>(read_manifest(cluster).resources.at(0).value);
  changed.status.reconciliation.last_reconciled_spec =
      reconciled_text(1, deployment_is::first, encode_spec(*before.spec));
  live.api.hold(changed);
  BOOST_TEST(live.plan(cluster).code == 0);      // the change is taken back before it was made
  BOOST_TEST(live.plan(more_memory).code == 3);  // it is yet to be made
}

BOOST_AUTO_TEST_CASE(a_namespace_that_the_file_does_not_name) {
  live_cluster live;
  const auto file = with(more_memory, ", namespace: flink", "");
  BOOST_TEST(live.plan(file, {"--namespace", "flink"}).code == 3);
  BOOST_TEST(live.plan(file).code == 0);  // a new one in "default"
}

BOOST_AUTO_TEST_CASE(a_job_is_rescaled_in_place_where_its_live_cluster_can) {
  live_cluster live;
  const auto wider = with(job_on("session", "orders"), "parallelism: 1", "parallelism: 2");
  BOOST_TEST(
      has(live.plan(wider).out, "not in place: jobmanager.scheduler of its cluster is not "));
  live.api.hold(read_manifest(with(cluster, "    high-availability.type",
                                   "    jobmanager.scheduler: adaptive\n"
                                   "    execution.checkpointing.interval: 10 s\n"
                                   "    high-availability.type"))
                    .resources.at(0)
                    .value);
  const auto said = live.plan(wider);
  BOOST_TEST(said.code == 0);
  BOOST_TEST(has(said.out, "in place, no restart: spec.job.parallelism"), said.out);
}

BOOST_AUTO_TEST_CASE(as_json) {
  live_cluster live;
  const auto said = live.plan(more_memory, {"--json"});
  BOOST_TEST(said.code == 3);
  BOOST_TEST(said.out.starts_with("{"), said.out);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_planned) {
  live_cluster live;
  BOOST_TEST(live.plan(with(cluster, "replicas: 2", "replicas: -2")).code == 2);
  BOOST_TEST(live.plan("").code == 2);
  live.api.forbid("flinksessionjobs");
  const auto said = live.plan(cluster);
  BOOST_TEST(said.code == 1);
  BOOST_TEST(has(said.err, "flinksessionjobs cannot be read: forbidden"), said.err);
}

BOOST_AUTO_TEST_SUITE_END()
