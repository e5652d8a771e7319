#include "actors/quota.hpp"

#include "actors/pod_json.hpp"
#include "protocol/configuration.hpp"
#include "protocol/json_writer.hpp"

namespace drey {

using nlohmann::json;

namespace {

constexpr std::int64_t one_pod = 1000;

std::string text_of_quantity(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.is_number() ? value.dump() : "";
}

std::optional<std::int64_t> quantity_in(const json& object, const std::string& key) {
  const auto found = object.find(key);
  if (found == object.end()) return std::nullopt;
  return parse_quantity_milli(text_of_quantity(*found));
}

}  // namespace

std::string shown_quota_amount(const std::string& resource, std::int64_t milli) {
  constexpr std::int64_t mebi = std::int64_t{1024} * 1024;
  if (resource.find("memory") != std::string::npos || resource.find("storage") != std::string::npos)
    return std::to_string(milli / 1000 / mebi) + "Mi";
  if (milli % 1000 == 0) return std::to_string(milli / 1000);
  return std::to_string(milli) + "m";
}

quota_amounts quota_amounts_of(const json& pod) {
  quota_amounts all{{"pods", one_pod}, {"count/pods", one_pod}};
  const auto containers = pod.value("containers", json::array());
  for (const auto& name : {"cpu", "memory", "ephemeral-storage"}) {
    for (const auto& one : containers) {
      const auto resources = object_in(one, "resources");
      const auto limit = quantity_in(object_in(resources, "limits"), name);
      auto request = quantity_in(object_in(resources, "requests"), name);
      if (!request) request = limit;
      if (limit) all[std::string("limits.") + name] += *limit;
      if (!request) continue;
      all[std::string("requests.") + name] += *request;
      all[name] += *request;
    }
  }
  return all;
}

std::optional<quota_room> quota_room_of(const json& quota) {
  const auto spec = object_in(quota, "spec");
  if (!spec.value("scopes", json::array()).empty() || spec.contains("scopeSelector"))
    return std::nullopt;  // of some pods only
  const auto status = object_in(quota, "status");
  const auto hard = object_in(status, "hard");
  const auto used = object_in(status, "used");
  quota_room room{text_in(object_in(quota, "metadata"), "name"), {}};
  for (const auto& [resource, amount] : hard.items())
    if (const auto limit = parse_quantity_milli(text_of_quantity(amount)))
      room.left_milli[resource] = *limit - quantity_in(used, resource).value_or(0);
  if (room.left_milli.empty()) return std::nullopt;
  return room;
}

std::vector<quota_room> quotas_in(const json& list) {
  std::vector<quota_room> all;
  if (!list.is_object()) return all;
  for (const auto& one : list.value("items", json::array()))
    if (auto room = quota_room_of(one)) all.push_back(std::move(*room));
  return all;
}

}  // namespace drey
