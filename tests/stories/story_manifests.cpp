#include "tests/stories/story_manifests.hpp"

#include <algorithm>

namespace drey::stories {

namespace {

std::string job_block(const command& asked) {
  auto text = "  job:\n    jarURI: https://jars.example.com/" + asked.value("name") +
              ".jar\n    parallelism: " + asked.value("parallelism", "1") +
              "\n    upgradeMode: " + asked.value("upgrade", "last-state") + "\n";
  if (asked.with.contains("policy")) text += "    restartPolicy: " + asked.value("policy") + "\n";
  if (asked.with.contains("from"))
    text += "    flinkStateSnapshotReference: {name: " + asked.value("from") + "}\n";
  if (asked.with.contains("prefer"))
    text += "    restorePreference: " + asked.value("prefer") + "\n";
  if (asked.with.contains("auto")) text += "    autoParallelism: true\n";
  return text;
}

/// Lines for the keys with a dot.
std::string flink_keys(const command& asked) {
  std::string text;
  for (const auto& [key, value] : asked.with)
    if (key.find('.') != std::string::npos) text += "    " + key + ": \"" + value + "\"\n";
  return text;
}

}  // namespace

std::string cluster_yaml(const command& asked) {
  const auto flink = asked.value("flink", "1.20");
  auto version = "v" + flink;
  std::ranges::replace(version, '.', '_');
  std::string text = R"(apiVersion: flink.apache.org/v1beta1
kind: FlinkDeployment
metadata: {name: )" + asked.value("name") +
                     R"(, namespace: flink}
spec:
  image: flink:)" + flink +
                     "\n  flinkVersion: " + version + R"(
  serviceAccount: flink
  mode: )" + asked.value("mode", "standalone") +
                     R"(
  flinkConfiguration:
    taskmanager.numberOfTaskSlots: "2"
    execution.checkpointing.dir: s3://flink/checkpoints
    execution.checkpointing.savepoint-dir: s3://flink/savepoints
    execution.checkpointing.interval: 10 s
)";
  if (asked.value("ha", "yes") == "yes")
    text +=
        "    high-availability.type: kubernetes\n"
        "    high-availability.storageDir: s3://flink/ha\n";
  return text + flink_keys(asked) + "  jobManager: {replicas: " + asked.value("jobmanagers", "1") +
         ", resource: {cpu: 1, memory: 2048m}}\n" +
         (asked.value("mode") == "native" ? "  taskManager: {"
          : asked.value("replicas") == "derived"
              ? "  taskManager: {"
              : "  taskManager: {replicas: " + asked.value("replicas", "1") + ", ") +
         "resource: {cpu: 1, memory: 2048m}}\n" +
         (asked.with.contains("parallelism") ? job_block(asked) : std::string());
}

std::string job_yaml(const command& asked) {
  const auto keys = flink_keys(asked);
  return R"(apiVersion: flink.apache.org/v1beta1
kind: FlinkSessionJob
metadata: {name: )" +
         asked.value("name") +
         ", namespace: flink}\nspec:\n  deploymentName: " + asked.value("cluster", "session") +
         "\n" + (keys.empty() ? keys : "  flinkConfiguration:\n" + keys) + job_block(asked);
}

/// `job=N`, and `kind=checkpoint` where it is to be no savepoint.
std::string snapshot_yaml(const command& asked) {
  const bool of_application = asked.with.contains("application");
  return R"(apiVersion: flink.apache.org/v1beta1
kind: FlinkStateSnapshot
metadata: {name: )" +
         asked.value("name") + R"(, namespace: flink}
spec:
  jobReference: {kind: )" +
         (of_application ? "FlinkDeployment, name: " + asked.value("application")
                         : "FlinkSessionJob, name: " + asked.value("job")) +
         "}\n  " + asked.value("kind", "savepoint") + ": {}\n";
}

}  // namespace drey::stories
