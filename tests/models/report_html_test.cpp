// The page with the picture: what is drawn, and that it stands alone.
#include <sstream>

#include "sim/report/html_chart.hpp"
#include "sim/report/html_report.hpp"
#include "sim/scenario/span.hpp"
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
  for (auto& one : lanes_of(run.happenings, run.end))
    if (one.name == name) return one;
  BOOST_FAIL("no lane " << name);
  return {};
}

/// "starting 0s-9s, running 9s-1m".
std::string bars_of(const run_result& run, const std::string& name) {
  std::string text;
  for (const auto& one : lane_named(run, name).bars)
    text += (text.empty() ? "" : ", ") + std::string(name_of(one.kind)) + " " +
            clock_text(one.from) + "-" + clock_text(one.to);
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(report_html)

BOOST_AUTO_TEST_CASE(a_job_starts_runs_stands_still_and_is_restored) {
  const auto run = made_up_run();
  BOOST_TEST(bars_of(run, "flink/orders") ==
             "starting 12s-13s, running 13s-2m30.2s, outage 2m30.2s-2m55s, running 2m55s-4m");
  std::string marks;
  for (const auto& one : lane_named(run, "flink/orders").marks)
    marks += std::string(name_of(one.kind)) + " ";
  BOOST_TEST(marks == "savepoint warning restored ");
}

BOOST_AUTO_TEST_CASE(a_pod_that_comes_back_was_out_all_the_time) {
  BOOST_TEST(bars_of(made_up_run(), "flink/session-taskmanager-0") ==
             "starting 0.5s-9.5s, running 9.5s-2m30s, outage 2m30s-2m51s, running 2m51s-4m");
}

BOOST_AUTO_TEST_CASE(a_pod_that_never_comes_back_ends_where_it_stopped) {
  run_result run;
  run.end = milliseconds{10'000};
  happen(run, 1'000, subject::task_manager, "a/b-1", tone::good, "registered", "");
  happen(run, 2'000, subject::task_manager, "a/b-1", tone::warning, "pod_deleted", "");
  happen(run, 5'000, subject::task_manager, "a/b-1", tone::note, "pod_stopped", "");
  happen(run, 1'000, subject::task_manager, "a/b-2", tone::good, "registered", "");
  happen(run, 4'000, subject::task_manager, "a/b-2", tone::note, "pod_stopped", "");
  BOOST_TEST(bars_of(run, "a/b-1") == "running 1s-2s, outage 2s-5s");
  BOOST_TEST(bars_of(run, "a/b-2") == "running 1s-4s");
}

BOOST_AUTO_TEST_CASE(a_job_that_is_over_may_begin_anew) {
  run_result run;
  run.end = milliseconds{10'000};
  happen(run, 1'000, subject::job, "a/b", tone::good, "job_running", "");
  happen(run, 2'000, subject::job, "a/b", tone::note, "job_canceled", "");
  happen(run, 5'000, subject::job, "a/b", tone::note, "job_submitted", "");
  BOOST_TEST(bars_of(run, "a/b") == "running 1s-2s, starting 5s-10s");
}

BOOST_AUTO_TEST_CASE(a_task_manager_that_was_scaled_away_is_missed_by_nobody) {
  run_result run;
  run.end = milliseconds{10'000};
  for (const auto* name : {"a/b-1", "a/b-2"}) {
    happen(run, 1'000, subject::task_manager, name, tone::good, "registered", "");
    happen(run, 4'000, subject::task_manager, name, tone::note, "pod_stopped", "");
    happen(run, 5'000, subject::task_manager, name, tone::bad, "lost", "");
  }
  happen(run, 7'000, subject::task_manager, "a/b-2", tone::note, "pod_started", "");
  happen(run, 8'000, subject::task_manager, "a/b-2", tone::good, "registered", "");
  BOOST_TEST(bars_of(run, "a/b-1") == "running 1s-4s");
  BOOST_TEST(bars_of(run, "a/b-2") == "running 1s-4s, outage 4s-8s, running 8s-10s");
}

BOOST_AUTO_TEST_CASE(what_was_deleted_is_not_out_of_service) {
  run_result run;
  run.end = milliseconds{10'000};
  happen(run, 1'000, subject::job_manager, "a/b", tone::note, "leader_elected", "");
  happen(run, 3'000, subject::job_manager, "a/b", tone::note, "pod_stopped", "");
  happen(run, 3'000, subject::job_manager, "a/b", tone::bad, "leader_lost", "");
  happen(run, 4'000, subject::job_manager, "a/b", tone::note, "resource_gone", "");
  BOOST_TEST(bars_of(run, "a/b") == "running 1s-3s, outage 3s-4s");
  happen(run, 7'000, subject::job_manager, "a/b", tone::note, "pod_started", "");
  BOOST_TEST(bars_of(run, "a/b") == "running 1s-3s, outage 3s-4s, starting 7s-10s");
}

BOOST_AUTO_TEST_CASE(a_node_was_there_before_it_failed) {
  run_result run;
  run.end = milliseconds{10'000};
  happen(run, 3'000, subject::node, "node-1", tone::outage, "node_power_off", "");
  happen(run, 6'000, subject::node, "node-1", tone::recovered, "node_back", "");
  happen(run, 6'000, subject::kubernetes, "a/pod", tone::note, "pod_started", "");
  BOOST_TEST(bars_of(run, "node-1") == "running 0s-3s, outage 3s-6s, running 6s-10s");
  BOOST_TEST(lanes_of(run.happenings, run.end).size() == 1U);
}

BOOST_AUTO_TEST_CASE(every_kind_of_lane_has_a_title) {
  run_result run;
  run.end = milliseconds{10'000};
  for (const auto whom : {subject::operator_, subject::cluster, subject::job_manager,
                          subject::task_manager, subject::job, subject::node, subject::kubernetes})
    happen(run, 1'000, whom, "a/b", tone::outage, "api_outage", "");
  const auto page = page_of(run);
  for (const auto* title :
       {"OPERATOR", "CLUSTERS", "JOBMANAGERS", "TASKMANAGERS", "JOBS", "NODES", "KUBERNETES"})
    BOOST_TEST(page.find(">" + std::string(title) + "</text>") != std::string::npos, title);
}

BOOST_AUTO_TEST_CASE(a_node_without_power_takes_along_what_started_there) {
  run_result run;
  run.end = milliseconds{10'000};
  happen(run, 1'000, subject::task_manager, "a/b-1", tone::note, "pod_started",
         "pod b-1 started on node node-1");
  happen(run, 1'000, subject::task_manager, "a/b-2", tone::note, "pod_started",
         "pod b-2 started on node node-2");
  happen(run, 2'000, subject::task_manager, "a/b-1", tone::good, "registered", "");
  happen(run, 2'000, subject::task_manager, "a/b-2", tone::good, "registered", "");
  happen(run, 3'000, subject::node, "node-1", tone::outage, "node_power_off", "");
  BOOST_TEST(bars_of(run, "a/b-1") == "starting 1s-2s, running 2s-3s, outage 3s-10s");
  BOOST_TEST(bars_of(run, "a/b-2") == "starting 1s-2s, running 2s-10s");
}

BOOST_AUTO_TEST_CASE(lanes_stand_in_the_order_in_which_people_read) {
  std::vector<subject> order;
  for (const auto& one : lanes_of(made_up_run().happenings, {})) order.push_back(one.subject);
  BOOST_TEST((order == std::vector{subject::operator_, subject::job_manager, subject::task_manager,
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
  BOOST_TEST(count(page, "<path class=\"mark warning\"") == 1U + 1U);
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
