/// What a session cluster's resource says about it: a pure function of what is known and the
/// position.
#pragma once

#include "actors/cluster_machine.hpp"
#include "actors/cluster_rollback.hpp"
#include "actors/rollout_status.hpp"

namespace drey {

/// TaskManagers as counted now.
struct task_manager_count {
  std::int32_t wanted = 0;
  std::int32_t existing = 0;    ///< pods of the set
  std::int32_t registered = 0;  ///< at the JobManager
  std::int32_t slots = 0;
};

/// What the rollout of a changed spec adds.
struct rollout_report {
  std::optional<rollout_record> record;
  std::string reconciled;                   ///< text for lastReconciledSpec; empty: it stays
  std::string stable;                       ///< the same of lastStableSpec
  std::optional<rollback_record> rollback;  ///< the newest spec is undone
  return_known back;
  rollout_word word;
  bool active = false;
};

flink_deployment_status status_of(const cluster_known& known, const cluster_machine::state& now,
                                  const task_manager_count& count, const rollout_report& rollout);

}  // namespace drey
