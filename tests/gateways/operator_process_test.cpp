// The whole operator in this process, on real threads and real sockets, against the least of an API
// server: leading, stopping, and what it says when it cannot see.
#include <boost/test/unit_test.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <condition_variable>

#include "actors/operator_actor.hpp"
#include "runtime/flink_gateway.hpp"
#include "runtime/kube_gateway.hpp"
#include "runtime/readiness.hpp"
#include "runtime/real_clock.hpp"
#include "runtime/storage_gateway.hpp"
#include "tests/gateways/asking.hpp"
#include "tests/gateways/fake_api.hpp"

using namespace drey;
using namespace drey::testing;

namespace {

/// Remembers where the leadership machine went.
class watched_steps final : public step_observer {
public:
  void stepped(const step_taken& step) override {
    if (step.machine != "leadership") return;
    const std::lock_guard guard{mutex_};
    seen_.insert(std::string{step.to});
    changed_.notify_all();
  }
  void failed(std::string_view actor, const std::string& why) override {
    BOOST_ERROR(std::string{actor} + " failed: " + why);
  }
  bool wait_for(const std::string& position) {
    std::unique_lock guard{mutex_};
    return changed_.wait_for(guard, patience, [&] { return seen_.contains(position); });
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::string> seen_;
};

/// The operator's parts as operator_main puts them together.
struct operator_process {
  explicit operator_process(int port, kube_gateway of_lease = {}) {
    cluster_access access;
    access.api = endpoint_at(port);
    around.out.kube = spawn_kube_gateway(system, client, access);
    around.out.flink = spawn_flink_gateway(system, client);
    storage_gateway_options storage;
    storage.work_directory = folder.path();
    around.out.storage = spawn_storage_gateway(system, client, storage);
    around.out.clock = &clock;
    around.gate = std::make_shared<fence>();
    around.observer = &steps;
    around.identity = "me";
    operator_settings settings;
    settings.lease = {"home", "lock"};
    kube_gateway_options own;
    own.thread = gateway_thread::own;
    settings.lease_gateway =
        of_lease ? of_lease : spawn_kube_gateway(system, lease_client, access, own);
    settings.lease_thread = leadership_thread::own;
    gateways = {caf::actor_cast<caf::actor>(around.out.kube),
                caf::actor_cast<caf::actor>(around.out.flink),
                caf::actor_cast<caf::actor>(around.out.storage),
                caf::actor_cast<caf::actor>(settings.lease_gateway)};
    root = system.spawn(operator_actor, around, settings);
  }
  ~operator_process() {
    caf::anon_send_exit(root, caf::exit_reason::user_shutdown);
    for (const auto& one : gateways) caf::anon_send_exit(one, caf::exit_reason::user_shutdown);
    client.stop();
    lease_client.stop();
  }

  void stop() { caf::anon_send(root, step_down{}); }

  /// Empty: it did not end.
  std::string end() {
    caf::scoped_actor self{system};
    self->monitor(root);
    std::string reason;
    self->receive([&](const caf::down_msg& down) { reason = system.render(down.reason); },
                  caf::after(patience) >> [] {});
    return reason;
  }

  operator_figures figures() {
    return ask<operator_figures>(system, root, operator_figures_wanted{});
  }

  const scratch_folder folder;
  small_system config;
  const real_clock clock;
  watched_steps steps;
  http_client client;
  http_client lease_client;
  caf::actor_system system{config};
  surroundings around;
  std::vector<caf::actor> gateways;
  caf::actor root;
};

template <class Condition>
bool comes_true(Condition holds) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(milliseconds{5});
  }
  return true;
}

const rights_known all_rights{true, "", {}};

