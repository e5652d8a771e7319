/// Where the jars of session jobs may come from, as the operator's owner says.
#pragma once

#include <string>
#include <vector>

namespace drey {

/// Addresses of this machine or its network as sources of jars: literal addresses and `localhost`
/// only, since names are resolved by who fetches.
enum class restricted_hosts { refused, warned, allowed };

struct jar_sources {
  std::vector<std::string> schemes{"https", "http", "s3", "s3a", "s3p", "file"};
  restricted_hosts hosts = restricted_hosts::allowed;
};

}  // namespace drey
