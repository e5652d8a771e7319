// The program itself: how it ends.
#include <sys/wait.h>

#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <cstdlib>

#include "protocol/manifest.hpp"
#include "tests/gateways/fake_api.hpp"
#include "tests/gateways/running_program.hpp"

using namespace drey::testing;

namespace {

struct ended {
  int code = -1;
  std::string said;
};

/// 124: it had to be ended after `test_patience`.
ended run(const std::string& arguments) {
  const auto command = "timeout " + std::to_string(test_patience.count()) +
                       " " DREY_BINARY_DIR "/drey-operator " + arguments + " 2>&1";
  ended how;
  FILE* output = popen(command.c_str(), "r");
  BOOST_REQUIRE(output != nullptr);
  std::array<char, 1024> piece{};
  while (std::fgets(piece.data(), static_cast<int>(piece.size()), output)) how.said += piece.data();
  const int status = pclose(output);
  how.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return how;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(operator_program_suite)

BOOST_AUTO_TEST_CASE(a_port_that_is_taken_ends_it_with_all_its_actors) {
  const scratch_folder folder;
  const auto config = folder.write("kubeconfig", kubeconfig_for(closed_port()));
  socket_server taken{[](int) {}};
  const auto how =
      run("--kubeconfig " + config.string() + " --listen-address 127.0.0.1" + " --listen-port " +
          std::to_string(taken.port()) + " --work-directory " + (folder.path() / "work").string());
  BOOST_TEST(how.code == 2, how.said);
  BOOST_TEST(how.said.find("choose another address") != std::string::npos, how.said);
}

BOOST_AUTO_TEST_CASE(what_is_no_namespace_or_selector_is_told) {
  const auto about = [](const std::string& arguments, const std::string& word) {
    const auto how = run(arguments);
    BOOST_TEST(how.code == 2, how.said);
    BOOST_TEST(how.said.find(word) != std::string::npos, how.said);
  };
  about("--namespaces flink,Team_A", "'Team_A' is not the name of a namespace");
  about("--paused-namespaces -a", "'-a' is not the name of a namespace");
  about("--label-selector 'team=a b'", "a comma is missing before 'b'");
}

BOOST_AUTO_TEST_CASE(without_a_cluster_it_says_what_to_give) {
  const auto how = run("--kubeconfig /nowhere/at/all");
  BOOST_TEST(how.code == 2, how.said);
  BOOST_TEST(how.said.find("/nowhere/at/all") != std::string::npos, how.said);
}

BOOST_AUTO_TEST_CASE(one_that_observes_says_what_it_would_do_and_changes_nothing) {
  fake_api api;
  for (const auto& one : drey::read_manifest(R"(apiVersion: flink.apache.org/v1beta1
kind: FlinkDeployment
metadata: {name: session, namespace: flink, uid: cluster-uid, generation: 1, resourceVersion: "5"}
spec: {image: "flink:1.20", flinkVersion: v1_20, mode: standalone, serviceAccount: flink,
  jobManager: {replicas: 1, resource: {cpu: 1, memory: 1024m}},
  taskManager: {replicas: 2, resource: {cpu: 1, memory: 1024m}}}
)")
                             .resources)
    api.hold(one.value);
  running_program program{api.port(), {"--observe"}};
  BOOST_TEST(program.comes_to_say("would=apply kind=StatefulSet about=flink/session-taskmanager"),
             program.said());
  const auto metrics = program.answer_to("/metrics");
  BOOST_TEST(metrics.find("drey_withheld_calls_total{kind=\"StatefulSet\",verb=\"apply\"} 1") !=
                 std::string::npos,
             metrics);
  for (const auto* line :
       {"drey_observes 1", "drey_leads 1", "drey_resources{kind=\"FlinkDeployment\"} 1",
        "drey_resource_ready{kind=\"FlinkDeployment\",namespace=\"flink\",name=\"session\"} 0"})
    BOOST_TEST(metrics.find(line) != std::string::npos, line << " in\n" << metrics);
  BOOST_TEST(program.stop() == 0, program.said());
  for (const auto& one : api.changes())  // to ask for one's rights changes nothing
    BOOST_TEST(one.ends_with("/selfsubjectaccessreviews"), one);
}

BOOST_AUTO_TEST_SUITE_END()
