/// What a scenario does to nodes, and with the pods on them.
#pragma once

#include <cstdint>
#include <string>

#include "protocol/describe.hpp"
#include "protocol/kube_call.hpp"
#include "sim/kubernetes/disruption_budgets.hpp"

namespace drey::sim {

/// Power lost: everything on the node dies at once, nothing reports it.
struct node_down {
  std::string node;
  static constexpr auto names = fields("node");
};
struct node_up {
  std::string node;
  static constexpr auto names = fields("node");
};
/// Cut off from the network: everything on it lives on, unseen.
struct cut_node {
  std::string node;
  static constexpr auto names = fields("node");
};
struct heal_node {
  std::string node;
  static constexpr auto names = fields("node");
};
/// Its kubelet stops, and nothing else: what runs on the node works on, and Kubernetes gives it up.
struct silence_kubelet {
  std::string node;
  static constexpr auto names = fields("node");
};
struct wake_kubelet {
  std::string node;
  static constexpr auto names = fields("node");
};
/// `kubectl cordon`: it gets no new pods.
struct cordon_node {
  std::string node;
  static constexpr auto names = fields("node");
};
struct uncordon_node {
  std::string node;
  static constexpr auto names = fields("node");
};
/// `kubectl drain`: it is cordoned, and its pods are evicted, each as often as it is refused.
struct drain_node {
  std::string node;
  static constexpr auto names = fields("node");
};
/// A PodDisruptionBudget: so many of the selected pods must be ready, or so few may not be.
struct set_budget {
  object_name budget;
  std::string selector;  ///< as in `?labelSelector=`
  budget_bound bound = budget_bound::min_available;
  std::int32_t pods = 0;
  static constexpr auto names = fields("budget", "selector", "bound", "pods");
};
struct lift_budget {
  object_name budget;
  static constexpr auto names = fields("budget");
};

}  // namespace drey::sim
