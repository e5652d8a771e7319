/// Rule 1 for a cluster whose changed spec is undone: only where that was asked for, told as what
/// it is, and what runs is the last stable spec, with as many TaskManagers as the newest one asks
/// for.
#include <algorithm>

#include "actors/children.hpp"
#include "protocol/configuration.hpp"
#include "protocol/reconciled_spec.hpp"
#include "protocol/validate.hpp"
#include "sim/checkers/checkers.hpp"

namespace drey::sim {

namespace {

bool asks(const std::optional<flink_deployment_spec>& spec) {
  constexpr auto key = "kubernetes.operator.deployment.rollback.enabled";
  return spec && value_of(spec->flink_configuration, key) == "true";
}

bool says_so(const flink_deployment& cluster) {
  const auto& all = cluster.status.conditions;
  const auto told = std::ranges::find(all, "Stalled", &condition::type);
  return told != all.end() && told->status == "True" && told->reason == "RolledBack" &&
         cluster.status.lifecycle_state == rolled_back;
}

}  // namespace

void checkers::check_cluster_rollback(const object_name& name, const flink_deployment& cluster) {
  if (!cluster.status.rollback) return;
  const auto whose = "the changed spec of cluster " + text_of_name(name);
  const auto& specs = cluster.status.reconciliation;
  const auto failed = cluster_spec_in(specs.last_reconciled_spec);
  auto stable = cluster_spec_in(specs.last_stable_spec);
  if (!asks(failed) && !asks(stable)) fail(1, whose + " was undone, though nobody asked for that");
  if (!stable || !failed) return fail(1, whose + " was undone, and status does not say to what");
  if (specs.state != rolled_back || !says_so(cluster))
    fail(1, whose + " is still being undone, long after the last fault");
  auto counts = cluster;
  stable->task_manager.replicas = cluster.spec->task_manager.replicas;
  counts.spec = std::make_shared<const flink_deployment_spec>(std::move(*stable));
  const auto made = children_of(counts);
  const auto* wanted = std::get_if<cluster_children>(&made);
  if (wanted == nullptr) return fail(1, whose + " was undone to one that is wrong");
  auto all = wanted->job_manager_side;
  if (wanted->task_manager_set) all.push_back(wanted->task_manager_set);
  for (const auto& one : all) {
    if (kind_of(*one) != object_kind::deployment && kind_of(*one) != object_kind::stateful_set)
      continue;
    const auto live = kube_.find(kind_of(*one), name_of(*one));
    if (!live || !is_current(*live, *one))
      fail(1, whose + " was undone, and its " + std::string(drey::name_of(kind_of(*one))) +
                  " is not of the last stable spec");
  }
}

}  // namespace drey::sim
