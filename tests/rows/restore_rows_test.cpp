/// Rows of what a job is restored from, of where it keeps its state, of reserved slots and of
/// back-off.
#include "actors/job_paths.hpp"
#include "tests/rows/job_pictures.hpp"

namespace drey {

inline std::ostream& operator<<(std::ostream& out, restore_choice x) {
  constexpr std::string_view names[] = {"as_planned", "newest", "unknown"};
  return out << names[static_cast<std::size_t>(x)];
}

}  // namespace drey

namespace drey::rows {

namespace {

using namespace job_pictures;
using enum pointer_answer;

struct choice_row {
  const char* because;
  execution_seen ran;
  pointer_answer job_manager, ha_metadata, store;
  restore_choice then;
};

const choice_row choice_rows[] = {
    {"it never ran: what it was to start from stands", execution_seen::never, unread, unread,
     unread, restore_choice::as_planned},
    {"it never ran, whatever else is found", execution_seen::never, found, found, found,
     restore_choice::as_planned},
    {"the JobManager that ran it knows", execution_seen::perhaps, found, unread, unread,
     restore_choice::newest},
    {"… even that there is nothing", execution_seen::perhaps, none, unread, unread,
     restore_choice::newest},
    {"HA metadata that names a checkpoint knows", execution_seen::perhaps, unread, found, unread,
     restore_choice::newest},
    {"the store that can be listed knows", execution_seen::perhaps, unread, unread, none,
     restore_choice::newest},
    {"HA metadata that is absent knows nothing: it goes when a job ends", execution_seen::perhaps,
     unread, none, unread, restore_choice::unknown},
    {"silence of all is not `no state`", execution_seen::perhaps, unread, unread, unread,
     restore_choice::unknown},
};

const restore_point chk5{"s3://c/chk-5", 5, "checkpoint"};
const restore_point chk9{"s3://c/chk-9", 9, "checkpoint"};
const restore_point unnumbered{"s3://s/savepoint-1", 0, "savepoint"};

template <class T>
std::string text(const T& x) {
  return text_of(x);
}

job_known known_with(configuration of_cluster, configuration of_job = {}) {
  auto known = seeing().known;
  known.cluster.config = std::make_shared<const configuration>(std::move(of_cluster));
  auto copy = *known.spec;
  copy.flink_configuration = std::move(of_job);
  known.spec = std::make_shared<const flink_session_job_spec>(std::move(copy));
  return known;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(restore_rows)

BOOST_AUTO_TEST_CASE(choice) {
  for (const auto& one : choice_rows) {
    const pointers said{first, one.job_manager, one.ha_metadata, one.store, {}, {}, {}, {}, {}, {}};
    BOOST_TEST(choose_restore(said, one.ran) == one.then, one.because);
  }
}

BOOST_AUTO_TEST_CASE(newest) {
  BOOST_TEST(text(newer_of({}, {})) == "none");
  BOOST_TEST(text(newer_of(chk5, {})) == text(chk5));
  BOOST_TEST(text(newer_of({}, chk5)) == text(chk5));
  BOOST_TEST(text(newer_of(chk9, chk5)) == text(chk9));
  BOOST_TEST(text(newer_of(chk5, chk9)) == text(chk9));
  BOOST_TEST(text(newer_of(chk9, unnumbered)) == text(unnumbered), "the store orders by time");
  const pointers said{first, found, found, none, chk5, chk9, {}, {}, {}, {}};
  BOOST_TEST(text(newest_of(said, {})) == text(chk9));
  BOOST_TEST(text(newest_of({}, chk5)) == text(chk5), "our own record counts");
  pointers beside = said;
  beside.from_snapshots = restore_point{"s3://s/1", 11, "savepoint"};
  BOOST_TEST(newest_of(beside, chk5)->path == "s3://s/1", "and what a FlinkStateSnapshot says");
}

BOOST_AUTO_TEST_CASE(told_by_the_job_manager) {
  checkpoints told;
  BOOST_TEST(text(newest_told(told)) == "none");
  told.restored = checkpoint_info{3, "s3://c/chk-3", 0};
  BOOST_TEST(newest_told(told)->checkpoint_id == 3, "what it was restored from still counts");
  told.completed = checkpoint_info{9, "s3://c/chk-9", 0};
  told.savepoint = checkpoint_info{8, "s3://s/savepoint-8", 0};
  BOOST_TEST(text(newest_told(told)) == text(chk9));
  told.savepoint->id = 10;
  BOOST_TEST(newest_told(told)->source == "savepoint");
  told.savepoint->path.clear();
  BOOST_TEST(text(newest_told(told)) == text(chk9), "without a path it is no restore source");
}

BOOST_AUTO_TEST_CASE(named_by_ha_metadata) {
  config_map ha;
  BOOST_TEST(text(checkpoint_named_by(ha, "s3://c", first)) == "none");
  ha.data = {{"counter", "12"},
             {"checkpointID-0000000000000000009", "rO0…"},
             {"checkpointID-0000000000000000010", "rO0…"}};
  BOOST_TEST(checkpoint_named_by(ha, "s3://c", first)->path == "s3://c/" + first.hex + "/chk-10");
  auto known = seeing().known;
  BOOST_TEST(text(ha_config_map(known, first)) == "ns/-" + first.hex + "-config-map");
  known.cluster.version = flink_version::v1_14;
  BOOST_TEST(text(ha_config_map(known, first)) == "ns/-" + first.hex + "-jobmanager-leader");
}

BOOST_AUTO_TEST_CASE(listed_by_the_store) {
  BOOST_TEST(text(newest_stored({})) == "none");
  BOOST_TEST(newest_stored({{"s3://c/chk-9", 100}, {"s3://c/chk-10", 100}})->checkpoint_id == 10,
             "of equal age the higher number");
  const auto by_time = newest_stored({{"s3://c/chk-9", 100}, {"s3://s/savepoint-1", 200}});
  BOOST_TEST(by_time->path == "s3://s/savepoint-1");
  BOOST_TEST(by_time->source == "savepoint");
  const auto by_id = newest_stored({{"s3://c/chk-9", 100, 9}, {"s3://s/savepoint-1", 200, 8}});
  BOOST_TEST(by_id->path == "s3://c/chk-9", "durable later, and begun before");
  BOOST_TEST(newest_stored({{"s3://s/savepoint-1", 200, 8}})->checkpoint_id == 8);
}

BOOST_AUTO_TEST_CASE(own_directories) {
  const char* key = "execution.checkpointing.dir";
  BOOST_TEST(checkpoint_directory(known_with({})) == "");
  BOOST_TEST(checkpoint_directory(known_with({{key, "s3://c/"}})) == "s3://c/ns/orders",
             "two jobs of one cluster never share a directory");
  BOOST_TEST(checkpoint_directory(known_with({{"state.checkpoints.dir", "s3://old"}})) ==
             "s3://old/ns/orders");
  BOOST_TEST(
      checkpoint_directory(known_with({{key, "s3://c"}}, {{key, "s3://mine"}})) == "s3://mine",
      "the job's own word counts");
  BOOST_TEST(savepoint_directory(known_with({{"state.savepoints.dir", "s3://s"}})) ==
             "s3://s/ns/orders");
  auto old = known_with({{"state.checkpoints.dir", "s3://c/"}}, {{key, "s3://mine"}});
  old.cluster.version = flink_version::v1_16;
  BOOST_TEST(checkpoint_directory(old) == "s3://c", "Flink took no configuration with the job");
}

BOOST_AUTO_TEST_CASE(an_execution_stays_where_it_began) {
  const char* key = "execution.checkpointing.dir";
  auto known = known_with({{key, "s3://new"}}, {{"state.checkpoints.dir", "s3://mine"}});
  BOOST_TEST(directory_in_use(known) == "s3://mine", "nothing is recorded by older versions");
  known.history.directory = "s3://old/ns/orders";
  BOOST_TEST(directory_in_use(known) == "s3://old/ns/orders");
  BOOST_TEST(checkpoint_directory(known) == "s3://mine", "where the next one begins");
  const auto config = submission_configuration(known, *known.spec);
  BOOST_TEST(config.at(key) == "s3://old/ns/orders", "as it was decided with its id");
  BOOST_TEST(!config.contains("state.checkpoints.dir"));
}

BOOST_AUTO_TEST_CASE(configuration_of_a_submission) {
  auto known = known_with({{"execution.checkpointing.dir", "s3://c"}},
                          {{"kubernetes.operator.job.restart.failed", "true"}, {"a", "b"}});
  auto config = submission_configuration(known, *known.spec);
  BOOST_TEST(config.at("a") == "b");
  BOOST_TEST(!config.contains("kubernetes.operator.job.restart.failed"));
  BOOST_TEST(config.at("pipeline.name") == "orders");
  BOOST_TEST(config.at("execution.checkpointing.dir") == "s3://c/ns/orders");
  BOOST_TEST(config.at("execution.checkpointing.externalized-checkpoint-retention") ==
             "RETAIN_ON_CANCELLATION");
  BOOST_TEST(!config.contains("restart-strategy.type"));
  known.cluster.version = flink_version::v1_16;
  policy(restart_policy::nostart)(known);
  config = submission_configuration(known, *known.spec);
  BOOST_TEST(config.at("state.checkpoints.dir") == "s3://c", "the JobManager's, for all jobs");
  BOOST_TEST(config.at("restart-strategy") == "none", "nostart: not even Flink starts it again");
}

/// The JobManager may have been started with other defaults than the cluster's spec has now.
BOOST_AUTO_TEST_CASE(defaults_of_the_cluster_go_with_a_submission) {
  auto known = known_with({{"execution.checkpointing.interval", "10 s"},
                           {"restart-strategy.type", "fixed-delay"},
                           {"pipeline.name", "theirs"},
                           {"state.checkpoints.dir", "s3://c"},
                           {"taskmanager.numberOfTaskSlots", "4"},
                           {"kubernetes.operator.job.restart.failed", "true"}},
                          {{"restart-strategy.type", "exponential-delay"}});
  const auto config = submission_configuration(known, *known.spec);
  BOOST_TEST(config.at("execution.checkpointing.interval") == "10 s");
  BOOST_TEST(config.at("restart-strategy.type") == "exponential-delay",
             "the job's own word counts");
  BOOST_TEST(config.at("pipeline.name") == "orders", "drey finds it by its name");
  BOOST_TEST(config.at("execution.checkpointing.dir") == "s3://c/ns/orders");
  BOOST_TEST(!config.contains("state.checkpoints.dir"), "its own directory is below the cluster's");
  BOOST_TEST(!config.contains("taskmanager.numberOfTaskSlots"), "a process reads it, no job");
  BOOST_TEST(!config.contains("kubernetes.operator.job.restart.failed"));
  known.cluster.version = flink_version::v1_16;
  BOOST_TEST(
      !submission_configuration(known, *known.spec).contains("execution.checkpointing.interval"),
      "Flink takes none with a job before 1.17: the JobManager has them");
}

BOOST_AUTO_TEST_CASE(waits_between_tries) {
  const milliseconds low{250}, high{1'000};
  BOOST_TEST(backoff(1, low, high).count() == 250);
  BOOST_TEST(backoff(2, low, high).count() == 500);
  BOOST_TEST(backoff(3, low, high).count() == 1'000);
  BOOST_TEST(backoff(1'000'000, low, high).count() == 1'000);
  BOOST_TEST(backoff(0, low, high).count() == 250);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
