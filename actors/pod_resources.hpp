/// What a Flink container asks for and how much more it may take, as Apache's operator and Flink
/// reckon it (KubernetesUtils.getResourceRequirements): the request is what the spec says, the
/// limit is that times `kubernetes.{jobmanager,taskmanager}.{cpu,memory}.limit-factor` (1 by
/// default). And the other way round: what the spec says is also the size of Flink's process.
#pragma once

#include "actors/children.hpp"
#include "protocol/flink_resources.hpp"

namespace drey {

/// A ResourceRequirements; empty: nothing is said. `spec.….resource` counts only where
/// `spec.….resources` is not given. In the latter a request without a limit gets one by the factor,
/// and a limit alone is also the request; other resources are taken as they are. Memory is meant as
/// Flink reads it ("2g" and "2G" are 2 GiB, "2048m" is 2 GiB, too). What neither says, Flink's
/// configuration may: `….memory.process.size` and `kubernetes.….cpu.amount`.
json_text resources_of(const flink_deployment_spec& spec, component which);

/// Whether the spec's own fields say how much of a resource ("cpu", "memory") a side has: then the
/// configuration does not count.
bool has_field_about(const flink_deployment_spec& spec, component which,
                     const std::string& resource);

/// Bytes of the process that the spec asks for (the request, else the limit); none: not said there.
/// As with Apache it goes before what the configuration says.
std::optional<std::int64_t> process_memory_of(const flink_deployment_spec& spec, component which);

/// What all containers of a side together may take, for `status.clusterInfo`.
struct taken_resources {
  double cores = 0;
  std::int64_t bytes = 0;
};
/// Of one container: its limits, each 0 when there is none.
taken_resources limits_of(const flink_deployment_spec& spec, component which);

}  // namespace drey
