#include "protocol/json_writer.hpp"

#include <cmath>

#include "protocol/timestamp.hpp"

namespace drey {

using nlohmann::json;

json json_of(const std::string& value) { return value.empty() ? json(nullptr) : json(value); }

json json_of(const string_map& value) { return value.empty() ? json(nullptr) : json(value); }

json json_of(const std::vector<std::string>& value) {
  return value.empty() ? json(nullptr) : json(value);
}

json json_of(double value) {
  constexpr double exact_max = 9007199254740992.0;  // 2^53
  if (std::trunc(value) == value && std::abs(value) <= exact_max)
    return static_cast<std::int64_t>(value);
  return value;
}

json json_of(milliseconds value) {
  return value == milliseconds{0} ? json(nullptr) : json(timestamp_seconds(value));
}

json json_of_text(const json_text& text) {
  if (text.empty()) return nullptr;
  auto tree = json::parse(text, nullptr, false);
  return tree.is_discarded() ? json(nullptr) : tree;
}

std::string text_of_json(const json& tree) {
  return tree.dump(-1, ' ', false, json::error_handler_t::replace);
}

void json_writer::put(std::string_view key, json value) {
  if (value.is_null() && empties_ == absent::omitted) return;
  json_[std::string(key)] = std::move(value);
}

void json_writer::rest(const json_text& unknown) {
  const auto members = json_of_text(unknown);
  if (!members.is_object()) return;
  for (const auto& [key, value] : members.items())
    if (!json_.contains(key)) json_[key] = value;
}

}  // namespace drey
