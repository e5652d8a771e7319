// The check of rights against an API server that gives and takes them.
#include "runtime/rights_check.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "protocol/object_codec.hpp"
#include "tests/gateways/asking.hpp"

using namespace drey;
using namespace drey::testing;

namespace {

const std::string reviews = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

/// Denies what it is told to deny; counts the questions.
struct reviewer {
  reviewer() {
    server.routes().Post(reviews, [this](const httplib::Request& request,
                                         httplib::Response& response) {
      ++questions;
      const auto what = nlohmann::json::parse(request.body)["spec"]["resourceAttributes"];
      const auto key = what.value("verb", "") + " " + what.value("resource", "");
      const std::lock_guard guard{mutex};
      response.status = code;
      if (code != 201)
        return response.set_content(encode_api_status({code, "", "no", {}}), "application/json");
      const nlohmann::json answer{{"kind", "SelfSubjectAccessReview"},
                                  {"status", {{"allowed", !denied.contains(key)}}}};
      response.set_content(answer.dump(), "application/json");
    });
    server.start();
  }
  void deny(std::set<std::string> keys) {
    const std::lock_guard guard{mutex};
    denied = std::move(keys);
  }
  void answer_with(int status) {
    const std::lock_guard guard{mutex};
    code = status;
  }

  std::mutex mutex;
  std::set<std::string> denied;
  int code = 201;
  std::atomic<int> questions{0};
  http_server server;
};

struct check_world {
  explicit check_world(int port) {
    cluster_access access;
    access.api = endpoint_at(port);
    rights_check_options options;
    options.ask_again = milliseconds{20};
    check =
        spawn_rights_check(system, client, access,
                           {{"", "pods", "", "list", "", "to see what runs"},
                            {"apps", "deployments", "", "patch", "", "to keep JobManagers"},
                            {"", "nodes", "", "list", "", "to see lost nodes", necessity::useful}},
                           options);
  }
  ~check_world() {
    caf::anon_send_exit(check, caf::exit_reason::user_shutdown);
    client.stop();
  }
  rights_known known() { return ask<rights_known>(system, check, rights_wanted{}); }
  template <class Holds>
  bool becomes(Holds holds) {
    const auto end = std::chrono::steady_clock::now() + test_patience;
    while (!holds(known())) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(milliseconds{2});
    }
    return true;
  }

  small_system config;
  http_client client;
  caf::actor_system system{config};
  caf::actor check;
};

bool all_given(const rights_known& known) { return known.asked && known.missing.empty(); }

}  // namespace

BOOST_AUTO_TEST_SUITE(rights_check_suite)

BOOST_AUTO_TEST_CASE(what_is_missing_is_named_until_it_is_given) {
  reviewer api;
  api.deny({"patch deployments"});
  check_world world{api.server.port()};
  BOOST_REQUIRE(world.becomes([](const rights_known& known) { return known.asked; }));
  BOOST_TEST(world.known().missing ==
             std::vector<std::string>{"patch deployments.apps (to keep JobManagers)"});
  api.deny({});
  BOOST_TEST(world.becomes(all_given));
}

BOOST_AUTO_TEST_CASE(what_would_only_be_useful_is_not_called_for) {
  reviewer api;
  api.deny({"list nodes"});
  check_world world{api.server.port()};
  BOOST_TEST(world.becomes(all_given));
}

BOOST_AUTO_TEST_CASE(once_all_is_given_nobody_is_asked_any_more) {
  reviewer api;
  check_world world{api.server.port()};
  BOOST_REQUIRE(world.becomes(all_given));
  BOOST_TEST(api.questions == 3);
}

BOOST_AUTO_TEST_CASE(a_server_that_does_not_answer_is_asked_again) {
  reviewer api;
  api.answer_with(503);
  check_world world{api.server.port()};
  BOOST_REQUIRE(world.becomes([&](const rights_known&) { return api.questions > 2; }));
  BOOST_TEST(!world.known().asked);
  BOOST_TEST(world.known().unanswered == "no");
  api.answer_with(201);
  BOOST_TEST(world.becomes(all_given));
}

BOOST_AUTO_TEST_CASE(a_server_that_lets_nobody_ask_does_not_keep_it_from_working) {
  reviewer api;
  api.answer_with(403);
  check_world world{api.server.port()};
  BOOST_TEST(world.becomes(all_given));
  BOOST_TEST(api.questions == 1);
}

BOOST_AUTO_TEST_SUITE_END()
