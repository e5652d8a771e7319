/// The text of a small file that somebody else replaces now and then: a rotating token, a Secret
/// that is mounted. It is looked at on every use and read again when it changed. Each thread takes
/// a copy of its own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace drey {

class watched_file {
public:
  /// `purpose` for messages. Throws access_error when it cannot be read or is empty.
  watched_file(std::filesystem::path file, std::string purpose);

  /// Without blanks at its end. While the file cannot be read or is empty, the last text.
  const std::string& current();

private:
  /// Of the content that was read last; a mounted file is swapped by a link.
  struct version {
    std::uint64_t inode = 0;
    std::int64_t seconds = 0;
    std::int64_t nanoseconds = 0;
    bool operator==(const version&) const = default;
  };
  static version version_of(const std::filesystem::path& file);
  bool reload();

  std::filesystem::path file_;
  std::string purpose_;
  std::string text_;
  version seen_;
};

}  // namespace drey
