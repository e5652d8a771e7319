#include "protocol/timestamp.hpp"

#include <fmt/format.h>

namespace drey {

namespace {

using days = std::chrono::sys_days;

/// Takes exactly `digits` digits from the front; none: they are not there.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int number = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    number = number * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return number;
}

bool take(std::string_view& text, std::string_view one_of) {
  if (text.empty() || one_of.find(text.front()) == one_of.npos) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<std::chrono::sys_days> take_date(std::string_view& text) {
  const auto year = take_number(text, 4);
  const bool first = take(text, "-");
  const auto month = take_number(text, 2);
  const bool second = take(text, "-");
  const auto day = take_number(text, 2);
  if (!year || !first || !month || !second || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  return days{date};
}

/// "09:30", in minutes.
std::optional<std::chrono::minutes> take_hours_and_minutes(std::string_view& text) {
  const auto hour = take_number(text, 2);
  const bool colon = take(text, ":");
  const auto minute = take_number(text, 2);
  if (!hour || !colon || !minute || *hour > 23 || *minute > 59) return std::nullopt;
  return std::chrono::hours{*hour} + std::chrono::minutes{*minute};
}

/// ".123456"; none: a point without digits. Absent is zero.
std::optional<milliseconds> take_fraction(std::string_view& text) {
  if (!take(text, ".")) return milliseconds{0};
  std::int64_t millis = 0;
  int digits = 0;
  for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1))
    if (digits++ < 3) millis = millis * 10 + (text.front() - '0');
  if (digits == 0) return std::nullopt;
  for (; digits < 3; ++digits) millis *= 10;
  return milliseconds{millis};
}

/// "Z" or "+02:00": what UTC is behind local time.
std::optional<std::chrono::minutes> take_offset(std::string_view& text) {
  if (take(text, "Zz")) return std::chrono::minutes{0};
  const bool behind = !text.empty() && text.front() == '-';
  if (!take(text, "+-")) return std::nullopt;
  const auto offset = take_hours_and_minutes(text);
  if (!offset) return std::nullopt;
  return behind ? -*offset : *offset;
}

struct calendar_time {
  std::chrono::year_month_day date;
  std::chrono::hh_mm_ss<milliseconds> time;
};

calendar_time calendar(milliseconds since_epoch) {
  const std::chrono::sys_time<milliseconds> at{since_epoch};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  return {std::chrono::year_month_day{day}, std::chrono::hh_mm_ss<milliseconds>{at - day}};
}

std::string text_to_seconds(const calendar_time& at) {
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(at.date.year()),
                     static_cast<unsigned>(at.date.month()), static_cast<unsigned>(at.date.day()),
                     at.time.hours().count(), at.time.minutes().count(), at.time.seconds().count());
}

}  // namespace

std::optional<milliseconds> parse_timestamp(std::string_view text) {
  const auto date = take_date(text);
  if (!date || !take(text, "Tt ")) return std::nullopt;
  const auto time = take_hours_and_minutes(text);
  if (!time || !take(text, ":")) return std::nullopt;
  const auto second = take_number(text, 2);
  if (!second || *second > 60) return std::nullopt;
  const auto fraction = take_fraction(text);
  if (!fraction) return std::nullopt;
  const auto offset = take_offset(text);
  if (!offset || !text.empty()) return std::nullopt;
  return date->time_since_epoch() + *time + std::chrono::seconds{*second} + *fraction - *offset;
}

std::string timestamp_seconds(milliseconds since_epoch) {
  return text_to_seconds(calendar(since_epoch)) + "Z";
}

std::string timestamp_millis(milliseconds since_epoch) {
  const auto at = calendar(since_epoch);
  return fmt::format("{}.{:03}Z", text_to_seconds(at), at.time.subseconds().count());
}

std::string timestamp_micros(milliseconds since_epoch) {
  const auto at = calendar(since_epoch);
  return fmt::format("{}.{:03}000Z", text_to_seconds(at), at.time.subseconds().count());
}

}  // namespace drey
