// The three primaries from JSON and back, by example; round_trip_test.cpp does it at random.
#include "protocol/primary_codec.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "protocol/timestamp.hpp"

namespace drey {
namespace {

using nlohmann::json;

template <class T>
T decoded(object_kind kind, std::string_view text) {
  auto result = decode_primary(kind, text);
  if (const auto* errors = std::get_if<field_errors>(&result))
    for (const auto& one : *errors) BOOST_ERROR(text_of_error(one));
  return std::get<T>(std::get<object>(std::move(result)));
}

std::string problems_of(object_kind kind, std::string_view text) {
  std::string all;
  const auto result = decode_primary(kind, text);
  if (const auto* errors = std::get_if<field_errors>(&result))
    for (const auto& one : *errors) all += text_of_error(one) + "\n";
  return all;
}

constexpr auto deployment_kind = object_kind::flink_deployment;
constexpr auto job_kind = object_kind::flink_session_job;
constexpr auto snapshot_kind = object_kind::flink_state_snapshot;

BOOST_AUTO_TEST_SUITE(primary_codec)

BOOST_AUTO_TEST_CASE(a_deployment_is_read_field_by_field) {
  const auto x = decoded<flink_deployment>(deployment_kind, R"({
    "apiVersion":"flink.apache.org/v1beta1","kind":"FlinkDeployment",
    "metadata":{"name":"session","namespace":"flink","uid":"u","resourceVersion":"9",
      "generation":3,"creationTimestamp":"2026-07-20T09:30:00Z","managedFields":[{"manager":"m"}],
      "finalizers":["f"],"ownerReferences":[{"apiVersion":"v1","kind":"K","name":"n","uid":"o",
      "controller":true}]},
    "spec":{"image":"flink:1.20","flinkVersion":"v1_20","mode":"standalone","serviceAccount":"s",
      "flinkConfiguration":{"taskmanager":{"numberOfTaskSlots":4}},"restartNonce":5,
      "jobManager":{"replicas":1,"resource":{"memory":"2g","cpu":"500m"}},
      "taskManager":{"replicas":4,"resource":{"cpu":1.5},"podTemplate":{"spec":{}},"odd":[1]},
      "logConfiguration":{"logback-console.xml":"<x/>"},"ingress":{"template":"t",
      "className":"nginx","annotations":{"a":"b"},"labels":{"c":"d"},"tls":[{"hosts":["h"]}]}},
    "status":{"jobManagerDeploymentStatus":"READY","lifecycleState":"STABLE",
      "taskManager":{"labelSelector":"app=session","replicas":4},
      "clusterInfo":{"flink-version":"1.20"},
      "conditions":[{"type":"Running","status":"True","lastTransitionTime":"2026-07-20T09:30:00Z"}],
      "reconciliationStatus":{"state":"DEPLOYED"},"mode":"standalone"}})");
  BOOST_TEST(x.metadata.ns == "flink");
  BOOST_TEST(x.metadata.creation_timestamp->count() == 1'784'539'800'000);
  BOOST_TEST(x.metadata.owners.at(0).uid == "o");
  BOOST_TEST((x.spec->flink_version == flink_version::v1_20));
  BOOST_TEST((x.spec->mode == deployment_mode::standalone));
  BOOST_TEST(x.spec->flink_configuration.at("taskmanager.numberOfTaskSlots") == "4");
  BOOST_TEST(x.spec->job_manager.resource->cpu.value() == 0.5);
  BOOST_TEST(x.spec->task_manager.resource->cpu.value() == 1.5);
  BOOST_TEST(x.spec->task_manager.pod_template == R"({"spec":{}})");
  BOOST_TEST(x.spec->task_manager.unknown == R"({"odd":[1]})");
  BOOST_REQUIRE(x.spec->ingress);
  BOOST_TEST(*x.spec->ingress->url == "t");
  BOOST_TEST(*x.spec->ingress->class_name == "nginx");
  BOOST_TEST(x.spec->ingress->annotations.at("a") == "b");
  BOOST_TEST(x.spec->ingress->labels.at("c") == "d");
  BOOST_TEST(x.spec->ingress->tls == R"([{"hosts":["h"]}])");
  BOOST_TEST(!x.spec->job);
  BOOST_TEST(x.status.task_manager_label_selector == "app=session");
  BOOST_TEST(x.status.task_manager_replicas == 4);
  BOOST_TEST(x.status.conditions.at(0).last_transition_time.count() == 1'784'539'800'000);
  BOOST_TEST(x.status.mode == "standalone");
}

BOOST_AUTO_TEST_CASE(every_spelling_of_an_enum_is_apaches) {
  for (const std::string_view mode : {"stateless", "savepoint", "last-state"})
    for (const std::string_view state : {"running", "suspended"})
      for (const std::string_view restart : {"ON_FAILURE", "NEVER", "nostart"}) {
        const json text{
            {"metadata", {{"name", "j"}}},
            {"spec",
             {{"job", {{"upgradeMode", mode}, {"state", state}, {"restartPolicy", restart}}}}}};
        const auto x = decoded<flink_session_job>(job_kind, text.dump());
        BOOST_TEST(name_of(x.spec->job->upgrade) == mode);
        BOOST_TEST(name_of(x.spec->job->state) == state);
        BOOST_TEST(name_of(*x.spec->job->restart) == restart);
      }
}

BOOST_AUTO_TEST_CASE(defaults_are_apaches) {
  const auto job = decoded<flink_session_job>(
      job_kind, R"({"metadata":{"name":"j"},"spec":{"deploymentName":"c","job":{}}})");
  BOOST_TEST((job.spec->job->state == desired_state::running));
  BOOST_TEST((job.spec->job->upgrade == upgrade_mode::stateless));
  BOOST_TEST(!job.spec->job->restart);
  BOOST_TEST(!job.spec->job->allow_non_restored_state);
  const auto snapshot = decoded<flink_state_snapshot>(
      snapshot_kind, R"({"metadata":{"name":"s"},"spec":{"savepoint":{}}})");
  BOOST_TEST(snapshot.spec->backoff_limit == -1);
  BOOST_TEST(snapshot.spec->savepoint->format_type == "CANONICAL");
  BOOST_TEST(snapshot.spec->savepoint->dispose_on_delete);
  BOOST_TEST(!snapshot.spec->checkpoint);
}

BOOST_AUTO_TEST_CASE(unknown_fields_survive_at_every_level) {
  const auto original = json::parse(R"({
    "apiVersion":"flink.apache.org/v1beta1","kind":"FlinkDeployment","metadata":{"name":"a"},
    "spec":{"x":{"deep":[1,null,{"y":"é"}]},"job":{"x":1.5,"parallelism":1,"state":"running",
        "upgradeMode":"stateless"},
      "jobManager":{"x":true,"resource":{"x":[]}},"taskManager":{"x":{}}},
    "status":{"x":9007199254740993,"jobStatus":{"x":"u"},"observedGeneration":0,
      "reconciliationStatus":{"x":{},"reconciliationTimestamp":0},"taskManager":{"replicas":0}}})");
  const auto x = decoded<flink_deployment>(deployment_kind, original.dump());
  BOOST_TEST(json::parse(encode_primary(x)) == original);
}

