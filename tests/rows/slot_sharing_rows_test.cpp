/// Who is to have another parallelism, and how a cluster brings that about.
#include "actors/slot_sharing_machine.hpp"
#include "tests/rows/rows.hpp"

namespace drey::rows {

namespace {

using m = slot_sharing_machine;
using enum wish_for;

constexpr ticket t0{0}, t1{1}, t2{2};
constexpr milliseconds s(std::int64_t seconds) { return milliseconds{seconds * 1'000}; }

/// Works with `current` slots, needs `least` and may have ten.
sharing_job shares(std::string uid, std::int32_t least, std::int32_t current) {
  return {std::move(uid), job_stand::working, {least, current, 10, {}, true, true, false}, 0};
}
/// Has what it needs, and no more.
sharing_job fixed(std::string uid, std::int32_t slots) {
  return {std::move(uid), job_stand::working, {slots, slots, slots, {}, false, false, false}, 0};
}
sharing_job waiting(std::string uid, std::int32_t slots) {
  auto job = fixed(std::move(uid), slots);
  job.stand = job_stand::idle;
  job.waits = slots;
  return job;
}
sharing_job busy(sharing_job job) {
  job.share.ready = false;
  return job;
}
sharing_job at_most(sharing_job job, std::int32_t most) {
  job.share.most = most;
  return job;
}
sharing_job not_before(sharing_job job, milliseconds wall) {
  job.share.raise_from = wall;
  return job;
}
sharing_job stuck(sharing_job job) {
  job.stand = job_stand::moving;
  job.share.ready = false;
  job.share.stuck = true;
  return job;
}

sharing_known calm(std::int32_t free, std::vector<sharing_job> jobs) {
  sharing_known known{{s(100), s(1'000)}, true, true, {20, 20 - free}, free, std::move(jobs)};
  return known;
}
sharing_known upset(sharing_known known) {
  known.calm = false;
  return known;
}
sharing_known closed(sharing_known known) {
  known.open = false;
  return known;
}
/// So many slots stay.
sharing_known lasting(sharing_known known, std::int32_t slots) {
  known.slots.lasting = slots;
  return known;
}

struct wish_row {
  const char* because;
  sharing_known known;
  std::optional<slot_wish> wish;
  std::string aside = {};
};

slot_wish more_for(std::string uid, std::int32_t parallelism) {
  return {std::move(uid), more, parallelism};
}
slot_wish room_of(std::string uid, std::int32_t parallelism) {
  return {std::move(uid), room, parallelism};
}

const wish_row wish_rows[] = {
    {"slots are free: it takes them", calm(2, {shares("a", 2, 2), fixed("f", 4)}),
     more_for("a", 4)},
    {"none are", calm(0, {shares("a", 2, 2)}), std::nullopt},
    {"nobody may have more", calm(4, {fixed("f", 4)}), std::nullopt},
    {"only as far as it may", calm(8, {at_most(shares("a", 2, 2), 5)}), more_for("a", 5)},
    {"two of the same need share alike, the first begins",
     calm(4, {shares("a", 2, 2), shares("b", 2, 2)}), more_for("a", 4)},
    {"who has least beyond its need begins", calm(2, {shares("a", 2, 4), shares("b", 2, 2)}),
     more_for("b", 4)},
    {"in proportion to what they need", calm(6, {shares("a", 1, 1), shares("b", 2, 2)}),
     more_for("a", 3)},
    {"whose turn is not yet keeps its portion",
     calm(4, {not_before(shares("a", 2, 2), s(1'001)), shares("b", 2, 2)}), more_for("b", 4)},
    {"it is its turn", calm(2, {not_before(shares("a", 2, 2), s(1'000))}), more_for("a", 4)},
    {"something is pending of it", calm(2, {busy(shares("a", 2, 2))}), std::nullopt},
    {"the cluster is not calm", upset(calm(2, {shares("a", 2, 2)})), std::nullopt},
    {"nothing is known of it", closed(calm(2, {shares("a", 2, 2)})), std::nullopt},
    {"others come first: what is free is theirs", calm(2, {shares("a", 2, 2), waiting("w", 3)}),
     std::nullopt},
    {"others wait: it gives what they lack", upset(calm(1, {shares("a", 2, 6), waiting("w", 4)})),
     room_of("a", 3)},
    {"never more than it has beyond its need", calm(0, {shares("a", 2, 3), waiting("w", 1)}),
     room_of("a", 2)},
    {"in vain it gives nothing", calm(0, {shares("a", 2, 4), waiting("w", 3)}), std::nullopt},
    {"of several that wait, those that can be helped are",
     calm(0, {shares("a", 2, 4), waiting("v", 9), waiting("w", 2)}), room_of("a", 2)},
    {"who has most beyond its need gives first",
     calm(0, {shares("a", 2, 3), shares("b", 2, 5), waiting("w", 2)}), room_of("b", 3)},
    {"TaskManagers are to go: it gives their slots back", lasting(calm(0, {shares("a", 2, 6)}), 18),
     room_of("a", 4)},
    {"as far as it can", lasting(calm(0, {shares("a", 2, 6)}), 10), room_of("a", 2)},
    {"Flink does not find what it had: it goes on with what there is",
     lasting(upset(calm(0, {stuck(shares("a", 2, 6)), fixed("f", 4)})), 8),
     slot_wish{"a", what_there_is, 4}},
    {"it would find it: Flink brings it back",
     lasting(upset(calm(0, {stuck(shares("a", 2, 6)), fixed("f", 2)})), 8), std::nullopt},
    {"not even what it needs is there: that is waited for",
     lasting(upset(calm(0, {stuck(shares("a", 2, 6)), fixed("f", 7)})), 8), std::nullopt},
    {"the one that could not be changed is passed over",
     calm(4, {shares("a", 2, 2), shares("b", 2, 2)}), more_for("b", 6), "a"},
    {"unless nobody else is there", calm(2, {shares("a", 2, 2)}), more_for("a", 4), "a"},
};

const auto free_slots = calm(2, {shares("a", 2, 2)});
const auto other_slots = calm(3, {shares("a", 2, 2)});
const auto no_slots = calm(0, {shares("a", 2, 2)});
const auto lost_slots = lasting(upset(calm(0, {stuck(shares("a", 2, 6))})), 4);
const slot_wish four = more_for("a", 4), five = more_for("a", 5);
const slot_wish fits{"a", what_there_is, 4};

m seeing(sharing_known known) { return {{}, std::move(known)}; }

const table<m> steady_rows{
    {"nothing is wished for", seeing(no_slots), m::steady{t0, ""}, surroundings_seen{},
     m::steady{t0, ""}},
    {"slots are free: will they stay so?",
     seeing(free_slots),
     m::steady{t0, ""},
     surroundings_seen{},
     m::settling{t1, four, ""},
     {set_deadline{t1, s(60)}}},
};

const table<m> settling_rows{
    {"they are still free", seeing(free_slots), m::settling{t1, four, ""}, surroundings_seen{},
     m::settling{t1, four, ""}},
    {"somebody took them", seeing(no_slots), m::settling{t1, four, ""}, surroundings_seen{},
     m::steady{t1, ""}},
    {"more came: the wait begins anew",
     seeing(other_slots),
     m::settling{t1, four, ""},
     surroundings_seen{},
     m::settling{t2, five, ""},
     {set_deadline{t2, s(60)}}},
    {"long enough: a checkpoint first",
     seeing(free_slots),
     m::settling{t1, four, ""},
     deadline_passed{t1},
     m::securing{t2, four, ""},
     {secure_job{t2, "a"}, set_deadline{t2, s(120)}}},
    {"one that does not run makes none",
     seeing(lost_slots),
     m::settling{t1, fits, ""},
     deadline_passed{t1},
     m::offering{t2, fits, ""},
     {set_deadline{t2, s(30)}}},
    {"a wait of before", seeing(free_slots), m::settling{t1, four, ""}, deadline_passed{t0},
     m::settling{t1, four, ""}},
};

const table<m> securing_rows{
    {"still free", seeing(free_slots), m::securing{t1, four, ""}, surroundings_seen{},
     m::securing{t1, four, ""}},
    {"not any more", seeing(no_slots), m::securing{t1, four, ""}, surroundings_seen{},
     m::steady{t1, ""}},
    {"the checkpoint is made: it is told",
     seeing(free_slots),
     m::securing{t1, four, ""},
     job_secured{t1},
     m::offering{t2, four, ""},
     {set_deadline{t2, s(30)}}},
    {"an answer of before", seeing(free_slots), m::securing{t1, four, ""}, job_secured{t0},
     m::securing{t1, four, ""}},
    {"none came about",
     seeing(free_slots),
     m::securing{t1, four, ""},
     job_insecure{t1},
     m::hindered{t2, "a"},
     {set_deadline{t2, s(300)}}},
    {"an answer of before that", seeing(free_slots), m::securing{t1, four, ""}, job_insecure{t0},
     m::securing{t1, four, ""}},
    {"nor in time",
     seeing(free_slots),
     m::securing{t1, four, ""},
     deadline_passed{t1},
     m::hindered{t2, "a"},
     {set_deadline{t2, s(300)}}},
    {"a wait of before", seeing(free_slots), m::securing{t1, four, ""}, deadline_passed{t0},
     m::securing{t1, four, ""}},
};

const table<m> offering_rows{
    {"it has not taken it up yet", seeing(free_slots), m::offering{t1, four, ""},
     surroundings_seen{}, m::offering{t1, four, ""}},
    {"it has: it moves, and nothing more is wished for", seeing(upset(no_slots)),
     m::offering{t1, four, ""}, surroundings_seen{}, m::steady{t1, ""}},
    {"it does not: the others come first next time",
     seeing(free_slots),
     m::offering{t1, four, ""},
     deadline_passed{t1},
     m::hindered{t2, "a"},
     {set_deadline{t2, s(300)}}},
    {"a wait of before", seeing(free_slots), m::offering{t1, four, ""}, deadline_passed{t0},
     m::offering{t1, four, ""}},
};

const table<m> hindered_rows{
    {"it was left alone for long enough", seeing(free_slots), m::hindered{t1, "a"},
     deadline_passed{t1}, m::steady{t1, "a"}},
    {"a wait of before", seeing(free_slots), m::hindered{t1, "a"}, deadline_passed{t0},
     m::hindered{t1, "a"}},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(slot_sharing_rows)

BOOST_AUTO_TEST_CASE(who_is_to_be_changed) {
  for (const auto& one : wish_rows)
    BOOST_TEST(text_of(wish_of(one.known, one.aside)) == text_of(one.wish), one.because);
}

BOOST_AUTO_TEST_CASE(what_there_is_of_slots) {
  const std::vector<task_manager_info> all{{"x", 4, 1}, {"y", 2, 2}, {"z", 2, 0}};
  BOOST_TEST(slots_of(all, 3).lasting == 8);
  BOOST_TEST(slots_of(all, 3).used == 5);
  BOOST_TEST(slots_of(all, 2).lasting == 4, "which one goes nobody knows");
  BOOST_TEST(slots_of(all, 5).lasting == 8);
}

BOOST_AUTO_TEST_CASE(what_jobs_are_told) {
  BOOST_TEST((offer_of(m::offering{t1, four, ""}) == slot_offer{"a", 4}));
  BOOST_TEST((offer_of(m::securing{t1, four, ""}) == slot_offer{}));
}

BOOST_AUTO_TEST_CASE(steady) { steady_rows.hold(); }
BOOST_AUTO_TEST_CASE(settling) { settling_rows.hold(); }
BOOST_AUTO_TEST_CASE(securing) { securing_rows.hold(); }
BOOST_AUTO_TEST_CASE(offering) { offering_rows.hold(); }
BOOST_AUTO_TEST_CASE(hindered) { hindered_rows.hold(); }
BOOST_AUTO_TEST_CASE(every_edge_has_a_row) { check_every_edge_has_a_row<m>(); }
BOOST_AUTO_TEST_CASE(ignored_facts) { check_ignored_facts_change_nothing(seeing(no_slots)); }

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
