#include "runtime/snapshot_metadata.hpp"

namespace drey {

/// What Flink writes first (`Checkpoints.storeCheckpointMetadata`, versions 2 and later),
/// big-endian: a magic number, the version, the checkpoint id.
std::int64_t checkpoint_id_in(std::string_view head) {
  constexpr std::uint64_t magic = 0x4960672d;
  constexpr std::uint64_t first_version = 2;
  if (head.size() < metadata_head_bytes) return 0;
  const auto number = [&](std::size_t at, std::size_t bytes) {
    std::uint64_t value = 0;
    for (const char c : head.substr(at, bytes)) value = value << 8 | static_cast<unsigned char>(c);
    return value;
  };
  if (number(0, 4) != magic || number(4, 4) < first_version) return 0;
  return static_cast<std::int64_t>(number(8, 8));
}

bool is_flinks_own(std::string_view parent, std::string_view folder) {
  constexpr std::size_t job_id_chars = 32;
  const bool is_job_id = parent.size() == job_id_chars &&
                         parent.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  return is_job_id && (folder == "shared" || folder == "taskowned");
}

}  // namespace drey
