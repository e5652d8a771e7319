// Scenario files that are wrong: tests/models/bad_scenarios/ holds them, each with what is to be
// said about it in lines `# says: …`.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "protocol/limits.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/span.hpp"

namespace drey::sim {

namespace {

const std::string root = DREY_SOURCE_DIR "/";
const std::string folder = root + "tests/models/bad_scenarios/";

std::string without(std::string text, const std::string& part) {
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part))
    text.erase(at, part.size());
  return text;
}

std::string said_about(const std::string& path) {
  const auto result = load_scenario(path);
  BOOST_TEST(!result.value.has_value());
  std::string text;
  for (const auto& found : result.findings)
    text += without(without(text_of(found), folder), root) + "\n";
  return text;
}

std::string to_be_said(const std::string& path) {
  const std::string mark = "# says: ";
  std::ifstream file(path);
  std::string text;
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(mark)) text += line.substr(mark.size()) + "\n";
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(scenario_errors)

BOOST_AUTO_TEST_CASE(every_bad_scenario_is_refused_with_line_path_and_remedy) {
  std::vector<std::string> paths;
  for (const auto& one : std::filesystem::directory_iterator(folder))
    paths.push_back(one.path().string());
  std::sort(paths.begin(), paths.end());
  BOOST_TEST(paths.size() >= 20U);
  for (const auto& path : paths) {
    BOOST_TEST_CONTEXT(path) {
      BOOST_TEST(!to_be_said(path).empty());
      BOOST_TEST(said_about(path) == to_be_said(path));
    }
  }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_is_said) {
  BOOST_TEST(said_about("/nowhere/at/all.yaml") ==
             "/nowhere/at/all.yaml: cannot be read. Give the path of a scenario's YAML file\n");
  BOOST_TEST(said_about(root + "tests") ==
             "tests: cannot be read. Give the path of a scenario's YAML file\n");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_too_large_is_refused_unread) {
  const std::string text(static_cast<std::size_t>(limits::manifest_bytes_max) + 1, ' ');
  const auto result = parse_scenario(text, "large.yaml");
  BOOST_REQUIRE(result.findings.size() == 1U);
  BOOST_TEST(text_of(result.findings.front()) ==
             "large.yaml: is larger than 4 MiB. Split it into smaller files");
}

BOOST_AUTO_TEST_CASE(garbage_never_throws) {
  std::string text;
  for (int i = 0; i < 2'000; ++i) {
    text += static_cast<char>((i * 7919 + i / 3) % 256);
    BOOST_REQUIRE_NO_THROW(parse_scenario(text, "x"));
    BOOST_REQUIRE_NO_THROW(parse_fault_profile(text, "x"));
  }
  std::string deep;
  for (int i = 0; i < 3'000; ++i) deep += "[";
  BOOST_TEST(!parse_scenario(deep, "x").value.has_value());
}

BOOST_AUTO_TEST_CASE(a_scenario_cut_off_anywhere_is_read_or_refused) {
  std::ifstream file(root + "configs/scenarios/session-cluster.yaml");
  const std::string whole((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  BOOST_REQUIRE(!whole.empty());
  for (std::size_t length = 0; length < whole.size(); length += 17) {
    const auto result = parse_scenario(whole.substr(0, length), root + "configs/scenarios/x.yaml");
    BOOST_TEST(result.value.has_value() == result.findings.empty());
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(spans)

BOOST_AUTO_TEST_CASE(spans_are_read) {
  const std::vector<std::pair<std::string, std::int64_t>> right{{"0", 0},
                                                                {"0s", 0},
                                                                {"250ms", 250},
                                                                {"90s", 90'000},
                                                                {"5m", 300'000},
                                                                {"1h30m", 5'400'000},
                                                                {"2d", 172'800'000},
                                                                {"1m1s1ms", 61'001},
                                                                {"366d", 31'622'400'000}};
  for (const auto& [text, length_ms] : right)
    BOOST_TEST((parse_span(text) == milliseconds{length_ms}), text);
  for (const auto* text : {"", "5", "s", "-5s", "5 s", "1.5s", "30m1h", "1h1h", "5x", "367d",
                           "99999999999999999999s", "9223372036854775807s", "5s "})
    BOOST_TEST(!parse_span(text).has_value(), text);
}

BOOST_AUTO_TEST_CASE(the_text_of_a_span_reads_back) {
  for (const std::int64_t length_ms : {0, 1, 999, 1'000, 61'001, 3'600'000, 90'061'001})
    BOOST_TEST((parse_span(text_of_span(milliseconds{length_ms})) == milliseconds{length_ms}));
}

BOOST_AUTO_TEST_CASE(clocks_show_tenths) {
  BOOST_TEST(clock_text(milliseconds{0}) == "0s");
  BOOST_TEST(clock_text(milliseconds{49}) == "0s");
  BOOST_TEST(clock_text(milliseconds{50}) == "0.1s");
  BOOST_TEST(clock_text(milliseconds{12'340}) == "12.3s");
  BOOST_TEST(clock_text(milliseconds{59'960}) == "1m");
  BOOST_TEST(clock_text(milliseconds{90'250}) == "1m30.3s");
  BOOST_TEST(clock_text(milliseconds{3'600'000}) == "1h");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::sim
