/// Rows of a fight over the number of TaskManagers: what is one, what is none, and when it is over.
#include <boost/test/unit_test.hpp>

#include "actors/replicas_contest.hpp"

namespace drey::rows {

namespace {

constexpr milliseconds s(std::int64_t seconds) { return milliseconds{seconds * 1'000}; }

struct change {
  std::int64_t at;
  std::int32_t to;
};

/// Told after the last of them.
bool is_told(const std::vector<change>& all, std::int64_t then = 0) {
  replicas_contest contest;
  bool told = false;
  for (const auto& one : all) {
    contest.seen(one.to, s(one.at));
    told = !contest.look(s(one.at)).empty();
  }
  return then == 0 ? told : !contest.look(s(then)).empty();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(replicas_contest_rows)

BOOST_AUTO_TEST_CASE(what_is_a_fight) {
  BOOST_TEST(!is_told({{0, 8}}));
  BOOST_TEST(!is_told({{0, 8}, {10, 12}, {20, 8}}), "a person thinks again");
  BOOST_TEST(!is_told({{0, 8}, {10, 12}, {20, 8}, {30, 12}, {40, 8}}));
  BOOST_TEST(is_told({{0, 8}, {10, 12}, {20, 8}, {30, 12}, {40, 8}, {50, 12}, {60, 8}}));
  BOOST_TEST(is_told({{0, 8}, {15, 12}, {180, 8}, {195, 13}, {360, 8}, {375, 12}, {540, 8}}),
             "one writes again every three minutes, the other goes with the load");
  BOOST_TEST(!is_told({{0, 8}, {60, 12}, {900, 10}, {1'500, 8}, {2'000, 12}, {3'000, 8}}),
             "an autoscaler and a day's load");
  BOOST_TEST(!is_told({{0, 8},
                       {1, 12},
                       {301, 8},
                       {316, 12},
                       {616, 8},
                       {631, 12},
                       {931, 8},
                       {946, 12},
                       {1'246, 8}}),
             "an autoscaler that goes down every five minutes, and up at once");
  BOOST_TEST(!is_told({{0, 8}, {10, 12}, {20, 8}, {30, 12}, {40, 8}, {1'000, 12}, {1'010, 8}}),
             "what is long ago does not count");
}

BOOST_AUTO_TEST_CASE(it_is_over_when_nobody_touches_it) {
  const std::vector<change> fight{{0, 8}, {10, 12}, {20, 8}, {30, 12}, {40, 8}, {50, 12}, {60, 8}};
  BOOST_TEST(is_told(fight, 359));
  BOOST_TEST(!is_told(fight, 360));
  auto again = fight;
  again.push_back({400, 12});
  BOOST_TEST(!is_told(again), "and begins anew");
}

BOOST_AUTO_TEST_CASE(its_words_stand_still) {
  replicas_contest contest;
  std::string text;
  for (int i = 0; i < 100; ++i) {
    contest.seen(i % 2 == 0 ? 8 : 12 + i % 7, s(i));
    const auto now = contest.look(s(i));
    if (!text.empty()) BOOST_TEST(now == text);
    text = now;
  }
  BOOST_TEST(text.find("between 8 and ") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_new_operator_tells_on) {
  std::vector<condition> all;
  tell_of_contest(all, "they fight", 3, s(10));
  BOOST_REQUIRE(all.size() == 1U);
  BOOST_TEST(all[0].type == "ReplicasContested");
  BOOST_TEST(all[0].status == "True");
  replicas_contest contest{all, s(100)};
  contest.seen(8, s(100));
  BOOST_TEST(contest.look(s(399)) == "they fight");
  BOOST_TEST(contest.look(s(400)) == "");
  tell_of_contest(all, "", 3, s(400));
  BOOST_TEST(all.empty());
  BOOST_TEST((replicas_contest{all, s(0)}.look(s(0)) == ""));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
