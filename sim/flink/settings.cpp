#include "sim/flink/settings.hpp"

#include <algorithm>
#include <charconv>

#include "protocol/flink_versions.hpp"
#include "protocol/spec_fields.hpp"

namespace drey::sim {
namespace {

std::string_view trimmed(std::string_view x) {
  constexpr std::string_view blanks = " \t\r";
  const auto from = x.find_first_not_of(blanks);
  if (from == std::string_view::npos) return {};
  return x.substr(from, x.find_last_not_of(blanks) - from + 1);
}

std::string_view unquoted(std::string_view x) {
  if (x.size() >= 2 && (x.front() == '"' || x.front() == '\'') && x.back() == x.front())
    return x.substr(1, x.size() - 2);
  return x;
}

std::string text_of(const configuration& config, std::string_view key,
                    std::string_view old_key = {}) {
  return value_of(config, key, old_key).value_or(std::string{});
}

void read(milliseconds& to, const configuration& config, std::string_view key) {
  if (const auto text = value_of(config, key))
    if (const auto value = parse_duration(*text)) to = *value;
}

std::int32_t count_of(const configuration& config, std::string_view key, std::string_view old_key,
                      std::int32_t otherwise) {
  const auto text = value_of(config, key, old_key);
  std::int32_t value = 0;
  if (!text || std::from_chars(text->data(), text->data() + text->size(), value).ec != std::errc{})
    return otherwise;
  return std::max(1, value);
}

checkpoint_retention retention_of(const configuration& config) {
  const auto text = text_of(config, "execution.checkpointing.externalized-checkpoint-retention");
  if (text == "RETAIN_ON_CANCELLATION") return checkpoint_retention::retain_on_cancellation;
  if (text == "DELETE_ON_CANCELLATION") return checkpoint_retention::delete_on_cancellation;
  return checkpoint_retention::none;
}

}  // namespace

configuration parse_flat_configuration(std::string_view text) {
  configuration config;
  while (!text.empty()) {
    const auto line_end = std::min(text.find('\n'), text.size());
    const auto line = trimmed(text.substr(0, line_end));
    text.remove_prefix(std::min(line_end + 1, text.size()));
    const auto colon = line.find(": ");
    if (line.starts_with('#') || colon == std::string_view::npos) continue;
    const auto key = unquoted(trimmed(line.substr(0, colon)));
    config.insert_or_assign(std::string{key}, unquoted(trimmed(line.substr(colon + 2))));
  }
  return config;
}

process_settings process_settings_of(const configuration& config) {
  process_settings x;
  const auto ha = text_of(config, "high-availability.type", "high-availability");
  x.high_availability = ha == "kubernetes" || ha.ends_with("KubernetesHaServicesFactory");
  x.cluster_id = text_of(config, "kubernetes.cluster-id");
  x.storage_dir = text_of(config, "high-availability.storageDir");
  x.slots = count_of(config, "taskmanager.numberOfTaskSlots", {}, x.slots);
  read(x.heartbeat_interval, config, "heartbeat.interval");
  read(x.heartbeat_timeout, config, "heartbeat.timeout");
  read(x.lease_duration, config, "high-availability.kubernetes.leader-election.lease-duration");
  read(x.lease_retry, config, "high-availability.kubernetes.leader-election.retry-period");
  read(x.slot_request_timeout, config, "slot.request.timeout");
  read(x.idle_timeout, config, "resourcemanager.taskmanager-timeout");
  if (value_of(config, "slotmanager.number-of-slots.max"))
    x.slots_max = count_of(config, "slotmanager.number-of-slots.max", {}, 0);
  auto scheduler = text_of(config, "jobmanager.scheduler");
  if (!scheduler.empty() && scheduler.front() == 'A') scheduler.front() = 'a';
  x.adaptive = scheduler == "adaptive";
  x.delete_job_results = text_of(config, "job-result-store.delete-on-commit") != "false";
  if (const auto expiration = text_of(config, "jobstore.expiration-time"); !expiration.empty())
    x.job_store_expiration =
        seconds{count_of(config, "jobstore.expiration-time", {}, 3'600)};  // a long, in seconds
  return x;
}

job_settings job_settings_of(const configuration& config, flink_version version) {
  job_settings x;
  x.name = text_of(config, "pipeline.name");
  x.parallelism = count_of(config, "parallelism.default", {}, x.parallelism);
  x.max_parallelism = count_of(config, "pipeline.max-parallelism", {}, x.max_parallelism);
  if (const auto text = value_of(config, "execution.checkpointing.interval"))
    x.checkpoint_interval = parse_duration(*text);
  if (x.checkpoint_interval == milliseconds{0}) x.checkpoint_interval.reset();
  x.checkpoint_dir = text_of(config, "execution.checkpointing.dir", "state.checkpoints.dir");
  x.savepoint_dir =
      text_of(config, "execution.checkpointing.savepoint-dir", "state.savepoints.dir");
  x.retained = static_cast<std::size_t>(count_of(config, "execution.checkpointing.num-retained",
                                                 "state.checkpoints.num-retained", 1));
  x.retention = retention_of(config);
  x.snapshot_format = capabilities_of(version).snapshot_format;
  x.restart = restart_strategy_of(config, version,
                                  x.checkpoint_interval ? checkpointing::on : checkpointing::off);
  return x;
}

configuration read_by(flink_version release, configuration config) {
  if (release < flink_version::v1_20)
    for (const char* key : {"execution.checkpointing.dir", "execution.checkpointing.savepoint-dir",
                            "execution.checkpointing.num-retained"})
      config.erase(key);
  if (release < flink_version::v1_17)
    for (const char* key : {"high-availability.type", "restart-strategy.type"}) config.erase(key);
  const auto ha = config.find("high-availability");
  if (release < flink_version::v1_16 && ha != config.end() && ha->second == "kubernetes")
    config.erase(ha);
  return config;
}

flink_version release_of(std::string_view version) {
  for (const auto one : values_of(std::type_identity<flink_version>{})) {
    const std::string number{capabilities_of(one).number};
    if (version == number || version.starts_with(number + ".")) return one;
  }
  return flink_version::v1_20;
}

}  // namespace drey::sim
