/// The scale subresource of a FlinkDeployment, as its CRD declares it: which number is asked for,
/// how many there are, and which pods are meant. `kubectl scale` and autoscalers know no other way.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/kubernetes/api_server.hpp"

namespace drey::sim {

struct scale {
  std::int32_t asked_for = 0;
  std::int32_t there = 0;
  std::string selector;  ///< empty: not told yet
};

scale scale_of(const flink_deployment& x);

kube_answer write_scale(api_server& api, const object_name& cluster, std::int32_t replicas,
                        std::string_view user);

}  // namespace drey::sim
