/// The Ingress of a cluster's web interface, computed from `spec.ingress` as Apache does it
/// (IngressUtils; operator-facts §11.6).
#pragma once

#include <optional>

#include "protocol/flink_resources.hpp"

namespace drey {

/// None: no Ingress is asked for. Namespace, name and drey's own labels are left to the caller.
std::optional<ingress> ingress_of(const flink_deployment& cluster);

}  // namespace drey
