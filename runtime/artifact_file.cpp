/// Writing fetched jars.
#include "runtime/artifact_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <new>
#include <vector>

namespace drey {

namespace {

constexpr std::string_view zip_magic = "PK";
constexpr std::size_t name_chars_max = 100;

bool harmless(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

/// The last part of the address, made harmless; people recognise it in Flink's list of jars.
std::string name_of_uri(std::string_view uri) {
  uri = uri.substr(0, uri.find_first_of("?#"));
  std::string name{uri.substr(uri.rfind('/') + 1)};
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !harmless(c); }, '_');
  if (name.size() > name_chars_max) name.erase(0, name.size() - name_chars_max);
  return name.ends_with(".jar") ? name : name + ".jar";
}

/// In small letters; none: any jar will do.
std::optional<std::string> sha256_in(std::string_view uri) {
  const auto at = uri.find(sha256_mark);
  if (at == std::string_view::npos) return std::nullopt;
  std::string digits{uri.substr(at + sha256_mark.size())};
  std::ranges::transform(digits, digits.begin(), [](char c) {
    return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return digits;
}

}  // namespace

artifact_file::artifact_file(const std::filesystem::path& folder, std::uint64_t number,
                             std::string_view uri, std::int64_t bytes_max)
    : path_(folder /
            (std::string{artifact_prefix} + std::to_string(number) + "-" + name_of_uri(uri))),
      sha256_(sha256_in(uri)),
      bytes_max_(bytes_max),
      file_(std::fopen(path_.c_str(), "wb")),
      sum_(EVP_MD_CTX_new()) {
  if (!file_)
    failure_ = {refusal_reason::unavailable,
                "cannot write " + path_.string() + ": " + std::strerror(errno)};
  if (!sum_ || EVP_DigestInit_ex(sum_.get(), EVP_sha256(), nullptr) != 1) throw std::bad_alloc{};
}

void artifact_file::close() {
  file_.reset();
  std::error_code ignored;
  if (!kept_ && !closed_) std::filesystem::remove(path_, ignored);
  closed_ = true;
}

bool artifact_file::add(std::string_view bytes) {
  if (failure_) return false;
  bytes_ += static_cast<std::int64_t>(bytes.size());
  magic_.append(bytes.substr(0, zip_magic.size() - std::min(magic_.size(), zip_magic.size())));
  if (magic_.size() >= zip_magic.size() && magic_ != zip_magic)
    failure_ = {refusal_reason::invalid, "not a jar: it does not begin like a zip file"};
  else if (bytes_ > bytes_max_)
    failure_ = {refusal_reason::invalid,
                "larger than " + std::to_string(bytes_max_) + " bytes, the most a jar may have"};
  else if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size())
    failure_ = {refusal_reason::unavailable,
                "cannot write " + path_.string() + ": " + std::strerror(errno)};
  if (!failure_ && EVP_DigestUpdate(sum_.get(), bytes.data(), bytes.size()) != 1)
    throw std::bad_alloc{};
  return !failure_;
}

std::string artifact_file::sum() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  if (EVP_DigestFinal_ex(sum_.get(), bytes.data(), &size) != 1) throw std::bad_alloc{};
  std::string digits;
  for (std::size_t i = 0; i < size; ++i) {
    digits += "0123456789abcdef"[bytes.at(i) >> 4];
    digits += "0123456789abcdef"[bytes.at(i) & 0xf];
  }
  return digits;
}

void artifact_file::judge() {
  if (magic_ != zip_magic) {
    failure_ = {refusal_reason::invalid, "not a jar: it does not begin like a zip file"};
    return;
  }
  const auto is = sum();
  if (sha256_ && is != *sha256_)
    failure_ = {refusal_reason::invalid, "it is not the jar that was meant: its SHA-256 is " + is};
}

std::optional<refusal> artifact_file::finish() {
  if (file_ && std::fclose(file_.release()) != 0 && !failure_)
    failure_ = {refusal_reason::unavailable,
                "cannot write " + path_.string() + ": " + std::strerror(errno)};
  if (!failure_) judge();
  return failure_;
}

void clear_artifacts(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  std::vector<std::filesystem::path> left;
  for (const auto& entry : std::filesystem::directory_iterator{folder})
    if (is_artifact(folder, entry.path())) left.push_back(entry.path());
  for (const auto& path : left) std::filesystem::remove(path);
}

bool is_artifact(const std::filesystem::path& folder, const std::filesystem::path& path) {
  return path.parent_path() == folder && path.filename().string().starts_with(artifact_prefix);
}

}  // namespace drey
