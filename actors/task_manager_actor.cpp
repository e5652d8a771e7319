#include "actors/task_manager_actor.hpp"

namespace drey {

caf::behavior task_manager_actor(caf::stateful_actor<task_manager_shell>* self, surroundings around,
                                 caf::actor cluster, object_name pod, std::string pod_uid) {
  return self->state.start(around, std::move(cluster), std::move(pod), std::move(pod_uid));
}

caf::behavior task_manager_shell::start(const surroundings& around, caf::actor cluster,
                                        object_name pod, std::string pod_uid) {
  around_ = around;
  tell_failures(self_, name, around_.observer);
  cluster_ = std::move(cluster);
  pod_ = std::move(pod);
  pod_uid_ = std::move(pod_uid);
  return {[this](const task_manager_observed& message) {
            runner_.machine.known = message.picture;
            runner_.learn(task_manager_seen{});
          },
          [this](const task_manager_vanished&) { runner_.learn(pod_vanished{}); },
          [this](const timer& due) { runner_.learn(deadline_passed{due.which}); }};
}

void task_manager_shell::perform(std::uint8_t, const report_standing& command) {
  self_->send(cluster_, task_manager_stands{pod_uid_, command.standing});
}
void task_manager_shell::perform(std::uint8_t from, const set_deadline& command) {
  self_->delayed_send(self_, command.wait, timer{from, command.timer});
}

}  // namespace drey
