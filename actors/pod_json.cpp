#include "actors/pod_json.hpp"

namespace drey {

using nlohmann::json;

std::string text_in(const json& object, const char* key) {
  if (!object.is_object()) return {};
  const auto at = object.find(key);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string{};
}

json object_in(const json& object, const char* key) {
  if (!object.is_object()) return json::object();
  const auto at = object.find(key);
  return at != object.end() && at->is_object() ? *at : json::object();
}

json& list_at(json& object, const char* key) {
  auto& list = object[key];
  if (!list.is_array()) list = json::array();
  return list;
}

json& named(json& list, const std::string& name) {
  for (auto& one : list)
    if (text_in(one, "name") == name) return one;
  list.push_back(json{{"name", name}});
  return list.back();
}

}  // namespace drey
