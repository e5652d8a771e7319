// The health server: what the kubelet and Prometheus see.
#include "runtime/health_server.hpp"

#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <boost/test/unit_test.hpp>

#include "tests/gateways/test_servers.hpp"

using namespace drey;
using namespace drey::testing;

namespace {

http_response get(http_client& client, int port, std::string path) {
  http_call call;
  call.endpoint = endpoint_at(port);
  call.request.path = std::move(path);
  const auto outcome = outcome_of(client, call);
  BOOST_REQUIRE(std::holds_alternative<http_response>(outcome));
  return std::get<http_response>(outcome);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(health_server_suite)

BOOST_AUTO_TEST_CASE(probes_and_metrics_are_answered) {
  const auto metrics = std::make_shared<prometheus::Registry>();
  prometheus::BuildCounter()
      .Name("drey_starts_total")
      .Help("h")
      .Register(*metrics)
      .Add({})
      .Increment();
  std::atomic<bool> ready{false};
  const auto readyz = [&] { return health_answer{ready ? "" : "not the leader", "it stands by"}; };
  health_server server{"127.0.0.1", 0, {metrics}, {[] { return health_answer{}; }, readyz}};
  http_client client;
  BOOST_TEST(get(client, server.port(), "/healthz").status == 200);
  const auto waiting = get(client, server.port(), "/readyz");
  BOOST_TEST(waiting.status == 503);
  BOOST_TEST(waiting.body == "not the leader\n");
  ready = true;
  BOOST_TEST(get(client, server.port(), "/healthz").body == "ok\n");
  BOOST_TEST(get(client, server.port(), "/readyz").status == 200);
  BOOST_TEST(get(client, server.port(), "/readyz").body == "ok: it stands by\n");
  const auto shown = get(client, server.port(), "/metrics");
  BOOST_TEST(shown.body.find("drey_starts_total 1") != std::string::npos, shown.body);
  BOOST_TEST(get(client, server.port(), "/other").status == 404);
}

BOOST_AUTO_TEST_CASE(an_address_that_is_taken_is_an_error) {
  const auto metrics = std::make_shared<prometheus::Registry>();
  const health_questions well{[] { return health_answer{}; }, [] { return health_answer{}; }};
  socket_server taken{[](int) {}};
  BOOST_CHECK_THROW((health_server{"127.0.0.1", taken.port(), {metrics}, well}), listen_error);
  BOOST_CHECK_THROW((health_server{"256.1.1.1", 0, {metrics}, well}), listen_error);
}

BOOST_AUTO_TEST_SUITE_END()
