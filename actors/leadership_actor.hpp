/// The shell of the operator's own leadership: reads and writes the Lease, opens and closes the
/// fence.
#pragma once

#include <caf/behavior.hpp>
#include <caf/stateful_actor.hpp>

#include "actors/leadership_machine.hpp"
#include "actors/shell.hpp"

namespace drey {

class leadership_shell {
public:
  static inline const char* name = "leadership";

  explicit leadership_shell(caf::event_based_actor* self) : self_(self) {}

  caf::behavior start(const surroundings& around, caf::actor root, object_name lease_name);

  step_observer* observer() const { return around_.observer; }
  const object_name& subject() const { return lease_name_; }
  void prepare(leadership_machine& machine);
  void moved(const leadership_machine&) {}
  void perform(std::uint8_t from, const read_lease& command);
  void perform(std::uint8_t from, const write_lease& command);
  void perform(std::uint8_t from, const open_fence& command);
  void perform(std::uint8_t from, const announce_leading& command);
  void perform(std::uint8_t from, const announce_lost& command);
  void perform(std::uint8_t from, const set_deadline& command);

private:
  void learn_refusal(ticket request, const kube_answer& answer);
  template <class F>
  void call(kube_body body, F then);

  caf::event_based_actor* self_;
  surroundings around_;
  caf::actor root_;
  object_name lease_name_;
  lease last_seen_;
  machine_runner<leadership_machine, leadership_shell> runner_{*this, "leadership", 0};
};

caf::behavior leadership_actor(caf::stateful_actor<leadership_shell>* self, surroundings around,
                               caf::actor root, object_name lease_name);

}  // namespace drey
