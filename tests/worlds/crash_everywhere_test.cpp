/// The operator dies before and after each of its effects in turn: every rule holds all the same,
/// and what cannot be repeated safely happened exactly as often as in the undisturbed run.
#include <map>

#include <boost/test/unit_test.hpp>

#include "tests/worlds/worlds.hpp"

namespace drey::sim {

namespace {

/// Effects that cannot be repeated safely, and how often each was accepted.
using effect_counts = std::map<std::string, int>;

struct lived {
  run_result result;
  effect_counts effects;
};

/// What the operator itself makes; what Kubernetes and Flink make of it is theirs.
bool is_child(const object_change& change) {
  switch (change.kind) {
    case object_kind::deployment:
    case object_kind::batch_job:
    case object_kind::stateful_set:
    case object_kind::service:
    case object_kind::config_map:
    case object_kind::ingress:
      return change.type == watch_event_type::added && change.user.starts_with("drey-operator");
    default:
      return false;
  }
}

/// By a schedule, a nonce or a stop: its name holds a time, which a death may move.
bool is_made_snapshot(const object_change& change) {
  return change.kind == object_kind::flink_state_snapshot &&
         change.type == watch_event_type::added && change.user.starts_with("drey-operator");
}

lived live(const scenario& what, std::optional<crash_plan> crash) {
  lived all;
  world_settings settings;
  settings.crash = crash;
  world one{what, 1, std::move(settings)};
  one.kube.on_change([&](const object_change& change) {
    if (is_made_snapshot(change))
      ++all.effects["snapshot of " +
                    std::get<flink_state_snapshot>(*change.after).spec->job_name.value()];
    if (is_child(change))
      ++all.effects["create " + std::string(name_of(change.kind)) + " " +
                    text_of_name(name_of(*change.after))];
  });
  all.result = one.run();
  for (const auto& execution : one.jobs.executions())
    if (execution.origin == execution_origin::submitted)
      ++all.effects["submit " + std::string(resource_of(execution.lineage))];
  for (const auto& [path, snapshot] : one.files.all())
    if (path.find("/savepoints/") != std::string::npos)
      ++all.effects["savepoint of " + std::string(resource_of(snapshot.lineage))];
  return all;
}

std::string text_of(const effect_counts& all) {
  std::string text;
  for (const auto& [what, times] : all) text += "  " + what + ": " + std::to_string(times) + "\n";
  return text;
}

/// Returns how many effects there were to die at.
std::uint64_t die_at_every_effect(const char* path, crash_moment moment) {
  const auto what = scenario_of(path);
  const auto undisturbed = live(what, std::nullopt);
  BOOST_REQUIRE_MESSAGE(held(undisturbed.result), complaints_of(undisturbed.result));
  for (std::uint64_t skip = 0;; ++skip) {
    const auto disturbed = live(what, crash_plan{moment, effect_kind::any, skip});
    const auto died =
        disturbed.result.figures.operator_restarts - undisturbed.result.figures.operator_restarts;
    if (died == 0) return skip;
    BOOST_TEST_CONTEXT("the operator dies " << name_of(moment) << " effect " << skip) {
      BOOST_CHECK_MESSAGE(held(disturbed.result), complaints_of(disturbed.result));
      BOOST_CHECK_MESSAGE(disturbed.effects == undisturbed.effects,
                          "effects:\n"
                              << text_of(disturbed.effects) << "instead of\n"
                              << text_of(undisturbed.effects));
    }
  }
}

/// Objects of the cluster, two jobs, a savepoint, a restart, and their statuses.
constexpr std::uint64_t effects_min = 30;

constexpr const char* life = "tests/worlds/life.yaml";
constexpr const char* periodic = "tests/worlds/periodic.yaml";
constexpr const char* goes_back = "tests/worlds/goes_back.yaml";
constexpr const char* application = "tests/worlds/application_life.yaml";
constexpr const char* native_application = "tests/worlds/native_application_life.yaml";
constexpr const char* rescaling = "tests/worlds/rescaling_life.yaml";
constexpr const char* last_savepoint = "tests/worlds/last_savepoint.yaml";

constexpr const char* worlds[] = {life,
                                  "tests/worlds/change.yaml",
                                  "tests/worlds/shrinking.yaml",
                                  "tests/worlds/native_change.yaml",
                                  "tests/worlds/unlisted.yaml",
                                  "tests/worlds/dispose.yaml",
                                  periodic,
                                  "tests/worlds/undone.yaml",
                                  "tests/worlds/cluster_undone.yaml",
                                  application,
                                  native_application,
                                  goes_back,
                                  last_savepoint,
                                  old_flink_scenario,
                                  "tests/worlds/old_kubernetes.yaml",
                                  rescaling};

}  // namespace

BOOST_AUTO_TEST_CASE(the_undisturbed_life_has_the_effects_that_are_counted) {
  const auto effects = live(scenario_of(life), std::nullopt).effects;
  BOOST_TEST(effects.at("submit flink/orders") == 1);
  BOOST_TEST(effects.at("submit flink/clicks") == 2);
  BOOST_TEST(effects.at("savepoint of flink/orders") == 1);
  BOOST_TEST(effects.at("snapshot of orders") == 1);
  BOOST_TEST(effects.at("create Deployment flink/session") == 1);
  BOOST_TEST(effects.at("create StatefulSet flink/session-taskmanager") == 1);
  BOOST_TEST(live(scenario_of(goes_back), std::nullopt).effects.at("snapshot of orders") == 1);
  const auto made = live(scenario_of(periodic), std::nullopt).effects;
  BOOST_TEST(made.at("snapshot of orders") == 3);
  BOOST_TEST(made.at("savepoint of flink/orders") == 2);  // the first has gone with its resource
  const auto launched = live(scenario_of(application), std::nullopt).effects;
  BOOST_TEST(launched.at("create Deployment flink/billing") == 2);
  BOOST_TEST(launched.at("create Job flink/ledger") == 3);
  BOOST_TEST(launched.at("submit flink/ledger") == 3);
  const auto native = live(scenario_of(native_application), std::nullopt).effects;
  BOOST_TEST(native.at("create Deployment flink/billing") == 2);
  BOOST_TEST(native.at("create Job flink/ledger") == 3);
  BOOST_TEST(native.at("create Deployment flink/ledger") == 3);  // what its TaskManagers hang on
  BOOST_TEST(live(scenario_of(rescaling), std::nullopt).effects.at("submit flink/orders") == 1);
  const auto saved = live(scenario_of(last_savepoint), std::nullopt).effects;
  BOOST_TEST(saved.at("savepoint of flink/orders") == 1);
  BOOST_TEST(saved.at("snapshot of orders") == 1);
  BOOST_TEST(saved.at("savepoint of flink/ledger") == 1);
  BOOST_TEST(saved.at("snapshot of ledger") == 1);
}

BOOST_AUTO_TEST_CASE(a_death_before_any_effect_changes_nothing_in_the_end) {
  for (const auto* world : worlds) BOOST_TEST_CONTEXT(world)
  BOOST_TEST(die_at_every_effect(world, crash_moment::before) >= effects_min);
}

BOOST_AUTO_TEST_CASE(a_death_after_any_effect_changes_nothing_in_the_end) {
  for (const auto* world : worlds) BOOST_TEST_CONTEXT(world)
  BOOST_TEST(die_at_every_effect(world, crash_moment::after) >= effects_min);
}

}  // namespace drey::sim
