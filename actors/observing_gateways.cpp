#include "actors/observing_gateways.hpp"

#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>
#include <map>
#include <utility>

namespace drey {

namespace {

template <class Real>
struct observer_state {
  static inline const char* name = "observing gateway";
  Real real;
  withheld_listener tell;
  told_once told;
  std::shared_ptr<shared_notes> notes;
  std::map<std::uint32_t, caf::actor> watches;

  void withhold(const withheld_call& one) {
    if (told.add(one) && tell) tell(one);
  }
};

using kube_observer =
    kube_gateway::extend<caf::reacts_to<watch_event>, caf::reacts_to<watch_ended>>;
using kube_pointer = kube_observer::stateful_pointer<observer_state<kube_gateway>>;
using flink_pointer = flink_gateway::stateful_pointer<observer_state<flink_gateway>>;
using storage_pointer = storage_gateway::stateful_pointer<observer_state<storage_gateway>>;

const refusal& lost() {
  static const refusal why{refusal_reason::unknown_outcome, "the gateway is gone", {}};
  return why;
}

kube_answer with_notes(shared_notes& notes, kube_answer answer) {
  if (auto* one = std::get_if<object_ptr>(&answer.result)) *one = notes.shown(*one);
  if (auto* all = std::get_if<object_list>(&answer.result))
    for (auto& one : all->items) one = notes.shown(one);
  return answer;
}

/// Asks the real gateway; what comes back goes through `change`.
template <class Answer, class Pointer, class Request, class Change>
caf::typed_response_promise<Answer> ask_on(Pointer self, const Request& asked, Change change) {
  auto promise = self->template make_response_promise<caf::typed_response_promise<Answer>>();
  self->request(self->state.real, caf::infinite, asked)
      .then([promise, change](const Answer& answer) mutable { promise.deliver(change(answer)); },
            [promise](const caf::error&) mutable { promise.deliver(Answer{lost()}); });
  return promise;
}

template <class Answer, class Pointer>
caf::typed_response_promise<Answer> answer_now(Pointer self, Answer answer) {
  auto promise = self->template make_response_promise<caf::typed_response_promise<Answer>>();
  promise.deliver(std::move(answer));
  return promise;
}

caf::typed_response_promise<kube_answer> ask(kube_pointer self, const kube_request& asked) {
  auto* state = &self->state;
  if (!is_mutating(asked.body))
    return ask_on<kube_answer>(self, asked, [state](const kube_answer& answer) {
      return with_notes(*state->notes, answer);
    });
  state->withhold(withheld(asked.body));
  return answer_now(self, state->notes->answer_without(asked.body));
}

void pass_on(kube_pointer self, watch_event event) {
  const auto found = self->state.watches.find(event.id);
  if (found == self->state.watches.end()) return;
  auto& notes = *self->state.notes;
  if (event.seen) event.seen = notes.shown(event.seen);
  if (event.seen && event.type == watch_event_type::deleted) notes.forget(*event.seen);
  caf::anon_send(found->second, std::move(event));
}

kube_observer::behavior_type observe_kube(kube_pointer self, kube_gateway real,
                                          withheld_listener tell,
                                          std::shared_ptr<shared_notes> notes) {
  self->state.real = std::move(real);
  self->state.notes = std::move(notes);
  self->state.tell = std::move(tell);
  return {[self](const kube_request& asked) { return ask(self, asked); },
          [self](const kube_watch& asked, const caf::actor& listener) {
            self->state.watches[asked.id] = listener;
            self->send(self->state.real, asked, caf::actor_cast<caf::actor>(self));
          },
          [self](const kube_unwatch& asked) {
            self->state.watches.erase(asked.id);
            self->send(self->state.real, asked);
          },
          [self](const watch_event& event) { pass_on(self, event); },
          [self](const watch_ended& message) {
            const auto over = self->state.watches.extract(message.id);
            if (over) caf::anon_send(over.mapped(), message);
          }};
}

flink_gateway::behavior_type observe_flink(flink_pointer self, flink_gateway real,
                                           withheld_listener tell) {
  self->state.real = std::move(real);
  self->state.tell = std::move(tell);
  return {[self](const flink_request& asked) {
    if (!is_mutating(asked.body))
      return ask_on<flink_answer>(self, asked, [](const flink_answer& answer) { return answer; });
    // The upload is nothing without the run, which names the jar.
    if (!std::holds_alternative<upload_jar>(asked.body))
      self->state.withhold(withheld(asked.endpoint, asked.body));
    return answer_now(self, answer_without(asked.body));
  }};
}

/// A jar is not even fetched: it would be for an upload.
storage_gateway::behavior_type observe_storage(storage_pointer self, storage_gateway real) {
  self->state.real = std::move(real);
  return {[self](const storage_request& asked) {
    if (const auto* jar = std::get_if<fetch_artifact>(&asked.body))
      return answer_now(self, storage_answer{artifact_fetched{jar->uri, 0}});
    if (std::holds_alternative<release_artifact>(asked.body))
      return answer_now(self, storage_answer{artifact_released{}});
    return ask_on<storage_answer>(self, asked, [](const storage_answer& answer) { return answer; });
  }};
}

}  // namespace

gateways observing_gateways(caf::event_based_actor* owner, const gateways& real,
                            const withheld_listener& tell, std::shared_ptr<shared_notes> notes) {
  auto given = real;
  given.kube = owner->spawn(observe_kube, real.kube, tell, std::move(notes));
  given.flink = owner->spawn(observe_flink, real.flink, tell);
  given.storage = owner->spawn(observe_storage, real.storage);
  owner->link_to(given.kube);
  owner->link_to(given.flink);
  owner->link_to(given.storage);
  return given;
}

}  // namespace drey
