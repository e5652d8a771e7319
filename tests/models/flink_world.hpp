/// A session cluster of the models, for tests: Kubernetes with nodes, Flink in its pods, a store.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/flink/flink.hpp"
#include "tests/models/kube_world.hpp"

namespace drey {
inline std::ostream& operator<<(std::ostream& out, const job_id& x) { return out << x.hex; }
}  // namespace drey

namespace drey::sim {
inline std::ostream& operator<<(std::ostream& out, execution_end x) { return out << name_of(x); }
}  // namespace drey::sim

namespace drey::sim::testing {

inline const configuration ha_on{{"high-availability.type", "kubernetes"},
                                 {"high-availability.storageDir", "file:///ha"},
                                 {"kubernetes.cluster-id", "c"}};
inline const configuration checkpoints_on{
    {"execution.checkpointing.interval", "10 s"},
    {"execution.checkpointing.dir", "file:///data/checkpoints"},
    {"execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION"}};

inline configuration joined(configuration a, const configuration& b) {
  a.insert(b.begin(), b.end());
  return a;
}

/// As a Flink before 1.15 is told them.
inline const configuration old_settings{
    {"high-availability",
     "org.apache.flink.kubernetes.highavailability.KubernetesHaServicesFactory"},
    {"high-availability.storageDir", "file:///ha"},
    {"kubernetes.cluster-id", "c"},
    {"execution.checkpointing.interval", "10 s"},
    {"state.checkpoints.dir", "file:///data/checkpoints"}};

struct flink_world : kube_world {
  /// Two TaskManagers of two slots on three nodes, HA and checkpoints on; not yet started.
  explicit flink_world(std::uint64_t seed = 1, fault_profile profile = {},
                       configuration config = joined(ha_on, checkpoints_on))
      : kube_world(seed),
        faults(std::move(profile)),
        files(time, chance, faults),
        f(time, chance, faults, k, files, [this](happening x) { told.push_back(std::move(x)); }) {
    for (const char* node : {"n1", "n2", "n3"}) k.add_node(node);
    config.insert({"taskmanager.numberOfTaskSlots", "2"});
    std::string text = "# made by a test\n";
    for (const auto& [key, value] : config) text += key + ": '" + value + "'\n";
    create(a_config_map("c-config", {{"config.yaml", text}}));
    service rest;
    rest.metadata.ns = "prod";
    rest.metadata.name = "c-rest";
    rest.selector = {{"app", "c"}, {"component", "jobmanager"}};
    rest.ports = {{"rest", 8081}};
    BOOST_REQUIRE(is_accepted(create(rest)));
  }

  void start(std::int32_t task_managers = 2, std::int32_t job_managers = 1) {
    auto leaders = a_deployment("c", job_managers);
    leaders.selector = leaders.pods.labels;
    leaders.pods.annotations = {{"drey.io/config-map", "c-config"}};
    leaders.pods.spec.replace(leaders.pods.spec.find("flink:1.20"), 10, image);
    create(leaders);
    auto workers = a_stateful_set("c-tm", task_managers);
    workers.pods.labels["app"] = "c";
    workers.selector = workers.pods.labels;
    workers.pods.annotations = leaders.pods.annotations;
    create(workers);
    pass(seconds{40});
  }

  flink_answer call(const flink_body& body) { return f.call({"c-rest.prod", 8081}, body); }
  /// The answer, which must be of this kind.
  template <class T>
  T ask(const flink_body& body) {
    auto answer = call(body);
    const auto* why = std::get_if<refusal>(&answer.result);
    BOOST_REQUIRE_MESSAGE(why == nullptr, (why ? why->message : ""));
    return std::get<T>(std::move(answer.result));
  }
  bool is_refused_for(const flink_body& body, refusal_reason reason) {
    const auto answer = call(body);
    const auto* why = std::get_if<refusal>(&answer.result);
    return why != nullptr && why->reason == reason;
  }

  std::string upload(const std::string& uri = "https://jars/counter.jar") {
    const auto fetched = files.call({fetch_artifact{uri}});
    return ask<jar_uploaded>(upload_jar{std::get<artifact_fetched>(fetched.result).artifact}).jar;
  }
  run_jar submission(std::string name, std::int32_t parallelism = 2, std::uint64_t attempt = 1) {
    run_jar x;
    x.jar = upload();
    x.job = submission_id(name, attempt);
    x.parallelism = parallelism;
    x.flink_configuration = {{"pipeline.name", "prod/" + name + "@u-" + name}};
    return x;
  }
  job_id submit(std::string name, std::int32_t parallelism = 2, std::string from = {}) {
    auto x = submission(std::move(name), parallelism);
    x.savepoint_path = std::move(from);
    return ask<job_accepted>(x).job;
  }
  /// A running job with all its tasks.
  job_id running(std::string name, std::int32_t parallelism = 2) {
    const auto job = submit(std::move(name), parallelism);
    pass(seconds{5});
    BOOST_REQUIRE_EQUAL(state(job), "RUNNING");
    BOOST_REQUIRE_EQUAL(seen(job).tasks_running, parallelism * 2);
    return job;
  }

  /// All fields empty: not listed.
  job_overview seen(const job_id& job) {
    for (auto& one : ask<jobs_overview>(get_jobs_overview{}).jobs)
      if (one.id == job) return one;
    return {};
  }
  std::string state(const job_id& job) { return seen(job).state; }
  checkpoints checkpoints_of(const job_id& job) { return ask<checkpoints>(get_checkpoints{job}); }
  std::vector<stored_snapshot> listed(const std::string& directory) {
    return std::get<snapshots_listed>(files.call({list_snapshots{directory}}).result).all;
  }

  object_name job_manager_pod() const {
    for (const auto& [name, x] : k.all(object_kind::pod))
      if (name.name.rfind("c-tm", 0) != 0) return name;
    return {};
  }
  std::string node_of(const object_name& name) const { return k.get<pod>(name)->node_name; }
  void cut(const std::string& node) {
    k.cut_node(node);
    f.network_changed();
  }
  void heal(const std::string& node) {
    k.heal_node(node);
    f.network_changed();
  }
  /// How long until `holds` is true, looked at every 100 ms; `limit` if it never is.
  template <class Holds>
  milliseconds until(milliseconds limit, Holds holds) {
    const auto begin = time.now();
    while (time.now() - begin < limit && !holds()) pass(milliseconds{100});
    return time.now() - begin;
  }
  /// Until REST answers again after its JobManager was lost.
  milliseconds until_rest(milliseconds limit = seconds{120}) {
    return until(limit, [this] {
      return !is_refused_for(get_cluster_overview{}, refusal_reason::unavailable);
    });
  }

  std::string image = "flink:1.20";
  fault_profile faults;
  storage files;
  flink f;
};

}  // namespace drey::sim::testing
