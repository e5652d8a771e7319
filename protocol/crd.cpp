#include "protocol/crd.hpp"

#include <span>

#include "protocol/spec_fields.hpp"
#include "protocol/status_fields.hpp"
#include "protocol/yaml_text.hpp"

namespace drey {

namespace {

using nlohmann::json;

constexpr const char* keep_unknown = "x-kubernetes-preserve-unknown-fields";

json any_value() { return {{keep_unknown, true}}; }
json any_object() { return {{"type", "object"}, {keep_unknown, true}}; }

template <class T>
json schema_of();

/// A visitor of field_table.hpp that describes instead of reading.
class schema_maker {
public:
  template <class T>
  void field(std::string_view name, const T&, std::string_view about) {
    put(name, schema_of<T>(), about);
  }
  void choice(std::string_view name, const auto&, std::span<const std::string_view> choices,
              std::string_view about) {
    auto schema = json{{"type", "string"}, {"enum", json::array()}};
    for (const auto one : choices) schema["enum"].push_back(one);
    put(name, std::move(schema), about);
  }
  void text(std::string_view name, const json_text&, json_shape shape, std::string_view about) {
    put(name,
        shape == json_shape::an_object ? any_object()
                                       : json{{"type", "array"}, {"items", any_value()}},
        about);
  }
  /// No type: a number, as ever, and also a quantity such as "500m".
  void cores(std::string_view name, const auto&, std::string_view about) {
    put(name, any_value(), about);
  }
  void configuration(std::string_view name, const auto&, std::string_view about) {
    put(name, any_value(), about);
  }
  void presence(std::string_view name, bool, std::string_view about) {
    put(name, any_object(), about);
  }
  template <class Use>
  void group(std::string_view name, std::string_view about, Use&& use) {
    schema_maker inner;
    use(inner);
    put(name, inner.schema(), about);
  }
  void rest(const json_text&) {}

  json schema() const {
    auto out = any_object();
    out["properties"] = properties_;
    return out;
  }

private:
  void put(std::string_view name, json schema, std::string_view about) {
    schema["description"] = about;
    properties_[std::string(name)] = std::move(schema);
  }
  json properties_ = json::object();
};

template <class T>
json schema_of() {
  if constexpr (is_optional<T>) {
    return schema_of<typename T::value_type>();
  } else if constexpr (is_list<T>) {
    return {{"type", "array"}, {"items", schema_of<typename T::value_type>()}};
  } else if constexpr (std::same_as<T, string_map>) {
    return {{"type", "object"}, {"additionalProperties", {{"type", "string"}}}};
  } else if constexpr (enumerated<T>) {
    auto names = json::array();
    for (const auto value : values_of(std::type_identity<T>{})) names.push_back(name_of(value));
    return {{"type", "string"}, {"enum", std::move(names)}};
  } else if constexpr (fielded<T>) {
    schema_maker maker;
    const T example{};
    fields_of(maker, example);
    return maker.schema();
  } else if constexpr (std::same_as<T, bool>) {
    return {{"type", "boolean"}};
  } else if constexpr (std::integral<T>) {
    return {{"type", "integer"}};
  } else {
    static_assert(std::same_as<T, std::string> || std::same_as<T, milliseconds>);
    return {{"type", "string"}};
  }
}

template <class Spec, class Status>
json root_schema(std::string_view about) {
  auto spec = schema_of<Spec>();
  auto status = schema_of<Status>();
  spec["description"] = "What is wanted.";
  status["description"] = "What is; written by the operator.";
  return {{"type", "object"},
          {"description", about},
          {"properties", {{"spec", std::move(spec)}, {"status", std::move(status)}}}};
}

json column(std::string_view name, std::string_view path) {
  return {{"name", name}, {"jsonPath", path}, {"type", "string"}};
}

/// What only the CRD says of a kind. Source: operator-facts §1.
struct kind_facts {
  std::string_view short_name;
  json columns;
  json subresources;
};

kind_facts facts_of(object_kind primary) {
  auto job_columns = json::array({column("Job Status", ".status.jobStatus.state"),
                                  column("Lifecycle State", ".status.lifecycleState")});
  const json status_only{{"status", json::object()}};
  if (primary == object_kind::flink_session_job)
    return {"sessionjob", std::move(job_columns), status_only};
  if (primary == object_kind::flink_state_snapshot)
    return {"flinksnp",
            json::array({column("Path", ".status.path"),
                         column("Result Timestamp", ".status.resultTimestamp"),
                         column("Snapshot State", ".status.state")}),
            status_only};
  return {"flinkdep",
          std::move(job_columns),
          {{"status", json::object()},
           {"scale",
            {{"specReplicasPath", ".spec.taskManager.replicas"},
             {"statusReplicasPath", ".status.taskManager.replicas"},
             {"labelSelectorPath", ".status.taskManager.labelSelector"}}}}};
}

}  // namespace

json crd_schema(object_kind primary) {
  if (primary == object_kind::flink_session_job)
    return root_schema<flink_session_job_spec, flink_session_job_status>(
        "A job on a Flink session cluster.");
  if (primary == object_kind::flink_state_snapshot)
    return root_schema<flink_state_snapshot_spec, flink_state_snapshot_status>(
        "A savepoint or checkpoint of a Flink job.");
  return root_schema<flink_deployment_spec, flink_deployment_status>(
      "A Flink cluster: a session cluster, or with a job an application cluster.");
}

json crd(object_kind primary) {
  const auto& info = info_of(primary);
  auto facts = facts_of(primary);
  const std::string group(api_version.substr(0, api_version.find('/')));
  const std::string plural(info.plural);
  json version{{"name", api_version.substr(api_version.find('/') + 1)},
               {"served", true},
               {"storage", true},
               {"additionalPrinterColumns", std::move(facts.columns)},
               {"subresources", std::move(facts.subresources)},
               {"schema", {{"openAPIV3Schema", crd_schema(primary)}}}};
  json names{{"kind", info.name},
             {"plural", plural},
             {"singular", plural.substr(0, plural.size() - 1)},
             {"shortNames", json::array({facts.short_name})}};
  return {{"apiVersion", "apiextensions.k8s.io/v1"},
          {"kind", "CustomResourceDefinition"},
          {"metadata", {{"name", plural + "." + group}}},
          {"spec",
           {{"group", group},
            {"names", std::move(names)},
            {"scope", info.scope},
            {"versions", json::array({std::move(version)})}}}};
}

std::string crd_yaml(object_kind primary) {
  return "# Written by `drey crds` from the operator's own types; do not edit.\n" +
         yaml_of(crd(primary));
}

std::string crd_file_name(object_kind primary) {
  return std::string(info_of(primary).plural) + ".yaml";
}

}  // namespace drey
