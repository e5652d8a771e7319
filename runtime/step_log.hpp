/// What the operator tells its log and its metrics: every change of position of every machine, one
/// structured line each. Secrets never get here: facts and commands hold names, ids and paths only.
#pragma once

#include <memory>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/registry.h>

#include "actors/observation.hpp"
#include "actors/shell.hpp"

namespace drey {

class step_log final : public step_observer {
public:
  explicit step_log(prometheus::Registry& metrics);

  /// Called on the actors' threads.
  void stepped(const step_taken& step) override;
  void failed(std::string_view actor, const std::string& why) override;
  void warned(const std::string& text) override;
  /// What one that observes would have done.
  void withheld(const withheld_call& one);

private:
  prometheus::Family<prometheus::Counter>& steps_;
  prometheus::Family<prometheus::Counter>& withheld_;
};

}  // namespace drey
