/// Rows of slots that TaskManagers have lost: fewer than they were made with, or taken for nobody,
/// for long enough; and who says so.
#include "actors/slots_lost.hpp"

#include <boost/test/unit_test.hpp>

#include "protocol/limits.hpp"

namespace drey::rows {

namespace {

constexpr milliseconds begin{1'000'000};
constexpr auto patience = limits::slots_lost_patience;
constexpr milliseconds poll = limits::poll_at_rest;

task_manager_slots one_of(const std::string& pod, std::int32_t slots, std::int32_t free) {
  return {"uid-of-" + pod, pod, slots, free, true};
}

/// Two slots each, and no job.
slots_sight sight_of(std::vector<task_manager_slots> all, milliseconds at = begin) {
  return {at, "first", "flink", 2, false, 0, std::move(all)};
}
slots_sight with_jobs(slots_sight seen) {
  seen.lives = true;
  return seen;
}

/// The same at every poll, from `seen.now` on and for so long.
void look_for(slots_lost& memory, slots_sight seen, milliseconds length) {
  const auto end = seen.now + length;
  for (; seen.now <= end; seen.now += poll) memory.look(seen);
}

std::string told_by(const slots_lost& memory, const std::string& incarnation = "first") {
  const auto found = memory.told(incarnation);
  return found ? found->message : "nothing";
}

std::vector<condition> recorded(const std::string& status, const std::string& reason) {
  return {{"Ready", "True", "Ready", "all", {}, 1}, {"Degraded", status, reason, "as told", {}, 1}};
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(slots_lost_rows)

BOOST_AUTO_TEST_CASE(what_one_answer_shows) {
  struct row {
    std::int32_t slots, free;
    bool current, lives;
    lost_slots lost;
  };
  const row rows[]{
      {2, 2, true, false, {0, 0}},   // idle
      {2, 0, true, true, {0, 0}},    // at work
      {1, 1, true, true, {1, 0}},    // it was made with two
      {0, 0, true, false, {2, 0}},   // none is left
      {1, 1, false, true, {0, 0}},   // an older template may have said one
      {3, 3, true, false, {0, 0}},   // more than asked for is not lost
      {2, 1, true, false, {0, 1}},   // for whom?
      {2, 0, false, false, {0, 2}},  // whatever template it is of
      {1, 0, true, false, {1, 1}},   // both
  };
  for (const auto& [slots, free, current, lives, lost] : rows) {
    auto seen = sight_of({});
    seen.lives = lives;
    auto one = one_of("session-taskmanager-0", slots, free);
    one.current = current;
    const auto found = lost_by(one, seen);
    BOOST_TEST(found.lacking == lost.lacking, slots << " slots, " << free << " free");
    BOOST_TEST(found.held == lost.held, slots << " slots, " << free << " free");
  }
}

BOOST_AUTO_TEST_CASE(it_is_told_when_it_has_lasted) {
  for (const auto& one : {one_of("a-0", 1, 1), one_of("a-0", 2, 0)}) {
    slots_lost memory;
    memory.look(sight_of({one}));
    BOOST_TEST(told_by(memory) == "nothing");
    memory.look(sight_of({one}, begin + patience - milliseconds{1}));
    BOOST_TEST(told_by(memory) == "nothing");
    memory.look(sight_of({one}, begin + patience));
    BOOST_TEST(told_by(memory) != "nothing");
    BOOST_TEST(memory.told("first")->reason == slots_lost_reason);
    BOOST_TEST(memory.told("first")->about == "uid-of-a-0");
  }
}

BOOST_AUTO_TEST_CASE(it_names_whom_how_many_and_what_helps) {
  slots_lost memory;
  look_for(memory,
           sight_of({one_of("a-10", 1, 1), one_of("a-2", 2, 0), one_of("a-3", 2, 2),
                     one_of("a-4", 1, 0)}),
           patience);
  BOOST_TEST(told_by(memory) ==
             "TaskManager a-2 has 2 slots taken, though no job lives; TaskManager a-4 offers 1 of "
             "the 2 slots that it was made with, and has 1 slot taken, though no job lives; "
             "TaskManager a-10 offers 1 of the 2 slots that it was made with. To have them back: "
             "kubectl -n flink delete pod a-2 a-4 a-10. Only jobs with tasks there restart; drey "
             "does not do it unasked, since what is left works. If the next one offers as few: "
             "does its pod template set another number, in args or env?");
}

BOOST_AUTO_TEST_CASE(of_many_a_few_are_named) {
  std::vector<task_manager_slots> all;
  for (int i = 0; i < 7; ++i) all.push_back(one_of("a-" + std::to_string(i), 2, 0));
  slots_lost memory;
  look_for(memory, sight_of(all), patience);
  BOOST_TEST(has(told_by(memory),
                 "TaskManager a-4 has 2 slots taken, though no job lives; and 2 "
                 "more. To have them back: kubectl -n flink delete pod a-0 a-1 "
                 "a-2 a-3 a-4. Only"));
  BOOST_TEST(!has(told_by(memory), "template"), "nothing lacks");
}

BOOST_AUTO_TEST_CASE(its_words_stay_while_nothing_changes) {
  slots_lost memory;
  look_for(memory, sight_of({one_of("a-0", 1, 1)}), patience);
  const auto first = memory.told("first");
  look_for(memory, with_jobs(sight_of({one_of("a-0", 1, 0)}, begin + patience)), 10 * patience);
  BOOST_TEST((memory.told("first") == first), "jobs that come are none of its business");
}

BOOST_AUTO_TEST_CASE(it_is_over_when_the_next_answer_says_so) {
  const slots_sight over[]{
      sight_of({one_of("a-0", 2, 2)}, begin + 2 * patience),             // all are back
      sight_of({}, begin + 2 * patience),                                // the pod goes, or is lost
      with_jobs(sight_of({one_of("a-0", 2, 1)}, begin + 2 * patience)),  // a job has it
  };
  for (const auto& next : over) {
    slots_lost memory;
    look_for(memory, sight_of({one_of("a-0", 2, 1)}), patience);
    BOOST_TEST(told_by(memory) != "nothing");
    memory.look(next);
    BOOST_TEST(told_by(memory) == "nothing");
    memory.look(sight_of({one_of("a-0", 2, 1)}, next.now + poll));
    BOOST_TEST(told_by(memory) == "nothing", "its patience begins anew");
  }
}

BOOST_AUTO_TEST_CASE(jobs_that_come_and_go_between_two_answers_have_slots) {
  slots_lost memory;
  auto seen = sight_of({one_of("a-0", 2, 1)});
  for (int i = 0; i < 20; ++i) {
    memory.look(seen);
    BOOST_TEST(told_by(memory) == "nothing");
    seen.now += poll;
    seen.newest_start += 8'000;
  }
  seen.newest_start -= 8'000;  // from now on none begins
  look_for(memory, seen, patience);
  BOOST_TEST(told_by(memory) != "nothing");
  seen.now += 2 * patience;
  seen.newest_start = 0;  // Flink forgets jobs that are over
  memory.look(seen);
  BOOST_TEST(told_by(memory) != "nothing");
}

BOOST_AUTO_TEST_CASE(a_new_one_registers_before_it_tells_of_its_slots) {
  slots_lost memory;
  memory.look(sight_of({one_of("a-0", 0, 0)}));
  look_for(memory, sight_of({one_of("a-0", 2, 2)}, begin + poll), 2 * patience);
  BOOST_TEST(told_by(memory) == "nothing");
}

BOOST_AUTO_TEST_CASE(another_jobmanager_says_it_anew) {
  slots_lost memory;
  look_for(memory, sight_of({one_of("a-0", 1, 1)}), patience);
  BOOST_TEST(told_by(memory, "first") != "nothing");
  BOOST_TEST(told_by(memory, "second") == "nothing", "it has not answered yet");
  BOOST_TEST(told_by(memory, "") == "nothing", "nobody is there to say so");
  auto seen = sight_of({one_of("a-0", 1, 1)}, begin + 2 * patience);
  seen.incarnation = "second";
  memory.look(seen);
  BOOST_TEST(told_by(memory, "second") == "nothing");
  look_for(memory, seen, patience);
  BOOST_TEST(told_by(memory, "second") != "nothing");
}

BOOST_AUTO_TEST_CASE(an_operator_that_follows_tells_on_what_it_finds) {
  const std::string reason{slots_lost_reason};
  slots_lost memory{recorded("True", reason)};
  BOOST_TEST(told_by(memory, "any") == "as told");
  BOOST_TEST(told_by(memory, "") == "nothing");
  memory.look(sight_of({one_of("a-0", 1, 1)}));
  BOOST_TEST(has(told_by(memory), "TaskManager a-0 offers 1 of the 2"), "it has lasted");

  slots_lost over{recorded("True", reason)};
  over.look(sight_of({one_of("a-0", 2, 2)}));
  BOOST_TEST(told_by(over) == "nothing");
  over.look(sight_of({one_of("a-0", 1, 1)}, begin + poll));
  BOOST_TEST(told_by(over) == "nothing", "that is another time");

  for (const auto& before : {recorded("False", reason), recorded("True", "OOMKilled")}) {
    slots_lost other{before};
    BOOST_TEST(told_by(other, "any") == "nothing");
    other.look(sight_of({one_of("a-0", 1, 1)}));
    BOOST_TEST(told_by(other) == "nothing");
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
