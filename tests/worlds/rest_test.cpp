/// How much goes on while nothing happens: the clocks of the models and drey's slow polls, also in
/// a process that found everything running.
#include <boost/test/unit_test.hpp>

#include "tests/worlds/worlds.hpp"

namespace drey::sim {

namespace {

constexpr milliseconds hour{3'600'000};

/// What the virtual clock fires in an hour at rest, of two jobs on two TaskManagers.
std::uint64_t events_at_rest(std::vector<timeline_event> events) {
  const auto lived = [&](milliseconds length) {
    auto what = scenario_of("tests/worlds/life.yaml");
    what.events = events;
    what.expectations.clear();
    what.until = length;
    auto result = judged_run(what, 1, {});
    BOOST_REQUIRE_MESSAGE(held(result), complaints_of(result));
    return result.figures.events;
  };
  return lived(hour + hour) - lived(hour);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_new_operator_comes_to_rest_as_the_old_one_did) {
  const auto undisturbed = events_at_rest({});
  const auto after_a_restart = events_at_rest({{milliseconds{600'000}, crash_operator{}}});
  BOOST_TEST(after_a_restart < undisturbed + undisturbed / 10,
             after_a_restart << " events instead of " << undisturbed);
}

}  // namespace drey::sim
