#include "tests/stories/story_looks.hpp"

#include "protocol/flink_leader.hpp"

namespace drey::stories {

namespace {

void look_at_leader(story_world& world) {
  const auto* map = world.kube.get<config_map>({"flink", "session-cluster-config-map"});
  const auto host = map == nullptr ? std::string{} : leader_host_in(*map);
  for (const auto& [name, live] : world.kube.all(object_kind::pod))
    if (!host.empty() && std::get<pod>(*live).pod_ip == host)
      world.tell("pod " + name.name + " leads");
}

std::string last_part(const std::string& path) { return path.substr(path.rfind('/') + 1); }

/// What really ran, by the models' own ledger.
void look_at_job(story_world& world, const std::string& name) {
  for (const auto& one : world.jobs.executions()) {
    if (!one.lineage.starts_with("flink/" + name + "@")) continue;
    world.tell(
        "Flink ran it as " + one.job.hex.substr(0, 8) +
        (one.restored.empty() ? std::string(" from nothing") : " from " + last_part(one.restored)) +
        (one.live() ? ", and still does" : ""));
  }
}

/// What the last start of a job went on from, as its status says.
void look_at_restored(story_world& world, const std::string& name) {
  const auto& lineage = world.kube.get<flink_session_job>({"flink", name})->status.lineage;
  if (!lineage || !lineage->restored) return world.tell("nothing is said");
  const auto& told = *lineage->restored;
  world.tell((told.path.empty() ? std::string("nothing") : last_part(told.path)) + ": " + told.why +
             (told.passed_over.empty() ? "" : ", instead of " + last_part(told.passed_over)));
}

/// What its status says, and whether there is anything.
void look_at_snapshot(story_world& world, const std::string& name) {
  const auto& status = world.kube.get<flink_state_snapshot>({"flink", name})->status;
  world.tell(status.state + (status.error.empty() ? "" : ": " + status.error));
  if (!status.path.empty())
    world.tell(last_part(status.path) +
               (world.files.find(status.path) != nullptr ? " is there" : " is not there"));
  for (const auto& one : status.conditions)
    world.tell(one.type + "=" + one.status + " " + one.reason + ": " + one.message);
}

void look_at_snapshots(story_world& world) {
  for (const auto& [name, live] : world.kube.all(object_kind::flink_state_snapshot))
    world.tell(name.name + " is " + std::get<flink_state_snapshot>(*live).status.state);
}

void look_at_pods(story_world& world) {
  for (const auto& [name, live] : world.kube.all(object_kind::pod)) {
    const auto& one = std::get<pod>(*live);
    world.tell("pod " + name.name + " on " + one.node_name +
               (metadata_of(*live).deletion_timestamp ? ", terminating"
                : one.ready                           ? ", ready"
                                                      : ", not ready"));
  }
}

void look_at_info(story_world& world, const std::string& name) {
  const auto* cluster = world.kube.get<flink_deployment>({"flink", name});
  for (const auto& [what, value] : cluster->status.cluster_info) world.tell(what + ": " + value);
}

void look_at_conditions(story_world& world, const std::string& name) {
  const auto* cluster = world.kube.get<flink_deployment>({"flink", name});
  const auto& all = cluster != nullptr
                        ? cluster->status.conditions
                        : world.kube.get<flink_session_job>({"flink", name})->status.conditions;
  for (const auto& one : all)
    world.tell(one.type + "=" + one.status + " " + one.reason + ": " + one.message);
}

/// Of a cluster or a job.
void look_at_restarts(story_world& world, const std::string& name) {
  const auto* cluster = world.kube.get<flink_deployment>({"flink", name});
  const auto& all = cluster != nullptr
                        ? cluster->status.restarts
                        : world.kube.get<flink_session_job>({"flink", name})->status.restarts;
  for (const auto& one : all)
    world.tell(one.what + ": " + one.why +
               (one.from.empty() ? "" : ", from " + last_part(one.from)) +
               (one.down_ms ? ", " + std::to_string(*one.down_ms) + " ms" : ", and still"));
}

void look_at_ingresses(story_world& world) {
  for (const auto& [name, live] : world.kube.all(object_kind::ingress))
    world.tell("Ingress " + name.name + " " + std::get<ingress>(*live).spec);
}

}  // namespace

void look(story_world& world, const command& asked) {
  if (asked.with.contains("conditions"))
    return look_at_conditions(world, asked.value("conditions"));
  if (asked.with.contains("restarts")) return look_at_restarts(world, asked.value("restarts"));
  if (asked.with.contains("info")) return look_at_info(world, asked.value("info"));
  if (asked.with.contains("restored")) return look_at_restored(world, asked.value("restored"));
  if (asked.what == "leader") return look_at_leader(world);
  if (asked.what == "snapshots") return look_at_snapshots(world);
  if (asked.what == "ingresses") return look_at_ingresses(world);
  if (asked.with.contains("snapshot")) return look_at_snapshot(world, asked.value("snapshot"));
  if (asked.with.contains("job")) return look_at_job(world, asked.value("job"));
  look_at_pods(world);
}

}  // namespace drey::stories
