/// kube-scheduler: pods without a node get the least loaded one that takes them.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/kubernetes/controller_queue.hpp"

namespace drey::sim {

class scheduler {
public:
  scheduler(timeline& time, choices& chance, object_store& store, api_server& api,
            const kubernetes_settings& settings);
  /// How many pods the node takes.
  void set_room(const std::string& node_name, std::size_t pods_max) { room_[node_name] = pods_max; }

private:
  struct offer {
    std::vector<const std::string*> nodes;  ///< the least loaded ones, in order of their names
    std::string message;                    ///< why there is none
  };

  void learn(const object_change& x);
  void learn_pod(const object_change& x);
  void place(const object_key& key);
  offer look_for_node() const;
  std::size_t load_of(const std::string& node_name) const;

  object_store& store_;
  api_server& api_;
  choices& chance_;
  controller_queue queue_;
  std::set<object_name> pending_;
  std::map<std::string, std::size_t> load_;  // pods per node
  std::map<std::string, std::size_t> room_;
};

}  // namespace drey::sim
