/// What the root tells probes and metrics.
#include "actors/operator_actor.hpp"

namespace drey {

resource_figures_told operator_shell::resources() const {
  resource_figures_told told;
  for (const auto& [uid, one] : children_)
    if (one.kind != object_kind::flink_state_snapshot) told.all.push_back(figures_of(*one.live));
  return told;
}

operator_figures operator_shell::figures() const {
  operator_figures now;
  for (const auto& [uid, one] : children_) {
    if (one.kind == object_kind::flink_deployment) ++now.clusters;
    if (one.kind == object_kind::flink_session_job) ++now.jobs;
    if (one.parked) ++now.quarantined;
  }
  now.brake = brake_.figures();
  now.preflight = failed_checks();
  now.actor_failures = actor_failures_;
  now.leads = leads_;
  now.observes = settings_.conduct == conduct::observes;
  now.world_known = world_known_;
  for (const auto& [what, why] : unseen_)
    now.unseen.push_back(what.name + (what.ns.empty() ? "" : " in " + what.ns) + ": " + why);
  if (settings_.conduct == conduct::observes)
    now.remarks.emplace_back("only observing: nothing is changed, what would be is in the log");
  for (const auto& [ns, one] : yieldings_)
    if (const auto rival = one.rival(); !rival.empty()) {
      now.rivals[ns] = rival;
      now.remarks.push_back("only observing in namespace " + ns + ": " + rival +
                            " writes status there");
    }
  for (const auto& [kind, all] : definitions_)
    for (const auto& one : all)
      now.remarks.push_back(one.about + ": " + one.message + "; to do: " + one.remedy);
  if (snapshots_absent_)
    now.remarks.emplace_back("FlinkStateSnapshot is not installed here: there are none");
  if (nodes_hidden_)
    now.remarks.emplace_back(
        "nodes may not be read: a lost node is noticed when Kubernetes takes its pods away");
  return now;
}

}  // namespace drey
