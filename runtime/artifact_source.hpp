/// Where a job's jar comes from, by its address: the web, an S3 store, or the one folder of this
/// machine that the operator's owner named.
#pragma once

#include <filesystem>
#include <string>
#include <variant>

#include "protocol/storage_call.hpp"
#include "runtime/http_client.hpp"
#include "runtime/s3_settings.hpp"

namespace drey {

struct artifact_rules {
  s3_settings s3;
  std::filesystem::path directory;  ///< empty: no file of this machine is a jar
  redirect_reach redirects = redirect_reach::public_only;
  redirect_reach hosts = redirect_reach::anywhere;
  milliseconds timeout{0};
  milliseconds silence_max{0};
};

/// What is to be fetched: over the network, or from a file; or why nothing is.
using artifact_source = std::variant<http_call, std::filesystem::path, refusal>;
/// `headers`: told to a web server.
artifact_source source_of(const std::string& uri, const artifact_rules& rules,
                          const string_map& headers = {});

/// For messages, which end up in a status, an Event and the log: without what may be a secret, a
/// user's password or the signature in a query.
std::string shown_address(const std::string& uri);

/// What an answer that is no success says of the jar at `uri`.
refusal refusal_of_fetch(const std::string& uri, const http_response& answer);

}  // namespace drey
