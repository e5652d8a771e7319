/// What a scenario's timeline says is what happens: people who meet an API server that is away come
/// again, an operator stays away as long as it was told to, and the figures count what there was.
#include <algorithm>

#include <boost/test/unit_test.hpp>

#include "tests/worlds/worlds.hpp"

namespace drey::sim {

namespace {

const std::string life = "tests/worlds/life.yaml";

/// The small cluster with its two jobs, and another timeline.
scenario life_with(std::vector<timeline_event> events) {
  auto what = scenario_of(life);
  what.events = std::move(events);
  what.expectations.clear();
  return what;
}

run_result run_of(const scenario& what) {
  auto result = judged_run(what, 1, {});
  BOOST_REQUIRE_MESSAGE(held(result), complaints_of(result));
  return result;
}

const happening* find(const run_result& result, std::string_view text, milliseconds from) {
  const auto found = std::ranges::find_if(result.happenings, [&](const happening& one) {
    return one.at >= from && one.text.find(text) != std::string::npos;
  });
  return found == result.happenings.end() ? nullptr : &*found;
}

milliseconds time_of(const run_result& result, std::string_view text, milliseconds from) {
  const auto* one = find(result, text, from);
  BOOST_REQUIRE_MESSAGE(one != nullptr, "nothing says: " << text);
  return one->at;
}

const object_name orders{"flink", "orders"};
const object_name clicks{"flink", "clicks"};

}  // namespace

BOOST_AUTO_TEST_CASE(what_people_ask_during_an_outage_comes_true_after_it_in_order) {
  const auto what = life_with({
      {milliseconds{100'000}, api_outage{milliseconds{20'000}}},
      {milliseconds{101'000}, request_savepoint{orders}},
      {milliseconds{103'000}, scale_cluster{{"flink", "session"}, 3}},
      {milliseconds{104'000}, delete_object{object_kind::flink_session_job, clicks}},
      {milliseconds{150'000}, delete_object{object_kind::flink_session_job, orders}},
  });
  world one{what, 1, {}};
  std::vector<std::string> order;
  one.kube.on_change([&](const object_change& change) {
    if (change.user == "kubectl" && change.before != nullptr)
      order.push_back(name_of(*change.before).name);
  });
  const auto result = one.run();
  BOOST_TEST(held(result), complaints_of(result));
  const std::vector<std::string> asked{"orders", "session", "clicks", "orders"};
  BOOST_TEST(order == asked, boost::test_tools::per_element());
  // Asked at 101 s, then every 2 s: the first moment with an answer is 121 s.
  std::vector<std::int64_t> answered;
  for (const auto& said : result.happenings)
    if (said.text.starts_with("the API server answered at last: "))
      answered.push_back(said.at.count());
  const std::vector<std::int64_t> all_at_once(3, 121'000);
  BOOST_TEST(answered == all_at_once, boost::test_tools::per_element());
  BOOST_TEST((one.kube.find(object_kind::flink_session_job, clicks) == nullptr));
  BOOST_TEST((one.kube.find(object_kind::flink_session_job, orders) == nullptr));
  BOOST_TEST(result.figures.savepoints == 1);
  BOOST_TEST(one.jobs.cluster_truth({"flink", "session"})->task_managers == 3);
}

BOOST_AUTO_TEST_CASE(an_operator_that_dies_at_an_effect_stays_away_as_long_as_it_was_told_to) {
  for (const auto moment : {crash_moment::before, crash_moment::after})
    for (const milliseconds away : {milliseconds{700}, milliseconds{33'000}}) {
      const auto result = run_of(life_with(
          {{milliseconds{60'000}, request_savepoint{orders}},
           {milliseconds{60'000}, crash_operator{moment, effect_kind::any, away, 0, {}}}}));
      const auto down = time_of(result, "the operator is down", milliseconds{60'000});
      const auto back = time_of(result, "the operator starts again", down);
      BOOST_TEST((back - down).count() == away.count(), name_of(moment));
    }
}

BOOST_AUTO_TEST_CASE(a_taskmanager_has_lost_slots_until_its_process_ends) {
  const object_name first{"flink", "session-taskmanager-0"};
  const object_name second{"flink", "session-taskmanager-1"};
  auto what = life_with({{milliseconds{60'000}, lose_slots{first, 1}},
                         {milliseconds{100'000}, delete_pod{first}},
                         {milliseconds{180'000}, leak_slots{first, 2}},
                         {milliseconds{180'000}, leak_slots{second, 2}},
                         {milliseconds{220'000}, delete_pod{first}},
                         {milliseconds{220'000}, delete_pod{second}}});
  world one{what, 1, {}};
  std::vector<std::pair<std::int32_t, std::int32_t>> seen;  // slots, and those that are free
  for (const milliseconds at : {milliseconds{59'000}, milliseconds{99'000}, milliseconds{179'000},
                                milliseconds{219'000}, milliseconds{299'000}})
    one.time.at(at, [&] {
      const auto truth = one.jobs.cluster_truth({"flink", "session"});
      seen.emplace_back(truth->slots_total, truth->slots_available);
    });
  const auto result = one.run();
  BOOST_TEST(held(result), complaints_of(result));
  // Two jobs have three slots.
  BOOST_TEST((seen == decltype(seen){{4, 1}, {3, 0}, {4, 1}, {4, 0}, {4, 1}}));
}

/// Asked for while the API server is away; the budget lets the two TaskManagers go one by one.
BOOST_AUTO_TEST_CASE(a_node_is_drained_under_a_budget_and_takes_pods_again) {
  const auto what = life_with({
      {milliseconds{60'000},
       set_budget{{"flink", "tm"}, "component=taskmanager", budget_bound::min_available, 1}},
      {milliseconds{90'000}, cordon_node{"node-2"}},
      {milliseconds{100'000}, drain_node{"node-1"}},
      {milliseconds{110'000}, uncordon_node{"node-2"}},
      {milliseconds{198'000}, api_outage{milliseconds{20'000}}},
      {milliseconds{200'000}, uncordon_node{"node-1"}},
      {milliseconds{201'000}, drain_node{"node-2"}},
      {milliseconds{202'000}, lift_budget{{"flink", "tm"}}},
  });
  world one{what, 1, {}};
  std::vector<std::int64_t> changes;
  one.kube.on_change([&](const object_change& change) {
    if (change.kind == object_kind::node && change.type == watch_event_type::modified)
      changes.push_back(one.time.now().count());
  });
  const auto result = one.run();
  BOOST_TEST(held(result), complaints_of(result));
  const std::vector<std::int64_t> cordons{90'000, 100'000, 110'000, 218'000, 218'000};
  BOOST_TEST(changes == cordons, boost::test_tools::per_element());
  time_of(result, "node node-1 is drained", milliseconds{100'000});
  time_of(result, "node node-2 is drained", milliseconds{218'000});
  for (const auto& [name, live] : one.kube.all(object_kind::pod))
    BOOST_TEST(std::get<pod>(*live).node_name == "node-1", name.name);
  BOOST_TEST(one.jobs.cluster_truth({"flink", "session"})->task_managers == 2);
}

BOOST_AUTO_TEST_CASE(completed_checkpoints_are_counted_over_all_jobs_and_lives) {
  auto what = life_with({{milliseconds{150'000}, crash_job_manager{{"flink", "session"}}},
                         {milliseconds{200'000}, fail_job{clicks}}});
  world one{what, 1, {}};
  const auto result = one.run();
  BOOST_TEST(held(result), complaints_of(result));
  // Every 10 s for each of two jobs, but for the times in which they did not run.
  std::int64_t ran = 0;
  for (const auto& execution : one.jobs.executions())
    ran += (execution.end.value_or(result.end) - execution.start).count();
  const auto counted = result.figures.checkpoints;
  BOOST_TEST(counted <= ran / 10'000);
  BOOST_TEST(counted >= ran / 10'000 - 10);
  BOOST_TEST(counted > 100);
}

}  // namespace drey::sim
