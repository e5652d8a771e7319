/// Sequences that other controllers got wrong: tests/worlds/catalogue/, one file each. Every file
/// is run, expects something, and stands in the folder's README.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include <boost/test/unit_test.hpp>

#include "tests/worlds/worlds.hpp"

namespace drey::sim {

namespace {

namespace fs = std::filesystem;

const std::string folder = "tests/worlds/catalogue/";
constexpr std::uint64_t quiet_seeds = 4;
constexpr std::uint64_t heavy_seeds = 8;

constexpr const char* namesake =
    "a person makes a namesake at a fixed time, at which the old one may still be going";
constexpr const char* untried =
    "the first spec may never be stable under faults, and then nobody undoes the one that fails";
constexpr const char* full =
    "the machines are full on purpose, and TaskManagers may take a lost JobManager's place";

/// Those that are not run beside other faults, with the reason.
const std::map<std::string, std::string> quiet_only{
    {"FLINK-27495.yaml",
     "its store cannot be listed: a JobManager lost as well leaves it to a person"},
    {"FLINK-27868.yaml", untried},
    {"FLINK-28625.yaml", "its first start may not be recorded yet when a person moves it: it may"},
    {"FLINK-29566.yaml", namesake},
    {"FLINK-31277-stateless.yaml",
     "an operator that begins beside the loss was not told that there is no state: it waits"},
    {"FLINK-32012.yaml", untried},
    {"FLINK-33107.yaml", untried},
    {"FLINK-34311.yaml", full},
    {"FLINK-34619.yaml", full},
    {"FLINK-38033.yaml", "the savepoint may not be there yet when a person deletes it"},
    {"FLINK-40542.yaml", "the job that nobody declared may be down when it is to finish"},
    {"cass-operator-412.yaml", namesake},
    {"lyft-166.yaml", namesake},
    {"spotify-959-told.yaml", "what it tells of is over when the machines are whole again"},
    {"lyft-298.yaml", untried},
    {"rabbitmq-648.yaml", namesake},
};

std::vector<std::string> files() {
  std::vector<std::string> all;
  for (const auto& one : fs::directory_iterator(DREY_SOURCE_DIR "/" + folder))
    if (one.path().extension() == ".yaml") all.push_back(one.path().filename().string());
  std::ranges::sort(all);
  return all;
}

/// The first cells of the rows under a heading, as they stand: "FLINK-28478".
std::set<std::string> ids_under(const std::string& heading) {
  std::ifstream readme(DREY_SOURCE_DIR "/" + folder + "README.md");
  std::set<std::string> ids;
  bool is_there = false;
  for (std::string line; std::getline(readme, line);) {
    if (line.starts_with("## ")) is_there = line == "## " + heading;
    if (!is_there || !line.starts_with("| ") || line.starts_with("| id ")) continue;
    ids.insert(line.substr(2, line.find(" |", 2) - 2));
  }
  return ids;
}

void hold(const std::string& file, const std::string& faults, std::uint64_t seeds) {
  auto what = scenario_of(folder + file, faults);
  what.faults.until = what.until;  // jobs fail by chance, too, and must have come back at the end
  BOOST_CHECK_MESSAGE(!what.expectations.empty(), file << " expects nothing");
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const auto result = judged_run(what, seed, {});
    BOOST_CHECK_MESSAGE(held(result), replay_of(folder + file, faults, seed, wire_form::typed)
                                          << "\n"
                                          << complaints_of(result));
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(catalogue)

BOOST_AUTO_TEST_CASE(every_sequence_ends_right) {
  for (const auto& file : files()) hold(file, "none", quiet_seeds);
}

/// What must come true in any world comes true beside every other fault, too.
BOOST_AUTO_TEST_CASE(every_sequence_keeps_the_rules_under_heavy_faults) {
  for (const auto& file : files())
    if (!quiet_only.contains(file)) hold(file, "heavy", heavy_seeds);
}

BOOST_AUTO_TEST_CASE(the_readme_lists_what_is_proved_and_nothing_else) {
  std::set<std::string> there;
  for (const auto& file : files()) there.insert(file.substr(0, file.size() - 5));
  const auto told = ids_under("What each file proves");
  BOOST_TEST(!told.empty());
  BOOST_TEST(there == told, boost::test_tools::per_element());
  for (const auto& [file, why] : quiet_only)
    BOOST_CHECK_MESSAGE(fs::exists(DREY_SOURCE_DIR "/" + folder + file), "no such file: " << file);
  for (const auto* heading : {"Open", "What does not apply"})
    for (const auto& id : ids_under(heading))
      BOOST_CHECK_MESSAGE(!there.contains(id), id << " is run and stands under " << heading);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::sim
