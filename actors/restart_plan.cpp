#include "actors/restart_plan.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "actors/application.hpp"
#include "actors/job_course.hpp"
#include "actors/job_need.hpp"
#include "actors/job_rescaling.hpp"
#include "protocol/enum_names.hpp"
#include "protocol/flink_versions.hpp"
#include "protocol/redaction.hpp"
#include "protocol/spec_fields.hpp"

namespace drey {

namespace {

using clusters_by_name = std::map<object_name, const flink_deployment*>;

object_name full_name(const object_meta& metadata, const std::string& name) {
  return {metadata.ns.empty() ? "default" : metadata.ns, name};
}

clusters_by_name clusters_of(const resource_set& all) {
  clusters_by_name found;
  for (const auto& one : all.clusters)
    if (one.spec) found[full_name(one.metadata, one.metadata.name)] = &one;
  return found;
}

template <class Map>
auto find_or_null(const Map& all, const object_name& name) -> typename Map::mapped_type {
  const auto found = all.find(name);
  return found == all.end() ? nullptr : found->second;
}

template <class T>
comparison comparison_of(const T* before, const T* after) {
  if (before == nullptr) return after == nullptr ? comparison::not_given : comparison::added;
  return after == nullptr ? comparison::removed : comparison::unchanged;
}

// ── cautions ────────────────────────────────────────────────────────────────────────────────────

void warn_of_version(const flink_deployment_spec& before, const flink_deployment_spec& after,
                     std::vector<std::string>& out) {
  if (!before.flink_version || !after.flink_version) return;
  const auto was = *before.flink_version;
  const auto is = *after.flink_version;
  if (was == is) return;
  const auto way = " goes from " + std::string(capabilities_of(was).number) + " to " +
                   std::string(capabilities_of(is).number);
  if (is < was)
    out.push_back("Flink" + way + ", back: an older version may not read state of a newer one");
  if ((was < flink_version::v2_0) != (is < flink_version::v2_0))
    out.push_back(
        "Flink" + way +
        ", another major version: jobs must be built for it, and not all state goes over");
  if (before.image == after.image)
    out.push_back("spec.image stays as it is: does it hold Flink " +
                  std::string(capabilities_of(is).number) + "?");
}

void warn_of_fewer(const flink_deployment_spec& before, const flink_deployment_spec& after,
                   deployment_mode mode, std::vector<std::string>& out) {
  if (after.job_manager.replicas.value_or(1) < before.job_manager.replicas.value_or(1))
    out.emplace_back(
        "fewer JobManagers: Kubernetes chooses which goes, and jobs restart if it is the leader");
  const bool counted = mode == deployment_mode::standalone &&
                       after.task_manager.scale_down != scale_down::disruptive;
  if (counted && after.task_manager.replicas.value_or(1) < before.task_manager.replicas.value_or(1))
    out.emplace_back("fewer TaskManagers: those with tasks stay until they have none");
}

std::vector<std::string> cautions_of(const flink_deployment_spec& before,
                                     const flink_deployment_spec& after, deployment_mode mode) {
  std::vector<std::string> all;
  warn_of_version(before, after, all);
  warn_of_fewer(before, after, mode, all);
  return all;
}

// ── one cluster ─────────────────────────────────────────────────────────────────────────────────

void count_pods(cluster_plan& plan, const flink_deployment_spec& before,
                const flink_deployment_spec& after) {
  const auto action = plan.action;
  const bool both = action == restart_action::restart_both;
  if (both || action == restart_action::fail_over_job_manager)
    plan.job_managers = before.job_manager.replicas.value_or(1);
  plan.task_managers = 0;
  if (action == restart_action::remove_task_managers)
    plan.task_managers =
        before.task_manager.replicas.value_or(1) - after.task_manager.replicas.value_or(1);
  if (!both && action != restart_action::replace_task_managers) return;
  if (plan.mode == deployment_mode::native)
    plan.task_managers.reset();
  else
    plan.task_managers = before.task_manager.replicas.value_or(1);
}

cluster_plan plan_of_cluster(const object_name& name, const flink_deployment* before,
                             const flink_deployment* after,
                             const std::set<object_name>& without_ordinals) {
  cluster_plan plan;
  plan.name = name;
  plan.is = comparison_of(before, after);
  plan.task_managers = 0;
  if (plan.is == comparison::not_given) return plan;
  plan.mode = mode_of(before != nullptr ? *before : *after);
  if (before == nullptr || after == nullptr) return plan;
  std::vector<spec_change> changes;
  for (auto& one : valued_changes_between(*before->spec, *after->spec, plan.mode)) {
    changes.push_back(one.change);
    const auto& path = one.change.path;
    plan.changes.push_back(
        {one.change, shown_value(path, one.before), shown_value(path, one.after)});
  }
  plan.action = action_of(changes);
  if (!changes.empty()) plan.is = comparison::changed;
  plan.ordinals = plan.mode == deployment_mode::native || !without_ordinals.contains(name);
  plan.cautions = cautions_of(*before->spec, *after->spec, plan.mode);
  count_pods(plan, *before->spec, *after->spec);
  return plan;
}

// ── jobs ────────────────────────────────────────────────────────────────────────────────────────

struct job_pair {
  const flink_session_job* before = nullptr;
  const flink_session_job* after = nullptr;

