/// The part of the preflight that is about quotas.
#include <algorithm>

#include "actors/children.hpp"
#include "actors/pod_json.hpp"
#include "actors/preflight.hpp"
#include "actors/spec_problem.hpp"
#include "protocol/json_writer.hpp"

namespace drey {

namespace {

using nlohmann::json;

bool is_of(const object_ptr& live, const std::string& label) {
  const auto& meta = metadata_of(*live);
  const auto found = meta.labels.find("component");
  return found != meta.labels.end() && found->second == label && !meta.deletion_timestamp;
}

/// Pods that are wanted and are not there.
struct need {
  quota_amounts all;
  std::int64_t pods = 0;
  /// Resources that some of them say nothing of.
  std::map<std::string, std::string> silent;  ///< resource → cluster
};

void add_need(need& sum, const cluster_read& found, const std::vector<object_ptr>& pods) {
  const auto& cluster = std::get<flink_deployment>(*found.cluster);
  for (const auto& side : pod_sides_of(cluster)) {
    const auto there =
        std::ranges::count_if(pods, [&](const object_ptr& one) { return is_of(one, side.label); });
    const auto missing = std::max<std::int64_t>(0, side.pods - there);
    if (missing == 0) continue;
    sum.pods += missing;
    const auto each = quota_amounts_of(side.spec);
    for (const auto& [resource, amount] : each) sum.all[resource] += missing * amount;
    for (const char* counted :
         {"cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"})
      if (!each.contains(counted)) sum.silent.emplace(counted, cluster.metadata.name);
  }
}

preflight_check check_quota(const std::string& about, const quota_room& quota, const need& sum) {
  preflight_check one{about, "quota " + quota.name, verdict::well, "", ""};
  for (const auto& [resource, left] : quota.left_milli) {
    const auto silent = sum.silent.find(resource);
    if (silent != sum.silent.end()) {
      one.verdict = verdict::unchecked;
      one.message = "it counts " + resource + ", of which the pods of " + silent->second +
                    " say nothing: without a LimitRange that gives a default they are refused";
      one.remedy = "kubectl get limitrange; or say it in spec.jobManager and spec.taskManager";
      continue;
    }
    const auto wanted = sum.all.find(resource);
    if (wanted == sum.all.end() || wanted->second <= left) continue;
    one.verdict = verdict::wrong;
    one.message = shown_quota_amount(resource, left) + " of " + resource + " are left, and " +
                  std::to_string(sum.pods) + " pods that are not there yet need " +
                  shown_quota_amount(resource, wanted->second);
    one.remedy = "Raise the quota, or lower replicas or resources of the clusters there";
    return one;
  }
  if (one.verdict == verdict::well)
    one.message = sum.pods == 0 ? "all pods are there"
                                : "there is room for the " + std::to_string(sum.pods) +
                                      " pods that are not there yet";
  return one;
}

}  // namespace

std::vector<pod_side> pod_sides_of(const flink_deployment& cluster) {
  if (!cluster.spec || !problem_of(cluster).empty()) return {};
  const auto made = children_of(cluster);
  const auto* all = std::get_if<cluster_children>(&made);
  if (all == nullptr) return {};
  std::vector<pod_side> sides;
  for (const auto& one : all->job_manager_side)
    if (const auto* workload = std::get_if<deployment>(one.get()))
      sides.push_back({std::string(label_of(component::job_manager)), workload->replicas,
                       json_of_text(workload->pods.spec)});
  // How many Flink makes in native mode nobody knows beforehand.
  const auto workers = all->task_manager_set ? wanted_task_managers(*cluster.spec) : 0;
  sides.push_back({std::string(label_of(component::task_manager)), workers,
                   json_of_text(task_manager_pods_of(*all).spec)});
  return sides;
}

preflight_checks check_quotas(const std::string& ns, const std::vector<cluster_read>& clusters,
                              const read_or<std::vector<quota_room>>& quotas) {
  const auto about = "Namespace " + ns;
  if (const auto* no = std::get_if<refusal>(&quotas))
    return {{about, "quota", verdict::unchecked, "quotas cannot be read: " + no->message,
             "kubectl -n " + ns + " describe quota"}};
  need sum;
  for (const auto& one : clusters) {
    if (const auto* no = std::get_if<refusal>(&one.pods))
      return {{about, "quota", verdict::unchecked, "pods cannot be read: " + no->message,
               "kubectl -n " + ns + " describe quota"}};
    add_need(sum, one, std::get<std::vector<object_ptr>>(one.pods));
  }
  preflight_checks all;
  for (const auto& one : std::get<std::vector<quota_room>>(quotas))
    all.push_back(check_quota(about, one, sum));
  if (all.empty()) all.push_back({about, "quota", verdict::well, "there is none", ""});
  return all;
}

}  // namespace drey
