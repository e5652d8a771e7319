/// Rows of the objects that a cluster consists of.
#include "actors/children.hpp"

#include <boost/test/unit_test.hpp>

#include "protocol/label_selector.hpp"
#include "protocol/limits.hpp"
#include "protocol/object_codec.hpp"

namespace drey::rows {

namespace {

flink_deployment session() {
  flink_deployment cluster;
  cluster.metadata.ns = "flink";
  cluster.metadata.name = "session";
  cluster.metadata.uid = "uid-1";
  flink_deployment_spec spec;
  spec.image = "flink:1.20";
  spec.flink_version = flink_version::v1_20;
  spec.flink_configuration = {{"taskmanager.numberOfTaskSlots", "4"}};
  spec.job_manager.replicas = 1;
  spec.task_manager.replicas = 3;
  cluster.spec = std::make_shared<const flink_deployment_spec>(std::move(spec));
  return cluster;
}

template <class F>
flink_deployment session_with(F change) {
  auto cluster = session();
  auto spec = *cluster.spec;
  change(spec);
  cluster.spec = std::make_shared<const flink_deployment_spec>(std::move(spec));
  return cluster;
}

flink_deployment configured(const std::string& key, const std::string& value) {
  return session_with([&](flink_deployment_spec& x) { x.flink_configuration[key] = value; });
}

cluster_children children(const flink_deployment& cluster) {
  return std::get<cluster_children>(children_of(cluster));
}

std::string bytes(const cluster_children& all) {
  std::string text;
  for (const auto& one : all.job_manager_side) text += encode_object(*one) + "\n";
  return text + encode_object(*all.task_manager_set);
}

std::string names(const cluster_children& all) {
  std::string text;
  for (const auto& one : all.job_manager_side)
    text += std::string(name_of(kind_of(*one))) + " " + name_of(*one).name.substr(0, 24) + "\n";
  return text;
}

/// The ConfigMap that the pods of a workload mount.
std::string mounted(const pod_template& pods) {
  return pods.annotations.at(std::string(config_map_key));
}
/// The JobManager's.
struct file_text {
  std::string text;
  bool contains(const std::string& line) const { return text.find(line) != std::string::npos; }
};
file_text configuration_of(const cluster_children& all) {
  return {std::get<config_map>(*all.job_manager_side.front()).data.begin()->second};
}
const deployment& job_manager(const cluster_children& all) {
  return std::get<deployment>(*all.job_manager_side.back());
}
const stateful_set& task_managers(const cluster_children& all) {
  return std::get<stateful_set>(*all.task_manager_set);
}

/// Which side's ConfigMap a change of the configuration renames.
struct side_row {
  const char* key;
  const char* value;
  bool job_manager_changes;
  bool task_manager_changes;
};

const side_row side_rows[] = {
    {"jobmanager.memory.process.size", "3g", true, false},
    {"rest.flamegraph.enabled", "true", true, false},
    {"web.timeout", "10000", true, false},
    {"taskmanager.memory.process.size", "5g", false, true},
    {"taskmanager.network.memory.floating-buffers-per-gate", "16", false, true},
    {"taskmanager.numberOfTaskSlots", "8", false, true},
    {"heartbeat.timeout", "20 s", true, true},
    {"execution.checkpointing.interval", "20 s", false, false},
    {"kubernetes.operator.savepoint.history.max.age", "1 h", false, false},
    {"job.autoscaler.enabled", "true", false, false},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(children_rows)

BOOST_AUTO_TEST_CASE(the_same_spec_gives_the_same_bytes) {
  BOOST_TEST(bytes(children(session())) == bytes(children(session())));
  BOOST_TEST(bytes(children(session())) != bytes(children(configured("a", "b"))));
}

BOOST_AUTO_TEST_CASE(what_there_is_in_the_order_of_applying) {
  BOOST_TEST(names(children(session())) ==
             "ConfigMap flink-config-session-jm-\n"
             "ConfigMap flink-config-session-tm-\n"
             "ConfigMap flink-log-session\n"
             "Service session\n"
             "Service session-rest\n"
             "Deployment session\n");
  BOOST_TEST(name_of(*children(session()).task_manager_set).name == "session-taskmanager");
  BOOST_TEST(task_manager_set_name("session") == "session-taskmanager");
  const std::string longest(limits::cluster_name_chars_max, 'x');
  BOOST_TEST(task_manager_set_name(longest) == longest + "-tm", "at most 52 characters");
}

BOOST_AUTO_TEST_CASE(flinks_metadata_is_found_and_nothing_of_ours) {
  const auto selector = label_selector::parse(ha_metadata_selector("session"));
  BOOST_REQUIRE(selector);
  const string_map flink_2{{"app", "session"}, {"type", "flink-native-kubernetes"}};
  auto flink_1 = flink_2;
  flink_1["configmap-type"] = "high-availability";
  BOOST_TEST(selector->matches(flink_2));
  BOOST_TEST(selector->matches(flink_1));
  auto native = session();
  auto spec = *native.spec;
  spec.mode = deployment_mode::native;
  native.spec = std::make_shared<const flink_deployment_spec>(std::move(spec));
  for (const auto& cluster : {session(), native})
    for (const auto& one : children(cluster).job_manager_side)
      BOOST_TEST(!selector->matches(metadata_of(*one).labels), name_of(*one).name);
}

BOOST_AUTO_TEST_CASE(log_configuration) {
  const auto log_map = [](const cluster_children& all) {
    return std::get<config_map>(*all.job_manager_side.at(2));
  };
  const auto plain = log_map(children(session())).data;
  BOOST_TEST(plain.size() == 2U);
  BOOST_TEST(plain.at("log4j-console.properties").find("monitorInterval") != std::string::npos,
             "read again when it changes");
  BOOST_TEST(plain.at("logback-console.xml").find("scan=\"true\"") != std::string::npos);
  const auto quiet = session_with([](flink_deployment_spec& x) {
    x.log_configuration = {{"log4j-console.properties", "rootLogger.level = OFF"}};
  });
  BOOST_TEST(log_map(children(quiet)).data.at("log4j-console.properties") ==
             "rootLogger.level = OFF");
  BOOST_TEST(
      log_map(children(quiet)).data.at("logback-console.xml") == plain.at("logback-console.xml"),
      "what is not given keeps its default");
  for (const auto which : {component::job_manager, component::task_manager}) {
    const auto& pods = [which](const cluster_children& all) {
      return which == component::job_manager ? job_manager(all).pods : task_managers(all).pods;
    };
    BOOST_TEST((pods(children(session())) == pods(children(quiet))), "no pod is touched by it");
  }
  BOOST_TEST(!log_map(children(quiet)).immutable, "it may change while Flink runs");
}

BOOST_AUTO_TEST_CASE(one_side_never_rolls_the_other) {
  const auto before = children(session());
  for (const auto& one : side_rows) {
    const auto now = children(configured(one.key, one.value));
    BOOST_TEST((mounted(job_manager(before).pods) != mounted(job_manager(now).pods)) ==
                   one.job_manager_changes,
               one.key);
    BOOST_TEST((mounted(task_managers(before).pods) != mounted(task_managers(now).pods)) ==
                   one.task_manager_changes,
               one.key);
    BOOST_TEST(
        is_current(*before.task_manager_set, *now.task_manager_set) != one.task_manager_changes,
        one.key);
  }
}

BOOST_AUTO_TEST_CASE(configuration_maps_are_named_by_their_content_and_immutable) {
  const auto all = children(session());
  const auto& map = std::get<config_map>(*all.job_manager_side.front());
  BOOST_TEST(map.immutable);
  BOOST_TEST(map.data.contains("flink-conf.yaml"));
  BOOST_TEST(map.metadata.name == mounted(job_manager(all).pods));
  const auto modern = children(
      session_with([](flink_deployment_spec& x) { x.flink_version = flink_version::v2_0; }));
  BOOST_TEST(std::get<config_map>(*modern.job_manager_side.front()).data.contains("config.yaml"));
}

BOOST_AUTO_TEST_CASE(both_forms_of_memory_size_the_process) {
  const auto with = [](auto change) { return configuration_of(children(session_with(change))); };
  BOOST_TEST(with([](flink_deployment_spec& x) {
               x.job_manager.resource.emplace().memory = "2g";
               x.flink_configuration["jobmanager.memory.process.size"] = "1g";
             }).contains("jobmanager.memory.process.size: 2147483648b\n"),
             "the spec goes before the configuration");
  BOOST_TEST(with([](flink_deployment_spec& x) {
               x.job_manager.resources = R"({"requests":{"memory":"2Gi"}})";
             }).contains("jobmanager.memory.process.size: 2147483648b\n"));
}

BOOST_AUTO_TEST_CASE(what_is_about_pods_does_not_reach_flink) {
  const auto before = children(session());
  for (const char* key :
       {"kubernetes.taskmanager.tolerations", "kubernetes.jobmanager.labels", "kubernetes.secrets",
        "kubernetes.rest-service.annotations", "containerized.master.env.A", "taskmanager.host",
        "rest.bind-port", "kubernetes.jobmanager.owner.reference"}) {
    const auto now = children(configured(key, "a:b"));
    BOOST_TEST(mounted(job_manager(before).pods) == mounted(job_manager(now).pods), key);
    BOOST_TEST(mounted(task_managers(before).pods) == mounted(task_managers(now).pods), key);
  }
}

BOOST_AUTO_TEST_CASE(a_workload_has_the_marks_of_its_pods) {
  const auto all = children(session_with([](flink_deployment_spec& x) {
    x.flink_configuration["kubernetes.jobmanager.labels"] = "team:a,app:x";
    x.flink_configuration["kubernetes.jobmanager.annotations"] = "note:b";
    x.flink_configuration["kubernetes.taskmanager.labels"] = "team:c";
  }));
  BOOST_TEST(job_manager(all).metadata.labels.at("team") == "a");
  BOOST_TEST(job_manager(all).metadata.labels.at("app") == "session", "ours win");
  BOOST_TEST(job_manager(all).metadata.annotations.at("note") == "b");
  BOOST_TEST(task_managers(all).metadata.labels.at("team") == "c");
  BOOST_TEST(!task_managers(all).metadata.annotations.contains("note"));
}

BOOST_AUTO_TEST_CASE(services) {
  const auto services_of = [](const flink_deployment& cluster) {
    const auto all = children(cluster);
    return std::pair{std::get<service>(*all.job_manager_side.at(3)),
                     std::get<service>(*all.job_manager_side.at(4))};
  };
  const auto [internal, rest] = services_of(session());
  BOOST_TEST(internal.headless);
  BOOST_TEST(rest.type == "ClusterIP");
  BOOST_TEST(!rest.headless);
  const auto exposed = [&](const char* type) {
    return services_of(configured("kubernetes.rest-service.exposed.type", type)).second;
  };
  BOOST_TEST(exposed("NodePort").type == "NodePort");
  BOOST_TEST(exposed("LoadBalancer").type == "LoadBalancer");
  BOOST_TEST(exposed("Headless_ClusterIP").type == "ClusterIP");
  BOOST_TEST(exposed("Headless_ClusterIP").headless);
  const auto noted = services_of(session_with([](flink_deployment_spec& x) {
    x.flink_configuration["kubernetes.rest-service.annotations"] = "lb:internal";
    x.flink_configuration["kubernetes.internal-service.annotations"] = "mesh:off";
  }));
  BOOST_TEST(noted.first.metadata.annotations.at("mesh") == "off");
  BOOST_TEST(noted.second.metadata.annotations.at("lb") == "internal");
  for (const auto* before : {&internal, &rest})
    BOOST_TEST(!is_current(*before, before == &internal ? noted.first : noted.second));
  BOOST_TEST(!is_current(rest, exposed("NodePort")));
}

BOOST_AUTO_TEST_CASE(labels_of_children) {
  const auto all = children(session());
  for (const auto& one : all.job_manager_side) {
    const auto& labels = metadata_of(*one).labels;
    BOOST_TEST(labels.at(std::string(managed_by_key)) == "drey");
    BOOST_TEST(labels.at(std::string(owner_uid_key)) == "uid-1");
    BOOST_TEST(metadata_of(*one).owners.empty(), "removed in order by the finalizer");
  }
  const auto& pods = task_managers(all).pods.labels;
  for (const auto& [key, value] : task_managers(all).selector) BOOST_TEST(pods.at(key) == value);
  BOOST_TEST(pods.at("component") == "taskmanager");
  BOOST_TEST(job_manager(all).pods.labels.at("component") == "jobmanager");
  BOOST_TEST(text_of_selector(
                 selector_of("session", component::job_manager, deployment_mode::standalone)) ==
             "app=session,component=jobmanager,type=flink-standalone-kubernetes");
}

BOOST_AUTO_TEST_CASE(what_was_applied_from_another_spec_is_out_of_date) {
  const auto before = children(session());
  BOOST_TEST(is_current(*before.task_manager_set, *children(session()).task_manager_set));
  const auto scaled =
      children(session_with([](flink_deployment_spec& x) { x.task_manager.replicas = 9; }));
  BOOST_TEST(is_current(*before.task_manager_set, *scaled.task_manager_set),
             "their number is the window's business");
  const auto image = children(session_with([](flink_deployment_spec& x) { x.image = "other"; }));
  BOOST_TEST(!is_current(*before.task_manager_set, *image.task_manager_set));
  auto another = session();
  another.metadata.uid = "uid-2";
  BOOST_TEST(!is_current(*before.task_manager_set, *children(another).task_manager_set),
             "made for an earlier cluster of the same name");
}

BOOST_AUTO_TEST_CASE(window_of_ordinals) {
  const auto moved = with_window(children(session()).task_manager_set, {3, 5});
  BOOST_TEST(std::get<stateful_set>(*moved).first_ordinal() == 3);
  BOOST_TEST(std::get<stateful_set>(*moved).replicas == 5);
  BOOST_TEST(wanted_task_managers(*session().spec) == 3);
}

BOOST_AUTO_TEST_CASE(users_pod_template_is_kept_under_ours) {
  const auto with_template = session_with([](flink_deployment_spec& x) {
    x.pod_template = R"({"metadata":{"labels":{"team":"a","app":"x"}},"spec":{"containers":[)"
                     R"({"name":"flink-main-container","env":[{"name":"A","value":"1"}]},)"
                     R"({"name":"sidecar"}]}})";
  });
  const auto all = children(with_template);
  const auto& pods = task_managers(all).pods;
  BOOST_TEST(pods.labels.at("team") == "a");
  BOOST_TEST(pods.labels.at("app") == "session", "ours win where they collide");
  BOOST_TEST(pods.spec.find(R"("sidecar")") != std::string::npos);
  BOOST_TEST(pods.spec.find(R"({"name":"A","value":"1"})") != std::string::npos);
  BOOST_TEST(pods.spec.find("taskmanager.resource-id=$(_POD_UID)") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
