/// What an operator that stands aside may still write: that it does.
#pragma once

#include "protocol/kube_call.hpp"

namespace drey::sim {

/// Their statuses differ in nothing but the conditions of a pause or a yield.
bool tells_only_of_standing_aside(const object& live, const object& wanted);

}  // namespace drey::sim
