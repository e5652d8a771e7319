/// Lists checkpoint stores, mounted here, of S3 or of HDFS, and fetches jars (protocol/wire.hpp:
/// storage_gateway). What may block is done on threads of its own, so that a store that hangs holds
/// up nobody; fetching streams through the HTTP client into a file.
#pragma once

#include <caf/actor_system.hpp>
#include <filesystem>
#include <string>

#include "protocol/limits.hpp"
#include "protocol/wire.hpp"
#include "runtime/http_client.hpp"
#include "runtime/s3_settings.hpp"
#include "runtime/webhdfs_settings.hpp"

namespace drey {

struct storage_gateway_options {
  /// Belongs to this process alone: what an earlier one left is removed.
  std::filesystem::path work_directory;
  s3_settings s3;
  webhdfs_settings webhdfs;
  std::filesystem::path jar_directory;  ///< whose files are jars; empty: none of this machine's is
  redirect_reach jar_redirects = redirect_reach::public_only;
  redirect_reach jar_hosts = redirect_reach::anywhere;
  std::int64_t artifact_bytes_max = limits::artifact_bytes_max;
  milliseconds fetch_timeout = limits::submission_wait;
  milliseconds fetch_silence_max{60'000};
  milliseconds listing_timeout{60'000};
  /// Listings and copies under way at once; those that a dead mount holds count too.
  int detached_max = 8;
};

/// `client` outlives the actor, which is ended by an exit message. Throws
/// std::filesystem::filesystem_error when the work directory cannot be made.
storage_gateway spawn_storage_gateway(caf::actor_system& system, http_client& client,
                                      storage_gateway_options options);

}  // namespace drey
