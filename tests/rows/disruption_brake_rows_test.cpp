/// The fleet's brake, and what a rollout does while it is not its turn.
#include "actors/disruption_brake.hpp"

#include "actors/rollout_status.hpp"
#include "tests/rows/rollout_pictures.hpp"

namespace drey::rows {

namespace {

using namespace rollout_pictures;

struct fleet {
  disruption_brake brake;
  explicit fleet(brake_settings settings) : brake(settings) {}
  fleet& told(const std::string& name, disruption what) {
    brake.told("uid-" + name, {"flink", name}, what);
    return *this;
  }
  bool has_turn(const std::string& name) const { return brake.turn_of("uid-" + name).granted; }
  std::string why(const std::string& name) const { return brake.turn_of("uid-" + name).why; }
};

inline auto not_its_turn(std::string why = "others first") {
  return [=](rollout_known& x) { x.turn = {false, why}; };
}
inline auto untold() {
  return [](rollout_known& x) { x.told = false; };
}
inline auto undone() {
  return [](rollout_known& x) { x.back.undone = true; };
}

const table<m> turn_rows{
    {"it is the turn of others: nothing is touched, and what is unwell is waited for anew later",
     seeing(old_set(), not_its_turn(), at(400)), m::preparing{t0, swap, s(100)},
     surroundings_seen{}, m::preparing{t0, swap, s(400)}},
    {"its turn", seeing(old_set()), m::preparing{t0, swap, s(100)}, surroundings_seen{},
     m::growing{t0, swap, s(100), s(100)}},
    {"the way back waits for nobody", seeing(old_set(), not_its_turn(), undone()),
     m::preparing{t0, swap, s(100)}, surroundings_seen{}, m::growing{t0, swap, s(100), s(100)}},
    {"what restarts nothing does not, either", seeing(not_its_turn()),
     m::preparing{t0, calm, s(100)}, surroundings_seen{}, m::settled{t0}},
};

const table<m> step_rows{
    {"pods are gone, and nobody says who is registered: tasks may be told to run that do not",
     seeing(untold()), m::stepping{t1, swap, {2, jobs}}, surroundings_seen{},
     m::stepping{t1, swap, {2, jobs}}},
    {"it is said", seeing(), m::stepping{t1, swap, {2, jobs}}, surroundings_seen{},
     m::preparing{t1, swap, s(100)}},
    {"of a new JobManager nothing more than its jobs need be known", seeing(untold()),
     m::stepping{t1, over, {0, jobs}}, surroundings_seen{}, m::preparing{t1, over, s(100)}},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(disruption_brake_rows)

BOOST_AUTO_TEST_CASE(turns) { turn_rows.hold(); }
BOOST_AUTO_TEST_CASE(steps) { step_rows.hold(); }

BOOST_AUTO_TEST_CASE(so_many_at_once_in_the_order_of_asking) {
  fleet all({2, 0});
  all.told("c", disruption::wanted).told("a", disruption::wanted).told("b", disruption::wanted);
  BOOST_TEST(all.has_turn("c"));
  BOOST_TEST(all.has_turn("a"));
  BOOST_TEST(!all.has_turn("b"));
  BOOST_TEST(all.why("b").find("--max-disruptions") != std::string::npos);
  all.told("c", disruption::under_way).told("c", disruption::wanted);  // its next batch
  BOOST_TEST(!all.has_turn("b"));
  all.told("c", disruption::none);
  BOOST_TEST(all.has_turn("b"));
  BOOST_TEST(all.brake.figures().under_way == 2U);
}

BOOST_AUTO_TEST_CASE(who_gave_it_back_asks_anew) {
  fleet all({1, 0});
  all.told("a", disruption::wanted).told("b", disruption::wanted).told("c", disruption::wanted);
  all.told("a", disruption::none).told("a", disruption::wanted);
  BOOST_TEST(all.has_turn("b"));
  all.brake.forget("uid-b");
  BOOST_TEST(all.has_turn("c"));
  BOOST_TEST(!all.has_turn("a"));
}

BOOST_AUTO_TEST_CASE(what_an_operator_before_us_began_counts) {
  fleet all({1, 0});
  all.told("a", disruption::under_way).told("b", disruption::wanted);
  BOOST_TEST(all.has_turn("a"));
  BOOST_TEST(!all.has_turn("b"));
}

BOOST_AUTO_TEST_CASE(none_more_when_jobs_of_several_are_down) {
  fleet all({0, 2});
  all.told("a", disruption::halted).told("b", disruption::wanted);
  BOOST_TEST(all.has_turn("b"));
  all.told("b", disruption::halted).told("c", disruption::wanted);
  BOOST_TEST(!all.has_turn("c"));
  BOOST_TEST(all.why("c").find("flink/a, flink/b") != std::string::npos);
  BOOST_TEST(all.brake.figures().halted == 2U);
  BOOST_TEST(all.brake.figures().waiting == 1U);
  all.told("a", disruption::none);
  BOOST_TEST(all.has_turn("c"));
}

BOOST_AUTO_TEST_CASE(without_limits_nobody_waits) {
  fleet all({0, 0});
  for (const std::string name : {"a", "b", "c", "d"}) all.told(name, disruption::halted);
  all.told("e", disruption::wanted);
  BOOST_TEST(all.has_turn("e"));
}

BOOST_AUTO_TEST_CASE(what_a_rollout_does_to_its_jobs) {
  const auto of = [](const m& machine, const m::state& now) {
    return disruption_of(now, machine.known);
  };
  const m::state preparing = m::preparing{t0, swap, s(100)};
  BOOST_TEST((of(seeing(old_set()), preparing) == disruption::wanted));
  BOOST_TEST((of(seeing(old_set(), not_its_turn()), preparing) == disruption::wanted));
  BOOST_TEST((of(seeing(), preparing) == disruption::none));  // it is done
  BOOST_TEST((of(seeing(old_set(), not_looked()), preparing) == disruption::none));
  BOOST_TEST((of(seeing(), m::preparing{t0, calm, s(100)}) == disruption::none));
  BOOST_TEST((of(seeing(), m::settled{t0}) == disruption::none));
  BOOST_TEST((of(seeing(), m::hindered{t0, swap, ""}) == disruption::none));
  BOOST_TEST((of(seeing(), m::growing{t0, swap, s(100), s(100)}) == disruption::under_way));
  BOOST_TEST((of(seeing(), m::stepping{t0, swap, {2, jobs}}) == disruption::under_way));
  BOOST_TEST((of(seeing(), m::halted{t0, swap, {2, jobs}}) == disruption::halted));
}

BOOST_AUTO_TEST_CASE(who_waits_says_so_and_lets_its_jobs_start) {
  const m::state waits = m::preparing{t0, both, s(100)};
  const auto machine = seeing(old_set(), old_job_manager(), not_its_turn());
  const auto word = word_of(waits, machine.known);
  BOOST_TEST(word.reason == "WaitingForTurn");
  BOOST_TEST(word.message == "others first");
  BOOST_TEST(starts_jobs(waits, machine.known));
  BOOST_TEST(!starts_jobs(waits, seeing(old_set(), old_job_manager()).known));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
