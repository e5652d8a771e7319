// The Flink gateway where REST speaks TLS: whom it believes, and what it shows of itself.
#include <boost/test/unit_test.hpp>
#include <caf/exit_reason.hpp>
#include <fstream>

#include "runtime/flink_gateway.hpp"
#include "tests/gateways/asking.hpp"
#include "tests/gateways/meaning.hpp"

using namespace drey;
using namespace drey::testing;

namespace {

/// A JobManager; with `client` it wants to see that certificate.
struct secure_flink {
  explicit secure_flink(const certificate* client = nullptr)
      : own(make_certificate()), server(made(client)) {
    server.routes().Get("/overview", [](const httplib::Request&, httplib::Response& response) {
      response.set_content(
          R"({"taskmanagers":1,"slots-total":2,"slots-available":2,"flink-version":"1.20.1"})",
          "application/json");
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

  scratch_folder folder;
  certificate own;
  http_server server;
};

struct asker {
  explicit asker(flink_credentials credentials) {
    flink_gateway_options options;
    options.credentials = std::move(credentials);
    gateway = spawn_flink_gateway(system, client, std::move(options));
  }
  ~asker() {
    caf::anon_send_exit(gateway, caf::exit_reason::user_shutdown);
    client.stop();
  }

  std::string ask(const flink_endpoint& whom) {
    return meaning_of(
        testing::ask<flink_answer>(system, gateway, flink_request{whom, get_cluster_overview{}}));
  }

  small_system config;
  http_client client;
  caf::actor_system system{config};
  flink_gateway gateway;
};

const std::string answer = "overview of 1.20.1: 1 TaskManagers, 2 of 2 slots";

watched_file file(const secure_flink& of, const char* name, const std::string& text) {
  return {of.folder.write(name, text), name};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(flink_gateway_tls)

BOOST_AUTO_TEST_CASE(a_cluster_is_believed_by_its_authority_and_under_its_name) {
  const secure_flink flink;
  asker with_authority{{file(flink, "ca", flink.own.certificate_pem), {}, {}}};
  flink_endpoint whom{"127.0.0.1", flink.server.port(), {}, rest_security::tls};
  BOOST_TEST(with_authority.ask(whom) == answer);
  whom.address = "127.0.0.1";  // one pod behind the name
  BOOST_TEST(with_authority.ask(whom) == answer);
  whom.host = "nest-rest.flink";  // which the certificate does not have
  BOOST_TEST(with_authority.ask(whom).starts_with("unavailable: "));
}

BOOST_AUTO_TEST_CASE(a_stranger_is_not_believed) {
  const secure_flink flink;
  asker without{{}};
  const auto meaning = without.ask({"127.0.0.1", flink.server.port(), {}, rest_security::tls});
  BOOST_TEST(meaning.starts_with("unavailable: "), meaning);
  BOOST_TEST(meaning.find("certificate") != std::string::npos, meaning);
}

BOOST_AUTO_TEST_CASE(a_new_authority_is_read_without_a_restart) {
  const secure_flink flink;
  const auto path = flink.folder.write("rotating", make_certificate().certificate_pem);
  asker one{{watched_file{path, "--flink-ca"}, {}, {}}};
  const flink_endpoint whom{"127.0.0.1", flink.server.port(), {}, rest_security::tls};
  BOOST_TEST(one.ask(whom).starts_with("unavailable: "));
  const auto next = flink.folder.write("next", flink.own.certificate_pem);
  std::filesystem::rename(next, path);  // as the kubelet swaps a Secret's files
  BOOST_TEST(one.ask(whom) == answer);
}

BOOST_AUTO_TEST_CASE(a_certificate_is_shown_only_where_one_is_wanted) {
  const auto client = make_certificate();
  const secure_flink flink{&client};
  const auto credentials = [&] {
    return flink_credentials{file(flink, "ca", flink.own.certificate_pem),
                             file(flink, "crt", client.certificate_pem),
                             file(flink, "key", client.key_pem)};
  };
  asker one{credentials()};
  BOOST_TEST(one.ask({"127.0.0.1", flink.server.port(), {}, rest_security::mutual}) == answer);
  asker another{credentials()};
  BOOST_TEST(another.ask({"127.0.0.1", flink.server.port(), {}, rest_security::tls}) != answer);
}

BOOST_AUTO_TEST_SUITE_END()
