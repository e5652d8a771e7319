// The Kubernetes gateway against a server in this process: calls, watches and what breaks them.
#include "runtime/kube_gateway.hpp"

#include <mutex>

#include <boost/test/unit_test.hpp>
#include <caf/exit_reason.hpp>

#include "protocol/kube_http.hpp"
#include "protocol/object_codec.hpp"
#include "tests/gateways/asking.hpp"
#include "tests/gateways/meaning.hpp"

using namespace drey;
using namespace drey::testing;

namespace {

const object_name pod_name{"flink", "p"};
const std::string pod_path = "/api/v1/namespaces/flink/pods/p";
const std::string watch_path = "/api/v1/namespaces/flink/pods";

object_ptr pod_at(std::string version) {
  pod x;
  x.metadata.ns = pod_name.ns;
  x.metadata.name = pod_name.name;
  x.metadata.resource_version = std::move(version);
  return std::make_shared<const object>(x);
}

cluster_access access_to(int port, bearer_token token = {}) {
  cluster_access access;
  access.api = endpoint_at(port);
  access.token = std::move(token);
  return access;
}

/// A server, a client and a gateway; the actor system goes first, the client after it.
struct world {
  explicit world(kube_gateway_options options = {}, bearer_token token = {})
      : gateway(spawn_kube_gateway(system, client, access_to(server.port(), std::move(token)),
                                   options)) {}
  ~world() {
    let_go.open();
    caf::anon_send_exit(gateway, caf::exit_reason::user_shutdown);
    client.stop();
  }

  kube_answer ask(kube_body body) {
    return testing::ask<kube_answer>(system, gateway, kube_request{std::move(body)});
  }

  /// The query of the last watch.
  std::string watched_with() {
    const std::lock_guard guard{mutex};
    return watch_query;
  }

  /// Streams `lines` of a watch, then holds the connection, or ends it in order.
  enum class then { hold, end };
  void serve_watch(std::vector<std::string> lines, then what) {
    server.routes().Get(watch_path,
                        [=, this](const httplib::Request& request, httplib::Response& response) {
                          {
                            const std::lock_guard guard{mutex};  // a watch may come twice
                            watch_query = request.target;
                          }
                          response.set_chunked_content_provider(
                              "application/json", [=, this](std::size_t, httplib::DataSink& sink) {
                                for (const auto& line : lines) sink.write(line.data(), line.size());
                                if (what == then::hold) let_go.wait();
                                sink.done();
                                return true;
                              });
                        });
  }

  small_system config;
  http_client client;
  caf::actor_system system{config};
  gate let_go;
  std::mutex mutex;
  std::string watch_query;
  http_server server;
  kube_gateway gateway;
};

/// Receives what one watch tells until it ends.
struct watcher {
  explicit watcher(world& w) : self(w.system), of(w) {}

  void begin(std::uint32_t id, std::string version) {
    self->send(of.gateway, kube_watch{id, object_kind::pod, "flink", "", std::move(version)},
               caf::actor_cast<caf::actor>(self));
  }

  std::string next() {
    std::string heard = "nothing";
    self->receive(
        [&](watch_event& event) { heard = meaning_of(event) + " " + event.resource_version; },
        [&](watch_ended& ended) { heard = "ended: " + meaning_of(ended.why); },
        caf::after(test_patience) >> [] {});
    return heard;
  }

