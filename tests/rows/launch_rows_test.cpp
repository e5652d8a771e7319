/// Rows of an application's JobManager: a workload comes to be for one launch, and is gone before
/// there is another.
#include "actors/launch_machine.hpp"

#include "tests/rows/rows.hpp"

namespace drey::rows {

namespace {

using m = launch_machine;

constexpr ticket t0{0}, t1{1}, t2{2}, t3{3};
constexpr milliseconds answer_wait{30'000}, poll{500}, settle_poll{5'000}, now{100'000};

const launch first{{"a1"}, 0, "s3://flink/chk-7", {}};
const launch second{{"b2"}, 0, "s3://flink/chk-9", {}};

m looked() {
  m machine;
  machine.known.now.monotonic = now;
  machine.known.looked = true;
  machine.known.claimed = true;
  return machine;
}
m asked_for(const launch& what) {
  auto machine = looked();
  machine.known.order = what;
  return machine;
}
m highly_available(m machine) {
  machine.known.keeps_jobs = true;
  return machine;
}
m in_native_mode(m machine) {
  machine.known.native = true;
  return machine;
}
enum class template_is { current, old };
m with_workload(m machine, const launch& of, template_is from = template_is::current) {
  machine.known.workload = launch_sight{name_of(of), from == template_is::current, true, false};
  return machine;
}
m with_job(m machine) {
  machine.known.job_listed = machine.known.job_lives = machine.known.job_runs = true;
  return machine;
}
template <class F>
m but(m machine, F&& change) {
  change(machine.known);
  return machine;
}

const std::vector<m::command> looks{look_at_job_managers{t1}, set_deadline{t1, answer_wait}};
const std::vector<m::command> removes{remove_job_managers{t1}, set_deadline{t1, answer_wait}};
const std::vector<m::command> creates{create_job_manager{t1}, set_deadline{t1, answer_wait}};

const table<m> unseen_rows{
    {"not all caches are filled", m{}, m::unseen{t0}, surroundings_seen{}, m::unseen{t0}},
    {"what is there is read live", looked(), m::unseen{t0}, surroundings_seen{}, m::looking{t1, {}},
     looks},
    {"an operator before us made one", with_workload(looked(), first), m::unseen{t0},
     surroundings_seen{}, m::standing{t0}},
};

const table<m> looking_rows{
    {"nothing is there", looked(), m::looking{t1, {}}, removal_seen{t1, {}}, m::vacant{t1}},
    {"nothing is there, but something may come",
     but(looked(), [](launch_known& k) { k.may_arrive_until = now + milliseconds{9'000}; }),
     m::looking{t1, {}},
     removal_seen{t1, {}},
     m::looking{t1, {}},
     {set_deadline{t1, settle_poll}}},
    {"a pod is still ending",
     looked(),
     m::looking{t1, {}},
     removal_seen{t1, {"Pod a"}},
     m::looking{t1, {"Pod a"}},
     {set_deadline{t1, poll}}},
    {"an older answer", looked(), m::looking{t2, {}}, removal_seen{t1, {}}, m::looking{t2, {}}},
    {"it came to be seen", with_workload(looked(), first), m::looking{t1, {}}, surroundings_seen{},
     m::standing{t1}},
    {"it came to be seen before the answer", with_workload(looked(), first), m::looking{t1, {}},
     removal_seen{t1, {"Job a"}}, m::standing{t1}},
    {"not seen yet", looked(), m::looking{t1, {}}, surroundings_seen{}, m::looking{t1, {}}},
    {"refused: asked again",
     looked(),
     m::looking{t1, {}},
     call_refused{t1, refusal_reason::unavailable, ""},
     m::looking{t1, {}},
     {set_deadline{t1, poll}}},
    {"time to look again", looked(), m::looking{t1, {}}, deadline_passed{t1}, m::unseen{t1}},
    {"an older timer", looked(), m::looking{t2, {}}, deadline_passed{t1}, m::looking{t2, {}}},
};

const table<m> vacant_rows{
    {"nobody asks", looked(), m::vacant{t0}, surroundings_seen{}, m::vacant{t0}},
    {"asked for, and made", asked_for(first), m::vacant{t0}, surroundings_seen{}, m::creating{t1},
     creates},
    {"asked for, but what it needs is not there",
     but(asked_for(first), [](launch_known& k) { k.claimed = false; }), m::vacant{t0},
     surroundings_seen{}, m::vacant{t0}},
    {"asked for, but the cluster is being deleted",
     but(asked_for(first), [](launch_known& k) { k.deleting = true; }),
     m::vacant{t0},
     surroundings_seen{},
     m::vacant{t0},
     {answer_launch{call_refused{t0, refusal_reason::unavailable, "it is deleted"}}}},
    {"with high availability what is left of others goes first",
     highly_available(asked_for(first)),
     m::vacant{t0},
     surroundings_seen{},
     m::clearing{t1},
     {clear_earlier_launches{t1}, set_deadline{t1, answer_wait}}},
    {"the TaskManagers that Flink made for others go first",
     in_native_mode(asked_for(first)),
     m::vacant{t0},
     surroundings_seen{},
     m::clearing{t1},
     {clear_earlier_launches{t1}, set_deadline{t1, answer_wait}}},
    {"one that was asked for earlier came after all", with_workload(looked(), first), m::vacant{t0},
     surroundings_seen{}, m::standing{t0}},
    {"a pod came to be seen", but(looked(), [](launch_known& k) { k.pods = true; }), m::vacant{t0},
     surroundings_seen{}, m::looking{t1, {}}, looks},
};

const table<m> making_rows{
    {"metadata is cleared: its beginning is written down",
     highly_available(asked_for(first)),
     m::clearing{t1},
     removal_seen{t1, {}},
     m::preparing{t2},
     {prepare_launch{t2}, set_deadline{t2, answer_wait}}},
    {"metadata is still there",
     highly_available(asked_for(first)),
     m::clearing{t1},
     removal_seen{t1, {"ConfigMap x"}},
     m::clearing{t1},
     {set_deadline{t1, poll}}},
    {"a TaskManager of another launch is still there",
     in_native_mode(asked_for(first)),
     m::clearing{t1},
     removal_seen{t1, {"Pod billing-taskmanager-1-1"}},
     m::clearing{t1},
     {set_deadline{t1, poll}}},
    {"none is left: what the next ones hang on is made",
     in_native_mode(asked_for(first)),
     m::clearing{t1},
     removal_seen{t1, {}},
     m::preparing{t2},
     {prepare_launch{t2}, set_deadline{t2, answer_wait}}},
    {"nobody asks any more",
     highly_available(looked()),
     m::clearing{t1},
     removal_seen{t1, {}},
     m::looking{t2, {}},
     {look_at_job_managers{t2}, set_deadline{t2, answer_wait}}},
    {"clearing is refused",
     highly_available(asked_for(first)),
     m::clearing{t1},
     call_refused{t1, refusal_reason::unavailable, ""},
     m::clearing{t1},
     {set_deadline{t1, poll}}},
    {"clearing takes too long", highly_available(asked_for(first)), m::clearing{t1},
     deadline_passed{t1}, m::unseen{t1}},
    {"its beginning is written down",
     highly_available(asked_for(first)),
     m::preparing{t1},
     child_applied{t1},
     m::creating{t2},
     {create_job_manager{t2}, set_deadline{t2, answer_wait}}},
    {"nobody asks any more, though it is written down",
     highly_available(looked()),
     m::preparing{t1},
     child_applied{t1},
     m::looking{t2, {}},
     {look_at_job_managers{t2}, set_deadline{t2, answer_wait}}},
    {"writing it down is refused",
     highly_available(asked_for(first)),
     m::preparing{t1},
     call_refused{t1, refusal_reason::conflict, ""},
     m::preparing{t1},
     {set_deadline{t1, poll}}},
    {"writing it down takes too long", highly_available(asked_for(first)), m::preparing{t1},
     deadline_passed{t1}, m::unseen{t1}},
    {"made",
     asked_for(first),
     m::creating{t1},
     child_applied{t1},
     m::standing{t1},
     {answer_launch{}}},
    {"refused for good: the job hears of it, and what is there is looked at",
     asked_for(first),
     m::creating{t1},
     call_refused{t1, refusal_reason::forbidden, "quota"},
     m::looking{t2, {}},
     {answer_launch{call_refused{t1, refusal_reason::forbidden, "quota"}}, look_at_job_managers{t2},
      set_deadline{t2, answer_wait}}},
    {"it may have been made: that is looked at",
     asked_for(first),
     m::creating{t1},
     call_refused{t1, refusal_reason::unknown_outcome, ""},
     m::looking{t2, {}},
     {look_at_job_managers{t2}, set_deadline{t2, answer_wait}}},
    {"no answer: what is there is looked at",
     asked_for(first),
     m::creating{t1},
     deadline_passed{t1},
     m::looking{t2, {}},
     {look_at_job_managers{t2}, set_deadline{t2, answer_wait}}},
};

const table<m> standing_rows{
    {"all is well", with_job(with_workload(looked(), first)), m::standing{t0}, surroundings_seen{},
     m::standing{t0}},
    {"it is gone: what is there is looked at, and nothing is made anew", looked(), m::standing{t0},
     surroundings_seen{}, m::looking{t1, {}}, looks},
    {"another launch is asked for: this one goes first", with_workload(asked_for(second), first),
     m::standing{t0}, surroundings_seen{}, m::removing{t1, {}}, removes},
    {"this very launch is asked for again",
     with_workload(asked_for(first), first),
     m::standing{t0},
     surroundings_seen{},
     m::standing{t0},
     {answer_launch{}}},
    {"its job needs no process",
     but(with_workload(looked(), first), [](launch_known& k) { k.rests = true; }), m::standing{t0},
     surroundings_seen{}, m::removing{t1, {}}, removes},
    {"with high availability it is noted that its job lives",
     highly_available(with_job(with_workload(looked(), first))),
     m::standing{t0},
     surroundings_seen{},
     m::guarding{t1},
     {guard_launch{t1}, set_deadline{t1, answer_wait}}},
    {"a job that has no task yet may fail at its beginning",
     but(highly_available(with_job(with_workload(looked(), first))),
         [](launch_known& k) { k.job_runs = false; }),
     m::standing{t0}, surroundings_seen{}, m::standing{t0}},
    {"another template is permitted, and the job outlives it",
     but(highly_available(with_job(with_workload(looked(), first, template_is::old))),
         [](launch_known& k) { k.guarded = k.may_patch = true; }),
     m::standing{t0},
     surroundings_seen{},
     m::patching{t1},
     {patch_job_manager{t1}, set_deadline{t1, answer_wait}}},
    {"what the TaskManagers of a Job hang on is gone: it is made again",
     but(in_native_mode(with_job(with_workload(looked(), first))),
         [](launch_known& k) { k.ownerless = true; }),
     m::standing{t0},
     surroundings_seen{},
     m::patching{t1},
     {patch_job_manager{t1}, set_deadline{t1, answer_wait}}},
    {"but not for a job that is over: that launch is about to go",
     but(in_native_mode(with_workload(looked(), first)),
         [](launch_known& k) { k.ownerless = true; }),
     m::standing{t0}, surroundings_seen{}, m::standing{t0}},
    {"one process began; now that its job is known to live, as many wait as are wanted",
     but(highly_available(with_job(with_workload(looked(), first))),
         [](launch_known& k) {
           k.guarded = true;
           k.workload->scaled = false;
         }),
     m::standing{t0},
     surroundings_seen{},
     m::patching{t1},
     {patch_job_manager{t1}, set_deadline{t1, answer_wait}}},
    {"before that none waits beside it",
     but(highly_available(with_workload(looked(), first)),
         [](launch_known& k) { k.workload->scaled = false; }),
     m::standing{t0}, surroundings_seen{}, m::standing{t0}},
    {"another template is permitted, and the job was stopped for it",
     but(with_workload(looked(), first, template_is::old),
         [](launch_known& k) { k.may_patch = k.may_replace = true; }),
     m::standing{t0}, surroundings_seen{}, m::removing{t1, {}}, removes},
    {"with high availability a Deployment is wanted, and a Job stands: nothing is made beside it",
     but(highly_available(with_job(with_workload(looked(), first, template_is::old))),
         [](launch_known& k) {
           k.may_patch = true;
           k.workload->same_kind = false;
         }),
     m::standing{t0}, surroundings_seen{}, m::standing{t0}},
    {"it goes when that is permitted",
     but(highly_available(with_workload(looked(), first, template_is::old)),
         [](launch_known& k) {
           k.may_patch = k.may_replace = true;
           k.workload->same_kind = false;
         }),
     m::standing{t0}, surroundings_seen{}, m::removing{t1, {}}, removes},
    {"another template is not permitted",
     with_job(with_workload(looked(), first, template_is::old)), m::standing{t0},
     surroundings_seen{}, m::standing{t0}},
    {"deletion: the job is cancelled first",
     but(with_job(with_workload(looked(), first)), [](launch_known& k) { k.deleting = true; }),
     m::standing{t0}, surroundings_seen{}, m::standing{t0}},
    {"deletion: its job hears that its launch is there, and cancels it",
     but(with_job(with_workload(asked_for(first), first)),
         [](launch_known& k) { k.deleting = true; }),
     m::standing{t0},
     surroundings_seen{},
     m::standing{t0},
     {answer_launch{}}},
    {"deletion: another launch does not come any more",
     but(with_job(with_workload(asked_for(second), first)),
         [](launch_known& k) { k.deleting = true; }),
     m::standing{t0},
     surroundings_seen{},
     m::standing{t0},
     {answer_launch{call_refused{t0, refusal_reason::unavailable, "it is deleted"}}}},
    {"deletion: who does not answer is not waited for",
     but(with_workload(looked(), first),
         [](launch_known& k) {
           k.deleting = true;
           k.deleting_since = now - milliseconds{10'000};
         }),
     m::standing{t0}, surroundings_seen{}, m::removing{t1, {}}, removes},
};

const table<m> tending_rows{
    {"guarded", looked(), m::guarding{t1}, child_applied{t1}, m::standing{t1}},
    {"guarding is refused",
     looked(),
     m::guarding{t1},
     call_refused{t1, refusal_reason::conflict, ""},
     m::guarding{t1},
     {set_deadline{t1, poll}}},
    {"guarding takes too long", looked(), m::guarding{t1}, deadline_passed{t1}, m::standing{t1}},
    {"patched", looked(), m::patching{t1}, child_applied{t1}, m::standing{t1}},
    {"patching is refused",
     looked(),
     m::patching{t1},
     call_refused{t1, refusal_reason::conflict, ""},
     m::patching{t1},
     {set_deadline{t1, poll}}},
    {"patching takes too long", looked(), m::patching{t1}, deadline_passed{t1}, m::standing{t1}},
    {"removed", looked(), m::removing{t1, {}}, removal_seen{t1, {}}, m::vacant{t1}},
    {"still ending",
     looked(),
     m::removing{t1, {}},
     removal_seen{t1, {"Pod a"}},
     m::removing{t1, {"Pod a"}},
     {set_deadline{t1, poll}}},
    {"removed, but another may come that was asked for",
     but(looked(), [](launch_known& k) { k.may_arrive_until = now + milliseconds{1}; }),
     m::removing{t1, {}},
     removal_seen{t1, {}},
     m::looking{t2, {}},
     {look_at_job_managers{t2}, set_deadline{t2, answer_wait}}},
    {"the list is refused",
     looked(),
     m::removing{t1, {}},
     call_refused{t1, refusal_reason::unavailable, ""},
     m::removing{t1, {}},
     {set_deadline{t1, poll}}},
    {"time to look again", looked(), m::removing{t1, {}}, deadline_passed{t1}, m::unseen{t1}},
    {"an older answer", looked(), m::removing{t3, {}}, removal_seen{t1, {}}, m::removing{t3, {}}},
};

const table<m> older_rows{
    {"clearing, an older timer", looked(), m::clearing{t2}, deadline_passed{t1}, m::clearing{t2}},
    {"preparing, an older answer", looked(), m::preparing{t2}, child_applied{t1}, m::preparing{t2}},
    {"preparing, an older timer", looked(), m::preparing{t2}, deadline_passed{t1},
     m::preparing{t2}},
    {"creating, an older answer", looked(), m::creating{t2}, child_applied{t1}, m::creating{t2}},
    {"creating, an older refusal", looked(), m::creating{t2},
     call_refused{t1, refusal_reason::forbidden, ""}, m::creating{t2}},
    {"creating, an older timer", looked(), m::creating{t2}, deadline_passed{t1}, m::creating{t2}},
    {"guarding, an older answer", looked(), m::guarding{t2}, child_applied{t1}, m::guarding{t2}},
    {"guarding, an older timer", looked(), m::guarding{t2}, deadline_passed{t1}, m::guarding{t2}},
    {"patching, an older answer", looked(), m::patching{t2}, child_applied{t1}, m::patching{t2}},
    {"patching, an older timer", looked(), m::patching{t2}, deadline_passed{t1}, m::patching{t2}},
    {"removing, an older timer", looked(), m::removing{t2, {}}, deadline_passed{t1},
     m::removing{t2, {}}},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(launch_rows)

BOOST_AUTO_TEST_CASE(nothing_is_known) { unseen_rows.hold(); }
BOOST_AUTO_TEST_CASE(what_is_there_is_looked_at) { looking_rows.hold(); }
BOOST_AUTO_TEST_CASE(nothing_is_there) { vacant_rows.hold(); }
BOOST_AUTO_TEST_CASE(a_workload_is_made) { making_rows.hold(); }
BOOST_AUTO_TEST_CASE(a_workload_is_there) { standing_rows.hold(); }
BOOST_AUTO_TEST_CASE(it_is_tended_and_removed) { tending_rows.hold(); }

BOOST_AUTO_TEST_CASE(older_answers_change_nothing) { older_rows.hold(); }
BOOST_AUTO_TEST_CASE(every_edge_has_a_row) { check_every_edge_has_a_row<m>(); }
BOOST_AUTO_TEST_CASE(ignored_facts) { check_ignored_facts_change_nothing(asked_for(first)); }

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
