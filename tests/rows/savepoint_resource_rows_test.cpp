/// Rows of a savepoint that is asked for by a nonce and taken by a FlinkStateSnapshot.
#include "tests/rows/savepoint_pictures.hpp"

namespace drey::rows {

namespace {

using namespace savepoint_pictures;

const std::string resource = "orders-savepoint-manual-100000";
const savepoint_request by_its_own{7, "", "", job, snapshot_kind::savepoint, resource};
note_savepoint noted_of_resource(std::string state, std::string location, std::string error) {
  return {{7, std::move(state), "", std::move(location), std::move(error), resource}};
}
const savepoint_record resource_begun{7, "IN_PROGRESS", "", "", "", resource};
constexpr milliseconds look_wait = s(1);

const table<m> begun_with_resource_rows{
    {"a new nonce: the name of its FlinkStateSnapshot is written down before that is made",
     seeing(by_resource()),
     m::idle{t0},
     picture_changed{},
     m::recording{t1, by_its_own},
     {noted_of_resource("IN_PROGRESS", "", ""), record_intent{t1}}},
    {"nobody knows yet what there is, and which labels it needs: it waits",
     seeing(way(taken_by::not_known_yet)), m::idle{t0}, picture_changed{}, m::idle{t0}},
    {"it could not be taken: none is made",
     seeing(by_resource(), without_directory()),
     m::idle{t0},
     picture_changed{},
     m::idle{t1},
     {noted("FAILED", "", "no savepoint directory: set execution.checkpointing.savepoint-dir")}},
    {"named before the operator died: looked for first, whatever runs now, and though resources "
     "are not asked for any more",
     seeing(recorded(resource_begun), running_as(another)),
     m::idle{t0},
     picture_changed{},
     m::following{t1, {7, "", "", another, snapshot_kind::savepoint, resource}, presence::absent},
     {look_at_resource{t1, {7, "", "", another, snapshot_kind::savepoint, resource}},
      set_deadline{t1, answer_wait}}},
    {"… and not before all were told",
     seeing(recorded(resource_begun), way(taken_by::not_known_yet)), m::idle{t0}, picture_changed{},
     m::idle{t0}},
    {"its name is durable",
     seeing(by_resource()),
     m::recording{t1, by_its_own},
     status_written{t1},
     m::making{t2, by_its_own},
     {make_resource{t2, by_its_own}, set_deadline{t2, answer_wait}}},
};

const table<m> making_rows{
    {"it is there",
     seeing(),
     m::making{t1, by_its_own},
     resource_made{t1},
     m::following{t2, by_its_own, presence::present},
     {set_deadline{t2, look_wait}}},
    {"an answer to an older request", seeing(), m::making{t2, by_its_own}, resource_made{t1},
     m::making{t2, by_its_own}},
    {"a refusal of an older request", seeing(), m::making{t2, by_its_own},
     call_refused{t1, refusal_reason::forbidden, "exceeded quota"}, m::making{t2, by_its_own}},
    {"an older deadline", seeing(), m::making{t2, by_its_own}, deadline_passed{t1},
     m::making{t2, by_its_own}},
    {"FlinkStateSnapshots are not known here: it is taken without one",
     seeing(),
     m::making{t1, by_its_own},
     call_refused{t1, refusal_reason::not_found, "no such kind"},
     m::recording{t2, what},
     {noted("IN_PROGRESS", "", ""), record_intent{t2}}},
    {"somebody does not let it be made",
     seeing(),
     m::making{t1, by_its_own},
     call_refused{t1, refusal_reason::forbidden, "exceeded quota"},
     m::idle{t2},
     {noted_of_resource("FAILED", "", "its FlinkStateSnapshot cannot be made: exceeded quota")}},
    {"the API server is away: looked for",
     seeing(),
     m::making{t1, by_its_own},
     call_refused{t1, refusal_reason::unavailable, "503"},
     m::following{t2, by_its_own, presence::absent},
     {set_deadline{t2, look_wait}}},
    {"… as when the outcome is open",
     seeing(),
     m::making{t1, by_its_own},
     call_refused{t1, refusal_reason::unknown_outcome, "connection reset"},
     m::following{t2, by_its_own, presence::absent},
     {set_deadline{t2, look_wait}}},
    {"no answer in time",
     seeing(),
     m::making{t1, by_its_own},
     deadline_passed{t1},
     m::following{t2, by_its_own, presence::absent},
     {look_at_resource{t2, by_its_own}, set_deadline{t2, answer_wait}}},
};

const m::following followed{t1, by_its_own, presence::present};
const savepoint_request of_an_unknown_execution = [] {
  auto what = by_its_own;
  what.job = {};
  return what;
}();
const table<m> following_rows{
    {"complete",
     seeing(),
     followed,
     resource_told{t1, resource_stand::completed, "s3://sp/x"},
     m::idle{t2},
     {noted_of_resource("COMPLETED", "s3://sp/x", ""), learn_newest{job}}},
    {"complete, and asked for before this process began",
     seeing(),
     m::following{t1, of_an_unknown_execution, presence::present},
     resource_told{t1, resource_stand::completed, "s3://sp/x"},
     m::idle{t2},
     {noted_of_resource("COMPLETED", "s3://sp/x", "")}},
    {"failed",
     seeing(),
     followed,
     resource_told{t1, resource_stand::failed, "disk full"},
     m::idle{t2},
     {noted_of_resource("FAILED", "", "disk full")}},
    {"under way: looked at again",
     seeing(),
     m::following{t1, by_its_own, presence::absent},
     resource_told{t1, resource_stand::under_way, ""},
     m::following{t2, by_its_own, presence::present},
     {set_deadline{t2, look_wait}}},
    {"it never came to be: made",
     seeing(),
     m::following{t1, by_its_own, presence::absent},
     resource_told{t1, resource_stand::absent, ""},
     m::making{t2, by_its_own},
     {make_resource{t2, by_its_own}, set_deadline{t2, answer_wait}}},
    {"a person deleted it: not made again",
     seeing(),
     followed,
     resource_told{t1, resource_stand::absent, ""},
     m::idle{t2},
     {noted_of_resource("FAILED", "", "FlinkStateSnapshot " + resource + " was deleted")}},
    {"an older answer", seeing(), m::following{t2, by_its_own, presence::present},
     resource_told{t1, resource_stand::absent, ""},
     m::following{t2, by_its_own, presence::present}},
    {"it cannot be read: again",
     seeing(),
     followed,
     call_refused{t1, refusal_reason::unavailable, "503"},
     m::following{t2, by_its_own, presence::present},
     {set_deadline{t2, look_wait}}},
    {"time to look",
     seeing(),
     followed,
     deadline_passed{t1},
     m::following{t2, by_its_own, presence::present},
     {look_at_resource{t2, by_its_own}, set_deadline{t2, answer_wait}}},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(savepoint_resource_rows)

BOOST_AUTO_TEST_CASE(begun) { begun_with_resource_rows.hold(); }
BOOST_AUTO_TEST_CASE(making) { making_rows.hold(); }
BOOST_AUTO_TEST_CASE(following) { following_rows.hold(); }

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
