/// How Kubernetes tells people what does not succeed: an Event of type Warning that counts.
#pragma once

#include <string>
#include <string_view>

#include "sim/kubernetes/api_server.hpp"

namespace drey::sim {

struct warning_event {
  object_kind kind;  ///< of what it is about
  const object_meta& about;
  std::string_view reason;  ///< "FailedCreate", "FailedMount"
  std::string message;
};

/// Told by `user`. Told again, with the newest message, it counts.
void tell_warning(api_server& api, const warning_event& what, std::string_view user);

}  // namespace drey::sim
