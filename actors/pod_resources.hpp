/// What a Flink container asks for and how much more it may take, as Apache's operator and Flink
/// reckon it (KubernetesUtils.getResourceRequirements): the request is what the spec says, the
/// limit is that times `kubernetes.{jobmanager,taskmanager}.{cpu,memory}.limit-factor` (1 by
/// default).
#pragma once

#include "actors/children.hpp"
#include "protocol/flink_resources.hpp"

namespace drey {

/// A ResourceRequirements of exactly what the spec says; empty: it says nothing. `spec.….resource`
/// counts only where `spec.….resources` is not given. In the latter a request without a limit gets
/// one by the factor, and a limit alone is also the request; other resources are taken as they are.
json_text resources_of(const flink_deployment_spec& spec, component which);

}  // namespace drey
