/// The StatefulSet controller with `OnDelete` and parallel pod management: one pod for every
/// ordinal of the window [start, start + replicas), none outside; a new template is for new pods.
#pragma once

#include <string>
#include <vector>

#include "sim/kubernetes/controller_queue.hpp"
#include "sim/kubernetes/pod_making.hpp"

namespace drey::sim {

class stateful_set_controller {
public:
  stateful_set_controller(timeline& time, choices& chance, object_store& store, api_server& api,
                          const kubernetes_settings& settings);

private:
  void learn(const object_change& x);
  void reconcile(const object_key& key);
  enum class outcome { kept, failed };
  outcome keep_window(const stateful_set& set);
  outcome create_pod(const stateful_set& set, std::int64_t ordinal);
  void write_status(const stateful_set& set);

  object_store& store_;
  api_server& api_;
  timeline& time_;
  controller_queue queue_;
  template_hashes revisions_;
};

}  // namespace drey::sim
