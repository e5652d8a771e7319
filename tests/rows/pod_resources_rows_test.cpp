/// Rows of what a Flink container asks for: spec and configuration in, ResourceRequirements out.
#include "actors/pod_resources.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "actors/pod_spec.hpp"

namespace drey::rows {

namespace {

using nlohmann::json;

struct given {
  std::string because;
  resource_spec resource;  ///< the old form
  std::string resources;   ///< the new one
  configuration config;
  std::string then;
};

flink_deployment cluster_with(const given& row) {
  flink_deployment_spec spec;
  spec.image = "flink:1.20";
  spec.flink_version = flink_version::v1_20;
  spec.flink_configuration = row.config;
  const auto& old = row.resource;
  if (old.cpu || old.memory || old.ephemeral_storage) spec.task_manager.resource = old;
  spec.task_manager.resources = row.resources;
  flink_deployment cluster;
  cluster.metadata.name = "session";
  cluster.metadata.uid = "uid-1";
  cluster.spec = std::make_shared<const flink_deployment_spec>(std::move(spec));
  return cluster;
}

resource_spec cores(double cpu) {
  resource_spec spec;
  spec.cpu = cpu;
  return spec;
}

resource_spec sized(double cpu, std::string memory) {
  auto spec = cores(cpu);
  spec.memory = std::move(memory);
  return spec;
}

const std::string cpu_factor = "kubernetes.taskmanager.cpu.limit-factor";
const std::string memory_factor = "kubernetes.taskmanager.memory.limit-factor";

const given rows[] = {
    {"nothing is said, nothing is asked for", {}, "", {{cpu_factor, "2"}}, ""},
    {"without factors the limit is the request",
     sized(0.5, "1g"),
     "",
     {},
     R"({"limits":{"cpu":"500m","memory":"1073741824"},
         "requests":{"cpu":"500m","memory":"1073741824"}})"},
    {"each resource has its own factor",
     sized(1, "1g"),
     "",
     {{cpu_factor, "2.5"}, {memory_factor, "1.5"}},
     R"({"limits":{"cpu":"2500m","memory":"1610612736"},
         "requests":{"cpu":"1","memory":"1073741824"}})"},
    {"the JobManager's factors are not the TaskManagers'",
     cores(1),
     "",
     {{"kubernetes.jobmanager.cpu.limit-factor", "2"}},
     R"({"limits":{"cpu":"1"},"requests":{"cpu":"1"}})"},
    {"a request alone gets its limit",
     {},
     R"({"requests":{"cpu":2,"memory":"2Gi"}})",
     {{cpu_factor, "1.5"}},
     R"({"limits":{"cpu":"3","memory":"2Gi"},"requests":{"cpu":2,"memory":"2Gi"}})"},
    {"a limit alone is the request too, and the factor goes on top",
     {},
     R"({"limits":{"cpu":"500m"}})",
     {{cpu_factor, "2"}},
     R"({"limits":{"cpu":"1"},"requests":{"cpu":"500m"}})"},
    {"both given: as they are, whatever the factor",
     {},
     R"({"limits":{"cpu":"4"},"requests":{"cpu":"1"}})",
     {{cpu_factor, "2"}},
     R"({"limits":{"cpu":"4"},"requests":{"cpu":"1"}})"},
    {"other resources are taken as they are",
     {},
     R"({"limits":{"nvidia.com/gpu":1},"requests":{"ephemeral-storage":"1Gi"}})",
     {{cpu_factor, "2"}},
     R"({"limits":{"nvidia.com/gpu":1},"requests":{"ephemeral-storage":"1Gi"}})"},
    {"memory in Flink's words becomes what Flink means by them",
     {},
     R"({"requests":{"memory":"2048m"},"limits":{"memory":"3G"}})",
     {},
     R"({"limits":{"memory":"3221225472"},"requests":{"memory":"2147483648"}})"},
    {"what the spec does not say, the configuration may",
     {},
     "",
     {{"taskmanager.memory.process.size", "1g"},
      {"kubernetes.taskmanager.cpu.amount", "1.5"},
      {cpu_factor, "2"}},
     R"({"limits":{"cpu":"3","memory":"1073741824"},
         "requests":{"cpu":"1500m","memory":"1073741824"}})"},
    {"in its older words, too",
     {},
     "",
     {{"kubernetes.taskmanager.cpu", "2"}},
     R"({"limits":{"cpu":"2"},"requests":{"cpu":"2"}})"},
    {"the spec goes first",
     sized(1, "2g"),
     "",
     {{"taskmanager.memory.process.size", "1g"}, {"kubernetes.taskmanager.cpu.amount", "3"}},
     R"({"limits":{"cpu":"1","memory":"2147483648"},
         "requests":{"cpu":"1","memory":"2147483648"}})"},
    {"of the other side nothing is taken",
     {},
     "",
     {{"jobmanager.memory.process.size", "1g"}, {"kubernetes.jobmanager.cpu.amount", "3"}},
     ""},
    {"the new form counts alone",
     cores(8),
     R"({"requests":{"memory":"2Gi"}})",
     {},
     R"({"limits":{"memory":"2Gi"},"requests":{"memory":"2Gi"}})"},
};

