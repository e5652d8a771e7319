#include "protocol/excluded_periods.hpp"

#include <array>
#include <optional>

#include "protocol/cron.hpp"
#include "protocol/text_parts.hpp"

namespace drey {

namespace {

/// "HH:mm[:ss[:millis]]"; none: not a time of day.
std::optional<int> time_of_day(std::string_view text) {
  constexpr std::array<int, 4> bounds{24, 60, 60, 1000};
  const auto parts = parts_of(text, ":");
  if (parts.size() < 2 || parts.size() > bounds.size()) return std::nullopt;
  int millis = 0;
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    const auto value = i < parts.size() ? plain_number(parts[i]) : 0;
    if (!value || *value >= bounds[i]) return std::nullopt;
    millis = millis * bounds[i] + *value;
  }
  return millis;
}

bool is_daily(std::string_view text) {
  const auto parts = parts_of(text, "-");
  if (parts.size() != 2) return false;
  const auto from = time_of_day(trimmed(parts[0]));
  const auto to = time_of_day(trimmed(parts[1]));
  return from && to && *from <= *to;
}

}  // namespace

bool is_excluded_period(std::string_view text) {
  const auto parts = parts_of(text, "&&");
  if (parts.size() > 2) return false;
  int daily = 0;
  int cron = 0;
  for (const auto part : parts) {
    const bool one = is_daily(trimmed(part));
    if (!one && !cron_schedule::parse(trimmed(part))) return false;
    daily += one ? 1 : 0;
    cron += one ? 0 : 1;
  }
  return parts.size() == 1 || (daily == 1 && cron == 1);
}

}  // namespace drey
