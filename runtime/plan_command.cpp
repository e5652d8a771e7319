#include "runtime/plan_command.hpp"

#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <ostream>
#include <set>
#include <stdexcept>

#include "actors/children.hpp"
#include "actors/plan_input.hpp"
#include "actors/plan_report.hpp"
#include "protocol/manifest_file.hpp"
#include "runtime/live_reader.hpp"

namespace drey {

namespace {

struct live_plan_options {
  std::string file;
  std::string ns = "default";  ///< of manifests that name none
  std::string kubeconfig;
  std::string context;
  enum class form { text, json } as = form::text;
};

template <class T>
void give_namespace(std::vector<T>& all, const std::string& ns) {
  for (auto& one : all)
    if (one.metadata.ns.empty()) one.metadata.ns = ns;
}

std::set<object_name> clusters_in(const resource_set& all) {
  std::set<object_name> names;
  for (const auto& one : all.clusters) names.insert({one.metadata.ns, one.metadata.name});
  for (const auto& one : all.jobs) names.insert({one.metadata.ns, one.spec->deployment_name});
  return names;
}

/// Those of whose StatefulSets the API server has not kept the ordinals, as far as one may see
/// them.
void find_without_ordinals(live_reader& from, const std::set<std::string>& namespaces,
                           resource_set& all, std::ostream& err) {
  std::vector<std::string> unread;
  for (const auto& ns : namespaces)
    for (const auto& live :
         from.list(object_kind::stateful_set, ns, std::string(managed_by_drey), unread)) {
      const auto& set = std::get<stateful_set>(*live);
      const auto app = set.selector.find("app");
      if (!set.ordinals_start && app != set.selector.end())
        all.without_ordinals.insert({ns, app->second});
    }
  for (const auto& one : unread)
    err << "whether StatefulSets keep their ordinals is not known: " << one << "\n";
}

/// The clusters in question and every job on them, as they were carried out.
resource_set live_ones(live_reader& from, const std::set<object_name>& clusters,
                       std::ostream& err) {
  resource_set all;
  std::set<std::string> namespaces;
  for (const auto& name : clusters) {
    namespaces.insert(name.ns);
    if (const auto live = from.get(object_kind::flink_deployment, name))
      all.clusters.push_back(as_carried_out(std::get<flink_deployment>(*live)));
  }
  for (const auto& ns : namespaces)
    for (const auto& live : from.list(object_kind::flink_session_job, ns, "")) {
      const auto job = as_carried_out(std::get<flink_session_job>(*live));
      if (job.spec && clusters.contains({ns, job.spec->deployment_name})) all.jobs.push_back(job);
    }
  find_without_ordinals(from, namespaces, all, err);
  return all;
}

int tell_plan(const live_plan_options& options, std::ostream& out, std::ostream& err) {
  const auto file = manifest_in_file(options.file, err);
  if (!file) return plan_exit_failed;
  if (tell_objections(options.file, *file, err) == plan_verdict::wrong) return plan_exit_invalid;
  auto wanted = resources_of(*file);
  give_namespace(wanted.clusters, options.ns);
  give_namespace(wanted.jobs, options.ns);
  live_reader from{options.kubeconfig, options.context};
  const auto live = live_ones(from, clusters_in(wanted), err);
  const auto plan = plan_between(live, overlaid(live, wanted));
  if (options.as == live_plan_options::form::json)
    out << json_of(plan);
  else
    for (const auto& line : lines_of(plan))
      out << std::string(static_cast<std::size_t>(line.depth) * 2, ' ') << line.text << '\n';
  return exit_code_of(action_of(plan));
}

}  // namespace

int run_live_plan(int argc, char** argv, std::ostream& out, std::ostream& err) {
  live_plan_options chosen;
  CLI::App app{"Tells what restarts when manifests are applied to a live cluster. It only reads.",
               "drey-operator plan"};
  app.add_flag_callback(
         "--live", [] {}, "Compare with what lives (`drey plan OLD NEW` compares two files)")
      ->required();
  app.add_option("NEW", chosen.file, "Manifests as they shall be; what they do not name stays")
      ->required();
  app.add_option("-n,--namespace", chosen.ns, "Of manifests that name none");
  app.add_flag_callback(
      "--json", [&chosen] { chosen.as = live_plan_options::form::json; }, "For pipelines");
  app.add_option("--kubeconfig", chosen.kubeconfig, "File that says how to reach the cluster");
  app.add_option("--context", chosen.context, "Context of that file");
  app.footer(std::string(plan_exit_codes));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& wrong) {
    return app.exit(wrong, out, err) == 0 ? 0 : plan_exit_failed;
  }
  spdlog::set_level(spdlog::level::off);  // what matters is told here
  try {
    return tell_plan(chosen, out, err);
  } catch (const std::exception& wrong) {
    err << "drey-operator plan: " << wrong.what() << "\n";
  }
  return plan_exit_failed;
}

}  // namespace drey
