/// Which complete snapshots lie below a folder that is mounted here. Blocks on the file system: the
/// storage gateway calls it on a thread of its own.
#pragma once

#include <string>

#include "protocol/storage_call.hpp"

namespace drey {

/// At most so many folders are looked at; a larger store is "cannot be listed".
inline constexpr int listing_folders_max = 100'000;

/// Paths are answered as "file:///…", sorted.
///
/// A folder that is not there, in a store that is (`made_later`), is empty. Anything that could not
/// be looked at makes the whole answer a refusal: an incomplete listing would look like lost state.
storage_answer list_mounted_snapshots(const list_snapshots& asked);

}  // namespace drey
