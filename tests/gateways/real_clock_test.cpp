/// Waits on the real clock.
#include "runtime/real_clock.hpp"

#include <boost/test/unit_test.hpp>

using namespace drey;

BOOST_AUTO_TEST_SUITE(real_clocks)

BOOST_AUTO_TEST_CASE(a_short_wait_is_exact) {
  const real_clock clock;
  for (const milliseconds wait : {milliseconds{0}, milliseconds{1'000}, milliseconds{4'999}})
    BOOST_TEST(clock.together(wait).count() == wait.count());
}

BOOST_AUTO_TEST_CASE(a_long_wait_ends_on_the_half_second_and_never_early) {
  const real_clock clock;
  for (int ms = 5'000; ms < 6'000; ms += 7) {
    const milliseconds wait{ms};
    const auto before = clock.now().monotonic;
    const auto longer = clock.together(wait);
    const auto after = clock.now().monotonic;
    BOOST_TEST(longer.count() >= wait.count());
    BOOST_TEST(longer.count() < (wait + real_clock::spell).count());
    const auto last_spell = (after + longer) / real_clock::spell * real_clock::spell;
    BOOST_TEST(last_spell.count() >= (before + longer).count());
  }
}

BOOST_AUTO_TEST_SUITE_END()
