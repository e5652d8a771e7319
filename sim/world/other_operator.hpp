/// Apache's operator as far as drey meets it: somebody else who writes the status of our resources.
#pragma once

#include <string>
#include <string_view>

#include "sim/kubernetes/kubernetes.hpp"

namespace drey::sim {

/// The User-Agent of its client library, so the name of its field manager (fabric8 6.13, as
/// flink-kubernetes-operator 1.11 carries it).
inline constexpr std::string_view other_operator = "fabric8-kubernetes-client/6.13.2";

/// `user` looks at everything in the namespace: each status gets a new time of reconciliation.
void reconcile_as(std::string_view user, kubernetes& kube, const std::string& ns,
                  milliseconds wall);

/// What there is of this FlinkDeployment and its jobs becomes what that operator would have made.
void make_apaches(kubernetes& kube, const object_name& cluster);

}  // namespace drey::sim
