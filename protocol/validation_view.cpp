#include "protocol/validation_view.hpp"

#include <algorithm>

#include "protocol/limits.hpp"

namespace drey::validation {

namespace {

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_lower_or_digit(char c) { return is_lower(c) || (c >= '0' && c <= '9'); }

std::string in_lower_case(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

}  // namespace

configuration merged(const configuration& defaults, const configuration& own) {
  auto all = own;
  all.insert(defaults.begin(), defaults.end());
  return all;
}

std::optional<bool> flag(const configuration& config, report& out, std::string_view key,
                         std::string_view old_key) {
  const auto text = value_of(config, key, old_key);
  if (!text) return std::nullopt;
  const auto lower = in_lower_case(*text);
  if (lower == "true") return true;
  if (lower != "false")
    out.error(config_path(key), "is neither true nor false: '" + excerpt(*text) + "'",
              "Write true or false");
  return false;
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

bool is_cluster_name(std::string_view name) {
  if (name.empty() || name.size() > static_cast<std::size_t>(limits::cluster_name_chars_max))
    return false;
  return is_lower(name.front()) && is_lower_or_digit(name.back()) &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return is_lower_or_digit(c) || c == '-'; });
}

bool is_object_name(std::string_view name) {
  constexpr std::size_t name_chars_max = 253;
  if (name.empty() || name.size() > name_chars_max) return false;
  char before = '.';
  for (const char c : name) {
    const bool edge = c == '-' || c == '.';
    if (!is_lower_or_digit(c) && !edge) return false;
    if (before == '.' && edge) return false;
    if (before == '-' && c == '.') return false;
    before = c;
  }
  return is_lower_or_digit(before);
}

}  // namespace drey::validation
