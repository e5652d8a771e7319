// Where a session job's jar may come from (Apache's rules, operator-facts §5.7 and §13.2 #4).
#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "protocol/artifact_headers.hpp"
#include "protocol/redaction.hpp"
#include "protocol/validation_view.hpp"

namespace drey::validation {

namespace {

std::string in_lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The scheme; empty: there is none.
std::string_view scheme_of(std::string_view uri) {
  const auto colon = uri.find(':');
  if (colon == uri.npos || colon == 0 || !is_letter(uri.front())) return {};
  const auto scheme = uri.substr(0, colon);
  const bool good = std::all_of(scheme.begin(), scheme.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
  });
  return good ? scheme : std::string_view{};
}

/// No blanks, no control characters, none of those that RFC 2396 excludes.
bool is_uri(std::string_view text) {
  constexpr std::string_view excluded = " \"<>\\^`{|}";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return static_cast<unsigned char>(c) > 0x1f && c != 0x7f && excluded.find(c) == excluded.npos;
  });
}

/// The host of "scheme://user@host:port/…"; empty: there is none.
std::string host_of(std::string_view uri) {
  const auto slashes = uri.find("://");
  if (slashes == uri.npos) return {};
  auto authority = uri.substr(slashes + 3);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  if (const auto at = authority.rfind('@'); at != authority.npos) authority.remove_prefix(at + 1);
  if (authority.starts_with('['))
    return in_lower_case(authority.substr(0, authority.find(']') + 1));
  return in_lower_case(authority.substr(0, authority.find(':')));
}

/// The four bytes of a literal IPv4 address; empty: it is a name.
std::vector<int> ipv4_of(std::string_view host) {
  std::vector<int> bytes;
  while (!host.empty()) {
    int value = -1;
    const auto [end, code] = std::from_chars(host.data(), host.data() + host.size(), value);
    if (code != std::errc{} || value < 0 || value > 255) return {};
    bytes.push_back(value);
    host.remove_prefix(static_cast<std::size_t>(end - host.data()));
    if (host.starts_with('.') && host.size() > 1)
      host.remove_prefix(1);
    else if (!host.empty())
      return {};
  }
  return bytes.size() == 4 ? bytes : std::vector<int>{};
}

/// Loopback, wildcard, link-local, site-local or multicast, as far as the text alone tells.
bool is_restricted(std::string_view host) {
  if (host == "localhost" || host.ends_with(".localhost")) return true;
  if (host.starts_with('[')) {
    constexpr std::array<std::string_view, 5> prefixes{"[fe8", "[fe9", "[fec", "[fd", "[ff"};
    return host == "[::1]" || host == "[::]" ||
           std::any_of(prefixes.begin(), prefixes.end(),
                       [&](auto prefix) { return host.starts_with(prefix); });
  }
  const auto ip = ipv4_of(host);
  if (ip.empty()) return false;
  return ip[0] == 127 || ip[0] == 0 || ip[0] == 10 || (ip[0] == 169 && ip[1] == 254) ||
         (ip[0] == 172 && ip[1] >= 16 && ip[1] <= 31) || (ip[0] == 192 && ip[1] == 168) ||
         (ip[0] >= 224 && ip[0] <= 239);
}

constexpr std::string_view path = "spec.job.jarURI";

/// It may name a user with the password.
std::string shown(const std::string& uri) {
  return looks_secret({}, uri) ? "(hidden)" : excerpt(uri);
}

bool contains(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

void check_host(std::string_view uri, const validation_options& options, report& out) {
  const auto host = host_of(uri);
  if (host.empty())
    return out.error(std::string(path), "has no host", "Write https://host/file.jar");
  if (options.hosts == restricted_hosts::allowed || !is_restricted(host)) return;
  const auto level =
      options.hosts == restricted_hosts::refused ? severity::error : severity::warning;
  out.add(level, std::string(path), "the host " + host + " is one of this machine or network",
          "Use a public host, or let the operator take it: --jar-hosts any (Apache's "
          "kubernetes.operator.user.artifacts.disallow-restricted-hosts)");
}

/// "…#sha256=" and the digits that sha256sum prints: another jar than that is not started.
void check_sum(std::string_view uri, report& out) {
  constexpr std::string_view mark = "#sha256=";
  constexpr std::size_t digits = 64;
  const auto at = uri.find(mark);
  if (at == uri.npos) return;
  const auto sum = uri.substr(at + mark.size());
  if (sum.size() != digits || sum.find_first_not_of("0123456789abcdefABCDEF") != sum.npos)
    out.error(std::string(path), "'" + excerpt(std::string(sum)) + "' is no SHA-256",
              "Write the 64 hexadecimal digits that sha256sum prints behind #sha256=");
}

}  // namespace

void check_artifact_headers(const configuration& config, report& out) {
  const auto read = artifact_headers_in(config);
  if (const auto* wrong = std::get_if<std::string>(&read))
    out.error(config_path(artifact_header_key), *wrong, "Write Name:value,Name:'a:value,of:it'");
}

void check_jar_uri(const std::string& uri, const validation_options& options, report& out) {
  if (!is_uri(uri))
    return out.error(std::string(path), "is not a URI: '" + shown(uri) + "'",
                     "Write https://host/file.jar");
  const auto scheme = in_lower_case(scheme_of(uri));
  if (scheme.empty())
    return out.error(std::string(path), "has no scheme: '" + shown(uri) + "'",
                     "Write https://host/file.jar");
  const bool allowed = contains(options.allowed_schemes, scheme);
  const std::string remedy =
      "Use https, or let the operator take it: --jar-schemes (Apache's "
      "kubernetes.operator.user.artifacts.allowed-schemes)";
  if (!allowed && !contains(options.tolerated_schemes, scheme))
    return out.error(std::string(path), "the scheme '" + excerpt(scheme) + "' is not allowed",
                     remedy);
  if (!allowed)
    out.warning(std::string(path),
                "the operator's default refuses the scheme '" + excerpt(scheme) + "'", remedy);
  if (scheme == "http" || scheme == "https") check_host(uri, options, out);
  check_sum(uri, out);
}

}  // namespace drey::validation
