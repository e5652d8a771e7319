/// What the operator is and what its resources are, as Prometheus reads it: made anew for each
/// scrape from what the root knows, so that nothing is told of a resource that is gone.
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

#include "actors/operator_actor.hpp"
#include "runtime/rights_check.hpp"

namespace drey {

std::vector<prometheus::MetricFamily> families_of(const operator_figures& figures,
                                                  const rights_known& rights,
                                                  const std::vector<resource_figures>& resources);

}  // namespace drey
