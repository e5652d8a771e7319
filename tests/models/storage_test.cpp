/// The store of snapshots and the artifacts.
#include "sim/storage/storage.hpp"

#include <boost/test/unit_test.hpp>

using namespace drey;
using namespace drey::sim;

namespace {

struct storage_world {
  timeline time;
  choices chance{1};
  fault_profile faults;
  storage files{time, chance, faults};

  void write(std::string path, std::int64_t taken = 0, std::string whose = "prod/a@1") {
    files.write({std::move(path),
                 milliseconds{taken},
                 milliseconds{taken + 1},
                 1,
                 taken,
                 std::move(whose),
                 {}});
  }
  std::vector<std::string> paths(const std::string& directory) {
    std::vector<std::string> all;
    const auto answer = files.call({list_snapshots{directory}});
    for (const auto& one : std::get<snapshots_listed>(answer.result).all) all.push_back(one.path);
    return all;
  }
  refusal_reason why_not(const std::string& uri) {
    return std::get<refusal>(files.call({fetch_artifact{uri}}).result).reason;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(storage_of_files)

BOOST_AUTO_TEST_CASE(one_path_has_one_spelling) {
  for (const char* x : {"/a/b", "/a/b/", "file:/a/b", "file:///a/b", "file:///a/b/_metadata"})
    BOOST_TEST(normal_path(x) == "file:///a/b");
  BOOST_TEST(normal_path("s3://bucket/a/") == "s3://bucket/a");
  BOOST_TEST(normal_path("") == "");
  BOOST_TEST(path_as_flink_prints("/a/b") == "file:/a/b");
  BOOST_TEST(path_as_flink_prints("s3://bucket/a") == "s3://bucket/a");
}

BOOST_AUTO_TEST_CASE(a_listing_goes_three_levels_down_and_stays_in_its_directory) {
  storage_world w;
  for (const char* x :
       {"/d/savepoint-1", "/d/job/chk-7", "/d/x/job/chk-8", "/d/x/y/job/chk-9", "/data/job/chk-1"})
    w.write(x);
  const std::vector<std::string> wanted{"file:///d/job/chk-7", "file:///d/savepoint-1",
                                        "file:///d/x/job/chk-8"};
  BOOST_TEST(w.paths("file:///d/") == wanted, boost::test_tools::per_element());
  BOOST_TEST(w.paths("/nothing").empty());
  const std::vector<std::string> itself{"file:///d/savepoint-1"};
  BOOST_TEST(w.paths("/d/savepoint-1") == itself, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_newest_is_the_one_whose_state_was_taken_last) {
  storage_world w;
  w.write("/d/1", 10);
  w.write("/d/2", 30);
  w.write("/d/3", 20);
  w.write("/d/4", 40, "prod/b@2");
  BOOST_TEST(w.files.newest_of("prod/a@1")->path == "file:///d/2");
  w.files.remove("/d/2/");
  BOOST_TEST(w.files.newest_of("prod/a@1")->path == "file:///d/3");
  BOOST_TEST(!w.files.newest_of("prod/c@3"));
}

BOOST_AUTO_TEST_CASE(a_store_that_does_not_answer_says_nothing_until_the_faults_end) {
  storage_world w;
  w.faults.storage_unavailable_per_mille = 1000;
  w.faults.artifact_unavailable_per_mille = 1000;
  const auto answer = w.files.call({list_snapshots{"/d"}});
  BOOST_TEST((std::get<refusal>(answer.result).reason == refusal_reason::unavailable));
  BOOST_TEST((w.why_not("https://jars/a.jar") == refusal_reason::unavailable));
  w.time.advance_to(w.faults.until);
  BOOST_TEST(w.paths("/d").empty());
}

BOOST_AUTO_TEST_CASE(whoever_is_lazy_is_asked_before_a_listing) {
  storage_world w;
  w.files.before_listing([&] { w.write("/d/late"); });
  BOOST_TEST(w.paths("/d").size() == 1u);
}

BOOST_AUTO_TEST_CASE(artifacts_are_held_until_they_are_released) {
  storage_world w;
  BOOST_TEST((w.why_not("https://jars/missing.jar") == refusal_reason::not_found));
  BOOST_TEST((w.why_not("https://jars/not-a-jar") == refusal_reason::invalid));
  const auto fetch = [&] {
    return std::get<artifact_fetched>(w.files.call({fetch_artifact{"https://jars/a.jar"}}).result);
  };
  const auto one = fetch();
  BOOST_TEST(one.bytes > 0);
  BOOST_TEST(artifact_store::uri_of(one.artifact) == "https://jars/a.jar");
  fetch();
  w.files.call({release_artifact{one.artifact}});
  BOOST_TEST(w.files.artifacts().holds(one.artifact));
  w.files.call({release_artifact{one.artifact}});
  w.files.call({release_artifact{one.artifact}});
  BOOST_TEST(!w.files.artifacts().holds(one.artifact));
}

BOOST_AUTO_TEST_SUITE_END()
