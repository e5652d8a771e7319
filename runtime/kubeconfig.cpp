/// kubeconfig on yaml-cpp; base64 on OpenSSL.
#include "runtime/kubeconfig.hpp"

#include <openssl/evp.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <utility>

namespace drey {

namespace {

constexpr std::uintmax_t file_bytes_max = 4 << 20;

/// One named entry and the file that it stands in: relative paths are relative to that.
struct entry {
  YAML::Node fields;
  std::filesystem::path file;
};

/// All files folded: the first to name something wins.
struct merged {
  std::map<std::string, entry> clusters, users, contexts;
  std::string current;
};

[[noreturn]] void fail(const entry& where, const std::string& what) {
  throw access_error{"kubeconfig " + where.file.string() + ": " + what};
}

std::string text_at(const entry& where, const char* key) {
  const auto value = where.fields[key];
  if (!value || value.IsNull()) return {};
  if (!value.IsScalar()) fail(where, std::string{"field '"} + key + "' must be text");
  return value.Scalar();
}

std::string decoded_base64(std::string text, const entry& where, const char* key) {
  std::erase_if(text, [](char c) { return c == '\n' || c == '\r' || c == ' '; });
  std::string out(text.size() / 4 * 3 + 3, '\0');
  const int bytes = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                    reinterpret_cast<const unsigned char*>(text.data()),
                                    static_cast<int>(text.size()));
  if (bytes < 0 || text.size() % 4 != 0)
    fail(where, std::string{"field '"} + key + "' is not base64");
  const auto padding = text.ends_with("==") ? 2U : text.ends_with("=") ? 1U : 0U;
  out.resize(static_cast<std::size_t>(bytes) - padding);
  return out;
}

std::filesystem::path path_at(const entry& where, const std::string& text) {
  const std::filesystem::path path = text;
  return path.is_absolute() ? path : where.file.parent_path() / path;
}

/// `<key>-data` as base64, else the file that `<key>` names, else nothing.
std::string pem_at(const entry& where, const std::string& key) {
  const auto data_key = key + "-data";
  if (auto data = text_at(where, data_key.c_str()); !data.empty())
    return decoded_base64(std::move(data), where, data_key.c_str());
  const auto file = text_at(where, key.c_str());
  return file.empty() ? std::string{} : file_content(path_at(where, file), "field '" + key + "':");
}

void merge_named(const YAML::Node& list, const char* kind, const std::filesystem::path& file,
                 std::map<std::string, entry>& into) {
  if (!list || list.IsNull()) return;
  if (!list.IsSequence()) fail({{}, file}, std::string{kind} + "s must be a list");
  for (const auto& item : list) {
    if (!item.IsMap() || !item["name"] || !item["name"].IsScalar())
      fail({{}, file}, std::string{"every "} + kind + " must have a name");
    if (item[kind] && item[kind].IsMap())
      into.emplace(item["name"].Scalar(), entry{item[kind], file});
  }
}

void merge_file(const std::filesystem::path& file, merged& into) {
  YAML::Node root;
  try {
    root = YAML::Load(file_content(file, "kubeconfig"));
  } catch (const YAML::Exception& error) {
    fail({{}, file}, std::string{"is not YAML: "} + error.what());
  }
  if (!root.IsMap()) fail({{}, file}, "is not a kubeconfig: it must hold clusters and contexts");
  merge_named(root["clusters"], "cluster", file, into.clusters);
  merge_named(root["users"], "user", file, into.users);
  merge_named(root["contexts"], "context", file, into.contexts);
  if (into.current.empty()) into.current = text_at({root, file}, "current-context");
}

const entry& named(const std::map<std::string, entry>& all, const std::string& name,
                   const char* kind) {
  const auto found = all.find(name);
  if (found != all.end()) return found->second;
  std::string known;
  for (const auto& [other, ignored] : all) known += (known.empty() ? "" : ", ") + other;
  throw access_error{"kubeconfig: no " + std::string{kind} + " named '" + name +
                     "' (there are: " + (known.empty() ? "none" : known) + ")"};
}

void read_cluster(const entry& cluster, http_endpoint& api) {
  api.base_url = text_at(cluster, "server");
  if (!api.base_url.starts_with("https://") && !api.base_url.starts_with("http://"))
    fail(cluster, "field 'server' must be an https:// address");
  while (api.base_url.ends_with('/')) api.base_url.pop_back();
  api.ca_pem = pem_at(cluster, "certificate-authority");
  api.proxy_url = text_at(cluster, "proxy-url");
  if (text_at(cluster, "insecure-skip-tls-verify") == "true") api.trust = tls_trust::unverified;
  const auto server_name = text_at(cluster, "tls-server-name");
  if (server_name.empty()) return;
  // The certificate is checked against the URL's host: put the name there, connect to the address.
  const auto begin = api.base_url.find("://") + 3;
  const auto end = std::min(api.base_url.find('/', begin), api.base_url.size());
  auto address = api.base_url.substr(begin, end - begin);
  const auto colon =
      address.find(':', address.rfind(']') == std::string::npos ? 0 : address.rfind(']'));
  const auto port = colon == std::string::npos ? std::string{":443"} : address.substr(colon);
  if (colon == std::string::npos) address += port;
  api.base_url.replace(begin, end - begin, server_name + port);
  api.connect_to = address;
}

bearer_token read_user(const entry& user, http_endpoint& api) {
  for (const auto* key : {"exec", "auth-provider"})
    if (user.fields[key])
      fail(user, std::string{"field '"} + key +
                     "': credential programs are not run; use a client certificate, 'token' or "
                     "'tokenFile' of a service account");
  if (user.fields["username"])
    fail(user, "field 'username': Kubernetes knows no passwords since 1.19; use a token");
  api.certificate_pem = pem_at(user, "client-certificate");
  api.key_pem = pem_at(user, "client-key");
  if (api.certificate_pem.empty() != api.key_pem.empty())
    fail(user, "client-certificate and client-key must be given together");
  if (const auto file = text_at(user, "tokenFile"); !file.empty())
    return bearer_token::from_file(path_at(user, file));
  return bearer_token::fixed(text_at(user, "token"));
}

}  // namespace

