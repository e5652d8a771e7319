#include "protocol/field_decoder.hpp"

#include <algorithm>

#include "protocol/json_text.hpp"

namespace drey {

namespace {

/// As Flink is to read it; a list or an object inside a list stays JSON.
std::string text_of_scalar(json_value value) {
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) return std::string(text);
  double number = 0;
  if (!value.is_double() || value.get(number) != simdjson::SUCCESS) return simdjson::minify(value);
  std::string out;
  append_number(out, number);
  return out;
}

std::string joined(simdjson::dom::array items) {
  std::string text;
  const char* separator = "";
  for (const auto item : items) {
    text += separator + text_of_scalar(item);
    separator = ";";
  }
  return text;
}

/// Every leaf repeats the names above it, so a small text can become a large configuration:
/// bounded.
class flattening {
public:
  bool complete() const { return bytes_ <= limits::manifest_bytes_max; }
  configuration take() { return std::move(flat_); }

  void add(json_value value) {
    simdjson::dom::object members;
    simdjson::dom::array items;
    if (value.get(members) == simdjson::SUCCESS) {
      for (const auto& member : members) add_member(member.key, member.value);
    } else if (value.get(items) == simdjson::SUCCESS) {
      if (items.size() > 0) put(joined(items));
    } else if (!value.is_null()) {
      put(text_of_scalar(value));
    }
  }

private:
  void add_member(std::string_view name, json_value value) {
    if (!complete()) return;
    const auto outer = key_.size();
    if (outer > 0) key_ += '.';
    key_ += name;
    add(value);
    key_.resize(outer);
  }

  void put(std::string text) {
    bytes_ += static_cast<std::int64_t>(key_.size() + text.size());
    if (complete()) flat_[key_] = std::move(text);
  }

  std::string key_;
  configuration flat_;
  std::int64_t bytes_ = 0;
};

}  // namespace

bool read_configuration(json_value from, json_place place, configuration& out) {
  if (!from.is_object())
    return place.wrong("must be an object, is " + std::string(type_of_value(from)),
                       "Write 'key: value' pairs, flat or nested");
  flattening all;
  all.add(from);
  if (!all.complete())
    return place.wrong(
        "is larger than " + std::to_string(limits::manifest_bytes_max) + " bytes once it is flat",
        "Write fewer or shorter keys");
  out = all.take();
  return true;
}

bool read_cores(json_value from, json_place place, std::optional<double>& out) {
  std::string_view text;
  if (from.get(text) != simdjson::SUCCESS) return read_value(from, place, out);
  const auto milli = parse_quantity_milli(text);
  if (!milli)
    return place.wrong("is not a number of CPU cores: '" + excerpt(text) + "'",
                       "Write cores such as 0.5, or a quantity such as 500m");
  out = static_cast<double>(*milli) / 1000;
  return true;
}

bool read_choice(json_value from, json_place place, std::span<const std::string_view> choices,
                 std::string& out) {
  std::string text;
  if (!read_value(from, place, text)) return false;
  if (std::find(choices.begin(), choices.end(), text) == choices.end()) {
    std::string all;
    for (const auto one : choices) all.append(all.empty() ? "" : ", ").append(one);
    return place.wrong("unknown value '" + excerpt(text) + "'", "Use one of: " + all);
  }
  out = std::move(text);
  return true;
}

bool read_shaped(json_value from, json_place place, json_shape shape, json_text& out) {
  const bool right = shape == json_shape::an_object ? from.is_object() : from.is_array();
  if (!right)
    return place.wrong(
        (shape == json_shape::an_object ? "must be an object, is " : "must be a list, is ") +
            std::string(type_of_value(from)),
        shape == json_shape::an_object ? "Write its fields below it" : "Write the items as a list");
  out = simdjson::minify(from);
  return true;
}

}  // namespace drey
