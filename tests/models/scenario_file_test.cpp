// Scenario files that are right: every action, every expectation, and the files under configs/.
#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "protocol/describe.hpp"
#include "sim/scenario/scenario.hpp"

namespace drey::sim {

namespace {

const std::string resources = R"(
resources:
  - apiVersion: flink.apache.org/v1beta1
    kind: FlinkDeployment
    metadata: {name: session, namespace: flink}
    spec: {flinkVersion: v1_20, mode: standalone, taskManager: {replicas: 2}}
  - apiVersion: flink.apache.org/v1beta1
    kind: FlinkSessionJob
    metadata: {name: orders, namespace: flink}
    spec: {deploymentName: session, job: {parallelism: 2}}
)";

scenario read(const std::string& text) {
  auto result = parse_scenario(resources + text, "made/up.yaml");
  for (const auto& found : result.findings) BOOST_ERROR(text_of(found));
  BOOST_REQUIRE(result.value.has_value());
  return std::move(*result.value);
}

std::string only_action(const std::string& text) {
  const auto what = read("timeline:\n  - at: 1m30s\n    " + text + "\n");
  BOOST_REQUIRE(what.events.size() == 1U);
  BOOST_TEST((what.events.front().at == milliseconds{90'000}));
  return drey::text_of(what.events.front().action);
}

std::string only_expectation(const std::string& text) {
  const auto what = read("expect:\n  - " + text + "\n");
  BOOST_REQUIRE(what.expectations.size() == 1U);
  return sentence_of(what.expectations.front());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(scenario_file)

BOOST_AUTO_TEST_CASE(what_is_not_given_has_a_default) {
  const auto what = read("");
  BOOST_TEST(what.name == "up");
  BOOST_TEST(what.nodes.size() == 3U);
  BOOST_TEST((what.until == milliseconds{900'000}));
  BOOST_TEST(what.faults.name == "none");
  BOOST_TEST(what.resources.size() == 2U);
}

BOOST_AUTO_TEST_CASE(nodes_are_a_number_or_a_list) {
  BOOST_TEST(read("nodes: 2").pods_per_node == 110);
  BOOST_TEST(read("pods per node: 3").pods_per_node == 3);
  BOOST_TEST(read("nodes: 2").node_size.empty());
  BOOST_TEST(read("node size: {cpu: 4, memory: 16Gi}").node_size.at("cpu") == "4");
  BOOST_TEST((read("nodes: 2").nodes == std::vector<std::string>{"node-1", "node-2"}));
  BOOST_TEST((read("nodes: [east, west]").nodes == std::vector<std::string>{"east", "west"}));
}

BOOST_AUTO_TEST_CASE(actions_on_the_world) {
  BOOST_TEST(only_action("evict pod: flink/a-0") == "evict_pod pod=flink/a-0");
  BOOST_TEST(only_action("delete pod: flink/a-0") == "delete_pod pod=flink/a-0");
  BOOST_TEST(only_action("crash taskmanager: flink/a-0") == "crash_task_manager pod=flink/a-0");
  BOOST_TEST(only_action("crash jobmanager: flink/session") ==
             "crash_job_manager cluster=flink/session");
  BOOST_TEST(only_action("node down: node-1") == "node_down node=node-1");
  BOOST_TEST(only_action("node up: node-1") == "node_up node=node-1");
  BOOST_TEST(only_action("cut node: node-1") == "cut_node node=node-1");
  BOOST_TEST(only_action("heal node: node-1") == "heal_node node=node-1");
  BOOST_TEST(only_action("silence kubelet: node-1") == "silence_kubelet node=node-1");
  BOOST_TEST(only_action("wake kubelet: node-1") == "wake_kubelet node=node-1");
  BOOST_TEST(only_action("cordon node: node-1") == "cordon_node node=node-1");
  BOOST_TEST(only_action("uncordon node: node-1") == "uncordon_node node=node-1");
  BOOST_TEST(only_action("drain node: node-1") == "drain_node node=node-1");
  BOOST_TEST(only_action("budget: {name: flink/b, selector: \"app=a,c=d\", min available: 2}") ==
             "set_budget budget=flink/b selector=app=a,c=d bound=minAvailable pods=2");
  BOOST_TEST(only_action("budget: {name: flink/b, selector: app=a, max unavailable: 0}") ==
             "set_budget budget=flink/b selector=app=a bound=maxUnavailable pods=0");
  BOOST_TEST(only_action("lift budget: flink/b") == "lift_budget budget=flink/b");
  BOOST_TEST(only_action("fail job: flink/orders") == "fail_job job=flink/orders");
  BOOST_TEST(only_action("finish job: flink/orders") == "finish_job job=flink/orders");
  BOOST_TEST(only_action("api outage: 30s") == "api_outage length=30s");
  BOOST_TEST(only_action("compact history:") == "compact_history");
}

BOOST_AUTO_TEST_CASE(actions_on_the_operator) {
  BOOST_TEST(only_action("crash operator:") ==
             "crash_operator moment=at once effect=effect back_after=5s skip=0 call=none");
  BOOST_TEST(only_action("crash operator: {after: submit, back after: 10s}") ==
             "crash_operator moment=after effect=submit back_after=10s skip=0 call=none");
  BOOST_TEST(only_action("crash operator: {before: savepoint}") ==
             "crash_operator moment=before effect=savepoint back_after=5s skip=0 call=none");
  BOOST_TEST(only_action("crash operator: {after: apply ConfigMap, skip: 2}") ==
             "crash_operator moment=after effect=effect back_after=5s skip=2 call=call_pattern "
             "verb=apply kind=ConfigMap name=none");
  BOOST_TEST(only_action("pause operator: 20s") == "pause_operator length=20s");
}

BOOST_AUTO_TEST_CASE(actions_of_people) {
  BOOST_TEST(only_action("savepoint: flink/orders") == "request_savepoint job=flink/orders");
  BOOST_TEST(only_action("scale: {cluster: flink/session, taskmanagers: 6}") ==
             "scale_cluster cluster=flink/session task_managers=6");
  BOOST_TEST(only_action("autoscale: {cluster: flink/session, min: 8, max: 16, cpu: 50}") ==
             "autoscale_cluster cluster=flink/session min=8 max=16 cpu=50 down_after=300s");
  BOOST_TEST(only_action("load: {cluster: flink/session, cpu: 600}") ==
             "load_cluster cluster=flink/session cpu=600");
  BOOST_TEST(only_action("delete: FlinkSessionJob flink/orders") ==
             "delete_object kind=FlinkSessionJob name=flink/orders");
  BOOST_TEST(
      only_action("patch: {object: FlinkSessionJob flink/orders, spec: {job: {parallelism: 4}}}") ==
      "patch_object kind=FlinkSessionJob name=flink/orders spec={\"job\":{\"parallelism\":4}} "
      "metadata=- status=-");
  BOOST_TEST(only_action("patch: {object: Service flink/x, metadata: {labels: null}}") ==
             "patch_object kind=Service name=flink/x spec=- metadata={\"labels\":null} status=-");
  BOOST_TEST(
      only_action("patch: {object: FlinkSessionJob flink/orders, status: {lineage: null}}") ==
      "patch_object kind=FlinkSessionJob name=flink/orders spec=- metadata=- "
      "status={\"lineage\":null}");
  BOOST_TEST(only_action("apply: {apiVersion: flink.apache.org/v1beta1, kind: FlinkSessionJob, "
                         "metadata: {name: late}, spec: {deploymentName: session}}") ==
             "apply_object object=default/late");
}

BOOST_AUTO_TEST_CASE(actions_on_pods_and_images) {
  BOOST_TEST(only_action("evict jobmanager: flink/session") ==
             "evict_job_manager cluster=flink/session");
  BOOST_TEST(only_action("hold jobmanager: flink/session") ==
             "hold_job_manager cluster=flink/session");
  BOOST_TEST(only_action("hold pod: flink/a-0") == "hold_pod pod=flink/a-0");
  BOOST_TEST(only_action("release pods:") == "release_pods");
  BOOST_TEST(only_action("image missing: flink:1.20") == "image_missing image=flink:1.20");
  BOOST_TEST(only_action("image back: flink:1.20") == "image_back image=flink:1.20");
  BOOST_TEST(only_action("secret missing: token") == "config_missing config=token");
  BOOST_TEST(only_action("secret back: token") == "config_back config=token");
  BOOST_TEST(only_action("crash loop: {in: flink:bad, after: 20s, by: memory}") ==
             "begin_crash_loop in=flink:bad after=20s out_of_memory=yes");
  BOOST_TEST(only_action("crash loop: {in: a-0, after: 1s, by: signal}") ==
             "begin_crash_loop in=a-0 after=1s out_of_memory=no");
  BOOST_TEST(only_action("end crash loops:") == "end_crash_loops");
  BOOST_TEST(only_action("poison job: {job: flink/orders, after: 30s}") ==
             "poison_job job=flink/orders after=30s");
  BOOST_TEST(only_action("press pod: flink/a-0") == "press_pod pod=flink/a-0");
  BOOST_TEST(only_action("lay snapshot: {at: s3://flink/a, format: 6}") ==
             "lay_snapshot path=s3://flink/a format=6");
  BOOST_TEST(only_action("cure job: flink/orders") == "cure_job job=flink/orders");
  BOOST_TEST(only_action("lose slots: {taskmanager: flink/a-0, count: 2}") ==
             "lose_slots pod=flink/a-0 count=2");
  BOOST_TEST(only_action("leak slots: {taskmanager: flink/a-0, count: 1}") ==
             "leak_slots pod=flink/a-0 count=1");
  BOOST_TEST(only_action("quota: {namespace: flink, pods: 3}") == "limit_pods ns=flink pods=3");
  BOOST_TEST(only_action("lift quota: flink") == "lift_limit ns=flink");
  BOOST_TEST(only_action("other operator: {in: flink, for: 5m, every: 20s}") ==
             "run_other_operator ns=flink every=20s length=300s");
  BOOST_TEST(only_action("ordinals: dropped") == "set_ordinals fate=dropped");
  BOOST_TEST(only_action("deny: StatefulSet") == "deny_kind kind=StatefulSet");
  BOOST_TEST(only_action("allow: StatefulSet") == "allow_kind kind=StatefulSet");
}

BOOST_AUTO_TEST_CASE(actions_on_calls_and_on_what_is_seen) {
  BOOST_TEST(only_action("hinder: {calls: create Deployment flink/session, by: forbidden}") ==
             "hinder_calls calls=call_pattern verb=create kind=Deployment name=flink/session "
             "fate=refused why=forbidden times=1 length=0s");
  BOOST_TEST(only_action("hinder: {calls: submit, by: answer_lost, times: 3}") ==
             "hinder_calls calls=call_pattern verb=submit kind=none name=none fate=answer_lost "
             "why=unavailable times=3 length=0s");
  BOOST_TEST(only_action("hinder: {calls: list, by: gone, for: 20s}") ==
             "hinder_calls calls=call_pattern verb=list kind=none name=none fate=refused why=gone "
             "times=0 length=20s");
  BOOST_TEST(only_action("hold watch: {of: Pod, for: 20s}") == "hold_watch kind=Pod length=20s");
  BOOST_TEST(only_action("break watch: Pod") == "break_watch kind=Pod");
  BOOST_TEST(only_action("old lists: {of: Pod, from: 10s, for: 1m}") ==
             "old_lists kind=Pod from=10s length=60s");
  BOOST_TEST(only_action("hang rest: {cluster: flink/session, for: 1m}") ==
             "hang_rest cluster=flink/session length=60s");
  BOOST_TEST(only_action("foreign job: {cluster: flink/session, job: flink/stranger}") ==
             "submit_foreign cluster=flink/session job=flink/stranger");
  BOOST_TEST(only_action("block checkpoints: flink/orders") ==
             "block_checkpoints job=flink/orders");
  BOOST_TEST(only_action("open checkpoints: flink/orders") == "open_checkpoints job=flink/orders");
}

BOOST_AUTO_TEST_CASE(events_stand_by_time_and_equal_times_as_in_the_file) {
  const auto what = read(
      "timeline:\n  - {at: 20s, compact history: }\n  - {at: 10s, node down: node-1}\n"
      "  - {at: 10s, node up: node-1}\n");
  BOOST_REQUIRE(what.events.size() == 3U);
  BOOST_TEST(std::holds_alternative<node_down>(what.events[0].action));
  BOOST_TEST(std::holds_alternative<node_up>(what.events[1].action));
  BOOST_TEST(what.events[1].line == 14);
}

BOOST_AUTO_TEST_CASE(expectations_are_plain_sentences) {
  BOOST_TEST(only_expectation("job running: flink/orders") == "job flink/orders is RUNNING");
  BOOST_TEST(only_expectation("job running: {job: flink/orders, parallelism: 3}") ==
             "job flink/orders is RUNNING with parallelism 3");
  BOOST_TEST(only_expectation("{job running: flink/orders, by: 2m}") ==
             "job flink/orders is RUNNING by 2m");
  BOOST_TEST(only_expectation("job state: {job: flink/orders, is: FAILED}") ==
             "job flink/orders is FAILED");
  BOOST_TEST(only_expectation("cluster has: {cluster: flink/session, slots: 8}") ==
             "cluster flink/session has 8 slots");
  BOOST_TEST(only_expectation("cluster has: {cluster: flink/session, taskmanagers: 1, slots: 4}") ==
             "cluster flink/session has 1 TaskManager and 4 slots");
  BOOST_TEST(only_expectation("job restored: {job: flink/orders, at least: 1, at most: 3}") ==
             "job flink/orders was restored at least 1 time and at most 3 times");
  BOOST_TEST(only_expectation("no state lost: all jobs") == "no state of any job is lost");
  BOOST_TEST(only_expectation("no state lost: flink/orders") ==
             "no state of job flink/orders is lost");
  BOOST_TEST(only_expectation("savepoint completed: flink/orders") ==
             "a savepoint of job flink/orders is complete");
  BOOST_TEST(only_expectation("gone: FlinkSessionJob flink/orders") ==
             "FlinkSessionJob flink/orders is gone");
  BOOST_TEST(only_expectation("quiet for: 90s") ==
             "the operator changes nothing in the last 1m30s");
}

BOOST_AUTO_TEST_CASE(expectations_that_count_or_read) {
  BOOST_TEST(only_expectation("there: FlinkSessionJob flink/orders") ==
             "FlinkSessionJob flink/orders is there");
  BOOST_TEST(only_expectation("called: {calls: cancel, at most: 0, since: 1m, until: 2m}") ==
             "the operator calls `cancel` at most 0 times since 1m until 2m");
  BOOST_TEST(only_expectation("made: {object: Deployment flink/session, at least: 1}") ==
             "the operator makes Deployment flink/session at least 1 time");
  BOOST_TEST(only_expectation("submitted: {job: flink/orders, at least: 1, at most: 2}") ==
             "job flink/orders is submitted at least 1 time and at most 2 times");
  BOOST_TEST(only_expectation("pods kept: {cluster: flink/session, since: 1m}") ==
             "no pod of flink/session is made, restarted or deleted since 1m");
  BOOST_TEST(only_expectation("pods kept: {cluster: flink/session, of: jobmanager}") ==
             "no jobmanager's pod of flink/session is made, restarted or deleted");
  BOOST_TEST(only_expectation("status: {of: FlinkSessionJob flink/orders, at: jobStatus.state, "
                              "is: RUNNING}") ==
             "status.jobStatus.state of FlinkSessionJob flink/orders is \"RUNNING\"");
  BOOST_TEST(only_expectation("{status: {of: FlinkSessionJob flink/orders, at: error, has: bad}, "
                              "by: 5m}") ==
             "status.error of FlinkSessionJob flink/orders has \"bad\" by 5m");
}

BOOST_AUTO_TEST_CASE(faults_are_a_map_or_a_name) {
  const auto what = read("faults: {kube_throttled_per_mille: 7, node_back_max: 2m}");
  BOOST_TEST(what.faults.name == "inline");
  BOOST_TEST(what.faults.kube_throttled_per_mille == 7U);
  BOOST_TEST((what.faults.node_back_max == milliseconds{120'000}));
  BOOST_TEST((what.faults.late_max == fault_profile{}.late_max));
  BOOST_TEST(read("faults: none").faults.name == "none");
}

BOOST_AUTO_TEST_CASE(manifests_come_from_files_beside_the_scenario) {
  const auto folder = std::filesystem::path(DREY_SOURCE_DIR) / "tests/models/scenarios";
  const auto result = load_scenario((folder / "from_files.yaml").string());
  for (const auto& found : result.findings) BOOST_ERROR(text_of(found));
  BOOST_REQUIRE(result.value.has_value());
  BOOST_REQUIRE(result.value->resources.size() == 2U);
  BOOST_TEST(text_of_name(drey::name_of(*result.value->resources[0])) == "flink/session");
  BOOST_TEST(text_of_name(drey::name_of(*result.value->resources[1])) == "default/orders");
}

BOOST_AUTO_TEST_CASE(the_standard_scenario_is_right) {
  const auto result = load_scenario(DREY_SOURCE_DIR "/configs/scenarios/session-cluster.yaml");
  for (const auto& found : result.findings) BOOST_ERROR(text_of(found));
  BOOST_REQUIRE(result.value.has_value());
  BOOST_TEST(result.value->resources.size() == 4U);
  BOOST_TEST(result.value->events.size() == 8U);
  BOOST_TEST((result.value->until == milliseconds{900'000}));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(fault_profiles)

BOOST_AUTO_TEST_CASE(the_three_profiles_are_found_by_name_and_grow) {
  const std::string near = DREY_SOURCE_DIR "/configs/scenarios/session-cluster.yaml";
  const auto light = load_fault_profile("light", near);
  const auto heavy = load_fault_profile("heavy", near);
  for (const auto& found : light.findings) BOOST_ERROR(text_of(found));
  for (const auto& found : heavy.findings) BOOST_ERROR(text_of(found));
  BOOST_REQUIRE(light.value.has_value());
  BOOST_REQUIRE(heavy.value.has_value());
  BOOST_TEST(light.value->name == "light");
  BOOST_TEST(heavy.value->name == "heavy");
  BOOST_TEST(heavy.value->kube_lost_answer_per_mille > light.value->kube_lost_answer_per_mille);
  BOOST_TEST((heavy.value->operator_crash_every < light.value->operator_crash_every));
  BOOST_TEST(load_fault_profile("none").value.has_value());
  BOOST_TEST(load_fault_profile(DREY_SOURCE_DIR "/configs/faults/none.yaml").value.has_value());
}

BOOST_AUTO_TEST_CASE(an_unknown_profile_says_where_it_was_looked_for) {
  const auto result = load_fault_profile("enormous", "a/b/c.yaml");
  BOOST_REQUIRE(result.findings.size() == 1U);
  BOOST_TEST(text_of(result.findings.front())
                 .starts_with("enormous: no such fault profile (looked for a/faults/enormous.yaml "
                              "and configs/faults/enormous.yaml). Give"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::sim
