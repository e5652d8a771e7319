/// The small world of the stories: the production actors, the models of Kubernetes, Flink and a
/// store, a network of ordinary latency, and a narrator that tells which machines moved and which
/// calls were made. No faults but those that a story asks for; seed 1.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "sim/world/process.hpp"

namespace drey::stories {

/// What may be told of a call that changes something; empty: nothing.
std::string text_of_call(const sim::arrival& call);

class story_world {
public:
  story_world();

  /// What happened since the last time that this was asked.
  std::string told();
  void tell(const std::string& line);
  /// Machines that are told of, by name; "calls" stands for the calls, "drains" for what becomes of
  /// nodes that are drained and of evictions.
  std::set<std::string> shown{"cluster", "job", "calls"};

  // ── operators ──
  void start_operator(const std::string& name, const pause_settings& pauses = {});
  void crash_operator(const std::string& name);
  void stop_operator(const std::string& name);
  /// It dies at its next effect of this kind, and is back five seconds later.
  void crash_at(sim::crash_moment moment, sim::effect_kind effect);
  /// The answer of the next such call gets lost: "submit", "savepoint" or "status".
  void lose_answer_of(const std::string& call);

  // ── time ──
  void advance(milliseconds by);
  /// Runs until `done`; false: not within ten minutes.
  bool run_until(const std::function<bool()>& done);

  /// Where a machine stands now: by "operator", machine and the name of its subject.
  std::string position(const std::string& machine, const std::string& subject) const;

  sim::timeline time;
  sim::choices chance{1};
  sim::fault_profile faults;
  sim::kubernetes kube;
  sim::storage files;
  sim::flink jobs;

private:
  /// Listens to the machines of one process.
  struct listener final : step_observer {
    void stepped(const step_taken& step) override { world->stepped(name, step); }
    void failed(std::string_view actor, const std::string& why) override {
      world->tell(std::string(actor) + " FAILED: " + why);
    }
    story_world* world = nullptr;
    std::string name;
  };
  struct operator_life {
    listener ear;
    std::unique_ptr<sim::process> running;
  };

  void stepped(const std::string& who, const step_taken& step);
  void tell_of_drain(const sim::happening& one);
  void call_leaves(const sim::arrival& call);
  void call_arrives(const sim::arrival& call);
  void forget_other_statuses(const std::string& text);
  void end_operator(const std::string& name, const std::string& how);
  void bury_the_dead();
  bool run_ready_actor();
  /// Moves time to the next thing that is due; false: nothing is due before `end`.
  bool move_on(milliseconds end);

  sim::fabric net_;
  std::map<std::pair<std::string, std::string>, std::string> positions_;
  std::vector<std::uint32_t> dying_;
  std::set<std::string> told_statuses_;
  std::string losing_;  ///< the call whose answer gets lost next
  bool lost_ = false;   ///< that of the call that arrives now
  std::string told_;
  std::uint32_t starts_ = 0;
  std::map<std::string, operator_life> operators_;  ///< last: the dying still tell
};

}  // namespace drey::stories
