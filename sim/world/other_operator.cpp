/// Another operator: it reconciles what it watches, and says so in every status.
#include "sim/world/other_operator.hpp"

#include <vector>

#include <nlohmann/json.hpp>

#include "actors/children.hpp"
#include "sim/world/world.hpp"

namespace drey::sim {

void reconcile_as(std::string_view user, kubernetes& kube, const std::string& ns,
                  milliseconds wall) {
  for (const auto kind : {object_kind::flink_deployment, object_kind::flink_session_job}) {
    std::vector<object_name> names;
    for (const auto& [name, live] : kube.all(kind))
      if (name.ns == ns) names.push_back(name);
    for (const auto& name : names)
      kube.edit(kind, name, user, [&](object& live) {
        std::visit(
            [&]<class T>(T& one) {
              if constexpr (requires { one.status.reconciliation; })
                one.status.reconciliation.reconciliation_timestamp = wall.count();
            },
            live);
      });
  }
}

namespace {

using json = nlohmann::json;

void forget_drey(string_map& all) {
  std::erase_if(all, [](const auto& one) {
    return one.first.starts_with("drey.io/") || one.first == managed_by_key;
  });
}

/// The template from which Flink makes TaskManagers.
std::string without_drey(const std::string& file) {
  auto pod = json::parse(file, nullptr, false);
  if (!pod.is_object() || !pod.contains("metadata")) return file;
  for (const char* part : {"labels", "annotations"}) {
    auto all = pod["metadata"].value(part, string_map{});
    forget_drey(all);
    pod["metadata"][part] = all;
  }
  return pod.dump();
}

/// Its ConfigMaps have names of its own, but for the one whose name Flink chooses.
std::string apaches_name(const config_map& map) {
  return map.immutable ? "apache-" + map.metadata.name : map.metadata.name;
}

/// With the names of `maps` in place of drey's.
json_text with_names(json_text spec, const std::vector<object_ptr>& maps) {
  for (const auto& one : maps) {
    const auto& map = std::get<config_map>(*one);
    const auto old = '"' + map.metadata.name + '"';
    for (auto at = spec.find(old); at != json_text::npos; at = spec.find(old, at + old.size()))
      spec.replace(at, old.size(), '"' + apaches_name(map) + '"');
  }
  return spec;
}

object stripped(object x, const object_meta& cluster, const std::vector<object_ptr>& maps) {
  auto& meta = metadata_of(x);
  forget_drey(meta.labels);
  forget_drey(meta.annotations);
  meta.owners = {{std::string(api_version), "FlinkDeployment", cluster.name, cluster.uid}};
  if (auto* one = std::get_if<deployment>(&x)) {
    meta.labels["component"] = one->selector.at("component");
    forget_drey(one->pods.labels);
    forget_drey(one->pods.annotations);
    one->pods.spec = with_names(std::move(one->pods.spec), maps);
    one->strategy = "RollingUpdate";
  }
  if (auto* map = std::get_if<config_map>(&x)) {
    for (auto& [file, text] : map->data) text = with_names(without_drey(text), maps);
    map->metadata.name = apaches_name(*map);
  }
  return x;
}

/// TaskManagers of standalone mode are a Deployment's there.
object deployment_of(const stateful_set& set) {
  deployment one;
  one.metadata.ns = set.metadata.ns;
  one.metadata.name = set.metadata.name;
  one.metadata.labels = set.metadata.labels;
  one.replicas = set.replicas;
  one.selector = set.selector;
  one.pods = set.pods;
  return one;
}

/// In place of what has the name: nothing that is immutable hinders it.
void replace(kubernetes& kube, const object_ptr& live, object with) {
  const object_name name{metadata_of(*live).ns, metadata_of(*live).name};
  kube.call(kube_delete{kind_of(*live), name, metadata_of(*live).uid, "Background"},
            other_operator);
  auto& meta = metadata_of(with);
  meta.uid.clear();
  meta.resource_version.clear();
  meta.finalizers.clear();
  kube.call(kube_create{std::make_shared<object>(std::move(with))}, other_operator);
}

std::vector<object_ptr> objects_of(const kubernetes& kube, object_kind kind,
                                   const object_meta& cluster) {
  std::vector<object_ptr> all;
  for (const auto& [name, live] : kube.all(kind)) {
    const auto owner = metadata_of(*live).labels.find(std::string(owner_uid_key));
    if (owner != metadata_of(*live).labels.end() && owner->second == cluster.uid)
      all.push_back(live);
  }
  return all;
}

void make_objects_apaches(kubernetes& kube, const object_meta& cluster) {
  const auto maps = objects_of(kube, object_kind::config_map, cluster);
  for (const auto kind : {object_kind::config_map, object_kind::service, object_kind::deployment,
                          object_kind::stateful_set})
    for (const auto& live : objects_of(kube, kind, cluster)) {
      const auto* set = std::get_if<stateful_set>(live.get());
      replace(kube, live, stripped(set != nullptr ? deployment_of(*set) : *live, cluster, maps));
    }
}

/// What the statuses of both kinds have in common with Apache's.
template <class Status>
Status common_words(const Status& status) {
  Status kept;
  kept.job = status.job;
  kept.error = status.error;
  kept.observed_generation = status.observed_generation;
  kept.lifecycle_state = status.lifecycle_state;
  kept.reconciliation = status.reconciliation;
  return kept;
}

void forget_drey(flink_session_job_status& status) {
  status = common_words(status);
  status.job.upgrade_savepoint_path.clear();
}

void forget_drey(flink_deployment_status& status) {
  auto kept = common_words(status);
  kept.cluster_info = status.cluster_info;
  kept.job_manager_deployment_status = status.job_manager_deployment_status;
  kept.task_manager_label_selector = status.task_manager_label_selector;
  kept.task_manager_replicas = status.task_manager_replicas;
  status = kept;
}

}  // namespace

void make_apaches(kubernetes& kube, const object_name& cluster) {
  const auto live = kube.find(object_kind::flink_deployment, cluster);
  if (!live) return;
  const auto meta = metadata_of(*live);
  make_objects_apaches(kube, meta);
  std::vector<object_name> pods;
  for (const auto& [name, one] : kube.all(object_kind::pod)) {
    const auto& labels = metadata_of(*one).labels;
    const auto app = labels.find("app");
    if (name.ns == cluster.ns && app != labels.end() && app->second == cluster.name)
      pods.push_back(name);
  }
  for (const auto& name : pods) kube.delete_pod(name, pod_deletion::graceful, other_operator);
  kube.edit(object_kind::flink_deployment, cluster, other_operator,
            [](object& x) { forget_drey(std::get<flink_deployment>(x).status); });
  std::vector<object_name> jobs;
  for (const auto& [name, one] : kube.all(object_kind::flink_session_job)) {
    const auto& spec = std::get<flink_session_job>(*one).spec;
    if (name.ns == cluster.ns && spec && spec->deployment_name == cluster.name)
      jobs.push_back(name);
  }
  for (const auto& name : jobs)
    kube.edit(object_kind::flink_session_job, name, other_operator,
              [](object& x) { forget_drey(std::get<flink_session_job>(x).status); });
}

void world::look_as_other_operator(const run_other_operator& what, milliseconds end) {
  if (time.now() >= end) return;
  reconcile_as(other_operator, kube, what.ns, time.wall());
  time.after(what.every, [this, what, end] { look_as_other_operator(what, end); });
}

}  // namespace drey::sim
