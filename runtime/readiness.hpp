/// What /readyz says of the whole operator.
#pragma once

#include <string>

#include "actors/operator_actor.hpp"
#include "runtime/rights_check.hpp"

namespace drey {

/// What keeps it from deciding, in one line; empty: ready. One that stands by is ready when it has
/// its rights; one that leads must also see everything.
std::string why_not_ready(const operator_figures& figures, const rights_known& rights);

/// What is to be said of one that is ready, in one line; empty: nothing.
std::string remark_on(const operator_figures& figures);

}  // namespace drey