BOOST_AUTO_TEST_CASE(encoding_is_the_same_bytes_every_time) {
  const std::string text = R"({"metadata":{"name":"s","labels":{"b":"2","a":"1"}},
    "spec":{"checkpoint":{},"jobReference":{"name":"j","kind":"FlinkSessionJob"}}})";
  const auto x = decoded<flink_state_snapshot>(snapshot_kind, text);
  BOOST_TEST(encode_primary(x) ==
             R"({"apiVersion":"flink.apache.org/v1beta1","kind":"FlinkStateSnapshot",)"
             R"("metadata":{"labels":{"a":"1","b":"2"},"name":"s"},)"
             R"("spec":{"backoffLimit":-1,"checkpoint":{},)"
             R"("jobReference":{"kind":"FlinkSessionJob","name":"j"}},"status":{"failures":0}})");
}

BOOST_AUTO_TEST_CASE(a_status_patch_removes_what_is_gone_and_leaves_the_unknown) {
  flink_session_job x;
  x.metadata.name = "j";
  x.metadata.resource_version = "41";
  x.spec = std::make_shared<flink_session_job_spec>();
  x.status.lifecycle_state = "DEPLOYED";
  x.status.unknown = R"({"foreign":1})";
  auto& effect = x.status.operation.emplace();
  effect.kind = "submit";
  effect.attempt = 1;
  x.status.lineage.emplace().job_ids = {"abc"};
  auto live = json::parse(encode_primary(x));
  x.status.operation.reset();
  x.status.error = "";
  x.status.lineage->job_ids.clear();
  const auto patch = json::parse(encode_status(x));
  BOOST_TEST(patch.size() == 2);
  BOOST_TEST(patch.at("metadata") == (json{{"resourceVersion", "41"}}));
  BOOST_TEST(patch.at("status").at("operation").is_null());
  BOOST_TEST(!patch.at("status").contains("foreign"));
  live.merge_patch(patch);
  BOOST_TEST(!live.at("status").contains("operation"));
  BOOST_TEST(live.at("status").at("foreign") == 1);
  auto after = decoded<flink_session_job>(job_kind, live.dump());
  BOOST_TEST((after.status == x.status));
}

