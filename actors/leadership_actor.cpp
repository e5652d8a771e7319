#include "actors/leadership_actor.hpp"

#include "actors/planted_bugs.hpp"

namespace drey {

caf::behavior leadership_actor(caf::stateful_actor<leadership_shell>* self, surroundings around,
                               caf::actor root, object_name lease_name) {
  return self->state.start(around, std::move(root), std::move(lease_name));
}

caf::behavior leadership_shell::start(const surroundings& around, caf::actor root,
                                      object_name lease_name) {
  around_ = around;
  tell_failures(self_, name, around_.observer);
  root_ = std::move(root);
  lease_name_ = std::move(lease_name);
  runner_.learn(deadline_passed{});
  return {[this](const timer& due) { runner_.learn(deadline_passed{due.which}); },
          [this](const step_down&) { runner_.learn(stop_wanted{}); }};
}

void leadership_shell::prepare(leadership_machine& machine) {
  machine.known.now = around_.out.clock->now();
  machine.known.identity = around_.identity;
}

/// The Lease is what the fence is made of: its own calls are outside of it.
template <class F>
void leadership_shell::call(kube_body body, F then) {
  self_->request(around_.out.kube, caf::infinite, kube_request{std::move(body)})
      .then(then, [then](const caf::error&) {
        then(kube_answer{refusal{refusal_reason::unknown_outcome, "the gateway is gone", {}}});
      });
}

void leadership_shell::learn_refusal(ticket request, const kube_answer& answer) {
  const auto* why = std::get_if<refusal>(&answer.result);
  runner_.learn(call_refused{request, why != nullptr ? why->reason : refusal_reason::malformed,
                             why != nullptr ? why->message : "not a Lease"});
}

void leadership_shell::perform(std::uint8_t, const read_lease& command) {
  call(kube_get{object_kind::lease, lease_name_},
       [this, request = command.request](const kube_answer& answer) {
         if (const auto* live = std::get_if<object_ptr>(&answer.result)) {
           last_seen_ = std::get<lease>(**live);
           return runner_.learn(
               lease_seen{request, last_seen_.holder, last_seen_.metadata.resource_version, true});
         }
         const auto* why = std::get_if<refusal>(&answer.result);
         if (why != nullptr && why->reason == refusal_reason::not_found)
           return runner_.learn(lease_seen{request, "", "", false});
         learn_refusal(request, answer);
       });
}

void leadership_shell::perform(std::uint8_t, const write_lease& command) {
  lease wanted = command.resource_version.empty() ? lease{} : last_seen_;
  const auto wall = around_.out.clock->now().wall;
  wanted.metadata.ns = lease_name_.ns;
  wanted.metadata.name = lease_name_.name;
  wanted.metadata.resource_version = command.resource_version;
  wanted.duration_seconds = static_cast<std::int32_t>(limits::lease_duration.count() / 1000);
  wanted.renew_time = wall;
  if (command.what == lease_write::take) {
    wanted.acquire_time = wall;
    if (wanted.holder != around_.identity) ++wanted.transitions;
  }
  wanted.holder = command.what == lease_write::release ? "" : around_.identity;
  auto body = std::make_shared<object>(wanted);
  const auto then = [this, request = command.request](const kube_answer& answer) {
    if (const auto* live = std::get_if<object_ptr>(&answer.result)) {
      last_seen_ = std::get<lease>(**live);
      return runner_.learn(lease_written{request, last_seen_.metadata.resource_version});
    }
    learn_refusal(request, answer);
  };
  if (command.resource_version.empty())
    call(kube_create{std::move(body)}, then);
  else
    call(kube_replace{std::move(body)}, then);
}

void leadership_shell::perform(std::uint8_t, const open_fence& command) {
  around_.gate->open_until(command.until);
  if (is_planted(planted_bug::fence_never_closes)) around_.gate->open_until(milliseconds::max());
}
void leadership_shell::perform(std::uint8_t, const announce_leading&) {
  self_->send(root_, leadership_gained{});
}
void leadership_shell::perform(std::uint8_t, const announce_lost&) {
  self_->send(root_, leadership_lost{});
}
void leadership_shell::perform(std::uint8_t from, const set_deadline& command) {
  self_->delayed_send(self_, command.wait, timer{from, command.timer});
}

}  // namespace drey
