#include "actors/job_paths.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "actors/restart_boundary.hpp"
#include "protocol/flink_leader.hpp"
#include "protocol/flink_versions.hpp"

namespace drey {

namespace {

constexpr std::string_view checkpoints_key = "execution.checkpointing.dir";
constexpr std::string_view checkpoints_key_old = "state.checkpoints.dir";
constexpr std::string_view savepoints_key = "execution.checkpointing.savepoint-dir";
constexpr std::string_view savepoints_key_old = "state.savepoints.dir";

bool is_directory(std::string_view key) {
  return key == checkpoints_key || key == checkpoints_key_old || key == savepoints_key ||
         key == savepoints_key_old;
}

/// The cluster's defaults as its spec says them now: the JobManager may have been started with
/// others (restart_boundary.hpp). Flink takes them with a job from 1.17 on.
void add_cluster_defaults(configuration& config, const cluster_view& cluster) {
  if (!cluster.config || !capabilities_of(cluster.version).run_configuration) return;
  for (const auto& [key, value] : *cluster.config)
    if (purpose_of(key, cluster.version) == change_of::submission_default && !is_directory(key))
      config.emplace(key, value);
}

std::string cluster_directory(const cluster_view& cluster, std::string_view key,
                              std::string_view old_key) {
  auto shared = cluster.config ? value_of(*cluster.config, key, old_key).value_or("") : "";
  while (shared.ends_with('/')) shared.pop_back();
  return shared;
}

/// The job's own setting as it is; none: it names none.
std::optional<std::string> named_directory(const job_known& known, std::string_view key,
                                           std::string_view old_key) {
  return known.spec ? value_of(known.spec->flink_configuration, key, old_key) : std::nullopt;
}

/// The job's own setting as it is; the cluster's with the job's name below it, so that two jobs of
/// one cluster never share a directory.
std::string own_directory(const job_known& known, std::string_view key, std::string_view old_key) {
  if (auto own = named_directory(known, key, old_key)) return *own;
  const auto shared = cluster_directory(known.cluster, key, old_key);
  return shared.empty() ? shared : shared + "/" + known.name.ns + "/" + known.name.name;
}

/// Apache's default for a job that is to go on from its last state.
std::string cluster_interval(const cluster_view& cluster) {
  constexpr std::string_view by_default = "5 min";
  const auto shared =
      cluster.config ? value_of(*cluster.config, "execution.checkpointing.interval") : std::nullopt;
  return shared.value_or(std::string(by_default));
}

std::int64_t number_after(std::string_view text, std::string_view prefix) {
  std::int64_t number = 0;
  if (text.starts_with(prefix))
    std::from_chars(text.data() + prefix.size(), text.data() + text.size(), number);
  return number;
}

}  // namespace

std::int64_t checkpoint_number(std::string_view path) {
  const auto slash = path.find_last_of('/');
  return number_after(slash == std::string_view::npos ? path : path.substr(slash + 1), "chk-");
}

std::string checkpoint_directory(const job_known& known) {
  if (!capabilities_of(known.cluster.version).run_configuration)
    return cluster_directory(known.cluster, checkpoints_key, checkpoints_key_old);
  return own_directory(known, checkpoints_key, checkpoints_key_old);
}

std::string directory_in_use(const job_known& known) {
  if (!known.history.directory.empty()) return known.history.directory;
  if (known.history.submissions == 0) return checkpoint_directory(known);
  // Begun by another operator, which gives a job no folder of its own.
  return named_directory(known, checkpoints_key, checkpoints_key_old)
      .value_or(cluster_directory(known.cluster, checkpoints_key, checkpoints_key_old));
}

std::string savepoint_directory(const job_known& known) {
  return own_directory(known, savepoints_key, savepoints_key_old);
}

object_name ha_config_map(const job_known& known, const job_id& id) {
  return {known.name.ns, job_map_name(known.cluster.version, known.cluster.cluster_id, id.hex)};
}

std::optional<restore_point> checkpoint_named_by(const config_map& ha, const std::string& directory,
                                                 const job_id& id) {
  std::int64_t newest = 0;
  for (const auto& [key, value] : ha.data)
    newest = std::max(newest, number_after(key, "checkpointID-"));
  if (newest == 0) return std::nullopt;
  return restore_point{directory + "/" + id.hex + "/chk-" + std::to_string(newest), newest,
                       "checkpoint"};
}

std::optional<restore_point> newest_stored(const std::vector<stored_snapshot>& all) {
  const auto id = [](const stored_snapshot& one) {
    return one.checkpoint_id != 0 ? one.checkpoint_id : checkpoint_number(one.path);
  };
  const bool numbered = std::ranges::all_of(all, [&](const auto& one) { return id(one) != 0; });
  const auto newest = std::ranges::max_element(all, {}, [&](const stored_snapshot& one) {
    return std::pair{numbered ? 0 : one.modified, id(one)};
  });
  if (newest == all.end()) return std::nullopt;
  const bool is_checkpoint = checkpoint_number(newest->path) != 0;
  return restore_point{newest->path, id(*newest), is_checkpoint ? "checkpoint" : "savepoint"};
}

told_pointer told_of_end(const checkpoints& told, std::string_view state) {
  if (state != "FINISHED") {
    auto newest = newest_told(told);
    const auto answer = newest ? pointer_answer::found : pointer_answer::none;
    return {answer, std::move(newest)};
  }
  if (!told.completed && !told.savepoint && !told.restored) return {pointer_answer::none, {}};
  if (!told.savepoint || told.savepoint->path.empty()) return {pointer_answer::unread, {}};
  return {pointer_answer::found,
          restore_point{told.savepoint->path, told.savepoint->id, "savepoint"}};
}

std::optional<restore_point> newest_told(const checkpoints& told) {
  std::optional<restore_point> newest;
  const auto consider = [&](const std::optional<checkpoint_info>& one, const char* source) {
    if (one && !one->path.empty() && (!newest || one->id >= newest->checkpoint_id))
      newest = restore_point{one->path, one->id, source};
  };
  consider(told.restored, "checkpoint");
  consider(told.completed, "checkpoint");
  consider(told.savepoint, "savepoint");
  return newest;
}

configuration submission_configuration(const job_known& known, const flink_session_job_spec& spec) {
  configuration config;
  for (const auto& [key, value] : spec.flink_configuration)
    if (!key.starts_with("kubernetes.operator.") && !key.starts_with("job.autoscaler."))
      config[key] = value;
  const auto set_default = [&](std::string_view key, std::string_view old_key, std::string value) {
    if (!value.empty() && !value_of(config, key, old_key))
      config[std::string(key)] = std::move(value);
  };
  const bool modern = known.cluster.version >= flink_version::v1_20;
  set_default("pipeline.name", {}, known.name.name);
  if (const auto directory = directory_in_use(known); !directory.empty()) {
    config.erase(std::string(modern ? checkpoints_key_old : checkpoints_key));
    config[std::string(modern ? checkpoints_key : checkpoints_key_old)] = directory;
  }
  set_default(modern ? savepoints_key : savepoints_key_old,
              modern ? savepoints_key_old : savepoints_key, savepoint_directory(known));
  set_default("execution.checkpointing.externalized-checkpoint-retention", {},
              "RETAIN_ON_CANCELLATION");
  if (spec.job->upgrade == upgrade_mode::last_state)  // without any there would be no state to keep
    set_default("execution.checkpointing.interval", {}, cluster_interval(known.cluster));
  if (spec.job->restart == restart_policy::nostart)
    config[known.cluster.version >= flink_version::v1_17 ? "restart-strategy.type"
                                                         : "restart-strategy"] = "none";
  add_cluster_defaults(config, known.cluster);
  return config;
}

std::optional<milliseconds> checkpoint_interval(const job_known& known) {
  constexpr std::string_view key = "execution.checkpointing.interval";
  auto text = value_of(submission_configuration(known, *known.spec), key);
  if (!text && known.cluster.config) text = value_of(*known.cluster.config, key);
  return text ? parse_duration(*text) : std::nullopt;
}

std::string why_unknown(const job_known& known) {
  std::string text = "the newest state could not be established";
  const auto directory = directory_in_use(known);
  if (directory.empty() || known.found->store != pointer_answer::unread) return text;
  text += ": no JobManager knows it, and drey cannot list " + directory;
  if (!known.found->why_unlisted.empty()) text += " (" + known.found->why_unlisted + ")";
  const bool is_file = directory.starts_with("file:") || directory.starts_with("/");
  if (is_file) text += ". Mount that into the operator's pod at the same path, to read";
  return text + (is_file ? ", and it" : ". As soon as it can, it") + " goes on by itself";
}

}  // namespace drey
