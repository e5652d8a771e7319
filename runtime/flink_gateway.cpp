/// The Flink gateway's actor: a table of calls under way.
#include "runtime/flink_gateway.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>
#include <unordered_map>
#include <utility>

#include "protocol/flink_http.hpp"
#include "runtime/exchange_reports.hpp"

namespace drey {

namespace {

using answer_promise = caf::typed_response_promise<flink_answer>;

struct pending_call {
  flink_body asked;
  answer_promise promise;
};

struct gateway_state {
  static inline const char* name = "flink gateway";
  http_client* client = nullptr;
  flink_gateway_options options;
  std::uint64_t last_call = 0;
  std::unordered_map<std::uint64_t, pending_call> calls;
};

using gateway_actor = flink_gateway::extend<caf::reacts_to<exchange_over>>;
using gateway_pointer = gateway_actor::stateful_pointer<gateway_state>;

std::string text_of(std::optional<watched_file>& file) {
  return file ? file->current() : std::string{};
}

/// An IPv6 address stands in brackets.
std::string with_port(const std::string& host, std::int32_t port) {
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return (is_ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::shared_ptr<const http_endpoint> endpoint_of(const flink_endpoint& asked,
                                                 flink_gateway_options& options) {
  http_endpoint endpoint;
  const auto name = with_port(asked.host, asked.port);
  endpoint.base_url = (asked.security == rest_security::plain ? "http://" : "https://") + name;
  endpoint.proxies = proxy_use::none;  // JobManagers are neighbours
  if (!asked.address.empty()) endpoint.connect_to = with_port(asked.address, asked.port);
  const auto at = options.elsewhere.find(asked.address.empty() ? name : endpoint.connect_to);
  if (at != options.elsewhere.end()) endpoint.connect_to = at->second;
  if (asked.security != rest_security::plain)
    endpoint.ca_pem = text_of(options.credentials.authorities);
  if (asked.security == rest_security::mutual) {
    endpoint.certificate_pem = text_of(options.credentials.certificate);
    endpoint.key_pem = text_of(options.credentials.key);
  }
  return std::make_shared<const http_endpoint>(std::move(endpoint));
}

milliseconds timeout_of(const flink_body& asked, const flink_gateway_options& options) {
  const bool submission =
      std::holds_alternative<upload_jar>(asked) || std::holds_alternative<run_jar>(asked);
  return submission ? options.submission_timeout : options.call_timeout;
}

answer_promise ask(gateway_pointer self, const flink_request& request) {
  auto& state = self->state;
  const auto number = ++state.last_call;
  auto promise = self->make_response_promise<answer_promise>();
  http_call call;
  call.endpoint = endpoint_of(request.endpoint, state.options);
  call.request = to_http(request.body);
  call.timeout = timeout_of(request.body, state.options);
  call.body_bytes_max = state.options.answer_bytes_max;
  state.calls.emplace(number, pending_call{request.body, promise});
  state.client->start(std::move(call),
                      {[me = caf::weak_actor_ptr{self->ctrl()}, number](http_outcome outcome) {
                        report_to(me, exchange_over{number, std::move(outcome)});
                      }});
  return promise;
}

flink_answer answer_of(const flink_body& asked, const http_outcome& outcome) {
  if (const auto* loss = std::get_if<http_loss>(&outcome)) return {refusal_of(*loss)};
  return flink_answer_of(asked, std::get<http_response>(outcome));
}

void take_end(gateway_pointer self, const exchange_over& over) {
  const auto at = self->state.calls.find(over.call);
  if (at == self->state.calls.end()) return;
  auto call = std::move(at->second);
  self->state.calls.erase(at);
  call.promise.deliver(answer_of(call.asked, over.outcome));
}

gateway_actor::behavior_type behavior_of(gateway_pointer self, http_client* client,
                                         flink_gateway_options options) {
  self->state.client = client;
  self->state.options = std::move(options);
  return {
      [self](const flink_request& request) { return ask(self, request); },
      [self](const exchange_over& over) { take_end(self, over); },
  };
}

}  // namespace

flink_gateway spawn_flink_gateway(caf::actor_system& system, http_client& client,
                                  flink_gateway_options options) {
  return system.spawn(behavior_of, &client, std::move(options));
}

}  // namespace drey
