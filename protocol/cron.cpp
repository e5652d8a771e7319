#include "protocol/cron.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "protocol/configuration.hpp"
#include "protocol/text_parts.hpp"

namespace drey {

namespace {

namespace calendar = std::chrono;

/// One field: its range, and the names it may use.
struct field_range {
  int least;
  int greatest;
  std::string_view names;
};
constexpr std::array<field_range, 7> ranges{{
    {0, 59, ""},
    {0, 59, ""},
    {0, 23, ""},
    {1, 31, ""},
    {1, 12, "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"},
    {1, 7, "SUNMONTUEWEDTHUFRISAT"},
    {cron_schedule::first_year, cron_schedule::last_year, ""},
}};
enum field : std::size_t { the_second, the_minute, the_hour, the_day, the_month, the_weekday };
constexpr std::size_t the_year = 6;

constexpr int days_of_week = 7;
constexpr int saturday = 7;

std::optional<int> value_in(std::string_view text, const field_range& range) {
  if (const auto number = plain_number(text))
    return *number >= range.least && *number <= range.greatest ? number : std::nullopt;
  const auto at = range.names.find(text);
  if (text.size() != 3 || at == range.names.npos || at % 3 != 0) return std::nullopt;
  return static_cast<int>(at / 3) + 1;
}

int last_day_of(calendar::year_month_day date) {
  const calendar::year_month_day_last last{date.year(), calendar::month_day_last{date.month()}};
  return static_cast<int>(static_cast<unsigned>(last.day()));
}

/// 1: Sunday.
int weekday_of(calendar::year_month_day date) {
  return static_cast<int>(calendar::weekday{calendar::sys_days{date}}.c_encoding()) + 1;
}

/// The day from Monday to Friday nearest to `day`, in the same month.
int working_day_near(calendar::year_month_day month, int day) {
  const auto date = month.year() / month.month() / calendar::day{static_cast<unsigned>(day)};
  const auto weekday = weekday_of(date);
  if (weekday == saturday) return day > 1 ? day - 1 : day + 2;
  if (weekday == 1) return day < last_day_of(month) ? day + 1 : day - 2;
  return day;
}

}  // namespace

// ── reading ─────────────────────────────────────────────────────────────────────────────────────

/// Reads one field after the other into `result`.
class cron_reader {
public:
  bool read(std::string_view text) {
    std::string upper(text);
    for (char& c : upper)
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    std::size_t count = 0;
    for (const auto part : parts_of(upper, " ")) {
      if (part.empty()) continue;
      if (count >= ranges.size() || !read_field(part, count)) return false;
      ++count;
    }
    if (count < the_year) return false;
    if (count == the_year) result.years_.set();
    return unsaid_ == 1;
  }

  cron_schedule result;

private:
  bool read_field(std::string_view text, std::size_t which) {
    if (text == "?") {  // exactly one of the two fields of days
      ++unsaid_;
      return which == the_day || which == the_weekday;
    }
    return std::ranges::all_of(parts_of(text, ","), [&](std::string_view item) {
      return read_calendar_day(item, which) || read_values(item, which);
    });
  }

  /// "5", "1-5", "*", each with "/3" for every third of them.
  bool read_values(std::string_view item, std::size_t which) {
    const auto& range = ranges.at(which);
    const auto slash = item.find('/');
    const auto step = slash == item.npos ? 1 : plain_number(item.substr(slash + 1));
    if (!step || *step < 1 || *step > range.greatest) return false;
    const auto values = item.substr(0, slash);
    if (values == "*" || (values.empty() && slash != item.npos))
      return add(which, range.least, range.greatest, *step);
    const auto dash = values.find('-');
    const auto first = value_in(values.substr(0, dash), range);
    if (!first) return false;
    if (dash == values.npos)
      return add(which, *first, slash == item.npos ? *first : range.greatest, *step);
    const auto last = value_in(values.substr(dash + 1), range);
    return last && add(which, *first, *last, *step);
  }

  /// A range whose end is before its beginning goes round: "FRI-MON", "22-2".
  bool add(std::size_t which, int first, int last, int step) {
    const auto& range = ranges.at(which);
    if (last < first && which == the_year) return false;
    const int round = range.greatest - range.least + 1;
    if (last < first) last += round;
    for (int value = first; value <= last; value += step)
      add(which, (value - range.least) % round + range.least);
    return true;
  }

  void add(std::size_t which, int value) {
    const auto at = static_cast<std::size_t>(value);
    switch (which) {
      case the_second:
        result.seconds_.set(at);
        break;
      case the_minute:
        result.minutes_.set(at);
        break;
      case the_hour:
        result.hours_.set(at);
        break;
      case the_day:
        result.days_.set(at);
        break;
      case the_month:
        result.months_.set(at);
        break;
      case the_weekday:
        result.weekdays_.set(at);
        break;
      default:
        result.years_.set(at - cron_schedule::first_year);
        break;
    }
  }

  bool read_calendar_day(std::string_view item, std::size_t which) {
    if (which == the_day) return read_day_of_month(item);
    return which == the_weekday && read_weekday(item);
  }

