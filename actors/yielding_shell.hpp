/// Runs the machine of one namespace for the root. It decides nothing.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <variant>

#include "actors/shell.hpp"
#include "actors/yielding_machine.hpp"

namespace drey {

class yielding_shell {
public:
  struct listeners {
    std::function<void(const leave_namespace&)> leave;
    std::function<void()> take;
    std::function<void(const set_deadline&)> wait;
  };

  yielding_shell(const surroundings& around, const std::string& ns, listeners told)
      : around_(around), subject_{"", ns}, told_(std::move(told)) {}
  yielding_shell(const yielding_shell&) = delete;
  yielding_shell& operator=(const yielding_shell&) = delete;

  void wrote(const std::string& manager) { runner_.learn(rival_wrote{manager}); }
  void woken(ticket which) { runner_.learn(deadline_passed{which}); }
  /// The other operator; empty: drey acts.
  std::string rival() const {
    const auto* now = std::get_if<yielding_machine::yielding>(&runner_.now());
    return now == nullptr ? std::string{} : now->manager;
  }

  step_observer* observer() const { return around_.observer; }
  const object_name& subject() const { return subject_; }
  void prepare(yielding_machine& machine) { machine.now = around_.out.clock->now().monotonic; }
  void moved(const yielding_machine&) {}
  void perform(std::uint8_t, const leave_namespace& command) { told_.leave(command); }
  void perform(std::uint8_t, const take_namespace&) { told_.take(); }
  void perform(std::uint8_t, const set_deadline& command) { told_.wait(command); }

private:
  const surroundings& around_;
  object_name subject_;
  listeners told_;
  machine_runner<yielding_machine, yielding_shell> runner_{*this, "yielding", 0};
};

}  // namespace drey
