/// Evictions as people ask for them: of one pod, and of all pods of a node (`kubectl drain`).
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "sim/kubernetes/api_server.hpp"
#include "sim/kubernetes/narration.hpp"
#include "sim/timeline.hpp"

namespace drey::sim {

class evictions {
public:
  evictions(timeline& time, object_store& store, api_server& api, narration& tell);

  kube_answer of_pod(const object_name& pod, std::string_view user);
  /// Every pod that is on the node now is asked to leave, by its name and apart from the others, as
  /// often as it is refused; then its end is awaited. Nobody gives up. The node is cordoned
  /// already.
  void of_node(const std::string& node);

  /// kubectl's pause after a refusal.
  static constexpr milliseconds patience{5'000};

private:
  struct farewell {
    std::string uid;       ///< of the pod that was told to go; empty: none was yet
    bool refused = false;  ///< and that was told
  };

  void tell_of(const object_ptr& before, const kube_answer& answer) const;
  void ask(const std::string& node, const object_name& pod);
  void learn(const object_change& x);
  void strike_off(const std::string& node, const object_name& pod);

  timeline& time_;
  object_store& store_;
  api_server& api_;
  narration& tell_;
  std::map<std::string, std::map<object_name, farewell>> drains_;  // by node
};

}  // namespace drey::sim
