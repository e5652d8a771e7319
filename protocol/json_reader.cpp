#include "protocol/json_reader.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "protocol/json_text.hpp"
#include "protocol/timestamp.hpp"

namespace drey {

namespace {

std::string is_instead(std::string_view wanted, json_value value) {
  return "must be " + std::string(wanted) + ", is " + std::string(type_of_value(value));
}

/// An integer, or a number without a fraction that a double holds exactly.
std::optional<std::int64_t> whole_number(json_value from) {
  std::int64_t whole = 0;
  if (from.get(whole) == simdjson::SUCCESS) return whole;
  double number = 0;
  constexpr double exact_max = 9007199254740992.0;  // 2^53
  if (!from.is_double() || from.get(number) != simdjson::SUCCESS) return std::nullopt;
  if (std::trunc(number) != number || std::abs(number) > exact_max) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

bool read_whole(json_value from, json_place place, std::int64_t least, std::int64_t greatest,
                std::int64_t& out) {
  const auto range =
      "Write a whole number from " + std::to_string(least) + " to " + std::to_string(greatest);
  const bool number = from.is_int64() || from.is_uint64() || from.is_double();
  if (!number) return place.wrong(is_instead("an integer", from), "Write a number without quotes");
  const auto whole = whole_number(from);
  if (!whole && from.is_double())
    return place.wrong("must be an integer, has a fraction", "Write a whole number");
  if (!whole || *whole < least || *whole > greatest) return place.wrong("is out of range", range);
  out = *whole;
  return true;
}

}  // namespace

bool json_place::wrong(std::string problem, std::string remedy) const {
  if (errors.size() < field_errors_max)
    errors.push_back({text_of_path(path), std::move(problem), std::move(remedy)});
  return false;
}

std::string_view type_of_value(json_value value) {
  switch (value.type()) {
    case simdjson::dom::element_type::ARRAY:
      return "a list";
    case simdjson::dom::element_type::OBJECT:
      return "an object";
    case simdjson::dom::element_type::STRING:
      return "a string";
    case simdjson::dom::element_type::BOOL:
      return "true or false";
    case simdjson::dom::element_type::NULL_VALUE:
      return "null";
    default:
      return "a number";
  }
}

bool read_value(json_value from, json_place place, std::string& out) {
  std::string_view text;
  if (from.get(text) != simdjson::SUCCESS)
    return place.wrong(is_instead("a string", from), "Put the value in quotes");
  out = text;
  return true;
}

bool read_value(json_value from, json_place place, std::int64_t& out) {
  using bounds = std::numeric_limits<std::int64_t>;
  return read_whole(from, place, bounds::min(), bounds::max(), out);
}

bool read_value(json_value from, json_place place, std::int32_t& out) {
  using bounds = std::numeric_limits<std::int32_t>;
  std::int64_t wide = 0;
  if (!read_whole(from, place, bounds::min(), bounds::max(), wide)) return false;
  out = static_cast<std::int32_t>(wide);
  return true;
}

bool read_value(json_value from, json_place place, double& out) {
  if (from.get(out) == simdjson::SUCCESS) return true;
  return place.wrong(is_instead("a number", from), "Write a number without quotes");
}

bool read_value(json_value from, json_place place, bool& out) {
  if (from.get(out) == simdjson::SUCCESS) return true;
  return place.wrong(is_instead("true or false", from), "Write true or false without quotes");
}

bool read_value(json_value from, json_place place, string_map& out) {
  simdjson::dom::object members;
  if (from.get(members) != simdjson::SUCCESS)
    return place.wrong(is_instead("an object", from), "Write 'name: value' pairs");
  string_map all;
  bool right = true;
  for (const auto& member : members) {
    const field_path path{&place.path, member.key, -1, field_path::spelling::key};
    if (member.value.is_null()) continue;
    right &= read_value(member.value, {path, place.errors}, all[std::string(member.key)]);
  }
  if (right) out = std::move(all);
  return right;
}

bool read_value(json_value from, json_place place, milliseconds& out) {
  std::string text;
  if (!read_value(from, place, text)) return false;
  const auto time = parse_timestamp(text);
  if (!time)
    return place.wrong("is not a time: '" + excerpt(text) + "'",
                       "Write it as 2024-05-17T09:30:00Z");
  out = *time;
  return true;
}

std::optional<json_value> json_reader::member(std::string_view key) {
  asked_.push_back(key);
  json_value value;
  if (object_[key].get(value) != simdjson::SUCCESS || value.is_null()) return std::nullopt;
  return value;
}

bool json_reader::has(std::string_view key) const {
  return object_[key].error() == simdjson::SUCCESS;
}

bool json_reader::text(std::string_view key, json_text& out) {
  const auto value = member(key);
  if (!value) return false;
  out = simdjson::minify(*value);
  return true;
}

void json_reader::wrong(std::string_view key, std::string problem, std::string remedy) {
  const field_path path{&path_, key};
  json_place{key.empty() ? path_ : path, errors_}.wrong(std::move(problem), std::move(remedy));
}

json_text json_reader::rest() const {
  json_text text;
  for (const auto& member : object_) {
    if (std::find(asked_.begin(), asked_.end(), member.key) != asked_.end()) continue;
    text += text.empty() ? '{' : ',';
    append_quoted(text, member.key);
    text += ":" + simdjson::minify(member.value);
  }
  if (!text.empty()) text += '}';
  return text;
}

field_error document_error(simdjson::error_code code, std::int64_t bytes) {
  switch (code) {
    case simdjson::CAPACITY:
      return {
          {}, "is too large (" + std::to_string(bytes) + " bytes)", "Split it into smaller ones"};
    case simdjson::DEPTH_ERROR:
      return {{},
              "is nested deeper than " + std::to_string(limits::document_depth_max) + " levels",
              "Flatten it"};
    case simdjson::EMPTY:
      return {{}, "is empty", "Give a JSON object"};
    case simdjson::INCORRECT_TYPE:
      return {{}, "is not an object", "Give a JSON object"};
    default:
      return {{},
              "is not valid JSON: " + std::string(simdjson::error_message(code)),
              "Correct the text"};
  }
}

}  // namespace drey