BOOST_AUTO_TEST_CASE(errors_carry_the_path) {
  BOOST_TEST(problems_of(deployment_kind, R"({"metadata":{"name":"a"},"spec":{"job":{"args":[1]},
      "taskManager":{"replicas":"4"},"flinkVersion":"1.20"}})") ==
             "spec.job.args[0]: must be a string, is a number. Put the value in quotes\n"
             "spec.flinkVersion: unknown value '1.20'. Use one of: v1_12, v1_13, v1_14, v1_15, "
             "v1_16, v1_17, v1_18, v1_19, v1_20, v2_0, v2_1, v2_2, v2_3, v2_4\n"
             "spec.taskManager.replicas: must be an integer, is a string. Write a number without "
             "quotes\n");
  BOOST_TEST(problems_of(job_kind, R"({"kind":"FlinkDeployment","metadata":{},"status":[]})") ==
             "kind: is 'FlinkDeployment'. Expected FlinkSessionJob\n"
             "metadata.name: is missing. Give the resource a name\n"
             "spec: is missing. Say what is wanted\n"
             "status: must be an object, is a list. Write its fields below it\n");
  BOOST_TEST(
      problems_of(snapshot_kind, R"({"metadata":{"name":"a"},"spec":{"checkpoint":true}})") ==
      "spec.checkpoint: must be an object, is true or false. Write its fields below it\n");
}

BOOST_AUTO_TEST_CASE(a_wrong_resource_still_tells_who_it_is) {
  field_errors errors;
  object x;
  read_json_object(R"({"metadata":{"name":"a","uid":"u"},"spec":{"deploymentName":7}})", errors,
                   [&](json_reader& json) { x = read_primary(job_kind, json); });
  BOOST_TEST(errors.size() == 1);
  BOOST_TEST(metadata_of(x).uid == "u");
  BOOST_TEST(bool(std::get<flink_session_job>(x).spec));
}

BOOST_AUTO_TEST_CASE(a_canary_needs_no_spec) {
  BOOST_TEST(problems_of(deployment_kind, R"({"metadata":{"name":"a",
      "labels":{"flink.apache.org/canary":"true"}}})")
                 .empty());
}

BOOST_AUTO_TEST_CASE(a_spec_alone_goes_both_ways) {
  flink_session_job_spec spec;
  spec.deployment_name = "c";
  spec.job.emplace().parallelism = 3;
  const auto back = decode_session_job_spec(encode_spec(spec));
  BOOST_REQUIRE(std::holds_alternative<flink_session_job_spec>(back));
  BOOST_TEST((std::get<flink_session_job_spec>(back) == spec));
  BOOST_TEST(std::holds_alternative<field_errors>(decode_deployment_spec("{\"job\":[]}")));
}

BOOST_AUTO_TEST_CASE(of_managed_fields_who_writes_the_status_is_kept) {
  const auto decoded = decode_primary(object_kind::flink_session_job, R"({
      "apiVersion":"flink.apache.org/v1beta1","kind":"FlinkSessionJob",
      "metadata":{"name":"orders","namespace":"flink","managedFields":[
        {"manager":"kubectl","operation":"Apply","time":"2026-07-20T09:30:00Z",
         "fieldsType":"FieldsV1","fieldsV1":{"f:spec":{}}},
        {"manager":"fabric8-kubernetes-client","operation":"Update","subresource":"status",
         "time":"2026-07-20T09:31:00Z","fieldsType":"FieldsV1","fieldsV1":{"f:status":{}}}]},
      "spec":{"deploymentName":"session"}})");
  const auto* job = std::get_if<object>(&decoded);
  BOOST_REQUIRE(job != nullptr);
  const auto& writers = metadata_of(*job).status_writers;
  BOOST_REQUIRE(writers.size() == 1U);
  BOOST_TEST(writers.front().manager == "fabric8-kubernetes-client");
  BOOST_TEST(timestamp_seconds(writers.front().time) == "2026-07-20T09:31:00Z");
  const auto again = decode_primary(object_kind::flink_session_job, encode_primary(*job));
  BOOST_CHECK(metadata_of(std::get<object>(again)).status_writers == writers);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace drey
