/// Stands in for the actor of a resource that is paused: it writes one condition, and nothing else
/// is done. What the resource's own actor would know is looked at anew when the pause is over.
#pragma once

#include <caf/behavior.hpp>
#include <caf/stateful_actor.hpp>

#include "actors/primary_shell.hpp"
#include "actors/shell.hpp"

namespace drey {

class paused_shell {
public:
  static inline const char* name = "paused";

  explicit paused_shell(caf::event_based_actor* self) : self_(self) {}

  caf::behavior start(const surroundings& around, const object_ptr& primary, std::string why);

private:
  void seen(const object_ptr& live);
  void publish();
  void join(const caf::actor& cluster);
  void refuse(const checkpoint_order& message);

  caf::event_based_actor* self_;
  surroundings around_;
  std::unique_ptr<outside> out_;
  std::unique_ptr<primary_shell> primary_;
  std::string uid_;
  std::string why_;
  caf::actor cluster_;  ///< of a job
};

/// `why`: the pause, in a sentence.
caf::behavior paused_actor(caf::stateful_actor<paused_shell>* self, surroundings around,
                           object_ptr primary, std::string why);

}  // namespace drey
