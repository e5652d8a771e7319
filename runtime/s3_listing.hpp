/// Which complete snapshots lie below a folder of an S3 store. Blocks on the network: the storage
/// gateway calls it on a thread of its own.
#pragma once

#include "protocol/storage_call.hpp"
#include "runtime/s3_settings.hpp"
#include "runtime/snapshot_metadata.hpp"

namespace drey {

struct s3_limits {
  milliseconds all{60'000};  ///< of the whole listing
  milliseconds each{20'000};
  int requests = 20'000;
  int at_once = 4;
  int depth = snapshot_depth_max;
  std::size_t answer_bytes = 4 << 20;  ///< 1,000 of the longest keys, encoded, have room
};

/// Paths are answered as they were asked, "s3a://…" for "s3a://…", sorted.
///
/// As with mounted files a folder without anything is empty only in a store that is there, which
/// the bucket is. Anything that could not be looked at makes the whole answer a refusal: an
/// incomplete listing would look like lost state.
storage_answer list_s3_snapshots(http_client& client, const s3_settings& settings,
                                 const list_snapshots& asked, const s3_limits& limits = {});

}  // namespace drey