  bool read_day_of_month(std::string_view item) {
    using rule = cron_schedule::calendar_day::rule;
    const bool works = item.size() > 1 && item.ends_with('W');
    if (works) item.remove_suffix(1);
    if (item.starts_with('L')) {
      const auto before = item == "L"              ? 0
                          : item.starts_with("L-") ? plain_number(item.substr(2))
                                                   : std::nullopt;
      constexpr int before_max = 30;
      if (!before || *before > before_max) return false;
      return add(works ? rule::work_before_last : rule::before_last, *before);
    }
    const auto day = works ? value_in(item, ranges[the_day]) : std::nullopt;
    return day && add(rule::work_near, *day);
  }

  bool read_weekday(std::string_view item) {
    using rule = cron_schedule::calendar_day::rule;
    if (item == "L") {
      result.weekdays_.set(saturday);
      return true;
    }
    if (const auto hash = item.find('#'); hash != item.npos) {
      constexpr int nth_max = 5;
      const auto day = value_in(item.substr(0, hash), ranges[the_weekday]);
      const auto nth = plain_number(item.substr(hash + 1));
      return day && nth && *nth >= 1 && *nth <= nth_max && add(rule::nth_weekday, *day, *nth);
    }
    if (!item.ends_with('L')) return false;
    const auto day = value_in(item.substr(0, item.size() - 1), ranges[the_weekday]);
    return day && add(rule::last_weekday, *day);
  }

  bool add(cron_schedule::calendar_day::rule how, int number, int nth = 0) {
    result.calendar_days_.push_back({how, number, nth});
    return true;
  }

  int unsaid_ = 0;
};

std::optional<cron_schedule> cron_schedule::parse(std::string_view text) {
  cron_reader reader;
  if (!reader.read(text)) return std::nullopt;
  return std::move(reader.result);
}

// ── the next time ───────────────────────────────────────────────────────────────────────────────

bool cron_schedule::fits(const calendar_day& wanted, std::chrono::year_month_day date) {
  const auto day = static_cast<int>(static_cast<unsigned>(date.day()));
  const auto last = last_day_of(date);
  switch (wanted.how) {
    case calendar_day::rule::before_last:
      return day == last - wanted.number;
    case calendar_day::rule::work_before_last:
      return last > wanted.number && day == working_day_near(date, last - wanted.number);
    case calendar_day::rule::work_near:
      return wanted.number <= last && day == working_day_near(date, wanted.number);
    case calendar_day::rule::last_weekday:
      return weekday_of(date) == wanted.number && day + days_of_week > last;
    case calendar_day::rule::nth_weekday:
      return weekday_of(date) == wanted.number && (day - 1) / days_of_week + 1 == wanted.nth;
  }
  return false;
}

bool cron_schedule::names_month(std::chrono::year_month_day date) const {
  return years_.test(static_cast<std::size_t>(static_cast<int>(date.year()) - first_year)) &&
         months_.test(static_cast<unsigned>(date.month()));
}

bool cron_schedule::names_day(std::chrono::year_month_day date) const {
  return days_.test(static_cast<unsigned>(date.day())) ||
         weekdays_.test(static_cast<std::size_t>(weekday_of(date))) ||
         std::ranges::any_of(calendar_days_,
                             [&](const calendar_day& one) { return fits(one, date); });
}

/// The first of its times that is not before this one, within the day.
std::optional<seconds> cron_schedule::first_from(seconds time_of_day) const {
  const calendar::hh_mm_ss from{time_of_day};
  auto hour = static_cast<std::size_t>(from.hours().count());
  auto minute = static_cast<std::size_t>(from.minutes().count());
  auto second = static_cast<std::size_t>(from.seconds().count());
  for (; hour < hours_.size(); ++hour, minute = 0, second = 0) {
    if (!hours_.test(hour)) continue;
    for (; minute < minutes_.size(); ++minute, second = 0) {
      if (!minutes_.test(minute)) continue;
      for (; second < seconds_.size(); ++second)
        if (seconds_.test(second))
          return calendar::hours{hour} + calendar::minutes{minute} + seconds{second};
    }
  }
  return std::nullopt;
}

std::optional<milliseconds> cron_schedule::next(milliseconds last) const {
  const calendar::sys_seconds from{calendar::floor<seconds>(last) + seconds{1}};
  auto day = calendar::floor<calendar::days>(from);
  auto time = from - day;
  while (true) {
    const calendar::year_month_day date{day};
    if (static_cast<int>(date.year()) < first_year || static_cast<int>(date.year()) > last_year)
      return std::nullopt;
    if (!names_month(date)) {
      day = calendar::sys_days{(date.year() / date.month() / 1) + calendar::months{1}};
    } else {
      const auto at = names_day(date) ? first_from(time) : std::nullopt;
      if (at) return (day + *at).time_since_epoch();
      day += calendar::days{1};
    }
    time = seconds{0};
  }
}

std::optional<recurrence> recurrence::parse(std::string_view text) {
  if (const auto interval = parse_duration(text)) return recurrence{*interval, std::nullopt};
  if (auto times = cron_schedule::parse(text)) return recurrence{{}, std::move(times)};
  return std::nullopt;
}

std::optional<milliseconds> recurrence::next(milliseconds last) const {
  if (times) return times->next(last);
  if (interval.count() <= 0 || interval > milliseconds::max() - last) return std::nullopt;
  return last + interval;
}

}  // namespace drey
