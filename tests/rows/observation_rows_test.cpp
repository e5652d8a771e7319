/// Rows of one that only observes: what its notes make of a resource, and what is told once.
#include "actors/observation.hpp"

#include <boost/test/unit_test.hpp>

#include "actors/primary_log.hpp"

namespace drey::rows {

namespace {

object_ptr cluster(const std::string& version, const std::string& lifecycle,
                   std::vector<std::string> finalizers = {}) {
  flink_deployment one;
  one.metadata.ns = "flink";
  one.metadata.name = "session";
  one.metadata.uid = "uid";
  one.metadata.resource_version = version;
  one.metadata.finalizers = std::move(finalizers);
  one.status.lifecycle_state = lifecycle;
  return std::make_shared<const object>(one);
}

const std::string& lifecycle_of(const object_ptr& one) {
  return std::get<flink_deployment>(*one).status.lifecycle_state;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(observation_rows)

BOOST_AUTO_TEST_CASE(a_note_is_fresher_than_what_it_was_computed_from_and_older_than_what_comes) {
  noted_primaries notes;
  const auto before = notes.shown(cluster("41", "CREATED"));
  const auto noted = notes.write(kube_write_status{cluster("41", "STABLE")});
  BOOST_TEST(lifecycle_of(noted) == "STABLE");
  BOOST_TEST(is_fresher(*noted, *before));
  const auto claimed = notes.write(kube_write_finalizers{
      object_kind::flink_deployment, {"flink", "session"}, "uid", "41", {"ours"}});
  BOOST_TEST(is_fresher(*claimed, *noted));
  BOOST_TEST(lifecycle_of(claimed) == "STABLE");
  BOOST_TEST(metadata_of(*claimed).finalizers == std::vector<std::string>{"ours"});
  const auto next = notes.shown(cluster("42", "CREATED"));  // its spec, say
  BOOST_TEST(is_fresher(*next, *claimed));
  BOOST_TEST(lifecycle_of(next) == "STABLE");
  BOOST_TEST(metadata_of(*next).finalizers == std::vector<std::string>{"ours"});
}

BOOST_AUTO_TEST_CASE(the_status_that_somebody_else_writes_is_what_counts) {
  noted_primaries notes;
  notes.shown(cluster("41", "CREATED"));
  notes.write(kube_write_status{cluster("41", "STABLE")});
  BOOST_TEST(lifecycle_of(notes.shown(cluster("42", "FAILED"))) == "FAILED");
}

BOOST_AUTO_TEST_CASE(an_old_copy_stays_old) {
  noted_primaries notes;
  const auto fresh = notes.shown(cluster("42", "STABLE"));
  const auto old = notes.shown(cluster("41", "CREATED"));
  BOOST_TEST(lifecycle_of(old) == "CREATED");
  BOOST_TEST(is_fresher(*fresh, *old));
}

BOOST_AUTO_TEST_CASE(what_is_gone_is_forgotten) {
  noted_primaries notes;
  notes.shown(cluster("41", "CREATED"));
  notes.forget(*cluster("41", "CREATED"));
  BOOST_TEST(notes.write(kube_write_status{cluster("41", "STABLE")}) == nullptr);
}

BOOST_AUTO_TEST_CASE(notes_and_objects_are_taken_and_what_removes_is_refused) {
  noted_primaries notes;
  notes.shown(cluster("41", "CREATED"));
  const auto answered = [&](const kube_body& body) {
    return std::holds_alternative<object_ptr>(answer_without(body, notes).result);
  };
  BOOST_TEST(answered(kube_write_status{cluster("41", "STABLE")}));
  BOOST_TEST(answered(kube_apply{std::make_shared<const object>(event_record{})}));
  BOOST_TEST(answered(kube_apply{std::make_shared<const object>(config_map{})}));
  BOOST_TEST(!answered(kube_create{std::make_shared<const object>(lease{})}));
  BOOST_TEST(!answered(kube_delete{object_kind::pod, {"flink", "a"}, "uid"}));
  const auto refused = answer_without(flink_body{cancel_job{}});
  BOOST_TEST((std::get<refusal>(refused.result).reason == refusal_reason::unavailable));
}

/// Of what is there already, too: it would be applied anew at once, and for ever.
BOOST_AUTO_TEST_CASE(what_was_applied_is_taken_for_the_newest) {
  noted_primaries notes;
  stateful_set live;
  live.metadata.uid = "u";
  live.metadata.resource_version = "1234567890123";
  auto wanted = live;
  wanted.metadata.resource_version.clear();
  const auto apply = [&] {
    const kube_apply asked{std::make_shared<const object>(wanted)};
    return std::get<object_ptr>(answer_without(asked, notes).result);
  };
  const auto first = apply();
  const auto second = apply();
  BOOST_TEST(metadata_of(*first).uid == "u");
  BOOST_TEST(is_fresher(*first, object{live}));
  BOOST_TEST(is_fresher(*second, *first));
}

BOOST_AUTO_TEST_CASE(a_call_is_told_once_and_another_body_is_another_call) {
  told_once told;
  config_map one;
  one.metadata.name = "settings";
  const auto of = [](const config_map& x) {
    return withheld(kube_body{kube_apply{std::make_shared<const object>(x)}});
  };
  BOOST_TEST(told.add(of(one)));
  BOOST_TEST(!told.add(of(one)));
  one.data["a"] = "b";
  BOOST_TEST(told.add(of(one)));
  auto status = withheld(kube_body{kube_write_status{cluster("41", "STABLE")}});
  BOOST_TEST(status.detail == "lifecycleState=STABLE");
  BOOST_TEST(told.add(status));
}

BOOST_AUTO_TEST_CASE(what_looks_secret_is_not_told) {
  run_jar run;
  run.jar = "https://user:word@example.com/a.jar";
  run.savepoint_path = "s3://bucket/chk-1";
  BOOST_TEST(withheld({"jm", 8081}, run).detail ==
             "jar=(hidden) parallelism=0 from=s3://bucket/chk-1");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
