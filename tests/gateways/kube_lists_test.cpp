// Lists that come in pages: one answer, of one moment, whatever happens between the pages.
#include <boost/test/unit_test.hpp>

#include "protocol/object_codec.hpp"
#include "runtime/kube_gateway.hpp"
#include "tests/gateways/asking.hpp"
#include "tests/gateways/meaning.hpp"

using namespace drey;
using namespace drey::testing;

namespace {

std::string page(const std::vector<std::string>& names, const std::string& version,
                 const std::string& next) {
  std::string items;
  for (const auto& name : names)
    items += (items.empty() ? "" : ",") + (R"({"metadata":{"name":")" + name + R"("}})");
  return R"({"metadata":{"resourceVersion":")" + version + R"(","continue":")" + next +
         R"("},"items":[)" + items + "]}";
}

std::string gone() { return encode_api_status({410, "Expired", "the moment is forgotten", {}}); }

/// Serves one script of (query, status, body), in order; anything else is a failure of the test.
struct paged_world {
  struct step {
    std::string query;
    int status;
    std::string body;
  };

  explicit paged_world(std::vector<step> all) : script(std::move(all)) {
    server.routes().Get(
        "/api/v1/pods", [this](const httplib::Request& request, httplib::Response& response) {
          const auto at = request.target.find('?');
          asked.push_back(at == std::string::npos ? "" : request.target.substr(at + 1));
          const auto number = asked.size() - 1;
          const bool planned = number < script.size() && script[number].query == asked.back();
          response.status = planned ? script[number].status : 500;
          response.set_content(planned ? script[number].body : "not planned", "application/json");
        });
    server.start();
    cluster_access access;
    access.api = endpoint_at(server.port());
    kube_gateway_options options;
    options.page_items_max = 2;
    gateway = spawn_kube_gateway(system, client, access, options);
  }
  ~paged_world() {
    caf::anon_send_exit(gateway, caf::exit_reason::user_shutdown);
    client.stop();
  }

  std::string list(const std::string& selector = "") {
    const auto answer =
        ask<kube_answer>(system, gateway, kube_request{kube_list{object_kind::pod, "", selector}});
    BOOST_TEST(asked.size() == script.size(), "every request was planned, and none is missing");
    const auto* whole = std::get_if<object_list>(&answer.result);
    return meaning_of(answer) + (whole != nullptr ? " at " + whole->resource_version : "");
  }

  std::vector<step> script;
  std::vector<std::string> asked;
  small_system config;
  http_client client;
  caf::actor_system system{config};
  http_server server;
  kube_gateway gateway;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(kube_lists_suite)

BOOST_AUTO_TEST_CASE(pages_are_one_list) {
  paged_world w{{{"limit=2", 200, page({"a", "b"}, "7", "t/1")},
                 {"limit=2&continue=t%2F1", 200, page({"c", "d"}, "7", "t2")},
                 {"limit=2&continue=t2", 200, page({"e"}, "7", "")}}};
  BOOST_TEST(w.list() == "list of 5 a b c d e at 7");
}

BOOST_AUTO_TEST_CASE(a_selector_stands_before_the_page) {
  paged_world w{{{"labelSelector=a%3Db&limit=2", 200, page({"a"}, "7", "t")},
                 {"labelSelector=a%3Db&limit=2&continue=t", 200, page({"b"}, "7", "")}}};
  BOOST_TEST(w.list("a=b") == "list of 2 a b at 7");
}

BOOST_AUTO_TEST_CASE(a_server_that_forgot_the_moment_is_asked_for_everything) {
  paged_world w{{{"limit=2", 200, page({"a", "b"}, "7", "t")},
                 {"limit=2&continue=t", 410, gone()},
                 {"", 200, page({"b", "c", "d"}, "9", "")}}};
  BOOST_TEST(w.list() == "list of 3 b c d at 9");
}

BOOST_AUTO_TEST_CASE(pages_of_two_moments_are_not_mixed) {
  paged_world w{{{"limit=2", 200, page({"a", "b"}, "7", "t")},
                 {"limit=2&continue=t", 200, page({"c"}, "8", "")},
                 {"", 200, page({"a", "c"}, "9", "")}}};
  BOOST_TEST(w.list() == "list of 2 a c at 9");
}

BOOST_AUTO_TEST_CASE(it_begins_anew_only_once) {
  paged_world again{{{"limit=2", 200, page({"a", "b"}, "7", "t")},
                     {"limit=2&continue=t", 410, gone()},
                     {"", 410, gone()}}};
  BOOST_TEST(again.list() == "gone: the moment is forgotten");
  paged_world first{{{"limit=2", 410, gone()}}};
  BOOST_TEST(first.list() == "gone: the moment is forgotten");
}

BOOST_AUTO_TEST_CASE(half_a_list_is_none) {
  paged_world w{{{"limit=2", 200, page({"a", "b"}, "7", "t")},
                 {"limit=2&continue=t", 503, encode_api_status({503, "", "busy", {}})}}};
  BOOST_TEST(w.list() == "unavailable: busy");
  paged_world garbage{
      {{"limit=2", 200, page({"a", "b"}, "7", "t")}, {"limit=2&continue=t", 200, R"({"items":[)"}}};
  BOOST_TEST(garbage.list().starts_with("malformed answer"));
}

BOOST_AUTO_TEST_CASE(a_list_without_an_end_is_refused) {
  paged_world w{{{"limit=2", 200, page({"a", "b"}, "7", "t")},
                 {"limit=2&continue=t", 200, page({"a", "b"}, "7", "t")}}};
  BOOST_TEST(w.list() == "malformed answer: the API server never ends its list");
}

BOOST_AUTO_TEST_SUITE_END()
