// The HTTP client against servers that behave, stall, vanish and lie.
#include "runtime/http_client.hpp"

#include <boost/test/unit_test.hpp>
#include <set>

#include "tests/gateways/test_servers.hpp"

using namespace drey;
using namespace drey::testing;

namespace {

http_call get(int port, std::string path = "/") {
  http_call call;
  call.endpoint = endpoint_at(port);
  call.request.path = std::move(path);
  return call;
}

http_call post(int port, std::string body) {
  auto call = get(port);
  call.request = {"POST", "/", "application/json", std::move(body)};
  return call;
}

const http_response& response_in(const http_outcome& outcome) {
  const auto* loss = std::get_if<http_loss>(&outcome);
  BOOST_REQUIRE_MESSAGE(!loss, (loss ? loss->message : ""));
  return std::get<http_response>(outcome);
}

loss_reason loss_in(const http_outcome& outcome) {
  BOOST_REQUIRE(std::holds_alternative<http_loss>(outcome));
  BOOST_TEST(!std::get<http_loss>(outcome).message.empty());
  return std::get<http_loss>(outcome).reason;
}

const std::string small_answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// Everything that one stream brought, and how it ended.
struct stream_record {
  std::mutex mutex;
  std::string bytes;
  std::promise<http_outcome> over;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(http_client_suite)

BOOST_AUTO_TEST_CASE(a_request_arrives_as_it_was_meant) {
  http_server server;
  httplib::Request seen;
  server.routes().Patch("/a", [&](const httplib::Request& request, httplib::Response& response) {
    seen = request;
    response.status = 429;
    response.set_header("Retry-After", "7");
    response.set_content("slow down", "text/plain");
  });
  server.start();
  http_client client;
  auto call = get(server.port());
  call.request = {"PATCH", "/a?x=1", "application/merge-patch+json", "{\"a\":1}"};
  call.bearer_token = "secret";
  const auto outcome = outcome_of(client, call);
  const auto& response = response_in(outcome);
  BOOST_TEST(response.status == 429);
  BOOST_TEST(response.body == "slow down");
  BOOST_TEST(response.retry_after.count() == 7000);
  BOOST_TEST(seen.body == "{\"a\":1}");
  BOOST_TEST(seen.get_param_value("x") == "1");
  BOOST_TEST(seen.get_header_value("Content-Type") == "application/merge-patch+json");
  BOOST_TEST(seen.get_header_value("Authorization") == "Bearer secret");
  BOOST_TEST(!seen.has_header("Expect"));
}

BOOST_AUTO_TEST_CASE(many_exchanges_share_one_thread) {
  socket_server server{[](int connection) {
    const auto request = read_request(connection);
    const auto body = request.substr(request.find("\r\n\r\n") + 4);
    send_text(connection, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " +
                              std::to_string(body.size()) + "\r\n\r\n" + body);
  }};
  http_client client;
  constexpr int count = 100;
  std::mutex mutex;
  std::set<std::string> bodies;
  std::set<std::thread::id> threads;
  std::promise<void> all;
  for (int i = 0; i < count; ++i)
    client.start(post(server.port(), "body " + std::to_string(i)), {[&](http_outcome outcome) {
                   const std::lock_guard guard{mutex};
                   threads.insert(std::this_thread::get_id());
                   if (const auto* response = std::get_if<http_response>(&outcome))
                     bodies.insert(response->body);
                   if (bodies.size() == count) all.set_value();
                 }});
  BOOST_REQUIRE((all.get_future().wait_for(test_patience) == std::future_status::ready));
  BOOST_TEST(threads.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_port_without_a_server_was_certainly_not_reached) {
  http_client client;
  BOOST_TEST((loss_in(outcome_of(client, post(closed_port(), "x"))) == loss_reason::not_sent));
  auto call = get(1);
  http_endpoint nowhere;
  nowhere.base_url = "http://no-such-host.invalid";
  nowhere.proxies = proxy_use::none;
  call.endpoint = std::make_shared<const http_endpoint>(nowhere);
  BOOST_TEST((loss_in(outcome_of(client, call)) == loss_reason::not_sent));
}

BOOST_AUTO_TEST_CASE(a_server_that_says_nothing_leaves_the_outcome_open) {
  gate done;
  socket_server server{[&](int connection) {
    read_request(connection);
    done.wait();
  }};
  http_client client;
  auto call = post(server.port(), "x");
  call.timeout = milliseconds{100};
  BOOST_TEST((loss_in(outcome_of(client, call)) == loss_reason::cut_off));
  done.open();
}

BOOST_AUTO_TEST_CASE(a_connection_that_is_cut_leaves_the_outcome_open) {
  socket_server silent{[](int connection) { read_request(connection); }};
  socket_server half{[](int connection) {
    read_request(connection);
    send_text(connection, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
  }};
  socket_server garbage{[](int connection) {
    read_request(connection);
    send_text(connection, "SSH-2.0-OpenSSH_9.2\r\n");
  }};
  http_client client;
  for (const int port : {silent.port(), half.port(), garbage.port()})
    BOOST_TEST((loss_in(outcome_of(client, post(port, "x"))) == loss_reason::cut_off));
}

BOOST_AUTO_TEST_CASE(a_request_is_never_sent_twice) {
  std::atomic<int> requests{0};
  // Answers the first request, takes the second on the same connection and dies with it.
  socket_server server{[&](int connection) {
    if (read_request(connection).empty()) return;
    ++requests;
    send_text(connection, small_answer);
    if (!read_request(connection).empty()) ++requests;
  }};
  http_client client;
  BOOST_TEST(response_in(outcome_of(client, post(server.port(), "one"))).body == "ok");
  BOOST_TEST((loss_in(outcome_of(client, post(server.port(), "two"))) == loss_reason::cut_off));
  BOOST_TEST(requests == 2);
}

BOOST_AUTO_TEST_CASE(an_answer_is_bounded) {
  http_server server;
  server.routes().Get("/", [](const httplib::Request&, httplib::Response& response) {
    response.set_content(std::string(100'000, 'x'), "text/plain");
  });
  server.start();
  http_client client;
  auto call = get(server.port());
  call.body_bytes_max = 99'999;
  BOOST_TEST((loss_in(outcome_of(client, call)) == loss_reason::too_large));
  call.body_bytes_max = 100'000;
  BOOST_TEST(response_in(outcome_of(client, call)).body.size() == 100'000U);
}

BOOST_AUTO_TEST_CASE(a_stream_is_handed_on_until_it_falls_silent) {
  gate done;
  http_server server;
  server.routes().Get("/", [&](const httplib::Request&, httplib::Response& response) {
    response.set_chunked_content_provider("text/plain", [&](std::size_t, httplib::DataSink& sink) {
      sink.write("first\n", 6);
      done.wait();
      sink.done();
      return true;
    });
  });
  server.start();
  http_client client;
  stream_record seen;
  auto call = get(server.port());
  call.timeout = milliseconds{0};
  call.silence_max = milliseconds{150};
  client.start(call, {[&](http_outcome outcome) { seen.over.set_value(std::move(outcome)); },
                      [&](std::string_view bytes) {
                        seen.bytes += bytes;
                        return stream_flow::onward;
                      }});
  auto over = seen.over.get_future();
  BOOST_REQUIRE((over.wait_for(test_patience) == std::future_status::ready));
  BOOST_TEST((loss_in(over.get()) == loss_reason::cut_off));
  BOOST_TEST(seen.bytes == "first\n");
  done.open();
}

BOOST_AUTO_TEST_CASE(the_body_of_a_refused_stream_is_an_answer) {
  http_server server;
  server.routes().Get("/", [](const httplib::Request&, httplib::Response& response) {
    response.status = 410;
    response.set_content("too old", "text/plain");
  });
  server.start();
  http_client client;
  std::promise<http_outcome> over;
  client.start(get(server.port()),
               {[&](http_outcome outcome) { over.set_value(std::move(outcome)); },
                [](std::string_view) {
                  BOOST_ERROR("nothing is streamed of an error");
                  return stream_flow::onward;
                }});
  const auto outcome = over.get_future().get();
  BOOST_TEST(response_in(outcome).status == 410);
  BOOST_TEST(response_in(outcome).body == "too old");
}

BOOST_AUTO_TEST_CASE(whoever_cancels_hears_nothing_more) {
  gate asked, done;
  socket_server server{[&](int connection) {
    read_request(connection);
    asked.open();
    done.wait();
    send_text(connection, small_answer);
  }};
  http_client client;
  std::atomic<bool> called{false};
  const auto id = client.start(get(server.port()), {[&](http_outcome) { called = true; }});
  BOOST_REQUIRE(asked.wait());
  client.cancel(id);
  // One more exchange on the same thread: the cancellation was handled before, and whatever the
  // first would have said is said before the second.
  outcome_of(client, get(closed_port()));
  done.open();
  outcome_of(client, get(closed_port()));
  BOOST_TEST(!called);
}

BOOST_AUTO_TEST_CASE(stopping_ends_everything_at_once) {
  gate asked, done;
  socket_server server{[&](int connection) {
    read_request(connection);
    asked.open();
    done.wait();
  }};
  http_client client;
  std::atomic<bool> called{false};
  client.start(get(server.port()), {[&](http_outcome) { called = true; }});
  BOOST_REQUIRE(asked.wait());
  client.request_stop();
  client.stop();
  client.stop();
  client.start(get(server.port()), {[&](http_outcome) { called = true; }});
  BOOST_TEST(!called);
  done.open();
}

BOOST_AUTO_TEST_CASE(a_file_that_is_not_there_is_not_sent) {
  http_client client;
  auto call = get(closed_port());
  call.request = {"POST", "/jars/upload", "multipart/form-data", "", "/no/such/file.jar"};
  BOOST_TEST((loss_in(outcome_of(client, call)) == loss_reason::unsendable));
}

BOOST_AUTO_TEST_SUITE_END()
