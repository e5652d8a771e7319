// CRDs, types and files hold together: every field the codec reads is in the schema, every field of
// the schema is read by the codec, and configs/crd/ is what the types say.
#include "protocol/crd.hpp"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <set>
#include <sstream>

#include "protocol/primary_codec.hpp"
#include "protocol/yaml_tree.hpp"

namespace drey {
namespace {

using nlohmann::json;

constexpr std::array primaries{object_kind::flink_deployment, object_kind::flink_session_job,
                               object_kind::flink_state_snapshot};

/// A value of the schema's kind that no field has by default.
json example_of(const json& schema) {
  if (schema.contains("properties")) {
    auto out = json::object();
    for (const auto& [name, property] : schema["properties"].items())
      out[name] = example_of(property);
    return out;
  }
  if (schema.contains("enum")) return schema["enum"].back();
  if (!schema.contains("type")) return json(nullptr);  // filled in by name below
  const auto type = schema["type"].get<std::string>();
  if (type == "array") return json::array({example_of(schema["items"])});
  if (type == "integer") return 7;
  if (type == "boolean") return true;
  if (type == "object" && schema.contains("additionalProperties")) return {{"k", "v"}};
  if (type == "object") return {{"free", 1}};
  return "text";
}

/// An object that has every field of the schema.
json whole_example(object_kind kind) {
  auto out = example_of(crd_schema(kind));
  out["metadata"] = {{"name", "a"}};
  auto& spec = out["spec"];
  if (spec.contains("flinkConfiguration")) spec["flinkConfiguration"] = {{"k", "v"}};
  for (const auto* component : {"jobManager", "taskManager"})
    if (spec.contains(component)) spec[component]["resource"]["cpu"] = 1.5;
  if (spec.contains("checkpoint")) spec["checkpoint"] = json::object();
  if (out["status"].contains("conditions"))
    out["status"]["conditions"][0]["lastTransitionTime"] = "2026-07-20T09:30:00Z";
  if (out["status"].contains("application"))
    out["status"]["application"]["conditions"] = out["status"]["conditions"];
  return out;
}

void collect(const json& value, const std::string& path, std::set<std::string>& paths) {
  if (value.is_object())
    for (const auto& [name, member] : value.items()) {
      paths.insert(path + "." + name);
      collect(member, path + "." + name, paths);
    }
  if (value.is_array())
    for (const auto& item : value) collect(item, path + "[]", paths);
}

std::set<std::string> paths_of(const json& value) {
  std::set<std::string> paths;
  for (const auto* part : {"spec", "status"})
    if (value.contains(part)) collect(value[part], part, paths);
  return paths;
}

/// Any object that keeps nothing unknown, or any value without a type that keeps nothing.
void check_structural(const json& schema, const std::string& path) {
  const bool keeps = schema.value("x-kubernetes-preserve-unknown-fields", false);
  BOOST_TEST((schema.contains("type") || keeps), path << " has no type");
  if (path != "" && schema.value("type", "") == "object" &&
      !schema.contains("additionalProperties"))
    BOOST_TEST(keeps, path << " prunes");
  if (schema.contains("properties"))
    for (const auto& [name, property] : schema["properties"].items())
      check_structural(property, path + "." + name);
  if (schema.contains("items")) check_structural(schema["items"], path + "[]");
}

BOOST_AUTO_TEST_SUITE(crds)

BOOST_AUTO_TEST_CASE(schema_and_codec_know_the_same_fields) {
  for (const auto kind : primaries) {
    const auto example = whole_example(kind);
    const auto result = decode_primary(kind, example.dump());
    if (const auto* errors = std::get_if<field_errors>(&result))
      for (const auto& one : *errors) BOOST_ERROR(text_of_error(one));
    const auto back = json::parse(encode_primary(std::get<object>(result)));
    BOOST_TEST(paths_of(back) == paths_of(example), boost::test_tools::per_element());
    std::visit(
        [](const auto& x) {
          if constexpr (requires { x.spec->unknown; }) {
            BOOST_TEST(x.spec->unknown.empty(), x.spec->unknown);
            BOOST_TEST(x.status.unknown.empty(), x.status.unknown);
          }
          if constexpr (requires { x.status.job.unknown; })
            BOOST_TEST(x.status.job.unknown.empty(), x.status.job.unknown);
          if constexpr (requires { x.spec->job->unknown; })
            BOOST_TEST(x.spec->job->unknown.empty(), x.spec->job->unknown);
          if constexpr (requires { x.spec->task_manager; })
            BOOST_TEST(x.spec->task_manager.unknown.empty(), x.spec->task_manager.unknown);
        },
        std::get<object>(result));
  }
}

BOOST_AUTO_TEST_CASE(schemas_are_structural_and_prune_nothing) {
  for (const auto kind : primaries) check_structural(crd_schema(kind), "");
}

BOOST_AUTO_TEST_CASE(every_field_explains_itself) {
  for (const auto kind : primaries)
    for (const auto* part : {"spec", "status"}) {
      const auto fields = crd_schema(kind)["properties"][part]["properties"];
      BOOST_TEST(fields.size() > 3);
      for (const auto& [name, property] : fields.items())
        BOOST_TEST(property.value("description", "").ends_with('.'), name);
    }
}

BOOST_AUTO_TEST_CASE(the_files_are_what_the_types_say) {
  for (const auto kind : primaries) {
    const auto path = std::string(DREY_SOURCE_DIR) + "/configs/crd/" + crd_file_name(kind);
    if (std::getenv("DREY_REWRITE")) std::ofstream(path) << crd_yaml(kind);
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    BOOST_TEST(text.str() == crd_yaml(kind), path << " is old: drey crds prints the new one");
  }
}

BOOST_AUTO_TEST_CASE(install_yaml_has_them_word_for_word) {
  std::ostringstream text;
  text << std::ifstream(DREY_SOURCE_DIR "/configs/install.yaml").rdbuf();
  for (const auto kind : primaries) {
    const auto whole = crd_yaml(kind);
    const auto body = whole.substr(whole.find('\n') + 1);  // without the line about its origin
    BOOST_TEST(text.str().find(body) != std::string::npos, "old: " << crd_file_name(kind));
  }
}

BOOST_AUTO_TEST_CASE(the_yaml_reads_back_as_the_manifest) {
  for (const auto kind : primaries) {
    field_errors errors;
    const auto tree = yaml_tree::parse(crd_yaml(kind), errors);
    BOOST_TEST(errors.empty());
    BOOST_REQUIRE(tree.documents().size() == 1);
    BOOST_TEST((json::parse(tree.json_of(tree.documents().front())) == crd(kind)));
  }
}

BOOST_AUTO_TEST_CASE(names_columns_and_subresources_are_apaches) {
  const auto deployment = crd(object_kind::flink_deployment);
  BOOST_TEST(deployment["metadata"]["name"] == "flinkdeployments.flink.apache.org");
  BOOST_TEST(deployment["spec"]["names"]["singular"] == "flinkdeployment");
  BOOST_TEST(deployment["spec"]["names"]["shortNames"][0] == "flinkdep");
  const auto& version = deployment["spec"]["versions"][0];
  BOOST_TEST(version["subresources"]["scale"]["specReplicasPath"] == ".spec.taskManager.replicas");
  BOOST_TEST(version["additionalPrinterColumns"][1]["jsonPath"] == ".status.lifecycleState");
  const auto snapshot = crd(object_kind::flink_state_snapshot);
  BOOST_TEST(snapshot["spec"]["names"]["shortNames"][0] == "flinksnp");
  BOOST_TEST(!snapshot["spec"]["versions"][0]["subresources"].contains("scale"));
  BOOST_TEST(crd(object_kind::flink_session_job)["spec"]["names"]["shortNames"][0] == "sessionjob");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace drey
