#include "runtime/snapshot_metadata.hpp"

namespace drey {

namespace {

constexpr std::uint64_t magic = 0x4960672d;

std::uint64_t number_in(std::string_view head, std::size_t at, std::size_t bytes) {
  std::uint64_t value = 0;
  for (const char c : head.substr(at, bytes)) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

}  // namespace

/// What Flink writes first (`Checkpoints.storeCheckpointMetadata`, versions 2 and later),
/// big-endian: a magic number, the version, the checkpoint id.
std::int64_t checkpoint_id_in(std::string_view head) {
  constexpr std::int32_t first_version = 2;
  if (head.size() < metadata_head_bytes || format_in(head) < first_version) return 0;
  return static_cast<std::int64_t>(number_in(head, 8, 8));
}

std::optional<std::int32_t> format_in(std::string_view head) {
  if (head.empty()) return std::nullopt;
  if (head.size() < metadata_head_bytes || number_in(head, 0, 4) != magic) return 0;
  return static_cast<std::int32_t>(number_in(head, 4, 4));
}

bool is_flinks_own(std::string_view parent, std::string_view folder) {
  constexpr std::size_t job_id_chars = 32;
  const bool is_job_id = parent.size() == job_id_chars &&
                         parent.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  return is_job_id && (folder == "shared" || folder == "taskowned");
}

}  // namespace drey
