/// Rows of where a cluster keeps its state: what Flink wrote there, what it could not write, and
/// the pod that tries it.
#include "actors/preflight_storage.hpp"

#include <boost/test/unit_test.hpp>

#include "actors/pod_json.hpp"
#include "actors/storage_probe.hpp"
#include "protocol/primary_codec.hpp"
#include "protocol/reconciled_spec.hpp"

namespace drey::rows {

namespace {

using nlohmann::json;

const std::string mounts =
    R"({"spec":{"serviceAccountName":"flink","nodeSelector":{"disk":"fast"},"containers":[{)"
    R"("name":"flink-main-container","env":[{"name":"A","value":"1"}],"volumeMounts":[{)"
    R"("name":"store","mountPath":"/flink/"}]},{"name":"beside"}],"volumes":[{"name":"store"}]}})";

flink_deployment cluster_with(configuration config, const std::string& pod_template = mounts) {
  flink_deployment x;
  x.metadata.ns = "flink";
  x.metadata.name = "session";
  x.metadata.uid = "uid";
  flink_deployment_spec spec;
  spec.image = "flink:1.20";
  spec.flink_version = flink_version::v1_20;
  spec.service_account = "flink";
  spec.mode = deployment_mode::standalone;
  spec.flink_configuration = std::move(config);
  spec.pod_template = pod_template;
  spec.job_manager.resource = resource_spec{1.0, "1024m", {}, {}};
  spec.task_manager.resource = resource_spec{1.0, "1024m", {}, {}};
  spec.task_manager.replicas = 1;
  x.spec = std::make_shared<const flink_deployment_spec>(spec);
  return x;
}

const configuration in_files{{"high-availability.type", "kubernetes"},
                             {"high-availability.storageDir", "file:///flink/ha"},
                             {"execution.checkpointing.dir", "file:///flink/checkpoints"},
                             {"execution.checkpointing.savepoint-dir", "/flink/savepoints/"}};
const configuration in_s3{{"high-availability.type", "kubernetes"},
                          {"high-availability.storageDir", "s3://b/ha"},
                          {"execution.checkpointing.dir", "s3://b/checkpoints"}};

std::vector<object_ptr> job_in(const std::string& state, std::vector<condition> conditions = {}) {
  flink_session_job one;
  one.metadata.name = "orders";
  one.status.job.state = state;
  one.status.conditions = std::move(conditions);
  return {std::make_shared<object>(one)};
}

/// "well", "wrong" or "not checked", and what is said.
std::string told(const flink_deployment& cluster, const std::string& what,
                 const std::vector<object_ptr>& jobs = {}) {
  const cluster_read read{std::make_shared<object>(cluster), jobs, {}, {}, {}};
  for (const auto& one : check_storage(read))
    if (one.what == what) {
      const std::string found = one.verdict == verdict::well    ? "well: "
                                : one.verdict == verdict::wrong ? "wrong: "
                                                                : "not checked: ";
      return found + one.message + " / " + one.remedy;
    }
  return "nothing";
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// What was deployed is what is wanted, and answers.
flink_deployment deployed(flink_deployment x) {
  x.status.job_manager_deployment_status = "READY";
  x.status.reconciliation.last_reconciled_spec =
      reconciled_text(1, deployment_is::another, encode_spec(*x.spec));
  return x;
}

json pod_that_said(const std::string& message) {
  return {{"status",
           {{"phase", "Succeeded"},
            {"containerStatuses", {{{"state", {{"terminated", {{"message", message}}}}}}}}}}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(preflight_storage_rows)

BOOST_AUTO_TEST_CASE(a_running_job_proves_the_storage_of_high_availability) {
  const auto cluster = deployed(cluster_with(in_s3));
  BOOST_TEST(told(cluster, "high availability", job_in("RUNNING")) ==
             "well: Flink keeps job orders in s3://b/ha / ");
  BOOST_TEST(told(cluster, "high availability", job_in("FAILED")).starts_with("not checked: "));
  BOOST_TEST(has(told(cluster, "high availability"), "preflight --try-storage flink"));
  auto moved = cluster;
  moved.spec = cluster_with({{"high-availability.type", "kubernetes"},
                             {"high-availability.storageDir", "s3://b/another"}})
                   .spec;
  BOOST_TEST(told(moved, "high availability", job_in("RUNNING")).starts_with("not checked: "),
             "what runs was made with the place before");
  auto starting = cluster;
  starting.status.job_manager_deployment_status = "DEPLOYING";
  BOOST_TEST(told(starting, "high availability", job_in("RUNNING")).starts_with("not checked: "));
}

BOOST_AUTO_TEST_CASE(a_checkpoint_that_fails_for_its_place_is_wrong) {
  const auto cluster = cluster_with(in_s3);
  const condition of_store{
      "Degraded", "True", "NoCheckpoints", "The first that failed: Failure to finalize checkpoint.",
      {},         1};
  const auto said = told(cluster, "checkpoint storage", job_in("RUNNING", {of_store}));
  BOOST_TEST(said.starts_with("wrong: job orders: The first that failed"), said);
  BOOST_TEST(has(said, "/ Let Flink's pods write to s3://b/checkpoints"), said);
  const condition of_time{"Degraded",
                          "True",
                          "NoCheckpoints",
                          "The first that failed: Checkpoint expired before completing.",
                          {},
                          1};
  BOOST_TEST(told(cluster, "checkpoint storage", job_in("RUNNING", {of_time}))
                 .starts_with("not checked: "));
}

BOOST_AUTO_TEST_CASE(which_failures_are_of_the_place) {
  for (const auto* one : {"Mkdirs failed to create file:/x", "AccessDenied (403)",
                          "/flink/x: Permission denied", "No space left on device"})
    BOOST_TEST(is_about_storage(one), one);
  for (const auto* one :
       {"", "Checkpoint expired before completing.", "Asynchronous task checkpoint failed."})
    BOOST_TEST(!is_about_storage(one), one);
}

BOOST_AUTO_TEST_CASE(a_folder_of_the_container_is_no_place) {
  BOOST_TEST(told(cluster_with(in_files), "checkpoint storage").starts_with("not checked: "));
  const auto bare = cluster_with(in_files, "");
  BOOST_TEST(has(told(bare, "checkpoint storage"),
                 "wrong: file:///flink/checkpoints lies in the containers of the jobmanager pods"));
  BOOST_TEST(told(bare, "high availability").starts_with("wrong: file:///flink/ha lies in"));
  BOOST_TEST(told(cluster_with(in_s3, ""), "checkpoint storage").starts_with("not checked: "));
}

BOOST_AUTO_TEST_CASE(paths_in_pods) {
  BOOST_TEST(path_in_pod("file:///a/b/") == "/a/b");
  BOOST_TEST(path_in_pod("file:/a") == "/a");
  BOOST_TEST(path_in_pod("/a/") == "/a");
  BOOST_TEST(path_in_pod("s3://b/a") == "");
  BOOST_TEST(path_in_pod("hdfs:///a") == "");
}

BOOST_AUTO_TEST_CASE(a_pod_like_flinks_for_each_side) {
  const auto probes = storage_probes_of(cluster_with(in_files), "drey-storage-1");
  BOOST_REQUIRE_EQUAL(probes.size(), 2U);
  const auto& first = probes.front();
  BOOST_TEST(first.side == "jobmanager");
  BOOST_TEST(first.pod["metadata"]["name"] == "drey-storage-1-jobmanager");
  const auto& spec = first.pod["spec"];
  BOOST_TEST(spec["serviceAccountName"] == "flink");
  BOOST_TEST(spec["nodeSelector"]["disk"] == "fast");
  BOOST_TEST(spec["restartPolicy"] == "Never");
  BOOST_TEST(spec["activeDeadlineSeconds"] == 60);
  BOOST_TEST(spec["volumes"] == json::parse(R"([{"name":"store"}])"), "drey's own are not there");
  BOOST_REQUIRE_EQUAL(spec["containers"].size(), 1U);
  const auto& container = spec["containers"][0];
  BOOST_TEST(container["image"] == "flink:1.20");
  BOOST_TEST(container["volumeMounts"].size() == 1U);
  BOOST_TEST(container["args"] ==
             json::parse(R"(["/flink/ha","/flink/checkpoints","/flink/savepoints"])"));
  BOOST_TEST(!container.contains("readinessProbe"));
  BOOST_TEST(!container.contains("ports"));
  BOOST_TEST(probes.back().side == "taskmanager");
  BOOST_TEST(probes.back().places.size() == 2U, "high availability is the JobManagers' alone");
  BOOST_TEST(storage_probes_of(cluster_with(in_s3), "x").empty());
  BOOST_TEST(untried_storage(cluster_with(in_files)).empty());
  BOOST_TEST(untried_storage(cluster_with(in_s3)).size() == 2U);
}

BOOST_AUTO_TEST_CASE(what_came_of_it) {
  const auto cluster = cluster_with(in_files);
  const auto probe = storage_probes_of(cluster, "x").front();
  using p = patience_with_probe;
  const json running{{"status", {{"phase", "Running"}}}};
  BOOST_TEST(!outcome_of(cluster, probe, running, p::left).has_value());
  const auto ended = outcome_of(cluster, probe,
                                pod_that_said("well /flink/ha\nwrong /flink/checkpoints mkdir: "
                                              "Permission denied\n"),
                                p::left);
  BOOST_REQUIRE(ended.has_value());
  BOOST_REQUIRE_EQUAL(ended->size(), 3U);
  BOOST_TEST((ended->at(0).verdict == verdict::well));
  BOOST_TEST((ended->at(1).verdict == verdict::wrong));
  BOOST_TEST(ended->at(1).message ==
             "execution.checkpointing.dir /flink/checkpoints: mkdir: Permission denied");
  BOOST_TEST((ended->at(2).verdict == verdict::unchecked), "it said nothing of it");
  const json lost{{"status",
                   {{"phase", "Pending"},
                    {"conditions",
                     {{{"type", "PodScheduled"}, {"status", "False"}, {"message", "no node"}}}}}}};
  const auto waited = outcome_of(cluster, probe, lost, p::over);
  BOOST_REQUIRE(waited.has_value());
  BOOST_TEST(waited->front().message == "the pod did not get to it: no node");
  const auto refused =
      refused_probe(cluster, probe, {refusal_reason::forbidden, "pods is forbidden", {}});
  BOOST_TEST((refused.verdict == verdict::unchecked));
  BOOST_TEST(has(refused.remedy, "create, get and delete pods in namespace flink"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
