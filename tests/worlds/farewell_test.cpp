/// Jobs that are stopped with a savepoint when they are deleted, without faults: each goes, and its
/// savepoint stays. (With heavy faults the scenario is among the many runs.)
#include <algorithm>

#include <boost/test/unit_test.hpp>

#include "tests/worlds/worlds.hpp"

namespace drey::sim {

namespace {

/// Its newest state in the store is a savepoint, and a FlinkStateSnapshot names it.
bool left_a_savepoint(world& one, const std::string& job) {
  const snapshot_file* newest = nullptr;
  for (const auto& [path, file] : one.files.all())
    if (resource_of(file.lineage) == job && (newest == nullptr || newest->taken < file.taken))
      newest = &file;
  if (newest == nullptr || newest->path.find("/savepoints/") == std::string::npos) return false;
  return std::ranges::any_of(one.kube.all(object_kind::flink_state_snapshot), [&](auto& entry) {
    const auto& spec = std::get<flink_state_snapshot>(*entry.second).spec;
    return spec->savepoint->already_exists && !spec->savepoint->dispose_on_delete &&
           normal_path(spec->savepoint->path) == newest->path;
  });
}

}  // namespace

BOOST_AUTO_TEST_CASE(deleted_jobs_leave_a_savepoint) {
  every_seed_holds(farewell_scenario, "none", 5);
}

BOOST_AUTO_TEST_CASE(what_a_deleted_job_was_stopped_with_is_there) {
  const auto what = scenario_of("tests/worlds/last_savepoint.yaml");
  world one{what, 1, {}};
  const auto result = one.run();
  BOOST_CHECK_MESSAGE(held(result), complaints_of(result));
  BOOST_TEST(left_a_savepoint(one, "flink/orders"));
  BOOST_TEST(left_a_savepoint(one, "flink/ledger"));
  const auto& all = one.files.all();
  BOOST_TEST(std::ranges::count_if(all, [](const auto& x) { return x.second.drained; }) == 1);
}

}  // namespace drey::sim