json container_of(const flink_deployment& cluster) {
  const auto pods = pod_template_of(cluster, {component::task_manager, "config", ""});
  return json::parse(pods.spec)["containers"][0];
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pod_resources_rows)

BOOST_AUTO_TEST_CASE(requests_and_limits) {
  for (const auto& row : rows) {
    BOOST_TEST_CONTEXT("row: " << row.because) {
      const auto wanted = resources_of(*cluster_with(row).spec, component::task_manager);
      BOOST_TEST((wanted.empty() ? json{} : json::parse(wanted)) ==
                 (row.then.empty() ? json{} : json::parse(row.then)));
    }
  }
}

BOOST_AUTO_TEST_CASE(what_the_spec_asks_for_sizes_the_process) {
  const auto bytes = [](const resource_spec& old, const std::string& resources) {
    return process_memory_of(*cluster_with({"", old, resources, {}, ""}).spec,
                             component::task_manager)
        .value_or(-1);
  };
  constexpr std::int64_t gibibyte = 1 << 30;
  BOOST_TEST(bytes({}, "") == -1);
  BOOST_TEST(bytes(sized(1, "2g"), "") == 2 * gibibyte);
  BOOST_TEST(bytes({}, R"({"requests":{"memory":"3Gi"},"limits":{"memory":"4Gi"}})") ==
             3 * gibibyte);
  BOOST_TEST(bytes({}, R"({"limits":{"memory":"4Gi"}})") == 4 * gibibyte);
  BOOST_TEST(bytes(sized(1, "2g"), R"({"limits":{"cpu":1}})") == -1, "the new form counts alone");
}

BOOST_AUTO_TEST_CASE(what_a_container_may_take) {
  const auto taken = limits_of(
      *cluster_with({"", sized(0.5, "1g"), "", {{cpu_factor, "3"}, {memory_factor, "2"}}, ""}).spec,
      component::task_manager);
  BOOST_TEST(taken.cores == 1.5);
  BOOST_TEST(taken.bytes == std::int64_t{2} << 30);
  const auto nothing = limits_of(*cluster_with({}).spec, component::task_manager);
  BOOST_TEST(nothing.cores == 0);
  BOOST_TEST(nothing.bytes == 0);
}

BOOST_AUTO_TEST_CASE(a_template_keeps_what_the_spec_does_not_say) {
  auto cluster = cluster_with({"", cores(1), "", {{cpu_factor, "2"}}, ""});
  auto spec = *cluster.spec;
  spec.pod_template =
      R"({"spec":{"containers":[{"name":"flink-main-container","resources":{
          "limits":{"cpu":"9","example.com/fpga":"1"},
          "requests":{"ephemeral-storage":"5Gi"}}}]}})";
  cluster.spec = std::make_shared<const flink_deployment_spec>(std::move(spec));
  BOOST_TEST(container_of(cluster)["resources"] == json::parse(R"({
      "limits":{"cpu":"2","example.com/fpga":"1"},
      "requests":{"cpu":"1","ephemeral-storage":"5Gi"}})"),
             "cpu is Flink's to say, as in Flink; the rest stays");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
