/// The shell of the machine that clears up behind one FlinkDeployment. It ends when nothing is
/// left.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <caf/behavior.hpp>
#include <caf/stateful_actor.hpp>

#include "actors/orphan_machine.hpp"
#include "actors/shell.hpp"

namespace drey {

class orphan_shell {
public:
  static inline const char* name = "orphan";

  explicit orphan_shell(caf::event_based_actor* self) : self_(self) {}

  caf::behavior start(const surroundings& around, const object_ptr& one);

  step_observer* observer() const { return around_.observer; }
  const object_name& subject() const { return runner_.machine.cluster; }
  void prepare(orphan_machine&) {}
  void moved(const orphan_machine&);
  void perform(std::uint8_t, const ask_owner& command);
  void perform(std::uint8_t, const remove_children& command);
  void perform(std::uint8_t, const announce& command);
  void perform(std::uint8_t from, const set_deadline& command);

private:
  using kinds_to_list = std::vector<std::pair<object_kind, std::string>>;

  void ask_all(ticket request);
  void ask_jobs(ticket request);
  void list_next(kinds_to_list kinds, removal_seen so_far);
  void told(ticket request, owner_stand stand);
  void refused(ticket request, const kube_answer& answer);

  caf::event_based_actor* self_;
  surroundings around_;
  std::unique_ptr<outside> out_;
  object_ptr one_;  ///< of what is left: Events are told of it
  std::string owner_;
  machine_runner<orphan_machine, orphan_shell> runner_{*this, "orphan", 0};
};

/// `one`: an object that carries the UID of a FlinkDeployment that no watch shows.
caf::behavior orphan_actor(caf::stateful_actor<orphan_shell>* self, surroundings around,
                           object_ptr one);

}  // namespace drey
