/// Which TaskManagers of a cluster have lost slots, as its JobManager tells: those that offer fewer
/// than they were made with, and those whose slots are taken though no job lives. It is told and
/// never acted upon: what is left works, and nobody asked for a restart of the jobs there.
///
/// Pure: compares one answer of the JobManager with those before. The memory does not outlive the
/// actor; what status held when an actor began is told on until the JobManager has answered.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/pod_trouble.hpp"

namespace drey {

inline constexpr std::string_view slots_lost_reason = "SlotsLost";

/// A registered TaskManager whose pod is there and not going.
struct task_manager_slots {
  std::string uid;  ///< of its pod
  std::string pod;
  std::int32_t slots = 0;
  std::int32_t free = 0;
  bool current = false;  ///< made from the very pod template that is wanted now
};

struct slots_sight {
  milliseconds now{0};            ///< monotonic
  std::string incarnation;        ///< of the JobManager that tells
  std::string ns;                 ///< of the pods
  std::int32_t configured = 1;    ///< slots a TaskManager of the wanted template offers
  bool lives = false;             ///< a job is listed that is not over
  std::int64_t newest_start = 0;  ///< of all listed jobs, over or not; epoch milliseconds
  std::vector<task_manager_slots> task_managers;
};

/// What one answer shows.
struct lost_slots {
  std::int32_t lacking = 0;  ///< of those that it was made with
  std::int32_t held = 0;     ///< taken, and no job lives
  bool operator==(const lost_slots&) const = default;
};

/// The decision. One of an older template may have been made with fewer.
lost_slots lost_by(const task_manager_slots& one, const slots_sight& seen);

class slots_lost {
public:
  slots_lost() = default;
  /// `recorded`: conditions as they were found.
  explicit slots_lost(const std::vector<condition>& recorded);

  void look(const slots_sight& seen);
  /// What people are to be told while `incarnation` is the JobManager's; none: nothing is lost, for
  /// as long as `limits::slots_lost_patience` at least, or there is no JobManager that says so.
  std::optional<trouble> told(std::string_view incarnation) const;

private:
  /// Since when, monotonic, whenever we looked; none: it is not so.
  struct spell {
    std::optional<milliseconds> lacking, held;
  };
  std::string incarnation_;  ///< empty: none has answered yet
  std::int64_t newest_start_ = 0;
  std::map<std::string, spell> spells_;  ///< by UID of the pod
  std::optional<trouble> told_;
};

}  // namespace drey
