/// `drey-operator`: the production controller, and `why` and `preflight` for a person. Reads from
/// top to bottom: options, access, gateways, actors, then wait for a signal or for the end of our
/// leadership.
#include <malloc.h>

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
#include "runtime/metric_families.hpp"
#include "runtime/operator_options.hpp"
#include "runtime/plan_command.hpp"
#include "runtime/preflight_command.hpp"
#include "runtime/readiness.hpp"
#include "runtime/real_clock.hpp"
#include "runtime/step_log.hpp"
#include "runtime/storage_gateway.hpp"
#include "runtime/why_command.hpp"

// Read by jemalloc: few threads allocate, and what they free goes back to the system in seconds.
extern "C" {
const char* malloc_conf = "narenas:2,dirty_decay_ms:5000,muzzy_decay_ms:0";
}

namespace {

using namespace drey;

/// Actors share few threads (work sharing: idle thieves of work stealing wake every 10 ms).
struct caf_config : caf::actor_system_config {
  caf_config() {
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", 2u);
  }
};

/// Asks an actor; one that does not answer within a second is what a probe is for.
template <class Answer, class Question>
std::optional<Answer> ask(caf::actor_system& system, const caf::actor& whom, Question question) {
  caf::scoped_actor self{system};
  std::optional<Answer> answer;
  self->request(whom, std::chrono::seconds{1}, question)
      .receive([&](const Answer& told) { answer = told; }, [](const caf::error&) {});
  return answer;
}

health_questions questions_to(caf::actor_system& system, const caf::actor& root,
                              const caf::actor& rights) {
  const std::string silent = "the root actor does not answer";
  health_questions all;
  all.healthz = [=, &system] {
    const auto figures = ask<operator_figures>(system, root, operator_figures_wanted{});
    return health_answer{figures ? "" : silent};
  };
  all.readyz = [=, &system] {
    const auto figures = ask<operator_figures>(system, root, operator_figures_wanted{});
    const auto known = ask<rights_known>(system, rights, rights_wanted{});
    if (!figures) return health_answer{silent};
    return health_answer{why_not_ready(*figures, known.value_or(rights_known{})),
                         remark_on(*figures)};
  };
  return all;
}

/// What is known at the moment of a scrape.
class figures_source final : public prometheus::Collectable {
public:
  figures_source(caf::actor_system& system, caf::actor root, caf::actor rights)
      : system_(system), root_(std::move(root)), rights_(std::move(rights)) {}

  std::vector<prometheus::MetricFamily> Collect() const override {
    const auto figures = ask<operator_figures>(system_, root_, operator_figures_wanted{});
    const auto resources = ask<resource_figures_told>(system_, root_, resource_figures_wanted{});
    if (!figures || !resources) return {};
    const auto rights = ask<rights_known>(system_, rights_, rights_wanted{});
    return families_of(*figures, rights.value_or(rights_known{}), resources->all);
  }

private:
  caf::actor_system& system_;
  caf::actor root_;
  caf::actor rights_;
};

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
    self->receive(
        [&](const caf::down_msg& down) {
          ended = true;
          spdlog::info("root=ended reason=\"{}\"", system.render(down.reason));
        },
        caf::after(std::chrono::milliseconds{0}) >> [] {});
  }
  return asked ? 0 : 1;  // leadership was lost: a new process stands by
}

/// Signals are for `wait_for_end` alone; every thread is made later and inherits this.
sigset_t take_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  return signals;
}

cluster_access access_of(const operator_options& options) {
  auto sources = access_sources_of_environment();
  sources.kubeconfig = options.kubeconfig;
  sources.context = options.context;
  auto access = find_cluster_access(sources);
  spdlog::info("api={} access=\"{}\"", access.api->base_url, access.source);
  return access;
}

/// A connection that is dead must be noticed early enough to renew the Lease on another one.
http_client_options lease_connection() {
  http_client_options options;
  options.connect_timeout = limits::lease_retry;
  options.acknowledge_timeout = 2 * limits::lease_retry;
  static_assert(3 * limits::lease_retry < limits::lease_renew_deadline);
  return options;
}

flink_gateway_options flink_options(const operator_options& options) {
  flink_gateway_options chosen;
  auto& files = chosen.credentials;
  if (!options.flink_ca.empty()) files.authorities.emplace(options.flink_ca, "--flink-ca");
  if (!options.flink_certificate.empty()) {
    files.certificate.emplace(options.flink_certificate, "--flink-certificate");
    files.key.emplace(options.flink_key, "--flink-key");
  }
  return chosen;
}

