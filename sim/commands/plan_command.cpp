#include "sim/commands/plan_command.hpp"

#include <CLI/CLI.hpp>
#include <map>
#include <ostream>
#include <tuple>

#include "actors/plan_report.hpp"
#include "protocol/manifest_check.hpp"
#include "sim/commands/manifest_file.hpp"
#include "sim/commands/terminal.hpp"
#include "sim/report/painting.hpp"

namespace drey::sim {

namespace {

constexpr std::string_view exit_codes =
    "Exit code, the largest of all clusters:\n"
    "  0  no pod restarts (a job whose own resource changed may)\n"
    "  1  wrong usage, or a file cannot be read\n"
    "  2  the manifests are wrong, as `drey validate` says\n"
    "  3  TaskManagers are replaced\n"
    "  4  the JobManager fails over\n"
    "  5  JobManager and TaskManagers restart: each job is stopped with a savepoint and started\n"
    "  6  a change is refused: it needs a new FlinkDeployment";

struct plan_file {
  std::string path;
  manifest read;
};

/// Two resources of one kind and name: only the last one would count. No namespace is "default".
void find_doubles(const manifest& file, findings& out) {
  std::map<std::tuple<object_kind, std::string, std::string>, int> lines;
  for (const auto& one : file.resources) {
    const auto& meta = metadata_of(one.value);
    const auto line = one.line_of("metadata.name");
    const auto [first, fresh] = lines.emplace(
        std::tuple{kind_of(one.value), meta.ns.empty() ? "default" : meta.ns, meta.name}, line);
    if (fresh) continue;
    out.push_back({severity::error, "metadata.name",
                   std::string(info_of(kind_of(one.value)).name) + " '" + excerpt(meta.name) +
                       "' was given before, in line " + std::to_string(first->second),
                   "Keep one of the two", line});
  }
}

resource_set resources_of(const manifest& file) {
  resource_set all;
  for (const auto& one : file.resources) {
    if (const auto* cluster = std::get_if<flink_deployment>(&one.value))
      all.clusters.push_back(*cluster);
    if (const auto* job = std::get_if<flink_session_job>(&one.value)) all.jobs.push_back(*job);
  }
  return all;
}

/// All that the operator would object to, and what a plan cannot be made of.
findings objections(const plan_file& file) {
  auto found = check_manifests({&file.read, 1}, offline_validation()).front();
  find_doubles(file.read, found);
  const auto all = resources_of(file.read);
  if (all.clusters.empty() && all.jobs.empty() && !has_errors(found))
    found.push_back({severity::error, "", "holds no FlinkDeployment and no FlinkSessionJob",
                     "Give all manifests of the clusters in question"});
  return found;
}

enum class verdict { right, wrong };

verdict tell_objections(const plan_file& file, std::ostream& err) {
  const auto found = objections(file);
  for (const auto& one : found)
    if (one.level != severity::note) err << text_in_file(file.path, one) << '\n';
  return has_errors(found) ? verdict::wrong : verdict::right;
}

ink ink_of(plan_tone tone) {
  switch (tone) {
    case plan_tone::plain:
      return ink::plain;
    case plan_tone::quiet:
      return ink::dim;
    case plan_tone::good:
      return ink::green;
    case plan_tone::warning:
      return ink::yellow;
    case plan_tone::bad:
      return ink::red;
  }
  return ink::plain;
}

void write_plan(std::ostream& out, const restart_plan& plan) {
  const auto use = is_terminal(out) ? colour::yes : colour::no;
  for (const auto& line : lines_of(plan))
    out << std::string(static_cast<std::size_t>(line.depth) * 2, ' ')
        << painted(line.text, ink_of(line.tone), use) << '\n';
}

}  // namespace

void add_plan_options(CLI::App& command, plan_options& into) {
  command.add_option("OLD", into.before, "manifests as they are applied")->required();
  command.add_option("NEW", into.after, "the same as they shall be")->required();
  command.add_flag_callback(
      "--json", [&into] { into.as = plan_options::form::json; }, "for pipelines");
  command.footer(std::string(exit_codes));
}

int run_plan(const plan_options& options, std::ostream& out, std::ostream& err) {
  auto before = manifest_in_file(options.before, err);
  auto after = manifest_in_file(options.after, err);
  if (!before || !after) return plan_exit_failed;
  const plan_file was{options.before, std::move(*before)};
  const plan_file is{options.after, std::move(*after)};
  const auto about_old = tell_objections(was, err);
  const auto about_new = tell_objections(is, err);
  if (about_old == verdict::wrong || about_new == verdict::wrong) return plan_exit_invalid;
  const auto plan = plan_between(resources_of(was.read), resources_of(is.read));
  if (options.as == plan_options::form::json)
    out << json_of(plan);
  else
    write_plan(out, plan);
  return exit_code_of(action_of(plan));
}

}  // namespace drey::sim
