/// A run whose calls and answers all pass the HTTP forms and codecs of the real operator is the
/// same run, byte for byte: what a codec loses would show here.
#include <boost/test/unit_test.hpp>

#include "tests/worlds/worlds.hpp"

namespace drey::sim {

namespace {

std::string bytes_of_seed(const scenario& what, std::uint64_t seed, wire_form form) {
  world_settings settings;
  settings.form = form;
  return bytes_of(judged_run(what, seed, std::move(settings)));
}

void expect_same_run(const std::string& path, const std::string& faults, std::uint64_t seeds) {
  const auto what = scenario_of(path, faults);
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const auto typed = bytes_of_seed(what, seed, wire_form::typed);
    const auto encoded = bytes_of_seed(what, seed, wire_form::encoded);
    const auto [a, b] = std::mismatch(typed.begin(), typed.end(), encoded.begin(), encoded.end());
    const auto at = static_cast<std::size_t>(a - typed.begin());
    BOOST_TEST((typed == encoded), replay_of(path, faults, seed, wire_form::encoded)
                                       << " --wire gives other bytes, first\n"
                                       << encoded.substr(at < 80 ? 0 : at - 80, 200)
                                       << "\ninstead of\n"
                                       << typed.substr(at < 80 ? 0 : at - 80, 200));
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_standard_scenario_over_the_wire_is_the_same) {
  expect_same_run(standard_scenario, "none", 2);
  expect_same_run(standard_scenario, "light", 4);
  expect_same_run(standard_scenario, "heavy", 12);
}

BOOST_AUTO_TEST_CASE(people_over_the_wire_are_the_same) {
  expect_same_run(people_scenario, "none", 2);
  expect_same_run(people_scenario, "heavy", 8);
}

BOOST_AUTO_TEST_CASE(standbys_over_the_wire_are_the_same) {
  expect_same_run("tests/worlds/standby.yaml", "heavy", 4);
}

}  // namespace drey::sim
