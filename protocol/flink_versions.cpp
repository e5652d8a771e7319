#include "protocol/flink_versions.hpp"

#include <algorithm>
#include <array>

#include "protocol/json_text.hpp"

namespace drey {

namespace {

constexpr std::string_view conf_file = "flink-conf.yaml";
constexpr std::string_view yaml_file = "config.yaml";
using v = flink_version;
constexpr auto lines = configuration_format::lines;
constexpr auto yaml = configuration_format::yaml;

constexpr std::string_view old_checkpoint_dir = "state.checkpoints.dir";
constexpr std::string_view old_savepoint_dir = "state.savepoints.dir";
constexpr std::string_view old_retained = "state.checkpoints.num-retained";
constexpr std::string_view old_ha = "high-availability";
constexpr std::string_view new_checkpoint_dir = "execution.checkpointing.dir";
constexpr std::string_view new_savepoint_dir = "execution.checkpointing.savepoint-dir";
constexpr std::string_view new_retained = "execution.checkpointing.num-retained";
constexpr std::string_view new_ha = "high-availability.type";

// clang-format off
constexpr std::array<flink_capabilities, 14> table{{
    // file, format, run configuration, claim field, trigger id, checkpoints, rescale, adaptive,
    // templates
    {v::v1_12, "1.12", conf_file, lines, false, "",            false, false, false, false, false,
     old_checkpoint_dir, old_savepoint_dir, old_retained, old_ha, "jobGraph-", 3},
    {v::v1_13, "1.13", conf_file, lines, false, "",            false, false, false, true, true,
     old_checkpoint_dir, old_savepoint_dir, old_retained, old_ha, "jobGraph-", 3},
    {v::v1_14, "1.14", conf_file, lines, false, "",            false, false, false, true, true,
     old_checkpoint_dir, old_savepoint_dir, old_retained, old_ha, "jobGraph-", 3},
    {v::v1_15, "1.15", conf_file, lines, false, "restoreMode", true,  false, false, true, true,
     old_checkpoint_dir, old_savepoint_dir, old_retained, old_ha, "jobGraph-", 3},
    {v::v1_16, "1.16", conf_file, lines, false, "restoreMode", true,  false, false, true, true,
     old_checkpoint_dir, old_savepoint_dir, old_retained, old_ha, "jobGraph-", 4},
    {v::v1_17, "1.17", conf_file, lines, true,  "restoreMode", true,  true,  false, true, true,
     old_checkpoint_dir, old_savepoint_dir, old_retained, new_ha, "jobGraph-", 4},
    {v::v1_18, "1.18", conf_file, lines, true,  "restoreMode", true,  true,  true,  true, true,
     old_checkpoint_dir, old_savepoint_dir, old_retained, new_ha, "jobGraph-", 4},
    {v::v1_19, "1.19", conf_file, lines, true,  "restoreMode", true,  true,  true,  true, true,
     old_checkpoint_dir, old_savepoint_dir, old_retained, new_ha, "jobGraph-", 4},
    {v::v1_20, "1.20", conf_file, lines, true,  "claimMode",   true,  true,  true,  true, true,
     new_checkpoint_dir, new_savepoint_dir, new_retained, new_ha, "jobGraph-", 4},
    {v::v2_0,  "2.0",  yaml_file, yaml,  true,  "claimMode",   true,  true,  true,  true, true,
     new_checkpoint_dir, new_savepoint_dir, new_retained, new_ha, "executionPlan-", 5},
    {v::v2_1,  "2.1",  yaml_file, yaml,  true,  "claimMode",   true,  true,  true,  true, true,
     new_checkpoint_dir, new_savepoint_dir, new_retained, new_ha, "executionPlan-", 6},
    {v::v2_2,  "2.2",  yaml_file, yaml,  true,  "claimMode",   true,  true,  true,  true, true,
     new_checkpoint_dir, new_savepoint_dir, new_retained, new_ha, "executionPlan-", 6},
    {v::v2_3,  "2.3",  yaml_file, yaml,  true,  "claimMode",   true,  true,  true,  true, true,
     new_checkpoint_dir, new_savepoint_dir, new_retained, new_ha, "executionPlan-", 6},
    {v::v2_4,  "2.4",  yaml_file, yaml,  true,  "claimMode",   true,  true,  true,  true, true,
     new_checkpoint_dir, new_savepoint_dir, new_retained, new_ha, "executionPlan-", 6},
}};
// clang-format on

constexpr bool in_order() {
  for (std::size_t i = 0; i < table.size(); ++i)
    if (table[i].version != static_cast<flink_version>(i)) return false;
  return true;
}
static_assert(in_order(), "one row per version, in the enum's order");

std::string in_lower_case(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

/// Flink's own parser before 2.0: one line, nothing behind '#', no empty values.
std::string line_of(const std::string& key, std::string value, field_errors& warnings) {
  constexpr std::string_view breaks = "\r\n";
  if (value.empty()) return {};
  if (key.find_first_of("\r\n#") != key.npos || key.find(": ") != key.npos) {
    warnings.push_back({key, "is no key that flink-conf.yaml can hold", "It is left out"});
    return {};
  }
  if (value.find_first_of(breaks) != value.npos) {
    warnings.push_back({key, "has line breaks, which flink-conf.yaml cannot hold",
                        "They become blanks; write the value on one line"});
    std::replace_if(
        value.begin(), value.end(), [](char c) { return c == '\r' || c == '\n'; }, ' ');
  }
  if (value.find('#') != value.npos)
    warnings.push_back(
        {key, "has a '#', where Flink before 2.0 stops reading", "Write the value without '#'"});
  return key + ": " + value + "\n";
}

/// A plain key where YAML allows it, else a quoted one.
std::string yaml_key(const std::string& key) {
  const bool plain = !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_' || c == '$';
  });
  const bool letter_first = plain && key.front() != '-' && key.front() != '.';
  return letter_first && key.find('.') != key.npos ? key : quoted_json(key);
}

struct renamed_key {
  std::string_view now;
  std::string_view before;
  flink_version since;
};
constexpr std::array renamed{
    renamed_key{new_checkpoint_dir, old_checkpoint_dir, v::v1_20},
    renamed_key{new_savepoint_dir, old_savepoint_dir, v::v1_20},
    renamed_key{new_retained, old_retained, v::v1_20},
    renamed_key{new_ha, old_ha, v::v1_17},
    renamed_key{"restart-strategy.type", "restart-strategy", v::v1_17},
};
/// `kubernetes` for it is understood since 1.16 (HighAvailabilityMode).
constexpr std::string_view kubernetes_ha_class =
    "org.apache.flink.kubernetes.highavailability.KubernetesHaServicesFactory";

/// Keys that have another key as a dotted prefix.
field_errors overlaps(const configuration& config) {
  field_errors found;
  for (const auto& [key, value] : config)
    for (auto dot = key.find('.'); dot != key.npos; dot = key.find('.', dot + 1))
      if (config.contains(key.substr(0, dot)))
        found.push_back({key, "overlaps with the key '" + key.substr(0, dot) + "'",
                         "Flink 2 nests keys: keep one of the two"});
  return found;
}

}  // namespace

