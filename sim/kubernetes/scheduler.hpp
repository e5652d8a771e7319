/// kube-scheduler: pods without a node get the least loaded one that takes them and has what they
/// ask for.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "actors/room.hpp"
#include "sim/kubernetes/controller_queue.hpp"

namespace drey::sim {

class scheduler {
public:
  scheduler(timeline& time, choices& chance, object_store& store, api_server& api,
            const kubernetes_settings& settings);

private:
  struct offer {
    std::vector<const std::string*> nodes;  ///< the least loaded ones, in order of their names
    std::string message;                    ///< why there is none
  };

  void learn(const object_change& x);
  void learn_pod(const object_change& x);
  void place(const object_key& key);
  offer look_for_node(const demand& of) const;
  demand load_of(const std::string& node_name) const;

  object_store& store_;
  api_server& api_;
  choices& chance_;
  controller_queue queue_;
  std::set<object_name> pending_;
  std::map<std::string, demand> load_;  // of the pods of each node together
};

}  // namespace drey::sim
