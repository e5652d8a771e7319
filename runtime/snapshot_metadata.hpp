/// What stands at the beginning of a snapshot's `_metadata`.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace drey {

inline constexpr std::string_view metadata_name = "_metadata";
/// So many bytes of it are read.
inline constexpr std::size_t metadata_head_bytes = 16;
/// Below the folder that is listed: `<job id>/chk-N`, and one to spare.
inline constexpr int snapshot_depth_max = 3;

/// Beside the checkpoints of a job Flink keeps files that these share: any number, and no snapshot.
bool is_flinks_own(std::string_view parent, std::string_view folder);

/// The checkpoint that it names; 0: it is not of Flink, or older than its version 2.
std::int64_t checkpoint_id_in(std::string_view head);
/// As `stored_snapshot::format`. `head` is empty when it was not read.
std::optional<std::int32_t> format_in(std::string_view head);

}  // namespace drey
