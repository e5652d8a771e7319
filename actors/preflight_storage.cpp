#include "actors/preflight_storage.hpp"

#include <algorithm>
#include <array>

#include "actors/job_progress.hpp"
#include "actors/pod_json.hpp"
#include "protocol/flink_versions.hpp"
#include "protocol/redaction.hpp"
#include "protocol/validate.hpp"

namespace drey {

namespace {

constexpr std::string_view ha_key = "high-availability.storageDir";

const flink_deployment& cluster_in(const cluster_read& found) {
  return std::get<flink_deployment>(*found.cluster);
}

std::string subject_of(const flink_deployment& cluster) {
  return "FlinkDeployment " + text_of_name({cluster.metadata.ns, cluster.metadata.name});
}

std::string shown(std::string_view name, const std::string& value) {
  return looks_secret(name, value) ? "(hidden)" : value;
}

std::string try_it(const flink_deployment& cluster) {
  return "drey-operator preflight --try-storage " + cluster.metadata.ns +
         " writes there from pods like Flink's";
}

/// A path of a container's own is lost with it, and no other pod sees it. The side that has no
/// volume there; empty: all have, or it lies in a store.
std::string side_without_volume(const flink_deployment& cluster, const std::string& uri) {
  const auto path = path_in_pod(uri);
  if (path.empty()) return {};
  for (const auto& side : pod_sides_of(cluster)) {
    bool mounted = false;
    for (const auto& container : side.spec.value("containers", nlohmann::json::array())) {
      if (!container.is_object()) continue;
      for (const auto& mount : container.value("volumeMounts", nlohmann::json::array())) {
        auto at = text_in(mount, "mountPath");
        while (at.ends_with('/')) at.pop_back();
        mounted = mounted || path == at || path.starts_with(at + "/");
      }
    }
    if (!mounted) return side.label;
  }
  return {};
}

preflight_check without_volume(preflight_check one, const std::string& place,
                               const std::string& side) {
  one.verdict = verdict::wrong;
  one.message = shown("path", place) + " lies in the containers of the " + side +
                " pods themselves: what is written there goes with them, and no other pod sees it";
  one.remedy = "Mount a volume there that all pods share, in spec.podTemplate";
  return one;
}

// ── high availability
// ───────────────────────────────────────────────────────────────────────────

/// A job that its JobManager runs: before it took that, it wrote the job's graph to where its
/// state is kept (KubernetesStateHandleStore). Empty: there is none. A JobManager that answers
/// proves nothing by itself: since Flink 1.11 it makes its folders when it needs them.
std::string job_kept_in(const std::string& place, const cluster_read& found) {
  const auto& cluster = cluster_in(found);
  const auto deployed = deployed_spec(cluster);
  if (!deployed || value_of(deployed->flink_configuration, ha_key) != place ||
      cluster.status.job_manager_deployment_status != "READY")
    return {};
  for (const auto& one : found.jobs) {
    const auto& job = std::get<flink_session_job>(*one);
    if (job.status.job.state == "RUNNING") return job.metadata.name;
  }
  return {};
}

preflight_check check_ha_storage(const cluster_read& found) {
  const auto& cluster = cluster_in(found);
  const auto& config = cluster.spec->flink_configuration;
  preflight_check one{subject_of(cluster), "high availability", verdict::well, "", ""};
  if (!is_highly_available(config)) {
    one.message = "none: after a lost JobManager jobs start again from their newest checkpoints";
    return one;
  }
  const auto place = value_of(config, ha_key);
  if (!place) {
    one.verdict = verdict::wrong;
    one.message = std::string(ha_key) + " is not set";
    one.remedy = "Set it in spec.flinkConfiguration, to where all JobManagers can write";
    return one;
  }
  if (const auto side = side_without_volume(cluster, *place); side == "jobmanager")
    return without_volume(std::move(one), *place, side);
  if (const auto job = job_kept_in(*place, found); !job.empty()) {
    one.message = "Flink keeps job " + job + " in " + shown("storageDir", *place);
    return one;
  }
  one.verdict = verdict::unchecked;
  one.message = "keeps its state in " + shown("storageDir", *place) +
                ", where Flink has written nothing that is known of: it runs no job";
  one.remedy = try_it(cluster);
  return one;
}

// ── checkpoints
// ─────────────────────────────────────────────────────────────────────────────────

/// The newest state of a job that is recorded below `place`; empty: none.
std::string proof_of(const std::string& place, const std::vector<object_ptr>& jobs) {
  for (const auto& one : jobs) {
    const auto& known = std::get<flink_session_job>(*one).status.lineage;
    if (known && known->newest && !known->newest->path.empty() &&
        known->newest->path.starts_with(place))
      return known->newest->path;
  }
  return {};
}

/// A job that completes no checkpoint for want of its place, and what it says; empty: none.
std::string complaint_in(const std::vector<object_ptr>& jobs) {
  for (const auto& one : jobs) {
    const auto& job = std::get<flink_session_job>(*one);
    for (const auto& told : job.status.conditions)
      if (told.type == "Degraded" && told.status == "True" && told.reason == no_checkpoints &&
          is_about_storage(told.message))
        return "job " + job.metadata.name + ": " + told.message;
  }
  return {};
}

/// The jobs that are to keep their state, and for which nobody says where.
std::string jobs_without_place(const std::vector<object_ptr>& jobs) {
  std::string names;
  for (const auto& one : jobs) {
    const auto& job = std::get<flink_session_job>(*one);
    if (!job.spec || !job.spec->job || job.spec->job->upgrade == upgrade_mode::stateless) continue;
    if (!checkpoint_dir_of(job.spec->flink_configuration))
      names += (names.empty() ? "" : ", ") + job.metadata.name;
  }
  return names;
}

preflight_check check_without_place(const cluster_read& found) {
  const auto& cluster = cluster_in(found);
  preflight_check one{subject_of(cluster), "checkpoint storage", verdict::well, "", ""};
  const auto names = jobs_without_place(found.jobs);
  if (names.empty()) {
    one.message = "the cluster names none; no job needs it to";
    return one;
  }
  const auto version = cluster.spec->flink_version.value_or(flink_version::v1_20);
  one.verdict = verdict::wrong;
  one.message = "nobody says where checkpoints of " + names + " are kept: they cannot be restored";
  one.remedy = "Set " + std::string(capabilities_of(version).checkpoint_dir_key) +
               " in spec.flinkConfiguration, to where all pods can write";
  return one;
}

preflight_check check_checkpoints(const cluster_read& found) {
  const auto& cluster = cluster_in(found);
  const auto place = checkpoint_dir_of(cluster.spec->flink_configuration);
  if (!place) return check_without_place(found);
  preflight_check one{subject_of(cluster), "checkpoint storage", verdict::well, "", ""};
  if (const auto side = side_without_volume(cluster, *place); !side.empty())
    return without_volume(std::move(one), *place, side);
  if (const auto complaint = complaint_in(found.jobs); !complaint.empty()) {
    one.verdict = verdict::wrong;
    one.message = complaint;
    one.remedy = "Let Flink's pods write to " + shown("path", *place) +
                 ": its volume or bucket, the user that they run as, credentials, room. " +
                 try_it(cluster);
    return one;
  }
  const auto proof = proof_of(*place, found.jobs);
  if (!proof.empty()) {
    one.message = "Flink wrote " + shown("path", proof);
    return one;
  }
  one.verdict = verdict::unchecked;
  one.message = "whether Flink's pods can write to " + shown("path", *place) +
                " cannot be seen from outside, and no job of the cluster has a checkpoint there";
  one.remedy = try_it(cluster) + "; or run a job with checkpoints and ask again";
  return one;
}

}  // namespace

std::string path_in_pod(std::string_view uri) {
  if (uri.starts_with("file:")) {
    uri.remove_prefix(5);
    while (uri.starts_with("//")) uri.remove_prefix(1);
  }
  if (!uri.starts_with('/')) return {};
  while (uri.size() > 1 && uri.ends_with('/')) uri.remove_suffix(1);
  return std::string(uri);
}

std::vector<storage_place> storage_places_of(const flink_deployment& cluster) {
  std::vector<storage_place> all;
  if (!cluster.spec) return all;
  const auto& config = cluster.spec->flink_configuration;
  const auto& spelled = capabilities_of(cluster.spec->flink_version.value_or(flink_version::v1_20));
  const auto add = [&](std::string_view key, const std::optional<std::string>& path) {
    if (path && std::ranges::find(all, *path, &storage_place::path) == all.end())
      all.push_back({std::string(key), *path});
  };
  if (is_highly_available(config)) add(ha_key, value_of(config, ha_key));
  add(spelled.checkpoint_dir_key, checkpoint_dir_of(config));
  add(spelled.savepoint_dir_key, savepoint_dir_of(config));
  return all;
}

/// Of CheckpointFailureReason those of the place, and what file systems say. Source: Flink's
/// CheckpointFailureReason, S3's error codes, java.nio.file and errno.
bool is_about_storage(std::string_view failure) {
  constexpr auto words = std::to_array<std::string_view>(
      {"IO-problem detected", "Failure to finalize checkpoint", "checkpoint location",
       "Mkdirs failed", "Permission denied", "Read-only file system", "No space left",
       "Disk quota exceeded", "AccessDenied", "Access Denied", "NoSuchBucket", "InvalidAccessKeyId",
       "SignatureDoesNotMatch", "AccessControlException", "FileNotFoundException",
       "UnknownHostException", "UnsupportedFileSystemSchemeException", "could not be created"});
  return std::ranges::any_of(
      words, [&](std::string_view one) { return failure.find(one) != failure.npos; });
}

preflight_checks check_storage(const cluster_read& found) {
  return {check_ha_storage(found), check_checkpoints(found)};
}

}  // namespace drey
