// Manifests of a scenario: decoded as the API server's own objects are, with the lines of the file
// that a person wrote.
#include <filesystem>

#include "protocol/manifest.hpp"
#include "protocol/object_codec.hpp"
#include "protocol/primary_codec.hpp"
#include "sim/scenario/scenario_reader.hpp"

namespace drey::sim {

namespace {

std::string below(const std::string& path, const std::string& field) {
  if (path.empty() || field.empty()) return path + field;
  return path + "." + field;
}

/// An object as kubectl would send it: without a namespace it goes to `default`.
object_ptr as_sent(object wanted) {
  auto& metadata = metadata_of(wanted);
  if (metadata.ns.empty() && info_of(kind_of(wanted)).scope == "Namespaced")
    metadata.ns = "default";
  return std::make_shared<const object>(std::move(wanted));
}

std::optional<object> decoded(const place& item, field_errors& errors) {
  const auto text_at = [&](std::string_view key) {
    const auto found = item.is_map() ? item.tree->member(item.id, key) : yaml_tree::npos;
    return found == yaml_tree::npos ? std::string() : item.tree->at(found).text;
  };
  const auto json = item.tree->json_of(item.id);
  const auto kind = kind_named(text_at("apiVersion"), text_at("kind"));
  if (!kind || *kind > object_kind::flink_state_snapshot) {
    const auto other = decode_object(json, errors);
    return other ? std::optional(*other) : std::nullopt;
  }
  auto primary = decode_primary(*kind, json);
  if (auto* wrong = std::get_if<field_errors>(&primary)) {
    errors.insert(errors.end(), wrong->begin(), wrong->end());
    return std::nullopt;
  }
  return std::get<object>(std::move(primary));
}

}  // namespace

object_ptr read_resource(reading& from, const place& item) {
  field_errors errors;
  auto wanted = decoded(item, errors);
  if (errors.empty() && wanted && metadata_of(*wanted).name.empty())
    errors.push_back({"metadata.name", "is missing", "Give the object a name"});
  for (auto& error : errors) {
    error.line = item.tree->line_of(item.id, error.path);
    error.path = below(item.path, error.path);
    from.complain(std::move(error));
  }
  return errors.empty() && wanted ? as_sent(std::move(*wanted)) : nullptr;
}

std::vector<object_ptr> read_manifest_file(reading& from, const place& item) {
  const auto name = from.text(item);
  if (!name) return {};
  const auto path =
      (std::filesystem::path(from.file()).parent_path() / *name).lexically_normal().string();
  const auto text = text_of_file(path);
  if (!text) {
    from.complain(item, "names " + path + ", which cannot be read",
                  "Give the path of a manifest, seen from the scenario's folder");
    return {};
  }
  auto file = read_manifest(*text);
  for (auto& found : file.found)
    if (found.level == severity::error)
      from.complain_elsewhere({path, {found.path, found.problem, found.remedy, found.line}});
  std::vector<object_ptr> all;
  for (auto& one : file.resources)
    if (one.right == manifest_resource::reading::complete)
      all.push_back(as_sent(std::move(one.value)));
  return all;
}

}  // namespace drey::sim
