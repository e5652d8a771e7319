/// Rows of a session job whose parallelism is to change in place, until Flink is asked (decision
/// 0031).
#include "actors/job_rescaling.hpp"

#include <algorithm>

#include "actors/job_parallelism.hpp"
#include "actors/job_status.hpp"

#include "tests/rows/job_rescaling_pictures.hpp"

namespace drey::rows {

namespace {

using namespace rescaling_pictures;

const m::running works{t1, first, s(50)};
const std::string lack =
    "its parallelism goes to 2 once 1 more slots are free in cluster session; until then it runs "
    "on with 1";

const table<m> beginning_rows{
    {"slots for more are reserved first",
     changed(),
     works,
     cluster_seen{},
     m::measuring{t2, first, 2},
     {release_slots{}, reserve_more{t2, 1}, set_deadline{t2, s(30)}}},
    {"fewer need none",
     changed(runs_with(3)),
     works,
     cluster_seen{},
     m::measuring{t2, first, 2},
     {release_slots{}, look_at_vertices{t2, first}, set_deadline{t2, s(30)}}},
    {"slots are lacking: it is told, and nothing is stopped",
     changed(free_slots(0)),
     works,
     cluster_seen{},
     works,
     {note_change{{3, 0, lack, 0}}, tell{"Warning", "WaitingForSlots", lack}}},
    {"once", changed(free_slots(0), change_failed({3, 0, lack, 0})), works, cluster_seen{}, works},
    {"they have come: what was told is over",
     changed(change_failed({3, 0, lack, 0})),
     works,
     cluster_seen{},
     m::measuring{t2, first, 2},
     {release_slots{}, reserve_more{t2, 1}, set_deadline{t2, s(30)}, note_change{}}},
    {"another scheduler: stopped",
     changed(with_directories()),
     works,
     cluster_seen{},
     m::intending{t2, by_force},
     {release_slots{}, record_intent{t2}, set_deadline{t2, s(30)}}},
    {"more than its parallelism changes: stopped",
     changed(needs(job_need::restart)),
     works,
     cluster_seen{},
     m::intending{t2, by_force},
     {release_slots{}, record_intent{t2}, set_deadline{t2, s(30)}}},
    {"its state is given up: stopped",
     changed(upgrades_by(upgrade_mode::stateless)),
     works,
     cluster_seen{},
     m::intending{t2, by_force},
     {release_slots{}, record_intent{t2}, set_deadline{t2, s(30)}}},
    {"under way before an operator came",
     begun(),
     works,
     cluster_seen{},
     m::rescaling{t2, first, 2, seen_lists},
     {release_slots{}, look_at_vertices{t2, first}, set_deadline{t2, s(30)}}},
    {"the same, while its tasks are brought back",
     seeing(cluster_config(adaptive), listed(first, "RUNNING", 1), in_progress()),
     m::restarting{t1, first},
     cluster_seen{},
     m::rescaling{t2, first, 2, seen_lists},
     {release_slots{}, look_at_vertices{t2, first}, set_deadline{t2, s(30)}}},
    {"the same, under a JobManager that recovers it",
     seeing(cluster_config(adaptive), listed(first, "RUNNING", 1), in_progress()),
     m::starting{t1, first, long_ago},
     cluster_seen{},
     m::rescaling{t2, first, 2, seen_lists},
     {release_slots{}, look_at_vertices{t2, first}, set_deadline{t2, s(30)}}},
};

/// Positions in which nothing was asked of Flink yet.
struct before_it {
  m::state position;
  std::string name;
};

table<m> rows_before_the_intent() {
  std::vector<row<m>> rows;
  const std::vector<before_it> all{{m::measuring{t1, first, 2}, "measuring"},
                                   {m::securing{t1, first, 2, s(100), {}}, "securing"}};
  for (const auto& [now, name] : all) {
    rows.push_back({name + ": goes on", changed(), now, cluster_seen{}, now});
    rows.push_back({name + ": wanted", changed(), now, job_seen{}, now});
    rows.push_back({name + ": deleted",
                    changed(deleting(), sent({first})),
                    now,
                    job_seen{},
                    m::cancelling{t2, s(100), seen_lists},
                    {release_slots{}, cancel_execution{first}, set_deadline{t2, s(1)}}});
    rows.push_back({name + ": it is over",
                    changed(unlisted, listed(first, "FAILED", 0)),
                    now,
                    cluster_seen{},
                    m::gathering{t2, first, "FAILED", 1},
                    {release_slots{}, gather_pointers{t2, first}, set_deadline{t2, s(30)}}});
    rows.push_back({name + ": not listed",
                    changed(unlisted),
                    now,
                    cluster_seen{},
                    m::missing{t2, first, s(100), seen_lists},
                    {set_deadline{t2, s(1)}}});
    rows.push_back({name + ": its tasks fail",
                    changed(unlisted, listed(first, "RUNNING", 1)),
                    now,
                    cluster_seen{},
                    m::restarting{t2, first},
                    {release_slots{}}});
    rows.push_back({name + ": its spec is another now",
                    changed(needs(job_need::restart)),
                    now,
                    cluster_seen{},
                    m::running{t2, first, s(100)},
                    {release_slots{}}});
  }
  return table<m>{std::move(rows)};
}
const table<m> early_rows = rows_before_the_intent();

const m::measuring measures{t1, first, 2};
const std::string narrow =
    "spec.job.parallelism 2 is more than the max parallelism of \"Sink\", 1, over which its state "
    "can be spread: ask for no more than that";

const table<m> measuring_rows{
    {"its slots are there",
     changed(),
     measures,
     slots_answered{t1, slots::granted},
     m::measuring{t2, first, 2},
     {look_at_vertices{t2, first}, set_deadline{t2, s(30)}}},
    {"others were faster",
     changed(),
     measures,
     slots_answered{t1, slots::short_of},
     m::measuring{t2, first, 2},
     {set_deadline{t2, s(1)}}},
    {"Flink does not tell",
     changed(),
     measures,
     call_refused{t1, refusal_reason::unavailable, ""},
     m::measuring{t2, first, 2},
     {set_deadline{t2, s(1)}}},
    {"it is looked at anew",
     changed(),
     measures,
     deadline_passed{t1},
     m::running{t2, first, s(100)},
     {release_slots{}}},
    {"a wait of before", changed(), measures, deadline_passed{t0}, measures},
    {"all its parts have what it has",
     changed(),
     measures,
     vertices_told{t1, parts(1)},
     m::securing{t2, first, 2, s(100), {}},
     {look_at_newest{t2, first}, set_deadline{t2, s(30)}}},
    {"its program sets one itself",
     changed(),
     measures,
     vertices_told{t1, with_fixed_sink()},
     m::intending{t2, by_force},
     {release_slots{},
      tell{"Normal", "NotRescaledInPlace",
           "It is stopped and started for its parallelism: \"Sink\" has parallelism 3 and not that "
           "of the job, 1: its program sets it, or slots are lacking"},
      record_intent{t2}, set_deadline{t2, s(30)}}},
    {"its state cannot be spread so wide: it runs on",
     changed(),
     measures,
     vertices_told{t1, parts(1, 1)},
     m::running{t2, first, s(100)},
     {release_slots{}, note_change{{3, limits::stop_attempts_max, narrow, 0}},
      tell{"Warning", "UpgradeHeld", narrow}}},
    {"an answer of before", changed(), measures, vertices_told{t0, parts(1)}, measures},
};

const m::securing secures{t1, first, 2, s(100), {}};
const m::securing awaits{t1, first, 2, s(100), 7};
const m::planning plans{t2, first, 2, 3};
const std::vector<m::command> writes{note_rescale{pending_rescale{first, 3, s(100)}},
                                     record_intent{t2}, set_deadline{t2, s(30)}};
const std::vector<m::command> writes_late{note_rescale{pending_rescale{first, 3, s(161)}},
                                          record_intent{t2}, set_deadline{t2, s(30)}};

const table<m> securing_rows{
    {"the newest is known: one more is made",
     changed(),
     secures,
     newest_told_of{t1, 7},
     m::securing{t2, first, 2, s(100), 7},
     {make_checkpoint{t2, first}, set_deadline{t2, s(30)}}},
    {"triggered",
     changed(),
     awaits,
     trigger_accepted{t1},
     m::securing{t2, first, 2, s(100), 7},
     {set_deadline{t2, s(1)}}},
    {"it is looked for",
     changed(),
     awaits,
     deadline_passed{t1},
     m::securing{t2, first, 2, s(100), 7},
     {look_at_newest{t2, first}, set_deadline{t2, s(30)}}},
    {"not complete yet",
     changed(),
     awaits,
     newest_told_of{t1, 7},
     m::securing{t2, first, 2, s(100), 7},
     {set_deadline{t2, s(1)}}},
    {"complete", changed(), awaits, newest_told_of{t1, 8}, plans, writes},
    {"none can be made: no state is lost for it", changed(), awaits,
     call_refused{t1, refusal_reason::invalid, ""}, plans, writes},
    {"none is complete for a minute", changed(at(161)), awaits, deadline_passed{t1}, plans,
     writes_late},
    {"a refusal of before", changed(), awaits, call_refused{t0, refusal_reason::invalid, ""},
     awaits},
};

const m::planning writing{t1, first, 2, 3};

const table<m> planning_rows{
    {"status names it",
     begun(),
     writing,
     status_written{t1},
     m::rescaling{t2, first, 2, seen_lists},
     {look_at_vertices{t2, first}, set_deadline{t2, s(30)}}},
    {"another spec came meanwhile",
     changed(generation(4)),
     writing,
     status_written{t1},
     m::waiting{t1},
     {release_slots{}}},
    {"another intent", changed(), writing, status_written{t0}, writing},
    {"somebody else wrote",
     changed(),
     writing,
     status_superseded{t1},
     m::waiting{t1},
     {release_slots{}}},
    {"not this one", changed(), writing, status_superseded{t0}, writing},
    {"nobody answers", changed(), writing, deadline_passed{t1}, m::waiting{t1}, {release_slots{}}},
    {"a wait of before", changed(), writing, deadline_passed{t0}, writing},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(job_rescaling_rows)

BOOST_AUTO_TEST_CASE(beginning) { beginning_rows.hold(); }
BOOST_AUTO_TEST_CASE(before_the_intent) { early_rows.hold(); }
BOOST_AUTO_TEST_CASE(measuring) { measuring_rows.hold(); }
BOOST_AUTO_TEST_CASE(securing) { securing_rows.hold(); }
BOOST_AUTO_TEST_CASE(planning) { planning_rows.hold(); }

BOOST_AUTO_TEST_CASE(its_cluster_is_told_what_it_waits_for) {
  BOOST_TEST(share_of(changed(free_slots(0)).known, works).lacks == 1);
  BOOST_TEST(share_of(changed().known, works).lacks == 0);
  BOOST_TEST(share_of(changed(free_slots(0)).known, m::restarting{t1, first}).lacks == 0);
  BOOST_TEST(share_of(changed(free_slots(0), needs(job_need::restart)).known, works).lacks == 0);
}

BOOST_AUTO_TEST_CASE(its_status_says_what_it_waits_for) {
  const auto x = changed(free_slots(0), change_failed({3, 0, lack, 0}));
  const auto status = status_of(x.known, works, {});
  BOOST_TEST(status.job.state == "RUNNING");
  BOOST_TEST(status.error == lack);
  const auto said = std::ranges::find(status.conditions, "Stalled", &condition::type);
  BOOST_REQUIRE(said != status.conditions.end());
  BOOST_TEST(said->status == "True");
  BOOST_TEST(said->reason == "WaitingForSlots");
  BOOST_TEST(said->message == lack);
  BOOST_TEST(!status.operation.has_value());
}

BOOST_AUTO_TEST_CASE(status_names_what_flink_is_to_do) {
  const auto said = status_of(begun().known, works, {}).operation;
  BOOST_REQUIRE(said.has_value());
  BOOST_TEST(said->kind == "rescale");
  BOOST_TEST(said->id == first.hex);
  BOOST_TEST(said->generation == 3);
}

BOOST_AUTO_TEST_CASE(what_a_cluster_must_have) {
  const auto why = [](flink_version version, const std::string& key, const std::string& value) {
    auto config = adaptive;
    config.insert_or_assign(key, value);
    return not_in_place_because(version, config, *changed().known.spec);
  };
  constexpr auto now = flink_version::v1_20;
  BOOST_TEST(why(now, "jobmanager.scheduler", "Adaptive") == "");
  BOOST_TEST(why(flink_version::v1_18, "jobmanager.scheduler", "adaptive") == "");
  BOOST_TEST(why(flink_version::v1_17, "jobmanager.scheduler", "adaptive") ==
             "Flink can do that from 1.18 on");
  BOOST_TEST(why(now, "jobmanager.scheduler", "default") ==
             "jobmanager.scheduler of its cluster is not adaptive");
  BOOST_TEST(why(now, "scheduler-mode", "reactive") ==
             "scheduler-mode is reactive: Flink takes all slots that there are");
  BOOST_TEST(why(now, "execution.runtime-mode", "BATCH") == "it is a batch job");
  BOOST_TEST(why(now, "execution.checkpointing.interval", "0 s") ==
             "it makes no checkpoints (execution.checkpointing.interval)");
  BOOST_TEST(why(now, "kubernetes.operator.job.upgrade.inplace-scaling.enabled", "false") ==
             "kubernetes.operator.job.upgrade.inplace-scaling.enabled is false");
}

BOOST_AUTO_TEST_CASE(what_a_changed_spec_must_say) {
  const auto why = [](upgrade_mode mode, const std::string& undone) {
    auto job = *changed(upgrades_by(mode)).known.spec;
    job.flink_configuration["kubernetes.operator.deployment.rollback.enabled"] = undone;
    return change_not_in_place_because(flink_version::v1_20, adaptive, job);
  };
  BOOST_TEST(why(upgrade_mode::savepoint, "false") == "");
  BOOST_TEST(why(upgrade_mode::stateless, "false") ==
             "spec.job.upgradeMode is stateless: its state is given up with each change");
  BOOST_TEST(
      why(upgrade_mode::last_state, "true") ==
      "kubernetes.operator.deployment.rollback.enabled is true: a spec that may be undone is "
      "submitted anew");
  const auto plain = [](flink_session_job_spec job) {
    return change_not_in_place_because(flink_version::v1_20, {}, job);
  };
  BOOST_TEST(plain(*changed().known.spec) == "jobmanager.scheduler of its cluster is not adaptive");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
