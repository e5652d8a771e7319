/// How to reach the API server and who we are there: from a kubeconfig file or from the service
/// account of the pod that the operator runs in. Secrets stay in memory and in no message.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "runtime/http_client.hpp"
#include "runtime/watched_file.hpp"

namespace drey {

/// The files or the environment do not say how to reach a cluster; the message says what to do.
class access_error : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// A bearer token that may live in a file. The kubelet rotates tokens of service accounts (hourly
/// by default). Each thread takes a copy of its own.
class bearer_token {
public:
  static bearer_token fixed(std::string token);
  /// Throws access_error when it cannot be read or is empty.
  static bearer_token from_file(std::filesystem::path file);

  /// Empty: none.
  const std::string& current() { return file_ ? file_->current() : token_; }

private:
  std::string token_;
  std::optional<watched_file> file_;
};

struct cluster_access {
  std::shared_ptr<const http_endpoint> api;
  bearer_token token;
  std::string ns;      ///< of the context or of our own pod; "default" when nothing says
  std::string source;  ///< where this was found, for logs
};

inline constexpr const char* service_account_folder =
    "/var/run/secrets/kubernetes.io/serviceaccount";

/// The service account's files below `folder` and the API server's address, usually of the
/// variables KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT. Throws access_error.
cluster_access in_cluster_access(const std::string& host, const std::string& port,
                                 const std::filesystem::path& folder = service_account_folder);

/// What is asked for and what the environment says; the program fills it in.
struct access_sources {
  std::string kubeconfig;           ///< `--kubeconfig`; empty: not given
  std::string context;              ///< `--context`; empty: the file's current one
  std::string kubeconfig_variable;  ///< KUBECONFIG: files joined by ':'
  std::string home;                 ///< HOME
  std::string service_host;         ///< KUBERNETES_SERVICE_HOST
  std::string service_port;         ///< KUBERNETES_SERVICE_PORT
  std::filesystem::path account_folder = service_account_folder;
};
access_sources access_sources_of_environment();

/// The first that is there: `kubeconfig`, `kubeconfig_variable`, the pod's service account,
/// `<home>/.kube/config`. Throws access_error.
cluster_access find_cluster_access(const access_sources& sources);

}  // namespace drey
