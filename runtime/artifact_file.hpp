/// A job's jar while it is fetched: a file of ours that must turn out to be a jar, and the one that
/// was meant where its sum is known.
#pragma once

#include <openssl/evp.h>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/storage_call.hpp"

namespace drey {

/// Behind it an address names the sum of its jar.
inline constexpr std::string_view sha256_mark = "#sha256=";

inline constexpr std::string_view artifact_prefix = "drey-artifact-";

class artifact_file {
public:
  /// Makes a file in `folder`, named by `number` and the last part of `uri`, which may end with
  /// "#sha256=…".
  artifact_file(const std::filesystem::path& folder, std::uint64_t number, std::string_view uri,
                std::int64_t bytes_max);
  ~artifact_file() { close(); }
  artifact_file(const artifact_file&) = delete;
  artifact_file& operator=(const artifact_file&) = delete;

  /// False: no more is wanted, `finish` says why.
  bool add(std::string_view bytes);

  /// Closes the file. None: it is complete, begins like a jar and has the sum that `uri` names;
  /// else what is wrong.
  std::optional<refusal> finish();

  /// The caller takes the file over.
  void keep() { kept_ = true; }

  /// Removes the file unless it was kept.
  void close();

  const std::filesystem::path& path() const { return path_; }
  std::int64_t bytes() const { return bytes_; }

private:
  struct closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
    void operator()(EVP_MD_CTX* sum) const { EVP_MD_CTX_free(sum); }
  };

  void judge();
  std::string sum();

  std::filesystem::path path_;
  std::optional<std::string> sha256_;
  std::int64_t bytes_max_;
  std::int64_t bytes_ = 0;
  std::string magic_;
  bool kept_ = false;
  bool closed_ = false;
  std::optional<refusal> failure_;
  std::unique_ptr<std::FILE, closer> file_;
  std::unique_ptr<EVP_MD_CTX, closer> sum_;
};

/// Removes what an earlier process left in `folder`; makes it when it is not there. Throws
/// std::filesystem::filesystem_error.
void clear_artifacts(const std::filesystem::path& folder);

/// True: `path` is a file that an artifact_file in `folder` made.
bool is_artifact(const std::filesystem::path& folder, const std::filesystem::path& path);

}  // namespace drey
