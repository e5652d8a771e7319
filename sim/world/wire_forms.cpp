#include "sim/world/wire_forms.hpp"

#include <stdexcept>
#include <string>

#include "protocol/flink_http.hpp"
#include "protocol/kube_http.hpp"
#include "protocol/object_codec.hpp"

namespace drey::sim {

namespace {

[[noreturn]] void unreadable(const http_request& request) {
  throw std::logic_error("no server can read what the operator asked: " + request.method + " " +
                         request.path + " " + request.body);
}

[[noreturn]] void unreadable(const std::string& text, const refusal& why) {
  throw std::logic_error("the operator cannot read what a server said: " + why.message + " in " +
                         text);
}

template <class Answer>
bool never_came(const Answer& answer) {
  const auto* why = std::get_if<refusal>(&answer.result);
  return why != nullptr && why->reason == refusal_reason::unknown_outcome;
}

/// A model never garbles: the network does, and says so by `half_of`.
template <class Answer>
void expect_readable(const http_response& response, const Answer& answer) {
  const auto* why = std::get_if<refusal>(&answer.result);
  if (why != nullptr && why->reason == refusal_reason::malformed) unreadable(response.body, *why);
}

}  // namespace

kube_body through_http(const kube_body& asked) {
  const auto request = to_http(asked);
  auto read = kube_body_of(request);
  if (!read || read->index() != asked.index()) unreadable(request);
  return std::move(*read);
}

kube_answer through_http(const kube_body& asked, const kube_answer& answer) {
  if (never_came(answer)) return answer;
  const auto response = to_http(asked, answer);
  auto read = kube_answer_of(asked, response);
  expect_readable(response, read);
  return read;
}

kube_watch through_http(const kube_watch& asked) {
  const auto request = watch_to_http(asked);
  auto read = kube_watch_of(request);
  if (!read) unreadable(request);
  read->id = asked.id;  // the client's own number of the stream
  return std::move(*read);
}

watch_event through_http(const kube_watch& of, const watch_event& event) {
  const auto line = encode_watch_line(of.kind, event);
  auto read = decode_watch_line(of.id, of.kind, line);
  if (const auto* why = std::get_if<refusal>(&read)) unreadable(line, *why);
  return std::get<watch_event>(std::move(read));
}

/// Only 410 is said in the stream; else it just ends.
watch_ended through_http(const kube_watch& of, const watch_ended& ended) {
  if (ended.why.reason != refusal_reason::gone) return ended;
  const auto line = encode_watch_error(ended.why);
  auto read = decode_watch_line(of.id, of.kind, line);
  const auto* why = std::get_if<refusal>(&read);
  if (why == nullptr) throw std::logic_error("the operator takes an error for an event: " + line);
  return {of.id, *why};
}

flink_body through_http(const flink_body& asked) {
  const auto request = to_http(asked);
  auto read = flink_body_of(request);
  if (!read || read->index() != asked.index()) unreadable(request);
  return std::move(*read);
}

flink_answer through_http(const flink_body& asked, const flink_answer& answer) {
  if (never_came(answer)) return answer;
  const auto response = to_http(asked, answer);
  auto read = flink_answer_of(asked, response);
  expect_readable(response, read);
  return read;
}

flink_answer half_of(const flink_body& asked, const flink_answer& answer) {
  if (never_came(answer)) return answer;
  auto response = to_http(asked, answer);
  response.body.resize(response.body.size() / 2);
  return flink_answer_of(asked, response);
}

}  // namespace drey::sim
