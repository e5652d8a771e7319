/// The same seed gives the same bytes, wherever and however it is run.
#include <clocale>
#include <filesystem>
#include <locale>
#include <thread>

#include <boost/test/unit_test.hpp>

#include "tests/worlds/worlds.hpp"

namespace drey::sim {

namespace {

constexpr std::uint64_t seeds_looked_at = 5;

/// "1.234.567,5": what a German expects, and no report may contain.
class german_numbers : public std::numpunct<char> {
protected:
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
};

std::string bytes_of_seed(std::uint64_t seed) {
  return bytes_of(judged_run(scenario_of(standard_scenario, "heavy"), seed, {}));
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_same_seed_gives_the_same_bytes) {
  for (std::uint64_t seed = 1; seed <= seeds_looked_at; ++seed) {
    const auto first = bytes_of_seed(seed);
    BOOST_TEST(first.size() > 1'000U);
    BOOST_TEST(first == bytes_of_seed(seed), "seed " << seed);
  }
}

BOOST_AUTO_TEST_CASE(another_seed_gives_another_run) {
  BOOST_TEST(bytes_of_seed(1) != bytes_of_seed(2));
}

BOOST_AUTO_TEST_CASE(an_observer_changes_nothing) {
  coverage reached;
  world_settings watched;
  watched.reached = &reached;
  watched.trace = [](const std::string&) {};
  const auto run = judged_run(scenario_of(standard_scenario, "heavy"), 7, std::move(watched));
  BOOST_TEST(bytes_of(run) == bytes_of_seed(7));
  BOOST_TEST(!reached.transitions.empty());
}

BOOST_AUTO_TEST_CASE(other_threads_change_nothing) {
  const auto here = bytes_of_seed(7);
  std::string there;
  std::string beside;
  std::thread one([&] { there = bytes_of_seed(7); });
  std::thread other([&] { beside = bytes_of_seed(7); });
  one.join();
  other.join();
  BOOST_TEST(there == here);
  BOOST_TEST(beside == here);
}

BOOST_AUTO_TEST_CASE(the_locale_changes_nothing) {
  const auto plain = bytes_of_seed(7);
  const auto before = std::locale::global(std::locale(std::locale(), new german_numbers));
  const auto german = bytes_of_seed(7);
  std::locale::global(before);
  BOOST_TEST(german == plain);
}

BOOST_AUTO_TEST_CASE(the_working_directory_changes_nothing) {
  const auto before = std::filesystem::current_path();
  const auto here = bytes_of_seed(7);
  std::filesystem::current_path("/");
  const auto there = bytes_of_seed(7);
  std::filesystem::current_path(before);
  BOOST_TEST(there == here);
}

}  // namespace drey::sim
