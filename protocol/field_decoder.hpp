/// Reads the fields of a struct from a JSON object (field_table.hpp).
#pragma once

#include <span>

#include "protocol/configuration.hpp"
#include "protocol/field_table.hpp"
#include "protocol/json_reader.hpp"

namespace drey {

/// Flink's configuration as flat text: nested objects joined with '.', lists with ';', scalars as
/// text; null is absent. A later spelling of the same key wins. Source: Apache's ConfigObjectNode.
bool read_configuration(json_value from, json_place place, configuration& out);

/// A number, or a quantity ("500m") as a string.
bool read_cores(json_value from, json_place place, std::optional<double>& out);

bool read_choice(json_value from, json_place place, std::span<const std::string_view> choices,
                 std::string& out);

/// The value is an object or a list, as `shape` says.
bool read_shaped(json_value from, json_place place, json_shape shape, json_text& out);

class field_decoder {
public:
  explicit field_decoder(json_reader& json) : json_(json) {}

  template <class T>
  void field(std::string_view name, T& member, std::string_view) {
    if constexpr (optional_fielded<T>)
      json_.object(name, [&](json_reader& inner) { read(inner, member.emplace()); });
    else if constexpr (list_of_fielded<T>)
      json_.each(name, [&](json_reader& inner) { read(inner, member.emplace_back()); });
    else if constexpr (fielded<T>)
      json_.object(name, [&](json_reader& inner) { read(inner, member); });
    else
      json_.read(name, member);
  }

  void choice(std::string_view name, std::string& member, std::span<const std::string_view> choices,
              std::string_view) {
    with(name, [&](json_value from, json_place at) { read_choice(from, at, choices, member); });
  }
  void choice(std::string_view name, std::optional<std::string>& member,
              std::span<const std::string_view> choices, std::string_view) {
    with(name, [&](json_value from, json_place at) {
      std::string text;
      if (read_choice(from, at, choices, text)) member = text;
    });
  }

  void text(std::string_view name, json_text& member, json_shape shape, std::string_view) {
    with(name, [&](json_value from, json_place at) { read_shaped(from, at, shape, member); });
  }
  void cores(std::string_view name, std::optional<double>& member, std::string_view) {
    with(name, [&](json_value from, json_place at) { read_cores(from, at, member); });
  }
  void configuration(std::string_view name, drey::configuration& member, std::string_view) {
    with(name, [&](json_value from, json_place at) { read_configuration(from, at, member); });
  }
  void presence(std::string_view name, bool& member, std::string_view) {
    member = json_.object(name, [](json_reader&) {});
  }
  template <class Use>
  void group(std::string_view name, std::string_view, Use&& use) {
    json_.object(name, [&](json_reader& inner) {
      field_decoder decoder(inner);
      use(decoder);
    });
  }
  void rest(json_text& member) { member = json_.rest(); }

private:
  template <class T>
  static void read(json_reader& json, T& x) {
    field_decoder decoder(json);
    fields_of(decoder, x);
  }
  template <class Use>
  void with(std::string_view name, Use&& use) {
    const auto value = json_.member(name);
    if (!value) return;
    const field_path path{&json_.path(), name};
    use(*value, json_place{path, json_.errors()});
  }

  json_reader& json_;
};

}  // namespace drey
