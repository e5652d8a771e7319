// Quartz cron expressions and durations: when something is due next.
#include "protocol/cron.hpp"

#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>

#include "protocol/timestamp.hpp"

namespace drey {
namespace {

/// The next three times after `last`.
std::string times(std::string_view text, std::string_view last, int count = 1) {
  const auto cron = cron_schedule::parse(text).value();
  auto at = parse_timestamp(last);
  std::string all;
  for (int i = 0; i < count && at; ++i) {
    at = cron.next(*at);
    all += (i > 0 ? " " : "") + (at ? timestamp_seconds(*at) : std::string("never"));
  }
  return all;
}

BOOST_AUTO_TEST_SUITE(cron)

BOOST_AUTO_TEST_CASE(times_of_the_day) {
  BOOST_TEST(times("0 0 3 * * ?", "2026-07-20T02:59:59Z", 2) ==
             "2026-07-20T03:00:00Z 2026-07-21T03:00:00Z");
  BOOST_TEST(times("0 0 3 * * ?", "2026-07-20T03:00:00.5Z") == "2026-07-21T03:00:00Z");
  BOOST_TEST(times("0 0/20 9-10 * * ?", "2026-07-20T09:41:00Z", 2) ==
             "2026-07-20T10:00:00Z 2026-07-20T10:20:00Z");
  BOOST_TEST(times("5,35 * 23-1 ? * *", "2026-07-20T22:00:00Z", 3) ==
             "2026-07-20T23:00:05Z 2026-07-20T23:00:35Z 2026-07-20T23:01:05Z");
  BOOST_TEST(times("*/15 59 23 * * ?", "2026-12-31T23:59:30Z", 2) ==
             "2026-12-31T23:59:45Z 2027-01-01T23:59:00Z");
}

BOOST_AUTO_TEST_CASE(days_of_the_calendar) {
  const std::string_view monday = "2026-07-20T12:00:00Z";
  BOOST_TEST(times("0 0 0 ? * MON-FRI", "2026-07-24T12:00:00Z") == "2026-07-27T00:00:00Z");
  BOOST_TEST(times("0 0 0 ? * fri-mon", monday, 2) == "2026-07-24T00:00:00Z 2026-07-25T00:00:00Z");
  BOOST_TEST(times("0 0 0 ? * L", monday) == "2026-07-25T00:00:00Z");
  BOOST_TEST(times("0 0 0 ? * 6L", monday) == "2026-07-31T00:00:00Z");
  BOOST_TEST(times("0 0 0 ? * 6#3", monday) == "2026-08-21T00:00:00Z");
  BOOST_TEST(times("0 0 0 ? * 6#5", monday, 2) == "2026-07-31T00:00:00Z 2026-10-30T00:00:00Z");
  BOOST_TEST(times("0 0 0 L * ?", monday, 2) == "2026-07-31T00:00:00Z 2026-08-31T00:00:00Z");
  BOOST_TEST(times("0 0 0 L-3 2 ?", monday) == "2027-02-25T00:00:00Z");
  BOOST_TEST(times("0 0 0 LW 10 ?", monday) == "2026-10-30T00:00:00Z");  // the 31st is a Saturday
  BOOST_TEST(times("0 0 0 15W 8,11 ?", monday, 2) == "2026-08-14T00:00:00Z 2026-11-16T00:00:00Z");
  BOOST_TEST(times("0 0 0 1W 8 ?", monday) == "2026-08-03T00:00:00Z");
  BOOST_TEST(times("0 0 0 31W 1 ?", monday) == "2027-01-29T00:00:00Z");
  BOOST_TEST(times("0 0 12 29 FEB ?", monday) == "2028-02-29T12:00:00Z");
  BOOST_TEST(times("0 0 12 31 4,6 ?", monday) == "never");
  BOOST_TEST(times("0 0 12 1 1 ? 2027-2028", monday, 3) ==
             "2027-01-01T12:00:00Z 2028-01-01T12:00:00Z never");
  BOOST_TEST(times("0 0 12 1 1 ? 2020", monday) == "never");
}

BOOST_AUTO_TEST_CASE(anything_else_is_refused) {
  for (const std::string_view text : {"",
                                      "0 0 3 * *",
                                      "0 0 3 * * ? * *",
                                      "0 0 3 * * *",
                                      "0 0 3 ? * ?",
                                      "60 0 3 * * ?",
                                      "0 0 24 * * ?",
                                      "0 0 3 0 * ?",
                                      "0 0 3 32 * ?",
                                      "0 0 3 ? 13 MON",
                                      "0 0 3 ? * 8",
                                      "0 0 3 ? * 6#6",
                                      "0 0 3 ? * 6#0",
                                      "0 0 3 L-31 * ?",
                                      "0 0 3 32W * ?",
                                      "0 0 3 W * ?",
                                      "0/0 0 3 * * ?",
                                      "0/x 0 3 * * ?",
                                      "0- 0 3 * * ?",
                                      "a 0 3 * * ?",
                                      "0 0 ? * * ?",
                                      "0 0 3 ? * MONDAY",
                                      "0 0 3 * * ? 1969",
                                      "0 0 3 * * ? 2030-2027",
                                      "0,, 0 3 * * ?"})
    BOOST_TEST(!cron_schedule::parse(text), text);
}

BOOST_AUTO_TEST_CASE(the_next_time_is_later_and_none_is_between) {
  static constexpr std::int64_t day_ms = 86'400'000;
  const bool holds = rc::check([] {
    const auto minute = *rc::gen::inRange(0, 60);
    const auto hour = *rc::gen::inRange(0, 24);
    const milliseconds last{*rc::gen::inRange<std::int64_t>(0, 40'000 * day_ms)};
    const auto text = "0 " + std::to_string(minute) + " " + std::to_string(hour) + " * * ?";
    const auto next = cron_schedule::parse(text)->next(last);
    RC_ASSERT(next && *next > last && *next - last <= milliseconds{day_ms});
    RC_ASSERT(next->count() % day_ms == (hour * 60 + minute) * 60'000);
  });
  BOOST_TEST(holds);
}

BOOST_AUTO_TEST_CASE(a_recurrence_is_a_duration_or_a_cron_expression) {
  const milliseconds last{1'000};
  BOOST_TEST((recurrence::parse("6 h")->next(last) == milliseconds{21'601'000}));
  BOOST_TEST((recurrence::parse("0 * * * * ?")->next(last) == milliseconds{60'000}));
  BOOST_TEST(recurrence::parse("0")->is_never());
  BOOST_TEST(!recurrence::parse("0")->next(last));
  BOOST_TEST(!recurrence::parse("0 * * * * ?")->is_never());
  BOOST_TEST(!recurrence::parse("106751991167 d")->next(milliseconds{1'784'539'800'000}));
  BOOST_TEST(!recurrence::parse("every day"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace drey
