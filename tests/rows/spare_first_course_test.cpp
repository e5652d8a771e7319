/// The whole course of a changed spec without ordinals, in a world of one set and one job: the job
/// is restarted as often as decision 0033 and `drey plan` say, whatever room there is.
#include <algorithm>
#include <map>

#include "actors/rollout_picture.hpp"
#include "tests/rows/rollout_pictures.hpp"

namespace drey::rows {

namespace {

using namespace rollout_pictures;
using set_machine = task_manager_set_machine;

struct worker {
  bool fresh = false;   ///< made from the new template
  bool placed = false;  ///< some machine had room for it
  bool busy = false;
};

/// A StatefulSet of TaskManagers with one slot each, machines for `room` of them, and a job that
/// needs as many as are wanted.
struct small_world {
  std::int32_t wanted;
  std::int32_t room;
  std::int64_t kept_from = 1'000'000;  ///< second from which the API server keeps ordinals
  std::map<std::int32_t, worker> workers = {};
  ordinal_window window{0, wanted};
  bool ordinals = false;
  bool fresh_template = false;
  bool job_runs = true;
  int restarts = 0;
  std::int64_t clock = 100;

  void begin() {
    control();
    for (auto& [ordinal, one] : workers) one.busy = one.placed = true;
  }

  /// The set's controller and the scheduler; then Flink, once all that was deleted is gone.
  void control() {
    const auto end = window.start + window.count;
    std::erase_if(workers,
                  [&](const auto& one) { return one.first < window.start || one.first >= end; });
    for (auto at = window.start; at < end; ++at) workers.try_emplace(at, worker{fresh_template});
    auto left =
        room - std::ranges::count_if(workers, [](const auto& x) { return x.second.placed; });
    for (auto& [ordinal, one] : workers)
      if (!one.placed && left-- > 0) one.placed = true;
  }

  std::int32_t busy() const {
    return static_cast<std::int32_t>(
        std::ranges::count_if(workers, [](const auto& x) { return x.second.busy; }));
  }

  /// A job that has lost a TaskManager starts again where there are slots, from the last ordinal
  /// on: that is the worst for it.
  void run_job() {
    if (job_runs && busy() == wanted) return;
    if (job_runs) ++restarts;
    job_runs = false;
    for (auto& [ordinal, one] : workers) one.busy = false;
    const auto free = std::ranges::count_if(workers, [](const auto& x) { return x.second.placed; });
    if (free < wanted) return;
    auto due = wanted;
    for (auto at = workers.rbegin(); at != workers.rend(); ++at)
      if (at->second.placed && due-- > 0) at->second.busy = true;
    job_runs = true;
  }

  set_known set_seen(const rollout_permits& permitted) const {
    set_known known;
    known.now = {s(clock), s(clock)};
    known.wanted = known.seen = true;
    known.ordinals = ordinals;
    known.count = wanted;
    known.window = window;
    known.calm = job_runs;
    known.out_of_date = permitted.task_managers && !fresh_template;
    known.spares = permitted.spares;
    known.retire_below = permitted.retire_below;
    known.down_to = permitted.down_to;
    for (const auto& [ordinal, one] : workers) {
      set_member seen{ordinal, one.placed ? standing::registered : standing::joining, !one.busy};
      seen.outdated = !one.fresh;
      seen.unschedulable = !one.placed;
      seen.slots = one.placed ? 1 : 0;
      seen.taken = one.busy ? 1 : 0;
      known.members.push_back(seen);
      if (!ordinals && fresh_template && seen.outdated && ordinal < permitted.retire_below)
        known.leaving.push_back(std::to_string(ordinal));
    }
    return known;
  }

  rollout_known rollout_seen(const set_known& set) const {
    auto known = picture();
    known.now = set.now;
    known.ordinals = ordinals;
    known.jobs = {{"a", job_runs ? job_stand::working : job_stand::moving, "",
                   stop_choice::with_savepoint, false, ""}};
    known.task_managers = tally_of(set);
    known.task_managers_old = !fresh_template;
    known.surplus = surplus_of(set);
    return known;
  }
};

/// Until nothing is left to do; how often the job was restarted.
int restarts_of(small_world world) {
  world.begin();
  m::state rollout = m::preparing{t0, swap, s(100)};
  set_machine::state set = set_machine::steady{t0};
  for (int looks = 0; looks < 1'000; ++looks, ++world.clock) {
    auto seen = world.set_seen(permits_of(rollout));
    auto moved =
        state_machine::step(m{{}, world.rollout_seen(seen)}, rollout, m::fact{surroundings_seen{}});
    rollout = moved.next;
    if (const auto* secures = std::get_if<m::securing>(&rollout))
      rollout = state_machine::step(m{{}, world.rollout_seen(seen)}, rollout,
                                    m::fact{jobs_secured{secures->request}})
                    .next;
    if (std::holds_alternative<m::settled>(rollout)) {
      BOOST_TEST(world.window.count == world.wanted);
      BOOST_TEST(std::ranges::all_of(world.workers, [](const auto& x) { return x.second.fresh; }));
      return world.restarts;
    }
    seen = world.set_seen(permits_of(rollout));
    const set_machine at{s(30), s(1), seen};
    const set_machine::fact told =
        std::holds_alternative<set_machine::clearing>(set)
            ? set_machine::fact{deadline_passed{std::get<set_machine::clearing>(set).request}}
            : set_machine::fact{surroundings_seen{}};
    set = state_machine::step(at, set, told).next;
    if (const auto* applies = std::get_if<set_machine::applying>(&set)) {
      BOOST_TEST((world.ordinals || applies->window.start == 0));
      world.ordinals = world.ordinals || world.clock >= world.kept_from;
      world.window = applies->window;
      world.fresh_template = world.fresh_template || seen.out_of_date;
      set = state_machine::step(at, set, set_machine::fact{child_applied{applies->request}}).next;
    } else if (const auto* clears = std::get_if<set_machine::clearing>(&set)) {
      for (const auto& one : clears->pods) world.workers.erase(std::stoi(one));
    }
    world.run_job();  // before any that was deleted is back
    world.control();
    world.run_job();
  }
  BOOST_ERROR("it never ends");
  return -1;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(spare_first_course)

BOOST_AUTO_TEST_CASE(restarts_by_room) {
  for (const std::int32_t wanted : {1, 2, 3, 4, 7})
    for (std::int32_t spare = 0; spare <= wanted + 1; ++spare) {
      const auto batches = spare == 0 ? wanted : (wanted + spare - 1) / spare + 1;
      BOOST_TEST(restarts_of({wanted, wanted + spare}) == batches,
                 wanted << " TaskManagers, room for " << spare << " more");
    }
}

/// It is found out by the next apply, in the middle of whatever goes on.
BOOST_AUTO_TEST_CASE(the_api_server_is_replaced_meanwhile) {
  for (const std::int32_t spare : {0, 1, 3, 4})
    for (std::int64_t from = 100; from < 200; ++from) {
      const auto without = restarts_of({4, 4 + spare});
      BOOST_TEST(restarts_of({4, 4 + spare, from}) <= without + 1,
                 "room for " << spare << " more, ordinals from second " << from << " on");
    }
  BOOST_TEST(restarts_of({4, 8, 100}) == 1, "from the first apply on: a swap");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
