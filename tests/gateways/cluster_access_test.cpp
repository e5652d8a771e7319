// Where the operator finds its cluster: kubeconfig files, service accounts, and what is wrong
// there.
#include "runtime/cluster_access.hpp"

#include <boost/test/unit_test.hpp>

#include "runtime/kubeconfig.hpp"
#include "tests/gateways/test_servers.hpp"

using namespace drey;
using namespace drey::testing;

namespace {

const std::string clusters = R"(
clusters:
- name: lab
  cluster: {server: "https://198.18.255.1:6443/", certificate-authority-data: Q0EgdGV4dA==}
- name: open
  cluster: {server: "https://api.example.org", insecure-skip-tls-verify: true,
            tls-server-name: inside.example.org, proxy-url: "http://proxy:3128"}
contexts:
- name: admin@lab
  context: {cluster: lab, user: admin, namespace: flink}
- name: open
  context: {cluster: open, user: robot}
- name: broken
  context: {cluster: missing, user: robot}
users:
- name: admin
  user: {client-certificate: admin.crt, client-key-data: S0VZ}
- name: robot
  user: {tokenFile: tokens/robot}
current-context: admin@lab
)";

scratch_folder& config_folder() {
  static scratch_folder folder;
  static const bool written = [] {
    folder.write("config", clusters);
    folder.write("admin.crt", "CERT");
    folder.write("tokens/robot", "beep\n");
    return true;
  }();
  (void)written;
  return folder;
}

std::filesystem::path config() { return config_folder().path() / "config"; }

std::string error_of(const std::string& yaml, const std::string& context = {}) {
  const scratch_folder folder;
  try {
    kubeconfig_access({folder.write("config", yaml)}, context);
  } catch (const access_error& error) {
    return error.what();
  }
  return "no error";
}

std::string one_user(const std::string& user) {
  return "{clusters: [{name: c, cluster: {server: 'https://a'}}], users: [{name: u, user: " + user +
         "}], contexts: [{name: x, context: {cluster: c, user: u}}], current-context: x}";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cluster_access_suite)

BOOST_AUTO_TEST_CASE(the_current_context_is_read_with_certificates) {
  const auto access = kubeconfig_access({config()});
  BOOST_TEST(access.api->base_url == "https://198.18.255.1:6443");
  BOOST_TEST(access.api->ca_pem == "CA text");
  BOOST_TEST(access.api->certificate_pem == "CERT");
  BOOST_TEST(access.api->key_pem == "KEY");
  BOOST_TEST((access.api->trust == tls_trust::verified));
  BOOST_TEST(access.ns == "flink");
  BOOST_TEST(access.source.find("admin@lab") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(another_context_is_read_with_a_token_file) {
  auto access = kubeconfig_access({config()}, "open");
  BOOST_TEST((access.api->trust == tls_trust::unverified));
  BOOST_TEST(access.api->base_url == "https://inside.example.org:443");
  BOOST_TEST(access.api->connect_to == "api.example.org:443");
  BOOST_TEST(access.api->proxy_url == "http://proxy:3128");
  BOOST_TEST(access.token.current() == "beep");
  BOOST_TEST(access.ns == "default");
}

BOOST_AUTO_TEST_CASE(of_several_files_the_first_to_name_something_wins) {
  const scratch_folder folder;
  const auto first = folder.write("first",
                                  "{contexts: [{name: mine, context: {cluster: lab}}], "
                                  "current-context: mine}");
  const auto access = kubeconfig_access({first, config()});
  BOOST_TEST(access.source.find("mine") != std::string::npos);
  BOOST_TEST(access.api->base_url == "https://198.18.255.1:6443");
  BOOST_TEST(access.api->certificate_pem == "");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_said) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {error_of("{"), "is not YAML"},
      {error_of("[]"), "is not a kubeconfig"},
      {error_of("{}"), "is not set"},
      {error_of("{clusters: 7, current-context: x}"), "clusters must be a list"},
      {error_of("{clusters: [{cluster: {}}]}"), "must have a name"},
      {error_of(one_user("{}"), "other"), "no context named 'other' (there are: x)"},
      {error_of(one_user("{exec: {command: aws}}")), "credential programs are not run"},
      {error_of(one_user("{auth-provider: {}}")), "credential programs are not run"},
      {error_of(one_user("{username: a, password: b}")), "no passwords"},
      {error_of(one_user("{client-certificate-data: QQ==}")), "must be given together"},
      {error_of(one_user("{client-certificate-data: '!!!'}")), "is not base64"},
      {error_of(one_user("{tokenFile: /no/such}")), "token file /no/such cannot be read"},
      {error_of(one_user("{token: [1]}")), "field 'token' must be text"},
  };
  for (const auto& [message, part] : cases) {
    const bool current_missing = part == "is not set";
    BOOST_TEST(message.find(current_missing ? "no current-context" : part) != std::string::npos,
               message);
  }
  BOOST_CHECK_THROW(kubeconfig_access({config()}, "broken"), access_error);
  BOOST_CHECK_THROW(kubeconfig_access({"/no/such/file"}), access_error);
}

BOOST_AUTO_TEST_CASE(no_error_shows_a_secret) {
  const auto message = error_of(one_user("{token: tops3cret, client-key-data: S0VZ}"));
  BOOST_TEST(message.find("must be given together") != std::string::npos);
  BOOST_TEST(message.find("tops3cret") == std::string::npos);
  BOOST_TEST(message.find("S0VZ") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_pod_uses_its_service_account) {
  const scratch_folder folder;
  folder.write("ca.crt", "CA");
  folder.write("token", "t1\n");
  folder.write("namespace", "drey\n");
  auto access = in_cluster_access("fd00::1", "443", folder.path());
  BOOST_TEST(access.api->base_url == "https://[fd00::1]:443");
  BOOST_TEST(access.api->ca_pem == "CA");
  BOOST_TEST(access.ns == "drey");
  BOOST_TEST(access.token.current() == "t1");
  folder.write("token", "t2\n");
  BOOST_TEST(access.token.current() == "t2");
  folder.write("token", "");
  BOOST_TEST(access.token.current() == "t2");
}

BOOST_AUTO_TEST_CASE(the_sources_have_an_order) {
  const scratch_folder folder;
  for (const auto* name : {"account/ca.crt", "account/token", "account/namespace"})
    folder.write(name, "x");
  folder.write("home/.kube/config", clusters);
  folder.write("home/.kube/admin.crt", "CERT");
  access_sources sources;
  sources.kubeconfig = config();
  sources.context = "open";
  sources.kubeconfig_variable = "/no/such:" + config().string();
  sources.home = folder.path() / "home";
  sources.service_host = "10.0.0.1";
  sources.account_folder = folder.path() / "account";
  BOOST_TEST(find_cluster_access(sources).source.starts_with("context open"));
  sources.kubeconfig.clear();
  sources.context.clear();
  BOOST_TEST(find_cluster_access(sources).source.find(config().string()) != std::string::npos);
  sources.kubeconfig_variable.clear();
  BOOST_TEST(find_cluster_access(sources).source.starts_with("service account"));
  sources.service_host.clear();
  BOOST_TEST(find_cluster_access(sources).source.find("home/.kube/config") != std::string::npos);
  sources.home.clear();
  BOOST_CHECK_THROW(find_cluster_access(sources), access_error);
  sources.kubeconfig_variable = "/no/such";
  BOOST_CHECK_THROW(find_cluster_access(sources), access_error);
}

BOOST_AUTO_TEST_SUITE_END()
