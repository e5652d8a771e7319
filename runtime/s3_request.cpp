#include "runtime/s3_request.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace drey {

namespace {

bool is_bucket_name(std::string_view name) {
  constexpr std::size_t chars_min = 3;
  constexpr std::size_t chars_max = 255;  // as the oldest ones may have
  return name.size() >= chars_min && name.size() <= chars_max && name.front() != '.' &&
         std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '.' || c == '_';
         });
}

/// Amazon's certificates cover one name before theirs, and host names are of small letters.
bool may_be_in_host(const std::string& bucket) {
  return std::ranges::all_of(
      bucket, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

std::string amazon_of(const std::string& region) {
  return "https://s3." + region + ".amazonaws.com" + (region.starts_with("cn-") ? ".cn" : "");
}

bool in_host(const s3_access& access, const std::string& bucket) {
  if (access.addressing == s3_addressing::virtual_host) return true;
  return access.addressing == s3_addressing::automatic && access.endpoint.empty() &&
         may_be_in_host(bucket);
}

std::string encoded_key(std::string_view key) {
  std::string out;
  while (true) {
    const auto slash = key.find('/');
    out += url_encoded(key.substr(0, slash));
    if (slash == std::string_view::npos) return out;
    out += '/';
    key.remove_prefix(slash + 1);
  }
}

}  // namespace

bool is_s3_uri(std::string_view uri) {
  return uri.starts_with("s3://") || uri.starts_with("s3a://") || uri.starts_with("s3p://");
}

std::optional<s3_place> s3_place_of(std::string_view uri) {
  if (!is_s3_uri(uri)) return std::nullopt;
  const auto end = uri.find("://");
  const auto rest = uri.substr(end + 3);
  const auto slash = std::min(rest.find('/'), rest.size());
  s3_place place{std::string(uri.substr(0, end)), std::string(rest.substr(0, slash)), {}};
  if (!is_bucket_name(place.bucket)) return std::nullopt;
  auto key = rest.substr(slash);
  while (key.starts_with('/')) key.remove_prefix(1);
  place.key = key;
  return place;
}

http_call s3_call(const s3_access& access, const std::string& bucket, std::string_view key,
                  const std::map<std::string, std::string>& query) {
  http_endpoint endpoint;
  endpoint.base_url = access.endpoint.empty() ? amazon_of(access.signer.region) : access.endpoint;
  endpoint.ca_pem = access.ca_pem;
  http_call call;
  call.request.path = "/" + encoded_key(key);
  if (in_host(access, bucket))
    endpoint.base_url.insert(endpoint.base_url.find("://") + 3, bucket + ".");
  else
    call.request.path = "/" + bucket + (key.empty() ? "" : call.request.path);
  char before = '?';
  for (const auto& [name, value] : query) {
    call.request.path += before + name + "=" + url_encoded(value);
    before = '&';
  }
  call.endpoint = std::make_shared<const http_endpoint>(std::move(endpoint));
  call.signer = access.signer;
  return call;
}

}  // namespace drey
