// The report for people, against golden files.
#include <sstream>

#include "sim/report/text_report.hpp"
#include "tests/models/golden.hpp"
#include "tests/models/made_up_run.hpp"

namespace drey::sim {

BOOST_AUTO_TEST_SUITE(report_text)

BOOST_AUTO_TEST_CASE(a_run_that_held_is_told_in_plain_words) {
  std::ostringstream out;
  write_text(out, made_up_run(), "drey simulate small.yaml --seed 7", colour::no);
  check_golden("held.txt", out.str());
}

BOOST_AUTO_TEST_CASE(a_violated_run_says_what_was_broken_and_how_to_replay_it) {
  std::ostringstream out;
  write_text(out, made_up_violation(), "drey simulate small.yaml --seed 8", colour::no);
  check_golden("violated.txt", out.str());
}

BOOST_AUTO_TEST_CASE(colour_adds_only_escape_sequences) {
  std::ostringstream plain;
  std::ostringstream coloured;
  write_text(plain, made_up_violation(), "x", colour::no);
  write_text(coloured, made_up_violation(), "x", colour::yes);
  std::string stripped;
  bool inside = false;
  for (const char c : coloured.str()) {
    if (c == '\x1b') inside = true;
    if (!inside) stripped += c;
    if (c == 'm') inside = false;
  }
  BOOST_TEST(stripped == plain.str());
  BOOST_TEST(coloured.str().find("\x1b[1;31mVIOLATED\x1b[0m") != std::string::npos);
  BOOST_TEST(plain.str().find('\x1b') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(repetitions_are_folded_only_between_important_lines) {
  run_result run;
  for (const std::int64_t at : {1'000, 2'000, 3'000})
    happen(run, at, subject::fault, "lost", tone::note, "fault", "lost");
  happen(run, 3'500, subject::job, "a/b", tone::outage, "down", "is down");
  happen(run, 4'000, subject::fault, "lost", tone::note, "fault", "lost");
  std::ostringstream out;
  write_timeline(out, run, colour::no);
  BOOST_TEST(out.str() ==
             "        1s  fault    lost  (3 times until 3s)\n"
             "      3.5s  job a/b  is down\n"
             "        4s  fault    lost\n");
}

BOOST_AUTO_TEST_CASE(paths_are_shortened_for_people) {
  BOOST_TEST(with_short_paths("restored from s3://a/b/0f/chk-14") == "restored from checkpoint 14");
  BOOST_TEST(with_short_paths("s3://a/savepoint-1 is  complete") == "savepoint-1 is  complete");
  BOOST_TEST(with_short_paths("in s3://a/ or a/b ") == "in s3://a/ or a/b ");
  BOOST_TEST(with_short_paths("").empty());
}

BOOST_AUTO_TEST_CASE(many_seeds_are_summed_and_the_failed_ones_named) {
  many_seeds sums;
  add_run(sums, made_up_run(), "drey simulate small.yaml --seed 7");
  add_run(sums, made_up_violation(), "drey simulate small.yaml --seed 8");
  BOOST_TEST(!held(sums));
  BOOST_TEST(sums.seeds_held == 1U);
  BOOST_TEST(sums.sums.events == 2'468U);
  std::ostringstream out;
  write_text(out, sums, colour::no);
  check_golden("many_seeds.txt", out.str());
}

BOOST_AUTO_TEST_CASE(of_many_failed_seeds_ten_are_shown_and_the_rest_counted) {
  many_seeds sums;
  for (int i = 0; i < 250; ++i) {
    auto run = made_up_violation();
    run.seed = static_cast<std::uint64_t>(i);
    add_run(sums, run, "replay " + std::to_string(i));
  }
  BOOST_TEST(sums.failed.size() == many_seeds::failed_kept_max);
  std::ostringstream out;
  write_text(out, sums, colour::no);
  BOOST_TEST(out.str().find("replay: replay 9\n") != std::string::npos);
  BOOST_TEST(out.str().find("replay: replay 10\n") == std::string::npos);
  BOOST_TEST(out.str().find("… and 240 more failing seeds\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(outages_are_measured_from_the_happenings) {
  run_result run;
  happen(run, 1'000, subject::job, "a/b", tone::outage, "job_down", "");
  happen(run, 2'000, subject::job, "a/b", tone::bad, "job_failed", "");  // still the same outage
  happen(run, 4'000, subject::job, "a/b", tone::recovered, "job_restored", "");
  happen(run, 5'000, subject::node, "n", tone::outage, "node_power_off", "");  // not our service
  happen(run, 9'000, subject::job, "a/b", tone::outage, "job_down", "");
  const auto figures = outages_of(run.happenings, milliseconds{10'000});
  BOOST_REQUIRE(figures.size() == 1U);
  BOOST_TEST((figures.front() ==
              outage_figure{subject::job, "a/b", milliseconds{4'000}, milliseconds{3'000}, 2}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::sim
