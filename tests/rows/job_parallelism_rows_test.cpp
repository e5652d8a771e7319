/// Rows of a session job that may use slots beyond its need: the offer of its cluster, and what it
/// is started with.
#include "actors/job_parallelism.hpp"

#include "protocol/validate.hpp"
#include "tests/rows/job_pictures.hpp"

namespace drey::rows {

namespace {

using namespace job_pictures;

const auto flexible = spec([](job_spec& x) { x.auto_parallelism = true; });
auto offered(std::int32_t parallelism, std::string uid = "uid") {
  return [=](job_known& x) { x.cluster.offer = {uid, parallelism}; };
}
auto has(parallelism_record record) {
  return [=](job_known& x) { x.parallelism = record; };
}
auto granted(std::int32_t slots) {
  return [=](job_known& x) { x.granted = slots; };
}
auto with_option(std::string key, std::string value) {
  return [=](job_known& x) {
    auto copy = *x.spec;
    copy.flink_configuration[key] = value;
    x.spec = std::make_shared<const flink_session_job_spec>(std::move(copy));
  };
}
auto configured(std::string max) { return with_option("pipeline.max-parallelism", max); }
const auto with_checkpoints = with_option("execution.checkpointing.interval", "10 s");
const auto seen = [](job_known& x) { x.recorded.change().observed_generation = x.generation; };
const auto saving = [](job_known& x) { x.saving = true; };
const auto by_last_state = upgrades_by(upgrade_mode::last_state);
const auto by_savepoint = upgrades_by(upgrade_mode::savepoint);

/// It works, is well kept, and may have more than the two slots of its spec.
template <class... Changes>
m ready(Changes... changes) {
  return seeing(sent({first}), flexible, with_checkpoints, by_last_state, with_directories(), seen,
                changes...);
}

const m::running works{t1, first, s(50)};
const auto runs = listed(first, "RUNNING");
const auto struggles = listed(first, "RUNNING", 1);
const stop_order by_force{stop_way::cancel, first, "", "", 3};
const std::string trigger =
    derived_id("uid", "stop " + first.hex + " for its parallelism", 100'000);
const stop_order gently{stop_way::savepoint, first, trigger, "s3://sp/ns/orders/" + trigger, 3};
constexpr parallelism_record to_four{2, 4, 2, 0, 100'000}, at_four{4, 4, 4, 0, 50'000};
constexpr parallelism_record four_unproven{4, 4, 2, 0, 50'000};

const auto adaptive = cluster_config({{"jobmanager.scheduler", "adaptive"},
                                      {"execution.checkpointing.dir", "s3://c"},
                                      {"execution.checkpointing.savepoint-dir", "s3://sp"},
                                      {"execution.checkpointing.interval", "10 s"}});

tell raised(std::int32_t from, std::int32_t to) { return tell_parallelism({from, to}); }

const table<m> offer_rows{
    {"it takes the offer up: what it is to have is in status before it is stopped",
     ready(runs, offered(4)),
     works,
     cluster_seen{},
     m::intending{t2, by_force},
     {release_slots{}, note_parallelism{to_four}, raised(2, 4), record_intent{t2},
      set_deadline{t2, s(30)}}},
    {"and Flink was asked whether its checkpoints outlive that",
     ready(runs, offered(4), untold()),
     works,
     cluster_seen{},
     works,
     {learn_retention{first}}},
    {"in place, where Flink can do that: whatever its upgradeMode says, nothing is stopped",
     ready(adaptive, by_savepoint, runs, offered(4)),
     works,
     cluster_seen{},
     m::measuring{t2, first, 4},
     {release_slots{}, note_parallelism{to_four}, raised(2, 4), reserve_more{t2, 2},
      set_deadline{t2, s(30)}}},
    {"others were faster: it stays as it is",
     ready(adaptive, runs, has(to_four)),
     m::measuring{t1, first, 4},
     deadline_passed{t1},
     m::running{t2, first, s(100)},
     {release_slots{}, note_parallelism{parallelism_record{2, 2, 2, 0, 100'000}}}},
    {"before Flink is asked it is in status",
     ready(adaptive, runs, has(to_four)),
     m::securing{t1, first, 4, s(100), 7},
     newest_told_of{t1, 8},
     m::planning{t2, first, 4, 3},
     {note_rescale{pending_rescale{first, 3, s(100)}},
      note_parallelism{parallelism_record{4, 4, 2, 0, 100'000}}, record_intent{t2},
      set_deadline{t2, s(30)}}},
    {"with a savepoint, where its upgradeMode says so",
     ready(runs, by_savepoint, offered(4)),
     works,
     cluster_seen{},
     m::intending{t2, gently},
     {release_slots{}, note_parallelism{to_four}, raised(2, 4), remember_trigger{trigger},
      record_intent{t2}, set_deadline{t2, s(30)}}},
    {"less: others need the slots",
     ready(runs, has(at_four), offered(3)),
     works,
     cluster_seen{},
     m::intending{t2, by_force},
     {release_slots{}, note_parallelism{parallelism_record{4, 3, 4, 0, 100'000}}, raised(4, 3),
      record_intent{t2}, set_deadline{t2, s(30)}}},
    {"it struggles, and there are fewer slots",
     ready(struggles, has(at_four), offered(2)),
     m::restarting{t1, first},
     cluster_seen{},
     m::intending{t2, by_force},
     {release_slots{}, note_parallelism{parallelism_record{4, 2, 4, 0, 100'000}}, raised(4, 2),
      record_intent{t2}, set_deadline{t2, s(30)}}},
    {"one that struggles takes no more", ready(struggles, offered(4)), m::restarting{t1, first},
     cluster_seen{}, m::restarting{t1, first}},
    {"for another job", ready(runs, offered(4, "other")), works, cluster_seen{}, works},
    {"it has that already", ready(runs, offered(2)), works, cluster_seen{}, works},
    {"fewer than its spec asks for", ready(runs, offered(1)), works, cluster_seen{}, works},
    {"more than its state can be spread over", ready(runs, configured("3"), offered(4)), works,
     cluster_seen{}, works},
    {"its spec does not want it",
     seeing(sent({first}), runs, by_last_state, with_directories(), seen, offered(4)), works,
     cluster_seen{}, works},
    {"nobody may restart it unasked", ready(runs, policy(restart_policy::never), offered(4)), works,
     cluster_seen{}, works},
    {"somebody takes a savepoint of it", ready(runs, saving, offered(4)), works, cluster_seen{},
     works},
    {"its spec is on trial", ready(runs, on_trial({3, "", 0, 0}), offered(4)), works,
     cluster_seen{}, works},
    {"its state could not be kept",
     seeing(sent({first}), flexible, by_last_state, seen, runs, offered(4)), works, cluster_seen{},
     works},
    {"it makes no checkpoints",
     seeing(sent({first}), flexible, upgrades_by(upgrade_mode::stateless), with_directories(), seen,
            runs, offered(4)),
     works, cluster_seen{}, works},
    {"all its tasks run with what it has now: noted",
     ready(runs, has({4, 4, 2, 1, 50'000})),
     works,
     cluster_seen{},
     works,
     {note_parallelism{parallelism_record{4, 4, 4, 0, 50'000}}}},
};

const m::reserving waits{t1, "s3://c/9", branch::same, s(98)};
const submission next{second, "s3://c/9", 3, "jm-1", 0, {}};

const table<m> start_rows{
    {"it is started with what was reserved",
     ready(has(to_four), granted(4)),
     waits,
     slots_answered{t1, slots::granted},
     m::recording{t2, next},
     {note_parallelism{parallelism_record{4, 4, 2, 0, 100'000}}, remember_submission{next},
      record_intent{t2}, set_deadline{t2, s(30)}}},
    {"its own slots are not told to be free yet: in a moment", ready(has(to_four), granted(2)),
     waits, slots_answered{t1, slots::granted}, waits},
    {"they do not come: with what there is",
     ready(has(to_four), granted(3), at(103)),
     waits,
     slots_answered{t1, slots::granted},
     m::recording{t2, next},
     {note_parallelism{parallelism_record{3, 3, 2, 0, 100'000}}, remember_submission{next},
      record_intent{t2}, set_deadline{t2, s(30)}}},
    {"one that comes back does not wait for more than it needs",
     ready(has(at_four), granted(2)),
     waits,
     slots_answered{t1, slots::granted},
     m::recording{t2, next},
     {note_parallelism{parallelism_record{2, 2, 4, 0, 50'000}}, raised(4, 2),
      remember_submission{next}, record_intent{t2}, set_deadline{t2, s(30)}}},
    {"its spec does not want it any more",
     seeing(sent({first}), has(at_four), granted(2)),
     waits,
     slots_answered{t1, slots::granted},
     m::recording{t2, next},
     {note_parallelism{std::nullopt}, remember_submission{next}, record_intent{t2},
      set_deadline{t2, s(30)}}},
};

const submission refused{first, "s3://c/9", 3, "jm-1", 1, {}, branch::same, 1};

const table<m> failure_rows{
    {"it could not be stopped: it has what it had",
     ready(runs, has(to_four)),
     m::stopping{t1, gently, s(90)},
     call_refused{t1, refusal_reason::invalid, "no"},
     m::running{t2, first, s(100)},
     {note_change{{3, 1, "Flink does not stop it with a savepoint: no", 110'000}},
      learn_newest{first}, set_deadline{t2, s(10)},
      tell{"Warning", "SavepointError", "Flink does not stop it with a savepoint: no"},
      note_parallelism{parallelism_record{2, 2, 2, 0, 100'000}}}},
    {"refused with more than it ever had: the next try has what worked",
     ready(has(four_unproven)),
     m::retrying{t1, refused, "no"},
     deadline_passed{t1},
     m::retrying{t2, refused, "no"},
     {note_parallelism{parallelism_record{4, 2, 2, 1, 50'000}}, reserve_slots{t2},
      set_deadline{t2, s(1)}}},
    {"and is recorded again, since it is another start",
     ready(has({4, 2, 2, 1, 50'000}), granted(2)),
     m::retrying{t1, refused, "no"},
     slots_answered{t1, slots::granted},
     m::recording{t2, refused},
     {note_parallelism{parallelism_record{2, 2, 2, 1, 50'000}}, record_intent{t2},
      set_deadline{t2, s(30)}}},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(job_parallelism_rows)

BOOST_AUTO_TEST_CASE(offers) { offer_rows.hold(); }
BOOST_AUTO_TEST_CASE(starts) { start_rows.hold(); }
BOOST_AUTO_TEST_CASE(failures_of_it) { failure_rows.hold(); }

BOOST_AUTO_TEST_CASE(how_far_state_can_be_spread) {
  const auto most_of = [](std::int32_t parallelism, std::string configured_max) {
    auto machine = seeing(spec([=](job_spec& x) { x.parallelism = parallelism; }));
    if (!configured_max.empty()) configured(configured_max)(machine.known);
    return most_parallelism(machine.known);
  };
  BOOST_TEST(most_of(1, "") == 128);
  BOOST_TEST(most_of(85, "") == 128);
  BOOST_TEST(most_of(86, "") == 256, "86 + 43 are beyond 128");
  BOOST_TEST(most_of(30'000, "") == 32'768);
  BOOST_TEST(most_of(4, "12") == 12);
  BOOST_TEST(most_of(4, "-1") == 128, "Flink's word for: not set");
  BOOST_TEST(most_of(4, "3") == 4, "never below what the spec asks for");
}

BOOST_AUTO_TEST_CASE(what_its_cluster_is_told) {
  const auto share = share_of(ready(runs).known, works);
  BOOST_TEST((share == slot_share{2, 2, 128, s(0), true, true, false}));
  const auto raised_one = share_of(ready(runs, has(at_four)).known, works);
  BOOST_TEST(raised_one.current == 4);
  BOOST_TEST(raised_one.raise_from.count() == 650'000, "ten minutes after its last change");
  const auto failed = share_of(ready(runs, has({2, 2, 2, 2, 50'000})).known, works);
  BOOST_TEST(failed.raise_from.count() == 2'450'000, "two raises failed: four times as long");
  BOOST_TEST(!share_of(ready(runs, saving).known, works).ready);
  BOOST_TEST(share_of(ready(struggles).known, m::restarting{t1, first}).stuck);
  BOOST_TEST(!share_of(ready(runs, policy(restart_policy::never)).known, works).flexible);
}

BOOST_AUTO_TEST_CASE(what_an_operator_before_us_wrote_late) {
  flink_session_job_status theirs;
  theirs.parallelism = to_four;
  theirs.lineage = lineage{1, {first.hex}, std::nullopt};
  BOOST_TEST((newer_of(ready().known, theirs) == to_four), "it decided that after we had read");
  BOOST_TEST((newer_of(ready(has(at_four)).known, theirs) == to_four));
  BOOST_TEST((newer_of(ready(has(to_four), sent({first, second})).known, theirs) == to_four));
  theirs.parallelism.reset();
  BOOST_TEST((newer_of(ready(has(at_four)).known, theirs) == at_four), "what we have yet to write");
  theirs.lineage->submissions = 2;
  BOOST_TEST((newer_of(ready(has(at_four)).known, theirs) == std::nullopt), "another start of it");
}

BOOST_AUTO_TEST_CASE(what_people_are_told) {
  BOOST_TEST(text_of_parallelism(ready().known).empty());
  BOOST_TEST(text_of_parallelism(ready(has({2, 2, 2, 1, 50'000})).known).empty());
  BOOST_TEST(text_of_parallelism(ready(has(at_four)).known) ==
             ", with parallelism 4, and its spec asks for 2");
  BOOST_TEST(raised(2, 4).reason == "ParallelismRaised");
  BOOST_TEST(raised(2, 4).message ==
             "Its parallelism goes from 2 to 4: slots of its cluster stay "
             "free");
  BOOST_TEST(raised(4, 3).reason == "ParallelismLowered");
  BOOST_TEST(is_resizing(ready(has(to_four)).known));
  BOOST_TEST(!is_resizing(ready(has(to_four), needs(job_need::restart)).known),
             "its spec changed: that is why it is stopped");
}

BOOST_AUTO_TEST_CASE(a_failure_with_more_than_it_ever_had_is_taken_back) {
  BOOST_TEST(
      (taken_back(ready(has(four_unproven)).known) == parallelism_record{4, 2, 2, 1, 50'000}));
  BOOST_TEST((taken_back(ready(has(at_four)).known) == at_four), "it ran with that");
  BOOST_TEST((taken_back(ready(has({4, 2, 2, 1, 50'000})).known) ==
              parallelism_record{4, 2, 2, 1, 50'000}),
             "once");
}

BOOST_AUTO_TEST_CASE(whom_nobody_restarts_is_not_raised) {
  const auto told_of = [](restart_policy which) {
    flink_session_job job;
    job.metadata.name = "orders";
    flink_session_job_spec wanted;
    wanted.deployment_name = "session";
    wanted.job = job_spec{};
    wanted.job->parallelism = 2;
    wanted.job->auto_parallelism = true;
    wanted.job->restart = which;
    job.spec = std::make_shared<const flink_session_job_spec>(std::move(wanted));
    std::string levels;
    for (const auto& one : validate_session_job(job, nullptr, {}))
      if (one.path == "spec.job.autoParallelism")
        levels += one.level == severity::error ? "error " : "warning ";
    return levels;
  };
  BOOST_TEST(told_of(restart_policy::on_failure).empty());
  BOOST_TEST(told_of(restart_policy::never) == "warning ");
  BOOST_TEST(told_of(restart_policy::nostart) == "error ");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
