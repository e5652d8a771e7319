#include "runtime/operator_options.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <map>
#include <set>
#include <string_view>

#include "protocol/label_selector.hpp"
#include "runtime/s3_options.hpp"

namespace drey {

/// As the API server checks them (RFC 1123 label).
std::string namespace_problem(const std::string& name) {
  constexpr std::size_t chars_max = 63;
  constexpr std::string_view chars = "abcdefghijklmnopqrstuvwxyz0123456789-";
  const bool is_one = !name.empty() && name.size() <= chars_max && name.front() != '-' &&
                      name.back() != '-' && name.find_first_not_of(chars) == std::string::npos;
  if (is_one) return {};
  return "'" + name +
         "' is not the name of a namespace: small letters, digits and '-', with commas between two "
         "names";
}

namespace {

std::string host_name() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "drey-operator";
}

std::string label_selector_problem(const std::string& text) {
  const auto problem = selector_problem(text);
  if (problem.empty()) return {};
  return "'" + text + "' is not a label selector: " + problem +
         ". Write it as kubectl takes it, e.g. team=a,stage!=test,tier in (x,y)";
}

void add_what_to_watch(CLI::App& app, operator_options& chosen) {
  app.add_option("--namespace,--namespaces", chosen.namespaces,
                 "Namespaces to watch, with commas between; none: all. Rights in these are enough, "
                 "and for the Lease; nodes are seen if they may be")
      ->envname("WATCH_NAMESPACES")
      ->delimiter(',')
      ->check(namespace_problem);
  app.add_option("--label-selector", chosen.label_selector,
                 "FlinkDeployments and FlinkSessionJobs to look after; none: all. The others do "
                 "not exist for drey. A job and its cluster need the same labels")
      ->envname("DREY_LABEL_SELECTOR")
      ->check(label_selector_problem);
}

void add_where_jars_come_from(CLI::App& app, operator_options& chosen) {
  app.add_option("--work-directory", chosen.work_directory,
                 "Where fetched jars are kept for a moment")
      ->capture_default_str();
  app.add_option("--jar-directory", chosen.jar_directory,
                 "Folder whose files jobs may name as file:///…; none: no file of this machine")
      ->check(CLI::ExistingDirectory);
  app.add_option("--jar-schemes", chosen.jar_schemes,
                 "What addresses of jars may begin with, with commas between (Apache's "
                 "kubernetes.operator.user.artifacts.allowed-schemes)")
      ->envname("DREY_JAR_SCHEMES")
      ->delimiter(',')
      ->check(CLI::IsMember(jar_sources{}.schemes))
      ->capture_default_str();
  static const std::map<std::string, redirect_reach> reaches{
      {"public", redirect_reach::public_only}, {"any", redirect_reach::anywhere}};
  app.add_option_function<std::string>(
         "--jar-redirects",
         [&chosen](const std::string& name) { chosen.jar_redirects = reaches.at(name); },
         "Where a jar's address may redirect to: public, not to an address of this machine or "
         "network (nor through a proxy that has one), or any. Absent: public")
      ->check(CLI::IsMember(reaches));
  app.add_option_function<std::string>(
         "--jar-hosts", [&chosen](const std::string& name) { chosen.jar_hosts = reaches.at(name); },
         "Where jars may lie: public, on no host whose address is one of this machine or network "
         "(Apache's kubernetes.operator.user.artifacts.disallow-restricted-hosts), or any. "
         "Absent: any")
      ->envname("DREY_JAR_HOSTS")
      ->check(CLI::IsMember(reaches));
}

void add_what_holds_it(CLI::App& app, operator_options& chosen) {
  app.add_flag("--paused", chosen.paused, "Change nothing anywhere; only the conditions say so")
      ->envname("DREY_PAUSED");
  app.add_option("--paused-namespaces", chosen.paused_namespaces,
                 "Namespaces in which nothing is changed, with commas between")
      ->envname("DREY_PAUSED_NAMESPACES")
      ->delimiter(',')
      ->check(namespace_problem);
  app.add_option("--max-disruptions", chosen.max_disruptions,
                 "So many clusters may be restarted at once for changed specs; the others wait for "
                 "their turn. 0: any number. Recovery never waits")
      ->envname("DREY_MAX_DISRUPTIONS")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_option("--max-halted", chosen.max_halted,
                 "When jobs of so many clusters did not come back from that, no other cluster is "
                 "restarted for a changed spec until they do. 0: any number")
      ->envname("DREY_MAX_HALTED")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
}

void add_node_groups(CLI::App& app, operator_options& chosen) {
  app.add_option_function<std::vector<std::string>>(
      "--node-group",
      [&chosen](const std::vector<std::string>& all) {
        for (const auto& text : all) {
          auto group = parse_node_group(text);
          if (const auto* wrong = std::get_if<std::string>(&group))
            throw CLI::ValidationError("--node-group", *wrong);
          chosen.node_groups.push_back(std::get<node_group>(std::move(group)));
        }
      },
      "Nodes that may still come count as room for clusters that grow: "
      "LABEL=VALUE,max=NODES,cpu=CORES,memory=SIZE[,pods=NUMBER], with what pods may ask for "
      "together on one of them. May be given more than once");
}

/// A namespace is watched once, however often it was named.
void forget_repeated(std::vector<std::string>& names) {
  const std::set<std::string> once{names.begin(), names.end()};
  names.assign(once.begin(), once.end());
}

}  // namespace

