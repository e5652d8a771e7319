/// The shell of one TaskManager's machine.
#pragma once

#include <caf/behavior.hpp>
#include <caf/stateful_actor.hpp>

#include "actors/shell.hpp"
#include "actors/task_manager_machine.hpp"

namespace drey {

class task_manager_shell {
public:
  static inline const char* name = "taskmanager";

  explicit task_manager_shell(caf::event_based_actor* self) : self_(self) {}

  caf::behavior start(const surroundings& around, caf::actor cluster, object_name pod,
                      std::string pod_uid);

  step_observer* observer() const { return around_.observer; }
  const object_name& subject() const { return pod_; }
  void prepare(task_manager_machine&) {}
  void moved(const task_manager_machine&) { runner_.learn(task_manager_seen{}); }
  void perform(std::uint8_t from, const report_standing& command);
  void perform(std::uint8_t from, const set_deadline& command);

private:
  caf::event_based_actor* self_;
  surroundings around_;
  caf::actor cluster_;
  object_name pod_;
  std::string pod_uid_;
  machine_runner<task_manager_machine, task_manager_shell> runner_{*this, "task_manager", 0};
};

caf::behavior task_manager_actor(caf::stateful_actor<task_manager_shell>* self, surroundings around,
                                 caf::actor cluster, object_name pod, std::string pod_uid);

}  // namespace drey
