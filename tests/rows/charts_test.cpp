/// The charts in actors/README.md are those of the declarations. DREY_REWRITE=1 draws them anew.
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <boost/test/unit_test.hpp>

#include "actors/checkpoint_machine.hpp"
#include "actors/cluster_machine.hpp"
#include "actors/ingress_machine.hpp"
#include "actors/job_machine.hpp"
#include "actors/launch_machine.hpp"
#include "actors/leadership_machine.hpp"
#include "actors/orphan_machine.hpp"
#include "actors/preflight_machine.hpp"
#include "actors/reflector_machine.hpp"
#include "actors/rollout_machine.hpp"
#include "actors/savepoint_machine.hpp"
#include "actors/slot_sharing_machine.hpp"
#include "actors/snapshot_machine.hpp"
#include "actors/snapshot_removal_machine.hpp"
#include "actors/snapshot_schedule_machine.hpp"
#include "actors/task_manager_machine.hpp"
#include "actors/task_manager_set_machine.hpp"
#include "actors/yielding_machine.hpp"

namespace drey::rows {

namespace {

const std::string path = DREY_SOURCE_DIR "/actors/README.md";
const std::string end_mark = "<!-- end of chart -->";

std::string text_of_readme() {
  std::ifstream in{path};
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// Compares one machine's section of `readme`, or replaces it.
template <class M>
void check_chart(std::string& readme, const std::string& name) {
  BOOST_TEST_CONTEXT(name) {
    const auto mark = "<!-- chart " + name + " -->\n";
    const auto found = readme.find(mark);
    BOOST_REQUIRE(found != std::string::npos);
    const auto begin = found + mark.size();
    const auto end = readme.find(end_mark, begin);
    BOOST_REQUIRE(end != std::string::npos);
    const auto chart = "```mermaid\n" + state_machine::mermaid<M>() + "```\n";
    if (std::getenv("DREY_REWRITE") == nullptr)
      BOOST_TEST(readme.substr(begin, end - begin) == chart);
    readme.replace(begin, end - begin, chart);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(charts)

BOOST_AUTO_TEST_CASE(are_those_of_the_declarations) {
  auto readme = text_of_readme();
  check_chart<job_machine>(readme, "job");
  check_chart<savepoint_machine>(readme, "savepoint");
  check_chart<checkpoint_machine>(readme, "checkpoint");
  check_chart<snapshot_machine>(readme, "snapshot");
  check_chart<snapshot_removal_machine>(readme, "snapshot_removal");
  check_chart<snapshot_schedule_machine>(readme, "snapshot_schedule");
  check_chart<cluster_machine>(readme, "cluster");
  check_chart<rollout_machine>(readme, "rollout");
  check_chart<task_manager_set_machine>(readme, "task_manager_set");
  check_chart<slot_sharing_machine>(readme, "slot_sharing");
  check_chart<launch_machine>(readme, "launch");
  check_chart<ingress_machine>(readme, "ingress");
  check_chart<preflight_machine>(readme, "preflight");
  check_chart<task_manager_machine>(readme, "task_manager");
  check_chart<reflector_machine>(readme, "reflector");
  check_chart<leadership_machine>(readme, "leadership");
  check_chart<yielding_machine>(readme, "yielding");
  check_chart<orphan_machine>(readme, "orphan");
  if (std::getenv("DREY_REWRITE") != nullptr) std::ofstream{path} << readme;
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
