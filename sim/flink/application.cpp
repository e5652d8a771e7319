#include "sim/flink/application.hpp"

#include <cstdlib>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "protocol/pod_templates.hpp"
#include "protocol/spec_fields.hpp"
#include "sim/flink/parts.hpp"
#include "sim/storage/artifacts.hpp"

namespace drey::sim {
namespace {

using json = nlohmann::json;

/// The environment to main()'s last line: 0.5–3 s on the lab.
constexpr std::int64_t main_min = 300;
constexpr std::int64_t main_max = 3'000;

/// As the script has it.
constexpr milliseconds taking_retry{1'000};

json container_of(const pod& x) {
  const auto spec = json::parse(x.spec, nullptr, false);
  if (!spec.is_object() || !spec.contains("containers")) return {};
  for (const auto& one : spec["containers"])
    if (one.value("name", "") == main_container_name) return one;
  return {};
}

std::string variable(const kubernetes& kube, const pod& x, const json& container,
                     const std::string& name) {
  for (const auto& one : container.value("env", json::array())) {
    if (one.value("name", "") != name || !one.contains("valueFrom")) continue;
    const auto& from = one["valueFrom"];
    if (!from.contains("configMapKeyRef")) continue;
    const auto& key = from["configMapKeyRef"];
    const auto* map = kube.get<config_map>({x.metadata.ns, key.value("name", "")});
    if (map == nullptr) return {};
    const auto found = map->data.find(key.value("key", ""));
    return found == map->data.end() ? std::string{} : found->second;
  }
  return "$(" + name + ")";
}

std::vector<std::string> arguments_of(const kubernetes& kube, const pod& x) {
  const auto container = container_of(x);
  std::vector<std::string> all;
  if (!container.is_object()) return all;
  for (const auto& one : container.value("args", json::array())) {
    auto text = one.get<std::string>();
    const auto at = text.find("$(");
    if (const auto end = text.find(')', at); at != std::string::npos && end != std::string::npos)
      text.replace(at, end - at + 1,
                   variable(kube, x, container, text.substr(at + 2, end - at - 2)));
    all.push_back(std::move(text));
  }
  return all;
}

/// How many words come before what is to be run; 0: the process is no application's.
std::size_t words_before(const std::vector<std::string>& words) {
  if (words.empty()) return 0;
  if (words.front() == "standalone-job") return 1;
  constexpr std::size_t of_shell = 4;  // bash -c SCRIPT $0
  const bool native = words.size() >= of_shell && words[0] == "bash" &&
                      words[2].find("kubernetes-application") != std::string::npos;
  return native ? of_shell : 0;
}

/// What native mode's entry point finds in its configuration.
void read_settings(application_program& program) {
  auto& what = program.what;
  const auto& config = what.flink_configuration;
  const auto said = [&](const char* key) {
    const auto found = config.find(key);
    return found == config.end() ? std::string{} : found->second;
  };
  if (const auto id = said("$internal.pipeline.job-id"); !id.empty()) what.job = {id};
  if (const auto jar = said("pipeline.jars"); !jar.empty()) program.jar = jar;
  if (const auto path = said("execution.savepoint.path"); !path.empty()) what.savepoint_path = path;
  if (const auto wide = said("parallelism.default"); !wide.empty())
    what.parallelism = std::atoi(wide.c_str());
}

std::string with_uid(std::string text, const std::string& uid) {
  constexpr std::string_view place = "<pod>";
  if (const auto at = text.find(place); at != std::string::npos)
    text.replace(at, place.size(), uid);
  return text;
}

/// As the script before Flink's entry point has it: one that begins where HA metadata must be takes
/// nothing away.
std::optional<launch_taking> taking_of(const kubernetes& kube, const pod& x) {
  const auto container = container_of(x);
  const auto command = container.value("command", json::array());
  if (command.size() < 4 || command[0] != "bash") return std::nullopt;
  const auto now = variable(kube, x, container, "DREY_RESTORE");
  if (now.find("its-high-availability-metadata-is-gone") != std::string::npos) return std::nullopt;
  for (const auto& one : container.value("env", json::array())) {
    if (one.value("name", "") != "DREY_TAKE") continue;
    const auto patch = json::parse(one.value("value", ""));
    const auto path = patch[0].value("path", "");
    return launch_taking{command[3].get<std::string>(), path.substr(path.rfind('/') + 1),
                         patch[0].value("value", ""),
                         with_uid(patch[1].value("value", ""), x.metadata.uid)};
  }
  return std::nullopt;
}

std::string label(const pod& x, const char* name) {
  const auto found = x.metadata.labels.find(name);
  return found == x.metadata.labels.end() ? std::string{} : found->second;
}

flink_version version_in(const pod& x) {
  const auto found = x.metadata.annotations.find("drey.io/flink-version");
  if (found != x.metadata.annotations.end())
    for (const auto one : values_of(std::type_identity<flink_version>{}))
      if (name_of(one) == found->second) return one;
  return flink_version::v1_20;
}

}  // namespace

std::optional<application_program> application_in(const kubernetes& kube, const pod& x) {
  const auto words = arguments_of(kube, x);
  const auto before = words_before(words);
  if (before == 0) return std::nullopt;
  application_program program;
  auto& what = program.what;
  what.version = version_in(x);
  what.jar = "application";
  for (std::size_t i = before; i + 1 < words.size(); i += 2) {
    const auto& name = words[i];
    const auto& value = words[i + 1];
    if (name == "--job-id")
      what.job = {value};
    else if (name == "--jars")
      program.jar = value;
    else if (name == "--fromSavepoint")
      what.savepoint_path = value;
    else if (name == "-D" && value.find('=') != std::string::npos)
      what.flink_configuration[value.substr(0, value.find('='))] =
          value.substr(value.find('=') + 1);
    else if (name == "--allowNonRestoredState")
      --i;  // it stands alone
    else if (name != "--job-classname")
      break;  // the program's own
  }
  read_settings(program);
  program.taking = taking_of(kube, x);
  auto uid = label(x, "drey.io/owner-uid");
  const auto* resource = kube.get<flink_deployment>({x.metadata.ns, label(x, "app")});
  if (uid.empty() && resource != nullptr) uid = resource->metadata.uid;  // another operator's
  what.flink_configuration["pipeline.name"] = x.metadata.ns + "/" + label(x, "app") + "@" + uid;
  return program;
}

/// Who is not the first ends, and its container's next process reads what the first one left.
void flink::parts::take_launch(std::uint64_t number, std::int32_t tries_left) {
  auto* x = job_manager(number);
  if (x == nullptr) return;
  const auto& taking = *x->program->taking;
  const object_name name{x->place.cluster.ns, taking.map};
  const auto again = [&] {
    if (tries_left == 0) return end_process(*x);
    time.after(taking_retry, [this, number, tries_left] { take_launch(number, tries_left - 1); });
  };
  const auto user = "flink:" + x->place.cluster.ns + "/" + x->settings.cluster_id;
  const auto seen = kube.call(kube_get{object_kind::config_map, name}, user);
  const auto* why = std::get_if<refusal>(&seen.result);
  if (why != nullptr && why->reason == refusal_reason::not_found) return end_process(*x);
  if (!kube.reachable(x->place.node, {}) || why != nullptr) return again();
  const auto& map = std::get<config_map>(*std::get<object_ptr>(seen.result));
  const auto found = map.data.find(taking.entry);
  if (found == map.data.end() || found->second != taking.found) return end_process(*x);
  config_map wanted;
  wanted.metadata.ns = name.ns;
  wanted.metadata.name = name.name;
  wanted.data[taking.entry] = taking.left;
  const auto taken = kube.call(kube_apply{std::make_shared<const object>(std::move(wanted))}, user);
  if (std::holds_alternative<refusal>(taken.result)) return again();
  start_flink(number);
}

/// Without the API server it is ended: its script looks every 2 s, and waits for 8 s.
void flink::parts::fence_first_process(job_manager_process& x) {
  if (!x.program || !x.program->taking) return;
  if (x.hears_api) return time.cancel(std::exchange(x.fence, 0));
  if (x.fence != 0) return;
  x.fence = time.after(drawn("fence", 6'000, 12'000), [this, number = x.place.number] {
    auto* first = job_manager(number);
    if (first == nullptr) return;
    const auto uid = first->place.pod_uid;
    process_of_pod.erase(uid);
    stop_job_manager(*first, farewell::none);
    kube.report_exit(uid, 137);
  });
}

/// What the program's main() needs is brought before anything else: without it the process ends.
bool flink::parts::can_begin(const application_program& program) {
  const auto& jar = program.jar;
  return jar.find("missing") == std::string::npos && jar.find("not-a-jar") == std::string::npos;
}

void flink::parts::run_application(std::uint64_t session) {
  const auto* x = leader_of_session(session);
  if (x == nullptr || !x->program || x->application_over) return;
  time.after(drawn("main", main_min, main_max), [this, session] { end_of_main(session); });
}

/// The job is in Flink by now; what high availability brought back, or knows to be over, is not
/// begun again.
void flink::parts::end_of_main(std::uint64_t session) {
  auto* x = leader_of_session(session);
  if (x == nullptr) return;
  const auto& what = x->program->what;
  if (x->jobs.contains(what.job) || x->results.contains(what.job) || ha.has_result(*x, what.job))
    return;
  auto graph = graph_of(*x, x->jars, what);
  books.submitted({time.now(), x->place.cluster, x->place.pod_uid, what.job, graph.lineage,
                   what.savepoint_path});
  if (main_throws(x->program->jar)) {  // told as a job that FAILED (lab: operator_application)
    auto& job = register_job(*x, std::move(graph), execution_origin::submitted);
    return fail_for_good(*x, job, "java.lang.IllegalStateException: thrown by main()");
  }
  const auto number = ++last_number;
  x->pending.emplace(number, pending_submission{std::move(graph), {}});
  register_submission(session, number);
  if (!x->jobs.contains(what.job)) end_process(*x);
}

void flink::parts::end_soon(std::uint64_t number) {
  time.after(drawn("failed_start", 300, 1'500), [this, number] {
    if (auto* x = job_manager(number)) end_process(*x);
  });
}

}  // namespace drey::sim
