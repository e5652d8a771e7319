/// Who belongs to a cluster, as its shell keeps them.
#pragma once

#include <caf/actor.hpp>

#include "actors/messages.hpp"
#include "actors/task_manager_machine.hpp"

namespace drey {

/// What is done with objects that a live list finds.
enum class removal_of {
  nothing,    ///< whoever owns TaskManagers of Flink's own is no JobManager, and does not count
  workloads,  ///< pods go by their owner
  leftovers   ///< of launches before: no Deployment but that owner, nor pods that cannot come back
};

struct cluster_job {
  object_name name;
  caf::actor actor;
  drey::pace pace = pace::in_transition;
  job_stands stands;
};

struct cluster_room {
  std::optional<free_room> rooms;  ///< as the root told; none: not asked yet, or out of date
  std::int32_t placed = 0;         ///< TaskManagers with a node that are counted in it
  milliseconds asked{0};
};

/// Since when the JobManager that answers does so.
struct answering_incarnation {
  std::string incarnation;
  milliseconds since{0};
};

struct cluster_refusal {
  std::string message;                ///< of the StatefulSet's controller; empty: no pod is refused
  std::optional<milliseconds> since;  ///< pods are missing
  std::optional<milliseconds> asked;
};

struct cluster_task_manager {
  object_ptr live;
  caf::actor actor;
  drey::standing standing = drey::standing::joining;
  task_manager_known told;
  bool may_have_worked = false;  ///< it was registered, or ran before we began to look
  bool was_registered = false;   ///< as we saw it
  bool failing = false;          ///< its container does not start, or ends again and again
};

}  // namespace drey
