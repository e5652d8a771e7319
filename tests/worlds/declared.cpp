#include "tests/worlds/declared.hpp"

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <string_view>

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
#include "protocol/describe.hpp"

namespace drey::sim {

namespace {

namespace fs = std::filesystem;

template <class M>
void add_edges(std::set<std::string>& into, std::string_view machine) {
  state_machine::for_each_edge<M>([&]<class From, class Fact, class To>(std::type_identity<From>,
                                                                        std::type_identity<Fact>,
                                                                        std::type_identity<To>) {
    if constexpr (!std::same_as<From, To>)
      into.insert(std::string(machine) + ": " + std::string(type_name<From>()) + " --" +
                  std::string(type_name<Fact>()) + "--> " + std::string(type_name<To>()));
  });
}

std::string text_of_file(const fs::path& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error(path.string() + " cannot be read");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

std::set<std::string> declared_transitions() {
  std::set<std::string> all;
  add_edges<cluster_machine>(all, "cluster");
  add_edges<task_manager_set_machine>(all, "task_manager_set");
  add_edges<rollout_machine>(all, "rollout");
  add_edges<ingress_machine>(all, "ingress");
  add_edges<launch_machine>(all, "launch");
  add_edges<slot_sharing_machine>(all, "slot_sharing");
  add_edges<task_manager_machine>(all, "task_manager");
  add_edges<job_machine>(all, "job");
  add_edges<savepoint_machine>(all, "savepoint");
  add_edges<snapshot_machine>(all, "snapshot");
  add_edges<snapshot_removal_machine>(all, "snapshot_removal");
  add_edges<snapshot_schedule_machine>(all, "snapshot_schedule");
  add_edges<leadership_machine>(all, "leadership");
  add_edges<reflector_machine>(all, "reflector");
  add_edges<preflight_machine>(all, "preflight");
  add_edges<yielding_machine>(all, "yielding");
  add_edges<orphan_machine>(all, "orphan");
  return all;
}

std::string fault_line(const std::string& site) { return "fault: " + site; }

std::set<std::string> declared_faults() {
  const std::regex site{R"re((?:happens\(\s*"fault",|one_in\(|plan_repeating\()\s*"([^"]+)")re"};
  std::set<std::string> all;
  for (const auto& entry : fs::recursive_directory_iterator(DREY_SOURCE_DIR "/sim")) {
    if (entry.path().extension() != ".cpp") continue;
    const auto text = text_of_file(entry.path());
    for (std::sregex_iterator at(text.begin(), text.end(), site), end; at != end; ++at)
      all.insert(fault_line((*at)[1].str()));
  }
  return all;
}

std::map<std::string, std::string> excuses() {
  std::map<std::string, std::string> all;
  std::istringstream lines(text_of_file(DREY_SOURCE_DIR "/tests/worlds/not_reached.txt"));
  for (std::string line; std::getline(lines, line);) {
    if (trimmed(line).empty() || line.front() == '#') continue;
    const auto hash = line.find('#');
    const auto why = hash == std::string::npos ? std::string() : trimmed(line.substr(hash + 1));
    all[trimmed(line.substr(0, hash))] = why;
  }
  return all;
}

}  // namespace drey::sim
