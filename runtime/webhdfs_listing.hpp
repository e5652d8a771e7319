/// Which complete snapshots lie below a folder of HDFS, asked over WebHDFS. Blocks on the network:
/// the storage gateway calls it on a thread of its own.
#pragma once

#include "protocol/storage_call.hpp"
#include "runtime/snapshot_metadata.hpp"
#include "runtime/webhdfs_settings.hpp"

namespace drey {

struct webhdfs_limits {
  milliseconds all{60'000};  ///< of the whole listing
  milliseconds each{20'000};
  int requests = 20'000;
  int depth = snapshot_depth_max;
  std::size_t answer_bytes = 4 << 20;  ///< of an HDFS that cannot page: some 10,000 files
};

/// Paths are answered as they were asked, "webhdfs://…" for "webhdfs://…", sorted.
///
/// As with mounted files a folder that is not there, below one that is (`made_later`), is empty.
/// Anything that could not be looked at makes the whole answer a refusal: an incomplete listing
/// would look like lost state.
storage_answer list_webhdfs_snapshots(http_client& client, const webhdfs_settings& settings,
                                      const list_snapshots& asked,
                                      const webhdfs_limits& limits = {});

}  // namespace drey
