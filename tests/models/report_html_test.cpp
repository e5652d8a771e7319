// The page with the picture: what is drawn, and that it stands alone.
#include <sstream>

#include "sim/report/html_chart.hpp"
#include "sim/report/html_report.hpp"
#include "tests/models/golden.hpp"
#include "tests/models/made_up_run.hpp"

namespace drey::sim {

namespace {

std::string page_of(const run_result& run) {
  std::ostringstream out;
  write_html(out, run, "drey simulate small.yaml --seed 7");
  return out.str();
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

lane lane_named(const run_result& run, const std::string& name) {
  for (auto& one : lanes_of(run))
    if (one.name == name) return one;
  BOOST_FAIL("no lane " << name);
  return {};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(report_html)

BOOST_AUTO_TEST_CASE(a_lane_starts_runs_fails_and_runs_again) {
  const auto job = lane_named(made_up_run(), "flink/orders");
  BOOST_REQUIRE(job.bars.size() == 4U);
  BOOST_TEST((job.bars[0].kind == bar_kind::starting));
  BOOST_TEST((job.bars[1].kind == bar_kind::running));
  BOOST_TEST((job.bars[2] == bar{milliseconds{150'200}, milliseconds{175'000}, bar_kind::outage,
                                 "is restarting"}));
  BOOST_TEST((job.bars[3].to == milliseconds{240'000}));
  BOOST_REQUIRE(job.marks.size() == 2U);
  BOOST_TEST((job.marks[0].kind == mark_kind::savepoint));
  BOOST_TEST((job.marks[1].kind == mark_kind::restored));
}

BOOST_AUTO_TEST_CASE(a_lane_ends_when_its_subject_is_gone_and_begins_anew) {
  run_result run;
  run.end = milliseconds{10'000};
  happen(run, 1'000, subject::job, "a/b", tone::recovered, "job_running", "runs");
  happen(run, 2'000, subject::job, "a/b", tone::note, "deleted", "is deleted");
  happen(run, 5'000, subject::job, "a/b", tone::note, "waiting", "waits");
  const auto job = lane_named(run, "a/b");
  BOOST_REQUIRE(job.bars.size() == 2U);
  BOOST_TEST((job.bars[0].to == milliseconds{2'000}));
  BOOST_TEST((job.bars[1].from == milliseconds{5'000}));
  BOOST_TEST((job.bars[1].kind == bar_kind::starting));
}

BOOST_AUTO_TEST_CASE(lanes_stand_in_the_order_in_which_people_read) {
  std::vector<subject> order;
  for (const auto& one : lanes_of(made_up_run())) order.push_back(one.subject);
  BOOST_TEST((order == std::vector{subject::operator_, subject::cluster, subject::task_manager,
                                   subject::job}));
}

BOOST_AUTO_TEST_CASE(near_pins_become_one_and_small_faults_none) {
  auto run = made_up_run();
  happen(run, 151'000, subject::fault, "x", tone::warning, "fault", "a second blow");
  BOOST_TEST(pins_of(run, milliseconds{5'000}).size() == 2U);
  BOOST_TEST(pins_of(run, milliseconds{5'000}).back().what.size() == 2U);
  BOOST_TEST(pins_of(run, milliseconds{1}).size() == 3U);
}

BOOST_AUTO_TEST_CASE(the_page_stands_alone) {
  const auto page = page_of(made_up_run());
  for (const auto* outside : {"http:", "https:", "<script", "<link", "@import", "src="})
    BOOST_TEST(page.find(outside) == std::string::npos, outside);
  BOOST_TEST(page.starts_with("<!doctype html>"));
  BOOST_TEST(page.ends_with("</html>\n"));
}

BOOST_AUTO_TEST_CASE(everything_is_drawn) {
  const auto page = page_of(made_up_run());
  BOOST_TEST(count(page, "<rect class=\"outage\"") == 2U + 1U);  // two outages and the legend
  BOOST_TEST(count(page, "<path class=\"mark restored\"") == 1U + 1U);
  BOOST_TEST(count(page, "<path class=\"mark savepoint\"") == 1U + 1U);
  BOOST_TEST(count(page, "<line class=\"tick\"") == 3U);
  BOOST_TEST(count(page, "class=\"pin-text\"") == 2U);
  BOOST_TEST(page.find("out 24.8s") != std::string::npos);
  BOOST_TEST(page.find("HELD") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_violation_is_marked_and_nothing_breaks_out_of_its_text) {
  const auto page = page_of(made_up_violation());
  BOOST_TEST(page.find("<script") == std::string::npos);
  BOOST_TEST(page.find("&lt;script&gt;alert(1)") != std::string::npos);
  BOOST_TEST(page.find("<h1>small &lt;b&gt;&amp;&quot;</h1>") != std::string::npos);
  BOOST_TEST(count(page, "<line class=\"violation\"") == 1U);
  BOOST_TEST(page.find("Rule 5, state never regresses") != std::string::npos);
  BOOST_TEST(page.find("VIOLATED") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_run_without_anything_is_a_page_too) {
  const auto page = page_of({});
  BOOST_TEST(page.find("<svg") != std::string::npos);
  BOOST_TEST(page.ends_with("</html>\n"));
}

BOOST_AUTO_TEST_CASE(the_same_run_gives_the_same_bytes) {
  check_golden("held.html", page_of(made_up_run()));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::sim