  caf::scoped_actor self;
  world& of;
};

std::string line(watch_event_type type, const std::string& version) {
  const bool bookmark = type == watch_event_type::bookmark;
  return encode_watch_line(object_kind::pod,
                           {0, type, bookmark ? nullptr : pod_at(version), version}) +
         "\n";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kube_gateway_suite)

BOOST_AUTO_TEST_CASE(a_call_is_one_exchange_with_one_answer) {
  world w;
  std::atomic<int> requests{0};
  w.server.routes().Get(pod_path, [&](const httplib::Request&, httplib::Response& response) {
    ++requests;
    response.set_content(encode_object(*pod_at("7")), "application/json");
  });
  w.server.start();
  BOOST_TEST(meaning_of(w.ask(kube_get{object_kind::pod, pod_name})) == "Pod p");
  BOOST_TEST(requests == 1);
}

BOOST_AUTO_TEST_CASE(an_error_page_is_a_refusal) {
  world w;
  w.server.routes().Get(pod_path, [](const httplib::Request&, httplib::Response& response) {
    response.status = 502;
    response.set_content("<html>Bad Gateway</html>", "text/html");
  });
  w.server.start();
  const auto meaning = meaning_of(w.ask(kube_get{object_kind::pod, pod_name}));
  BOOST_TEST(meaning == "unavailable: HTTP 502: <html>Bad Gateway</html>");
  const auto missing = meaning_of(w.ask(kube_get{object_kind::node, {"", "n"}}));
  BOOST_TEST(missing.starts_with("unavailable: HTTP 404"), missing);
}

BOOST_AUTO_TEST_CASE(a_large_list_comes_whole) {
  world w;
  object_list list;
  list.resource_version = "9";
  for (int i = 0; i < 3000; ++i) list.items.push_back(pod_at("7"));
  const auto body = encode_list(object_kind::pod, list);
  w.server.routes().Get("/api/v1/pods", [&](const httplib::Request&, httplib::Response& response) {
    response.set_content(body, "application/json");
  });
  w.server.start();
  const auto answer = w.ask(kube_list{object_kind::pod, "", ""});
  BOOST_REQUIRE(std::holds_alternative<object_list>(answer.result));
  BOOST_TEST(std::get<object_list>(answer.result).items.size() == 3000U);
}

BOOST_AUTO_TEST_CASE(a_server_that_says_nothing_leaves_the_outcome_open) {
  kube_gateway_options quick;
  quick.call_timeout = milliseconds{100};
  world w{quick};
  w.server.routes().Delete(pod_path,
                           [&](const httplib::Request&, httplib::Response&) { w.let_go.wait(); });
  w.server.start();
  const auto meaning = meaning_of(w.ask(kube_delete{object_kind::pod, pod_name, "u"}));
  BOOST_TEST(meaning.starts_with("unknown outcome"), meaning);
}

BOOST_AUTO_TEST_CASE(a_server_that_is_not_there_was_certainly_not_reached) {
  small_system config;
  http_client client;
  caf::actor_system system{config};
  const auto gateway = spawn_kube_gateway(system, client, access_to(closed_port()));
  const auto answer =
      ask<kube_answer>(system, gateway, kube_request{kube_delete{object_kind::pod, pod_name, "u"}});
  BOOST_TEST(meaning_of(answer).starts_with("unavailable"), meaning_of(answer));
  client.stop();
}

BOOST_AUTO_TEST_CASE(a_rotated_token_is_taken_up) {
  const scratch_folder folder;
  const auto file = folder.write("token", "first\n");
  world w{{}, bearer_token::from_file(file)};
  std::vector<std::string> seen;
  w.server.routes().Get(pod_path,
                        [&](const httplib::Request& request, httplib::Response& response) {
                          seen.push_back(request.get_header_value("Authorization"));
                          response.set_content(encode_object(*pod_at("7")), "application/json");
                        });
  w.server.start();
  w.ask(kube_get{object_kind::pod, pod_name});
  folder.write("token", "second, longer\n");
  w.ask(kube_get{object_kind::pod, pod_name});
  std::filesystem::remove(file);
  w.ask(kube_get{object_kind::pod, pod_name});
  BOOST_TEST(seen == (std::vector<std::string>{"Bearer first", "Bearer second, longer",
                                               "Bearer second, longer"}));
}

BOOST_AUTO_TEST_CASE(a_watch_tells_what_it_sees_and_how_it_ends) {
  world w;
  w.serve_watch({line(watch_event_type::added, "8"), line(watch_event_type::modified, "9"),
                 line(watch_event_type::deleted, "10"), line(watch_event_type::bookmark, "11")},
                world::then::end);
  w.server.start();
  watcher watch{w};
  watch.begin(5, "7");
  BOOST_TEST(watch.next() == "added Pod p 8");
  BOOST_TEST(watch.next() == "modified Pod p 9");
  BOOST_TEST(watch.next() == "deleted Pod p 10");
  BOOST_TEST(watch.next() == "bookmark 11");
  BOOST_TEST(watch.next() == "ended: unavailable: the watch ended in order");
  BOOST_TEST(w.watched_with().find("resourceVersion=7&timeoutSeconds=") != std::string::npos);
  BOOST_TEST(w.watched_with().find("allowWatchBookmarks=true") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_line_may_come_in_pieces) {
  world w;
  const auto whole = line(watch_event_type::added, "8");
  std::vector<std::string> pieces;
  for (const char c : whole) pieces.emplace_back(1, c);
  w.serve_watch(pieces, world::then::hold);
  w.server.start();
  watcher watch{w};
  watch.begin(5, "7");
  BOOST_TEST(watch.next() == "added Pod p 8");
}

BOOST_AUTO_TEST_CASE(a_silent_watch_is_dead) {
  kube_gateway_options quick;
  quick.watch_silence_max = milliseconds{100};
  world w{quick};
  w.serve_watch({line(watch_event_type::added, "8")}, world::then::hold);
  w.server.start();
  watcher watch{w};
  watch.begin(5, "7");
  BOOST_TEST(watch.next() == "added Pod p 8");
  BOOST_TEST(watch.next().starts_with("ended: unknown outcome: no byte for 100 ms"));
}

BOOST_AUTO_TEST_CASE(a_version_that_is_too_old_is_gone) {
  world w;
  w.serve_watch({encode_watch_error({refusal_reason::gone, "too old", {}}) + "\n"},
                world::then::hold);
  w.server.start();
  watcher watch{w};
  watch.begin(5, "1");
  BOOST_TEST(watch.next() == "ended: gone: too old");
}

BOOST_AUTO_TEST_CASE(a_refused_watch_says_why) {
  world w;
  w.server.routes().Get(watch_path, [](const httplib::Request&, httplib::Response& response) {
    response.status = 403;
    response.set_content(encode_api_status({403, "Forbidden", "no right", {}}), "application/json");
  });
  w.server.start();
  watcher watch{w};
  watch.begin(5, "1");
  BOOST_TEST(watch.next() == "ended: forbidden: no right");
}

BOOST_AUTO_TEST_CASE(garbage_ends_a_watch) {
  world w;
  w.serve_watch({"{\"type\":\"ADDED\",\"obj\n"}, world::then::hold);
  w.server.start();
  watcher watch{w};
  watch.begin(5, "1");
  BOOST_TEST(watch.next().starts_with("ended: malformed answer"));
}

BOOST_AUTO_TEST_CASE(a_connection_that_is_cut_ends_a_watch) {
  socket_server cut{[](int connection) {
    read_request(connection);
    const auto one = line(watch_event_type::added, "8");
    send_text(connection,
              "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + one + one.substr(0, 9));
  }};
  world w;
  const auto gateway = spawn_kube_gateway(w.system, w.client, access_to(cut.port()));
  watcher watch{w};
  watch.self->send(gateway, kube_watch{6, object_kind::pod, "flink", "", "7"},
                   caf::actor_cast<caf::actor>(watch.self));
  BOOST_TEST(watch.next() == "added Pod p 8");
  BOOST_TEST(watch.next().starts_with("ended: unknown outcome"));
}

BOOST_AUTO_TEST_CASE(whoever_unwatches_hears_nothing_more) {
  world w;
  w.serve_watch({line(watch_event_type::added, "8")}, world::then::hold);
  w.server.start();
  watcher watch{w}, other{w};
  watch.begin(5, "7");
  other.begin(5, "7");
  BOOST_TEST(watch.next() == "added Pod p 8");
  BOOST_TEST(other.next() == "added Pod p 8");
  watch.self->send(w.gateway, kube_unwatch{5});
  watch.begin(6, "7");
  BOOST_TEST(watch.next() == "added Pod p 8");
  w.let_go.open();
  BOOST_TEST(other.next().starts_with("ended: unavailable"), "another listener's watch goes on");
  BOOST_TEST(watch.next().starts_with("ended: unavailable"));
  BOOST_TEST(!watch.self->has_next_message());
}

BOOST_AUTO_TEST_SUITE_END()
