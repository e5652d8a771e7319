/// Speaks to the JobManagers' REST endpoints (protocol/wire.hpp: flink_gateway). One request, one
/// HTTP exchange, one answer; nothing is repeated here, every failure is a refusal.
#pragma once

#include <caf/actor_system.hpp>
#include <map>
#include <optional>
#include <string>

#include "protocol/limits.hpp"
#include "protocol/wire.hpp"
#include "runtime/http_client.hpp"
#include "runtime/watched_file.hpp"

namespace drey {

/// Whom to believe and who we are where REST speaks TLS, as PEM; the same for all clusters, as with
/// the Apache operator's trust and key store.
struct flink_credentials {
  std::optional<watched_file> authorities;  ///< none: those of the system
  std::optional<watched_file> certificate;  ///< shown where a cluster wants to see one
  std::optional<watched_file> key;
};

struct flink_gateway_options {
  flink_credentials credentials = {};
  milliseconds call_timeout{10'000};
  /// Of an upload, which may be large, and of a run, which waits for the job's main().
  milliseconds submission_timeout = limits::submission_wait;
  std::size_t answer_bytes_max = 16 << 20;
  /// Where to find a JobManager whose service name this machine cannot resolve: "host:port" as
  /// asked for to "host:port" to connect to (tests, an operator outside of the cluster).
  std::map<std::string, std::string> elsewhere = {};
};

/// `client` outlives the actor, which is ended by an exit message.
flink_gateway spawn_flink_gateway(caf::actor_system& system, http_client& client,
                                  flink_gateway_options options = {});

}  // namespace drey
