#include "protocol/pod_templates.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace drey {

namespace {

using json = nlohmann::json;

enum class arrays { by_index, by_name };

json parsed(const json_text& text) {
  auto value = json::parse(text.empty() ? "{}" : text, nullptr, false);
  return value.is_object() ? value : json::object();
}

bool is_named(const json& item) {
  return item.is_object() && item.contains("name") && item["name"].is_string();
}
bool all_named(const json& list) { return std::all_of(list.begin(), list.end(), is_named); }

void merge_into(json& low, const json& high, arrays how);

void merge_item(json& low, const json& high, arrays how) {
  if (low.is_object() && high.is_object())
    merge_into(low, high, how);
  else
    low = high;
}

void merge_lists(json& low, const json& high, arrays how) {
  const bool by_name = how == arrays::by_name && all_named(low) && all_named(high);
  for (std::size_t i = 0; i < high.size(); ++i) {
    auto at = i;
    if (by_name)
      at = static_cast<std::size_t>(
          std::find_if(low.begin(), low.end(),
                       [&](const json& one) { return one["name"] == high[i]["name"]; }) -
          low.begin());
    if (at >= low.size())
      low.push_back(high[i]);
    else
      merge_item(low[at], high[i], how);
  }
}

/// Null says nothing, as in the Kubernetes API.
void merge_into(json& low, const json& high, arrays how) {
  for (const auto& [key, value] : high.items()) {
    if (value.is_null()) continue;
    auto& member = low[key];
    if (member.is_array() && value.is_array())
      merge_lists(member, value, how);
    else
      merge_item(member, value, how);
  }
}

}  // namespace

json_text merged_pod_template(const flink_deployment_spec& spec, const component_spec& side) {
  const auto asked = value_of(spec.flink_configuration, merge_by_name_key).value_or("");
  const bool by_name = asked == "true" || asked == "True" || asked == "TRUE";
  auto merged = parsed(spec.pod_template);
  merge_into(merged, parsed(side.pod_template), by_name ? arrays::by_name : arrays::by_index);
  return merged.dump();
}

}  // namespace drey
