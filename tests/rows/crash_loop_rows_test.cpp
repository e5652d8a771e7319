/// Rows of a job that fails again and again, as its ledger of restarts tells it.
#include <algorithm>

#include <boost/test/unit_test.hpp>

#include "actors/job_restarts.hpp"
#include "actors/job_status.hpp"
#include "tests/rows/job_pictures.hpp"

namespace drey::rows {

namespace {

using namespace job_pictures;

constexpr milliseconds noon{1'764'158'400'000};
constexpr milliseconds minute{60'000};

/// So many restarts, each a minute after the one before, the last at noon; each takes 5 s.
std::vector<restart_record> restarted(int times, const std::string& why) {
  restart_ledger ledger;
  for (int i = times - 1; i >= 0; --i) {
    ledger.begin("job", why, noon - i * minute);
    ledger.end("job", noon - i * minute + milliseconds{5'000});
  }
  return ledger.all();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(crash_loop_rows)

BOOST_AUTO_TEST_CASE(five_failures_of_its_own_in_ten_minutes_are_a_loop) {
  BOOST_TEST(text_of_crash_loop(restarted(4, "its tasks failed"), noon + minute).empty());
  const auto told = text_of_crash_loop(restarted(5, "its tasks failed"), noon + minute);
  BOOST_TEST(told.starts_with("it failed 5 times within 10 min, the last time at "), told);
  BOOST_TEST(told.find("spec.job.restartAttempts") != std::string::npos);
  BOOST_TEST(told == text_of_crash_loop(restarted(5, "its tasks failed"), noon + minute / 2));
}

BOOST_AUTO_TEST_CASE(those_of_its_policy_count_and_those_of_others_do_not) {
  BOOST_TEST(
      !text_of_crash_loop(restarted(5, "its restart policy after FAILED (a.B: c)"), noon).empty());
  BOOST_TEST(text_of_crash_loop(restarted(5, "TaskManager pod tm-0 lost"), noon).empty());
  BOOST_TEST(text_of_crash_loop(restarted(5, "its spec changed"), noon).empty());
}

BOOST_AUTO_TEST_CASE(it_is_over_when_all_tasks_ran_for_two_minutes) {
  const auto all = restarted(6, "its tasks failed");
  const milliseconds back = noon + milliseconds{5'000};
  BOOST_TEST(!text_of_crash_loop(all, back + 2 * minute - milliseconds{1}).empty());
  BOOST_TEST(text_of_crash_loop(all, back + 2 * minute).empty());
  auto lasts = all;
  lasts.back().down_ms.reset();
  BOOST_TEST(!text_of_crash_loop(lasts, noon + 60 * minute).empty());
}

BOOST_AUTO_TEST_CASE(its_condition_says_so_while_it_runs_as_well) {
  auto known = seeing(sent({first}), listed(first, "RUNNING")).known;
  known.recorded.change().restarts = restarted(5, "its tasks failed");
  known.now.wall = noon + minute;
  const m::state runs = m::running{t1, first, s(0)};
  const auto degraded = [&] {
    const auto all = status_of(known, runs, {}).conditions;
    return *std::ranges::find(all, "Degraded", &condition::type);
  };
  BOOST_TEST(degraded().status == "True");
  BOOST_TEST(degraded().reason == crash_loop_reason);
  known.now.wall = noon + 10 * minute;
  BOOST_TEST(degraded().status == "False");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
