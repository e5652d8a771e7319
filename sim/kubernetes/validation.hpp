/// What the API server refuses as invalid (422), with its reason in the server's words.
#pragma once

#include <optional>
#include <string>

#include "protocol/kube_call.hpp"

namespace drey::sim {

/// None: acceptable.
std::optional<std::string> complaint_about(const object& x);
/// What may not change in the life of an object; both of the same kind and name.
std::optional<std::string> complaint_about_change(const object& before, const object& after);

}  // namespace drey::sim
