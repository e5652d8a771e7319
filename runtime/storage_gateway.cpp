/// The storage gateway's actor: listings and copies on detached actors, fetches on the HTTP client.
#include "runtime/storage_gateway.hpp"

#include <caf/blocking_actor.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>
#include <functional>
#include <memory>
#include <unordered_map>
#include <utility>

#include "runtime/artifact_source.hpp"
#include "runtime/exchange_reports.hpp"
#include "runtime/local_artifact.hpp"
#include "runtime/s3_listing.hpp"
#include "runtime/s3_request.hpp"
#include "runtime/snapshot_listing.hpp"
#include "runtime/webhdfs_listing.hpp"

namespace drey {

/// A detached actor is done.
struct detached_over {
  std::uint64_t call = 0;
  storage_answer answer;
};

/// Its time is up.
struct detached_due {
  std::uint64_t call = 0;
};

}  // namespace drey

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::detached_over)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::detached_due)

namespace drey {

namespace {

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
  int detached = 0;
  std::unordered_map<std::uint64_t, answer_promise> waiting;
  std::unordered_map<std::uint64_t, pending_fetch> fetches;
};

using gateway_actor =
    storage_gateway::extend<caf::reacts_to<exchange_over>, caf::reacts_to<detached_over>,
                            caf::reacts_to<detached_due>>;
using gateway_pointer = gateway_actor::stateful_pointer<gateway_state>;
using blocking_work = std::function<storage_answer()>;

storage_answer refused(refusal_reason reason, std::string message) {
  return {refusal{reason, std::move(message)}};
}

/// The body of an actor with a thread of its own.
void work_detached(caf::blocking_actor*, const caf::weak_actor_ptr& gateway, std::uint64_t call,
                   const blocking_work& work) {
  report_to(gateway, detached_over{call, work()});
}

void detach(gateway_pointer self, answer_promise& promise, blocking_work work) {
  auto& state = self->state;
  if (state.detached >= state.options.detached_max) {
    promise.deliver(refused(refusal_reason::unavailable,
                            "too many listings under way: a mounted store may hang"));
    return;
  }
  const auto number = ++state.last_call;
  ++state.detached;
  state.waiting.emplace(number, promise);
  self->spawn<caf::detached>(work_detached, caf::weak_actor_ptr{self->ctrl()}, number,
                             std::move(work));
  self->delayed_send(self, state.options.listing_timeout, detached_due{number});
}

void perform(gateway_pointer self, const list_snapshots& asked, answer_promise& promise) {
  if (is_hdfs_uri(asked.directory)) {
    webhdfs_limits limits;
    limits.all = self->state.options.listing_timeout;
    return detach(self, promise,
                  [client = self->state.client, webhdfs = self->state.options.webhdfs, asked,
                   limits] { return list_webhdfs_snapshots(*client, webhdfs, asked, limits); });
  }
  if (!is_s3_uri(asked.directory))
    return detach(self, promise, [asked] { return list_mounted_snapshots(asked); });
  s3_limits limits;
  limits.all = self->state.options.listing_timeout;
  detach(self, promise, [client = self->state.client, s3 = self->state.options.s3, asked, limits] {
    return list_s3_snapshots(*client, s3, asked, limits);
  });
}

void download(gateway_pointer self, http_call call, pending_fetch fetch) {
  auto& state = self->state;
  const auto number = ++state.last_call;
  const auto file = fetch.file;
  state.fetches.emplace(number, std::move(fetch));
  http_callbacks callbacks;
  callbacks.done = [me = caf::weak_actor_ptr{self->ctrl()}, number](http_outcome outcome) {
    report_to(me, exchange_over{number, std::move(outcome)});
  };
  callbacks.bytes = [file](std::string_view bytes) {
    return file->add(bytes) ? stream_flow::onward : stream_flow::stop;
  };
  state.client->start(std::move(call), std::move(callbacks));
}

std::string about(const std::string& uri) { return "cannot fetch " + shown_address(uri) + ": "; }

void perform(gateway_pointer self, const fetch_artifact& asked, answer_promise& promise) {
  const auto& options = self->state.options;
  auto source = source_of(asked.uri,
                          {options.s3, options.jar_directory, options.jar_redirects,
                           options.jar_hosts, options.fetch_timeout, options.fetch_silence_max},
                          asked.headers);
  if (const auto* no = std::get_if<refusal>(&source)) {
    promise.deliver(refused(no->reason, about(asked.uri) + no->message));
    return;
  }
  const auto file = std::make_shared<artifact_file>(options.work_directory, ++self->state.last_call,
                                                    asked.uri, options.artifact_bytes_max);
  if (auto* call = std::get_if<http_call>(&source))
    return download(self, std::move(*call), {asked.uri, promise, file});
  detach(self, promise, [file, from = std::get<std::filesystem::path>(source)] {
    auto answer = copy_artifact(from, *file);
    file->close();
    return answer;
  });
}

void perform(gateway_pointer self, const release_artifact& asked, answer_promise& promise) {
  std::error_code ignored;
  if (is_artifact(self->state.options.work_directory, asked.artifact))
    std::filesystem::remove(asked.artifact, ignored);
  promise.deliver(storage_answer{artifact_released{}});
}

/// Reading changes nothing, so every broken exchange is simply `unavailable`.
storage_answer answer_of(pending_fetch& fetch, const http_outcome& outcome) {
  const auto* loss = std::get_if<http_loss>(&outcome);
  if (loss && loss->reason != loss_reason::stopped)
    return refused(loss->reason == loss_reason::unsendable ? refusal_reason::forbidden
                                                           : refusal_reason::unavailable,
                   about(fetch.uri) + loss->message);
  const auto* response = std::get_if<http_response>(&outcome);
  if (response && (response->status < 200 || response->status > 299)) {
    const auto why = refusal_of_fetch(fetch.uri, *response);
    return refused(why.reason, about(fetch.uri) + why.message);
  }
  return finished(*fetch.file, about(fetch.uri));
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

/// False: it was answered already.
bool answer_waiting(gateway_pointer self, std::uint64_t call, storage_answer answer) {
  const auto at = self->state.waiting.find(call);
  if (at == self->state.waiting.end()) return false;
  auto promise = std::move(at->second);
  self->state.waiting.erase(at);
  promise.deliver(std::move(answer));
  return true;
}

void take_end(gateway_pointer self, const detached_over& over) {
  --self->state.detached;
  if (answer_waiting(self, over.call, over.answer)) return;
  std::error_code ignored;  // nobody waits any more for what was copied
  if (const auto* copy = std::get_if<artifact_fetched>(&over.answer.result))
    std::filesystem::remove(copy->artifact, ignored);
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
      [self](const detached_over& over) { take_end(self, over); },
      [self](const detached_due& due) {
        answer_waiting(self, due.call,
                       refused(refusal_reason::unavailable, "the store does not answer"));
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
