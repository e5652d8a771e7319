// An operator that only observes: no call that would change something leaves the process, not one
// of its gateways and not the whole of it, which decides all the same.
#include "actors/observing_gateways.hpp"

#include <boost/test/unit_test.hpp>

#include "protocol/manifest.hpp"
#include "runtime/readiness.hpp"
#include "tests/gateways/operator_process.hpp"

using namespace drey;
using namespace drey::testing;

namespace {

/// Everything that would have been done.
class withheld_calls {
public:
  withheld_listener listener() {
    return [this](const withheld_call& one) {
      const std::lock_guard guard{mutex_};
      all_.push_back(one);
    };
  }
  std::vector<withheld_call> all() const {
    const std::lock_guard guard{mutex_};
    return all_;
  }
  long count(const std::string& verb, const std::string& kind) const {
    const auto now = all();
    return std::ranges::count_if(
        now, [&](const auto& one) { return one.verb == verb && one.kind == kind; });
  }

private:
  mutable std::mutex mutex_;
  std::vector<withheld_call> all_;
};

/// A server that answers everything, and remembers what it was asked.
struct counting_server {
  counting_server() {
    server.routes().set_pre_routing_handler(
        [this](const httplib::Request& request, httplib::Response& response) {
          const std::lock_guard guard{mutex};
          asked.push_back(request.method + " " + request.path);
          response.status = 404;
          return httplib::Server::HandlerResponse::Handled;
        });
    server.start();
  }
  std::vector<std::string> so_far() {
    const std::lock_guard guard{mutex};
    return asked;
  }

  std::mutex mutex;
  std::vector<std::string> asked;
  http_server server;
};

/// The observing gateways before real ones that lead to one server.
struct observed_world {
  observed_world() {
    cluster_access access;
    access.api = endpoint_at(server.server.port());
    real.kube = spawn_kube_gateway(system, client, access);
    flink_gateway_options there;
    there.elsewhere = {{"jm:8081", server.server.address()}};
    real.flink = spawn_flink_gateway(system, client, there);
    storage_gateway_options storage;
    storage.work_directory = folder.path();
    real.storage = spawn_storage_gateway(system, client, storage);
    gate made;
    owner = system.spawn(
        [&](caf::event_based_actor* self, int) -> caf::behavior {
          given = observing_gateways(self, real, calls.listener());
          made.open();
          return {[](int) {}};
        },
        0);
    BOOST_REQUIRE(made.wait());
  }
  ~observed_world() {
    caf::anon_send_exit(owner, caf::exit_reason::user_shutdown);
    for (const auto& one :
         {caf::actor_cast<caf::actor>(real.kube), caf::actor_cast<caf::actor>(real.flink),
          caf::actor_cast<caf::actor>(real.storage)})
      caf::anon_send_exit(one, caf::exit_reason::user_shutdown);
    client.stop();
  }

  kube_answer ask_kube(kube_body body) {
    return ask<kube_answer>(system, given.kube, kube_request{std::move(body)});
  }
  flink_answer ask_flink(flink_body body) {
    return ask<flink_answer>(system, given.flink, flink_request{{"jm", 8081}, std::move(body)});
  }
  storage_answer ask_storage(storage_request asked) {
    return ask<storage_answer>(system, given.storage, std::move(asked));
  }

