/// Rule 7: destroy last, in order.
#include <algorithm>
#include <set>

#include "actors/children.hpp"
#include "actors/spec_problem.hpp"
#include "sim/checkers/checkers.hpp"

namespace drey::sim {

void checkers::check_order(const kube_body& body) {
  if (const auto* gone = std::get_if<kube_delete>(&body);
      gone != nullptr && gone->kind == object_kind::stateful_set) {
    const auto* set = kube_.get<stateful_set>(gone->name);
    if (set == nullptr) return;
    const auto& app = set->metadata.labels.at("app");
    if (kube_.get<deployment>({gone->name.ns, app}) != nullptr)
      fail(7, "the TaskManagers of cluster " + app + " were deleted before its JobManager");
  }
  const auto* finalizers = std::get_if<kube_write_finalizers>(&body);
  if (finalizers == nullptr) return;
  const auto& left = finalizers->finalizers;
  if (finalizers->kind == object_kind::flink_session_job) {
    if (std::ranges::find(left, session_job_finalizer) != left.end()) return;
    const auto lineage = text_of_name(finalizers->name) + "@" + finalizers->uid;
    if (flink_.working_executions(lineage) > 0)
      fail(7, "the finalizer of job " + text_of_name(finalizers->name) +
                  " was removed while it was running");
    return;
  }
  if (finalizers->kind != object_kind::flink_deployment) return;
  const auto* cluster = kube_.get<flink_deployment>(finalizers->name);
  // Refused: two actors of an application write to one resource, or somebody took it away.
  if (cluster == nullptr || cluster->metadata.uid != finalizers->uid ||
      cluster->metadata.resource_version != finalizers->resource_version)
    return;
  // What an application's job leaves on its TaskManagers ends with them: before its last finalizer.
  const auto lineage = text_of_name(finalizers->name) + "@" + finalizers->uid;
  const bool last = std::ranges::find(left, deployment_finalizer) == left.end();
  if (has_finalizer(cluster->metadata, session_job_finalizer) &&
      std::ranges::find(left, session_job_finalizer) == left.end() &&
      flink_.led_executions(lineage) > 0)
    fail(7, "the finalizer of the job of " + text_of_name(finalizers->name) +
                " was removed while it was running");
  if (!last) return;
  if (flink_.working_executions(lineage) > 0)
    fail(7, "the finalizer of application " + text_of_name(finalizers->name) +
                " was removed while its job was running");
  for (const auto kind : {object_kind::deployment, object_kind::batch_job,
                          object_kind::stateful_set, object_kind::pod})
    for (const auto& [name, live] : kube_.all(kind)) {
      const auto& labels = metadata_of(*live).labels;
      const auto owner = labels.find(std::string(owner_uid_key));
      if (owner != labels.end() && owner->second == finalizers->uid)
        return fail(7, "the finalizer of cluster " + text_of_name(finalizers->name) +
                           " was removed while " + std::string(name_of(kind)) + " " + name.name +
                           " was there");
    }
}

/// What carries the UID of a FlinkDeployment that is no more, and will stay for ever.
void checkers::check_left_behind() {
  std::set<std::string> owners;
  for (const auto& [name, live] : kube_.all(object_kind::flink_deployment))
    owners.insert(metadata_of(*live).uid);
  for (const auto kind :
       {object_kind::deployment, object_kind::batch_job, object_kind::stateful_set,
        object_kind::service, object_kind::config_map, object_kind::ingress, object_kind::pod})
    for (const auto& [name, live] : kube_.all(kind)) {
      const auto& labels = metadata_of(*live).labels;
      const auto owner = labels.find(std::string(owner_uid_key));
      if (owner != labels.end() && !owners.contains(owner->second))
        fail(7, std::string(name_of(kind)) + " " + text_of_name(name) +
                    " was left behind by a cluster that is gone");
    }
}

}  // namespace drey::sim
