/// The JobManager's place on full machines. When the scheduler finds no room for it, TaskManagers
/// of its own cluster give up theirs, the newest first and one by one, until it has a node: without
/// a JobManager they work for nobody (protocol/decisions/0014-pod-troubles.md). What was given up
/// is made again when the JobManager has its place.
///
/// Pure. It remembers nothing that the pods do not show, but for how long to be patient.
#pragma once

#include <cstdint>
#include <optional>

#include "protocol/time.hpp"

namespace drey {

class job_manager_place {
public:
  struct sight {
    milliseconds now{0};
    bool wanted = false;      ///< the scheduler says of its pod that there is no room, and none has
    bool free_to = false;     ///< no JobManager may lead the TaskManagers
    std::int32_t places = 0;  ///< of TaskManagers
    std::int32_t idle_top = 0;  ///< the newest of them that have no node, either
  };
  /// The next one is to give up its place, if the JobManager is down.
  bool is_due(milliseconds now) const { return since_ && now - *since_ >= patience; }
  /// So many TaskManagers may have a place; none: as many as are wanted.
  std::optional<std::int32_t> look(const sight& seen);
  /// What the last look said.
  std::optional<std::int32_t> told() const { return since_ ? std::optional(most_) : std::nullopt; }

  /// A node may be about to come back, or a pod to end.
  static constexpr milliseconds patience{15'000};

private:
  std::optional<milliseconds> since_;
  std::int32_t most_ = 0;
};

}  // namespace drey
