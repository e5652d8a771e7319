/// The Kubernetes gateway's actor: a table of calls under way and one of watches.
#include "runtime/kube_gateway.hpp"

#include <algorithm>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>
#include <iterator>
#include <unordered_map>
#include <utility>

#include "protocol/kube_http.hpp"
#include "protocol/object_codec.hpp"
#include "runtime/exchange_reports.hpp"
#include "runtime/line_buffer.hpp"
#include "runtime/list_pages.hpp"

namespace drey {

namespace {

using answer_promise = caf::typed_response_promise<kube_answer>;

struct pending_call {
  kube_body asked;
  answer_promise promise;
};

struct pending_list {
  list_pages pages;
  answer_promise promise;
};

struct open_watch {
  kube_watch asked;
  caf::actor listener;
  http_client::call_id exchange = 0;
  line_buffer lines{object_bytes_max};
};

struct gateway_state {
  static inline const char* name = "kubernetes gateway";

  ~gateway_state() {
    for (const auto& [call, one] : watches) client->cancel(one.exchange);
  }

  http_client* client = nullptr;
  cluster_access access;
  kube_gateway_options options;
  std::uint64_t last_call = 0;
  std::unordered_map<std::uint64_t, pending_call> calls;
  std::unordered_map<std::uint64_t, pending_list> lists;  // by the exchange of the present page
  std::unordered_map<std::uint64_t, open_watch> watches;  // by call, not by the listener's id
};

using gateway_actor =
    kube_gateway::extend<caf::reacts_to<exchange_over>, caf::reacts_to<bytes_arrived>>;
using gateway_pointer = gateway_actor::stateful_pointer<gateway_state>;

http_call call_of(gateway_state& state, http_request request) {
  http_call call;
  call.endpoint = state.access.api;
  call.request = std::move(request);
  call.bearer_token = state.access.token.current();
  call.timeout = state.options.call_timeout;
  return call;
}

std::function<void(http_outcome)> report_end(gateway_pointer self, std::uint64_t call) {
  return [me = caf::weak_actor_ptr{self->ctrl()}, call](http_outcome outcome) {
    report_to(me, exchange_over{call, std::move(outcome)});
  };
}

void ask_page(gateway_pointer self, pending_list list) {
  auto& state = self->state;
  const auto number = ++state.last_call;
  auto call = call_of(state, list.pages.request());
  call.timeout = state.options.list_timeout;
  call.body_bytes_max = state.options.list_bytes_max;
  state.lists.emplace(number, std::move(list));
  state.client->start(std::move(call), {report_end(self, number)});
}

answer_promise ask(gateway_pointer self, const kube_request& request) {
  auto& state = self->state;
  auto promise = self->make_response_promise<answer_promise>();
  if (const auto* list = std::get_if<kube_list>(&request.body)) {
    ask_page(self, {list_pages{*list, state.options.page_items_max}, promise});
    return promise;
  }
  const auto number = ++state.last_call;
  state.calls.emplace(number, pending_call{request.body, promise});
  state.client->start(call_of(state, to_http(request.body)), {report_end(self, number)});
  return promise;
}

bool listens(const gateway_state& state, const caf::actor& listener) {
  return std::any_of(state.watches.begin(), state.watches.end(),
                     [&](const auto& one) { return one.second.listener == listener; });
}

void begin_watch(gateway_pointer self, const kube_watch& asked, const caf::actor& listener) {
  auto& state = self->state;
  const auto number = ++state.last_call;
  auto call = call_of(state, watch_to_http(asked));
  call.timeout = milliseconds{0};
  call.silence_max = state.options.watch_silence_max;
  http_callbacks callbacks{report_end(self, number)};
  callbacks.bytes = [me = caf::weak_actor_ptr{self->ctrl()}, number](std::string_view bytes) {
    report_to(me, bytes_arrived{number, std::string{bytes}});
    return stream_flow::onward;
  };
  if (!listens(state, listener)) self->monitor(listener);
  const auto exchange = state.client->start(std::move(call), std::move(callbacks));
  state.watches.emplace(number, open_watch{asked, listener, exchange});
}

using watch_place = std::unordered_map<std::uint64_t, open_watch>::iterator;

watch_place forget_watch(gateway_pointer self, watch_place at) {
  auto& state = self->state;
  const auto listener = at->second.listener;
  state.client->cancel(at->second.exchange);
  const auto next = state.watches.erase(at);
  if (!listens(state, listener)) self->demonitor(listener);
  return next;
}

void end_watch(gateway_pointer self, std::uint64_t call, refusal why) {
  const auto at = self->state.watches.find(call);
  caf::anon_send(at->second.listener, watch_ended{at->second.asked.id, std::move(why)});
  forget_watch(self, at);
}

template <class Meant>
void forget_watches(gateway_pointer self, Meant meant) {
  auto& watches = self->state.watches;
  for (auto at = watches.begin(); at != watches.end();)
    at = meant(at->second) ? forget_watch(self, at) : std::next(at);
}

/// By id and listener: two reflectors may number their watches alike.
void unwatch(gateway_pointer self, const kube_unwatch& asked) {
  const auto sender = self->current_sender();
  forget_watches(self, [&](const open_watch& one) {
    return one.asked.id == asked.id && (!sender || one.listener == sender);
  });
}

void listener_gone(gateway_pointer self, const caf::down_msg& down) {
  forget_watches(self, [&](const open_watch& one) { return one.listener == down.source; });
}

void take_bytes(gateway_pointer self, const bytes_arrived& arrived) {
  const auto at = self->state.watches.find(arrived.call);
  if (at == self->state.watches.end()) return;
  auto& watch = at->second;
  if (!watch.lines.add(arrived.bytes))
    return end_watch(self, arrived.call,
                     {refusal_reason::malformed, "a watch line exceeds the size of an object"});
  while (const auto line = watch.lines.next()) {
    if (line->empty()) continue;
    auto decoded = decode_watch_line(watch.asked.id, watch.asked.kind, *line);
    if (auto* why = std::get_if<refusal>(&decoded))
      return end_watch(self, arrived.call, std::move(*why));
    caf::anon_send(watch.listener, std::get<watch_event>(std::move(decoded)));
  }
}

refusal why_over(const http_outcome& outcome) {
  if (const auto* loss = std::get_if<http_loss>(&outcome)) return refusal_of(*loss);
  const auto& response = std::get<http_response>(outcome);
  if (response.status >= 200 && response.status < 300)
    return {refusal_reason::unavailable, "the watch ended in order"};
  return kube_refusal(asked_for::reading, response);
}

kube_answer answer_of(const kube_body& asked, const http_outcome& outcome) {
  if (const auto* loss = std::get_if<http_loss>(&outcome)) return {refusal_of(*loss)};
  return kube_answer_of(asked, std::get<http_response>(outcome));
}

void take_page(gateway_pointer self, std::uint64_t call, const http_outcome& outcome) {
  const auto at = self->state.lists.find(call);
  auto list = std::move(at->second);
  self->state.lists.erase(at);
  if (auto answer = list.pages.take(outcome))
    list.promise.deliver(std::move(*answer));
  else
    ask_page(self, std::move(list));
}

void take_end(gateway_pointer self, const exchange_over& over) {
  auto& state = self->state;
  if (state.lists.contains(over.call)) return take_page(self, over.call, over.outcome);
  if (state.watches.contains(over.call)) return end_watch(self, over.call, why_over(over.outcome));
  const auto at = state.calls.find(over.call);
  if (at == state.calls.end()) return;
  auto call = std::move(at->second);
  state.calls.erase(at);
  call.promise.deliver(answer_of(call.asked, over.outcome));
}

gateway_actor::behavior_type behavior_of(gateway_pointer self, http_client* client,
                                         cluster_access access, kube_gateway_options options) {
  self->state.client = client;
  self->state.access = std::move(access);
  self->state.options = options;
  self->set_down_handler([self](const caf::down_msg& down) { listener_gone(self, down); });
  return {
      [self](const kube_request& request) { return ask(self, request); },
      [self](const kube_watch& asked, const caf::actor& listener) {
        begin_watch(self, asked, listener);
      },
      [self](const kube_unwatch& asked) { unwatch(self, asked); },
      [self](const exchange_over& over) { take_end(self, over); },
      [self](const bytes_arrived& arrived) { take_bytes(self, arrived); },
  };
}

}  // namespace

kube_gateway spawn_kube_gateway(caf::actor_system& system, http_client& client,
                                cluster_access access, kube_gateway_options options) {
  if (options.thread == gateway_thread::own)
    return system.spawn<caf::detached>(behavior_of, &client, std::move(access), options);
  return system.spawn(behavior_of, &client, std::move(access), options);
}

}  // namespace drey
