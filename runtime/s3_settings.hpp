/// How an S3 store is reached, said as its users are used to: by options, by a folder of files that
/// are named as the variables of AWS (a Secret that is mounted), by these variables themselves. In
/// this order, each value for itself.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <variant>

#include "runtime/http_client.hpp"

namespace drey {

/// Where the name of a bucket stands. `automatic`: in the path where an endpoint is named, else in
/// the host, as Amazon wants it.
enum class s3_addressing { automatic, path, virtual_host };

struct s3_settings {
  std::string endpoint;  ///< "https://minio.storage:9000"; empty: AWS_ENDPOINT_URL, or Amazon's
  std::string region;    ///< empty: AWS_REGION, or us-east-1
  s3_addressing addressing = s3_addressing::automatic;
  std::filesystem::path authorities;  ///< PEM file; empty: AWS_CA_BUNDLE, or the system's
  std::filesystem::path folder;       ///< empty: none
  /// A variable of the environment; empty: it is not set.
  std::function<std::string(const char*)> variable = [](const char*) { return std::string{}; };
};

/// A store that can be asked. Its secrets are held in memory only and never told.
struct s3_access {
  std::string endpoint;  ///< empty: Amazon's of the region
  s3_addressing addressing = s3_addressing::automatic;
  std::string ca_pem;
  s3_signer signer;
};

/// Read anew for each use, since a mounted Secret changes; else what is missing, with the remedy.
std::variant<s3_access, std::string> s3_access_of(const s3_settings& settings);

}  // namespace drey
