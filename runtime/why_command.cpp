#include "runtime/why_command.hpp"

#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <ostream>
#include <stdexcept>

#include "actors/children.hpp"
#include "actors/explanation.hpp"
#include "runtime/live_reader.hpp"
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

found_resource find(live_reader& from, const why_options& options, const object_name& name) {
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

void gather(live_reader& from, evidence& about) {
  const auto& cluster = about.cluster ? about.cluster : about.primary;
  const auto& meta = metadata_of(*cluster);
  about.pods = from.list(object_kind::pod, meta.ns, std::string(owner_uid_key) + "=" + meta.uid,
                         about.unread);
  about.events = from.list(object_kind::event, meta.ns, "", about.unread);
  about.wall = real_clock{}.now().wall;
}

int answer_why(const why_options& options, std::ostream& out, std::ostream& err) {
  const auto name = name_in(options.subject);
  if (!name) {
    err << "drey-operator why: '" << options.subject << "' is not NAMESPACE/NAME\n";
    return bad_input;
  }
  live_reader from{options.kubeconfig, options.context};
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
    return answer_why(chosen, out, err);
  } catch (const std::exception& wrong) {
    err << "drey-operator why: " << wrong.what() << "\n";
  }
  return trouble;
}

}  // namespace drey
