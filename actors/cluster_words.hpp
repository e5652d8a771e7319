/// What the machines of a session cluster can learn and what they can ask for.
#pragma once

#include <string>
#include <vector>

#include "actors/children.hpp"
#include "protocol/facts.hpp"

namespace drey {

/// The FlinkDeployment, its children, pods, nodes or the REST API were looked at; `known` holds
/// what was seen.
struct surroundings_seen {
  static constexpr auto names = fields();
  bool operator==(const surroundings_seen&) const = default;
};
struct child_applied {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const child_applied&) const = default;
};
/// A live read, after which deletions were asked for: what of that stage was still there.
struct removal_seen {
  ticket request;
  std::vector<std::string> left;  ///< kind and name of each
  static constexpr auto names = fields("request", "left");
  bool operator==(const removal_seen&) const = default;
};

/// What goes in which order when a cluster is deleted (rule 7).
enum class removal_stage { job_manager, task_managers, services, ha_metadata };
constexpr std::string_view name_of(removal_stage x) {
  constexpr std::string_view texts[] = {"job_manager", "task_managers", "services", "ha_metadata"};
  return texts[static_cast<std::size_t>(x)];
}

/// Server-side apply of the n-th object of the JobManager's side.
struct apply_child {
  ticket request;
  int index = 0;
  static constexpr auto names = fields("request", "index");
  bool operator==(const apply_child&) const = default;
};
struct apply_task_managers {
  ticket request;
  ordinal_window window;
  static constexpr auto names = fields("request", "window");
  bool operator==(const apply_task_managers&) const = default;
};
/// In native mode and without ordinals: delete these pods of TaskManagers, each if it is still that
/// one. Not answered: what is seen tells.
struct remove_task_managers {
  ticket request;
  std::vector<std::string> pods;
  static constexpr auto names = fields("request", "pods");
  bool operator==(const remove_task_managers&) const = default;
};
/// Delete what is left of a stage, each with its UID, then read live what remains.
struct remove_children {
  ticket request;
  removal_stage stage = removal_stage::job_manager;
  static constexpr auto names = fields("request", "stage");
  bool operator==(const remove_children&) const = default;
};
/// Delete this pod of the JobManager, if it is still that one. Not answered: what is seen tells.
struct replace_job_manager {
  ticket request;
  object_name pod;
  std::string uid;
  static constexpr auto names = fields("request", "pod", "uid");
  bool operator==(const replace_job_manager&) const = default;
};
/// Tell people: an Event on the FlinkDeployment.
struct announce {
  std::string type;
  std::string reason;
  std::string message;
  static constexpr auto names = fields("type", "reason", "message");
  bool operator==(const announce&) const = default;
};

/// What is in trouble may be so for days, and Kubernetes says when it is not: it is no reason to
/// ask Flink all the time.
struct patience {
  bool job_manager = false;
  bool task_managers = false;
  bool operator==(const patience&) const = default;
};

}  // namespace drey
