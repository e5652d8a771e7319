/// Every run that ever failed is run again: tests/worlds/seeds.txt.
#include <fstream>
#include <sstream>

#include <boost/test/unit_test.hpp>

#include "tests/worlds/worlds.hpp"

namespace drey::sim {

namespace {

struct known_seed {
  std::string path;
  std::string faults;
  std::uint64_t seed = 0;
  std::string why;
};

std::vector<known_seed> known_seeds() {
  std::ifstream file(DREY_SOURCE_DIR "/tests/worlds/seeds.txt");
  BOOST_REQUIRE(file);
  std::vector<known_seed> all;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.front() == '#') continue;
    known_seed one;
    std::istringstream words(line);
    words >> one.path >> one.faults >> one.seed;
    BOOST_REQUIRE_MESSAGE(words,
                          "tests/worlds/seeds.txt: not a scenario, a profile and a seed: " << line);
    std::getline(words >> std::ws, one.why);
    BOOST_CHECK_MESSAGE(!one.why.empty(), "tests/worlds/seeds.txt says no why: " << line);
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace

BOOST_AUTO_TEST_CASE(no_seed_that_failed_once_fails_again) {
  const auto all = known_seeds();
  BOOST_TEST(!all.empty());
  for (const auto& one : all) {
    const auto result = judged_run(scenario_of(one.path, one.faults), one.seed, {});
    BOOST_CHECK_MESSAGE(held(result), replay_of(one.path, one.faults, one.seed, wire_form::typed)
                                          << "\n"
                                          << complaints_of(result)
                                          << "  it once failed: " << one.why);
  }
}

}  // namespace drey::sim
