// Where jars come from beside the web: an S3 store, a folder of this machine; and where redirects
// may lead.
#include "runtime/artifact_source.hpp"

#include <boost/test/unit_test.hpp>
#include <caf/exit_reason.hpp>
#include <fstream>

#include "runtime/private_address.hpp"
#include "runtime/storage_gateway.hpp"
#include "tests/gateways/asking.hpp"
#include "tests/gateways/meaning.hpp"
#include "tests/gateways/s3_store.hpp"

using namespace drey;
using namespace drey::testing;

namespace {

struct world {
  explicit world(storage_gateway_options options = {}) {
    options.work_directory = folder.path() / "work";
    options.artifact_bytes_max = 100'000;
    gateway = spawn_storage_gateway(system, client, std::move(options));
  }
  ~world() {
    caf::anon_send_exit(gateway, caf::exit_reason::user_shutdown);
    client.stop();
  }

  /// The file's content, or the refusal.
  std::string fetch(const std::string& uri, const string_map& headers = {}) {
    const auto answer =
        ask<storage_answer>(system, gateway, storage_request{fetch_artifact{uri, headers}});
    if (const auto* why = std::get_if<refusal>(&answer.result)) {
      BOOST_TEST(std::filesystem::is_empty(folder.path() / "work"), "a file is left");
      return meaning_of(*why);
    }
    const auto& got = std::get<artifact_fetched>(answer.result);
    std::ifstream file{got.artifact, std::ios::binary};
    std::string text{std::istreambuf_iterator<char>{file}, {}};
    BOOST_TEST(got.bytes == static_cast<std::int64_t>(text.size()));
    ask<storage_answer>(system, gateway, storage_request{release_artifact{got.artifact}});
    BOOST_TEST(!std::filesystem::exists(got.artifact));
    return text;
  }

  scratch_folder folder;
  small_system config;
  http_client client;
  caf::actor_system system{config};
  storage_gateway gateway;
};

void says(const std::string& what, const std::string& words) {
  BOOST_TEST(what.find(words) != std::string::npos, what << " does not say: " << words);
}

/// Of "PK of s3", by sha256sum.
const std::string sum_of_jar = "fd2d741e942be22957cb128dbbe6a7a93bfb3e7d6fb37878ce7514c4aef14ec1";

}  // namespace

BOOST_AUTO_TEST_SUITE(artifact_source_suite)

