/// Rows of a changed spec of a cluster that fails and is undone (decision 0025): when, when not,
/// and what its status says of it.
#include "actors/cluster_rollback.hpp"
#include "actors/cluster_status.hpp"
#include "protocol/primary_codec.hpp"
#include "protocol/reconciled_spec.hpp"
#include "protocol/validate.hpp"
#include "tests/rows/cluster_pictures.hpp"
#include "tests/rows/rollout_pictures.hpp"

namespace drey::rows {

namespace {

using namespace rollout_pictures;

constexpr milliseconds readiness = s(60);

/// A person asked for it, and generation 2 was stable.
auto asked() {
  return [](rollout_known& x) { x.back = {true, true, false, false, 2, readiness}; };
}
/// The newest spec failed, and the stable one counts.
auto undone() {
  return [](rollout_known& x) { x.back = {true, false, true, false, 2, readiness}; };
}
auto nothing_before() {
  return [](rollout_known& x) { x.back.other_stable = false; };
}
auto other_flink() {
  return [](rollout_known& x) { x.back.other_flink = true; };
}
auto each_rests() {
  return [](rollout_known& x) {
    for (auto& job : x.jobs) {
      job.stand = job_stand::stopped;
      job.rests = true;
    }
  };
}
auto failing(std::string message) {
  return [=](rollout_known& x) { x.failure = message; };
}
auto refused(std::string message) {
  return [=](rollout_known& x) { x.refused = message; };
}

rollback_record because(std::string why) { return {3, std::move(why), s(100).count()}; }

std::vector<m::command> undoes(ticket request, const std::string& why) {
  return {announce{"Warning", "Rollback",
                   "generation 3 is undone: " + why +
                       ". The cluster goes back to that of generation 2, which was stable last"},
          record_intent{request}, set_deadline{request, answer_wait}};
}

const set_tally joining{true, 2, {0, 1}, 0, 0, 2, 0, 0};
const set_tally none_came{true, 2, {}, 2, 0, 0, 0, 0};
const m::growing lacks{t0, swap, s(40), s(40), s(40)}, lacks_fresh{t0, swap, s(40), s(40)};
const std::string not_taken = "the API server refuses its objects (exceeded quota)";
const std::string none_up = "0 of 2 new TaskManagers came up within 1 min (no such image)";

const table<m> growing_rows{
    {"new ones do not come up: from now on it counts", seeing(asked(), tally(joining)), lacks_fresh,
     surroundings_seen{}, m::growing{t0, swap, s(100), s(100), s(100)}},
    {"for as long as they may take: undone",
     seeing(asked(), tally(joining), failing("no such image")), lacks, surroundings_seen{},
     m::undoing{t1, swap, because(none_up)}, undoes(t1, none_up)},
    {"the API server does not take their set",
     seeing(asked(), old_set(), refused("exceeded quota")), lacks, surroundings_seen{},
     m::undoing{t1, swap, because(not_taken)}, undoes(t1, not_taken)},
    {"nobody asked for that", seeing(tally(joining)), lacks, surroundings_seen{},
     m::growing{t0, swap, s(100), s(100)}},
    {"no other spec was stable", seeing(asked(), nothing_before(), tally(joining)), lacks,
     surroundings_seen{}, m::growing{t0, swap, s(100), s(100)}},
    {"it is the way back", seeing(undone(), tally(joining)), lacks, surroundings_seen{},
     m::growing{t0, swap, s(100), s(100)}},
    {"the JobManager does not say", seeing(asked(), tally(joining), silent()), lacks,
     surroundings_seen{}, m::growing{t0, swap, s(100), s(100)}},
};

const m::halted halts{t0, both, {2, jobs}};
const std::string not_ready = "its JobManager did not become ready within 1 min";
const std::string not_back = "jobs did not come back within 1 min: a, b";

const table<m> halted_rows{
    {"the JobManager is down: undone", seeing(asked(), silent(), down(), each_rests()), halts,
     surroundings_seen{}, m::undoing{t1, both, because(not_ready)}, undoes(t1, not_ready)},
    {"we do not reach it, and its kubelet says that it is ready", seeing(asked(), silent()), halts,
     surroundings_seen{}, halts},
    {"its TaskManagers do not come up",
     seeing(asked(), each_rests(), tally(none_came), failing("no such image")), halts,
     surroundings_seen{}, m::undoing{t1, both, because(none_up)}, undoes(t1, none_up)},
    {"its jobs do not come back", seeing(asked(), each(job_stand::moving)), halts,
     surroundings_seen{}, m::undoing{t1, both, because(not_back)}, undoes(t1, not_back)},
    {"one of them was not heard of", seeing(asked(), each(job_stand::unknown)), halts,
     surroundings_seen{}, halts},
    {"an old TaskManager does not go: no doing of the spec",
     seeing(asked(), each_rests(), tally({true, 2, {}, 1, 2, 3, 0, 0})), halts, surroundings_seen{},
     halts},
    {"its objects are refused",
     seeing(asked(), each_rests(), old_job_manager(), refused("exceeded quota")), halts,
     surroundings_seen{}, m::undoing{t1, both, because(not_taken)}, undoes(t1, not_taken)},
    {"another Flink, and no job has begun under it",
     seeing(asked(), other_flink(), silent(), down(), each_rests()), halts, surroundings_seen{},
     m::undoing{t1, both, because(not_ready)}, undoes(t1, not_ready)},
    {"another Flink, and a job may have written state of it",
     seeing(asked(), other_flink(), silent(), down(), each(job_stand::moving)), halts,
     surroundings_seen{}, halts},
    {"the way back fails, too: nothing more is done",
     seeing(undone(), silent(), down(), each_rests()), halts, surroundings_seen{}, halts},
    {"being deleted", seeing(asked(), silent(), down(), unclaimed()), halts, surroundings_seen{},
     halts},
};

const m::undoing undoing{t1, both, because("no")};

const table<m> undoing_rows{
    {"durable: the stable spec counts from now on", seeing(undone()), undoing, status_written{t1},
     m::beginning{t1}},
    {"an older answer", seeing(), undoing, status_written{t0}, undoing},
    {"somebody else was faster", seeing(), undoing, status_superseded{t1}, m::beginning{t1}},
    {"an older answer of that kind", seeing(), undoing, status_superseded{t0}, undoing},
    {"no answer: looked at anew", seeing(), undoing, deadline_passed{t1}, m::beginning{t1}},
    {"a wait of before", seeing(), undoing, deadline_passed{t0}, undoing},
};

const table<m> way_back_rows{
    {"it is carried out as any change",
     seeing(undone(), changed(restart_both), begun(restart_both, "Halted", 2, jobs)),
     m::beginning{t1}, surroundings_seen{}, m::recording{t2, both}, written(t2)},
    {"a death of the operator in its middle: whether one answers is looked at anew",
     seeing(undone(), begun(restart_both, "Stepping", 2, jobs), old_job_manager()),
     m::beginning{t0}, surroundings_seen{}, m::preparing{t0, {restart_both, 2}, s(100)}},
    {"no JobManager is up: those that were stopped must be back after the step",
     seeing(undone(), old_job_manager(), old_set(), silent(), down(), each_rests()),
     m::preparing{t0, both, s(100)}, surroundings_seen{}, m::stepping{t1, both, {2, jobs}},
     steps(t1)},
    {"one that rests is not restarted by it, whatever its policy",
     seeing(undone(), old_job_manager(), old_set(), each_rests(), b_held()),
     m::preparing{t0, both, s(100)}, surroundings_seen{}, m::stopping{t1, both, {2, jobs}},
     stops(t1)},
    {"done",
     seeing(undone()),
     m::preparing{t0, both, s(100)},
     surroundings_seen{},
     m::settled{t0},
     {announce{"Normal", "RolledBack", "What runs is the last stable spec"}}},
    {"a step that its operator did not come to write down: what is applied must come up",
     seeing(asked(), silent(), each_rests()),
     m::preparing{t0, both, s(100)},
     surroundings_seen{},
     m::stepping{t1, both, {}},
     {set_deadline{t1, readiness}}},
    {"… or another spec overtook it, a number of TaskManagers, say",
     seeing(asked(), tally(none_came), each_rests()),
     m::preparing{t0, both, s(100)},
     surroundings_seen{},
     m::stepping{t1, both, {}},
     {set_deadline{t1, readiness}}},
    {"the step has as long as a person says",
     seeing(asked(), old_job_manager(), old_set(), each_rests()),
     m::stopping{t0, both, {2, jobs}},
     surroundings_seen{},
     m::stepping{t1, both, {2, jobs}},
     {set_deadline{t1, readiness}}},
    {"… and is over when the new TaskManagers are there, too", seeing(asked(), tally(none_came)),
     m::stepping{t1, both, {2, {}}}, surroundings_seen{}, m::stepping{t1, both, {2, {}}}},
    {"… but for those that are not made for want of room",
     seeing(asked(), tally(none_came), [](rollout_known& x) { x.held = 2; }),
     m::stepping{t1, both, {2, {}}}, surroundings_seen{}, m::preparing{t1, both, s(100)}},
};

flink_deployment_spec spec_with(std::string image, std::int32_t replicas, std::string flag) {
  flink_deployment_spec spec;
  spec.image = std::move(image);
  spec.flink_version = flink_version::v1_20;
  spec.task_manager.replicas = replicas;
  spec.flink_configuration["kubernetes.operator.deployment.rollback.enabled"] = std::move(flag);
  return spec;
}

/// Generation 2 was stable, and generation 3 failed.
flink_deployment undone_cluster(flink_deployment_spec newest) {
  flink_deployment cluster;
  cluster.spec = std::make_shared<const flink_deployment_spec>(std::move(newest));
  cluster.status.rollback = because("no");
  auto& specs = cluster.status.reconciliation;
  specs.state = rolling_back;
  specs.last_reconciled_spec =
      reconciled_text(3, deployment_is::another, encode_spec(spec_with("bad", 2, "true")));
  specs.last_stable_spec =
      reconciled_text(2, deployment_is::another, encode_spec(spec_with("good", 2, "true")));
  return cluster;
}

flink_deployment_status told(rollout_report report, flink_deployment_status before = {}) {
  auto machine = cluster_pictures::seeing();
  machine.known.generation = 3;
  machine.known.recorded = std::move(before);
  report.back = {true, false, true, false, 2, readiness};
  return status_of(machine.known, cluster_machine::ready{}, {2, 2, 2, 4}, report);
}

std::string text_of_stall(const flink_deployment_status& status) {
  const auto found = std::ranges::find(status.conditions, "Stalled", &condition::type);
  return found->status + " " + found->reason;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rollout_return_rows)

BOOST_AUTO_TEST_CASE(growing) { growing_rows.hold(); }
BOOST_AUTO_TEST_CASE(halted) { halted_rows.hold(); }
BOOST_AUTO_TEST_CASE(undoing_it) { undoing_rows.hold(); }
BOOST_AUTO_TEST_CASE(the_way_back) { way_back_rows.hold(); }

/// Until the other spec counts, nothing more of the one that failed is done, and no job is started.
BOOST_AUTO_TEST_CASE(nothing_is_done_while_it_is_written_down) {
  const auto begun_both = begun(restart_both, "Halted", 2, jobs);
  const auto record = record_of(undoing, seeing(begun_both).known);
  BOOST_TEST((record ? record->phase : "") == "Halted");
  const auto may = permits_of(undoing);
  BOOST_TEST(!(may.job_manager || may.task_managers || may.spares));
  BOOST_TEST(!starts_jobs(undoing, seeing(begun_both).known));
  BOOST_TEST(starts_jobs(m::undoing{t1, swap, {}}, seeing().known));
}

BOOST_AUTO_TEST_CASE(why_it_halts_says_what_becomes_of_it) {
  const auto text = [](const m& machine) { return word_of(halts, machine.known).message; };
  BOOST_TEST(text(seeing(asked(), each(job_stand::moving)))
                 .ends_with("The changed spec is undone if they do not work now"));
  BOOST_TEST(text(seeing(asked(), other_flink(), each(job_stand::moving)))
                 .ends_with("since jobs may have state of another version of Flink by now"));
  BOOST_TEST(text(seeing(asked(), nothing_before(), each(job_stand::moving)))
                 .ends_with("since no other spec of it was stable before"));
  BOOST_TEST(text(seeing(each(job_stand::moving))).ends_with("or the spec is changed"));
}

BOOST_AUTO_TEST_CASE(which_spec_counts) {
  const auto counts = undone_in(undone_cluster(spec_with("bad", 2, "true")));
  BOOST_REQUIRE(counts.has_value());
  BOOST_TEST(counts->counts->image.value() == "good");
  const auto scaled = undone_in(undone_cluster(spec_with("bad", 5, "true")));
  BOOST_REQUIRE(scaled.has_value());
  BOOST_TEST(scaled->counts->image.value() == "good");
  BOOST_TEST(scaled->counts->task_manager.replicas.value() == 5, "a number is never undone");
  BOOST_TEST(!undone_in(undone_cluster(spec_with("better", 2, "true"))).has_value());
  BOOST_TEST(!undone_in(undone_cluster(spec_with("good", 2, "true"))).has_value());
  BOOST_TEST(!undone_in(undone_cluster(spec_with("bad", 2, "false"))).has_value());
  auto cluster = undone_cluster(spec_with("bad", 2, "true"));
  cluster.status.rollback.reset();
  BOOST_TEST(!undone_in(cluster).has_value());
}

BOOST_AUTO_TEST_CASE(what_was_deployed_is_the_stable_spec_once_the_way_back_is_written_down) {
  auto cluster = undone_cluster(spec_with("bad", 2, "true"));
  BOOST_TEST(deployed_spec(cluster)->image.value() == "bad");
  cluster.status.reconciliation.state = rolled_back;
  BOOST_TEST(deployed_spec(cluster)->image.value() == "good");
}

BOOST_AUTO_TEST_CASE(whether_another_spec_was_stable) {
  const auto back = [](flink_deployment_spec newest) {
    return return_of(undone_cluster(newest), newest);
  };
  BOOST_TEST(back(spec_with("bad", 2, "true")).other_stable);
  BOOST_TEST(back(spec_with("bad", 2, "true")).asked);
  BOOST_TEST(back(spec_with("bad", 2, "true")).stable_generation == 2);
  BOOST_TEST(!back(spec_with("bad", 2, "false")).asked);
  BOOST_TEST(!back(spec_with("good", 7, "true")).other_stable, "scaling restarts nothing");
  auto again = spec_with("good", 2, "true");
  again.restart_nonce = 1;
  BOOST_TEST(!back(again).other_stable, "the same under another nonce would fail again");
  auto newer = spec_with("bad", 2, "true");
  newer.flink_version = flink_version::v2_0;
  BOOST_TEST(back(newer).other_flink);
  newer.flink_configuration["kubernetes.operator.deployment.readiness.timeout"] = "90 s";
  BOOST_CHECK(back(newer).readiness == s(90));
}

BOOST_AUTO_TEST_CASE(status_in_the_words_of_apache) {
  rollout_report report;
  report.rollback = because("no");
  report.record = rollout_record{"restart_both", 3, "Halted", 0, {}};
  report.active = true;
  report.word = {"Preparing", ""};
  auto status = told(report);
  BOOST_TEST(status.reconciliation.state == "ROLLING_BACK");
  BOOST_TEST(status.lifecycle_state == "ROLLING_BACK");
  BOOST_TEST(text_of_stall(status) == "True RollingBack");
  report.stable = "the stable one";  // the intent to go back
  status = told(report, status);
  BOOST_TEST(status.reconciliation.state == "ROLLED_BACK");
  BOOST_TEST(status.reconciliation.last_stable_spec == "the stable one");
  BOOST_TEST(status.lifecycle_state == "ROLLING_BACK");
  report.stable.clear();
  report.word = {"RolloutHalted", "did not come back: a"};
  BOOST_TEST(text_of_stall(told(report, status)) == "True RollbackFailed");
  BOOST_TEST(told(report, status).error ==
             "the way back does not go on: did not come back: a. It was begun because generation 3 "
             "is undone: no. The cluster goes back to that of generation 2, which was stable last. "
             "Mend the spec: any change of it is tried anew");
  report.active = false;
  report.record.reset();
  report.word = {"RolledBack", ""};
  status = told(report, status);
  BOOST_TEST(status.reconciliation.state == "ROLLED_BACK");
  BOOST_TEST(status.lifecycle_state == "ROLLED_BACK");
  BOOST_TEST(text_of_stall(status) == "True RolledBack");
  status.reconciliation.last_reconciled_spec = "the one that failed";
  status = told({}, status);  // a person has changed it
  BOOST_TEST(status.reconciliation.state == "DEPLOYED");
  BOOST_TEST(status.reconciliation.last_reconciled_spec == "the stable one");
  BOOST_TEST(text_of_stall(status) == "False JobManagerReady");
  BOOST_TEST(!status.rollback.has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
