/// Rows of the JobManager's place on full machines: which TaskManagers give it room, and when.
#include "actors/job_manager_place.hpp"

#include <boost/test/unit_test.hpp>

namespace drey::rows {

namespace {

using sight = job_manager_place::sight;

/// After so many seconds its JobManager has no node, and its TaskManagers have `places`.
sight homeless(std::int64_t second, std::int32_t places, std::int32_t idle_top = 0) {
  return {milliseconds{second * 1'000}, true, true, places, idle_top};
}
sight well(std::int64_t second, std::int32_t places) {
  auto seen = homeless(second, places);
  seen.wanted = false;
  return seen;
}
/// One that is being ended may lead them still.
sight led(std::int64_t second, std::int32_t places) {
  auto seen = homeless(second, places);
  seen.free_to = false;
  return seen;
}

std::string looked(job_manager_place& place, const sight& seen) {
  const auto most = place.look(seen);
  return most ? std::to_string(*most) : "all";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(job_manager_place_rows)

BOOST_AUTO_TEST_CASE(one_after_the_other_until_it_has_a_node) {
  job_manager_place place;
  BOOST_TEST(looked(place, well(0, 4)) == "all");
  BOOST_TEST(looked(place, homeless(1, 4)) == "4", "nothing grows meanwhile");
  BOOST_TEST(looked(place, homeless(15, 4)) == "4");
  BOOST_TEST(looked(place, homeless(16, 4)) == "3");
  BOOST_TEST(looked(place, homeless(16, 4)) == "3", "looking again takes no more");
  BOOST_TEST(looked(place, homeless(30, 3)) == "3");
  BOOST_TEST(looked(place, homeless(31, 3)) == "2");
  BOOST_TEST(looked(place, well(32, 2)) == "all", "what was given up is made again");
  BOOST_TEST(looked(place, homeless(33, 2)) == "2", "and the next time is another time");
}

BOOST_AUTO_TEST_CASE(those_without_a_node_go_with_the_first) {
  job_manager_place place;
  BOOST_TEST(looked(place, homeless(0, 6, 2)) == "6");
  BOOST_TEST(looked(place, homeless(15, 6, 2)) == "3");
  BOOST_TEST(looked(place, homeless(30, 3)) == "2");
  BOOST_TEST(looked(place, homeless(45, 2, 2)) == "0", "there are no more");
  BOOST_TEST(looked(place, homeless(60, 0)) == "0");
}

BOOST_AUTO_TEST_CASE(nobody_goes_under_a_jobmanager_that_may_lead) {
  job_manager_place place;
  BOOST_TEST(looked(place, led(0, 4)) == "4");
  BOOST_TEST(looked(place, led(60, 4)) == "4");
  BOOST_TEST(looked(place, homeless(61, 4)) == "3");
}

BOOST_AUTO_TEST_CASE(a_new_operator_gives_back_nothing) {
  job_manager_place place;
  BOOST_TEST(looked(place, homeless(100, 3)) == "3", "of four that are asked for");
}

BOOST_AUTO_TEST_CASE(a_person_scales_down_meanwhile) {
  job_manager_place place;
  BOOST_TEST(looked(place, homeless(0, 4)) == "4");
  BOOST_TEST(looked(place, homeless(5, 2)) == "2");
  BOOST_TEST(looked(place, homeless(15, 2)) == "1");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