/// All actors. However `run` ends, an exception included, they are ended before the clients that
/// they use and the actor system, which waits for every one of them.
class actors {
public:
  actors(caf::actor_system& system, http_client& client, http_client& lease_client,
         const cluster_access& access, const operator_options& options, surroundings around,
         step_log& log)
      : client_(client), lease_client_(lease_client) {
    around.out.kube = kept(spawn_kube_gateway(system, client, access));
    around.out.flink = kept(spawn_flink_gateway(system, client, flink_options(options)));
    storage_gateway_options storage;
    storage.work_directory = options.work_directory;
    storage.s3 = options.s3;
    storage.webhdfs = options.webhdfs;
    storage.jar_directory = options.jar_directory;
    storage.jar_redirects = options.jar_redirects;
    storage.jar_hosts = options.jar_hosts;
    around.jars = {options.jar_schemes, options.jar_hosts == redirect_reach::anywhere
                                            ? restricted_hosts::allowed
                                            : restricted_hosts::refused};
    around.out.storage = kept(spawn_storage_gateway(system, client, storage));
    operator_settings settings;
    settings.namespaces = options.namespaces;
    settings.label_selector = options.label_selector;
    settings.pauses = {options.paused ? fleet::is_paused : fleet::works, options.paused_namespaces};
    settings.node_groups = options.node_groups;
    settings.brake = {options.max_disruptions, options.max_halted};
    if (options.observe) settings.conduct = conduct::observes;
    settings.definitions = definitions::are_checked;
    if (options.never_yield) settings.beside_rivals = beside_rivals::acts;
    settings.withheld = [&log](const withheld_call& one) { log.withheld(one); };
    settings.lease = {options.lease_namespace, options.lease_name};
    kube_gateway_options of_lease;
    of_lease.thread = gateway_thread::own;
    settings.lease_gateway = kept(spawn_kube_gateway(system, lease_client, access, of_lease));
    settings.lease_thread = leadership_thread::own;
    auto needed = needed_rights(options.namespaces, options.lease_namespace);
    if (options.observe) needed = reading_rights(std::move(needed));
    rights = kept(spawn_rights_check(system, client, access, std::move(needed)));
    root = kept(system.spawn(operator_actor, around, settings));
  }
  ~actors() {
    const auto reason = caf::exit_reason::user_shutdown;
    for (const auto& one : all_) caf::anon_send_exit(one, reason);
    client_.stop();
    lease_client_.stop();
  }
  actors(const actors&) = delete;
  actors& operator=(const actors&) = delete;

  caf::actor root;
  caf::actor rights;

private:
  template <class Handle>
  Handle kept(Handle one) {
    all_.push_back(caf::actor_cast<caf::actor>(one));
    return one;
  }

  http_client& client_;
  http_client& lease_client_;
  std::vector<caf::actor> all_;
};

int run(const operator_options& options) {
  const auto signals = take_signals();
  const auto access = access_of(options);
  auto metrics = std::make_shared<prometheus::Registry>();
  step_log log{*metrics};
  const real_clock clock;
  http_client client;
  http_client lease_client{lease_connection()};
  caf_config config;
  caf::actor_system system{config};
  surroundings around;
  around.out.clock = &clock;
  around.gate = std::make_shared<fence>();
  around.observer = &log;
  around.identity = options.identity;
  const actors all{system, client, lease_client, access, options, std::move(around), log};
  const auto figures = std::make_shared<figures_source>(system, all.root, all.rights);
  const health_server health{options.listen_address,
                             options.listen_port,
                             {metrics, figures},
                             questions_to(system, all.root, all.rights)};
  spdlog::info("identity={} listening={}:{}{}", options.identity, options.listen_address,
               health.port(), options.observe ? " observing: nothing is changed" : "");
  return wait_for_end(system, all.root, signals);
}

}  // namespace

int main(int argc, char** argv) {
  // A dozen threads that mostly wait need no heaps of their own, which would only be kept apart.
  ::mallopt(M_ARENA_MAX, 1);
  if (argc > 1 && std::string_view(argv[1]) == "why")
    return drey::run_why(argc - 1, argv + 1, std::cout, std::cerr);
  if (argc > 1 && std::string_view(argv[1]) == "plan")
    return drey::run_live_plan(argc - 1, argv + 1, std::cout, std::cerr);
  if (argc > 1 && std::string_view(argv[1]) == "preflight")
    return drey::run_preflight(argc - 1, argv + 1, std::cout, std::cerr);
  int exit_code = 0;
  const auto options = drey::parse_operator_options(argc, argv, exit_code);
  if (!options) return exit_code;
  spdlog::set_level(spdlog::level::from_str(options->log_level));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%e%z level=%l %v");
  try {
    const int code = run(*options);
    spdlog::info("ended code={}", code);
    return code;
  } catch (const std::exception& wrong) {
    std::cerr << "drey-operator: " << wrong.what() << "\n";
    return 2;
  }
}