std::string file_content(const std::filesystem::path& file, const std::string& purpose) {
  std::error_code error;
  const auto bytes = std::filesystem::file_size(file, error);
  if (!error && bytes > file_bytes_max)
    throw access_error{purpose + " " + file.string() + " is larger than 4 MiB"};
  std::ifstream in{file, std::ios::binary};
  std::ostringstream content;
  if (!error && in) content << in.rdbuf();
  if (error || !in)
    throw access_error{purpose + " " + file.string() + " cannot be read" +
                       (error ? ": " + error.message() : "")};
  return std::move(content).str();
}

cluster_access kubeconfig_access(const std::vector<std::filesystem::path>& files,
                                 const std::string& context) {
  merged all;
  for (const auto& file : files) merge_file(file, all);
  const auto wanted = context.empty() ? all.current : context;
  if (wanted.empty())
    throw access_error{"kubeconfig: no current-context; set one or give --context NAME"};
  const auto& chosen = named(all.contexts, wanted, "context");
  http_endpoint api;
  read_cluster(named(all.clusters, text_at(chosen, "cluster"), "cluster"), api);
  cluster_access access;
  if (const auto user = text_at(chosen, "user"); !user.empty())
    access.token = read_user(named(all.users, user, "user"), api);
  access.ns = text_at(chosen, "namespace");
  if (access.ns.empty()) access.ns = "default";
  access.source = "context " + wanted + " of " + chosen.file.string();
  access.api = std::make_shared<const http_endpoint>(std::move(api));
  return access;
}

}  // namespace drey
