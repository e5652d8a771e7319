/// Writes one JSON object field by field; the counterpart of json_reader.hpp. Output is the same
/// bytes every time: members are sorted by name, whatever the order of the calls.
///
/// What is empty (a string, a map, a list, an absent optional, a time of zero, an object without
/// members) is left out, or written as `null` where a merge patch has to remove it.
///
///   json_writer json;
///   json.write("name", x.name);
///   json.text("podTemplate", x.pod_template);
///   json.object("resource", [&](json_writer& inner) { … });
///   json.each("conditions", x.conditions, [](json_writer& item, const condition& one) { … });
///   json.rest(x.unknown);
///   return json.dump();
#pragma once

#include <concepts>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/kubernetes.hpp"

namespace drey {

// One value each; null when it is empty.
nlohmann::json json_of(const std::string& value);
nlohmann::json json_of(const string_map& value);
nlohmann::json json_of(const std::vector<std::string>& value);
nlohmann::json json_of(double value);
/// RFC 3339 in seconds.
nlohmann::json json_of(milliseconds value);
inline nlohmann::json json_of(bool value) { return value; }
inline nlohmann::json json_of(std::int32_t value) { return value; }
inline nlohmann::json json_of(std::int64_t value) { return value; }
template <class E>
requires std::is_enum_v<E> nlohmann::json json_of(E value) { return std::string(name_of(value)); }
template <class T>
nlohmann::json json_of(const std::optional<T>& value) {
  if (!value) return nullptr;
  if constexpr (std::same_as<T, std::string>) return *value;  // present and empty is not absent
  return json_of(*value);
}

/// A tree of `text`; null when it is empty or not JSON.
nlohmann::json json_of_text(const json_text& text);

/// Compact text; bytes that are not UTF-8 become U+FFFD.
std::string text_of_json(const nlohmann::json& json);

class json_writer {
public:
  /// What becomes of an empty member.
  enum class absent { omitted, null };

  explicit json_writer(absent empties = absent::omitted) : empties_(empties) {}

  template <class T>
  void write(std::string_view key, const T& value) {
    put(key, json_of(value));
  }

  void text(std::string_view key, const json_text& value) { put(key, json_of_text(value)); }

  /// A value made elsewhere; null counts as empty.
  void put(std::string_view key, nlohmann::json value);

  template <class Use>
  void object(std::string_view key, Use&& use) {
    json_writer inner(empties_);
    use(inner);
    put(key, inner.json_.empty() ? nlohmann::json(nullptr) : std::move(inner.json_));
  }

  /// The same, but written even without members, as `{}`.
  template <class Use>
  void present(std::string_view key, Use&& use) {
    json_writer inner(empties_);
    use(inner);
    put(key, std::move(inner.json_));
  }

  /// A list of objects. A patch replaces lists whole, so nothing in them is ever `null`.
  template <class Items, class Use>
  void each(std::string_view key, const Items& items, Use&& use) {
    auto list = nlohmann::json::array();
    for (const auto& item : items) {
      json_writer inner;
      use(inner, item);
      list.push_back(std::move(inner.json_));
    }
    put(key, list.empty() ? nlohmann::json(nullptr) : std::move(list));
  }

  /// Merges members kept by json_reader::rest; what was written by name wins.
  void rest(const json_text& unknown);

  std::string dump() const { return text_of_json(json_); }
  nlohmann::json take() && { return std::move(json_); }

private:
  nlohmann::json json_ = nlohmann::json::object();
  absent empties_;
};

}  // namespace drey
