/// Rows of leadership. Our name is "me"; the clock shows 100 s unless a row says otherwise.
#include "actors/leadership_machine.hpp"
#include "tests/rows/rows.hpp"

namespace drey::rows {

namespace {

using m = leadership_machine;

constexpr ticket t0{0}, t1{1}, t2{2};
constexpr milliseconds s(std::int64_t seconds) { return milliseconds{seconds * 1'000}; }

m at(std::int64_t seconds) { return {{{s(seconds), s(seconds)}, "me"}}; }

const call_refused refused{t1, refusal_reason::conflict, "another was faster"};

const table<m> standing_by_rows{
    {"the Lease is looked at every two seconds",
     at(100),
     m::standing_by{t0, "", s(0)},
     deadline_passed{t0},
     m::standing_by{t1, "", s(0)},
     {read_lease{t1}, set_deadline{t1, s(10)}}},
    {"a wait of before", at(100), m::standing_by{t1, "", s(0)}, deadline_passed{t0},
     m::standing_by{t1, "", s(0)}},
    {"there is no Lease: made",
     at(100),
     m::standing_by{t1, "", s(0)},
     lease_seen{t1, "", "", false},
     m::acquiring{t2, s(100)},
     {write_lease{t2, lease_write::take, ""}, set_deadline{t2, s(10)}}},
    {"it was given up: taken from the version that was seen",
     at(100),
     m::standing_by{t1, "", s(0)},
     lease_seen{t1, "", "7", true},
     m::acquiring{t2, s(100)},
     {write_lease{t2, lease_write::take, "7"}, set_deadline{t2, s(10)}}},
    {"it is ours, of an earlier life under the same name",
     at(100),
     m::standing_by{t1, "", s(0)},
     lease_seen{t1, "me", "7", true},
     m::acquiring{t2, s(100)},
     {write_lease{t2, lease_write::take, "7"}, set_deadline{t2, s(10)}}},
    {"somebody else renewed it: our clock for it begins anew",
     at(100),
     m::standing_by{t1, "6", s(20)},
     lease_seen{t1, "other", "7", true},
     m::standing_by{t2, "7", s(100)},
     {set_deadline{t2, s(2)}}},
    {"not renewed, but not for its whole duration yet",
     at(114),
     m::standing_by{t1, "7", s(100)},
     lease_seen{t1, "other", "7", true},
     m::standing_by{t2, "7", s(100)},
     {set_deadline{t2, s(2)}}},
    {"not renewed for its duration on our own clock",
     at(115),
     m::standing_by{t1, "7", s(100)},
     lease_seen{t1, "other", "7", true},
     m::acquiring{t2, s(115)},
     {write_lease{t2, lease_write::take, "7"}, set_deadline{t2, s(10)}}},
    {"an older answer", at(100), m::standing_by{t1, "", s(0)}, lease_seen{t0, "", "", false},
     m::standing_by{t1, "", s(0)}},
    {"it could not be read: nothing is concluded",
     at(200),
     m::standing_by{t1, "7", s(100)},
     refused,
     m::standing_by{t2, "7", s(100)},
     {set_deadline{t2, s(2)}}},
    {"told to stop",
     at(100),
     m::standing_by{t1, "7", s(0)},
     stop_wanted{},
     m::over{},
     {open_fence{}, announce_lost{}}},
};

const table<m> acquiring_rows{
    {"taken: the fence is counted from when we asked, not from the answer",
     at(104),
     m::acquiring{t1, s(100)},
     lease_written{t1, "8"},
     m::leading{t2, "8", s(100)},
     {open_fence{s(110)}, set_deadline{t2, s(2)}, announce_leading{}}},
    {"an older answer", at(100), m::acquiring{t1, s(100)}, lease_written{t0, "8"},
     m::acquiring{t1, s(100)}},
    {"another was faster",
     at(101),
     m::acquiring{t1, s(100)},
     refused,
     m::standing_by{t2, "", s(101)},
     {set_deadline{t2, s(2)}}},
    {"refused for an older request", at(101), m::acquiring{t2, s(100)}, refused,
     m::acquiring{t2, s(100)}},
    {"no answer: whether it is ours is read, not assumed",
     at(110),
     m::acquiring{t1, s(100)},
     deadline_passed{t1},
     m::standing_by{t2, "", s(110)},
     {set_deadline{t2, s(2)}}},
    {"a wait of before", at(110), m::acquiring{t2, s(100)}, deadline_passed{t1},
     m::acquiring{t2, s(100)}},
    {"told to stop",
     at(101),
     m::acquiring{t1, s(100)},
     stop_wanted{},
     m::over{},
     {open_fence{}, announce_lost{}}},
};

const table<m> leading_rows{
    {"renewed every two seconds",
     at(102),
     m::leading{t1, "8", s(100)},
     deadline_passed{t1},
     m::renewing{t2, "8", s(100), s(102)},
     {write_lease{t2, lease_write::renew, "8"}, set_deadline{t2, s(2)}}},
    {"a wait of before", at(102), m::leading{t1, "8", s(100)}, deadline_passed{t0},
     m::leading{t1, "8", s(100)}},
    {"told to stop: the fence closes before the Lease is given up",
     at(101),
     m::leading{t1, "8", s(100)},
     stop_wanted{},
     m::over{},
     {open_fence{}, write_lease{t2, lease_write::release, "8"}, announce_lost{}}},
};

const m::renewing half_way{t1, "8", s(100), s(102)};

const table<m> renewing_rows{
    {"renewed: the fence moves on, from when we asked",
     at(103),
     half_way,
     lease_written{t1, "9"},
     m::leading{t2, "9", s(102)},
     {open_fence{s(112)}, set_deadline{t2, s(2)}}},
    {"an older answer", at(103), half_way, lease_written{t0, "9"}, half_way},
    {"refused: read before it is written again",
     at(103),
     half_way,
     refused,
     m::renewing{t2, "8", s(100), s(102)},
     {read_lease{t2}, set_deadline{t2, s(2)}}},
    {"refused for an older request", at(103), half_way,
     call_refused{t0, refusal_reason::conflict, ""}, half_way},
    {"no answer: read before it is written again",
     at(104),
     half_way,
     deadline_passed{t1},
     m::renewing{t2, "8", s(100), s(102)},
     {read_lease{t2}, set_deadline{t2, s(2)}}},
    {"a wait of before", at(104), half_way, deadline_passed{t0}, half_way},
    {"not renewed for ten seconds: over, five seconds before anybody else may begin",
     at(110),
     half_way,
     deadline_passed{t1},
     m::over{},
     {open_fence{}, announce_lost{}}},
    {"it is ours all the same, only the answer was lost: renewed from what was read",
     at(104),
     half_way,
     lease_seen{t1, "me", "9", true},
     m::renewing{t2, "9", s(100), s(104)},
     {write_lease{t2, lease_write::renew, "9"}, set_deadline{t2, s(2)}}},
    {"ours, but read too late",
     at(110),
     half_way,
     lease_seen{t1, "me", "9", true},
     m::over{},
     {open_fence{}, announce_lost{}}},
    {"somebody else took it",
     at(104),
     half_way,
     lease_seen{t1, "other", "9", true},
     m::over{},
     {open_fence{}, announce_lost{}}},
    {"an older answer", at(104), half_way, lease_seen{t0, "other", "9", true}, half_way},
    {"told to stop",
     at(103),
     half_way,
     stop_wanted{},
     m::over{},
     {open_fence{}, write_lease{t2, lease_write::release, "8"}, announce_lost{}}},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(leadership_rows)

BOOST_AUTO_TEST_CASE(standing_by) { standing_by_rows.hold(); }
BOOST_AUTO_TEST_CASE(acquiring) { acquiring_rows.hold(); }
BOOST_AUTO_TEST_CASE(leading) { leading_rows.hold(); }
BOOST_AUTO_TEST_CASE(renewing) { renewing_rows.hold(); }
BOOST_AUTO_TEST_CASE(every_edge_has_a_row) {
  check_every_edge_has_a_row<m>({edge("renewing", "call_refused", "over")});
}
BOOST_AUTO_TEST_CASE(ignored_facts) { check_ignored_facts_change_nothing(at(100)); }

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
