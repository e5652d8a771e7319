#include "sim/kubernetes/narration.hpp"

#include <utility>

namespace drey::sim {

namespace {

/// Flink's pods carry their part in the label `component`, with the Apache operator and with us.
subject part_of(const object_meta& meta) {
  const auto found = meta.labels.find("component");
  if (found == meta.labels.end()) return subject::kubernetes;
  if (found->second == "jobmanager") return subject::job_manager;
  if (found->second == "taskmanager") return subject::task_manager;
  return subject::kubernetes;
}

/// A TaskManager is told by its pod, a JobManager by its cluster: its pods come and go.
std::string name_in_story(const object_meta& meta) {
  const auto cluster = meta.labels.find("app");
  const bool leads = part_of(meta) == subject::job_manager && cluster != meta.labels.end();
  return meta.ns + "/" + (leads ? cluster->second : meta.name);
}

}  // namespace

narration::narration(timeline& time, recorder record) : time_(time), record_(std::move(record)) {}

void narration::of_pod(const object_meta& meta, sim::tone tone, std::string_view what,
                       std::string_view text) const {
  if (!record_) return;
  record_({time_.now(), part_of(meta), name_in_story(meta), tone, std::string{what},
           "pod " + meta.name + " " + std::string{text}});
}

void narration::of_node(const std::string& name, sim::tone tone, std::string_view what,
                        std::string_view text) const {
  if (!record_) return;
  record_({time_.now(), subject::node, name, tone, std::string{what},
           "node " + name + " " + std::string{text}});
}

void narration::of_kubernetes(sim::tone tone, std::string_view what, std::string_view text) const {
  if (!record_) return;
  record_(
      {time_.now(), subject::kubernetes, "api-server", tone, std::string{what}, std::string{text}});
}

}  // namespace drey::sim
