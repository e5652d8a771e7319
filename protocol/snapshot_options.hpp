/// The options of Apache's operator about snapshots that it makes of a job by itself: how often,
/// how many of them are kept, and of which kind they are. Source: operator-facts §9.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/configuration.hpp"
#include "protocol/cron.hpp"
#include "protocol/finding.hpp"

namespace drey {

inline constexpr std::string_view periodic_savepoint_key =
    "kubernetes.operator.periodic.savepoint.interval";
inline constexpr std::string_view periodic_checkpoint_key =
    "kubernetes.operator.periodic.checkpoint.interval";
inline constexpr std::string_view savepoint_count_key =
    "kubernetes.operator.savepoint.history.max.count";
inline constexpr std::string_view savepoint_age_key =
    "kubernetes.operator.savepoint.history.max.age";
inline constexpr std::string_view savepoint_cleanup_key =
    "kubernetes.operator.savepoint.cleanup.enabled";
inline constexpr std::string_view savepoint_format_key =
    "kubernetes.operator.savepoint.format.type";
inline constexpr std::string_view savepoint_dispose_key =
    "kubernetes.operator.savepoint.dispose-on-delete";
inline constexpr std::string_view snapshot_resource_key =
    "kubernetes.operator.snapshot.resource.enabled";

/// How one kind of them is made and kept.
struct snapshot_schedule {
  recurrence every;
  std::int32_t count_max = 1;
  milliseconds age_max{0};  ///< 0: of any age
  bool operator==(const snapshot_schedule&) const = default;
};

enum class disposal { with_resource, never };
/// What a person asks for by a nonce, and what a job is stopped with: a FlinkStateSnapshot each, or
/// in the job's status only. Periodic ones are resources in any case.
enum class snapshot_record { as_resource, in_status };

struct snapshot_options {
  snapshot_schedule savepoints;
  snapshot_schedule checkpoints;
  std::string format = "CANONICAL";
  disposal files = disposal::never;
  snapshot_record record = snapshot_record::as_resource;
};

/// A job's own configuration before that of its cluster. What cannot be read counts as not said:
/// the validation rules tell of it.
snapshot_options snapshot_options_of(const configuration& own, const configuration& cluster);

/// Periodic savepoints that have nowhere to go: what is wrong. `cluster`: its configuration.
std::optional<finding> periodic_savepoints_without_directory(const configuration& own,
                                                             const configuration& cluster);

}  // namespace drey
