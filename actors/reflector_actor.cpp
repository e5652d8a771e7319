#include "actors/reflector_actor.hpp"

#include "actors/primary_log.hpp"

namespace drey {

caf::behavior reflector_actor(caf::stateful_actor<reflector_shell>* self, surroundings around,
                              caf::actor root, reflected what) {
  return self->state.start(around, std::move(root), std::move(what));
}

caf::behavior reflector_shell::start(const surroundings& around, caf::actor root, reflected what) {
  around_ = around;
  tell_failures(self_, name, around_.observer);
  out_ = std::make_unique<outside>(self_, around_);
  root_ = std::move(root);
  what_ = std::move(what);
  subject_ = {what_.ns, std::string(info_of(what_.kind).plural)};
  runner_.learn(deadline_passed{});
  return {[this](const watch_event& event) { changed(event); },
          [this](const watch_ended& message) { ended(message); },
          [this](const timer& due) { runner_.learn(deadline_passed{due.which}); }};
}

void reflector_shell::perform(std::uint8_t, const list_objects& command) {
  out_->kube(kube_list{what_.kind, what_.ns, what_.selector},
             [this, request = command.request](const kube_answer& answer) {
               if (const auto* list = std::get_if<object_list>(&answer.result))
                 return listed(request, *list);
               const auto* why = std::get_if<refusal>(&answer.result);
               const auto reason = why != nullptr ? why->reason : refusal_reason::malformed;
               const std::string message = why != nullptr ? why->message : "not a list";
               tell_sight(std::string(name_of(reason)) + ": " + message, reason);
               runner_.learn(call_refused{request, reason, message});
             });
}

void reflector_shell::perform(std::uint8_t, const watch_objects& command) {
  if (watch_ != 0) self_->send(around_.out.kube, kube_unwatch{watch_});
  watch_ = what_.first_watch + command.watch;
  self_->send(around_.out.kube,
              kube_watch{watch_, what_.kind, what_.ns, what_.selector, command.resource_version},
              caf::actor_cast<caf::actor>(self_));
}

void reflector_shell::perform(std::uint8_t from, const set_deadline& command) {
  out_->wake(from, command.timer, command.wait);
}

/// A watch ends all the time and is resumed; only without the right to it nothing is seen any more.
void reflector_shell::ended(const watch_ended& message) {
  if (message.id == watch_ && message.why.reason == refusal_reason::forbidden)
    tell_sight("watch forbidden: " + message.why.message, message.why.reason);
  runner_.learn(stream_ended{message.id - what_.first_watch, message.why.reason});
}

void reflector_shell::tell_sight(const std::string& blocked_by,
                                 std::optional<refusal_reason> reason) {
  if (blocked_by_ == blocked_by) return;
  blocked_by_ = blocked_by;
  self_->send(root_, reflector_sight{what_.kind, subject_, blocked_by, reason});
}

void reflector_shell::listed(ticket request, const object_list& list) {
  std::map<object_name, object_ptr> fresh;
  for (const auto& one : list.items) fresh[name_of(*one)] = one;
  for (const auto& [at, last] : kept_) {
    const auto found = fresh.find(at);
    if (found == fresh.end() || metadata_of(*found->second).uid != metadata_of(*last).uid)
      give_up(last);
  }
  for (const auto& [at, live] : fresh) give(live);
  kept_ = std::move(fresh);
  tell_sight("", std::nullopt);
  self_->send(root_, reflector_filled{what_.kind});
  runner_.learn(objects_listed{request, list.resource_version});
}

void reflector_shell::changed(const watch_event& event) {
  if (event.id != watch_) return;
  tell_sight("", std::nullopt);
  if (event.seen) {
    const auto at = name_of(*event.seen);
    const auto known = kept_.find(at);
    const bool replaced =
        known != kept_.end() && metadata_of(*known->second).uid != metadata_of(*event.seen).uid;
    if (event.type == watch_event_type::deleted) {
      if (known != kept_.end()) kept_.erase(known);
      give_up(event.seen);
    } else {
      if (replaced) give_up(known->second);
      give(event.seen);
      kept_[at] = event.seen;
    }
  }
  runner_.learn(stream_moved{event.id - what_.first_watch, event.resource_version});
}

void reflector_shell::give(const object_ptr& live) {
  const auto known = kept_.find(name_of(*live));
  if (known != kept_.end() &&
      metadata_of(*known->second).resource_version == metadata_of(*live).resource_version)
    return;  // seen again, unchanged
  self_->send(root_, object_seen{live});
}
void reflector_shell::give_up(const object_ptr& last) { self_->send(root_, object_vanished{last}); }

}  // namespace drey
