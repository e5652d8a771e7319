/// What expectations count while a run goes on: calls of the operator, objects it makes, pods that
/// do not stay as they are.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/kubernetes/kubernetes.hpp"
#include "sim/scenario/expectation.hpp"
#include "sim/timeline.hpp"
#include "sim/world/directed_faults.hpp"

namespace drey::sim {

class tally {
public:
  tally(const std::vector<expectation>& all, const timeline& time, const kubernetes& kube);

  /// A call leaves the operator, whatever becomes of it.
  void called(const operator_call& call);
  void changed(const object_change& change);

  struct counted {
    std::int32_t times = 0;
    std::string last;  ///< what was counted last
  };
  /// Of one of the expectations.
  const counted& of(const expected& what) const { return counts_.at(sentence_of(what)); }

private:
  void count(const expected& what, const window& when, const std::string& text);

  const timeline& time_;
  const kubernetes& kube_;
  std::vector<expected> wanted_;
  std::map<std::string, counted> counts_;  ///< by sentence
};

}  // namespace drey::sim
