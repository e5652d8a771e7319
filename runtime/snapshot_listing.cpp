/// Walks a mounted checkpoint store.
#include "runtime/snapshot_listing.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/snapshot_metadata.hpp"

namespace drey {

namespace {

namespace fs = std::filesystem;

/// None: not a file.
std::optional<fs::path> mounted_path(std::string_view uri) {
  if (uri.starts_with("file:")) {
    uri.remove_prefix(5);
    if (uri.starts_with("//")) uri.remove_prefix(2);
  }
  if (!uri.starts_with('/')) return std::nullopt;
  return fs::path{uri}.lexically_normal();
}

refusal refusal_of(const std::error_code& error, const fs::path& where) {
  const auto reason = error == std::errc::permission_denied ? refusal_reason::forbidden
                                                            : refusal_reason::unavailable;
  return {reason, "cannot list " + where.string() + ": " + error.message()};
}

/// Empty: it cannot be read.
std::string head_of(const fs::path& folder) {
  std::string head(metadata_head_bytes, '\0');
  std::ifstream file{folder / metadata_name, std::ios::binary};
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(file.gcount()));
  return head;
}

class walk {
public:
  storage_answer over(const fs::path& root, int made_later) {
    std::error_code error;
    fs::directory_iterator opened{root, error};
    if (error == std::errc::no_such_file_or_directory) return absent(root, made_later);
    if (error) return {refusal_of(error, root)};
    enter(root, 0);
    if (failure_) return {std::move(*failure_)};
    std::sort(found_.begin(), found_.end(),
              [](const auto& a, const auto& b) { return a.path < b.path; });
    return {snapshots_listed{std::move(found_)}};
  }

private:
  /// Not there: believed only where the folder above what is made with the first snapshot shows
  /// that the store itself is.
  static storage_answer absent(const fs::path& root, int made_later) {
    std::error_code error;
    auto above = root;
    do {
      above = above.parent_path();
      const fs::directory_iterator opened{above, error};
    } while (error == std::errc::no_such_file_or_directory && --made_later > 0);
    if (error) return {refusal_of(error, above)};
    return {snapshots_listed{}};
  }

  /// A snapshot holds no other snapshots: its own files are not looked at.
  void enter(const fs::path& folder, int depth) {
    if (failure_ || take_snapshot(folder) || depth == snapshot_depth_max) return;
    if (++folders_ > listing_folders_max) {
      failure_ = {refusal_reason::unavailable,
                  "cannot list " + folder.string() + ": the store has too many folders"};
      return;
    }
    std::error_code error;
    for (fs::directory_iterator at{folder, error}; !error && at != fs::directory_iterator{};
         at.increment(error)) {
      std::error_code vanished;
      if (at->is_directory(vanished)) enter(at->path(), depth + 1);
      if (failure_) return;
    }
    // A checkpoint that was retired while we looked is not a failure.
    if (error && error != std::errc::no_such_file_or_directory)
      failure_ = refusal_of(error, folder);
  }

  /// True: `folder` is a complete snapshot. `_metadata` is written last, by renaming.
  bool take_snapshot(const fs::path& folder) {
    struct stat metadata {};
    if (stat((folder / metadata_name).c_str(), &metadata) != 0) {
      if (errno == EACCES) failure_ = refusal_of({errno, std::generic_category()}, folder);
      return false;
    }
    if (!S_ISREG(metadata.st_mode) || metadata.st_size == 0) return false;
    const auto modified =
        std::int64_t{metadata.st_mtim.tv_sec} * 1000 + metadata.st_mtim.tv_nsec / 1'000'000;
    const auto head = head_of(folder);
    found_.push_back(
        {"file://" + folder.string(), modified, checkpoint_id_in(head), format_in(head)});
    return true;
  }

  std::vector<stored_snapshot> found_;
  std::optional<refusal> failure_;
  int folders_ = 0;
};

}  // namespace

storage_answer list_mounted_snapshots(const list_snapshots& asked) {
  auto root = mounted_path(asked.directory);
  if (!root)
    return {refusal{refusal_reason::unavailable,
                    asked.directory + " cannot be listed: only mounted files (file:///…), S3 "
                                      "(s3://…) and HDFS (hdfs://…) can"}};
  if (!root->has_filename() && root->has_relative_path()) root = root->parent_path();
  return walk{}.over(*root, asked.made_later);
}

}  // namespace drey
