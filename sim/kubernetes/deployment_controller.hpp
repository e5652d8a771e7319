/// The Deployment controller with its ReplicaSets folded in: pods `<deployment>-<template
/// hash>-<5 letters>`. As with real ReplicaSets, a pod that is terminating is replaced at once: two
/// incarnations may live side by side. Only a new template under `Recreate` waits for the old pods.
#pragma once

#include <string>
#include <vector>

#include "sim/kubernetes/controller_queue.hpp"
#include "sim/kubernetes/pod_making.hpp"

namespace drey::sim {

class deployment_controller {
public:
  deployment_controller(timeline& time, choices& chance, object_store& store, api_server& api,
                        const kubernetes_settings& settings);

private:
  /// The pods that count, by whether they are of the present template.
  struct census {
    std::vector<object_name> current;
    std::vector<object_name> old;
    int current_ready = 0;
    bool old_running = false;  ///< terminating ones included
  };

  void learn(const object_change& x);
  void reconcile(const object_key& key);
  census count(const deployment& of);
  void recreate(const deployment& x, const census& pods);
  void roll(const deployment& x, const census& pods);
  void scale_to(const deployment& x, const census& pods, std::size_t wanted);
  void create_pod(const deployment& x);
  void write_status(const deployment& x);

  object_store& store_;
  api_server& api_;
  choices& chance_;
  controller_queue queue_;
  template_hashes hashes_;
  std::string failure_;  ///< what the API server said to the last creation of this turn
};

}  // namespace drey::sim
