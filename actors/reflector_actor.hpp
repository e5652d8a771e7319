/// The shell of one reflector: gives every change of its kind to the root, in order; after a list
/// that found less than was known, also what vanished meanwhile.
#pragma once

#include <map>

#include <caf/behavior.hpp>
#include <caf/stateful_actor.hpp>

#include "actors/reflector_machine.hpp"
#include "actors/shell.hpp"

namespace drey {

/// Which objects: kind, namespace (empty: all) and label selector. `first_watch`: where its watch
/// ids begin, so that no two of one process are equal.
struct reflected {
  object_kind kind = object_kind::pod;
  std::string ns;
  std::string selector;
  std::uint32_t first_watch = 0;
};

/// A reflector to the root: it has listed once.
struct reflector_filled {
  object_kind kind = object_kind::pod;
};

/// A reflector to the root: it was refused what it reads, or (`blocked_by` empty) reads again.
struct reflector_sight {
  object_kind kind = object_kind::pod;
  object_name what;  ///< namespace (empty: all) and plural
  std::string blocked_by;
  std::optional<refusal_reason> reason;
};

class reflector_shell {
public:
  static inline const char* name = "reflector";

  explicit reflector_shell(caf::event_based_actor* self) : self_(self) {}

  caf::behavior start(const surroundings& around, caf::actor root, reflected what);

  step_observer* observer() const { return around_.observer; }
  const object_name& subject() const { return subject_; }
  void prepare(reflector_machine&) {}
  void moved(const reflector_machine&) {}
  void perform(std::uint8_t from, const list_objects& command);
  void perform(std::uint8_t from, const watch_objects& command);
  void perform(std::uint8_t from, const set_deadline& command);

private:
  void listed(ticket request, const object_list& list);
  void ended(const watch_ended& message);
  void tell_sight(const std::string& blocked_by, std::optional<refusal_reason> reason);
  void changed(const watch_event& event);
  void give(const object_ptr& live);
  void give_up(const object_ptr& last);

  caf::event_based_actor* self_;
  surroundings around_;
  std::unique_ptr<outside> out_;
  caf::actor root_;
  reflected what_;
  object_name subject_;
  std::map<object_name, object_ptr> kept_;
  std::uint32_t watch_ = 0;
  std::string blocked_by_;  ///< as the root was told
  machine_runner<reflector_machine, reflector_shell> runner_{*this, "reflector", 0};
};

caf::behavior reflector_actor(caf::stateful_actor<reflector_shell>* self, surroundings around,
                              caf::actor root, reflected what);

}  // namespace drey

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::reflector_filled)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::reflector_sight)
