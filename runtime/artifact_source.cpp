#include "runtime/artifact_source.hpp"

#include <algorithm>
#include <memory>
#include <system_error>
#include <utility>

#include "runtime/artifact_file.hpp"
#include "runtime/s3_answer.hpp"
#include "runtime/s3_request.hpp"

namespace drey {

namespace {

namespace fs = std::filesystem;

constexpr int redirects_max = 5;
constexpr std::size_t error_page_bytes_max = 1 << 20;

refusal refused(refusal_reason reason, std::string message) {
  return {reason, std::move(message), {}};
}

std::string scheme_of(const std::string& uri) {
  const auto end = uri.find(':');
  return end == std::string::npos ? std::string{} : uri.substr(0, end);
}

/// Without the sum that stands behind it, and with its scheme in small letters.
std::string plain(std::string uri) {
  uri.resize(std::min(uri.find(sha256_mark), uri.size()));
  const auto end = uri.begin() + static_cast<std::ptrdiff_t>(scheme_of(uri).size());
  std::transform(uri.begin(), end, uri.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return uri;
}

/// "https://host:port" and the rest.
std::pair<std::string, std::string> parts_of_uri(const std::string& uri) {
  const auto path = std::min(uri.find('/', uri.find("://") + 3), uri.size());
  auto rest = uri.substr(path, uri.find('#', path) - path);
  return {uri.substr(0, path), rest.empty() ? "/" : rest};
}

artifact_source on_the_web(const std::string& uri, const artifact_rules& rules) {
  auto [base, path] = parts_of_uri(uri);
  http_endpoint endpoint;
  endpoint.base_url = std::move(base);
  http_call call;
  call.endpoint = std::make_shared<const http_endpoint>(std::move(endpoint));
  call.request.path = std::move(path);
  call.redirects_max = redirects_max;
  call.redirects = rules.redirects;
  call.hosts = rules.hosts;
  return call;
}

artifact_source in_s3(const std::string& uri, const artifact_rules& rules) {
  const auto place = s3_place_of(uri);
  if (!place || place->key.empty())
    return refused(refusal_reason::invalid, "it names no object: write s3://BUCKET/KEY.jar");
  auto access = s3_access_of(rules.s3);
  if (auto* missing = std::get_if<std::string>(&access))
    return refused(refusal_reason::forbidden, std::move(*missing));
  return s3_call(std::get<s3_access>(access), place->bucket, place->key);
}

bool is_inside(const fs::path& folder, const fs::path& path) {
  return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first ==
         folder.end();
}

/// Wherever links lead, it must lie in the folder. What is named elsewhere is not even looked at:
/// the answer would tell whether it is there.
artifact_source in_folder(fs::path folder, const fs::path& asked) {
  if (!folder.has_filename()) folder = folder.parent_path();
  std::error_code error;
  const auto real = fs::canonical(folder, error);
  if (error)
    return refused(refusal_reason::unavailable,
                   "--jar-directory " + folder.string() + ": " + error.message());
  const auto outside = refused(refusal_reason::forbidden, "it is not in " + real.string() +
                                                              ", where drey-operator takes jars");
  if (!is_inside(real, asked) && !is_inside(folder, asked)) return outside;
  const auto file = fs::canonical(asked, error);
  if (error) return refused(refusal_reason::not_found, error.message());
  if (!is_inside(real, file)) return outside;
  return file;
}

artifact_source on_this_machine(const std::string& uri, const artifact_rules& rules) {
  if (rules.directory.empty())
    return refused(refusal_reason::invalid,
                   "drey-operator takes no jars of its own machine: start it with --jar-directory, "
                   "or use https or s3");
  auto text = uri.substr(uri.find(':') + 1);
  if (text.starts_with("//")) text.erase(0, 2);
  const auto path = url_decoded(text);
  if (!path || !path->starts_with('/'))
    return refused(refusal_reason::invalid, "it names no file: write file:///FOLDER/FILE.jar");
  return in_folder(rules.directory.lexically_normal(), fs::path{*path}.lexically_normal());
}

artifact_source found(const std::string& uri, const artifact_rules& rules) {
  const auto scheme = scheme_of(uri);
  if (is_s3_uri(uri)) return in_s3(uri, rules);
  if (scheme == "file") return on_this_machine(uri, rules);
  if (uri.starts_with("http://") || uri.starts_with("https://")) return on_the_web(uri, rules);
  return refused(refusal_reason::invalid,
                 "'" + scheme +
                     "' addresses are not fetched: use one that begins with https://, "
                     "http:// or s3://");
}

}  // namespace

artifact_source source_of(const std::string& uri, const artifact_rules& rules,
                          const string_map& headers) {
  auto source = found(plain(uri), rules);
  if (auto* call = std::get_if<http_call>(&source)) {
    if (!call->signer) call->headers = headers;
    call->timeout = rules.timeout;
    call->silence_max = rules.silence_max;
    call->body_bytes_max = error_page_bytes_max;
  }
  return source;
}

std::string shown_address(const std::string& uri) {
  const auto slashes = uri.find("://");
  const auto authority = slashes == std::string::npos ? 0 : slashes + 3;
  const auto path = std::min(uri.find_first_of("/?#", authority), uri.size());
  const auto user = uri.rfind('@', path);
  const auto begin = user == std::string::npos || user < authority ? authority : user + 1;
  const auto end = std::min(uri.find_first_of("?#", begin), uri.size());
  return uri.substr(0, authority) + uri.substr(begin, end - begin);
}

refusal refusal_of_fetch(const std::string& uri, const http_response& answer) {
  if (const auto place = s3_place_of(uri)) return refusal_of_s3(answer, place->bucket);
  return refused(reason_of_status(answer.status), "HTTP " + std::to_string(answer.status));
}

}  // namespace drey
