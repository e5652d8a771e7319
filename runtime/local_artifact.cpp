#include "runtime/local_artifact.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <system_error>

namespace drey {

namespace {

storage_answer unreadable(const std::string& about, int error) {
  const auto reason = error == EACCES   ? refusal_reason::forbidden
                      : error == ENOENT ? refusal_reason::not_found
                                        : refusal_reason::unavailable;
  return {refusal{reason, about + std::generic_category().message(error), {}}};
}

}  // namespace

storage_answer finished(artifact_file& file, const std::string& about) {
  if (const auto wrong = file.finish()) return {refusal{wrong->reason, about + wrong->message, {}}};
  file.keep();
  return {artifact_fetched{file.path().string(), file.bytes()}};
}

storage_answer copy_artifact(const std::filesystem::path& from, artifact_file& into) {
  const auto about = "cannot take " + from.string() + ": ";
  // Where it leads was decided before: a link in its place now is another file.
  const int file = ::open(from.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (file < 0) return unreadable(about, errno);
  struct stat found {};
  const bool regular = ::fstat(file, &found) == 0 && S_ISREG(found.st_mode);
  std::array<char, 1 << 16> piece{};
  ssize_t bytes = 0;
  while (regular && (bytes = ::read(file, piece.data(), piece.size())) > 0)
    if (!into.add({piece.data(), static_cast<std::size_t>(bytes)})) break;
  const int error = errno;
  ::close(file);
  if (!regular) return {refusal{refusal_reason::invalid, about + "it is no file", {}}};
  if (bytes < 0) return unreadable(about, error);
  return finished(into, about);
}

}  // namespace drey
