#include "runtime/why_command.hpp"

#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <ostream>
#include <stdexcept>

#include "actors/children.hpp"
#include "actors/explanation.hpp"
#include "runtime/cluster_access.hpp"
#include "runtime/http_client.hpp"
#include "runtime/kube_gateway.hpp"
#include "runtime/real_clock.hpp"

namespace drey {

namespace {

enum exit_codes { well = 0, trouble = 1, bad_input = 2, unwell = 3 };

struct why_options {
  std::string subject;  ///< "NAMESPACE/NAME"
  std::string kind;     ///< "cluster", "job", or empty: whichever there is
  std::string kubeconfig;
  std::string context;
  enum class form { text, json } as = form::text;
};

/// Reads, one call after the other.
class reader {
public:
  explicit reader(const why_options& options)
      : system_(config_), gateway_(spawn_kube_gateway(system_, client_, access_of(options))) {}
  ~reader() {
    caf::anon_send_exit(gateway_, caf::exit_reason::user_shutdown);
    client_.stop();
  }
  reader(const reader&) = delete;
  reader& operator=(const reader&) = delete;

  /// Null: it is not there. Throws what stands against reading it.
  object_ptr get(object_kind kind, const object_name& name) {
    const auto answer = call(kube_get{kind, name});
    if (const auto* one = std::get_if<object_ptr>(&answer.result)) return *one;
    const auto* why = std::get_if<refusal>(&answer.result);
    if (why != nullptr && why->reason == refusal_reason::not_found) return nullptr;
    throw refused(std::string(name_of(kind)) + " " + text_of_name(name), why);
  }

  /// What cannot be listed is told in `unread`.
  std::vector<object_ptr> list(object_kind kind, const std::string& ns, const std::string& selector,
                               std::vector<std::string>& unread) {
    auto answer = call(kube_list{kind, ns, selector});
    if (auto* all = std::get_if<object_list>(&answer.result)) return std::move(all->items);
    unread.emplace_back(
        refused(std::string(info_of(kind).plural), std::get_if<refusal>(&answer.result)).what());
    return {};
  }

private:
  static cluster_access access_of(const why_options& options) {
    auto sources = access_sources_of_environment();
    sources.kubeconfig = options.kubeconfig;
    sources.context = options.context;
    return find_cluster_access(sources);
  }
  static std::runtime_error refused(const std::string& what, const refusal* why) {
    return std::runtime_error(what + " cannot be read: " +
                              (why == nullptr
                                   ? std::string("no answer")
                                   : std::string(name_of(why->reason)) + ": " + why->message));
  }
  kube_answer call(kube_body body) {
    caf::scoped_actor self{system_};
    kube_answer answer{refusal{refusal_reason::unknown_outcome, "no answer", {}}};
    self->request(gateway_, caf::infinite, kube_request{std::move(body)})
        .receive([&](const kube_answer& told) { answer = told; }, [](const caf::error&) {});
    return answer;
  }

  http_client client_;
  caf::actor_system_config config_;
  caf::actor_system system_;
  kube_gateway gateway_;
};

std::optional<object_name> name_in(const std::string& text) {
  const auto slash = text.find('/');
  if (slash == 0 || slash == std::string::npos || slash + 1 == text.size()) return std::nullopt;
  return object_name{text.substr(0, slash), text.substr(slash + 1)};
}

/// The resource, and for a job its cluster. Its primary is null when there is no such resource.
struct found_resource {
  evidence about;
  bool ambiguous = false;
};

found_resource find(reader& from, const why_options& options, const object_name& name) {
  found_resource found;
  const auto job =
      options.kind == "cluster" ? object_ptr{} : from.get(object_kind::flink_session_job, name);
  const auto cluster =
      options.kind == "job" ? object_ptr{} : from.get(object_kind::flink_deployment, name);
  found.ambiguous = job && cluster;
  found.about.primary = job ? job : cluster;
  if (!job) return found;
  const auto& spec = std::get<flink_session_job>(*job).spec;
  if (spec)
    found.about.cluster = from.get(object_kind::flink_deployment, {name.ns, spec->deployment_name});
  return found;
}

void gather(reader& from, evidence& about) {
  const auto& cluster = about.cluster ? about.cluster : about.primary;
  const auto& meta = metadata_of(*cluster);
  about.pods = from.list(object_kind::pod, meta.ns, std::string(owner_uid_key) + "=" + meta.uid,
                         about.unread);
  about.events = from.list(object_kind::event, meta.ns, "", about.unread);
  about.wall = real_clock{}.now().wall;
}

int tell(const why_options& options, std::ostream& out, std::ostream& err) {
  const auto name = name_in(options.subject);
  if (!name) {
    err << "drey-operator why: '" << options.subject << "' is not NAMESPACE/NAME\n";
    return bad_input;
  }
  reader from{options};
  auto found = find(from, options, *name);
  if (!found.about.primary) {
    err << "drey-operator why: there is no "
        << (options.kind == "cluster" ? "FlinkDeployment "
            : options.kind == "job"   ? "FlinkSessionJob "
                                      : "FlinkDeployment and no FlinkSessionJob ")
        << options.subject << "\n";
    return bad_input;
  }
  if (found.ambiguous) {
    err << "drey-operator why: there is a FlinkDeployment and a FlinkSessionJob " << options.subject
        << ": say --kind cluster or --kind job\n";
    return bad_input;
  }
  gather(from, found.about);
  const auto told = explain(found.about);
  out << (options.as == why_options::form::json ? json_of(told) : text_of(told));
  return told.health == health::well ? well : unwell;
}

}  // namespace

int run_why(int argc, char** argv, std::ostream& out, std::ostream& err) {
  why_options chosen;
  CLI::App app{"Tells why a FlinkDeployment or a FlinkSessionJob is as it is. It changes nothing.",
               "drey-operator why"};
  app.add_option("RESOURCE", chosen.subject, "NAMESPACE/NAME")->required();
  app.add_option("--kind", chosen.kind, "cluster or job; none: whichever has that name")
      ->check(CLI::IsMember({"cluster", "job"}));
  app.add_flag_callback(
      "--json", [&chosen] { chosen.as = why_options::form::json; }, "One JSON object");
  app.add_option("--kubeconfig", chosen.kubeconfig, "File that says how to reach the cluster");
  app.add_option("--context", chosen.context, "Context of that file");
  app.footer(
      "Exit code: 0 it is well, 3 it is not, 1 the cluster could not be read, 2 wrong usage "
      "or no such resource");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& wrong) {
    return app.exit(wrong, out, err) == 0 ? well : bad_input;
  }
  spdlog::set_level(spdlog::level::off);  // what matters is told here
  try {
    return tell(chosen, out, err);
  } catch (const std::exception& wrong) {
    err << "drey-operator why: " << wrong.what() << "\n";
  }
  return trouble;
}

}  // namespace drey