/// It answers with what no API server would: a pod instead of a Lease.
kube_gateway::behavior_type answers_with_a_pod(int) {
  return {[](const kube_request&) { return kube_answer{std::make_shared<const object>(pod{})}; },
          [](const kube_watch&, const caf::actor&) {}, [](const kube_unwatch&) {}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(operator_process_suite)

BOOST_AUTO_TEST_CASE(whoever_stops_leaves_no_lease_behind) {
  fake_api api;
  operator_process process{api.port()};
  BOOST_REQUIRE(process.steps.wait_for("leading"));
  BOOST_TEST(api.holder() == "me");
  process.stop();
  BOOST_TEST(process.end() != "");
  BOOST_TEST(api.holder() == "", "at the moment of the end it is released already");
  BOOST_TEST(!process.around.gate->is_open(process.clock.now().monotonic));
}

BOOST_AUTO_TEST_CASE(a_renewal_under_way_does_not_keep_the_lease) {
  fake_api api;
  gate renewed, hold;
  api.lease_written = [&](int number) {
    if (number != 2) return;  // the first renewal is written, but its answer does not come
    renewed.open();
    hold.wait();
  };
  operator_process process{api.port()};
  BOOST_REQUIRE(renewed.wait());
  process.stop();
  BOOST_TEST(process.end() != "");
  BOOST_TEST(api.holder() == "");
  hold.open();
}

BOOST_AUTO_TEST_CASE(a_take_that_lands_after_the_stop_is_given_back) {
  fake_api api;
  gate taken, hold;
  api.lease_written = [&](int number) {
    if (number != 1) return;
    taken.open();
    hold.wait();
  };
  operator_process process{api.port()};
  BOOST_REQUIRE(taken.wait());
  process.stop();
  BOOST_REQUIRE(process.steps.wait_for("withdrawing"));
  BOOST_TEST(api.holder() == "me");
  hold.open();
  BOOST_TEST(process.end() != "");
  BOOST_TEST(api.holder() == "");
}

BOOST_AUTO_TEST_CASE(an_api_server_that_is_silent_does_not_keep_the_process) {
  socket_server silent{[](int connection) { read_request(connection); }};
  operator_process process{silent.port()};
  BOOST_REQUIRE(process.steps.wait_for("standing_by"));
  process.stop();
  BOOST_TEST(process.end() != "");
}

BOOST_AUTO_TEST_CASE(the_lease_is_renewed_while_all_other_threads_are_busy) {
  fake_api api;
  gate hold;
  std::atomic<int> busy{0};
  operator_process process{api.port()};
  BOOST_REQUIRE(process.steps.wait_for("leading"));
  for (int i = 0; i < 2; ++i)  // as many as the actors have threads
    // CAF 0.17 looks through a null pointer when a function is spawned without an argument.
    process.system.spawn(
        [&](caf::event_based_actor*, int) {
          ++busy;
          hold.wait();
        },
        i);
  BOOST_REQUIRE(comes_true([&] { return busy == 2; }));
  const int before = api.lease_writes();
  BOOST_TEST(comes_true([&] { return api.lease_writes() >= before + 2; }));
  BOOST_TEST(process.around.gate->is_open(process.clock.now().monotonic));
  hold.open();
}

BOOST_AUTO_TEST_CASE(a_leadership_that_fails_ends_the_operator) {
  fake_api api;
  small_system config;
  caf::actor_system other{config};
  const auto broken = other.spawn(answers_with_a_pod, 0);
  operator_process process{api.port(), broken};
  const auto reason = process.end();
  BOOST_TEST(reason.find("runtime_error") != std::string::npos, reason);
}

BOOST_AUTO_TEST_CASE(a_leader_that_cannot_see_is_not_ready_and_says_why) {
  fake_api api;
  api.forbid("pods");
  operator_process process{api.port()};
  BOOST_REQUIRE(comes_true([&] { return !process.figures().unseen.empty(); }));
  BOOST_TEST(why_not_ready(process.figures(), all_rights) ==
             "it cannot read pods: forbidden: Forbidden");
  BOOST_TEST(!process.figures().world_known);
  api.allow("pods");
  BOOST_TEST(comes_true([&] { return why_not_ready(process.figures(), all_rights).empty(); }));
  BOOST_TEST(process.figures().world_known);
}

BOOST_AUTO_TEST_CASE(who_is_ready) {
  operator_figures leader;
  leader.leads = true;
  BOOST_TEST(why_not_ready({}, all_rights) == "", "one that stands by");
  BOOST_TEST(why_not_ready(leader, all_rights) == "the first lists are under way");
  leader.world_known = true;
  BOOST_TEST(why_not_ready(leader, all_rights) == "");
  BOOST_TEST(why_not_ready(leader, {false, "no connection", {}}) ==
             "the API server has not said yet what this operator may do: no connection");
  BOOST_TEST(why_not_ready({}, {true, "", {"list pods (to see what runs)", "b"}}) ==
             "rights are missing: list pods (to see what runs); b. configs/install.yaml gives them "
             "all");
}

BOOST_AUTO_TEST_SUITE_END()
