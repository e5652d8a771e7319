// The Flink gateway against a JobManager in this process that misbehaves on demand.
#include "runtime/flink_gateway.hpp"

#include <boost/test/unit_test.hpp>
#include <caf/exit_reason.hpp>
#include <nlohmann/json.hpp>

#include "tests/gateways/asking.hpp"
#include "tests/gateways/meaning.hpp"

using namespace drey;
using namespace drey::testing;

namespace {

const job_id job{"00000000000000000000000000000007"};
/// As an actor asks; this machine cannot resolve it.
const flink_endpoint nest{"nest-rest.flink", 8081};

struct world {
  explicit world(flink_gateway_options options = {})
      : gateway(spawn_flink_gateway(system, client, placed(std::move(options)))) {}
  ~world() {
    let_go.open();
    caf::anon_send_exit(gateway, caf::exit_reason::user_shutdown);
    client.stop();
  }

  flink_gateway_options placed(flink_gateway_options options) const {
    options.elsewhere = {{"nest-rest.flink:8081", server.address()}};
    return options;
  }

  flink_answer ask(flink_body body) {
    return testing::ask<flink_answer>(system, gateway, flink_request{nest, std::move(body)});
  }

  small_system config;
  http_client client;
  caf::actor_system system{config};
  gate let_go;
  http_server server;
  flink_gateway gateway;
};

flink_gateway_options quick() {
  flink_gateway_options options;
  options.call_timeout = milliseconds{100};
  options.submission_timeout = milliseconds{100};
  return options;
}

run_jar some_run() {
  run_jar x;
  x.jar = "1_a.jar";
  x.job = job;
  return x;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(flink_gateway_suite)

BOOST_AUTO_TEST_CASE(a_jar_is_streamed_as_a_form) {
  world w;
  const scratch_folder folder;
  std::string content = "PK";
  for (int i = 0; i < 300'000; ++i) content += static_cast<char>(i % 251);
  const auto file = folder.write("drey-artifact-1-count", content);
  httplib::MultipartFormData seen;
  w.server.routes().Post(
      "/jars/upload", [&](const httplib::Request& request, httplib::Response& response) {
        seen = request.get_file_value("jarfile");
        response.set_content(R"({"filename":"/tmp/flink-web/1_count.jar","status":"success"})",
                             "application/json");
      });
  w.server.start();
  BOOST_TEST(meaning_of(w.ask(upload_jar{file.string()})) == "uploaded _count.jar");
  BOOST_TEST((seen.content == content));
  BOOST_TEST(seen.filename == "drey-artifact-1-count.jar");
  BOOST_TEST(seen.content_type == "application/x-java-archive");
}

BOOST_AUTO_TEST_CASE(a_jar_that_is_gone_is_not_sent) {
  world w;
  w.server.start();
  const auto meaning = meaning_of(w.ask(upload_jar{"/no/such.jar"}));
  BOOST_TEST(meaning == "invalid: the file to upload cannot be read");
}

BOOST_AUTO_TEST_CASE(a_job_is_run_under_our_id) {
  world w;
  std::string seen, host;
  w.server.routes().Post(
      "/jars/1_a.jar/run", [&](const httplib::Request& request, httplib::Response& response) {
        seen = request.body;
        host = request.get_header_value("Host");
        response.set_content(nlohmann::json{{"jobid", job.hex}}.dump(), "application/json");
      });
  w.server.start();
  const auto answer = w.ask(some_run());
  BOOST_REQUIRE(std::holds_alternative<job_accepted>(answer.result));
  BOOST_TEST(std::get<job_accepted>(answer.result).job.hex == job.hex);
  BOOST_TEST(nlohmann::json::parse(seen).at("jobId") == job.hex);
  BOOST_TEST(host == "nest-rest.flink:8081");
}

BOOST_AUTO_TEST_CASE(a_run_without_an_answer_may_have_happened) {
  world w{quick()};
  w.server.routes().Post("/jars/1_a.jar/run",
                         [&](const httplib::Request&, httplib::Response&) { w.let_go.wait(); });
  w.server.start();
  BOOST_TEST(meaning_of(w.ask(some_run())).starts_with("unknown outcome"));
}

BOOST_AUTO_TEST_CASE(a_slow_run_does_not_hold_up_a_poll) {
  world w;
  gate running;
  w.server.routes().Post("/jars/1_a.jar/run", [&](const httplib::Request&, httplib::Response& x) {
    running.open();
    w.let_go.wait();
    x.set_content(nlohmann::json{{"jobid", job.hex}}.dump(), "application/json");
  });
  w.server.routes().Get("/jobs/overview", [](const httplib::Request&, httplib::Response& response) {
    response.set_content(R"({"jobs":[]})", "application/json");
  });
  w.server.start();
  caf::scoped_actor self{w.system};
  auto run = self->request(w.gateway, test_patience, flink_request{nest, some_run()});
  BOOST_REQUIRE(running.wait());
  BOOST_TEST(meaning_of(w.ask(get_jobs_overview{})) == "jobs");
  w.let_go.open();
  run.receive([](flink_answer& answer) { BOOST_TEST(meaning_of(answer) == "accepted"); },
              [](caf::error&) { BOOST_ERROR("the run was not answered"); });
}

BOOST_AUTO_TEST_CASE(a_job_manager_that_is_not_there_is_unavailable) {
  world w{quick()};
  const flink_endpoint nobody{"127.0.0.1", closed_port()};
  const auto answer =
      ask<flink_answer>(w.system, w.gateway, flink_request{nobody, get_jobs_overview{}});
  BOOST_TEST(meaning_of(answer).starts_with("unavailable"), meaning_of(answer));
}

BOOST_AUTO_TEST_CASE(garbage_is_malformed) {
  world w;
  w.server.routes().Get("/jobs/overview", [](const httplib::Request&, httplib::Response& response) {
    response.set_content("{\"jobs\":[{\"jid\":", "application/json");
  });
  w.server.start();
  BOOST_TEST(meaning_of(w.ask(get_jobs_overview{})).starts_with("malformed answer"));
}

BOOST_AUTO_TEST_SUITE_END()
