// RFC 3339 in the three precisions that the API and Apache's operator write.
#include "protocol/timestamp.hpp"

#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>

namespace drey {
namespace {

BOOST_AUTO_TEST_SUITE(timestamps)

BOOST_AUTO_TEST_CASE(known_times) {
  BOOST_TEST(timestamp_seconds(milliseconds{0}) == "1970-01-01T00:00:00Z");
  BOOST_TEST(timestamp_seconds(milliseconds{1'784'539'800'999}) == "2026-07-20T09:30:00Z");
  BOOST_TEST(timestamp_millis(milliseconds{1'784'539'800'007}) == "2026-07-20T09:30:00.007Z");
  BOOST_TEST(timestamp_micros(milliseconds{1'784'539'800'120}) == "2026-07-20T09:30:00.120000Z");
  BOOST_TEST(timestamp_seconds(milliseconds{951'782'400'000}) == "2000-02-29T00:00:00Z");
  BOOST_TEST(timestamp_micros(milliseconds{-1}) == "1969-12-31T23:59:59.999000Z");
}

BOOST_AUTO_TEST_CASE(every_spelling_of_the_api_is_read) {
  const milliseconds at{1'784'539'800'120};
  for (const std::string_view text :
       {"2026-07-20T09:30:00.12Z", "2026-07-20T09:30:00.120000Z", "2026-07-20T09:30:00.1209999Z",
        "2026-07-20T11:30:00.120+02:00", "2026-07-20T04:00:00.120-05:30",
        "2026-07-20t09:30:00.12z"})
    BOOST_TEST((parse_timestamp(text) == at), text);
}

BOOST_AUTO_TEST_CASE(anything_else_is_refused) {
  for (const std::string_view text :
       {"", "2026-07-20", "2026-07-20T09:30:00", "2026-13-20T09:30:00Z", "2026-02-29T09:30:00Z",
        "2026-07-20T24:30:00Z", "2026-07-20T09:60:00Z", "2026-07-20T09:30:61Z",
        "2026-07-20T09:30:00.Z", "2026-07-20T09:30:00Zx", "26-07-20T09:30:00Z",
        "2026-07-20T09:30:00+0200", "-026-07-20T09:30:00Z", "2026-07-20T9:30:00Z"})
    BOOST_TEST(!parse_timestamp(text), text);
}

BOOST_AUTO_TEST_CASE(what_is_written_is_read_back) {
  BOOST_TEST(rc::check([] {
    const milliseconds at{*rc::gen::inRange<std::int64_t>(0, 253'402'300'800'000)};  // year 10000
    RC_ASSERT(parse_timestamp(timestamp_micros(at)) == at);
    RC_ASSERT(parse_timestamp(timestamp_millis(at)) == at);
    RC_ASSERT(parse_timestamp(timestamp_seconds(at)) == at - at % 1000);
  }));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace drey
