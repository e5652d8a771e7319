/// How a controller tells people that a pod of its workload was refused: an Event that counts.
#pragma once

#include <string>
#include <string_view>

#include "sim/kubernetes/api_server.hpp"

namespace drey::sim {

/// `FailedCreate` about `owner`, by `user`.
void tell_failed_creation(api_server& api, object_kind kind, const object_meta& owner,
                          const std::string& message, std::string_view user);

}  // namespace drey::sim
