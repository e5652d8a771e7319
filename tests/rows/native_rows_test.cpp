/// Rows of native mode: how it is chosen, what a cluster of it consists of, what a change of its
/// spec makes other.
#include "actors/native_cluster.hpp"

#include <algorithm>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "actors/children.hpp"
#include "actors/restart_boundary.hpp"
#include "actors/spec_problem.hpp"
#include "protocol/deployment_options.hpp"
#include "tests/rows/restart_boundary_edits.hpp"

namespace drey::rows {

namespace {

using namespace restart_boundary_edits;
using nlohmann::json;

flink_deployment cluster_of(const flink_deployment_spec& spec) {
  flink_deployment cluster;
  cluster.metadata.ns = "flink";
  cluster.metadata.name = "session";
  cluster.metadata.uid = "uid-1";
  cluster.spec = std::make_shared<const flink_deployment_spec>(spec);
  cluster.status.mode = "native";
  return cluster;
}

flink_deployment_spec native_spec() {
  auto spec = rich();
  spec.mode = deployment_mode::native;
  return spec;
}

cluster_children children(const flink_deployment_spec& spec) {
  return std::get<cluster_children>(children_of(cluster_of(spec)));
}

/// The ConfigMap whose name begins so.
const config_map& map_called(const cluster_children& all, const std::string& prefix,
                             const std::string& without = "-jm-") {
  const auto found = std::ranges::find_if(all.job_manager_side, [&](const object_ptr& one) {
    const auto* map = std::get_if<config_map>(one.get());
    return map != nullptr && map->metadata.name.starts_with(prefix) &&
           map->metadata.name.find(without) == std::string::npos;
  });
  BOOST_REQUIRE((found != all.job_manager_side.end()));
  return std::get<config_map>(**found);
}

std::string settings_of(const config_map& map) {
  for (const char* file : {"flink-conf.yaml", "config.yaml"})
    if (const auto found = map.data.find(file); found != map.data.end()) return found->second;
  return {};
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

const deployment& job_manager_in(const cluster_children& all) {
  return std::get<deployment>(*all.job_manager_side.back());
}

json template_in(const cluster_children& all) {
  return json::parse(map_called(all, "pod-template-session-").data.at(std::string(template_file)));
}

json main_container_in(const json& spec) {
  for (const auto& one : spec["containers"])
    if (one["name"] == "flink-main-container") return one;
  return {};
}

/// Which sides are other processes of another spec.
std::string restarted(const cluster_children& was, const cluster_children& is) {
  const auto workers = [](const cluster_children& all) {
    return all.native_task_managers->annotations.at(std::string(configuration_key)) +
           all.native_task_managers->annotations.at(std::string(applied_key));
  };
  std::string who;
  if (job_manager_in(was).pods != job_manager_in(is).pods) who += "JobManager ";
  if (workers(was) != workers(is)) who += "TaskManagers ";
  return who;
}

/// What a row does not tell of templates: what only pods have that are made later, and restarts for
/// their own sake.
bool is_told_by_pods(change_of what) {
  return what != change_of::image_pull && what != change_of::task_manager_placement &&
         what != change_of::restart_asked && what != change_of::nonce_removed &&
         what != change_of::flink_version;
}

void check_restarts(const flink_deployment_spec& before, const flink_deployment_spec& after) {
  const auto changes = changes_between(before, after, deployment_mode::native);
  if (!std::ranges::all_of(changes,
                           [](const spec_change& one) { return is_told_by_pods(one.what); }))
    return;
  const auto action = action_of(changes);
  if (action == restart_action::refuse) return;
  const std::string expected = action == restart_action::restart_both ? "JobManager TaskManagers "
                               : action == restart_action::fail_over_job_manager ? "JobManager "
                                                                                 : "";
  BOOST_TEST(restarted(children(before), children(after)) == expected);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(native_rows)

BOOST_AUTO_TEST_CASE(what_there_is) {
  const auto all = children(native_spec());
  std::string names;
  for (const auto& one : all.job_manager_side)
    names += std::string(name_of(kind_of(*one))) + " " + name_of(*one).name.substr(0, 21) + "\n";
  BOOST_TEST(names ==
             "ConfigMap flink-config-session-\nConfigMap flink-config-session\n"
             "ConfigMap pod-template-session-\nConfigMap flink-log-session\n"
             "Service session\nService session-rest\nDeployment session\n");
  BOOST_TEST(!all.task_manager_set);
  for (const auto& one : all.job_manager_side)
    BOOST_TEST(metadata_of(*one).labels.at("type") == "flink-native-kubernetes");
}

BOOST_AUTO_TEST_CASE(how_its_job_manager_starts) {
  const auto all = children(native_spec());
  const auto& pods = job_manager_in(all).pods;
  const auto container = main_container_in(json::parse(pods.spec));
  BOOST_TEST(container["command"] == json::array({"/docker-entrypoint.sh"}));
  BOOST_TEST(container["args"] ==
             json::array({"bash", "-c", "kubernetes-jobmanager.sh kubernetes-session"}));
  BOOST_TEST(has(pods.spec, map_called(all, "pod-template-session-").metadata.name));
  BOOST_TEST(has(pods.spec, std::string(template_directory)));
  auto spec = native_spec();
  spec.flink_configuration["kubernetes.jobmanager.entrypoint.args"] = "-Da=b";
  BOOST_TEST(has(job_manager_in(children(spec)).pods.spec, "kubernetes-session -Da=b"));
}

/// What Flink would take from its configuration whatever the template says.
BOOST_AUTO_TEST_CASE(what_flink_is_told_of_its_pods) {
  auto spec = native_spec();
  spec.flink_version = flink_version::v1_20;
  spec.image = "flink:1.20";
  spec.service_account = "flink";
  spec.task_manager.resource.reset();
  spec.task_manager.resources =
      R"({"requests": {"cpu": "500m", "memory": "2Gi"}, "limits": {"cpu": "1", "memory": "3Gi"}})";
  const auto all = children(spec);
  for (const auto* map : {&map_called(all, "flink-config-session-jm-", "pod-template"),
                          &map_called(all, "flink-config-session")}) {
    const auto text = settings_of(*map);
    BOOST_TEST(has(text, "kubernetes.cluster-id: session"));
    BOOST_TEST(has(text, "kubernetes.container.image.ref: flink:1.20"));
    BOOST_TEST(has(text, "kubernetes.taskmanager.service-account: flink"));
    BOOST_TEST(has(text, "kubernetes.taskmanager.cpu.amount: 0.5"));
    BOOST_TEST(has(text, "kubernetes.taskmanager.cpu.limit-factor: 2"));
    BOOST_TEST(has(text, "kubernetes.taskmanager.memory.limit-factor: 1.5"));
    BOOST_TEST(has(text, "taskmanager.memory.process.size: 2147483648b"));
  }
  spec.flink_version = flink_version::v1_16;
  const auto old = settings_of(map_called(children(spec), "flink-config-session"));
  BOOST_TEST(has(old, "kubernetes.container.image: flink:1.20"));
  BOOST_TEST(has(old, "kubernetes.taskmanager.cpu: 0.5"));
}

/// Flink adds command, ports and its configuration: what it adds twice Kubernetes refuses.
BOOST_AUTO_TEST_CASE(the_template_leaves_to_flink_what_flink_adds) {
  auto spec = native_spec();
  spec.flink_configuration["kubernetes.hadoop.conf.config-map.name"] = "hadoop";
  const auto all = children(spec);
  const auto pod = template_in(all);
  const auto container = main_container_in(pod["spec"]);
  BOOST_TEST(container.is_object());
  BOOST_TEST(!container.contains("args"));
  BOOST_TEST(!has(pod.dump(), "flink-config-volume"));
  BOOST_TEST(!has(pod.dump(), "\"hadoop\""));
  BOOST_TEST(!has(pod.dump(), "taskmanager-rpc"));
  BOOST_TEST(has(settings_of(map_called(all, "flink-config-session")),
                 "kubernetes.hadoop.conf.config-map.name: hadoop"));
  const auto labels = pod["metadata"]["labels"];
  BOOST_TEST(labels["component"] == "taskmanager");
  BOOST_TEST(labels[std::string(owner_uid_key)] == "uid-1");
}

BOOST_AUTO_TEST_CASE(log_files_change_below_running_processes) {
  const auto before = native_spec();
  auto after = before;
  after.log_configuration["log4j-console.properties"] = "rootLogger.level = WARN";
  const auto was = children(before);
  const auto is = children(after);
  BOOST_TEST(restarted(was, is) == "");
  const auto& live = map_called(was, "flink-config-session");
  const auto& wanted = map_called(is, "flink-config-session");
  BOOST_TEST(wanted.data.at("log4j-console.properties") == "rootLogger.level = WARN");
  auto changed = after;
  changed.task_manager.resource->memory = "5g";
  const auto later = map_called(children(changed), "flink-config-session");
  const auto kept = with_settings_of(later, live);
  BOOST_TEST(settings_of(kept) == settings_of(live), "settings wait for the JobManager");
  BOOST_TEST(kept.data.at("log4j-console.properties") == "rootLogger.level = WARN");
}

BOOST_AUTO_TEST_CASE(who_is_restarted_is_what_the_table_says) {
  const auto before = native_spec();
  for (const auto& one : edits()) BOOST_TEST_CONTEXT(one.because) {
      check_restarts(before, patched(before, one.patch));
    }
  for (const auto& row : configuration_keys()) BOOST_TEST_CONTEXT(row.pattern) {
      auto key = std::string(row.pattern);
      if (key.ends_with('*')) key.back() = 'x';
      if (key == "kubernetes.pod-template-filex" || key == "kubernetes.hostnetwork.enabled")
        continue;  // told to have no effect
      auto after = before;
      after.flink_configuration[key] = "true";
      check_restarts(before, after);
    }
}

BOOST_AUTO_TEST_CASE(how_a_mode_is_chosen) {
  auto spec = native_spec();
  spec.mode.reset();
  spec.task_manager.replicas.reset();
  flink_deployment cluster = cluster_of(spec);
  cluster.status.mode.clear();
  BOOST_TEST((mode_of(cluster) == deployment_mode::native));
  BOOST_TEST(problem_of(cluster) == "");
  cluster.status.mode = "standalone";
  BOOST_TEST((mode_of(cluster) == deployment_mode::standalone), "it is never changed");
  spec.flink_version = flink_version::v1_12;
  cluster = cluster_of(spec);
  cluster.status.mode.clear();
  BOOST_TEST(has(problem_of(cluster), "spec.mode: native mode needs Flink 1.13"));
  spec.flink_version = flink_version::v1_20;
  spec.job.emplace();
  spec.job->jar_uri = "local:///opt/flink/usrlib/a.jar";
  spec.job->upgrade = upgrade_mode::stateless;
  spec.job->parallelism = 1;
  BOOST_TEST(problem_of(cluster_of(spec)) == "");
  spec.job->jar_uri.reset();
  spec.job->entry_class = "com.example.Main";
  BOOST_TEST(has(problem_of(cluster_of(spec)), "spec.job.jarURI: is missing"));
  spec.job->entry_class = "org.apache.flink.client.python.PythonDriver";
  BOOST_TEST(problem_of(cluster_of(spec)) == "");
  spec.job->entry_class.reset();
  spec.flink_version = flink_version::v1_19;
  spec.mode = deployment_mode::native;
  spec.job->jar_uri = "https://jars.example.com/a.jar";
  BOOST_TEST(has(problem_of(cluster_of(spec)), "spec.job.jarURI: lies where"));
  spec.job->jar_uri = "local:///opt/jars/a.jar";
  BOOST_TEST(problem_of(cluster_of(spec)) == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
