/// A whole run: Kubernetes, Flink, storage, the network, the operator's processes, people and
/// faults, in one thread under virtual time, replayable from one seed.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "actors/children.hpp"
#include "sim/checkers/checkers.hpp"
#include "sim/choices.hpp"
#include "sim/flink/flink.hpp"
#include "sim/happening.hpp"
#include "sim/kubernetes/kubernetes.hpp"
#include "sim/report/run_result.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/storage/storage.hpp"
#include "sim/timeline.hpp"
#include "sim/world/fabric.hpp"
#include "sim/world/person.hpp"
#include "sim/world/process.hpp"
#include "sim/world/tally.hpp"

namespace drey::sim {

/// Which transitions and fault sites a run reached; summed over runs by the tests.
struct coverage {
  std::set<std::string> transitions;  ///< "machine: from --fact--> to"
  std::set<std::string> faults;
};

struct world_settings {
  /// Called with a line for every changing call and every step of a machine; empty: not wanted.
  std::function<void(const std::string&)> trace;
  wire_form form = wire_form::typed;
  coverage* reached = nullptr;
  /// How the operator is made to die at an effect, from the start of the run.
  std::optional<crash_plan> crash;
  /// After the scenario's end the world is given so long to converge and to be quiet.
  milliseconds calm{420'000};
};

class world final : public step_observer {
public:
  world(const scenario& what, std::uint64_t seed, world_settings settings);
  ~world() override;

  /// Runs the scenario to its end and judges it.
  run_result run();

  void stepped(const step_taken& step) override;
  void failed(std::string_view actor, const std::string& why) override;

  // ── for what belongs to the world ──
  timeline time;
  choices chance;
  const scenario plan;
  kubernetes kube;
  storage files;
  flink jobs;

  void record(happening one);
  void perform(const timeline_action& action);
  bool holds(const expected& what, std::string& found);

  /// Ends the process that leads or would; a new one starts after `back_after`.
  void crash_operator_now(milliseconds back_after);
  void pause_operator_for(milliseconds length);
  kube_answer apply(const object_ptr& wanted);
  kube_answer remove(object_kind kind, const object_name& name);
  kube_answer scale(const scale_cluster& what);
  kube_answer ask_for_savepoint(const object_name& job);
  static void patch(object& live, const patch_object& what);

private:
  struct slot {
    std::unique_ptr<process> running;
    std::uint32_t starts = 0;
    bool paused = false;
  };

  void tell_of_end(const object_change& change);
  void tell_of_patience(const std::string& what);
  std::size_t leader() const;
  void start_process(std::size_t which);
  void end_process(std::size_t which, milliseconds back_after);
  void kill_number(std::uint32_t number, milliseconds back_after);
  void run_until(milliseconds end);
  bool run_ready_actor();
  std::optional<milliseconds> next_due();
  void move_time(milliseconds to);
  void look_after_processes();
  void plan_scenario();
  void plan_profile();
  void plan_repeating(std::string_view site, milliseconds mean, std::function<void()> what);
  std::optional<object_name> job_manager_pod(const object_name& cluster) const;
  template <class Action>
  void strike(const Action& what);
  void plan_crash(const crash_operator& what, const std::string& said);
  void hold(const object_name& pod);
  void release_held();
  void submit(const submit_foreign& what);
  void look_as_other_operator(const run_other_operator& what, milliseconds end);
  bool is_expected(const expectation& one) const;
  struct awaited {
    expectation what;
    std::size_t place = 0;  ///< in the result
    object_ptr looked_at;   ///< while a resource is the same, so is what its status says
  };
  void plan_expectations();
  void look_for(awaited& one);
  void converge_and_judge();
  void judge_expectations();
  void judge_directed_faults();

  void fault_pod(std::string_view site, component which,
                 const std::function<void(const object_name&)>& what);
  void fault_node(std::string_view site, bool power);
  void note_fault(std::string name, std::string text);
  void note_small_fault(std::string_view site);

  world_settings settings_;
  run_result result_;
  person somebody_;
  tally tally_;
  fabric net_;
  checkers checks_;
  std::vector<slot> operators_;
  std::vector<awaited> expected_;
  std::map<std::uint32_t, milliseconds> dying_;  ///< by number: how long it will be away
  std::vector<std::string> away_;                ///< nodes that a fault of the profile holds
  std::vector<object_name> held_pods_;
  std::string crash_said_;                 ///< of the crash that is planned
  std::vector<std::string> idle_crashes_;  ///< planned, and then another was
  /// What lists said, by kind and time, for `old lists`.
  std::map<std::pair<object_kind, milliseconds>, object_list> lists_kept_;
  bool calm_ = false;
};

/// Runs one seed of a scenario. Pure: equal arguments give equal results, byte for byte.
run_result run_scenario(const scenario& what, std::uint64_t seed, world_settings settings);

}  // namespace drey::sim
