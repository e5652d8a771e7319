/// The storage gateway's actor: listings on detached actors, fetches on the HTTP client.
#include "runtime/storage_gateway.hpp"

#include <caf/blocking_actor.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>
#include <memory>
#include <unordered_map>
#include <utility>

#include "runtime/artifact_file.hpp"
#include "runtime/exchange_reports.hpp"
#include "runtime/snapshot_listing.hpp"

namespace drey {

/// A detached actor has looked.
struct listing_over {
  std::uint64_t call = 0;
  storage_answer answer;
};

/// The time of a listing is up.
struct listing_due {
  std::uint64_t call = 0;
};

}  // namespace drey

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::listing_over)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::listing_due)

namespace drey {

namespace {

constexpr int redirects_max = 5;
constexpr std::size_t error_page_bytes_max = 1 << 20;

using answer_promise = caf::typed_response_promise<storage_answer>;

struct pending_fetch {
  std::string uri;
  answer_promise promise;
  std::shared_ptr<artifact_file> file;
};

struct gateway_state {
  static inline const char* name = "storage gateway";
  http_client* client = nullptr;
  storage_gateway_options options;
  std::uint64_t last_call = 0;
  int listings = 0;
  std::unordered_map<std::uint64_t, answer_promise> lists;
  std::unordered_map<std::uint64_t, pending_fetch> fetches;
};

using gateway_actor =
    storage_gateway::extend<caf::reacts_to<exchange_over>, caf::reacts_to<listing_over>,
                            caf::reacts_to<listing_due>>;
using gateway_pointer = gateway_actor::stateful_pointer<gateway_state>;

storage_answer refused(refusal_reason reason, std::string message) {
  return {refusal{reason, std::move(message)}};
}

/// The body of an actor with a thread of its own.
void list_detached(caf::blocking_actor*, const caf::weak_actor_ptr& gateway, std::uint64_t call,
                   const list_snapshots& asked) {
  report_to(gateway, listing_over{call, list_mounted_snapshots(asked)});
}

void perform(gateway_pointer self, const list_snapshots& asked, answer_promise& promise) {
  auto& state = self->state;
  if (state.listings >= state.options.listings_max) {
    promise.deliver(refused(refusal_reason::unavailable,
                            "too many listings under way: a mounted store may hang"));
    return;
  }
  const auto number = ++state.last_call;
  ++state.listings;
  state.lists.emplace(number, promise);
  self->spawn<caf::detached>(list_detached, caf::weak_actor_ptr{self->ctrl()}, number, asked);
  self->delayed_send(self, state.options.listing_timeout, listing_due{number});
}

std::string scheme_of(const std::string& uri) {
  const auto end = uri.find("://");
  return end == std::string::npos ? std::string{} : uri.substr(0, end);
}

/// "https://host:port" and the rest.
std::pair<std::string, std::string> parts_of_uri(const std::string& uri) {
  const auto path = std::min(uri.find('/', uri.find("://") + 3), uri.size());
  auto rest = uri.substr(path, uri.find('#', path) - path);
  return {uri.substr(0, path), rest.empty() ? "/" : rest};
}

/// For messages, which end up in a status, an Event and the log: without what may be a secret, a
/// user's password or the signature in a query.
std::string shown(const std::string& uri) {
  const auto authority = uri.find("://") + 3;
  const auto path = std::min(uri.find_first_of("/?#", authority), uri.size());
  const auto user = uri.rfind('@', path);
  const auto begin = user == std::string::npos || user < authority ? authority : user + 1;
  const auto end = std::min(uri.find_first_of("?#", begin), uri.size());
  return uri.substr(0, authority) + uri.substr(begin, end - begin);
}

http_call fetch_call(const std::string& uri, const storage_gateway_options& options) {
  auto [base, path] = parts_of_uri(uri);
  http_endpoint endpoint;
  endpoint.base_url = std::move(base);
  http_call call;
  call.endpoint = std::make_shared<const http_endpoint>(std::move(endpoint));
  call.request.path = std::move(path);
  call.timeout = options.fetch_timeout;
  call.silence_max = options.fetch_silence_max;
  call.body_bytes_max = error_page_bytes_max;
  call.redirects_max = redirects_max;
  return call;
}

void perform(gateway_pointer self, const fetch_artifact& asked, answer_promise& promise) {
  auto& state = self->state;
  if (!state.options.artifact_schemes.contains(scheme_of(asked.uri))) {
    std::string allowed;
    for (const auto& one : state.options.artifact_schemes)
      allowed += (allowed.empty() ? "" : ", ") + one;
    promise.deliver(refused(refusal_reason::invalid, "cannot fetch '" + scheme_of(asked.uri) +
                                                         "' addresses: use one that begins with " +
                                                         allowed + "://"));
    return;
  }
  const auto number = ++state.last_call;
  const auto file = std::make_shared<artifact_file>(state.options.work_directory, number, asked.uri,
                                                    state.options.artifact_bytes_max);
  state.fetches.emplace(number, pending_fetch{asked.uri, promise, file});
  http_callbacks callbacks;
  callbacks.done = [me = caf::weak_actor_ptr{self->ctrl()}, number](http_outcome outcome) {
    report_to(me, exchange_over{number, std::move(outcome)});
  };
  callbacks.bytes = [file](std::string_view bytes) {
    return file->add(bytes) ? stream_flow::onward : stream_flow::stop;
  };
  state.client->start(fetch_call(asked.uri, state.options), std::move(callbacks));
}

void perform(gateway_pointer self, const release_artifact& asked, answer_promise& promise) {
  std::error_code ignored;
  if (is_artifact(self->state.options.work_directory, asked.artifact))
    std::filesystem::remove(asked.artifact, ignored);
  promise.deliver(storage_answer{artifact_released{}});
}

refusal_reason reason_of_status(int status) {
  if (status == 401 || status == 403) return refusal_reason::forbidden;
  if (status == 404 || status == 410) return refusal_reason::not_found;
  if (status == 408 || status == 429 || status >= 500) return refusal_reason::unavailable;
  return refusal_reason::invalid;
}

/// Reading changes nothing, so every broken exchange is simply `unavailable`.
storage_answer answer_of(pending_fetch& fetch, const http_outcome& outcome) {
  const auto about = "cannot fetch " + shown(fetch.uri) + ": ";
  const auto* loss = std::get_if<http_loss>(&outcome);
  if (loss && loss->reason != loss_reason::stopped)
    return refused(refusal_reason::unavailable, about + loss->message);
  if (const auto* response = std::get_if<http_response>(&outcome))
    if (response->status < 200 || response->status > 299)
      return refused(reason_of_status(response->status),
                     about + "HTTP " + std::to_string(response->status));
  if (const auto wrong = fetch.file->finish())
    return refused(wrong->reason, about + wrong->message);
  fetch.file->keep();
  return {artifact_fetched{fetch.file->path().string(), fetch.file->bytes()}};
}

void take_end(gateway_pointer self, const exchange_over& over) {
  const auto at = self->state.fetches.find(over.call);
  if (at == self->state.fetches.end()) return;
  auto fetch = std::move(at->second);
  self->state.fetches.erase(at);
  auto answer = answer_of(fetch, over.outcome);
  fetch.file->close();  // now, not when the client's thread lets go of it
  fetch.promise.deliver(std::move(answer));
}

void answer_listing(gateway_pointer self, std::uint64_t call, storage_answer answer) {
  const auto at = self->state.lists.find(call);
  if (at == self->state.lists.end()) return;
  auto promise = std::move(at->second);
  self->state.lists.erase(at);
  promise.deliver(std::move(answer));
}

answer_promise ask(gateway_pointer self, const storage_request& request) {
  auto promise = self->make_response_promise<answer_promise>();
  std::visit([&](const auto& asked) { perform(self, asked, promise); }, request.body);
  return promise;
}

gateway_actor::behavior_type behavior_of(gateway_pointer self, http_client* client,
                                         storage_gateway_options options) {
  self->state.client = client;
  self->state.options = std::move(options);
  return {
      [self](const storage_request& request) { return ask(self, request); },
      [self](const exchange_over& over) { take_end(self, over); },
      [self](const listing_over& over) {
        --self->state.listings;
        answer_listing(self, over.call, over.answer);
      },
      [self](const listing_due& due) {
        answer_listing(self, due.call,
                       refused(refusal_reason::unavailable, "the mounted store does not answer"));
      },
  };
}

}  // namespace

storage_gateway spawn_storage_gateway(caf::actor_system& system, http_client& client,
                                      storage_gateway_options options) {
  clear_artifacts(options.work_directory);
  return system.spawn(behavior_of, &client, std::move(options));
}

}  // namespace drey
