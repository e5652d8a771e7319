/// Rows of what a person is told that a job could be started from, and of what of its spec is
/// wrong.
#include "actors/job_candidates.hpp"
#include "actors/job_status.hpp"
#include "actors/refused_input.hpp"
#include "tests/rows/job_pictures.hpp"

namespace drey::rows {

namespace {

using namespace job_pictures;

job_known known_with(auto... changes) { return seeing(sent({first}), changes...).known; }

auto newest_in_status(restore_point point) {
  return [=](job_known& x) { x.history.newest = point; };
}
auto named(restore_point point, std::string snapshot = "") {
  point.snapshot = std::move(snapshot);
  return [=](job_known& x) { x.found.change().others.push_back(point); };
}
auto asked_for(std::string location) {
  return [=](job_known& x) { x.recorded.change().savepoint.emplace().location = location; };
}
auto stopped_with(std::string path, std::int64_t id) {
  return [=](job_known& x) {
    x.history.unlisted = unlisted_savepoint{"made", path, first.hex, id};
  };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(job_candidates_rows)

/// Each of them alone says that there may be state.
BOOST_AUTO_TEST_CASE(only_what_is_known_to_have_no_state_is_without_it) {
  const auto placeless = [](job_known& x) { x.found.change().placeless = true; };
  const auto is_without = [&](auto... changes) {
    return is_without_state(
        known_with(placeless, checkpoints_are_none(), cluster_config({}), changes...), first);
  };
  BOOST_TEST(is_without());
  BOOST_TEST(!is_without(untold()));
  BOOST_TEST(!is_without([](job_known& x) { x.retention = {first, true, true}; }));
  BOOST_TEST(!is_without([](job_known& x) { x.retention = {second, true, false}; }));
  BOOST_TEST(!is_without([](job_known& x) { x.found.change().placeless = false; }));
  BOOST_TEST(!is_without([](job_known& x) { x.cluster.high_availability = true; }));
  BOOST_TEST(!is_without([](job_known& x) { x.cluster.config = nullptr; }));
  BOOST_TEST(!is_without([](job_known& x) { x.history.directory = "s3://c"; }));
  BOOST_TEST(!is_without([](job_known& x) { x.history.triggers = {"t"}; }));
  BOOST_TEST(!is_without(cluster_config({{"execution.checkpointing.savepoint-dir", "s3://s"}})));
  BOOST_TEST(!is_without(spec([](job_spec& x) { x.upgrade = upgrade_mode::last_state; })));
  BOOST_TEST(!is_without(newest_in_status({"s3://c/chk-7", 7, "checkpoint"})));
  BOOST_TEST(!is_without(named({"s3://sp/nightly", 6, "savepoint"}, "nightly")));
  BOOST_TEST(!is_without(starting_from("s3://sp/first")));
}

BOOST_AUTO_TEST_CASE(nothing_is_known) {
  BOOST_TEST(text_of_candidates(known_with()) == "No snapshot of it is known");
}

BOOST_AUTO_TEST_CASE(all_that_are_known_the_newest_first) {
  const auto text = text_of_candidates(known_with(
      newest_in_status({"s3://c/chk-7", 7, "checkpoint"}), asked_for("s3://sp/asked"),
      stopped_with("s3://sp/stop", 8), named({"s3://c/a/chk-9", 0, "checkpoint"}),
      named({"s3://sp/nightly", 6, "savepoint"}, "nightly"), starting_from("s3://sp/first")));
  BOOST_TEST(text ==
             "Known are, the newest first: s3://c/a/chk-9 (checkpoint 9, the store), s3://sp/stop "
             "(checkpoint 8, it was stopped with that), s3://c/chk-7 (checkpoint 7, the newest in "
             "status), s3://sp/nightly (checkpoint 6, FlinkStateSnapshot nightly), s3://sp/asked "
             "(savepointTriggerNonce), s3://sp/first (spec.job.initialSavepointPath)");
}

BOOST_AUTO_TEST_CASE(one_that_several_name_is_told_once) {
  const auto all = candidates_of(known_with(named({"s3://sp/5/", 0, "savepoint"}, "nightly"),
                                            newest_in_status({"s3://sp/5", 5, "savepoint"})));
  BOOST_TEST(all.size() == 1U);
  BOOST_TEST(all.front().checkpoint_id == 5);
  BOOST_TEST(all.front().what == "FlinkStateSnapshot nightly");
}

BOOST_AUTO_TEST_CASE(many_are_counted) {
  auto known = known_with();
  for (std::int64_t id = 1; id <= 12; ++id)
    known.found.change().others.push_back({"s3://c/chk-" + std::to_string(id), id, "checkpoint"});
  const auto text = text_of_candidates(known);
  BOOST_TEST(text.starts_with("Known are, the newest first: s3://c/chk-12 (checkpoint 12"));
  BOOST_TEST(text.ends_with("s3://c/chk-5 (checkpoint 5, the store) and 4 more"));
}

BOOST_AUTO_TEST_CASE(the_condition_names_them_and_how_one_is_chosen) {
  const auto known = known_with(newest_in_status({"s3://c/chk-7", 7, "checkpoint"}));
  const auto status = status_of(known, m::blocked{t1, first, 3, "the store is away"}, {});
  BOOST_TEST(status.error ==
             "Manual restore required: the store is away. Known are, the newest first: "
             "s3://c/chk-7 (checkpoint 7, the newest in status). To start from one, put its path "
             "into spec.job.initialSavepointPath and change spec.job.savepointRedeployNonce");
}

/// A store that cannot be listed is looked at again every minute: nothing new is said of that.
BOOST_AUTO_TEST_CASE(what_was_told_stands_while_it_is_looked_for_again) {
  auto known = known_with(newest_in_status({"s3://c/chk-7", 7, "checkpoint"}));
  known.recorded.change() = status_of(known, m::blocked{t1, first, 3, "the store is away"}, {});
  BOOST_TEST(told_to_choose(known).starts_with("Manual restore required: the store is away. "));
  const m::state looks[] = {m::gathering{t2, first, "", 8}, m::missing{t2, first, s(100), 0}};
  for (const auto& now : looks) BOOST_TEST((status_of(known, now, {}) == *known.recorded));
  auto deleted = known;
  deleted.deleting = true;
  auto changed = known;
  changed.generation = 4;
  for (const auto& now : looks)
    for (const auto& other : {deleted, changed})
      BOOST_TEST(status_of(other, now, {}).error.empty(), "something else is to be said");
}

// ── what is wrong with its spec ─────────────────────────────────────────────────────────────────

BOOST_AUTO_TEST_CASE(what_is_refused_names_its_field) {
  const auto names = [](const char* said, const char* field) {
    BOOST_TEST(remedy_for(said).find(field) != std::string_view::npos, said);
  };
  names("cannot fetch https://x/a.jar: HTTP 404", "spec.job.jarURI");
  names("cannot fetch https://x/a.jar: not a jar: it does not begin like a zip file",
        "spec.job.jarURI");
  names("java.util.zip.ZipException: zip file is empty", "spec.job.jarURI");
  names("Neither a 'Main-Class', nor a 'program-class' entry was found in the jar file.",
        "spec.job.entryClass");
  names("java.lang.ClassNotFoundException: com.example.Main", "spec.job.entryClass");
  names(
      "java.lang.IllegalStateException: Failed to rollback to checkpoint/savepoint file:/s/1. "
      "Cannot map checkpoint/savepoint state for operator 1 to the new program",
      "spec.job.allowNonRestoredState");
  names("java.io.FileNotFoundException: Cannot find checkpoint or savepoint file/directory",
        "spec.job.initialSavepointPath");
  names("Unrecognized checkpoint version number: 9", "spec.flinkVersion");
  BOOST_TEST(remedy_for("connection refused").empty());
}

BOOST_AUTO_TEST_CASE(it_stands_behind_what_was_said_once) {
  const std::string said = "HTTP 404";
  BOOST_TEST(with_remedy(said) == "HTTP 404. Mend spec.job.jarURI: the server has no such file");
  BOOST_TEST(with_remedy(with_remedy(said)) == with_remedy(said));
  BOOST_TEST(with_remedy("down") == "down");
  BOOST_TEST(with_remedy_of_submission("on purpose") ==
             "on purpose. If its main() threw that: mend spec.job.args, or the program");
  BOOST_TEST(with_remedy(with_remedy_of_submission("on purpose")) ==
             with_remedy_of_submission("on purpose"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
