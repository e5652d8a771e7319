// The HTTP client over TLS: whom it believes and how it shows who it is.
#include <boost/test/unit_test.hpp>

#include "runtime/http_client.hpp"
#include "tests/gateways/test_servers.hpp"

using namespace drey;
using namespace drey::testing;

namespace {

/// A TLS server; with `client` it wants to see that client certificate.
struct tls_server {
  explicit tls_server(const certificate* client = nullptr)
      : own(make_certificate()), server(made(client)) {
    server.routes().Get("/", [](const httplib::Request&, httplib::Response& response) {
      response.set_content("private", "text/plain");
    });
    server.start();
  }

  std::unique_ptr<httplib::Server> made(const certificate* client) const {
    const auto certificate_file = folder.write("tls.crt", own.certificate_pem);
    const auto key_file = folder.write("tls.key", own.key_pem);
    const auto clients = client ? folder.write("clients.crt", client->certificate_pem) : "";
    return std::make_unique<httplib::SSLServer>(certificate_file.c_str(), key_file.c_str(),
                                                client ? clients.c_str() : nullptr);
  }

  http_endpoint endpoint() const {
    http_endpoint x;
    x.base_url = "https://" + server.address();
    x.ca_pem = own.certificate_pem;
    x.proxies = proxy_use::none;
    return x;
  }

  scratch_folder folder;
  certificate own;
  http_server server;
};

http_outcome get(const http_endpoint& endpoint) {
  http_client client;
  http_call call;
  call.endpoint = std::make_shared<const http_endpoint>(endpoint);
  call.request.path = "/";
  return outcome_of(client, call);
}

std::string body_of(const http_outcome& outcome) {
  const auto* response = std::get_if<http_response>(&outcome);
  return response ? response->body : std::get<http_loss>(outcome).message;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http_client_tls)

BOOST_AUTO_TEST_CASE(a_server_is_believed_by_its_authority) {
  tls_server server;
  BOOST_TEST(body_of(get(server.endpoint())) == "private");
}

BOOST_AUTO_TEST_CASE(a_stranger_is_not_believed_and_nothing_is_sent) {
  tls_server server;
  auto endpoint = server.endpoint();
  endpoint.ca_pem = make_certificate().certificate_pem;
  const auto outcome = get(endpoint);
  BOOST_REQUIRE(std::holds_alternative<http_loss>(outcome));
  BOOST_TEST((std::get<http_loss>(outcome).reason == loss_reason::not_sent));
}

BOOST_AUTO_TEST_CASE(a_stranger_is_believed_only_when_asked) {
  tls_server server;
  auto endpoint = server.endpoint();
  endpoint.ca_pem.clear();
  endpoint.trust = tls_trust::unverified;
  BOOST_TEST(body_of(get(endpoint)) == "private");
}

BOOST_AUTO_TEST_CASE(a_client_certificate_is_shown) {
  const auto own = make_certificate();
  tls_server server{&own};
  auto endpoint = server.endpoint();
  BOOST_TEST(body_of(get(endpoint)) != "private");
  endpoint.certificate_pem = own.certificate_pem;
  endpoint.key_pem = own.key_pem;
  BOOST_TEST(body_of(get(endpoint)) == "private");
}

BOOST_AUTO_TEST_CASE(the_name_in_the_certificate_must_be_the_servers) {
  tls_server server;
  auto endpoint = server.endpoint();
  endpoint.base_url = "https://api.example.org:443";
  endpoint.connect_to = server.server.address();
  const auto outcome = get(endpoint);
  BOOST_REQUIRE(std::holds_alternative<http_loss>(outcome));
  BOOST_TEST((std::get<http_loss>(outcome).reason == loss_reason::not_sent));
  endpoint.trust = tls_trust::unverified;
  BOOST_TEST(body_of(get(endpoint)) == "private");
}

BOOST_AUTO_TEST_SUITE_END()
