/// Rows of the room to grow: what nodes have left, what fits, and what is said.
#include <boost/test/unit_test.hpp>

#include "actors/room.hpp"

namespace drey::rows {

namespace {

node machine(const std::string& name, string_map allocatable) {
  node x;
  x.metadata.name = name;
  x.allocatable = std::move(allocatable);
  return x;
}

const demand one_core{1'000, 2LL << 30, 1};

std::string text(const free_room& rooms) {
  std::string all;
  for (const auto& one : rooms)
    all += std::to_string(one.cpu_milli) + "/" + std::to_string(one.bytes >> 20) + "/" +
           std::to_string(one.pods) + " ";
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(room_rows)

BOOST_AUTO_TEST_CASE(what_a_pod_asks_for) {
  const auto asked = [](const json_text& spec) { return text({demand_of(spec)}); };
  BOOST_TEST(asked(R"({"containers":[{"resources":{"requests":{"cpu":"500m","memory":"1Gi"}}},)"
                   R"({"resources":{"requests":{"cpu":1,"memory":"512Mi"}}}]})") == "1500/1536/1 ");
  BOOST_TEST(asked(R"({"containers":[{"resources":{"limits":{"cpu":"2","memory":"1Gi"},)"
                   R"("requests":{"cpu":"1"}}}]})") == "1000/1024/1 ",
             "a limit alone is also the request");
  BOOST_TEST(asked(R"({"containers":[{"name":"a"}]})") == "0/0/1 ");
  BOOST_TEST(asked("") == "0/0/1 ");
}

BOOST_AUTO_TEST_CASE(what_nodes_have_left) {
  auto a = machine("a", {{"cpu", "4"}, {"memory", "16Gi"}, {"pods", "110"}});
  auto b = machine("b", {{"cpu", "3500m"}, {"memory", "8Gi"}, {"pods", "10"}});
  const std::vector<placed_pod> pods{{"a", one_core}, {"a", one_core}, {"gone", one_core}};
  BOOST_TEST(text(room_on({&a, &b}, pods)) == "2000/12288/108 3500/8192/10 ");
  BOOST_TEST(text(room_on({&a, &b}, {{"", one_core}})) == "3000/14336/109 3500/8192/10 ",
             "one without a node takes its room where there is most");
  for (auto* closed : {&b}) {
    closed->unschedulable = true;
    BOOST_TEST(text(room_on({&a, &b}, {})) == "4000/16384/110 ");
    closed->unschedulable = false;
    closed->ready = "Unknown";
    BOOST_TEST(text(room_on({&a, &b}, {})) == "4000/16384/110 ");
    closed->ready = "True";
    closed->taints = {"gpu=yes:NoSchedule"};
    BOOST_TEST(text(room_on({&a, &b}, {})) == "4000/16384/110 ");
    closed->taints = {"gpu=yes:PreferNoSchedule"};
    BOOST_TEST(room_on({&a, &b}, {}).size() == 2U);
  }
}

BOOST_AUTO_TEST_CASE(what_fits) {
  const auto fits = [](const free_room& rooms, std::int32_t missing) {
    return room_for(rooms, one_core, missing).fits;
  };
  BOOST_TEST(fits({{2'500, 16LL << 30, 10}}, 4) == 2, "cores");
  BOOST_TEST(fits({{9'000, 5LL << 30, 10}}, 4) == 2, "memory");
  BOOST_TEST(fits({{9'000, 16LL << 30, 1}}, 4) == 1, "places");
  BOOST_TEST(fits({{1'500, 16LL << 30, 9}, {1'500, 16LL << 30, 9}}, 4) == 2,
             "half a core here and half a core there are none");
  BOOST_TEST(fits({{-1'000, 16LL << 30, 9}, {1'000, 16LL << 30, 9}}, 4) == 1);
  BOOST_TEST(fits({{9'000, 99LL << 30, 99}}, 4) == 4);
  BOOST_TEST(fits({}, 4) == 0);
  auto silent = machine("silent", {});
  BOOST_TEST(fits(room_on({&silent}, {}), 400) == 400, "what a node does not say is not bounded");
}

BOOST_AUTO_TEST_CASE(what_is_said) {
  const auto room = room_for({{2'500, 16LL << 30, 10}}, one_core, 4);
  const auto said = [&](over_commit policy, const std::optional<growth_room>& of) {
    std::vector<condition> all{{"Ready", "True", "", "", {}, 0}};
    tell_of_room(all, of, policy, 3, milliseconds{0});
    return all.size() == 1 ? std::string() : all[1].reason + ": " + all[1].message;
  };
  const std::string fact =
      "2 of 4 TaskManagers without a node fit: each asks for 1 cores and 2048Mi; free on the 1 "
      "nodes that take pods: 2.5 cores, 16384Mi, places for 10 pods. Seen are nodes and the pods "
      "of clusters that drey keeps: what else runs there takes room, too, and quotas are not "
      "read; ";
  BOOST_TEST(said(over_commit::report, room) ==
             "NoRoom: " + fact +
                 "the others wait for a node; spec.taskManager.overCommit: enforce would hold them "
                 "back");
  BOOST_TEST(said(over_commit::enforce, room) ==
             "GrowthHeld: " + fact +
                 "the others are made when there is room; spec.taskManager.overCommit: report "
                 "makes them all the same");
  BOOST_TEST(said(over_commit::off, room) == "");
  BOOST_TEST(said(over_commit::report, growth_room{}) == "");
}

/// What is not known just now leaves what was said; what is over takes it away.
BOOST_AUTO_TEST_CASE(it_stands_until_it_is_known_to_be_over) {
  std::vector<condition> all;
  tell_of_room(all, growth_room{0, 1, "too little"}, over_commit::enforce, 3, milliseconds{0});
  BOOST_TEST(all.size() == 1U);
  tell_of_room(all, std::nullopt, over_commit::enforce, 3, milliseconds{0});
  BOOST_TEST(all.size() == 1U);
  tell_of_room(all, growth_room{}, over_commit::enforce, 3, milliseconds{0});
  BOOST_TEST(all.empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
