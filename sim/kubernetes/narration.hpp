/// What people want to read of Kubernetes: one plain sentence for each thing that happened to a
/// pod or a node.
#pragma once

#include <string>
#include <string_view>

#include "protocol/kubernetes.hpp"
#include "sim/happening.hpp"
#include "sim/timeline.hpp"

namespace drey::sim {

class narration {
public:
  narration(timeline& time, recorder record);
  /// `what` is the machine's word. The sentence is "pod <name> <text>".
  void of_pod(const object_meta& meta, sim::tone tone, std::string_view what,
              std::string_view text) const;
  /// "node <name> <text>".
  void of_node(const std::string& name, sim::tone tone, std::string_view what,
               std::string_view text) const;
  /// The sentence is `text` as it is.
  void of_kubernetes(sim::tone tone, std::string_view what, std::string_view text) const;

private:
  timeline& time_;
  recorder record_;
};

}  // namespace drey::sim