const flink_capabilities& capabilities_of(flink_version version) {
  return table.at(static_cast<std::size_t>(version));
}

std::optional<std::string> checkpoint_dir_of(const configuration& config) {
  return value_of(config, new_checkpoint_dir, old_checkpoint_dir);
}

std::optional<std::string> savepoint_dir_of(const configuration& config) {
  return value_of(config, new_savepoint_dir, old_savepoint_dir);
}

std::optional<std::string> high_availability_of(const configuration& config) {
  return value_of(config, new_ha, old_ha);
}

bool is_highly_available(const configuration& config) {
  const auto type = high_availability_of(config);
  return type && !type->empty() && in_lower_case(*type) != "none";
}

configuration spelled_for(flink_version version, configuration config) {
  for (const auto& key : renamed) {
    if (version >= key.since) continue;
    if (auto newer = config.extract(std::string(key.now)); !newer.empty())
      config.emplace(key.before, std::move(newer.mapped()));
  }
  const auto type = config.find(std::string(old_ha));
  if (version < v::v1_16 && type != config.end() && in_lower_case(type->second) == "kubernetes")
    type->second = kubernetes_ha_class;
  return config;
}

std::variant<rendered_configuration, field_errors> render_configuration(const configuration& config,
                                                                        flink_version version) {
  const auto& capabilities = capabilities_of(version);
  rendered_configuration out{std::string(capabilities.configuration_file), {}, {}};
  if (capabilities.format == configuration_format::lines) {
    for (const auto& [key, value] : config) out.content += line_of(key, value, out.warnings);
    return out;
  }
  if (auto found = overlaps(config); !found.empty()) return found;
  for (const auto& [key, value] : config) {
    out.content += yaml_key(key) + ": ";
    append_quoted(out.content, value);
    out.content += "\n";
  }
  return out;
}

}  // namespace drey
