// The options about snapshots that are made by themselves. Apache ignores an interval that it
// cannot read, with a line in its log: whoever wrote it would learn of it when a savepoint is
// missing.
#include "protocol/flink_versions.hpp"
#include "protocol/snapshot_options.hpp"
#include "protocol/text_parts.hpp"
#include "protocol/validation_view.hpp"

namespace drey::validation {

namespace {

void check_interval(const configuration& config, std::string_view key, report& out) {
  const auto text = value_of(config, key);
  if (!text || recurrence::parse(*text)) return;
  out.error(config_path(key),
            "is neither a duration nor a cron expression: '" + excerpt(*text) + "'",
            "Write a duration such as 6 h, 0 for none, or a Quartz cron expression such as "
            "0 0 3 * * ?");
}

}  // namespace

void check_snapshot_options(const configuration& config, report& out) {
  check_interval(config, periodic_savepoint_key, out);
  check_interval(config, periodic_checkpoint_key, out);
  const auto count = value_of(config, savepoint_count_key);
  if (count && plain_number(trimmed(*count)).value_or(0) < 1)
    out.error(config_path(savepoint_count_key), "is not a number from 1: '" + excerpt(*count) + "'",
              "Say how many savepoints are kept");
  const auto age = value_of(config, savepoint_age_key);
  if (age && !parse_duration(*age))
    out.error(config_path(savepoint_age_key), "is not a duration: '" + excerpt(*age) + "'",
              "Write a duration such as 24 h");
  const auto format = value_of(config, savepoint_format_key);
  if (format && *format != "CANONICAL" && *format != "NATIVE" && *format != "UNKNOWN")
    out.error(config_path(savepoint_format_key), "is no format: '" + excerpt(*format) + "'",
              "Write CANONICAL or NATIVE");
  flag(config, out, savepoint_cleanup_key);
  flag(config, out, savepoint_dispose_key);
  flag(config, out, snapshot_resource_key);
}

}  // namespace drey::validation

namespace drey {

std::optional<finding> periodic_savepoints_without_directory(const configuration& own,
                                                             const configuration& cluster) {
  const auto config = validation::merged(cluster, own);
  if (snapshot_options_of(own, cluster).savepoints.every.is_never() ||
      !validation::is_blank(savepoint_dir_of(config).value_or("")))
    return std::nullopt;
  constexpr std::string_view key = "execution.checkpointing.savepoint-dir";
  return finding{severity::error, validation::config_path(key),
                 "is missing for periodic savepoints",
                 "Set it to a directory that every pod reaches, or " +
                     std::string(periodic_savepoint_key) + " to 0",
                 0};
}

}  // namespace drey
