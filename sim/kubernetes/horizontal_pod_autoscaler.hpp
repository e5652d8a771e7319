/// HorizontalPodAutoscalers (autoscaling/v2) of FlinkDeployments and their controller: every 15 s
/// it reads the average CPU of the pods that the scale subresource selects, and writes the number
/// that would bring it to the target. Up at once, within Kubernetes' default policies; down to the
/// highest number that it found right within the stabilisation window.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "sim/kubernetes/controller_queue.hpp"
#include "sim/kubernetes/narration.hpp"

namespace drey::sim {

struct autoscaler {
  object_name target;
  std::int32_t min = 1;
  std::int32_t max = 10;
  std::int32_t cpu_percent = 50;        ///< averageUtilization
  milliseconds stabilization{300'000};  ///< behavior.scaleDown.stabilizationWindowSeconds
};

class horizontal_pod_autoscalers {
public:
  horizontal_pod_autoscalers(timeline& time, choices& chance, object_store& store, api_server& api,
                             narration& tell, const kubernetes_settings& settings);

  /// Somebody applies one: at most one for each target.
  void put(const autoscaler& wanted);
  /// All pods of the target together use so much CPU, in percent of what one of them asks for.
  void set_load(const object_name& target, std::int32_t percent) { load_[target] = percent; }

private:
  struct recommendation {
    std::int32_t count = 0;
    milliseconds at{0};
  };
  struct record {
    autoscaler wanted;
    std::vector<recommendation> recent;
  };
  struct census {
    std::int32_t all = 0;
    std::int32_t ready = 0;
  };

  void reconcile(const object_key& key);
  void look(record& of);
  census count(const object_name& target, const std::string& selector) const;
  std::int32_t recommended(const record& of, std::int32_t current, const census& pods) const;
  std::int32_t stabilized(record& of, std::int32_t current, std::int32_t recommended) const;

  timeline& time_;
  object_store& store_;
  api_server& api_;
  narration& tell_;
  const kubernetes_settings& settings_;
  controller_queue queue_;
  std::map<object_name, record> all_;
  std::map<object_name, std::int32_t> load_;
};

}  // namespace drey::sim
