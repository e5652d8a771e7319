#include "sim/world/process.hpp"

#include <map>
#include <utility>

#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace drey::sim {
/// An answer has come for the request of this number; the answer itself waits in the gateway.
struct answer_due {
  std::uint64_t number = 0;
};
}  // namespace drey::sim
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::sim::answer_due)

namespace drey::sim {

namespace {

/// Keeps each request until its answer has come, then answers from its own mailbox: in CAF 0.17
/// only the actor that made a response promise may deliver it. What the fabric holds meanwhile
/// names the gateway weakly: it may outlive the process.
template <class Answer>
struct open_requests {
  static inline const char* name = "simulated gateway";
  std::map<std::uint64_t, caf::typed_response_promise<Answer>> asked;
  std::map<std::uint64_t, Answer> answered;
  std::uint64_t last = 0;
};

template <class Gateway>
using model_of = typename Gateway::template extend<caf::reacts_to<answer_due>>;
template <class Gateway, class Answer>
using pointer_of = typename model_of<Gateway>::template stateful_pointer<open_requests<Answer>>;

void send_weakly(const caf::weak_actor_ptr& to, caf::message what) {
  if (auto alive = to.lock()) caf::anon_send(caf::actor_cast<caf::actor>(alive), std::move(what));
}

/// Calls `ask(reply)`; what `reply` is called with, later and from outside, is delivered.
template <class Answer, class Pointer, class Ask>
caf::typed_response_promise<Answer> forward(Pointer self, Ask ask) {
  auto promise = self->template make_response_promise<caf::typed_response_promise<Answer>>();
  auto* state = &self->state;
  const auto number = ++state->last;
  state->asked.emplace(number, promise);
  caf::weak_actor_ptr weak{self->ctrl()};
  ask([state, number, weak](Answer answer) {
    state->answered.emplace(number, std::move(answer));
    send_weakly(weak, caf::make_message(answer_due{number}));
  });
  return promise;
}

template <class Pointer>
void deliver(Pointer self, const answer_due& message) {
  auto& state = self->state;
  auto promise = state.asked.extract(message.number);
  auto answer = state.answered.extract(message.number);
  if (promise && answer) promise.mapped().deliver(std::move(answer.mapped()));
}

model_of<kube_gateway>::behavior_type kube_model(pointer_of<kube_gateway, kube_answer> self,
                                                 fabric* net, caller who) {
  return {[=](const kube_request& asked) {
            return forward<kube_answer>(
                self, [&](auto reply) { net->kube(who, asked.body, std::move(reply)); });
          },
          [=](const kube_watch& wanted, const caf::actor& listener) {
            const auto weak = caf::actor_cast<caf::weak_actor_ptr>(listener);
            net->watch(
                who, wanted,
                [weak](const watch_event& one) { send_weakly(weak, caf::make_message(one)); },
                [weak](const watch_ended& one) { send_weakly(weak, caf::make_message(one)); });
          },
          [=](const kube_unwatch& which) { net->unwatch(who, which.id); },
          [=](const answer_due& message) { deliver(self, message); }};
}

model_of<flink_gateway>::behavior_type flink_model(pointer_of<flink_gateway, flink_answer> self,
                                                   fabric* net, caller who) {
  return {[=](const flink_request& asked) {
            return forward<flink_answer>(self, [&](auto reply) {
              net->flink_rest(who, asked.endpoint, asked.body, std::move(reply));
            });
          },
          [=](const answer_due& message) { deliver(self, message); }};
}

model_of<storage_gateway>::behavior_type storage_model(
    pointer_of<storage_gateway, storage_answer> self, fabric* net, caller who) {
  return {[=](const storage_request& asked) {
            return forward<storage_answer>(
                self, [&](auto reply) { net->store(who, asked, std::move(reply)); });
          },
          [=](const answer_due& message) { deliver(self, message); }};
}

}  // namespace

process::process(const timeline& time, fabric& net, const operator_process_settings& settings)
    : number_(settings.number),
      clock_(time),
      config_(std::make_unique<process_config>()),
      system_(std::make_unique<caf::actor_system>(*config_)),
      root_ended_(std::make_shared<bool>(false)) {
  queue().set_time(time.now());
  const caller who{settings.number, settings.identity};
  surroundings around;
  around.out.kube = system_->spawn(kube_model, &net, who);
  around.out.flink = system_->spawn(flink_model, &net, who);
  around.out.storage = system_->spawn(storage_model, &net, who);
  gateways_ = {caf::actor_cast<caf::actor>(around.out.kube),
               caf::actor_cast<caf::actor>(around.out.flink),
               caf::actor_cast<caf::actor>(around.out.storage)};
  around.out.clock = &clock_;
  around.gate = std::make_shared<fence>();
  around.observer = settings.observer;
  around.identity = settings.identity;
  root_ = system_->spawn(operator_actor, around, settings.actors);
  root_->attach_functor([ended = root_ended_](const caf::error&) { *ended = true; });
}

/// A crash, whatever the reason: the fabric was told before, so nothing of the dying gets out.
process::~process() {
  caf::anon_send_exit(root_, caf::exit_reason::kill);
  root_ = nullptr;
  queue().die();
  for (const auto& one : gateways_) caf::anon_send_exit(one, caf::exit_reason::kill);
  gateways_.clear();  // they hold promises, and so themselves: they end only when told to
  queue().die();
  system_.reset();
}

bool process::has_ended() const { return *root_ended_; }

void process::step_down() { caf::anon_send(root_, drey::step_down{}); }

}  // namespace drey::sim
