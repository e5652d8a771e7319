/// The whole operator in the process of a test, as operator_main puts it together.
#pragma once

#include <boost/test/unit_test.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <condition_variable>
#include <set>
#include <string>
#include <vector>

#include "actors/operator_actor.hpp"
#include "actors/spec_problem.hpp"
#include "runtime/flink_gateway.hpp"
#include "runtime/kube_gateway.hpp"
#include "runtime/real_clock.hpp"
#include "runtime/storage_gateway.hpp"
#include "tests/gateways/asking.hpp"
#include "tests/gateways/fake_api.hpp"

namespace drey::testing {

/// Remembers where the leadership machine went, and who failed.
class watched_steps final : public step_observer {
public:
  void stepped(const step_taken& step) override {
    if (step.machine != "leadership") return;
    const std::lock_guard guard{mutex_};
    seen_.insert(std::string{step.to});
    changed_.notify_all();
  }
  void failed(std::string_view actor, const std::string& why) override {
    const std::lock_guard guard{mutex_};
    failed_ += std::string{actor} + ": " + why + "\n";
  }
  std::string who_failed() {
    const std::lock_guard guard{mutex_};
    return failed_;
  }
  bool wait_for(const std::string& position) {
    std::unique_lock guard{mutex_};
    return changed_.wait_for(guard, test_patience, [&] { return seen_.contains(position); });
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::string> seen_;
  std::string failed_;
};

/// The operator's parts as operator_main puts them together.
struct operator_process {
  explicit operator_process(int port, operator_settings settings = {}) {
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
    settings.lease = {"home", "lock"};
    kube_gateway_options own;
    own.thread = gateway_thread::own;
    if (!settings.lease_gateway)
      settings.lease_gateway = spawn_kube_gateway(system, lease_client, access, own);
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
    BOOST_TEST(steps.who_failed() == may_fail);
  }

  void stop() { caf::anon_send(root, step_down{}); }

  /// Empty: it did not end.
  std::string end() {
    caf::scoped_actor self{system};
    self->monitor(root);
    std::string reason;
    self->receive([&](const caf::down_msg& down) { reason = system.render(down.reason); },
                  caf::after(test_patience) >> [] {});
    return reason;
  }

  operator_figures figures() {
    return ask<operator_figures>(system, root, operator_figures_wanted{});
  }

  const scratch_folder folder;
  small_system config;
  const real_clock clock;
  std::string may_fail;  ///< what is to be told of actors that fail in this test
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
  const auto end = std::chrono::steady_clock::now() + test_patience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(milliseconds{5});
  }
  return true;
}

}  // namespace drey::testing
