/// Rows of a session job whose id Flink has had before: what drey knew of that is lost.
#include "tests/rows/job_pictures.hpp"

namespace drey::rows {

namespace {

using namespace job_pictures;

m::gathering had_before(milliseconds since) {
  m::gathering now{t1, first, "", 1, submission{first, "s3://c/chk-3", 1, "jm-1"}};
  now.unlisted->open.taken_since = since;
  return now;
}
auto at_time(milliseconds when) {
  return [when](job_known& x) { x.now.monotonic = when; };
}

const table<m> spent_rows{
    {"Flink has had that id for long, and does not list it: it is over, and has no id to go on "
     "with",
     seeing(recorded_submit(first, "s3://c/chk-3"), at_time(s(160))),
     had_before(s(100)),
     pointers_gathered{t1},
     m::reserving{t2, "s3://c/chk-3", branch::same},
     {reserve_slots{t2}}},
    {"… not for long: the list may be late",
     seeing(recorded_submit(first, "s3://c/chk-3"), at_time(s(159))),
     had_before(s(100)),
     pointers_gathered{t1},
     m::fetching{t2, *had_before(s(100)).unlisted},
     {bring_artifact{t2}, set_deadline{t2, s(600)}}},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(job_spent_rows)

BOOST_AUTO_TEST_CASE(gathering) { spent_rows.hold(); }

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
