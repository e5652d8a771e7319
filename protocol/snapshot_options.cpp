#include "protocol/snapshot_options.hpp"

#include <algorithm>
#include <limits>

#include "protocol/text_parts.hpp"

namespace drey {

namespace {

constexpr std::int32_t savepoints_max = 10;            ///< Apache's default
constexpr milliseconds savepoint_age_max{86'400'000};  ///< Apache's default

/// The value under `key`, else under `old_key`; empty: it is not set.
struct settings {
  const configuration& own;
  const configuration& cluster;

  std::string of(std::string_view key, std::string_view old_key = {}) const {
    if (auto said = value_of(own, key, old_key)) return *std::move(said);
    return value_of(cluster, key, old_key).value_or("");
  }
};

recurrence read_recurrence(const std::string& text) {
  return recurrence::parse(text).value_or(recurrence{});
}

std::int32_t read_count(const std::string& text, std::int32_t otherwise) {
  return std::max(1, plain_number(trimmed(text)).value_or(otherwise));
}

}  // namespace

snapshot_options snapshot_options_of(const configuration& own, const configuration& cluster) {
  const settings set{own, cluster};
  snapshot_options all;
  all.savepoints = {read_recurrence(set.of(periodic_savepoint_key)),
                    read_count(set.of(savepoint_count_key), savepoints_max),
                    parse_duration(set.of(savepoint_age_key)).value_or(savepoint_age_max)};
  all.checkpoints = {
      read_recurrence(set.of(periodic_checkpoint_key)),
      read_count(set.of("execution.checkpointing.num-retained", "state.checkpoints.num-retained"),
                 1),
      {}};
  if (lower_case(set.of(savepoint_cleanup_key)) == "false")
    for (auto* one : {&all.savepoints, &all.checkpoints}) {
      one->count_max = std::numeric_limits<std::int32_t>::max();
      one->age_max = milliseconds{0};
    }
  const auto format = set.of(savepoint_format_key);
  if (format == "NATIVE") all.format = format;
  if (lower_case(set.of(savepoint_dispose_key)) == "true") all.files = disposal::with_resource;
  if (lower_case(set.of(snapshot_resource_key)) == "false") all.record = snapshot_record::in_status;
  return all;
}

}  // namespace drey
