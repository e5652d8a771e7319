/// The pod garbage collector of kube-controller-manager: removes, without a kubelet's word, pods
/// of nodes that no longer exist, and terminating pods of nodes that a person declared out of
/// service.
#pragma once

#include <string>

#include "sim/kubernetes/controller_queue.hpp"

namespace drey::sim {

class pod_collector {
public:
  pod_collector(timeline& time, choices& chance, object_store& store, api_server& api,
                const kubernetes_settings& settings);

private:
  void learn(const object_change& x);
  void collect(const std::string& node_name);

  object_store& store_;
  api_server& api_;
  const kubernetes_settings& settings_;
  controller_queue queue_;
};

}  // namespace drey::sim
