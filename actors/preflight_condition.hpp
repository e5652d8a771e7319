/// What a status says of the checks (protocol/decisions/0026-preflight-conditions.md).
#pragma once

#include <string_view>

#include "actors/preflight.hpp"

namespace drey {

/// True: nothing is known to stand against the cluster.
inline constexpr std::string_view preflight_condition = "Preflight";

/// The reason names the first check that failed. What only time changes is not in it.
condition condition_of(const preflight_checks& all, std::int64_t generation);

}  // namespace drey
