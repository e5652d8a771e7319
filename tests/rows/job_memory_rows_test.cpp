/// Rows of a session job's memory: which of two is the later one.
#include "actors/job_memory.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/rows/job_pictures.hpp"

namespace drey::rows {

namespace {

const lineage none{};
const lineage one{1, {"a"}, {}, 0};
const lineage one_failed{1, {"a"}, {}, 1};
const lineage two{2, {"a", "b"}, {}, 0};

savepoint_record savepoint(std::int64_t nonce, std::string state) {
  return {nonce, std::move(state), "t", "", ""};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(job_memory_rows)

BOOST_AUTO_TEST_CASE(lineages) {
  BOOST_CHECK(later_of(none, one) == one);
  BOOST_CHECK(later_of(one, two) == two);  // written late, by an operator that has ended
  BOOST_CHECK(later_of(two, one) == two);  // not written yet
  BOOST_CHECK(later_of(one_failed, one) == one_failed);
  auto stopped = one;  // read late: it was stopped with a savepoint meanwhile
  stopped.triggers = {"t1"};
  BOOST_CHECK(later_of(one, stopped) == stopped);
  BOOST_CHECK(later_of(stopped, one) == stopped);
}

/// Decision 0041.
BOOST_AUTO_TEST_CASE(what_another_operator_wrote) {
  flink_session_job_status status;
  status.job.job_id = "a";
  BOOST_CHECK(lineage_in(status) == none);  // nobody carried it out
  status.reconciliation.last_reconciled_spec = "{}";
  BOOST_CHECK(lineage_in(status) == one);
  status.job.upgrade_savepoint_path = "KUBERNETES_OPERATOR_LAST_STATE";
  BOOST_CHECK(lineage_in(status) == one);
  status.job.upgrade_savepoint_path = "s3://x/savepoint-1";
  auto saved = one;
  saved.newest = restore_point{"s3://x/savepoint-1", 0, "savepoint"};
  BOOST_CHECK(lineage_in(status) == saved);
  status.job.job_id.clear();  // it was stopped
  saved.job_ids.clear();
  BOOST_CHECK(lineage_in(status) == saved);
  status.job.upgrade_savepoint_path.clear();
  BOOST_CHECK(lineage_in(status) == none);
  status.lineage = two;
  BOOST_CHECK(lineage_in(status) == two);
}

BOOST_AUTO_TEST_CASE(savepoints) {
  const auto was = savepoint(1, "COMPLETED");
  const auto begun = savepoint(2, "IN_PROGRESS");
  const auto failed = savepoint(2, "FAILED");
  BOOST_CHECK(later_of(was, begun, 2) == begun);
  BOOST_CHECK(later_of(begun, was, 2) == begun);
  BOOST_CHECK(later_of(was, begun, 3) == was);  // neither is what is asked for: ours goes on
  BOOST_CHECK(later_of(was, begun, {}) == was);
  BOOST_CHECK(later_of(begun, failed, 2) == failed);
  BOOST_CHECK(later_of(failed, begun, 2) == failed);
}

BOOST_AUTO_TEST_CASE(the_savepoint_that_it_was_stopped_with) {
  using namespace job_pictures;
  const stop_order order{stop_way::savepoint, first, "trigger", "s3://sp/trigger", 3};
  auto machine = seeing(recorded_stop_of(order));
  auto& known = machine.known;
  known.recorded.change().operation->started = 90'000;
  restore_point newest{"s3://sp/trigger/savepoint-1", 5, "savepoint"};
  BOOST_TEST(!savepoint_of_stop(known, newest), "it may run on");
  newest.end_of = first.hex;
  const auto found = savepoint_of_stop(known, newest);
  BOOST_REQUIRE(found.has_value());
  BOOST_CHECK(
      (*found == unlisted_savepoint{"orders-savepoint-upgrade-90000", newest.path, first.hex, 5}));
  auto listed = newest;
  listed.snapshot = found->name;
  BOOST_TEST(!savepoint_of_stop(known, listed), "it has its resource");
  auto older = newest;
  older.path = "s3://sp/another/savepoint-1";
  BOOST_TEST(!savepoint_of_stop(known, older), "another one is what it was stopped with");
  known.recorded.change().operation.reset();
  BOOST_TEST(!savepoint_of_stop(known, newest), "it was not stopped by us");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
