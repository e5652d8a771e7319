/// How HDFS is reached over HTTP. The address of a NameNode's RPC says nothing about its HTTP port,
/// and a nameservice is no host: the operator's owner names them.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runtime/http_client.hpp"

namespace CLI {
class App;
}

namespace drey {

struct webhdfs_settings {
  /// Of what stands between "hdfs://" and the path: "http://HOST:9870", each NameNode of a pair.
  std::map<std::string, std::vector<std::string>> addresses;
  std::string user = "flink";         ///< user.name, where HDFS has no security
  std::filesystem::path token_file;   ///< delegation token, as HDFS encodes it; empty: none
  std::filesystem::path authorities;  ///< PEM file; empty: the system's
};

/// "hdfs://nameservice/flink/checkpoints" and where to ask for it.
struct webhdfs_place {
  std::string store;  ///< "hdfs://nameservice"
  std::string path;   ///< "/flink/checkpoints", without a '/' at its end; empty: the root
  std::vector<std::string> servers;
  /// That the operator's owner named: only these get the token, and may redirect into the network.
  bool trusted = false;
};

bool is_hdfs_uri(std::string_view uri);

/// Else what is missing, with the remedy.
std::variant<webhdfs_place, std::string> webhdfs_place_of(const webhdfs_settings& settings,
                                                          std::string_view uri);

/// What every call has. Secrets are held in memory only and never told.
struct webhdfs_access {
  std::string identity;  ///< "user.name=flink", or the token
  std::string ca_pem;
};

/// Read anew for each listing, since a token is renewed; else what is wrong.
std::variant<webhdfs_access, std::string> webhdfs_access_of(const webhdfs_settings& settings,
                                                            const webhdfs_place& place);

/// `settings` outlives the parsing of `app`.
void add_webhdfs_options(CLI::App& app, webhdfs_settings& settings);

}  // namespace drey
