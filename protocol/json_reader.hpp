/// Reads one JSON object field by field into typed members. Absent and `null` leave the default; a
/// wrong type or value is a `field_error` with the field's path and never ends the reading, so that
/// a person sees all findings at once. What was not asked for can be kept as text (`rest`).
///
///   field_errors errors;
///   read_json_object(text, errors, [&](json_reader& json) {
///     json.read("name", out.name);                 // string, int32/64, double, bool, string_map,
///     json.read("replicas", out.replicas);         // enums, optional and vector of these
///     json.object("resource", [&](json_reader& inner) { … });
///     json.each("conditions", [&](json_reader& item) { … });
///     json.text("podTemplate", out.pod_template);  // any value, as compact JSON
///     out.unknown = json.rest();
///   });
///
/// No DOM outlives the call of read_json_object.
#pragma once

#include <simdjson.h>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/enum_names.hpp"
#include "protocol/field_error.hpp"
#include "protocol/kubernetes.hpp"
#include "protocol/limits.hpp"

namespace drey {

/// Where a value stands and where its errors go.
struct json_place {
  const field_path& path;
  field_errors& errors;
  /// Always false, so that a reader can `return place.wrong(…)`.
  bool wrong(std::string problem, std::string remedy) const;
};

using json_value = simdjson::dom::element;

// One value each; false: wrong, and an error was added. `out` is then unchanged.
bool read_value(json_value from, json_place place, std::string& out);
bool read_value(json_value from, json_place place, std::int32_t& out);
bool read_value(json_value from, json_place place, std::int64_t& out);
bool read_value(json_value from, json_place place, double& out);
bool read_value(json_value from, json_place place, bool& out);
bool read_value(json_value from, json_place place, string_map& out);
/// RFC 3339 (timestamp.hpp).
bool read_value(json_value from, json_place place, milliseconds& out);

/// A value that `name_of` spells so.
template <enumerated E>
bool read_value(json_value from, json_place place, E& out) {
  std::string text;
  if (!read_value(from, place, text)) return false;
  const auto found = enum_named<E>(text);
  if (!found)
    return place.wrong("unknown value '" + excerpt(text) + "'", "Use one of: " + enum_choices<E>());
  out = *found;
  return true;
}

template <class T>
bool read_value(json_value from, json_place place, std::optional<T>& out) {
  T value{};
  if (!read_value(from, place, value)) return false;
  out = std::move(value);
  return true;
}

/// "a string", "an object", … for messages.
std::string_view type_of_value(json_value value);

template <class T>
bool read_value(json_value from, json_place place, std::vector<T>& out) {
  simdjson::dom::array items;
  if (from.get(items) != simdjson::SUCCESS)
    return place.wrong("must be a list, is " + std::string(type_of_value(from)),
                       "Write the values as a list");
  std::vector<T> all;
  bool right = true;
  int index = 0;
  for (const auto item : items) {
    const field_path path{&place.path, {}, index++};
    right &= read_value(item, {path, place.errors}, all.emplace_back());
  }
  if (right) out = std::move(all);
  return right;
}

class json_reader {
public:
  json_reader(simdjson::dom::object object, const field_path& path, field_errors& errors)
      : object_(object), path_(path), errors_(errors) {}

  /// True: present, not null and right.
  template <class T>
  bool read(std::string_view key, T& out) {
    const auto value = member(key);
    if (!value) return false;
    const field_path path{&path_, key};
    return read_value(*value, {path, errors_}, out);
  }

  /// Calls `use(json_reader&)` for the object at `key`; true: it is there.
  template <class Use>
  bool object(std::string_view key, Use&& use) {
    const auto value = member(key);
    if (!value) return false;
    const field_path path{&path_, key};
    return open(*value, path, use);
  }

  /// Calls `use(json_reader&)` for every object of the list at `key`; true: the list is there.
  template <class Use>
  bool each(std::string_view key, Use&& use) {
    const auto value = member(key);
    if (!value) return false;
    const field_path path{&path_, key};
    simdjson::dom::array items;
    if (value->get(items) != simdjson::SUCCESS)
      return json_place{path, errors_}.wrong(
          "must be a list, is " + std::string(type_of_value(*value)), "Write the items as a list");
    int index = 0;
    for (const auto item : items) {
      const field_path at{&path, {}, index++};
      open(item, at, use);
    }
    return true;
  }

  /// Calls `use(name, json_reader&)` for every member, all of which must be objects.
  template <class Use>
  void members(Use&& use) {
    for (const auto field : object_) {
      const field_path path{&path_, field.key};
      open(field.value, path, [&](json_reader& inner) { use(std::string(field.key), inner); });
    }
  }

  /// The value at `key`, of whatever type, as compact JSON.
  bool text(std::string_view key, json_text& out);

  /// The value at `key`, counted as read; none when absent or null.
  std::optional<json_value> member(std::string_view key);
  bool has(std::string_view key) const;

  /// An error of the caller's own about `key` (empty: about this object).
  void wrong(std::string_view key, std::string problem, std::string remedy);

  /// The members nobody asked for, as a compact JSON object; empty when there are none.
  json_text rest() const;

  const field_path& path() const { return path_; }
  field_errors& errors() { return errors_; }

private:
  template <class Use>
  bool open(json_value value, const field_path& path, Use&& use) {
    simdjson::dom::object inner;
    if (value.get(inner) != simdjson::SUCCESS)
      return json_place{path, errors_}.wrong(
          "must be an object, is " + std::string(type_of_value(value)),
          "Write its fields below it");
    json_reader reader(inner, path, errors_);
    use(reader);
    return true;
  }

  simdjson::dom::object object_;
  const field_path& path_;
  field_errors& errors_;
  std::vector<std::string_view> asked_;
};

/// The parser's verdict on a whole text, as an error of the document.
field_error document_error(simdjson::error_code code, std::int64_t bytes);

/// Parses `text` (UTF-8, at most `bytes_max`, nested at most limits::document_depth_max) and calls
/// `use(json_reader&)` with its object. False: not readable at all, `errors` says why.
template <class Use>
bool read_json_object(std::string_view text, field_errors& errors, Use&& use,
                      std::int64_t bytes_max = limits::manifest_bytes_max) {
  const auto bytes = static_cast<std::int64_t>(text.size());
  simdjson::dom::parser parser(static_cast<std::size_t>(bytes_max));
  simdjson::dom::object whole;
  auto code = bytes > bytes_max ? simdjson::CAPACITY
                                : parser.allocate(text.size(), limits::document_depth_max);
  if (code == simdjson::SUCCESS) code = parser.parse(text.data(), text.size()).get(whole);
  if (code != simdjson::SUCCESS) {
    errors.push_back(document_error(code, bytes));
    return false;
  }
  const field_path root;
  json_reader reader(whole, root, errors);
  use(reader);
  return true;
}

}  // namespace drey
