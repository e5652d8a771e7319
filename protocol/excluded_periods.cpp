#include "protocol/excluded_periods.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

namespace drey {

namespace {

std::string_view trimmed(std::string_view text) {
  const auto from = text.find_first_not_of(" \t");
  if (from == text.npos) return {};
  return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

std::vector<std::string_view> split(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  for (auto at = text.find(separator); at != text.npos; at = text.find(separator)) {
    parts.push_back(text.substr(0, at));
    text.remove_prefix(at + separator.size());
  }
  parts.push_back(text);
  return parts;
}

std::optional<int> number_of(std::string_view text) {
  int value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || code != std::errc{} || end != text.data() + text.size() || value < 0)
    return std::nullopt;
  return value;
}

/// "HH:mm[:ss[:millis]]"; none: not a time of day.
std::optional<int> time_of_day(std::string_view text) {
  constexpr std::array<int, 4> bounds{24, 60, 60, 1000};
  const auto parts = split(text, ":");
  if (parts.size() < 2 || parts.size() > bounds.size()) return std::nullopt;
  int millis = 0;
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    const auto value = i < parts.size() ? number_of(parts[i]) : 0;
    if (!value || *value >= bounds[i]) return std::nullopt;
    millis = millis * bounds[i] + *value;
  }
  return millis;
}

bool is_daily(std::string_view text) {
  const auto parts = split(text, "-");
  if (parts.size() != 2) return false;
  const auto from = time_of_day(trimmed(parts[0]));
  const auto to = time_of_day(trimmed(parts[1]));
  return from && to && *from <= *to;
}

/// One field of a Quartz cron expression: its range, and the names it may use.
struct cron_field {
  int least;
  int greatest;
  std::string_view names;
};
constexpr std::array<cron_field, 7> cron_fields{{
    {0, 59, ""},
    {0, 59, ""},
    {0, 23, ""},
    {1, 31, ""},
    {1, 12, "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"},
    {1, 7, "SUNMONTUEWEDTHUFRISAT"},
    {1970, 2099, ""},
}};

bool is_cron_value(std::string_view text, const cron_field& field) {
  if (const auto number = number_of(text))
    return *number >= field.least && *number <= field.greatest;
  const auto at = field.names.find(text);
  return text.size() == 3 && at != field.names.npos && at % 3 == 0;
}

/// "L", "LW", "15W", "6L", "6#3": days that only a calendar knows.
bool is_calendar_day(std::string_view text, const cron_field& field) {
  if (text == "L" || text == "LW" || text.starts_with("L-")) return true;
  if (const auto hash = text.find('#'); hash != text.npos)
    return is_cron_value(text.substr(0, hash), field) && number_of(text.substr(hash + 1));
  return (text.ends_with('L') || text.ends_with('W')) &&
         is_cron_value(text.substr(0, text.size() - 1), field);
}

bool is_cron_item(std::string_view text, std::size_t which) {
  const auto& field = cron_fields.at(which);
  const bool day = which == 3 || which == 5;
  const auto slash = text.find('/');
  if (slash != text.npos && !number_of(text.substr(slash + 1))) return false;
  const auto range = text.substr(0, slash);
  if (range == "*" || (range == "?" && day) || (range.empty() && slash != text.npos)) return true;
  if (day && is_calendar_day(range, field)) return true;
  const auto dash = range.find('-');
  if (dash == range.npos) return is_cron_value(range, field);
  return is_cron_value(range.substr(0, dash), field) &&
         is_cron_value(range.substr(dash + 1), field);
}

bool is_cron(std::string_view text) {
  std::size_t count = 0;
  for (const auto part : split(text, " ")) {
    if (part.empty()) continue;
    if (count >= cron_fields.size()) return false;
    std::string upper(part);
    for (char& c : upper)
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    for (const auto item : split(upper, ","))
      if (!is_cron_item(item, count)) return false;
    ++count;
  }
  return count >= 6;
}

}  // namespace

bool is_excluded_period(std::string_view text) {
  const auto parts = split(text, "&&");
  if (parts.size() > 2) return false;
  int daily = 0;
  int cron = 0;
  for (const auto part : parts) {
    const bool one = is_daily(trimmed(part));
    if (!one && !is_cron(trimmed(part))) return false;
    daily += one ? 1 : 0;
    cron += one ? 0 : 1;
  }
  return parts.size() == 1 || (daily == 1 && cron == 1);
}

}  // namespace drey
