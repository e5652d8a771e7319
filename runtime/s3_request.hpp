/// Addresses of objects, and the calls that ask for them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/s3_settings.hpp"

namespace drey {

/// "s3://bucket/some/key", or as Flink's file systems also call it: s3a, s3p.
struct s3_place {
  std::string scheme;
  std::string bucket;
  std::string key;  ///< without a '/' at its beginning; empty: the whole bucket
};

bool is_s3_uri(std::string_view uri);

/// None: no address of S3, or its bucket has a name that none can have.
std::optional<s3_place> s3_place_of(std::string_view uri);

/// A signed GET. `key` empty: of the bucket itself; `query` in the order of its names, as it is
/// signed.
http_call s3_call(const s3_access& access, const std::string& bucket, std::string_view key,
                  const std::map<std::string, std::string>& query = {});

}  // namespace drey
