/// When something is due again, as Apache's operator reads it: after a Flink duration, or at the
/// times of a Quartz cron expression, which are UTC here.
/// Source: Quartz' CronExpression 2.x.
#pragma once

#include <bitset>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/time.hpp"

namespace drey {

/// Six or seven fields, seconds first: "0 0 3 ? * MON-FRI".
class cron_schedule {
public:
  /// None: not an expression that Quartz reads.
  static std::optional<cron_schedule> parse(std::string_view text);

  /// The first time after `last` that it names, both since the epoch; none: there is none.
  std::optional<milliseconds> next(milliseconds last) const;

  bool operator==(const cron_schedule&) const = default;

  static constexpr int first_year = 1970;
  static constexpr int last_year = 2099;

private:
  friend class cron_reader;

  /// Days that only a calendar knows.
  struct calendar_day {
    enum class rule {
      before_last,       ///< "L", "L-3": so many days before the last one of the month
      work_before_last,  ///< "LW": the working day nearest to that
      work_near,         ///< "15W": the working day nearest to that date, in the same month
      last_weekday,      ///< "6L": the last such weekday of the month
      nth_weekday,       ///< "6#3"
    };
    rule how = rule::before_last;
    int number = 0;
    int nth = 0;
    bool operator==(const calendar_day&) const = default;
  };

  bool names_day(std::chrono::year_month_day date) const;
  bool names_month(std::chrono::year_month_day date) const;
  static bool fits(const calendar_day& wanted, std::chrono::year_month_day date);
  std::optional<seconds> first_from(seconds time_of_day) const;

  std::bitset<60> seconds_;
  std::bitset<60> minutes_;
  std::bitset<24> hours_;
  std::bitset<32> days_;  ///< of the month; none when weekdays are given
  std::bitset<13> months_;
  std::bitset<8> weekdays_;  ///< 1: Sunday; none when days of the month are given
  std::bitset<last_year - first_year + 1> years_;
  std::vector<calendar_day> calendar_days_;
};

struct recurrence {
  milliseconds interval{0};            ///< 0 without `times`: never
  std::optional<cron_schedule> times;  ///< instead of `interval`

  /// None: neither a duration nor a cron expression.
  static std::optional<recurrence> parse(std::string_view text);
  bool is_never() const { return interval.count() <= 0 && !times; }
  /// None: not any more.
  std::optional<milliseconds> next(milliseconds last) const;
  bool operator==(const recurrence&) const = default;
};

}  // namespace drey
