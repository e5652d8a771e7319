#include "protocol/manifest.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>

#include "protocol/limits.hpp"
#include "protocol/primary_codec.hpp"

namespace drey {

namespace {

constexpr std::size_t findings_max = 1000;
constexpr std::string_view group = "flink.apache.org/";

/// Kinds of the core API that people keep beside our resources.
constexpr std::array<std::string_view, 19> core_kinds{"ConfigMap",
                                                      "Secret",
                                                      "Service",
                                                      "ServiceAccount",
                                                      "Namespace",
                                                      "Pod",
                                                      "PodTemplate",
                                                      "PersistentVolume",
                                                      "PersistentVolumeClaim",
                                                      "LimitRange",
                                                      "ResourceQuota",
                                                      "Endpoints",
                                                      "Node",
                                                      "Event",
                                                      "ReplicationController",
                                                      "Binding",
                                                      "ComponentStatus",
                                                      "List",
                                                      "Status"};

/// API groups that belong to Kubernetes itself, without their version.
constexpr std::array<std::string_view, 5> plain_groups{"apps", "batch", "autoscaling", "policy",
                                                       "extensions"};

bool is_of_kubernetes(std::string_view version, std::string_view kind) {
  if (version == "v1")
    return std::find(core_kinds.begin(), core_kinds.end(), kind) != core_kinds.end();
  const auto name = version.substr(0, version.find('/'));
  return name.ends_with(".k8s.io") ||
         std::find(plain_groups.begin(), plain_groups.end(), name) != plain_groups.end();
}

class manifest_reader {
public:
  explicit manifest_reader(std::string_view text) {
    field_errors errors;
    auto tree = std::make_shared<yaml_tree>(yaml_tree::parse(text, errors));
    tree_ = std::move(tree);
    for (const auto document : tree_->documents())
      if (out_.found.size() < findings_max) read_document(document);
    if (out_.found.size() >= findings_max)
      add(severity::error, 0, {}, "has more findings than anybody reads; the rest is not shown",
          "Correct these first");
    for (auto& error : errors) out_.found.push_back(as_finding(std::move(error)));
    if (out_.resources.empty() && out_.found.empty())
      add(severity::warning, 1, {}, "holds no resource", "Add a FlinkDeployment");
  }

  manifest take() { return std::move(out_); }

private:
  void add(severity level, int line, std::string path, std::string problem, std::string remedy) {
    out_.found.push_back({level, std::move(path), std::move(problem), std::move(remedy), line});
  }

  void read_document(yaml_tree::id root) {
    const auto& node = tree_->at(root);
    if (node.what == yaml_tree::kind::scalar && node.type == scalar_type::null) return;
    if (node.what != yaml_tree::kind::map)
      return add(severity::error, node.line, {}, "is not a Kubernetes resource",
                 "Give apiVersion, kind, metadata and spec");
    read_resource(root);
  }

  /// The string at `key`; empty, with a finding, when there is none.
  std::string header(yaml_tree::id root, std::string_view key) {
    const auto found = tree_->member(root, key);
    if (found != yaml_tree::npos && tree_->at(found).what == yaml_tree::kind::scalar &&
        tree_->at(found).type == scalar_type::text && !tree_->at(found).text.empty())
      return tree_->at(found).text;
    add(severity::error, tree_->at(root).line, std::string(key), "is missing",
        "Every resource names its apiVersion and its kind");
    return {};
  }

  void read_resource(yaml_tree::id root) {
    const auto version = header(root, "apiVersion");
    const auto kind = header(root, "kind");
    if (version.empty() || kind.empty()) return;
    const bool list = kind.ends_with("List") && (version == "v1" || version.starts_with(group));
    if (list) return read_list(root);
    const auto known = kind_named(version, kind);
    if (known && *known <= object_kind::flink_state_snapshot) return decode(*known, root);
    report_foreign(root, version, kind);
  }

  void read_list(yaml_tree::id root) {
    const auto items = tree_->member(root, "items");
    if (items == yaml_tree::npos || tree_->at(items).what != yaml_tree::kind::list)
      return add(severity::error, tree_->at(root).line, "items", "is not a list",
                 "Put the resources under items");
    for (const auto item : tree_->at(items).children) read_document(item);
  }

  void report_foreign(yaml_tree::id root, const std::string& version, const std::string& kind) {
    const int line = tree_->line_of(root, "kind");
    if (version.starts_with(group) && kind == "FlinkBlueGreenDeployment")
      return add(severity::warning, line, "kind", "FlinkBlueGreenDeployment is not handled",
                 "It is passed over");
    for (const auto one : {object_kind::flink_deployment, object_kind::flink_session_job,
                           object_kind::flink_state_snapshot})
      if (info_of(one).name == kind)
        return add(severity::error, tree_->line_of(root, "apiVersion"), "apiVersion",
                   "unknown version '" + excerpt(version) + "' of " + kind,
                   "Use " + std::string(api_version));
    if (is_of_kubernetes(version, kind))
      return add(severity::note, line, "kind", excerpt(kind) + " is passed over",
                 "Kubernetes itself checks it");
    if (version.starts_with(group) || version == "v1")
      return add(severity::error, line, "kind",
                 "unknown kind '" + excerpt(kind) + "' of " + excerpt(version),
                 "Use FlinkDeployment, FlinkSessionJob or FlinkStateSnapshot");
    add(severity::warning, line, "kind",
        "unknown kind '" + excerpt(kind) + "' of " + excerpt(version), "It is passed over");
  }

  void decode(object_kind kind, yaml_tree::id root) {
    constexpr std::int64_t json_bytes_max = 8 * limits::manifest_bytes_max;  // quotes and escapes
    manifest_resource resource{{}, manifest_resource::reading::complete, tree_, root};
    field_errors errors;
    read_json_object(
        tree_->json_of(root), errors,
        [&](json_reader& json) { resource.value = read_primary(kind, json); }, json_bytes_max);
    for (auto& error : errors) {
      error.line = resource.line_of(error.path);
      out_.found.push_back(as_finding(std::move(error)));
    }
    if (!errors.empty()) resource.right = manifest_resource::reading::partial;
    out_.resources.push_back(std::move(resource));
  }

  std::shared_ptr<const yaml_tree> tree_;
  manifest out_;
};

manifest refused(std::string problem, std::string remedy) {
  manifest out;
  out.found.push_back({severity::error, {}, std::move(problem), std::move(remedy), 0});
  return out;
}

}  // namespace

manifest read_manifest(std::string_view text) {
  if (static_cast<std::int64_t>(text.size()) > limits::manifest_bytes_max)
    return refused("is larger than " + std::to_string(limits::manifest_bytes_max) + " bytes",
                   "Split it into several files");
  if (!simdjson::validate_utf8(text.data(), text.size()))
    return refused("is not UTF-8", "Save the file as UTF-8");
  return manifest_reader(text).take();
}

}  // namespace drey