BOOST_AUTO_TEST_CASE(a_jar_of_an_s3_store) {
  const scratch_folder folder;
  folder.write("bucket/jars/orders 1+2.jar", "PK of s3");
  folder.write("bucket/page.jar", "<html>");
  folder.write("bucket/large.jar", "PK" + std::string(200'000, 'x'));
  const s3_store store{folder.path()};
  storage_gateway_options options;
  options.s3 = store.settings();
  world w{options};
  BOOST_TEST(w.fetch("s3://bucket/jars/orders 1+2.jar") == "PK of s3");
  BOOST_TEST(w.fetch("s3a://bucket/jars/orders 1+2.jar#sha256=" + sum_of_jar) == "PK of s3");
  const auto missing = w.fetch("s3://bucket/jars/other.jar");
  BOOST_TEST(missing.starts_with("not found: cannot fetch s3://bucket/jars/other.jar: "), missing);
  says(missing, "there is no such object");
  says(w.fetch("s3://other/a.jar"), "there is no such bucket");
  says(w.fetch("s3://bucket/page.jar"), "not a jar");
  says(w.fetch("s3://bucket/large.jar"), "larger than 100000 bytes");
  for (const auto* none : {"s3://bucket", "s3://bucket/", "s3://b/a.jar"})
    BOOST_TEST(w.fetch(none).starts_with("invalid: "), none);
}

BOOST_AUTO_TEST_CASE(without_credentials_nothing_is_asked) {
  world w;
  const auto told = w.fetch("s3://bucket/a.jar");
  BOOST_TEST(told.starts_with("forbidden: cannot fetch s3://bucket/a.jar: "), told);
  says(told, "AWS_ACCESS_KEY_ID");
}

BOOST_AUTO_TEST_CASE(another_jar_than_the_one_that_was_meant) {
  http_server server;
  server.routes().Get("/a.jar", [](const httplib::Request&, httplib::Response& response) {
    response.set_content("PK of s3", "application/java-archive");
  });
  server.start();
  world w;
  const auto uri = "http://" + server.address() + "/a.jar";
  auto upper = sum_of_jar;
  for (auto& c : upper) c = static_cast<char>(std::toupper(c));
  BOOST_TEST(w.fetch(uri + "?token=a#sha256=" + upper) == "PK of s3");
  BOOST_TEST(w.fetch("HTTP" + uri.substr(4)) == "PK of s3");
  const auto told = w.fetch(uri + "#sha256=" + std::string(64, 'a'));
  BOOST_TEST(told.starts_with("invalid: "), told);
  says(told, "its SHA-256 is " + sum_of_jar);
}

BOOST_AUTO_TEST_CASE(files_of_this_machine_only_out_of_the_one_folder) {
  const scratch_folder folder;
  const auto at = folder.path().string();
  folder.write("jars/team/a.jar", "PK local");
  folder.write("jars/page.jar", "<html>");
  folder.write("outside.jar", "PK secret");
  folder.write("jarsbeside/b.jar", "PK secret");
  std::filesystem::create_symlink(at + "/outside.jar", at + "/jars/link.jar");
  std::filesystem::create_symlink(at + "/jars/team/a.jar", at + "/jars/inside.jar");
  std::filesystem::create_directory_symlink(at + "/jars", at + "/mounted");
  storage_gateway_options options;
  options.jar_directory = folder.path() / "mounted/";
  world w{options};
  for (const auto* path : {"/jars/team/a.jar", "/mounted/team/a.jar", "/mounted/inside.jar",
                           "/mounted/team/%61.jar", "/mounted//x/../team/a.jar"}) {
    BOOST_TEST(w.fetch("file://" + at + path) == "PK local", path);
    BOOST_TEST(w.fetch("file:" + at + path) == "PK local", path);
  }
  for (const auto* path : {"/outside.jar", "/jars/link.jar", "/jars/../outside.jar",
                           "/jars/%2e%2e/outside.jar", "/jarsbeside/b.jar", "/is-not-there.jar"}) {
    const auto told = w.fetch("file://" + at + path);
    BOOST_TEST(told.starts_with("forbidden: "), told);
    says(told, "not in " + at + "/jars");
  }
  BOOST_TEST(w.fetch("file://" + at + "/jars/none.jar").starts_with("not found: "));
  says(w.fetch("file://" + at + "/jars/team"), "it is no file");
  says(w.fetch("file://" + at + "/jars/page.jar"), "not a jar");
  for (const auto* none : {"file://host/jars/a.jar", "file:a.jar", "file:///jars/%4"})
    says(w.fetch(none), "names no file");
}

BOOST_AUTO_TEST_CASE(what_nobody_allowed_is_not_fetched) {
  world w;
  const auto local = w.fetch("file:///etc/passwd");
  BOOST_TEST(local.starts_with("invalid: cannot fetch file:///etc/passwd: "), local);
  says(local, "--jar-directory");
  for (const auto* uri :
       {"local:///opt/a.jar", "ftp://a/b.jar", "a.jar", "s3n://bucket/a.jar", ""}) {
    const auto told = w.fetch(uri);
    BOOST_TEST(told.starts_with("invalid: "), told);
    says(told, "use one that begins with https://");
  }
}

BOOST_AUTO_TEST_CASE(no_redirect_leads_to_a_private_address_unless_allowed) {
  http_server inside;
  int asked = 0;
  inside.routes().Get("/a.jar", [&](const httplib::Request&, httplib::Response& response) {
    ++asked;
    response.set_content("PK inside", "application/java-archive");
  });
  inside.start();
  http_server outside;
  outside.routes().Get("/a.jar", [&](const httplib::Request&, httplib::Response& response) {
    response.set_redirect("http://localhost:" + std::to_string(inside.port()) + "/a.jar");
  });
  outside.start();
  const auto uri = "http://" + outside.address() + "/a.jar";
  world careful;
  const auto told = careful.fetch(uri);
  BOOST_TEST(
      told.starts_with("forbidden: cannot fetch " + uri + ": it redirects to 127.0.0.1 port "),
      told);
  BOOST_TEST(asked == 0, "nothing was asked there");
  BOOST_TEST(careful.fetch("http://" + inside.address() + "/a.jar") == "PK inside",
             "as a person named it");
  storage_gateway_options options;
  options.jar_redirects = redirect_reach::anywhere;
  world trusting{options};
  BOOST_TEST(trusting.fetch(uri) == "PK inside");
}

BOOST_AUTO_TEST_CASE(a_jar_is_asked_for_with_its_headers_and_no_other_host_sees_them) {
  const string_map headers{{"X-Api-Key", "of orders"}, {"Authorization", "Bearer of-orders"}};
  std::string seen;
  const auto serve = [&](http_server& server, const std::string& path, const std::string& to) {
    server.routes().Get(
        path, [&seen, to](const httplib::Request& asked, httplib::Response& response) {
          for (const auto* name : {"X-Api-Key", "Authorization"})
            seen += asked.has_header(name) ? "[" + asked.get_header_value(name) + "]" : "-";
          seen += " ";
          if (to.empty()) return response.set_content("PK", "application/java-archive");
          response.set_redirect(to);
        });
  };
  http_server other;
  serve(other, "/a.jar", "");
  other.start();
  http_server asked;
  serve(asked, "/a.jar", "");
  serve(asked, "/moved.jar", "/a.jar");
  serve(asked, "/elsewhere.jar", "http://localhost:" + std::to_string(other.port()) + "/a.jar");
  asked.start();
  storage_gateway_options options;
  options.jar_redirects = redirect_reach::anywhere;
  world w{options};
  const auto seen_at = [&](const std::string& path) {
    seen.clear();
    BOOST_TEST(w.fetch("http://" + asked.address() + path, headers) == "PK");
    return seen;
  };
  const std::string all = "[of orders][Bearer of-orders] ";
  BOOST_TEST(seen_at("/a.jar") == all);
  BOOST_TEST(seen_at("/moved.jar") == all + all);
  BOOST_TEST(seen_at("/elsewhere.jar") == all + "-- ");
  const auto told = w.fetch("http://" + asked.address() + "/missing.jar", headers);
  BOOST_TEST(told.find("of-orders") == std::string::npos, told);
}

BOOST_AUTO_TEST_CASE(jars_of_public_hosts_alone) {
  http_server inside;
  inside.routes().Get("/a.jar", [&](const httplib::Request&, httplib::Response& response) {
    response.set_content("PK inside", "application/java-archive");
  });
  inside.start();
  storage_gateway_options options;
  options.jar_hosts = redirect_reach::public_only;
  world careful{options};
  const auto uri = "http://localhost:" + std::to_string(inside.port()) + "/a.jar";
  const auto told = careful.fetch(uri);
  BOOST_TEST(told.starts_with("forbidden: cannot fetch " + uri + ": it lies at 127.0.0.1 port "),
             told);
}

BOOST_AUTO_TEST_CASE(which_addresses_are_private) {
  for (const auto* address : {"127.0.0.1",
                              "10.1.2.3",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.168.1.1",
                              "169.254.169.254",
                              "100.64.0.1",
                              "0.0.0.0",
                              "198.18.0.1",
                              "224.0.0.1",
                              "255.255.255.255",
                              "::1",
                              "::",
                              "fe80::1",
                              "fe80::1%eth0",
                              "fec0::1",
                              "fd12::1",
                              "fc00::1",
                              "ff02::1",
                              "::ffff:10.0.0.1",
                              "64:ff9b::127.0.0.1",
                              "64:ff9b:1::1",
                              "no address",
                              ""})
    BOOST_TEST(is_private_address(address), address);
  for (const auto* address : {"8.8.8.8", "172.15.0.1", "172.32.0.1", "192.169.0.1", "100.128.0.1",
                              "198.17.0.1", "198.20.0.1", "223.255.255.255", "2001:db8::1",
                              "2606:4700::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"})
    BOOST_TEST(!is_private_address(address), address);
}

BOOST_AUTO_TEST_SUITE_END()
