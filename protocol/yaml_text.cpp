#include "protocol/yaml_text.hpp"

#include <algorithm>

#include "protocol/json_text.hpp"
#include "protocol/json_writer.hpp"
#include "protocol/yaml_scalar.hpp"

namespace drey {

namespace {

using nlohmann::json;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Safe without quotes: a word or a path, and nothing that any YAML reads as a number or a boolean.
bool is_plain(const std::string& text) {
  if (text.empty() || !(is_letter(text.front()) || text.front() == '.')) return false;
  const bool safe = std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '_' || c == '/';
  });
  const auto resolved = resolve_plain_scalar(text);
  const auto* scalar = std::get_if<yaml_scalar>(&resolved);
  return safe && scalar && scalar->type == scalar_type::text;
}

std::string scalar_text(const json& value) {
  if (!value.is_string()) return text_of_json(value);
  const auto& text = value.get_ref<const std::string&>();
  return is_plain(text) ? text : quoted_json(text);
}

void append(std::string& out, const json& value, std::size_t indent);

/// What stands behind "key:" or "-".
void append_value(std::string& out, const json& value, std::size_t indent) {
  const bool nested = value.is_structured() && !value.empty();
  if (!nested) {
    out += " " + (value.is_structured() ? text_of_json(value) : scalar_text(value)) + "\n";
    return;
  }
  out += "\n";
  append(out, value, indent);
}

void append_item(std::string& out, const json& item, std::size_t indent) {
  out += std::string(indent, ' ') + "-";
  if (!item.is_object() || item.empty()) return append_value(out, item, indent + 2);
  std::string block;
  append(block, item, indent + 2);
  out += " " + block.substr(indent + 2);  // the first member stands behind the dash
}

void append(std::string& out, const json& value, std::size_t indent) {
  if (value.is_array()) {
    for (const auto& item : value) append_item(out, item, indent);
    return;
  }
  for (const auto& [key, member] : value.items()) {
    out += std::string(indent, ' ') + (is_plain(key) ? key : quoted_json(key)) + ":";
    append_value(out, member, indent + (member.is_array() ? 0 : 2));
  }
}

}  // namespace

std::string yaml_of(const json& value) {
  std::string out;
  if (value.is_structured() && !value.empty())
    append(out, value, 0);
  else
    out = (value.is_structured() ? text_of_json(value) : scalar_text(value)) + "\n";
  return out;
}

}  // namespace drey
