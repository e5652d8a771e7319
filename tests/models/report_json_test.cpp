// The report for machines, against golden files.
#include <nlohmann/json.hpp>
#include <sstream>

#include "sim/commands/stats_file.hpp"
#include "sim/report/json_report.hpp"
#include "tests/models/golden.hpp"
#include "tests/models/made_up_run.hpp"

namespace drey::sim {

BOOST_AUTO_TEST_SUITE(report_json)

BOOST_AUTO_TEST_CASE(one_run) {
  std::ostringstream out;
  write_json(out, made_up_violation(), {});
  check_golden("violated.json", out.str());
  const auto document = nlohmann::json::parse(out.str());
  BOOST_TEST(document.at("verdict") == "violated");
  BOOST_TEST(document.at("timeline").size() == made_up_violation().happenings.size());
  BOOST_TEST(!document.contains("trace"));
}

BOOST_AUTO_TEST_CASE(trace_lines_stand_in_the_document) {
  std::ostringstream out;
  write_json(out, made_up_run(), {"0s PATCH /api", "1s 200"});
  const auto document = nlohmann::json::parse(out.str());
  BOOST_TEST(document.at("trace").size() == 2U);
  BOOST_TEST(document.at("verdict") == "held");
}

BOOST_AUTO_TEST_CASE(many_runs) {
  many_seeds sums;
  add_run(sums, made_up_run(), "replay 7");
  add_run(sums, made_up_violation(), "replay 8");
  std::ostringstream out;
  write_json(out, sums);
  check_golden("many_seeds.json", out.str());
}

BOOST_AUTO_TEST_CASE(bytes_that_are_not_utf8_do_not_stop_the_report) {
  auto run = made_up_run();
  run.happenings.front().text = "broken \xff";
  std::ostringstream out;
  write_json(out, run, {});
  BOOST_TEST(nlohmann::json::parse(out.str()).at("timeline").at(0).at("text") == "broken \uFFFD");
}

BOOST_AUTO_TEST_CASE(statistics_hold_the_speed_and_nothing_of_the_result) {
  many_seeds sums;
  add_run(sums, made_up_run(), "");
  std::ostringstream out;
  write_stats(out, sums, 0.5);
  const auto document = nlohmann::json::parse(out.str());
  BOOST_TEST(document.size() == 5U);
  BOOST_TEST(document.at("seeds") == 1);
  BOOST_TEST(document.at("events") == 1'234);
  BOOST_TEST(document.at("virtual_seconds") == 240.0);
  BOOST_TEST(document.at("wall_seconds") == 0.5);
  BOOST_TEST(document.at("events_per_second") == 2'468.0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::sim