  counting_server server;
  withheld_calls calls;
  const scratch_folder folder;
  small_system config;
  http_client client;
  caf::actor_system system{config};
  gateways real;
  gateways given;
  caf::actor owner;
};

template <class Variant, std::size_t... N>
std::vector<Variant> each_alternative(std::index_sequence<N...>) {
  return {Variant{std::in_place_index<N>}...};
}

/// Every request that there is: one more alternative is here without being written down.
std::vector<flink_body> all_flink_bodies() {
  return each_alternative<flink_body>(std::make_index_sequence<std::variant_size_v<flink_body>>{});
}

std::vector<kube_body> all_kube_bodies() {
  auto all =
      each_alternative<kube_body>(std::make_index_sequence<std::variant_size_v<kube_body>>{});
  config_map settings;
  settings.metadata.ns = "flink";
  settings.metadata.name = "settings";
  const auto wanted = std::make_shared<const object>(settings);
  for (auto& one : all)
    std::visit(
        [&]<class T>(T& body) {
          if constexpr (requires { body.wanted; }) body.wanted = wanted;
          if constexpr (requires { body.kind; }) body.kind = object_kind::config_map;
          if constexpr (requires { body.name; }) body.name = {"flink", "settings"};
        },
        one);
  return all;
}

constexpr const char* resources = R"(apiVersion: flink.apache.org/v1beta1
kind: FlinkDeployment
metadata: {name: session, namespace: flink, uid: cluster-uid, generation: 1, resourceVersion: "5"}
spec:
  image: "flink:1.20"
  flinkVersion: v1_20
  mode: standalone
  serviceAccount: flink
  flinkConfiguration: {s3.secret-key: hush-hush}
  jobManager: {replicas: 1, resource: {cpu: 1, memory: 1024m}}
  taskManager: {replicas: 2, resource: {cpu: 1, memory: 1024m}}
---
apiVersion: flink.apache.org/v1beta1
kind: FlinkSessionJob
metadata: {name: orders, namespace: flink, uid: job-uid, generation: 1, resourceVersion: "6"}
spec:
  deploymentName: session
  job: {jarURI: "https://example.com/a.jar", parallelism: 2, upgradeMode: last-state}
)";

