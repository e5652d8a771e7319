/// Rows of a session job: one submission, and how an unknown outcome is resolved.
#include "tests/rows/job_pictures.hpp"

namespace drey::rows {

namespace {

using namespace job_pictures;

const submission once_more{first, "", 3, "jm-1", 1, {}};
const call_refused unavailable{t1, refusal_reason::unavailable, "down"};

m::retrying retrying_because(const std::string& why) { return {t2, once_more, why}; }
/// Another try of the same would be refused, too.
m::retrying retrying_in_vain(const std::string& why) {
  auto counted = once_more;
  counted.refusals = 1;
  return {t2, counted, why};
}
std::vector<m::command> tells_and_waits(const std::string& why) {
  return {release_slots{}, tell{"Warning", "SubmitFailed", why}, set_deadline{t2, s(1)}};
}

const m::fetching fetching_now{t1, what};

const table<m> fetching_rows{
    {"the jar is here",
     seeing(),
     fetching_now,
     artifact_ready{t1, "/tmp/a.jar"},
     m::uploading{t2, what, "/tmp/a.jar"},
     {upload_artifact{t2, "/tmp/a.jar"}, set_deadline{t2, s(600)}}},
    {"an older answer", seeing(), fetching_now, artifact_ready{t0, "x"}, fetching_now},
    {"it cannot be fetched", seeing(), fetching_now,
     call_refused{t1, refusal_reason::not_found, "404"}, retrying_in_vain("fetching the jar: 404"),
     tells_and_waits("fetching the jar: 404")},
    {"refused for an older request", seeing(), fetching_now,
     call_refused{t0, refusal_reason::not_found, ""}, fetching_now},
    {"no answer", seeing(), fetching_now, deadline_passed{t1},
     retrying_because("fetching the jar: no answer in time"),
     tells_and_waits("fetching the jar: no answer in time")},
    {"a wait of before", seeing(), fetching_now, deadline_passed{t0}, fetching_now},
    {"still wanted", seeing(), fetching_now, job_seen{}, fetching_now},
    {"deleted: nothing was sent that could run",
     seeing(deleting(), recorded_submit(first)),
     fetching_now,
     job_seen{},
     m::cancelling{t2, s(100), seen_lists, arrival::excluded},
     {release_slots{}, set_deadline{t2, s(1)}}},
};

const m::uploading uploading_now{t1, what, "/tmp/a.jar"};

const table<m> uploading_rows{
    {"the jar is in the JobManager",
     seeing(),
     uploading_now,
     jar_ready{t1, "a_a.jar"},
     m::submitting{t2, what, "/tmp/a.jar", "a_a.jar"},
     {submit_job{t2, what, "a_a.jar"}, set_deadline{t2, s(600)}}},
    {"an older answer", seeing(), uploading_now, jar_ready{t0, "x"}, uploading_now},
    {"refused",
     seeing(),
     uploading_now,
     unavailable,
     retrying_because("uploading the jar: down"),
     {release_slots{}, tell{"Warning", "SubmitFailed", "uploading the jar: down"},
      set_deadline{t2, s(1)}, discard{"/tmp/a.jar", ""}}},
    {"refused for an older request", seeing(), uploading_now,
     call_refused{t0, refusal_reason::unavailable, ""}, uploading_now},
    {"no answer",
     seeing(),
     uploading_now,
     deadline_passed{t1},
     retrying_because("uploading the jar: no answer in time"),
     {release_slots{}, tell{"Warning", "SubmitFailed", "uploading the jar: no answer in time"},
      set_deadline{t2, s(1)}, discard{"/tmp/a.jar", ""}}},
    {"a wait of before", seeing(), uploading_now, deadline_passed{t0}, uploading_now},
    {"still wanted", seeing(), uploading_now, job_seen{}, uploading_now},
    {"deleted",
     seeing(deleting(), recorded_submit(first)),
     uploading_now,
     job_seen{},
     m::cancelling{t2, s(100), seen_lists, arrival::excluded},
     {release_slots{}, set_deadline{t2, s(1)}, discard{"/tmp/a.jar", ""}}},
};

const m::submitting submitting_now{t1, what, "/tmp/a.jar", "a_a.jar"};
const m::resolving open_question{t2, what_is_open, s(100), seen_lists};
const std::vector<m::command> looks_in_a_second{set_deadline{t2, s(1)},
                                                discard{"/tmp/a.jar", "a_a.jar"}};

/// Which refusals prove that the job was not taken, and which leave it open.
table<m> rows_of_refused_submissions() {
  using enum refusal_reason;
  std::vector<row<m>> rows;
  for (const auto reason : {invalid, refusal_reason::not_found, forbidden})
    rows.push_back({"certainly not taken, and for good: " + std::string(name_of(reason)),
                    seeing(),
                    submitting_now,
                    call_refused{t1, reason, "no"},
                    retrying_in_vain("running the jar: no"),
                    {release_slots{}, tell{"Warning", "SubmitFailed", "running the jar: no"},
                     set_deadline{t2, s(1)}, discard{"/tmp/a.jar", "a_a.jar"}}});
  for (const auto reason : {refusal_reason::unavailable, too_many_requests})
    rows.push_back({"certainly not taken: " + std::string(name_of(reason)),
                    seeing(),
                    submitting_now,
                    call_refused{t1, reason, "no"},
                    retrying_because("running the jar: no"),
                    {release_slots{}, tell{"Warning", "SubmitFailed", "running the jar: no"},
                     set_deadline{t2, s(1)}, discard{"/tmp/a.jar", "a_a.jar"}}});
  for (const auto reason : {conflict, refusal_reason::gone, unknown_outcome, malformed})
    rows.push_back({"perhaps taken: " + std::string(name_of(reason)), seeing(), submitting_now,
                    call_refused{t1, reason, "no"}, open_question, looks_in_a_second});
  auto taken = open_question;
  taken.what.open.taken_since = s(100);
  rows.push_back({"Flink says that it has that id", seeing(), submitting_now,
                  call_refused{t1, already_exists, "no"}, taken, looks_in_a_second});
  return table<m>{std::move(rows)};
}

const table<m> refused_submission_rows = rows_of_refused_submissions();

const table<m> submitting_rows{
    {"accepted",
     seeing(),
     submitting_now,
     submission_accepted{t1},
     m::starting{t2, first, seen_lists},
     {set_deadline{t2, s(300)}, discard{"/tmp/a.jar", "a_a.jar"},
      tell{"Normal", "Submit", "Submitted as job " + first.hex}}},
    {"an older answer", seeing(), submitting_now, submission_accepted{t0}, submitting_now},
    {"refused for an older request", seeing(), submitting_now,
     call_refused{t0, refusal_reason::unavailable, ""}, submitting_now},
    {"no answer: the list of jobs tells, in time", seeing(), submitting_now, deadline_passed{t1},
     open_question, looks_in_a_second},
    {"a wait of before", seeing(), submitting_now, deadline_passed{t0}, submitting_now},
};

const m::retrying retrying_now{t1, once_more, "down"};
const submission to_another{first, "", 3, "jm-2", 1, {}};

const table<m> retrying_rows{
    {"its back-off is over: room first, which others may have taken",
     seeing(),
     retrying_now,
     deadline_passed{t1},
     m::retrying{t2, once_more, "down"},
     {reserve_slots{t2}, set_deadline{t2, s(1)}}},
    {"there is room: tried again under the same id",
     seeing(),
     retrying_now,
     slots_answered{t1, slots::granted},
     m::fetching{t2, once_more},
     {bring_artifact{t2}, set_deadline{t2, s(600)}}},
    {"there is none: asked again in a second", seeing(), retrying_now,
     slots_answered{t1, slots::short_of}, retrying_now},
    {"an older answer", seeing(), retrying_now, slots_answered{t0, slots::granted}, retrying_now},
    {"another JobManager took over: recorded before it is sent there",
     seeing(under("jm-2")),
     retrying_now,
     slots_answered{t1, slots::granted},
     m::recording{t2, to_another},
     {record_intent{t2}, set_deadline{t2, s(30)}}},
    {"nobody is there to be sent to",
     seeing(cluster_is(cluster_phase::unreachable)),
     retrying_now,
     deadline_passed{t1},
     m::retrying{t2, once_more, "down"},
     {set_deadline{t2, s(1)}}},
    {"a wait of before", seeing(), retrying_now, deadline_passed{t0}, retrying_now},
    {"it was not taken, as far as the list tells", seeing(), retrying_now, cluster_seen{},
     retrying_now},
    {"it was taken all the same",
     seeing(listed(first, "CREATED", 0)),
     retrying_now,
     cluster_seen{},
     m::starting{t2, first, seen_lists},
     {set_deadline{t2, s(300)}}},
    {"still wanted", seeing(), retrying_now, job_seen{}, retrying_now},
    {"deleted after an answer that never came: it may still arrive",
     seeing(deleting(), recorded_submit(first)),
     m::retrying{t1, what_is_open, "down"},
     job_seen{},
     m::cancelling{t2, s(100), seen_lists, arrival::possible},
     {release_slots{}, set_deadline{t2, s(1)}}},
    {"deleted",
     seeing(deleting(), recorded_submit(first)),
     retrying_now,
     job_seen{},
     m::cancelling{t2, s(100), seen_lists, arrival::excluded},
     {release_slots{}, set_deadline{t2, s(1)}}},
};

const m::resolving resolving_now{t1, what, s(100), long_ago};
const std::vector<m::command> looks_again{set_deadline{t2, s(1)}};

const table<m> resolving_rows{
    {"it is listed: it arrived",
     seeing(listed(first, "CREATED", 0)),
     resolving_now,
     cluster_seen{},
     m::starting{t2, first, seen_lists},
     {set_deadline{t2, s(300)}}},
    {"not listed: it may still arrive", seeing(at(101)), resolving_now, cluster_seen{},
     resolving_now},
    {"nobody to ask: absence has not begun",
     seeing(at(101), cluster_is(cluster_phase::unreachable)), resolving_now, cluster_seen{},
     m::resolving{t1, what, s(101), seen_lists}},
    {"not absent for long enough", seeing(at(102)), resolving_now, deadline_passed{t1},
     m::resolving{t2, what, s(100), long_ago}, looks_again},
    {"absent for long, but by a list that may be older than the call", seeing(at(500)),
     m::resolving{t1, what, s(100), just_now}, deadline_passed{t1},
     m::resolving{t2, what, s(100), just_now}, looks_again},
    {"nobody to ask: looked at later", seeing(at(500), cluster_is(cluster_phase::starting)),
     resolving_now, deadline_passed{t1}, m::resolving{t2, what, s(500), seen_lists}, looks_again},
    {"absent under the same JobManager, as far as its pod tells: did it leave any state?",
     seeing(at(103)),
     resolving_now,
     deadline_passed{t1},
     m::gathering{t2, first, "", 1, what},
     {gather_pointers{t2, first}, set_deadline{t2, s(30)}}},
    {"before 1.18 two of one id that race may both pass",
     seeing(at(103), flink_is(flink_version::v1_17)), resolving_now, deadline_passed{t1},
     m::resolving{t2, what, s(100), long_ago}, looks_again},
    {"another JobManager does not know the id: it must be absent for long",
     seeing(at(159), under("jm-2")), resolving_now, deadline_passed{t1},
     m::resolving{t2, what, s(100), long_ago}, looks_again},
    {"absent for long under another JobManager: it may have run and be lost",
     seeing(at(160), under("jm-2")),
     resolving_now,
     deadline_passed{t1},
     m::gathering{t2, first, "", 1},
     {release_slots{}, gather_pointers{t2, first}, set_deadline{t2, s(30)}}},
    {"a wait of before", seeing(at(500)), resolving_now, deadline_passed{t0}, resolving_now},
    {"still wanted", seeing(), resolving_now, job_seen{}, resolving_now},
    {"deleted",
     seeing(deleting(), recorded_submit(first)),
     resolving_now,
     job_seen{},
     m::cancelling{t2, s(100), seen_lists},
     {release_slots{}, set_deadline{t2, s(1)}}},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(job_submission_rows)

BOOST_AUTO_TEST_CASE(fetching) { fetching_rows.hold(); }
BOOST_AUTO_TEST_CASE(uploading) { uploading_rows.hold(); }
BOOST_AUTO_TEST_CASE(submitting) { submitting_rows.hold(); }
BOOST_AUTO_TEST_CASE(refused_submission) { refused_submission_rows.hold(); }
BOOST_AUTO_TEST_CASE(retrying) { retrying_rows.hold(); }
BOOST_AUTO_TEST_CASE(resolving) { resolving_rows.hold(); }

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
