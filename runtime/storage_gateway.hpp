/// Lists checkpoint stores that are mounted here and fetches jars (protocol/wire.hpp:
/// storage_gateway). Files are looked at on threads of their own, so that a mount that hangs holds
/// up nobody; fetching streams through the HTTP client into a file.
#pragma once

#include <caf/actor_system.hpp>
#include <filesystem>
#include <set>
#include <string>

#include "protocol/limits.hpp"
#include "protocol/wire.hpp"
#include "runtime/http_client.hpp"

namespace drey {

struct storage_gateway_options {
  /// Belongs to this process alone: what an earlier one left is removed.
  std::filesystem::path work_directory;
  std::set<std::string> artifact_schemes{"https", "http"};
  std::int64_t artifact_bytes_max = limits::artifact_bytes_max;
  milliseconds fetch_timeout = limits::submission_wait;
  milliseconds fetch_silence_max{60'000};
  milliseconds listing_timeout{60'000};
  /// Listings under way at once; those that a dead mount holds count too.
  int listings_max = 8;
};

/// `client` outlives the actor, which is ended by an exit message. Throws
/// std::filesystem::filesystem_error when the work directory cannot be made.
storage_gateway spawn_storage_gateway(caf::actor_system& system, http_client& client,
                                      storage_gateway_options options);

}  // namespace drey
