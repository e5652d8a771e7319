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
  for (const auto& one : rooms.nodes)
    all += std::to_string(one.cpu_milli) + "/" + std::to_string(one.bytes >> 20) + "/" +
           std::to_string(one.pods) + " ";
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(room_rows)

BOOST_AUTO_TEST_CASE(what_a_pod_asks_for) {
  const auto asked = [](const json_text& spec) { return text({{demand_of(spec)}}); };
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
    BOOST_TEST(room_on({&a, &b}, {}).nodes.size() == 2U);
  }
}

BOOST_AUTO_TEST_CASE(what_fits) {
  const auto fits = [](std::vector<demand> nodes, std::int32_t missing) {
    return room_for({std::move(nodes)}, one_core, missing).fits;
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
  BOOST_TEST(fits(room_on({&silent}, {}).nodes, 400) == 400,
             "what a node does not say is not bounded");
}

BOOST_AUTO_TEST_CASE(what_is_said) {
  const auto room = room_for({{{2'500, 16LL << 30, 10}}}, one_core, 4);
  const auto said = [&](over_commit policy, const std::optional<growth_room>& of) {
    std::vector<condition> all{{"Ready", "True", "", "", {}, 0}};
    tell_of_room(all, of, policy, 3, milliseconds{0});
    return all.size() == 1 ? std::string() : all[1].reason + ": " + all[1].message;
  };
  const std::string fact =
      "2 of 4 TaskManagers without a node fit: each asks for 1 cores and 2048Mi; free on the 1 "
      "nodes that take pods: 2.5 cores, 16384Mi, places for 10 pods. Seen are nodes, quotas and "
      "the pods of clusters that drey keeps: what else runs there takes room, too; ";
  BOOST_TEST(said(over_commit::report, room) ==
             "NoRoom: " + fact +
                 "the others wait for room; spec.taskManager.overCommit: enforce would hold them "
                 "back");
  BOOST_TEST(said(over_commit::enforce, room) ==
             "GrowthHeld: " + fact +
                 "the others are made when there is room; spec.taskManager.overCommit: report "
                 "makes them all the same");
  BOOST_TEST(said(over_commit::off, room) == "");
  BOOST_TEST(said(over_commit::report, growth_room{}) == "");
}

BOOST_AUTO_TEST_CASE(what_node_groups_may_add) {
  auto a = machine("a", {{"cpu", "1"}, {"memory", "16Gi"}, {"pods", "110"}});
  a.metadata.labels["pool"] = "flink";
  a.ready = "Unknown";  // it counts as one of its group all the same
  const node_group pool{"pool", "flink", 3, {4'000, 8LL << 30, 110}};
  const auto room = room_on({&a}, {}, {pool});
  BOOST_TEST(text(room) == "4000/8192/110 4000/8192/110 ");
  BOOST_TEST(room.to_come == 2U);
  BOOST_TEST(room_for(room, one_core, 9).fits == 8);
  BOOST_TEST(
      room_for(room, one_core, 9).lacks ==
      "each asks for 1 cores and 2048Mi; free on the 2 nodes that take pods, 2 of which node "
      "groups may still add: 8 cores, 16384Mi, places for 220 pods");
  a.metadata.labels["pool"] = "other";
  BOOST_TEST(room_on({&a}, {}, {pool}).to_come == 3U);
  BOOST_TEST(nodes_to_come({"pool", "other", 0, {}}, {&a}) == 0,
             "there are more than were declared");
}

BOOST_AUTO_TEST_CASE(how_a_node_group_is_declared) {
  const auto read = [](std::string_view words) {
    const auto told = parse_node_group(words);
    if (const auto* wrong = std::get_if<std::string>(&told)) return *wrong;
    const auto& x = std::get<node_group>(told);
    return x.label + "=" + x.value + " " + std::to_string(x.nodes_max) + "x" +
           text(free_room{{x.allocatable}});
  };
  BOOST_TEST(read("cloud.example.com/pool=flink,max=10,cpu=7500m,memory=30Gi") ==
             "cloud.example.com/pool=flink 10x7500/30720/110 ");
  BOOST_TEST(read("a=b,pods=20,memory=1Gi,cpu=2,max=0") == "a=b 0x2000/1024/20 ");
  const std::string form = "; write LABEL=VALUE,max=NODES,cpu=CORES,memory=SIZE[,pods=NUMBER]";
  BOOST_TEST(read("") == "node group \"\": \"\" is no KEY=VALUE" + form);
  BOOST_TEST(read("a=b,,") == "node group \"a=b,,\": \"\" is no KEY=VALUE" + form);
  BOOST_TEST(read("a=b,disk=1") == "node group \"a=b,disk=1\": disk is not known" + form);
  BOOST_TEST(read("a=b,cpu=1,memory=1Gi") ==
             "node group \"a=b,cpu=1,memory=1Gi\": max is missing, or no number of nodes" + form);
  BOOST_TEST(read("a=b,max=-1,cpu=1,memory=1Gi").find("max is missing") != std::string::npos);
  BOOST_TEST(read("a=b,max=1,memory=1Gi").find("cpu is missing") != std::string::npos);
  BOOST_TEST(read("a=b,max=1,cpu=1,memory=lots").find("memory is missing") != std::string::npos);
  BOOST_TEST(read("a=b,max=1,cpu=1,memory=1,pods=1.5").find("pods is no") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_quotas_leave) {
  const growth_room four{4, 4, ""};
  const quota_amounts each{{"pods", 1'000}, {"requests.cpu", 500}, {"cpu", 500}};
  const auto within = [&](std::vector<quota_room> quotas, std::int32_t made = 0) {
    const auto told = within_quotas(four, quotas, each, made);
    return std::to_string(told.fits) + " " + told.lacks;
  };
  BOOST_TEST(within({}) == "4 ");
  BOOST_TEST(within({{"q", {{"pods", 4'000}, {"requests.cpu", 2'000}}}}) == "4 ");
  BOOST_TEST(within({{"q", {{"pods", 3'000}}}}) == "3 quota q leaves 3 of pods, and each takes 1");
  BOOST_TEST(within({{"q", {{"pods", 3'000}}}, {"r", {{"cpu", 700}}}}) ==
             "1 quota r leaves 700m of cpu, and each takes 500m");
  BOOST_TEST(
      within({{"q", {{"pods", -2'000}}}}, 1) == "1 quota q leaves -2 of pods, and each takes 1",
      "one is there, and counted in it");
  BOOST_TEST(
      within({{"q", {{"pods", 3'000}}}}, -1) == "2 quota q leaves 3 of pods, and each takes 1",
      "one was made since");
  BOOST_TEST(within({{"q", {{"pods", 0}}}}, -1) == "0 quota q leaves 0 of pods, and each takes 1");
  BOOST_TEST(within({{"q", {{"requests.nvidia.com/gpu", 0}}}}) == "4 ", "it takes none of that");
  const auto unread = within_quotas(four, "forbidden", each, 0);
  BOOST_TEST(unread.fits == 4);
  BOOST_TEST(unread.unread == "forbidden");
  BOOST_TEST((within_quotas({}, "forbidden", each, 0) == growth_room{}));
  std::vector<condition> all;
  tell_of_room(all, growth_room{1, 4, "too little", "forbidden"}, over_commit::report, 3,
               milliseconds{0});
  BOOST_TEST(all.at(0).message.find("quotas cannot be read: forbidden") != std::string::npos);
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
