#include "runtime/watched_file.hpp"

#include <sys/stat.h>

#include "runtime/cluster_access.hpp"
#include "runtime/kubeconfig.hpp"

namespace drey {

watched_file::watched_file(std::filesystem::path file, std::string purpose)
    : file_(std::move(file)), purpose_(std::move(purpose)) {
  if (!reload()) throw access_error{purpose_ + " " + file_.string() + " is empty"};
}

watched_file::version watched_file::version_of(const std::filesystem::path& file) {
  struct stat found {};
  if (stat(file.c_str(), &found) != 0) return {};
  return {found.st_ino, found.st_mtim.tv_sec, found.st_mtim.tv_nsec};
}

bool watched_file::reload() {
  // The version first: a change in between is then seen the next time.
  const auto found = version_of(file_);
  auto text = file_content(file_, purpose_);
  const auto end = text.find_last_not_of(" \t\r\n");
  text.resize(end == std::string::npos ? 0 : end + 1);
  if (text.empty()) return false;
  text_ = std::move(text);
  seen_ = found;
  return true;
}

const std::string& watched_file::current() {
  try {
    if (version_of(file_) != seen_) reload();
  } catch (const access_error&) {
    // Half-way through a rotation: the old text is valid for a while, the server is the judge.
  }
  return text_;
}

}  // namespace drey
