/// Rows of the periodic snapshots of job "orders", which was made at 0 and runs: a savepoint every
/// 100 s, of which two are kept; the clock shows 250 s.
#include "actors/snapshot_schedule_machine.hpp"
#include "tests/rows/rows.hpp"

namespace drey::rows {

namespace {

using m = snapshot_schedule_machine;
using enum snapshot_stand;

constexpr ticket t0{0}, t1{1}, t2{2};
constexpr milliseconds s(std::int64_t seconds) { return milliseconds{seconds * 1'000}; }
constexpr milliseconds answer_wait = s(30), pause = s(30), busy = s(5), look = s(60);
const std::string nobody;

scheduled_snapshot of(std::string name, std::int64_t created, snapshot_stand stand = completed) {
  scheduled_snapshot one;
  one.name = name;
  one.uid = name + "-uid";
  one.trigger = snapshot_trigger::periodic;
  one.stand = stand;
  one.created = s(created);
  if (stand == completed) one.completed = s(created + 1);
  return one;
}
scheduled_snapshot by(snapshot_trigger trigger, scheduled_snapshot one) {
  one.trigger = trigger;
  return one;
}
scheduled_snapshot a_checkpoint(scheduled_snapshot one) {
  one.kind = snapshot_kind::checkpoint;
  return one;
}
scheduled_snapshot that(snapshot_fate fate, scheduled_snapshot one) {
  one.fate = fate;
  return one;
}
scheduled_snapshot completed_at(std::int64_t at, scheduled_snapshot one) {
  one.completed = s(at);
  return one;
}

template <class... Changes>
m seeing(Changes... changes) {
  m machine;
  auto& known = machine.known;
  known.now = {s(50), s(250)};
  known.running = {"11111111111111111111111111111111"};
  known.savepoints = {{s(100), {}}, 2, s(0)};
  known.all.emplace();
  (changes(known), ...);
  return machine;
}

template <class... Snapshots>
auto there(Snapshots... all) {
  return [=](schedule_known& x) { x.all = std::vector<scheduled_snapshot>{all...}; };
}
auto three() { return there(of("a", 60), of("b", 160), of("c", 240)); }
auto every(std::int64_t seconds) {
  return [=](schedule_known& x) { x.savepoints.every = {s(seconds), {}}; };
}
auto age_max(std::int64_t seconds) {
  return [=](schedule_known& x) { x.savepoints.age_max = s(seconds); };
}
auto checkpoints_every(std::int64_t seconds) {
  return [=](schedule_known& x) { x.checkpoints.every = {s(seconds), {}}; };
}
auto with_cron(std::string_view text) {
  return [=](schedule_known& x) { x.savepoints.every = *recurrence::parse(text); };
}
auto made_by_us(std::int64_t at) {
  return [=](schedule_known& x) { x.last_savepoint = s(at); };
}
const unlisted_savepoint stopped_with{"orders-savepoint-upgrade-240000", "s3://sp/1",
                                      "11111111111111111111111111111111", 5};
void without_its_resource(schedule_known& x) { x.unlisted = stopped_with; }
void stopped(schedule_known& x) { x.running = {}; }
void untold(schedule_known& x) { x.all.reset(); }
void saves_otherwise(schedule_known& x) { x.saving = schedule_known::saving::something; }

std::vector<m::command> makes(std::int64_t due, snapshot_kind kind = snapshot_kind::savepoint) {
  return {make_snapshot{t1, {kind, s(due)}}, set_deadline{t1, answer_wait}};
}
std::vector<m::command> asks(const std::string& name) {
  return {ask_keepers{t1, name + "-uid"}, set_deadline{t1, answer_wait}};
}
m::asking asking(const std::string& name) { return {t1, name, name + "-uid"}; }
m::awaiting waits(milliseconds wait) { return {t1, s(50) + wait}; }
std::vector<m::command> sleeps(milliseconds wait) { return {set_deadline{t1, wait}}; }

const table<m> due_rows{
    {"the first is due an interval after the job was made, and is named by that", seeing(),
     m::idle{t0}, picture_changed{}, m::making{t1}, makes(100)},
    {"what was missed meanwhile is one", seeing(every(10)), m::idle{t0}, picture_changed{},
     m::making{t1}, makes(10)},
    {"the next an interval after the last, whatever has become of that",
     seeing(there(of("a", 140, over))), m::idle{t0}, picture_changed{}, m::making{t1}, makes(240)},
    {"not yet", seeing(there(of("a", 190))), m::idle{t0}, picture_changed{}, waits(s(40)),
     sleeps(s(40))},
    {"not for long: the clock may be set meanwhile", seeing(every(10'000)), m::idle{t0},
     picture_changed{}, waits(look), sleeps(look)},
    {"one that was late itself counts from when it was there",
     seeing(there(completed_at(200, of("a", 90)))), m::idle{t0}, picture_changed{}, waits(s(50)),
     sleeps(s(50))},
    {"what this process made counts, whoever took it away since", seeing(made_by_us(200)),
     m::idle{t0}, picture_changed{}, waits(s(50)), sleeps(s(50))},
    {"one that is going counts, too", seeing(there(that(snapshot_fate::goes, of("a", 200)))),
     m::idle{t0}, picture_changed{}, waits(s(50)), sleeps(s(50))},
    {"by a cron expression", seeing(with_cron("0 * * * * ?"), there(of("a", 130))), m::idle{t0},
     picture_changed{}, m::making{t1}, makes(180)},
    {"a cron expression that names no time any more", seeing(with_cron("0 0 0 1 1 ? 1970")),
     m::idle{t0}, picture_changed{}, m::idle{t0}},
    {"a checkpoint has a clock of its own", seeing(there(of("a", 200)), checkpoints_every(200)),
     m::idle{t0}, picture_changed{}, m::making{t1}, makes(200, snapshot_kind::checkpoint)},
    {"the savepoint first, when both are due", seeing(checkpoints_every(10)), m::idle{t0},
     picture_changed{}, m::making{t1}, makes(100)},
    {"one of an upgrade, or of a person, is no periodic one",
     seeing(there(by(snapshot_trigger::upgrade, of("a", 200)),
                  by(snapshot_trigger::manual, of("b", 210)))),
     m::idle{t0}, picture_changed{}, m::making{t1}, makes(100)},
    {"nobody asked for any", seeing(every(0)), m::idle{t0}, picture_changed{}, m::idle{t0}},
    {"of a job that does not run none is made, and none is taken away",
     seeing(stopped, there(of("a", 1), of("b", 2), of("c", 3))), m::idle{t0}, picture_changed{},
     m::idle{t0}},
    {"nor before all of them were seen", seeing(untold), m::idle{t0}, picture_changed{},
     m::idle{t0}},
};

const table<m> listing_rows{
    {"what a job was stopped with has no resource yet: it is made first, running or not",
     seeing(stopped, without_its_resource),
     m::idle{t0},
     picture_changed{},
     m::making{t1},
     {make_listing{t1, stopped_with}, set_deadline{t1, answer_wait}}},
    {"not before all of them were seen, and what they are selected by",
     seeing(untold, without_its_resource), m::idle{t0}, picture_changed{}, m::idle{t0}},
};

const table<m> busy_rows{
    {"one that is under way will do, however long it takes", seeing(there(of("a", 10, taking))),
     m::idle{t0}, picture_changed{}, waits(look), sleeps(look)},
    {"so will one that failed and is tried again", seeing(there(of("a", 10, retrying))),
     m::idle{t0}, picture_changed{}, waits(look), sleeps(look)},
    {"not one that a person holds up", seeing(there(of("a", 10, dormant))), m::idle{t0},
     picture_changed{}, m::making{t1}, makes(110)},
    {"a person's own comes first",
     seeing(there(by(snapshot_trigger::manual, of("a", 240, taking)))), m::idle{t0},
     picture_changed{}, waits(busy), sleeps(busy)},
    {"one of theirs that is tried again does not hold it up",
     seeing(there(by(snapshot_trigger::manual, of("a", 240, retrying)))), m::idle{t0},
     picture_changed{}, m::making{t1}, makes(100)},
    {"nor one that goes",
     seeing(there(that(snapshot_fate::goes, by(snapshot_trigger::manual, of("a", 240, taking))))),
     m::idle{t0}, picture_changed{}, m::making{t1}, makes(100)},
    {"a checkpoint before a rollout, or a savepoint by nonce", seeing(saves_otherwise), m::idle{t0},
     picture_changed{}, waits(busy), sleeps(busy)},
};

const table<m> history_rows{
    {"more than two: the oldest first", seeing(there(of("b", 160), of("a", 60), of("c", 240))),
     m::idle{t0}, picture_changed{}, asking("a"), asks("a")},
    {"those of upgrades count with them",
     seeing(there(by(snapshot_trigger::upgrade, of("a", 60)), of("b", 160), of("c", 240))),
     m::idle{t0}, picture_changed{}, asking("a"), asks("a")},
    {"a person's own never do",
     seeing(there(by(snapshot_trigger::manual, of("a", 60)), of("b", 160), of("c", 240))),
     m::idle{t0}, picture_changed{}, waits(look), sleeps(look)},
    {"what failed pushes nothing out",
     seeing(there(of("a", 60), of("b", 160), of("c", 220, over), of("d", 240, over))), m::idle{t0},
     picture_changed{}, waits(look), sleeps(look)},
    {"and is counted by itself",
     seeing(there(of("a", 60, over), of("b", 160, over), of("c", 220, over), of("d", 240))),
     m::idle{t0}, picture_changed{}, asking("a"), asks("a")},
    {"what is under way is neither counted nor taken away",
     seeing(there(of("a", 60, taking), of("b", 160), of("c", 240))), m::idle{t0}, picture_changed{},
     waits(look), sleeps(look)},
    {"what somebody needs does not count, and pushes no other out",
     seeing(there(that(snapshot_fate::kept, of("a", 60)), of("b", 160), of("c", 240))), m::idle{t0},
     picture_changed{}, waits(look), sleeps(look)},
    {"checkpoints have a number of their own: one",
     seeing(every(0), there(a_checkpoint(of("a", 60)), a_checkpoint(of("b", 160)))), m::idle{t0},
     picture_changed{}, asking("a"), asks("a")},
    {"too old", seeing(there(of("a", 60), of("b", 200)), age_max(100)), m::idle{t0},
     picture_changed{}, asking("a"), asks("a")},
    {"the newest that is complete stays, however old, and though others came after it",
     seeing(there(of("a", 60), of("b", 240, over)), age_max(100)), m::idle{t0}, picture_changed{},
     waits(look), sleeps(look)},
    {"the newest periodic one stays, though it failed: it says when the next is due",
     seeing(there(of("a", 160, over), by(snapshot_trigger::upgrade, of("b", 240))), age_max(10)),
     m::idle{t0}, picture_changed{}, waits(s(10)), sleeps(s(10))},
    {"also when none is made any more", seeing(every(0), there(of("a", 60)), age_max(10)),
     m::idle{t0}, picture_changed{}, waits(look), sleeps(look)},
};

const m::awaiting early{t0, s(60)}, late{t0, s(100)};

const table<m> awaiting_rows{
    {"nothing else came up", seeing(there(of("a", 190))), early, picture_changed{}, early},
    {"it is due sooner than it was", seeing(there(of("a", 190))), late, picture_changed{},
     waits(s(40)), sleeps(s(40))},
    {"nothing is due any more", seeing(every(0)), early, picture_changed{}, m::idle{t0}},
    {"now it is", seeing(), early, picture_changed{}, m::making{t1}, makes(100)},
    {"there are too many", seeing(three()), early, picture_changed{}, asking("a"), asks("a")},
    {"the wait is over: not yet", seeing(there(of("a", 190))), early, deadline_passed{t0},
     waits(s(40)), sleeps(s(40))},
    {"the wait is over: it is due", seeing(), early, deadline_passed{t0}, m::making{t1},
     makes(100)},
    {"the wait is over: one is too old", seeing(there(of("a", 60), of("b", 200)), age_max(100)),
     early, deadline_passed{t0}, asking("a"), asks("a")},
    {"the wait is over: the job does not run", seeing(stopped), early, deadline_passed{t0},
     m::idle{t0}},
    {"another wait is over", seeing(), early, deadline_passed{t1}, early},
};

const table<m> call_rows{
    {"it is made", seeing(), m::making{t1}, snapshot_made{t1}, m::idle{t1}},
    {"an old word", seeing(), m::making{t1}, snapshot_made{t0}, m::making{t1}},
    {"it cannot be: looked at again in a while",
     seeing(),
     m::making{t1},
     call_refused{t1, refusal_reason::forbidden, ""},
     m::pausing{t2},
     {set_deadline{t2, pause}}},
    {"an old refusal", seeing(), m::making{t1}, call_refused{t0, refusal_reason::forbidden, ""},
     m::making{t1}},
    {"no answer",
     seeing(),
     m::making{t1},
     deadline_passed{t1},
     m::pausing{t2},
     {set_deadline{t2, pause}}},
    {"an old deadline", seeing(), m::making{t1}, deadline_passed{t0}, m::making{t1}},

    {"nobody may restore from it",
     seeing(three()),
     asking("a"),
     keepers_told{t1, nobody},
     m::removing{t2},
     {let_snapshot_go{t2, "a", "a-uid"}, set_deadline{t2, answer_wait}}},
    {"somebody may",
     seeing(),
     asking("a"),
     keepers_told{t1, "job copy is to begin with it"},
     m::idle{t1},
     {note_kept{"a-uid"}}},
    {"it is not too many any more: somebody took another away", seeing(there(of("a", 60))),
     asking("a"), keepers_told{t1, nobody}, m::idle{t1}},
    {"its job stopped meanwhile, and may be about to need it", seeing(three(), stopped),
     asking("a"), keepers_told{t1, nobody}, m::idle{t1}},
    {"an old answer", seeing(), asking("a"), keepers_told{t0, nobody}, asking("a")},
    {"nobody answered",
     seeing(),
     asking("a"),
     deadline_passed{t1},
     m::idle{t1},
     {note_kept{"a-uid"}}},
    {"an old deadline of a question", seeing(), asking("a"), deadline_passed{t0}, asking("a")},

    {"it goes", seeing(), m::removing{t1}, snapshot_let_go{t1}, m::idle{t1}},
    {"an old word of a removal", seeing(), m::removing{t1}, snapshot_let_go{t0}, m::removing{t1}},
    {"it does not",
     seeing(),
     m::removing{t1},
     call_refused{t1, refusal_reason::conflict, ""},
     m::pausing{t2},
     {set_deadline{t2, pause}}},
    {"an old refusal of a removal", seeing(), m::removing{t1},
     call_refused{t0, refusal_reason::conflict, ""}, m::removing{t1}},
    {"no answer of a removal",
     seeing(),
     m::removing{t1},
     deadline_passed{t1},
     m::pausing{t2},
     {set_deadline{t2, pause}}},
    {"an old deadline of a removal", seeing(), m::removing{t1}, deadline_passed{t0},
     m::removing{t1}},

    {"the pause is over", seeing(), m::pausing{t1}, deadline_passed{t1}, m::idle{t1}},
    {"another one is", seeing(), m::pausing{t1}, deadline_passed{t0}, m::pausing{t1}},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(snapshot_schedule_rows)

BOOST_AUTO_TEST_CASE(due) { due_rows.hold(); }
BOOST_AUTO_TEST_CASE(listing) { listing_rows.hold(); }
BOOST_AUTO_TEST_CASE(busy_jobs) { busy_rows.hold(); }
BOOST_AUTO_TEST_CASE(history) { history_rows.hold(); }
BOOST_AUTO_TEST_CASE(awaiting) { awaiting_rows.hold(); }
BOOST_AUTO_TEST_CASE(calls) { call_rows.hold(); }
BOOST_AUTO_TEST_CASE(every_edge_has_a_row) { check_every_edge_has_a_row<m>(); }
BOOST_AUTO_TEST_CASE(ignored_facts_change_nothing) {
  check_ignored_facts_change_nothing<m>(seeing());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
