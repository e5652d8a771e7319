/// The two kinds of snapshots, how far one has come, as Flink tells of its trigger, and what is
/// asked when it is there.
#pragma once

#include <cstddef>
#include <string_view>

#include "protocol/described.hpp"
#include "protocol/ids.hpp"

namespace drey {

enum class snapshot_kind { savepoint, checkpoint };
constexpr std::string_view name_of(snapshot_kind x) {
  return x == snapshot_kind::savepoint ? "savepoint" : "checkpoint";
}

enum class presence { present, absent, unreadable };
constexpr std::string_view name_of(presence x) {
  constexpr std::string_view names[] = {"present", "absent", "unreadable"};
  return names[static_cast<std::size_t>(x)];
}

enum class savepoint_state { in_progress, completed, failed };
constexpr std::string_view name_of(savepoint_state x) {
  constexpr std::string_view texts[] = {"IN_PROGRESS", "COMPLETED", "FAILED"};
  return texts[static_cast<std::size_t>(x)];
}

/// A savepoint is, or may be, durable: learn its checkpoint id, so that it counts as a restore
/// source.
struct learn_newest {
  job_id job;
  static constexpr auto names = fields("job");
  bool operator==(const learn_newest&) const = default;
};

}  // namespace drey