std::optional<operator_options> parse_operator_options(int argc, char** argv, int& exit_code) {
  operator_options chosen;
  chosen.identity = host_name();
  CLI::App app{
      "drey-operator keeps Apache Flink session clusters and their jobs alive on Kubernetes."};
  app.add_option("--kubeconfig", chosen.kubeconfig, "File that says how to reach the cluster");
  app.add_option("--context", chosen.context, "Context of that file");
  add_what_to_watch(app, chosen);
  app.add_flag(
         "--observe", chosen.observe,
         "Change nothing, and need no right to: log what would be done. It takes no Lease, so "
         "it may run beside an operator that works")
      ->envname("DREY_OBSERVE");
  app.add_flag("--never-yield", chosen.never_yield,
               "Act also in namespaces in which another operator writes status. Absent: only "
               "observe there, until it has been silent for five minutes")
      ->envname("DREY_NEVER_YIELD");
  add_what_holds_it(app, chosen);
  add_node_groups(app, chosen);
  app.add_option("--lease-namespace", chosen.lease_namespace, "Namespace of the leader's Lease")
      ->envname("OPERATOR_NAMESPACE")
      ->capture_default_str();
  app.add_option("--lease-name", chosen.lease_name,
                 "Name of the leader's Lease. Of operators with one Lease one works; operators for "
                 "different namespaces or selectors need one each")
      ->capture_default_str();
  app.add_option("--identity", chosen.identity, "Name of this process in the Lease")
      ->envname("POD_NAME");
  app.add_option("--listen-address", chosen.listen_address,
                 "Address of /healthz, /readyz, /metrics")
      ->capture_default_str();
  app.add_option("--listen-port", chosen.listen_port, "Port of /healthz, /readyz, /metrics; 0: any")
      ->check(CLI::Range(0, 65535))
      ->capture_default_str();
  add_where_jars_come_from(app, chosen);
  add_s3_options(app, chosen.s3);
  add_webhdfs_options(app, chosen.webhdfs);
  app.add_option("--log-level", chosen.log_level, "trace, debug, info, warn, error")
      ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error"}))
      ->capture_default_str();
  app.add_option("--flink-ca", chosen.flink_ca,
                 "PEM file of the authorities for Flink's REST with TLS; none: the system's")
      ->check(CLI::ExistingFile);
  auto* certificate =
      app.add_option("--flink-certificate", chosen.flink_certificate,
                     "PEM file of the certificate for security.ssl.rest.authentication-enabled")
          ->check(CLI::ExistingFile);
  auto* key = app.add_option("--flink-key", chosen.flink_key, "PEM file of its key")
                  ->check(CLI::ExistingFile);
  certificate->needs(key);
  key->needs(certificate);
  app.footer(
      "drey-operator why NAMESPACE/NAME tells why a resource is as it is, drey-operator preflight "
      "what stands against drey and its clusters, drey-operator plan --live FILE what restarts "
      "when "
      "that is applied.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& wrong) {
    exit_code = app.exit(wrong) == 0 ? 0 : 2;
    return std::nullopt;
  }
  forget_repeated(chosen.namespaces);
  return chosen;
}

}  // namespace drey
