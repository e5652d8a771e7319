// The options about snapshots that are made by themselves.
#include "protocol/snapshot_options.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>

namespace drey {
namespace {

BOOST_AUTO_TEST_SUITE(snapshot_option_values)

BOOST_AUTO_TEST_CASE(nothing_said_is_as_with_apache) {
  const auto none = snapshot_options_of({}, {});
  BOOST_TEST(none.savepoints.every.is_never());
  BOOST_TEST(none.checkpoints.every.is_never());
  BOOST_TEST(none.savepoints.count_max == 10);
  BOOST_TEST(none.savepoints.age_max.count() == 86'400'000);
  BOOST_TEST(none.checkpoints.count_max == 1);
  BOOST_TEST(none.checkpoints.age_max.count() == 0);
  BOOST_TEST(none.format == "CANONICAL");
  BOOST_CHECK(none.files == disposal::never);
  BOOST_CHECK(none.record == snapshot_record::as_resource);
}

BOOST_AUTO_TEST_CASE(the_job_says_it_before_its_cluster) {
  const configuration cluster{{std::string(periodic_savepoint_key), "1 h"},
                              {std::string(periodic_checkpoint_key), "0 * * * * ?"},
                              {std::string(savepoint_count_key), "3"},
                              {"state.checkpoints.num-retained", "4"},
                              {std::string(savepoint_dispose_key), "True"}};
  const configuration own{{std::string(periodic_savepoint_key), "0"},
                          {std::string(savepoint_age_key), "7 d"},
                          {std::string(savepoint_format_key), "NATIVE"}};
  const auto both = snapshot_options_of(own, cluster);
  BOOST_TEST(both.savepoints.every.is_never());
  BOOST_TEST(both.checkpoints.every.times.has_value());
  BOOST_TEST(both.savepoints.count_max == 3);
  BOOST_TEST(both.savepoints.age_max.count() == 7 * 86'400'000LL);
  BOOST_TEST(both.checkpoints.count_max == 4);
  BOOST_TEST(both.format == "NATIVE");
  BOOST_CHECK(both.files == disposal::with_resource);
}

BOOST_AUTO_TEST_CASE(whoever_wants_no_cleaning_keeps_all) {
  const auto all = snapshot_options_of(
      {{std::string(savepoint_cleanup_key), "false"}, {std::string(savepoint_count_key), "3"}}, {});
  BOOST_TEST(all.savepoints.count_max == std::numeric_limits<std::int32_t>::max());
  BOOST_TEST(all.savepoints.age_max.count() == 0);
}

BOOST_AUTO_TEST_CASE(whoever_wants_no_resources_has_none) {
  const configuration off{{std::string(snapshot_resource_key), "False"}};
  const configuration on{{std::string(snapshot_resource_key), "true"}};
  BOOST_CHECK(snapshot_options_of({}, off).record == snapshot_record::in_status);
  BOOST_CHECK(snapshot_options_of(on, off).record == snapshot_record::as_resource);
}

BOOST_AUTO_TEST_CASE(savepoints_by_schedule_need_a_directory) {
  const configuration hourly{{std::string(periodic_savepoint_key), "1 h"}};
  const auto told = periodic_savepoints_without_directory(hourly, {});
  BOOST_REQUIRE(told.has_value());
  BOOST_TEST(told->path == "spec.flinkConfiguration[execution.checkpointing.savepoint-dir]");
  BOOST_TEST(!periodic_savepoints_without_directory(hourly, {{"state.savepoints.dir", "s3://a"}}));
  BOOST_TEST(
      !periodic_savepoints_without_directory({{std::string(periodic_savepoint_key), "0"}}, hourly));
  BOOST_TEST(periodic_savepoints_without_directory({}, hourly).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace drey
