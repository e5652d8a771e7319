/// The controller of `batch/v1` Jobs with `backoffLimit` 0: one pod, `<job>-<5 letters>`, that is
/// never followed by another. A pod that is deleted has failed (seen on the lab: a Job whose pod
/// was deleted is Failed as soon as the pod is gone). As with the finalizer of real Jobs, no pod
/// goes unnoticed.
#pragma once

#include <set>
#include <string>

#include "sim/kubernetes/controller_queue.hpp"
#include "sim/kubernetes/pod_making.hpp"

namespace drey::sim {

class job_controller {
public:
  job_controller(timeline& time, choices& chance, object_store& store, api_server& api,
                 const kubernetes_settings& settings);

private:
  void learn(const object_change& x);
  void reconcile(const object_key& key);
  void create_pod(const batch_job& x);
  void write_status(const batch_job& x);

  object_store& store_;
  api_server& api_;
  choices& chance_;
  controller_queue queue_;
  std::set<std::string> begun_;  ///< UIDs of Jobs that have had their pod
};

}  // namespace drey::sim