void hold_resources(fake_api& api) {
  for (const auto& one : read_manifest(resources).resources) api.hold(one.value);
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(observation_suite)

BOOST_AUTO_TEST_CASE(only_reads_pass_to_kubernetes) {
  for (const auto& body : all_kube_bodies()) {
    observed_world world;
    world.ask_kube(body);
    world.ask_kube(body);
    BOOST_TEST(world.server.so_far().size() == (is_mutating(body) ? 0U : 2U));
    // A review is made by a POST, and leaves nothing behind.
    for (const auto& one : world.server.so_far())
      BOOST_TEST((one.starts_with("GET ") || one.starts_with("POST /apis/authorization.k8s.io/")),
                 one);
    BOOST_TEST(world.calls.all().size() == (is_mutating(body) ? 1U : 0U));
  }
}

BOOST_AUTO_TEST_CASE(only_reads_pass_to_flink) {
  for (const auto& body : all_flink_bodies()) {
    observed_world world;
    world.ask_flink(body);
    world.ask_flink(body);
    BOOST_TEST(world.server.so_far().size() == (is_mutating(body) ? 0U : 2U));
    for (const auto& one : world.server.so_far()) BOOST_TEST(one.starts_with("GET "), one);
    const bool is_told = is_mutating(body) && !std::holds_alternative<upload_jar>(body);
    BOOST_TEST(world.calls.all().size() == (is_told ? 1U : 0U));
  }
}

/// It shows one cluster to whoever watches, then the watch is over.
kube_gateway::behavior_type shows_one_cluster(int) {
  return {[](const kube_request&) { return kube_answer{kube_done{}}; },
          [](const kube_watch& asked, const caf::actor& listener) {
            auto one = read_manifest(resources).resources.front().value;
            const auto live = std::make_shared<const object>(std::move(one));
            caf::anon_send(listener, watch_event{asked.id, watch_event_type::modified, live, "5"});
            caf::anon_send(listener, watch_ended{asked.id, {refusal_reason::gone, "over", {}}});
          },
          [](const kube_unwatch&) {}};
}

BOOST_AUTO_TEST_CASE(watches_pass_and_what_they_show_holds_our_notes) {
  observed_world world;
  world.real.kube = world.system.spawn(shows_one_cluster, 0);
  gate made;
  const auto second = world.system.spawn(
      [&](caf::event_based_actor* self, int) -> caf::behavior {
        world.given = observing_gateways(self, world.real, {});
        made.open();
        return {[](int) {}};
      },
      0);
  BOOST_REQUIRE(made.wait());
  caf::scoped_actor self{world.system};
  const auto watch = [&] {
    object_ptr live;
    bool ended = false;
    self->send(world.given.kube, kube_watch{7, object_kind::flink_deployment, "", "", ""},
               caf::actor_cast<caf::actor>(self));
    self->receive([&](const watch_event& event) { live = event.seen; },
                  caf::after(testing::test_patience) >> [] {});
    self->receive([&](const watch_ended& over) { ended = over.id == 7; },
                  caf::after(testing::test_patience) >> [] {});
    BOOST_TEST(ended);
    BOOST_REQUIRE(live);
    return live;
  };
  BOOST_TEST(metadata_of(*watch()).finalizers.empty());
  world.ask_kube(kube_write_finalizers{
      object_kind::flink_deployment, {"flink", "session"}, "cluster-uid", "5", {"ours"}});
  BOOST_TEST(metadata_of(*watch()).finalizers == std::vector<std::string>{"ours"});
  caf::anon_send_exit(second, caf::exit_reason::user_shutdown);
}

BOOST_AUTO_TEST_CASE(a_run_is_told_with_its_jar_and_what_it_starts_from) {
  observed_world world;
  const auto jar = world.ask_storage({fetch_artifact{"https://example.com/a.jar"}});
  const auto fetched = std::get<artifact_fetched>(jar.result);
  const auto uploaded =
      std::get<jar_uploaded>(world.ask_flink(upload_jar{fetched.artifact}).result);
  run_jar run;
  run.jar = uploaded.jar;
  run.args = {"--password", "hush-hush"};
  run.parallelism = 4;
  run.savepoint_path = "s3://bucket/chk-7";
  world.ask_flink(run);
  run.job = job_id{"another try"};
  world.ask_flink(run);
  run.savepoint_path = "s3://bucket/chk-8";
  world.ask_flink(run);
  const auto told = world.calls.all();
  BOOST_REQUIRE(told.size() == 2U);
  BOOST_TEST(told[0].verb == "run_jar");
  BOOST_TEST(told[0].about == "jm:8081");
  BOOST_TEST(told[0].detail ==
             "jar=https://example.com/a.jar parallelism=4 from=s3://bucket/chk-7");
  BOOST_TEST(world.server.so_far().empty());
}

BOOST_AUTO_TEST_CASE(a_whole_operator_decides_and_changes_nothing) {
  fake_api api;
  hold_resources(api);
  withheld_calls calls;
  operator_settings settings;
  settings.conduct = conduct::observes;
  settings.withheld = calls.listener();
  operator_process process{api.port(), settings};
  const auto decided = [&] {
    return calls.count("finalizers", "FlinkDeployment") > 0 &&
           calls.count("finalizers", "FlinkSessionJob") > 0 &&
           calls.count("apply", "Deployment") > 0 && calls.count("apply", "StatefulSet") > 0 &&
           calls.count("status", "FlinkDeployment") > 0;
  };
  BOOST_TEST(comes_true(decided));
  BOOST_TEST(remark_on(process.figures()) ==
             "only observing: nothing is changed, what would be is in the log");
  process.stop();
  BOOST_TEST(process.end() != "");
  BOOST_TEST(api.changes() == std::vector<std::string>{}, boost::test_tools::per_element());
  BOOST_TEST(calls.count("apply", "StatefulSet") == 1, "each once, however often it is tried");
  for (const auto& one : calls.all()) {
    BOOST_TEST(!has(one.detail, "hush-hush"), one.detail);
    BOOST_TEST_MESSAGE(one.verb + " " + one.kind + " " + one.about + " " + one.detail);
  }
}

/// What the test before counts, is counted.
BOOST_AUTO_TEST_CASE(the_same_operator_that_acts_is_seen_to) {
  fake_api api;
  hold_resources(api);
  operator_process process{api.port()};
  BOOST_TEST(comes_true([&] { return api.changes().size() > 2; }));
}

BOOST_AUTO_TEST_SUITE_END()
