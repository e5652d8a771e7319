/// `drey-operator`: the production controller. Reads from top to bottom: options, access, gateways,
/// actors, then wait for a signal or for the end of our leadership.
#include <csignal>
#include <iostream>
#include <thread>

#include <spdlog/spdlog.h>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>

#include "actors/operator_actor.hpp"
#include "runtime/cluster_access.hpp"
#include "runtime/flink_gateway.hpp"
#include "runtime/health_server.hpp"
#include "runtime/http_client.hpp"
#include "runtime/kube_gateway.hpp"
#include "runtime/operator_options.hpp"
#include "runtime/real_clock.hpp"
#include "runtime/step_log.hpp"
#include "runtime/storage_gateway.hpp"

namespace {

using namespace drey;

/// Actors share few threads (work sharing: idle thieves of work stealing wake every 10 ms).
struct caf_config : caf::actor_system_config {
  caf_config() {
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", 2u);
  }
};

/// Asks the root; a root that does not answer within a second is what a probe is for.
std::optional<operator_figures> ask_root(caf::actor_system& system, const caf::actor& root) {
  caf::scoped_actor self{system};
  std::optional<operator_figures> figures;
  self->request(root, std::chrono::seconds{1}, operator_figures_wanted{})
      .receive([&](const operator_figures& told) { figures = told; }, [](const caf::error&) {});
  return figures;
}

health_questions questions_to(caf::actor_system& system, const caf::actor& root) {
  health_questions all;
  all.healthz = [&system, root] {
    return ask_root(system, root) ? std::string{} : std::string{"the root actor does not answer"};
  };
  all.readyz = all.healthz;  // a standby is ready: it waits for the Lease
  return all;
}

/// Waits for SIGTERM or SIGINT, blocked in every other thread, or for the root's end.
int wait_for_end(caf::actor_system& system, const caf::actor& root, const sigset_t& signals) {
  caf::scoped_actor self{system};
  self->monitor(root);
  bool ended = false;
  bool asked = false;
  while (!ended) {
    const timespec brief{0, 200'000'000};
    const int signal = ::sigtimedwait(&signals, nullptr, &brief);
    if (signal > 0 && !asked) {
      asked = true;
      spdlog::info("signal={} stepping down", signal);
      self->send(root, step_down{});
    }
    self->receive([&](const caf::down_msg&) { ended = true; },
                  caf::after(std::chrono::milliseconds{0}) >> [] {});
  }
  return asked ? 0 : 1;  // leadership was lost: a new process stands by
}

int run(const operator_options& options) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);

  auto sources = access_sources_of_environment();
  sources.kubeconfig = options.kubeconfig;
  sources.context = options.context;
  const auto access = find_cluster_access(sources);
  auto metrics = std::make_shared<prometheus::Registry>();
  step_log log{*metrics};
  const real_clock clock;
  http_client client;
  http_client lease_client;
  caf_config config;
  int code = 1;
  {
    caf::actor_system system{config};
    surroundings around;
    around.out.kube = spawn_kube_gateway(system, client, access);
    around.out.flink = spawn_flink_gateway(system, client);
    storage_gateway_options storage;
    storage.work_directory = options.work_directory;
    around.out.storage = spawn_storage_gateway(system, client, storage);
    around.out.clock = &clock;
    around.gate = std::make_shared<fence>();
    around.observer = &log;
    around.identity = options.identity;
    operator_settings settings;
    settings.namespaces = options.namespaces;
    settings.lease = {options.lease_namespace, options.lease_name};
    settings.lease_gateway = spawn_kube_gateway(system, lease_client, access);
    auto root = system.spawn(operator_actor, around, settings);
    {
      health_server health{options.listen_address, options.listen_port, metrics,
                           questions_to(system, root)};
      spdlog::info("identity={} listening={}:{}", options.identity, options.listen_address,
                   health.port());
      code = wait_for_end(system, root, signals);
    }
    root = nullptr;
    for (const auto& one : {caf::actor_cast<caf::actor>(around.out.kube),
                            caf::actor_cast<caf::actor>(around.out.flink),
                            caf::actor_cast<caf::actor>(around.out.storage),
                            caf::actor_cast<caf::actor>(settings.lease_gateway)})
      caf::anon_send_exit(one, caf::exit_reason::user_shutdown);
    client.stop();
    lease_client.stop();
  }
  spdlog::info("ended code={}", code);
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  int exit_code = 0;
  const auto options = drey::parse_operator_options(argc, argv, exit_code);
  if (!options) return exit_code;
  spdlog::set_level(spdlog::level::from_str(options->log_level));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%e%z level=%l %v");
  try {
    return run(*options);
  } catch (const std::exception& wrong) {
    std::cerr << "drey-operator: " << wrong.what() << "\n";
    return 2;
  }
}
