/// Tokens that rotate, the service account of a pod, and which source of access wins.
#include "runtime/cluster_access.hpp"

#include <cstdlib>

#include "runtime/kubeconfig.hpp"

namespace drey {

namespace {

std::string trimmed(std::string text) {
  const auto end = text.find_last_not_of(" \t\r\n");
  text.resize(end == std::string::npos ? 0 : end + 1);
  return text;
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

std::vector<std::filesystem::path> existing_files(const std::string& joined) {
  std::vector<std::filesystem::path> files;
  std::size_t begin = 0;
  while (begin <= joined.size()) {
    const auto end = std::min(joined.find(':', begin), joined.size());
    const std::filesystem::path file = joined.substr(begin, end - begin);
    std::error_code ignored;
    if (!file.empty() && std::filesystem::exists(file, ignored)) files.push_back(file);
    begin = end + 1;
  }
  return files;
}

/// An IPv6 address stands in brackets in a URL.
std::string host_of_url(const std::string& host) {
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

}  // namespace

bearer_token bearer_token::fixed(std::string token) {
  bearer_token made;
  made.token_ = trimmed(std::move(token));
  return made;
}

bearer_token bearer_token::from_file(std::filesystem::path file) {
  bearer_token made;
  made.file_.emplace(std::move(file), "token file");
  return made;
}

cluster_access in_cluster_access(const std::string& host, const std::string& port,
                                 const std::filesystem::path& folder) {
  http_endpoint api;
  api.base_url = "https://" + host_of_url(host) + ":" + (port.empty() ? "443" : port);
  api.ca_pem = file_content(folder / "ca.crt", "certificate authority of the service account");
  api.proxies = proxy_use::none;
  cluster_access access;
  access.api = std::make_shared<const http_endpoint>(std::move(api));
  access.token = bearer_token::from_file(folder / "token");
  access.ns = trimmed(file_content(folder / "namespace", "namespace of the service account"));
  access.source = "service account in " + folder.string();
  return access;
}

access_sources access_sources_of_environment() {
  access_sources sources;
  sources.kubeconfig_variable = variable("KUBECONFIG");
  sources.home = variable("HOME");
  sources.service_host = variable("KUBERNETES_SERVICE_HOST");
  sources.service_port = variable("KUBERNETES_SERVICE_PORT");
  return sources;
}

cluster_access find_cluster_access(const access_sources& sources) {
  if (!sources.kubeconfig.empty()) return kubeconfig_access({sources.kubeconfig}, sources.context);
  if (!sources.kubeconfig_variable.empty()) {
    const auto files = existing_files(sources.kubeconfig_variable);
    if (files.empty())
      throw access_error{"KUBECONFIG names " + sources.kubeconfig_variable +
                         ", which does not exist: correct or unset it"};
    return kubeconfig_access(files, sources.context);
  }
  std::error_code ignored;
  if (!sources.service_host.empty() &&
      std::filesystem::exists(sources.account_folder / "token", ignored))
    return in_cluster_access(sources.service_host, sources.service_port, sources.account_folder);
  const auto own = std::filesystem::path{sources.home} / ".kube" / "config";
  if (!sources.home.empty() && std::filesystem::exists(own, ignored))
    return kubeconfig_access({own}, sources.context);
  throw access_error{
      "no cluster to talk to: give --kubeconfig FILE, set KUBECONFIG, put a file at "
      "~/.kube/config, "
      "or run in a pod with a service account"};
}

}  // namespace drey