  const flink_session_job& either() const { return before != nullptr ? *before : *after; }
  object_name cluster() const {
    return full_name(either().metadata, either().spec->deployment_name);
  }
};

std::map<object_name, job_pair> jobs_of(const resource_set& before, const resource_set& after) {
  std::map<object_name, job_pair> all;
  for (const auto& one : before.jobs)
    if (one.spec) all[full_name(one.metadata, one.metadata.name)].before = &one;
  for (const auto& one : after.jobs)
    if (one.spec) all[full_name(one.metadata, one.metadata.name)].after = &one;
  return all;
}

const flink_deployment_spec* spec_of(const flink_deployment* cluster) {
  return cluster == nullptr ? nullptr : cluster->spec.get();
}

job_action heaviest_of(const std::vector<job_change>& all) {
  auto heaviest = job_action::nothing;
  for (const auto& one : all) heaviest = std::max(heaviest, one.action);
  return heaviest;
}

/// As the operator decides it, of what can be told from the specs.
std::string rescaling_refused(const job_plan& plan, const course_specs& specs) {
  if (plan.course == job_course::starts_over || plan.course == job_course::is_resubmitted)
    return "it is stopped for its cluster";
  if (specs.cluster_then == nullptr) return "its cluster is not given";
  return change_not_in_place_because(
      specs.cluster_then->flink_version.value_or(flink_version::v1_20),
      specs.cluster_then->flink_configuration, specs.job_then);
}

void decide_rescaling(job_plan& plan, const course_specs& specs) {
  if (need_between(&specs.job_now, specs.job_then) != job_need::rescale) return;
  plan.not_in_place = rescaling_refused(plan, specs);
  if (!plan.not_in_place.empty()) return;
  for (auto& one : plan.own_changes)
    if (one.action == job_action::restart) one.action = job_action::rescale;
  plan.own_action = heaviest_of(plan.own_changes);
}

job_plan plan_of_job(const object_name& name, const job_pair& job, const cluster_plan& cluster,
                     const flink_deployment* runs_on, const flink_deployment* shall_run_on) {
  job_plan plan;
  plan.name = name;
  plan.is = comparison_of(job.before, job.after);
  if (job.before != nullptr && job.after != nullptr)
    plan.own_changes = job_changes_between(*job.before->spec, *job.after->spec);
  if (!plan.own_changes.empty()) plan.is = comparison::changed;
  plan.own_action = heaviest_of(plan.own_changes);
  const auto& then = job.after != nullptr ? *job.after : *job.before;
  const course_specs specs{*job.either().spec, *then.spec, spec_of(runs_on), spec_of(shall_run_on)};
  decide_course(plan, specs, cluster);
  if (plan.is == comparison::changed && plan.course != job_course::ends)
    decide_rescaling(plan, specs);
  return plan;
}

}  // namespace

std::string_view name_of(comparison x) {
  return declared_names<comparison>.at(static_cast<std::size_t>(x));
}
std::string_view name_of(job_course x) {
  return declared_names<job_course>.at(static_cast<std::size_t>(x));
}

namespace {

/// With the jobs that application clusters have of their own. Whether a cluster is one cannot be
/// changed: it stays what it was `before`.
resource_set with_own_jobs(resource_set all, const resource_set& before) {
  for (const auto& one : all.clusters) {
    const auto earlier = std::ranges::find_if(before.clusters, [&](const flink_deployment& x) {
      return x.metadata.ns == one.metadata.ns && x.metadata.name == one.metadata.name;
    });
    const bool changes =
        earlier != before.clusters.end() && is_application(*earlier) != is_application(one);
    const auto& counts = changes ? *earlier : one;
    if (is_application(counts)) all.jobs.push_back(session_job_of(counts));
  }
  return all;
}

/// An application's JobManager is made for one launch of its job, and so are the TaskManagers that
/// it makes itself in native mode.
void count_launch(cluster_plan& cluster, const flink_deployment* now) {
  if (now == nullptr || !is_application(*now)) return;
  for (const auto& job : cluster.jobs)
    if (job.name == cluster.name && job.own_action == job_action::restart)
      cluster.job_managers = std::max(cluster.job_managers, 1);
  const bool taken_over = cluster.action == restart_action::fail_over_job_manager &&
                          is_highly_available(now->spec->flink_configuration);
  const bool launched = cluster.job_managers > 0 && !taken_over;
  if (cluster.mode == deployment_mode::native && launched) cluster.task_managers.reset();
}

}  // namespace

object_name name_in_plan(const object_meta& cluster) { return full_name(cluster, cluster.name); }

restart_plan plan_between(const resource_set& given, const resource_set& wanted) {
  const auto before = with_own_jobs(given, given);
  const auto after = with_own_jobs(wanted, given);
  const auto was = clusters_of(before);
  const auto is = clusters_of(after);
  const auto jobs = jobs_of(before, after);
  std::set<object_name> names;
  for (const auto& [name, cluster] : was) names.insert(name);
  for (const auto& [name, cluster] : is) names.insert(name);
  for (const auto& [name, job] : jobs) names.insert(job.cluster());
  restart_plan plan;
  for (const auto& name : names) {
    auto one = plan_of_cluster(name, find_or_null(was, name), find_or_null(is, name),
                               given.without_ordinals);
    for (const auto& [job_name, job] : jobs)
      if (job.cluster() == name)
        one.jobs.push_back(
            plan_of_job(job_name, job, one, find_or_null(was, name), find_or_null(is, name)));
    count_launch(one, find_or_null(was, name));
    plan.clusters.push_back(std::move(one));
  }
  return plan;
}

restart_action action_of(const restart_plan& plan) {
  auto all = restart_action::nothing;
  for (const auto& one : plan.clusters) {
    all = std::max(all, one.action);
    for (const auto& job : one.jobs)
      if (job.own_action == job_action::refuse) all = restart_action::refuse;
  }
  return all;
}

int exit_code_of(restart_action action) {
  switch (action) {
    case restart_action::nothing:
    case restart_action::patch:
    case restart_action::scale:
      return 0;
    case restart_action::remove_task_managers:
    case restart_action::replace_task_managers:
      return 3;
    case restart_action::fail_over_job_manager:
      return 4;
    case restart_action::restart_both:
      return 5;
    case restart_action::refuse:
      return 6;
  }
  return 6;
}

}  // namespace drey
