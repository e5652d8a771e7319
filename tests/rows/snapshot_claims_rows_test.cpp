/// Who may restore from a savepoint, so that its files must stay: one line for each way to need it.
#include "actors/snapshot_claims.hpp"

#include <boost/test/unit_test.hpp>

namespace drey::rows {

namespace {

const std::string path = "file:///state/sp/1";
const std::string execution = "11111111111111111111111111111111";

flink_state_snapshot a_savepoint() {
  flink_state_snapshot x;
  x.metadata.ns = "flink";
  x.metadata.name = "nightly";
  x.metadata.uid = "snapshot-uid";
  auto spec = std::make_shared<flink_state_snapshot_spec>();
  spec->job_kind = "FlinkSessionJob";
  spec->job_name = "orders";
  spec->savepoint.emplace();
  x.spec = std::move(spec);
  x.status.state = "COMPLETED";
  x.status.path = path;
  x.status.origin = snapshot_origin{"job-uid", execution, "session", 7};
  return x;
}

/// Its job, whose newest state on record is checkpoint `newest` of that execution.
flink_session_job its_job(std::int64_t newest) {
  flink_session_job x;
  x.metadata.ns = "flink";
  x.metadata.name = "orders";
  x.metadata.uid = "job-uid";
  auto spec = std::make_shared<flink_session_job_spec>();
  spec->deployment_name = "session";
  spec->job.emplace();
  x.spec = std::move(spec);
  x.status.lineage.emplace();
  x.status.lineage->submissions = 1;
  x.status.lineage->job_ids = {execution};
  x.status.lineage->newest =
      restore_point{"file:///state/cp/chk-" + std::to_string(newest), newest, "checkpoint"};
  return x;
}

template <class F>
flink_session_job changed(flink_session_job x, F change) {
  auto spec = std::make_shared<flink_session_job_spec>(*x.spec);
  change(*spec->job);
  x.spec = std::move(spec);
  return x;
}

template <class F>
flink_session_job with_history(F change) {
  auto x = its_job(9);
  change(*x.status.lineage);
  return x;
}

template <class T>
std::string claim(const T& by, const flink_state_snapshot& on = a_savepoint()) {
  const auto all = claims_on(on, {std::make_shared<object>(by)});
  return all.empty() ? "" : all.front().why;
}

const std::string newest_of_orders =
    "it may be the newest state of FlinkSessionJob flink/orders: it goes when that has a newer "
    "checkpoint or savepoint, or is deleted";

}  // namespace

BOOST_AUTO_TEST_SUITE(snapshot_claims_rows)

BOOST_AUTO_TEST_CASE(a_job_needs_its_newest_state) {
  BOOST_TEST(claim(its_job(9)) == "");
  BOOST_TEST(claim(its_job(6)) == newest_of_orders);
  BOOST_TEST(claim(with_history([](lineage& x) { x.newest.reset(); })) == newest_of_orders);
  BOOST_TEST(claim(with_history([](lineage& x) { x.newest->path = "/state/sp/1/_metadata"; })) ==
             newest_of_orders);
}

BOOST_AUTO_TEST_CASE(what_is_not_known_is_needed) {
  auto unplaced = a_savepoint();
  unplaced.status.origin->checkpoint_id = 0;
  BOOST_TEST(claim(its_job(9), unplaced) == newest_of_orders);
  // Whoever was started again since was started from its newest state.
  const auto again = with_history([](lineage& x) {
    x.submissions = 2;
    x.job_ids.push_back("22222222222222222222222222222222");
  });
  BOOST_TEST(claim(again, unplaced) == "");
  const auto over = with_history([](lineage& x) { x.newest->end_of = execution; });
  BOOST_TEST(claim(over, unplaced) == "");
}

BOOST_AUTO_TEST_CASE(a_finished_job_has_lost_its_checkpoints) {
  auto job = its_job(9);
  job.status.job.state = "FINISHED";
  BOOST_TEST(claim(job) == newest_of_orders);
}

BOOST_AUTO_TEST_CASE(state_that_was_given_up_is_not_needed) {
  BOOST_TEST(claim(with_history([](lineage& x) {
               x.submissions = 2;
               x.branch = 1;
               x.job_ids.push_back("22222222222222222222222222222222");
               x.newest.reset();
             })) == "");
  auto namesake = its_job(6);
  namesake.metadata.uid = "another-uid";
  BOOST_TEST(claim(namesake) == "");
}

BOOST_AUTO_TEST_CASE(an_application_needs_it_as_a_session_job_does) {
  const auto as_application = [](const flink_session_job& job) {
    flink_deployment x;
    x.metadata = job.metadata;
    auto spec = std::make_shared<flink_deployment_spec>();
    spec->job = job.spec->job;
    x.spec = std::move(spec);
    x.status.application = job.status;
    return x;
  };
  auto it = a_savepoint();
  auto named = std::make_shared<flink_state_snapshot_spec>(*it.spec);
  named->job_kind = "FlinkDeployment";
  it.spec = std::move(named);
  const job_reference whose{object_kind::flink_deployment, {"flink", "orders"}};
  BOOST_TEST((job_of(it) == whose));
  BOOST_TEST(claim(as_application(its_job(9)), it) == "");
  const auto older = std::make_shared<object>(as_application(its_job(6)));
  const auto all = claims_on(it, {older});
  BOOST_REQUIRE(all.size() == 1U);
  BOOST_TEST(all[0].why ==
             "it may be the newest state of FlinkDeployment flink/orders: it goes when that has a "
             "newer checkpoint or savepoint, or is deleted");
  BOOST_TEST((all[0].job == whose));
}

BOOST_AUTO_TEST_CASE(what_is_preferred_to_newer_state_is_needed) {
  const auto job =
      changed(its_job(9), [](job_spec& x) { x.restore_preference = restore_preference::snapshot; });
  BOOST_TEST(claim(job) ==
             "FlinkSessionJob flink/orders prefers it to newer state (spec.job.restorePreference): "
             "it goes when there is a newer FlinkStateSnapshot of that, or another preference");
  auto newer = a_savepoint();
  newer.metadata.uid = "newer";
  newer.status.path = "/state/sp/2";
  newer.status.origin->checkpoint_id += 1;
  BOOST_TEST(
      claims_on(a_savepoint(), {std::make_shared<object>(job), std::make_shared<object>(newer)})
          .empty());
}

BOOST_AUTO_TEST_CASE(whatever_names_it_needs_it) {
  auto starting = its_job(9);
  starting.metadata.name = "copy";
  starting.metadata.uid = "another-uid";
  starting.status.operation.emplace().path = "file:/state/sp/1/";
  BOOST_TEST(
      claim(starting).starts_with("it may be the newest state of FlinkSessionJob flink/copy"));

  const auto initial = changed(its_job(9), [](job_spec& x) { x.initial_savepoint_path = path; });
  BOOST_TEST(claim(initial) ==
             "FlinkSessionJob flink/orders names it in spec.job.initialSavepointPath: take it out "
             "there");

  auto referring = changed(its_job(9), [](job_spec& x) { x.snapshot.emplace().name = "nightly"; });
  BOOST_TEST(claim(referring) == "");  // it has begun, and goes on from its own state
  referring.status.lineage.reset();
  BOOST_TEST(claim(referring) ==
             "FlinkSessionJob flink/orders is to begin with it "
             "(spec.job.flinkStateSnapshotReference)");
  referring.metadata.ns = "elsewhere";
  BOOST_TEST(claim(referring) == "");

  flink_deployment application;
  application.metadata.ns = "flink";
  application.metadata.name = "app";
  application.status.job.upgrade_savepoint_path = path;
  BOOST_TEST(claim(application) == "it may be the newest state of FlinkDeployment flink/app");
}

BOOST_AUTO_TEST_CASE(two_resources_of_the_same_files) {
  auto other = a_savepoint();
  BOOST_TEST(claim(other) == "");  // itself
  other.metadata.uid = "another-uid";
  other.metadata.name = "imported";
  BOOST_TEST(claim(other) ==
             "FlinkStateSnapshot flink/imported names the same files: delete it, too");
  other.metadata.deletion_timestamp = milliseconds{1};
  BOOST_TEST(claim(other) == "");
}

BOOST_AUTO_TEST_CASE(what_goes_with_a_resource) {
  auto x = a_savepoint();
  BOOST_TEST(disposable_path(x) == path);
  const auto with = [&](auto change) {
    auto copy = x;
    auto spec = std::make_shared<flink_state_snapshot_spec>(*x.spec);
    change(copy, *spec);
    copy.spec = std::move(spec);
    return disposable_path(copy);
  };
  using resource = flink_state_snapshot;
  using spec = flink_state_snapshot_spec;
  BOOST_TEST(with([](resource&, spec& s) { s.savepoint->dispose_on_delete = false; }) == "");
  BOOST_TEST(with([](resource&, spec& s) { s.job_name.reset(); }) == "");
  BOOST_TEST(with([](resource&, spec& s) { s.savepoint.reset(); }) == "");
  BOOST_TEST(with([](resource& r, spec&) { r.status.state = "ABANDONED"; }) == "");
  BOOST_TEST(with([](resource& r, spec&) { r.status.path = "s3://state/cp/chk-7"; }) == "");
}

BOOST_AUTO_TEST_CASE(who_disposes_of_it) {
  const auto cluster = [](std::string name, std::string state) {
    flink_deployment x;
    x.metadata.name = std::move(name);
    x.status.job_manager_deployment_status = std::move(state);
    return std::make_shared<object>(std::move(x));
  };
  const auto x = a_savepoint();
  BOOST_TEST(disposer_of(x, {cluster("other", "DEPLOYING")}) == nullptr);
  BOOST_TEST(disposer_of(x, {cluster("other", "READY")})->metadata.name == "other");
  BOOST_TEST(disposer_of(
                 x, {cluster("other", "READY"), cluster("session", "READY"), cluster("z", "READY")})
                 ->metadata.name == "session");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
