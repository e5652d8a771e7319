/// Speaks to a real Kubernetes API server (protocol/wire.hpp: kube_gateway). One request, one HTTP
/// exchange, one answer; nothing is repeated here, every failure is a refusal. Only a list takes as
/// many exchanges as it has pages. Answers are decoded in the actor, off the HTTP client's thread.
#pragma once

#include <caf/actor_system.hpp>

#include "protocol/limits.hpp"
#include "protocol/wire.hpp"
#include "runtime/cluster_access.hpp"
#include "runtime/http_client.hpp"

namespace drey {

/// On a thread of its own a gateway waits for nobody else's decoding.
enum class gateway_thread { shared, own };

struct kube_gateway_options {
  milliseconds call_timeout{30'000};
  /// Of a page of a list, which may be large and slow.
  milliseconds list_timeout{120'000};
  milliseconds watch_silence_max = limits::watch_silence_max;
  /// Objects in one page of a list, as client-go asks for.
  int page_items_max = 500;
  /// Of a page, and of a list that the server gives whole.
  std::size_t list_bytes_max = std::size_t{512} << 20;
  gateway_thread thread = gateway_thread::shared;
};

/// `client` outlives the actor, which is ended by an exit message. A watch without a byte for
/// `watch_silence_max` ends as `unknown_outcome`; one that the server ends in order (after
/// watch_lifetime) as `unavailable`.
kube_gateway spawn_kube_gateway(caf::actor_system& system, http_client& client,
                                cluster_access access, kube_gateway_options options = {});

}  // namespace drey
