/// Flink's configuration as the model reads it, and the restart strategies.
#include "sim/flink/settings.hpp"

#include <boost/test/unit_test.hpp>

using namespace drey;
using namespace drey::sim;

namespace {

std::vector<std::int64_t> delays(const configuration& config, flink_version version, int count,
                                 milliseconds healthy = milliseconds{0}) {
  choices chance{1};
  const auto strategy = restart_strategy_of(config, version, checkpointing::on);
  restart_history history;
  std::vector<std::int64_t> all;
  for (int n = 0; n < count; ++n) {
    const auto delay = history.next(strategy, seconds{n}, healthy, chance);
    all.push_back(delay ? delay->count() : -1);
  }
  return all;
}

configuration strategy(std::string name, configuration options = {}) {
  options["restart-strategy.type"] = std::move(name);
  return options;
}

constexpr auto now_version = flink_version::v1_20;

}  // namespace

BOOST_AUTO_TEST_SUITE(flink_settings)

BOOST_AUTO_TEST_CASE(flat_lines_with_quotes_and_comments) {
  const auto config = parse_flat_configuration(
      "# c: d\n\na: 1\r\n  b.c: 'x: y'\n\"d\": \"z\"\nwrong\ne:  http://h:1/p  \nlast: 2");
  const configuration wanted{
      {"a", "1"}, {"b.c", "x: y"}, {"d", "z"}, {"e", "http://h:1/p"}, {"last", "2"}};
  BOOST_TEST((config == wanted));
}

BOOST_AUTO_TEST_CASE(a_process_has_flinks_defaults) {
  const auto x = process_settings_of({});
  BOOST_TEST(!x.high_availability);
  BOOST_TEST(x.slots == 1);
  BOOST_TEST(x.heartbeat_timeout.count() == 50'000);
  BOOST_TEST(x.lease_duration.count() == 15'000);
  BOOST_TEST(x.delete_job_results);
}

BOOST_AUTO_TEST_CASE(ha_is_known_by_either_key_and_by_its_class) {
  const auto on = [](std::string key, std::string value) {
    return process_settings_of({{std::move(key), std::move(value)}}).high_availability;
  };
  BOOST_TEST(on("high-availability.type", "kubernetes"));
  BOOST_TEST(on("high-availability", "kubernetes"));
  BOOST_TEST(on("high-availability",
                "org.apache.flink.kubernetes.highavailability.KubernetesHaServicesFactory"));
  BOOST_TEST(!on("high-availability.type", "NONE"));
}

BOOST_AUTO_TEST_CASE(a_job_reads_old_and_new_keys) {
  const auto x = job_settings_of({{"execution.checkpointing.interval", "1 min"},
                                  {"state.checkpoints.dir", "s3://b/c"},
                                  {"state.savepoints.dir", "s3://b/s"},
                                  {"state.checkpoints.num-retained", "4"},
                                  {"parallelism.default", "3"}},
                                 now_version);
  BOOST_TEST(x.checkpoint_interval->count() == 60'000);
  BOOST_TEST(x.checkpoint_dir == "s3://b/c");
  BOOST_TEST(x.savepoint_dir == "s3://b/s");
  BOOST_TEST(x.retained == 4u);
  BOOST_TEST(x.parallelism == 3);
  BOOST_TEST(!job_settings_of({}, now_version).checkpoint_interval);
}

BOOST_AUTO_TEST_CASE(exponential_delay_grows_to_its_maximum_and_starts_anew_after_health) {
  const auto all = delays({}, now_version, 20);
  BOOST_TEST(all[0] >= 900);
  BOOST_TEST(all[0] <= 1'100);
  BOOST_TEST(all[1] >= 1'350);
  BOOST_TEST(all[1] <= 1'650);
  BOOST_TEST(all[19] >= 54'000);
  BOOST_TEST(all[19] <= 60'000);
  BOOST_TEST(delays({}, now_version, 5, std::chrono::hours{2})[4] <= 1'100);
}

BOOST_AUTO_TEST_CASE(fixed_delay_gives_up_after_its_attempts) {
  const auto all = delays(strategy("fixed-delay", {{"restart-strategy.fixed-delay.attempts", "2"},
                                                   {"restart-strategy.fixed-delay.delay", "5 s"}}),
                          now_version, 3);
  BOOST_TEST(all == (std::vector<std::int64_t>{5'000, 5'000, -1}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(failure_rate_counts_within_its_interval) {
  const auto config =
      strategy("failure-rate", {{"restart-strategy.failure-rate.max-failures-per-interval", "2"},
                                {"restart-strategy.failure-rate.failure-rate-interval", "2 s"},
                                {"restart-strategy.failure-rate.delay", "1 s"}});
  const auto all = delays(config, now_version, 3);  // one failure a second
  BOOST_TEST(all == (std::vector<std::int64_t>{1'000, 1'000, -1}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(failures_that_are_far_apart_are_within_the_rate) {
  const auto config =
      strategy("failure-rate", {{"restart-strategy.failure-rate.max-failures-per-interval", "2"},
                                {"restart-strategy.failure-rate.failure-rate-interval", "1 s"}});
  BOOST_TEST(delays(config, now_version, 30).back() == 1'000);
}

BOOST_AUTO_TEST_CASE(what_no_strategy_means_depends_on_version_and_checkpoints) {
  choices chance{1};
  BOOST_TEST(delays({}, flink_version::v1_19, 3).back() == 1'000);
  BOOST_TEST(delays(strategy("none"), now_version, 1).back() == -1);
  restart_history history;
  const auto off = restart_strategy_of({}, now_version, checkpointing::off);
  BOOST_TEST(!history.next(off, seconds{1}, seconds{1}, chance).has_value());
}

/// A launch under the same id, or without any in the same cluster, finds what is over of another.
BOOST_AUTO_TEST_CASE(the_result_of_an_application_is_stored_by_its_id) {
  const auto result_with = [](const configuration& own) {
    auto all = own;
    all.insert({{"kubernetes.cluster-id", "c"}, {"high-availability.storageDir", "file:///ha"}});
    return application_result_of(process_settings_of(all), all);
  };
  BOOST_TEST(result_with({}) == result_with({}));
  const auto first = result_with({{"$internal.application.id", "ab"}});
  BOOST_TEST(first == "file:///ha/application-result-store/c/ab");
  BOOST_TEST(first != result_with({{"$internal.application.id", "cd"}}));
  BOOST_TEST(result_with({{"application-result-store.storage-path", "s3://r"},
                          {"$internal.application.id", "ab"}}) == "s3://r/ab");
}

BOOST_AUTO_TEST_SUITE_END()
