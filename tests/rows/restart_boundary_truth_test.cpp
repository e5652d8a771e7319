/// The table of the restart boundary is about the whole spec, says what children are made of, and
/// is the one in actors/README.md. DREY_REWRITE=1 writes that anew.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

#include "actors/children.hpp"
#include "protocol/crd.hpp"
#include "protocol/deployment_options.hpp"
#include "protocol/primary_codec.hpp"
#include "tests/rows/restart_boundary_edits.hpp"

namespace drey::rows {

namespace {

using namespace restart_boundary_edits;
using nlohmann::json;
using enum restart_action;

// ── children ────────────────────────────────────────────────────────────────────────────────────

cluster_children children(const flink_deployment_spec& spec) {
  flink_deployment cluster;
  cluster.metadata.ns = "flink";
  cluster.metadata.name = "session";
  cluster.metadata.uid = "uid-1";
  cluster.spec = std::make_shared<const flink_deployment_spec>(spec);
  return std::get<cluster_children>(children_of(cluster));
}

std::string pods_of(const object& workload) {
  const auto* job_manager = std::get_if<deployment>(&workload);
  const auto& pods =
      job_manager != nullptr ? job_manager->pods : std::get<stateful_set>(workload).pods;
  return json{pods.labels, pods.annotations, pods.spec}.dump();
}

/// Whose pods become others when the spec does.
std::string rolled(const flink_deployment_spec& before, const flink_deployment_spec& after) {
  const auto was = children(before);
  const auto is = children(after);
  std::string who;
  if (pods_of(*was.job_manager_side.back()) != pods_of(*is.job_manager_side.back()))
    who += "JobManager ";
  if (pods_of(*was.task_manager_set) != pods_of(*is.task_manager_set)) who += "TaskManagers ";
  return who;
}

std::string rolled_by(restart_action action) {
  if (action == replace_task_managers) return "TaskManagers ";
  if (action == fail_over_job_manager) return "JobManager ";
  return action == restart_both ? "JobManager TaskManagers " : "";
}

/// Changes whose action the pods' templates do not tell: those that only later pods have, a nonce
/// that is gone, a restart for its own sake, and the version, which is told of the image.
bool is_of_the_operator(change_of what) {
  return what == change_of::image_pull || what == change_of::task_manager_placement ||
         what == change_of::restart_asked || what == change_of::nonce_removed ||
         what == change_of::flink_version;
}

void check_children(const flink_deployment_spec& before, const flink_deployment_spec& after) {
  const auto changes = changes_between(before, after, deployment_mode::standalone);
  const auto told = std::ranges::none_of(
      changes, [](const spec_change& one) { return is_of_the_operator(one.what); });
  if (told && action_of(changes) != refuse)
    BOOST_TEST(rolled(before, after) == rolled_by(action_of(changes)));
}

/// A key that the pattern fits.
std::string example_of(std::string_view pattern) {
  std::string key(pattern);
  if (!key.ends_with('*')) return key;
  key.pop_back();
  return key + (key.empty() || key.ends_with('.') ? "x" : "");
}

/// A value that the option takes and rich() does not have.
std::string example_of(const deployment_option& option) {
  switch (option.shape) {
    case option_shape::list:
      return "a;b";
    case option_shape::map:
      return "a:/b";
    case option_shape::maps:
      return "key:a,operator:Exists,env:X,secret:s";
    default:
      return option.key.find("limit-factor") != std::string_view::npos ? "2.5" : "3";
  }
}

/// What its fields say is said by its configuration.
flink_deployment_spec configured() {
  return patched(rich(), R"({
    "image": null, "imagePullPolicy": null, "serviceAccount": null,
    "jobManager": {"resource": null}, "taskManager": {"resource": null},
    "flinkConfiguration": {
      "kubernetes.container.image": "flink:1.20",
      "kubernetes.container.image.pull-policy": "Always",
      "kubernetes.service-account": "flink",
      "jobmanager.memory.process.size": "2g",
      "taskmanager.memory.process.size": "2g",
      "kubernetes.jobmanager.cpu": "1",
      "kubernetes.taskmanager.cpu": "1"}})");
}

// ── fields ──────────────────────────────────────────────────────────────────────────────────────

/// A value of the schema's kind.
json example_of(const json& schema) {
  if (schema.contains("properties")) {
    auto out = json::object();
    for (const auto& [name, property] : schema["properties"].items())
      out[name] = example_of(property);
    return out;
  }
  if (schema.contains("enum")) return schema["enum"].back();
  const auto type = schema.value("type", "number");
  if (type == "array") return json::array({example_of(schema["items"])});
  if (type == "integer") return 7;
  if (type == "number") return 1.5;
  if (type == "boolean") return true;
  return type == "object" ? json{{"k", "v"}} : json("text");
}

flink_deployment_spec spec_of(const json& x) {
  return std::get<flink_deployment_spec>(decode_deployment_spec(x.dump()));
}

/// Every way to take one member away, as (path, the rest).
void without_each(const json& whole, const json::json_pointer& at, const std::string& path,
                  std::vector<std::pair<std::string, json>>& all) {
  for (const auto& [name, member] : whole.at(at).items()) {
    auto rest = whole;
    rest.at(at).erase(name);
    const auto inner = path + "." + name;
    if (member.is_object()) without_each(whole, at / name, inner, all);
    all.emplace_back(inner, std::move(rest));
  }
}

// ── the table for people ────────────────────────────────────────────────────────────────────────

std::string spaced(std::string_view name) {
  std::string text(name);
  std::ranges::replace(text, '_', ' ');
  return text;
}

std::string table_for_people() {
  std::string text = "| what changes | standalone | native | why |\n|---|---|---|---|\n";
  for (const auto& row : restart_boundary())
    text += "| " + spaced(name_of(row.what)) + " | " + std::string(words_for(row.standalone)) +
            " | " + std::string(words_for(row.native)) + " | " + std::string(row.why) +
            (row.why_in_native.empty() ? "" : "; native: " + std::string(row.why_in_native)) +
            " |\n";
  text += "\n| key of `flinkConfiguration`: the first that fits | what it is |\n|---|---|\n";
  for (const auto& row : configuration_keys())
    text += "| `" + std::string(row.pattern) + "` | " + spaced(name_of(row.what)) + " |\n";
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(restart_boundary_truth)

BOOST_AUTO_TEST_CASE(pods_become_others_exactly_where_the_table_says_so) {
  const auto before = rich();
  for (const auto& one : edits()) BOOST_TEST_CONTEXT(one.because) {
      check_children(before, patched(before, one.patch));
    }
  for (const auto version : {flink_version::v1_16, flink_version::v1_20}) {
    auto given = before;
    given.flink_version = version;
    for (const auto& row : configuration_keys())
      BOOST_TEST_CONTEXT(row.pattern << " of " << name_of(version)) {
        auto after = given;
        after.flink_configuration[example_of(row.pattern)] = "true";
        BOOST_TEST(changes_between(given, after, deployment_mode::standalone).size() == 1U);
        check_children(given, after);
        check_children(after, given);
      }
  }
}

BOOST_AUTO_TEST_CASE(options_about_pods_do_what_the_table_says) {
  for (const auto& before : {rich(), configured()})
    for (const auto& option : deployment_options()) BOOST_TEST_CONTEXT(option.key) {
        auto after = before;
        after.flink_configuration[std::string(option.key)] = example_of(option);
        const auto changes = changes_between(before, after, deployment_mode::standalone);
        BOOST_TEST(changes.size() == 1U);
        if (option.use != option_use::honoured) BOOST_TEST(action_of(changes) == nothing);
        check_children(before, after);
        check_children(after, before);
      }
}

/// Two edits at once need no more and no less than what they need together.
BOOST_AUTO_TEST_CASE(pods_become_others_where_two_edits_say_so) {
  const auto before = rich();
  for (const auto& one : edits())
    for (const auto& other : edits()) BOOST_TEST_CONTEXT(one.because << " and " << other.because) {
        check_children(before, patched(patched(before, one.patch), other.patch));
      }
}

/// What differs only in defaults is not made anew, and what is made anew has the new ones.
BOOST_AUTO_TEST_CASE(defaults_of_submissions_are_in_the_map_and_not_in_its_name) {
  const auto map_of = [](const flink_deployment_spec& spec) {
    return std::get<config_map>(*children(spec).job_manager_side.front());
  };
  const auto before = rich();
  auto after = before;
  after.flink_configuration["execution.checkpointing.interval"] = "99 s";
  BOOST_TEST(map_of(after).metadata.name == map_of(before).metadata.name);
  BOOST_TEST(map_of(after).data.begin()->second.find("interval: 99 s") != std::string::npos);
  BOOST_TEST(std::get<config_map>(*children(after).job_manager_side.at(1))
                     .data.begin()
                     ->second.find("execution.checkpointing.interval") == std::string::npos,
             "TaskManagers do not read them");
}

BOOST_AUTO_TEST_CASE(every_field_of_the_spec_makes_a_change_of_its_own) {
  auto whole = example_of(crd_schema(object_kind::flink_deployment)["properties"]["spec"]);
  whole["flinkConfiguration"] = {{"k", "v"}};
  const auto before = spec_of(whole);
  BOOST_TEST(changes_between(before, before, deployment_mode::native).empty());
  std::vector<std::pair<std::string, json>> all;
  without_each(whole, json::json_pointer(), "spec", all);
  BOOST_TEST(all.size() > 40U);
  for (const auto& [path, rest] : all)
    for (const auto mode : {deployment_mode::standalone, deployment_mode::native})
      BOOST_TEST_CONTEXT(path) {
        const auto changes = changes_between(before, spec_of(rest), mode);
        BOOST_REQUIRE(!changes.empty());
        for (const auto& one : changes) {
          auto plain = one.path;
          std::ranges::replace(plain, '[', '.');
          BOOST_TEST(plain.starts_with(path));
          BOOST_TEST(one.what != change_of::unknown_field);
        }
      }
}

BOOST_AUTO_TEST_CASE(the_table_in_the_readme) {
  const std::string path = DREY_SOURCE_DIR "/actors/README.md";
  std::ifstream in{path};
  std::string readme{std::istreambuf_iterator<char>{in}, {}};
  const std::string mark = "<!-- table restart boundary -->\n";
  const auto begin = readme.find(mark) + mark.size();
  BOOST_REQUIRE(begin >= mark.size());
  const auto end = readme.find("<!-- end of table -->", begin);
  BOOST_REQUIRE(end != std::string::npos);
  if (std::getenv("DREY_REWRITE") == nullptr)
    BOOST_TEST(readme.substr(begin, end - begin) == table_for_people());
  readme.replace(begin, end - begin, table_for_people());
  if (std::getenv("DREY_REWRITE") != nullptr) std::ofstream{path} << readme;
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
