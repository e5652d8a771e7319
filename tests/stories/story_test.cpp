/// Plays every story of this folder: tests/stories/*.txt.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include <boost/test/unit_test.hpp>

#include "tests/stories/story_commands.hpp"

namespace drey::stories {

namespace {

std::string text_of_file(const std::filesystem::path& path) {
  std::ifstream in{path};
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// In order of their names; at least one.
std::set<std::filesystem::path> all_stories() {
  std::set<std::filesystem::path> all;
  for (const auto& one : std::filesystem::directory_iterator{DREY_SOURCE_DIR "/tests/stories"})
    if (one.path().extension() == ".txt") all.insert(one.path());
  return all;
}

std::string played_anew(const std::string& story) {
  story_world world;
  return played(story, [&](const command& asked) { return perform(world, asked); });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(stories)

BOOST_AUTO_TEST_CASE(every_story_goes_as_it_is_told) {
  BOOST_REQUIRE(!all_stories().empty());
  for (const auto& path : all_stories()) {
    BOOST_TEST_CONTEXT(path.filename().string()) {
      const auto written = text_of_file(path);
      const auto actual = played_anew(written);
      if (std::getenv("DREY_REWRITE") != nullptr)
        std::ofstream{path} << actual;
      else
        BOOST_TEST(actual == written);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_same_story_twice_is_the_same_bytes) {
  const auto story = text_of_file(*all_stories().begin());
  BOOST_TEST(played_anew(story) == played_anew(story));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::stories
