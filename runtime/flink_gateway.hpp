/// Speaks to the JobManagers' REST endpoints (protocol/wire.hpp: flink_gateway). One request, one
/// HTTP exchange, one answer; nothing is repeated here, every failure is a refusal.
#pragma once

#include <caf/actor_system.hpp>
#include <map>
#include <string>

#include "protocol/limits.hpp"
#include "protocol/wire.hpp"
#include "runtime/http_client.hpp"

namespace drey {

struct flink_gateway_options {
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
