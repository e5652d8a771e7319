/// Many seeds of everything at once: what must hold of the Flink model whatever happens to it.
#include "tests/models/flink_world.hpp"

using namespace drey;
using namespace drey::sim;
using namespace drey::sim::testing;

namespace {

const std::vector<std::string> resources{"orders", "bills"};

struct chaos_world : flink_world {
  explicit chaos_world(std::uint64_t seed) : flink_world(seed, wild()), dice(seed + 1'000) {
    start(4, seed % 2 == 0 ? 1 : 2);
    for (const auto& name : resources) submit(name, 2);
    pass(seconds{5});
  }

  static fault_profile wild() {
    fault_profile profile;
    profile.checkpoint_failure_per_mille = 100;
    profile.savepoint_failure_per_mille = 100;
    profile.job_failure_every = seconds{120};
    profile.until = std::chrono::minutes{20};
    return profile;
  }

  std::string some_node() { return "n" + std::to_string(1 + dice.choose("test", "node", 3)); }
  object_name some_resource() {
    return in_prod(resources.at(dice.choose("test", "resource", resources.size())));
  }
  object_name some_pod() {
    const auto& all = k.all(object_kind::pod);
    if (all.empty()) return {};
    return std::next(all.begin(),
                     static_cast<std::ptrdiff_t>(dice.choose("test", "pod", all.size())))
        ->first;
  }

  void strike() {
    switch (dice.choose("test", "blow", 10)) {
      case 0:
        f.crash_job_manager(in_prod("c"));
        break;
      case 1:
        f.crash_task_manager(some_pod());
        break;
      case 2:
        k.delete_pod(some_pod(), pod_deletion::graceful, "person");
        break;
      case 3:
        cut(some_node());
        break;
      case 4:
        heal(some_node());
        break;
      case 5:
        f.disturb_job(some_resource());
        break;
      case 6:
        k.node_power_off(some_node());
        break;
      case 7:
        k.node_power_on(some_node());
        break;
      case 8:
        k.set_api(api_state::down);
        break;
      default:
        k.set_api(api_state::up);
        break;
    }
    f.network_changed();
  }

  void make_peace() {
    k.set_api(api_state::up);
    for (const char* node : {"n1", "n2", "n3"}) {
      k.node_power_on(node);
      k.heal_node(node);
    }
    f.network_changed();
  }

  /// What holds at every moment.
  void check() {
    if (const auto seen = f.cluster_truth(in_prod("c"))) {
      BOOST_TEST(seen->slots_available >= 0);
      BOOST_TEST(seen->slots_available <= seen->slots_total);
    }
    for (const auto& name : resources) BOOST_TEST(f.live_executions(lineage_of(name)) <= 2u);
  }
  static std::string lineage_of(const std::string& name) { return "prod/" + name + "@u-" + name; }

  choices dice;  // not the world's: blows must not depend on what the models draw
};

/// Flink itself never goes back behind the newest checkpoint, nor runs a job twice.
void check_history(const flink& f) {
  std::map<std::string, std::int64_t> newest;
  for (const auto& x : f.executions()) {
    if (x.origin == execution_origin::submitted) continue;
    BOOST_REQUIRE(x.newest_at_start.has_value() != x.restored.empty());
    if (!x.newest_at_start) continue;
    BOOST_TEST(x.restored == x.newest_at_start->path);
    BOOST_TEST(x.position_at_start == x.newest_at_start->position);
    BOOST_TEST(x.position_at_start >= newest[x.lineage]);
    newest[x.lineage] = x.position_at_start;
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(flink_chaos)

BOOST_AUTO_TEST_CASE(after_all_blows_every_job_runs_from_its_newest_state) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      chaos_world w{seed};
      for (int blow = 0; blow < 40; ++blow) {
        w.pass(w.dice.between("test", "pause", milliseconds{0}, seconds{60}));
        w.strike();
        w.check();
      }
      w.make_peace();
      w.pass(std::chrono::minutes{20});
      w.check();
      check_history(w.f);
      for (const auto& name : resources) {
        BOOST_TEST(w.f.live_executions(chaos_world::lineage_of(name)) == 1u);
        const auto seen = w.f.job_truth(in_prod(name));
        BOOST_REQUIRE(seen.has_value());
        BOOST_TEST(seen->state == "RUNNING");
        BOOST_TEST(seen->tasks_running == 4);
      }
      BOOST_TEST(w.ask<cluster_overview>(get_cluster_overview{}).slots_available == 4);
      BOOST_TEST(w.rest(std::chrono::minutes{10}));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
