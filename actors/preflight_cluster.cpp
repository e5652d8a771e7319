/// The part of the preflight that is about clusters: what their pods may do, whether they fit.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <set>

#include "actors/application.hpp"
#include "actors/children.hpp"
#include "actors/pod_json.hpp"
#include "actors/preflight.hpp"
#include "actors/preflight_storage.hpp"
#include "actors/restart_boundary.hpp"
#include "actors/spec_problem.hpp"
#include "protocol/flink_versions.hpp"
#include "protocol/redaction.hpp"

namespace drey {

namespace {

using nlohmann::json;

const flink_deployment& cluster_in(const cluster_read& found) {
  return std::get<flink_deployment>(*found.cluster);
}

std::string subject_of(const flink_deployment& cluster) {
  return "FlinkDeployment " + text_of_name({cluster.metadata.ns, cluster.metadata.name});
}

std::string shown(std::string_view name, const std::string& value) {
  return looks_secret(name, value) ? "(hidden)" : value;
}

std::string why(const refusal& no) { return std::string(name_of(no.reason)) + ": " + no.message; }

bool uses_kubernetes_ha(const configuration& config) {
  return is_highly_available(config) &&
         high_availability_of(config).value_or("").find("ubernetes") != std::string::npos;
}

std::string account_in(const json& pod) {
  const auto name = text_in(pod, "serviceAccountName");
  return name.empty() ? "default" : name;
}

// ── accounts ────────────────────────────────────────────────────────────────────────────────────

/// With what native mode needs in one role.
preflight_check with_native_remedy(preflight_check one, const std::string& account,
                                   const std::map<std::string, std::string>& missing,
                                   const object_name& name) {
  std::string text;
  for (const auto& [resource, verbs] : missing)
    text.append(text.empty() ? "" : ", nor ").append(verbs).append(" ").append(resource);
  one.message = account + " may not " + text + ": in native mode the JobManager makes TaskManagers";
  one.remedy = "kubectl -n " + name.ns +
               " create role flink --resource=pods,configmaps,deployments.apps "
               "--verb=get,list,watch,create,update,patch,delete && kubectl -n " +
               name.ns + " create rolebinding flink --role=flink --serviceaccount=" + name.ns +
               ":" + name.name;
  return one;
}

preflight_check check_account(const flink_deployment& cluster, const account_read& account) {
  const auto& ns = cluster.metadata.ns;
  preflight_check one{subject_of(cluster), "service account", verdict::well, "", ""};
  const auto there = "ServiceAccount " + account.name;
  if (const auto* no = std::get_if<refusal>(&account.there)) {
    one.verdict = verdict::unchecked;
    one.message = there + " cannot be read: " + why(*no);
    one.remedy = "kubectl -n " + ns + " get serviceaccount " + account.name;
    return one;
  }
  if (!std::get<bool>(account.there)) {
    one.verdict = verdict::wrong;
    one.message = there + " is not there: no pod can be made";
    one.remedy = "kubectl -n " + ns + " create serviceaccount " + account.name;
    return one;
  }
  std::map<std::string, std::string> missing;  // verbs by resource
  for (const auto& asked : account.rights) {
    if (const auto* no = std::get_if<refusal>(&asked.told)) {
      one.verdict = verdict::unchecked;
      one.message = "nobody says what " + there + " may do: " + why(*no);
      one.remedy = "kubectl auth can-i --list --as=system:serviceaccount:" + ns + ":" +
                   account.name + " -n " + ns + ", as somebody who may ask";
      return one;
    }
    if (std::get<access_verdict>(asked.told).allowed) continue;
    auto& verbs = missing[asked.right.resource];
    verbs += (verbs.empty() ? "" : ", ") + asked.right.verb;
  }
  const bool native = mode_of(cluster) == deployment_mode::native;
  if (missing.empty()) {
    const std::string what = native ? "native mode" : "high availability";
    one.message =
        there + (account.rights.empty() ? " is there" : " may do what " + what + " needs");
    return one;
  }
  one.verdict = verdict::wrong;
  if (native) return with_native_remedy(std::move(one), there, missing, {ns, account.name});
  one.message = there + " may not " + missing.begin()->second +
                " configmaps, in which high availability keeps its leader";
  one.remedy = "kubectl -n " + ns +
               " create role flink-ha --resource=configmaps "
               "--verb=get,list,watch,create,update,patch,delete && kubectl -n " +
               ns + " create rolebinding flink-ha --role=flink-ha --serviceaccount=" + ns + ":" +
               account.name;
  return one;
}

// ── storage ─────────────────────────────────────────────────────────────────────────────────────

/// Without this a job that lost its JobManager, and no high availability to name its newest state,
/// waits for a person.
preflight_check check_listing(const cluster_read& found) {
  const auto& cluster = cluster_in(found);
  const auto place = checkpoint_dir_of(cluster.spec->flink_configuration).value_or("");
  preflight_check one{subject_of(cluster), "checkpoint listing", verdict::well, "", ""};
  const bool in_s3 = found.store->kind == store_kind::s3;
  if (!found.store->not_asked.empty()) {
    one.verdict = verdict::unchecked;
    one.message = shown("path", place) + " was not listed from here: " + found.store->not_asked;
    one.remedy = in_s3 ? "ask again with the AWS_ variables of the operator, or with --s3-settings"
                       : "ask again with --webhdfs-address as the operator has it";
    return one;
  }
  if (!found.store->refused) {
    one.message = shown("path", place) + " can be listed, if the operator has these " +
                  (in_s3 ? "S3 settings" : "WebHDFS options");
    return one;
  }
  one.verdict = verdict::wrong;
  one.message = why(*found.store->refused);
  one.remedy = in_s3 ? "Correct it here and in the Secret drey-s3 beside the operator"
                     : "Correct it here and in the options of drey-operator";
  return one;
}

// ── slots ───────────────────────────────────────────────────────────────────────────────────────

/// A whole number of Flink's; what is none counts as absent, as validation has told.
std::int64_t number_in(const configuration& config, std::string_view key, std::int64_t otherwise) {
  const auto text = value_of(config, key);
  if (!text) return otherwise;
  std::int64_t number = 0;
  const auto end = text->data() + text->size();
  const auto [at, wrong] = std::from_chars(text->data(), end, number);
  return wrong == std::errc{} && at == end && number > 0 ? number : otherwise;
}

std::int64_t slots_asked_by(const flink_session_job& job, const configuration& cluster) {
  if (!job.spec || !job.spec->job || job.metadata.deletion_timestamp) return 0;
  if (job.spec->job->state == desired_state::suspended) return 0;
  if (job.spec->job->parallelism > 0) return job.spec->job->parallelism;
  return number_in(job.spec->flink_configuration, "parallelism.default",
                   number_in(cluster, "parallelism.default", 1));
}

/// Flink makes TaskManagers as jobs need them, as far as it may.
preflight_check check_native_slots(preflight_check one, const configuration& config,
                                   std::int64_t asked) {
  constexpr std::string_view key = "slotmanager.number-of-slots.max";
  const auto most = number_in(config, key, asked);
  one.message = "Flink makes TaskManagers for the " + std::to_string(asked) +
                " slots that jobs ask for, as they need them";
  if (asked <= most) return one;
  one.verdict = verdict::wrong;
  one.message =
      std::to_string(most) + " slots at most, for " + std::to_string(asked) + " that jobs ask for";
  one.remedy = "Raise " + std::string(key) + " in spec.flinkConfiguration to " +
               std::to_string(asked) + ", or lower the jobs' parallelism";
  return one;
}

preflight_check check_slots(const cluster_read& found) {
  const auto& cluster = cluster_in(found);
  const auto& config = cluster.spec->flink_configuration;
  const auto each = number_in(config, "taskmanager.numberOfTaskSlots", 1);
  const auto count = wanted_task_managers(*cluster.spec);
  std::int64_t asked = 0;
  for (const auto& one : found.jobs)
    asked += slots_asked_by(std::get<flink_session_job>(*one), config);
  preflight_check one{subject_of(cluster), "slots", verdict::well, "", ""};
  if (mode_of(cluster) == deployment_mode::native) return check_native_slots(one, config, asked);
  one.message = std::to_string(count) + " TaskManagers with " + std::to_string(each) +
                " slots each, for " + std::to_string(asked) + " that " +
                std::to_string(found.jobs.size()) +
                (found.jobs.size() == 1 ? " job asks for" : " jobs ask for");
  if (asked <= count * each) return one;
  one.verdict = verdict::wrong;
  one.remedy = "Raise spec.taskManager.replicas to " + std::to_string((asked + each - 1) / each) +
               ", or lower the jobs' parallelism";
  return one;
}

/// That of an application is its own.
cluster_read with_own_job(cluster_read found) {
  const auto& cluster = cluster_in(found);
  if (is_application(cluster))
    found.jobs.push_back(std::make_shared<object>(session_job_of(cluster)));
  return found;
}

}  // namespace

std::vector<std::string> accounts_of(const flink_deployment& cluster) {
  std::set<std::string> names;
  for (const auto& one : pod_sides_of(cluster)) names.insert(account_in(one.spec));
  return {names.begin(), names.end()};
}

std::vector<access_right> account_rights_of(const flink_deployment& cluster,
                                            const std::string& account) {
  std::vector<access_right> all;
  if (!cluster.spec) return all;
  const auto& ns = cluster.metadata.ns;
  if (uses_kubernetes_ha(cluster.spec->flink_configuration))
    for (const char* verb : {"get", "list", "watch", "create", "update", "patch", "delete"})
      all.push_back({"", "configmaps", "", verb, ns, "to keep the leader"});
  if (mode_of(cluster) != deployment_mode::native) return all;
  for (const auto& side : pod_sides_of(cluster)) {
    if (side.label != label_of(component::job_manager) || account_in(side.spec) != account)
      continue;
    for (const char* verb : {"get", "list", "watch", "create", "delete"})
      all.push_back({"", "pods", "", verb, ns, "to make TaskManagers"});
    all.push_back({"apps", "deployments", "", "get", ns, "to own its TaskManagers"});
  }
  return all;
}

preflight_check without_cluster(const flink_session_job& job) {
  const auto& meta = job.metadata;
  const auto about = "FlinkSessionJob " + text_of_name({meta.ns, meta.name});
  if (!job.spec)
    return {about, "spec", verdict::wrong, job.unreadable,
            "kubectl -n " + meta.ns + " edit sessionjob " + meta.name};
  return {about, "cluster", verdict::wrong,
          "FlinkDeployment " + job.spec->deployment_name + " is not there",
          "Create it, or correct spec.deploymentName"};
}

namespace {

/// Nothing is wrong without it; what that costs is told.
preflight_check check_ordinals(const flink_deployment& cluster, const stateful_set& set) {
  preflight_check one{subject_of(cluster), "StatefulSet ordinals", verdict::well, "", ""};
  one.message =
      set.ordinals_start
          ? "kept: a change of TaskManagers costs each job one restart where there is room"
          : "not kept by this Kubernetes (1.27 and newer do): a change of TaskManagers costs each "
            "job two restarts where there is room, and only the last TaskManagers can go";
  return one;
}

}  // namespace

preflight_checks check_cluster(const cluster_read& read) {
  const auto found = with_own_job(read);
  const auto& cluster = cluster_in(found);
  const auto problem = problem_of(cluster);
  if (!problem.empty())
    return {{subject_of(cluster), "spec", verdict::wrong, problem,
             "kubectl -n " + cluster.metadata.ns + " edit flinkdep " + cluster.metadata.name}};
  preflight_checks all;
  for (const auto& one : found.accounts) all.push_back(check_account(cluster, one));
  for (auto& one : check_storage(found)) all.push_back(std::move(one));
  if (found.store) all.push_back(check_listing(found));
  all.push_back(check_slots(found));
  if (const auto* set = std::get_if<stateful_set>(found.task_managers.get()))
    all.push_back(check_ordinals(cluster, *set));
  return all;
}

}  // namespace drey
