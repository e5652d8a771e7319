/// Golden files: what was written is compared with tests/models/golden/<name>; with
/// DREY_REWRITE_GOLDEN set in the environment it is written there instead, to be read and
/// committed.
#pragma once

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace drey::sim {

inline std::string text_of_golden(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

inline void check_golden(const std::string& name, const std::string& written) {
  const std::string path = DREY_SOURCE_DIR "/tests/models/golden/" + name;
  if (std::getenv("DREY_REWRITE_GOLDEN") != nullptr)
    std::ofstream(path, std::ios::binary) << written;
  BOOST_REQUIRE(!written.empty());
  BOOST_TEST(text_of_golden(path) == written);
}

}  // namespace drey::sim
