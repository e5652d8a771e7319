/// An S3 store for tests: tests/lab/s3_server.py as a process of its own, which holds every
/// signature against the secret by itself.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "runtime/s3_settings.hpp"

namespace drey::testing {

class s3_store {
public:
  /// The folders in `buckets` are its buckets, as they are now.
  explicit s3_store(const std::filesystem::path& buckets, std::vector<std::string> options = {});
  ~s3_store();
  s3_store(const s3_store&) = delete;
  s3_store& operator=(const s3_store&) = delete;

  std::string endpoint() const { return endpoint_; }
  /// That open it.
  s3_settings settings() const;

private:
  int process_ = 0;
  std::string endpoint_;
};

/// As an environment with these variables and no others would give.
s3_settings settings_with(std::map<std::string, std::string> variables);

/// The variables that open a store at `endpoint`.
std::map<std::string, std::string> variables_for(const std::string& endpoint);

}  // namespace drey::testing
