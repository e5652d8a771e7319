/// TaskManagers are lost in every way there is, and jobs restart by their strategy.
#include "tests/models/flink_world.hpp"

using namespace drey;
using namespace drey::sim;
using namespace drey::sim::testing;

namespace {

struct outage_world : flink_world {
  explicit outage_world(std::uint64_t seed = 1) : flink_world(seed) {
    start(3);
    job = running("orders", 4);
    pass(seconds{25});
  }
  std::int32_t registered() { return ask<cluster_overview>(get_cluster_overview{}).task_managers; }
  bool works() { return seen(job).tasks_running == 8; }
  task_manager_info told(const object_name& pod) {
    for (const auto& one : ask<drey::task_managers>(get_task_managers{}).all)
      if (one.id == uid(object_kind::pod, pod)) return one;
    return {};
  }
  /// A TaskManager that runs tasks, on a node without the JobManager.
  object_name victim() {
    for (const auto& one : ask<drey::task_managers>(get_task_managers{}).all)
      for (const auto& [name, x] : k.all(object_kind::pod))
        if (metadata_of(*x).uid == one.id && one.slots_free == 0 &&
            node_of(name) != node_of(job_manager_pod()))
          return name;
    return {};
  }
  job_id job;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(flink_failure)

BOOST_AUTO_TEST_CASE(a_task_manager_that_says_goodbye_is_gone_at_once) {
  outage_world w;
  const auto victim = w.victim();
  const auto uid = w.uid(object_kind::pod, victim);
  w.k.delete_pod(victim, pod_deletion::graceful, "person");
  w.until(seconds{40}, [&] { return w.registered() == 2; });
  BOOST_TEST(w.state(w.job) == "RESTARTING");
  w.until(seconds{10}, [&] { return w.works(); });
  BOOST_TEST(w.works());
  const auto& last = w.f.starts().back();
  BOOST_TEST(last.restored == normal_path("/data/checkpoints/" + w.job.hex + "/chk-" +
                                          std::to_string(last.position / 10'000)));
  BOOST_TEST(last.position >= 20'000);
  BOOST_TEST(w.f.executions().size() == 1u);
}

/// As six did on a real cluster: however long their processes take to end.
BOOST_AUTO_TEST_CASE(those_that_are_deleted_together_take_leave_together) {
  outage_world w;
  std::vector<object_name> pods;
  for (const auto& one : w.ask<drey::task_managers>(get_task_managers{}).all)
    for (const auto& [name, x] : w.k.all(object_kind::pod))
      if (metadata_of(*x).uid == one.id) pods.push_back(name);
  BOOST_TEST(pods.size() == 3U);
  for (const auto& one : pods) w.k.delete_pod(one, pod_deletion::graceful, "person");
  w.pass(milliseconds{450});
  BOOST_TEST(w.registered() == 0);
}

BOOST_AUTO_TEST_CASE(a_killed_one_is_missed_after_ten_to_twenty_seconds) {
  outage_world w;
  w.remove(object_kind::config_map, in_prod("c-config"));  // so that it does not come back
  w.f.crash_task_manager(w.victim());
  w.pass(seconds{1});
  BOOST_TEST(w.registered() == 3);
  BOOST_TEST(w.state(w.job) == "RUNNING");
  BOOST_TEST(w.works());  // REST does not know better
  const auto missed = w.until(seconds{60}, [&] { return w.state(w.job) == "RESTARTING"; });
  BOOST_TEST(missed.count() >= 9'000);
  BOOST_TEST(missed.count() <= 19'100);
  w.pass(seconds{30});
  BOOST_TEST(w.works());
  BOOST_TEST(w.registered() == 2);
}

/// The tasks in them fail, and find others; a new process has them again.
BOOST_AUTO_TEST_CASE(slots_are_lost_until_the_process_ends) {
  outage_world w;
  const auto victim = w.victim();
  BOOST_TEST(w.f.lose_slots(victim, 1));
  BOOST_TEST(w.state(w.job) == "RESTARTING");
  BOOST_TEST(w.told(victim).slots == 1);
  w.pass(seconds{10});
  BOOST_TEST(w.works());
  BOOST_TEST(w.f.starts().size() == 2U);
  BOOST_TEST(w.ask<cluster_overview>(get_cluster_overview{}).slots_available == 1);
  w.f.crash_job_manager(in_prod("c"));
  w.pass(seconds{60});
  BOOST_TEST(w.told(victim).slots == 1, "the next JobManager is told so, too");
  w.f.crash_task_manager(victim);
  w.pass(seconds{60});
  BOOST_TEST(w.told(victim).slots == 2);
  BOOST_TEST(w.works());
  BOOST_REQUIRE(w.f.slot_losses().size() == 1U);
  BOOST_TEST(w.f.slot_losses().front().end.has_value());
  BOOST_TEST(!w.f.lose_slots(in_prod("nobody"), 1));
}

BOOST_AUTO_TEST_CASE(slots_that_are_free_leak_until_the_process_ends) {
  outage_world w;
  const auto victim = w.victim();
  BOOST_TEST(!w.f.leak_slots(victim, 1), "a job has all of them");
  w.ask<flink_done>(cancel_job{w.job});
  w.pass(seconds{5});
  BOOST_TEST(w.told(victim).slots_free == 2);
  BOOST_TEST(w.f.leak_slots(victim, 3));
  BOOST_TEST(w.told(victim).slots_free == 0);
  BOOST_TEST(w.told(victim).slots == 2);
  w.f.crash_job_manager(in_prod("c"));
  w.pass(seconds{60});
  BOOST_TEST(w.told(victim).slots_free == 0, "the next JobManager is told so, too");
  w.f.crash_task_manager(victim);
  w.pass(seconds{60});
  BOOST_TEST(w.told(victim).slots_free == 2);
}

BOOST_AUTO_TEST_CASE(its_container_restarted_in_place_takes_its_place_at_once) {
  outage_world w;
  w.f.crash_task_manager(w.victim());
  const auto missed = w.until(seconds{60}, [&] { return w.state(w.job) == "RESTARTING"; });
  BOOST_TEST(missed.count() <= 9'000);
  BOOST_TEST(w.registered() == 3);
  w.pass(seconds{30});
  BOOST_TEST(w.works());
  BOOST_TEST(w.f.starts().size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_cut_node_is_missed_by_heartbeat_and_comes_back) {
  outage_world w;
  const auto victim = w.victim();
  const auto node = w.node_of(victim);
  w.cut(node);
  w.pass(seconds{39});
  BOOST_TEST(w.registered() == 3);
  BOOST_TEST(w.state(w.job) == "RUNNING");
  w.pass(seconds{11});
  BOOST_TEST(w.registered() < 3);
  w.pass(seconds{30});
  w.heal(node);
  w.pass(seconds{10});
  BOOST_TEST(w.registered() == 3);
  BOOST_TEST(w.works());
}

BOOST_AUTO_TEST_CASE(a_short_cut_is_not_noticed_but_stands_still) {
  outage_world w;
  const auto before = w.checkpoints_of(w.job).count_completed;
  const auto starts = w.f.starts().size();
  const auto node = w.node_of(w.victim());
  w.cut(node);
  w.pass(seconds{30});
  BOOST_TEST(w.checkpoints_of(w.job).count_completed == before);
  w.heal(node);
  w.pass(seconds{60});
  BOOST_TEST(w.works());
  BOOST_TEST(w.f.starts().size() == starts);
  BOOST_TEST(w.checkpoints_of(w.job).count_completed == before + 5);
}

BOOST_AUTO_TEST_CASE(a_node_without_power_is_missed_by_heartbeat) {
  outage_world w;
  w.k.node_power_off(w.node_of(w.victim()));
  w.f.network_changed();
  const auto missed = w.until(seconds{60}, [&] { return w.state(w.job) == "RESTARTING"; });
  BOOST_TEST(missed.count() >= 40'000);
  BOOST_TEST(missed.count() <= 50'100);
}

BOOST_AUTO_TEST_CASE(without_any_task_manager_the_job_says_running) {
  outage_world w;
  w.k.edit(object_kind::stateful_set, in_prod("c-tm"), "person",
           [](object& x) { std::get<stateful_set>(x).replicas = 0; });
  w.pass(seconds{60});
  BOOST_TEST(w.registered() == 0);
  BOOST_TEST(w.state(w.job) == "RUNNING");
  BOOST_TEST(w.seen(w.job).tasks_running == 0);
}

BOOST_AUTO_TEST_CASE(all_task_managers_swapped_at_once_are_one_restart) {
  outage_world w;
  const auto scale = [&](std::int32_t from, std::int32_t count) {
    w.k.edit(object_kind::stateful_set, in_prod("c-tm"), "person", [&](object& x) {
      auto& set = std::get<stateful_set>(x);
      set.ordinals_start = from;
      set.replicas = count;
    });
  };
  scale(0, 6);
  w.pass(seconds{30});
  BOOST_TEST(w.registered() == 6);
  BOOST_TEST(w.f.starts().size() == 1u);
  scale(3, 3);
  w.pass(seconds{60});
  BOOST_TEST(w.registered() == 3);
  BOOST_TEST(w.works());
  BOOST_TEST(w.f.starts().size() <= 3u);
}

BOOST_AUTO_TEST_CASE(a_disturbed_job_restarts_in_a_second_and_then_slower) {
  outage_world w;
  w.f.disturb_job(in_prod("orders"));
  const auto first = w.until(seconds{30}, [&] { return w.works(); });
  BOOST_TEST(first.count() >= 900);
  BOOST_TEST(first.count() <= 2'100);
  w.f.disturb_job(in_prod("orders"));
  const auto second = w.until(seconds{30}, [&] { return w.works(); });
  BOOST_TEST(second.count() > 1'350);
  BOOST_TEST(w.f.starts().size() == 3u);
}

BOOST_AUTO_TEST_CASE(a_strategy_that_gives_up_ends_in_failed) {
  flink_world w;
  w.start();
  auto what = w.submission("orders");
  what.flink_configuration.insert({{"restart-strategy.type", "fixed-delay"},
                                   {"restart-strategy.fixed-delay.attempts", "1"},
                                   {"restart-strategy.fixed-delay.delay", "2 s"}});
  const auto job = w.ask<job_accepted>(what).job;
  w.pass(seconds{5});
  w.f.disturb_job(in_prod("orders"));
  w.pass(seconds{5});
  BOOST_TEST(w.state(job) == "RUNNING");
  w.f.disturb_job(in_prod("orders"));
  BOOST_TEST(w.state(job) == "FAILING");
  w.pass(seconds{1});
  BOOST_TEST(w.state(job) == "FAILED");
  BOOST_TEST(w.f.executions().back().how == execution_end::failed);
  BOOST_TEST(w.f.live_executions("prod/orders@u-orders") == 0u);
  BOOST_TEST(w.ask<cluster_overview>(get_cluster_overview{}).slots_available == 4);
}

BOOST_AUTO_TEST_CASE(jobs_fail_by_themselves_as_often_as_the_profile_says) {
  fault_profile profile;
  profile.job_failure_every = seconds{60};
  profile.until = seconds{600};
  flink_world w{5, profile};
  w.start();
  w.running("orders");
  w.pass(seconds{900});
  const auto restarts = w.f.starts().size() - 1;
  BOOST_TEST(restarts >= 3u);
  BOOST_TEST(restarts <= 30u);
  BOOST_TEST(w.f.starts().back().at < seconds{680});
  BOOST_TEST(w.f.executions().size() == 1u);
}

BOOST_AUTO_TEST_CASE(cancelling_waits_for_a_task_manager_that_does_not_answer) {
  outage_world w;
  w.cut(w.node_of(w.victim()));
  w.ask<flink_done>(cancel_job{w.job});
  w.pass(seconds{30});
  BOOST_TEST(w.state(w.job) == "CANCELLING");
  w.pass(seconds{21});
  BOOST_TEST(w.state(w.job) == "CANCELED");
}

/// Seen on the lab (tests/lab/cases/operator_partition.py). All JobManagers without high
/// availability have one name, and those on other nodes keep the connection to the first; so do
/// they when its node loses its power, for nothing tells them.
BOOST_AUTO_TEST_CASE(without_high_availability_nobody_ends_the_connection_to_a_lost_node) {
  for (const bool power : {false, true}) {
    flink_world w(1, {}, checkpoints_on);
    w.start(3);
    const auto leader = w.job_manager_pod();
    const auto node = w.node_of(leader);
    std::size_t elsewhere = 0;
    for (const auto& [name, x] : w.k.all(object_kind::pod))
      elsewhere += name != leader && w.node_of(name) != node ? 1 : 0;
    BOOST_TEST(elsewhere >= 1U);
    const auto registered = [&] {
      return w.ask<drey::task_managers>(get_task_managers{}).all.size();
    };
    BOOST_TEST(registered() == 3U);
    power ? w.k.node_power_off(node) : w.k.cut_node(node);
    w.f.network_changed();
    w.k.delete_pod(leader, pod_deletion::graceful, "person");
    w.pass(seconds{280});
    BOOST_TEST(registered() == 0U);
    w.pass(seconds{120});  // of that patience they end, and their kubelets start them again
    BOOST_TEST(registered() == elsewhere);
  }
}

BOOST_AUTO_TEST_SUITE_END()
