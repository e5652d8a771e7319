#include "runtime/webhdfs_settings.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "protocol/http_message.hpp"
#include "runtime/cluster_access.hpp"
#include "runtime/kubeconfig.hpp"

namespace drey {

namespace {

/// HOST, HOST:PORT or a nameservice.
bool is_authority(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == ':' || c == '[' || c == ']';
  });
}

bool is_web_address(std::string_view text) {
  for (const std::string_view scheme : {"http://", "https://"})
    if (text.starts_with(scheme)) return is_authority(text.substr(scheme.size()));
  return false;
}

/// "name=http://a:9870,http://b:9870" into `settings`; else what is wrong.
std::string take_address(webhdfs_settings& settings, const std::string& text) {
  auto wrong = "'" + text +
               "' is not NAME=http://HOST:PORT, where NAME is what stands between hdfs:// "
               "and the path; with a comma before the address of a standby";
  const auto mark = text.find('=');
  if (mark == std::string::npos || !is_authority(text.substr(0, mark))) return wrong;
  std::vector<std::string> servers;
  for (auto at = mark + 1; at <= text.size();) {
    const auto end = std::min(text.find(',', at), text.size());
    servers.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  if (!std::ranges::all_of(servers, is_web_address)) return wrong;
  settings.addresses[text.substr(0, mark)] = std::move(servers);
  return {};
}

/// Hadoop's ports since its version 3, where the address names none.
std::string direct_address(const std::string& scheme, const std::string& authority) {
  const bool tls = scheme == "swebhdfs";
  const bool has_port = authority.find(':', authority.rfind(']') + 1) != std::string::npos;
  return (tls ? "https://" : "http://") + authority + (has_port ? "" : tls ? ":9871" : ":9870");
}

/// Without repeated '/'. Empty: the root.
std::string plain_path(std::string_view text) {
  std::string path;
  for (const char c : text)
    if (c != '/' || !path.ends_with('/')) path += c;
  if (path.ends_with('/')) path.pop_back();
  return path;
}

/// These would be walked out of by whoever reads the URL.
bool has_dots(const std::string& path) {
  const auto whole = path + "/";
  return whole.find("/./") != std::string::npos || whole.find("/../") != std::string::npos;
}

}  // namespace

bool is_hdfs_uri(std::string_view uri) {
  return uri.starts_with("hdfs://") || uri.starts_with("webhdfs://") ||
         uri.starts_with("swebhdfs://");
}

std::variant<webhdfs_place, std::string> webhdfs_place_of(const webhdfs_settings& settings,
                                                          std::string_view uri) {
  const auto scheme = std::string(uri.substr(0, uri.find("://")));
  const auto rest = uri.substr(scheme.size() + 3);
  const auto slash = std::min(rest.find('/'), rest.size());
  const auto authority = std::string(rest.substr(0, slash));
  if (!is_authority(authority))
    return "it names no NameNode: write " + scheme + "://HOST:PORT/PATH or " + scheme +
           "://NAMESERVICE/PATH";
  webhdfs_place place{scheme + "://" + authority, plain_path(rest.substr(slash)), {}};
  if (has_dots(place.path)) return std::string{"its path has the part '.' or '..'"};
  const auto named = settings.addresses.find(authority);
  place.trusted = named != settings.addresses.end();
  if (place.trusted)
    place.servers = named->second;
  else if (scheme != "hdfs")
    place.servers = {direct_address(scheme, authority)};
  else
    return "its WebHDFS address is not known: start drey-operator with --webhdfs-address " +
           authority + "=http://HOST:9870";
  return place;
}

std::variant<webhdfs_access, std::string> webhdfs_access_of(const webhdfs_settings& settings,
                                                            const webhdfs_place& place) {
  try {
    webhdfs_access access{"user.name=" + url_encoded(settings.user), {}};
    if (!settings.authorities.empty())
      access.ca_pem = file_content(settings.authorities, "WebHDFS' authorities in");
    if (settings.token_file.empty() || !place.trusted) return access;
    auto token = file_content(settings.token_file, "WebHDFS' delegation token in");
    std::erase_if(token, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
    if (token.empty()) return settings.token_file.string() + " holds no delegation token";
    access.identity = "delegation=" + url_encoded(token);
    return access;
  } catch (const access_error& wrong) {
    return std::string{wrong.what()};
  }
}

void add_webhdfs_options(CLI::App& app, webhdfs_settings& settings) {
  app.add_option_function<std::vector<std::string>>(
         "--webhdfs-address",
         [&settings](const std::vector<std::string>& all) {
           for (const auto& one : all)
             if (auto wrong = take_address(settings, one); !wrong.empty())
               throw CLI::ValidationError("--webhdfs-address", wrong);
         },
         "NAME=http://HOST:PORT[,http://STANDBY:PORT]: where WebHDFS answers for hdfs://NAME/…, "
         "webhdfs://NAME/…, swebhdfs://NAME/…. NAME is HOST:PORT or a nameservice; no observers. "
         "Once for each")
      ->type_name("TEXT");
  app.add_option("--webhdfs-user", settings.user,
                 "Who asks HDFS where it has no security (user.name)")
      ->capture_default_str();
  app.add_option_function<std::string>(
      "--webhdfs-token-file", [&settings](const std::string& file) { settings.token_file = file; },
      "File with a delegation token for HDFS with security, in HDFS's URL-safe form; it may "
      "change. Sent to the servers of --webhdfs-address alone. Kerberos (SPNEGO) is not spoken: "
      "somebody else gets and renews the token");
  app.add_option_function<std::string>(
         "--webhdfs-ca", [&settings](const std::string& file) { settings.authorities = file; },
         "PEM file of the authorities of WebHDFS with TLS; none: the system's")
      ->check(CLI::ExistingFile);
}

}  // namespace drey
