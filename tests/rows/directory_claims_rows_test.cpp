/// Directories that session jobs name for themselves.
#include "actors/directory_claims.hpp"

#include <boost/test/unit_test.hpp>

namespace drey::rows {

namespace {

const std::string checkpoints = "spec.flinkConfiguration.execution.checkpointing.dir";
const std::string savepoints = "spec.flinkConfiguration.state.savepoints.dir";

directory_claim claim(const std::string& uid, std::int64_t created, named_directories all) {
  return {uid, {"flink", "job-" + uid}, milliseconds{created}, std::move(all)};
}

std::string text_of(const std::vector<std::string>& all) {
  std::string text;
  for (const auto& one : all) text += one + " ";
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(directory_claims_rows)

BOOST_AUTO_TEST_CASE(what_a_spec_names) {
  flink_session_job_spec spec;
  BOOST_TEST(directories_named(spec).empty());
  spec.flink_configuration = {{"execution.checkpointing.dir", "s3://a/b"},
                              {"state.savepoints.dir", "s3://a/c"},
                              {"state.checkpoints.dir", ""}};
  const auto named = directories_named(spec);
  BOOST_REQUIRE(named.size() == 2U);
  BOOST_TEST(named[0].first == checkpoints);
  BOOST_TEST(named[1].second == "s3://a/c");
}

BOOST_AUTO_TEST_CASE(the_older_one_has_it) {
  directory_claims all;
  BOOST_TEST(text_of(all.note(claim("b", 20, {{checkpoints, "s3://x/y"}}))) == "b ");
  BOOST_TEST(all.problem_of("b") == "");
  BOOST_TEST(text_of(all.note(claim("a", 10, {{savepoints, "s3a://x/y/"}}))) == "a b ",
             "the same place in another spelling");
  BOOST_TEST(all.problem_of("a") == "");
  BOOST_TEST(all.problem_of("b") ==
             "spec.flinkConfiguration.execution.checkpointing.dir: s3://x/y is also that of "
             "FlinkSessionJob flink/job-a, which was there before. Name a directory of its own, or "
             "leave the setting out: below the cluster's every job has its own");
  BOOST_TEST(text_of(all.note(claim("a", 10, {{savepoints, "s3a://x/y/"}}))) == "", "no news");
  BOOST_TEST(text_of(all.forget("a")) == "b ");
  BOOST_TEST(all.problem_of("b") == "", "it has it now");
  BOOST_TEST(text_of(all.forget("a")) == "");
}

BOOST_AUTO_TEST_CASE(who_was_begun_with_it_keeps_it) {
  directory_claims all;
  all.note(claim("a", 10, {{checkpoints, "s3://x"}}));
  auto begun = claim("b", 20, {{checkpoints, "s3://x"}});
  all.note(begun);
  BOOST_TEST(!all.problem_of("b").empty());
  begun.carried_out = true;
  BOOST_TEST(text_of(all.note(begun)) == "a b ");
  BOOST_TEST(all.problem_of("b") == "");
  BOOST_TEST(!all.problem_of("a").empty());
}

BOOST_AUTO_TEST_CASE(of_two_that_are_as_old_one_has_it) {
  directory_claims all;
  all.note(claim("b", 10, {{checkpoints, "s3://x"}}));
  all.note(claim("a", 10, {{checkpoints, "s3://x"}}));
  BOOST_TEST(all.problem_of("a").empty() != all.problem_of("b").empty());
}

BOOST_AUTO_TEST_CASE(one_may_name_a_place_twice_and_change_it) {
  directory_claims all;
  all.note(claim("a", 10, {{checkpoints, "s3://x"}, {savepoints, "s3://x"}}));
  BOOST_TEST(all.problem_of("a") == "");
  all.note(claim("b", 20, {{checkpoints, "s3://x"}}));
  BOOST_TEST(text_of(all.note(claim("a", 10, {{checkpoints, "s3://z"}}))) == "a b ");
  BOOST_TEST(all.problem_of("b") == "");
  BOOST_TEST(text_of(all.note(claim("a", 10, {}))) == "a ", "nobody shares it");
  BOOST_TEST(text_of(all.note(claim("c", 10, {}))) == "");
  BOOST_TEST(all.problem_of("c") == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
