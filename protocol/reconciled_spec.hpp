/// Apache's form of `status.reconciliationStatus.lastReconciledSpec`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/flink_resources.hpp"

namespace drey {

enum class deployment_is { first, another };

/// `spec`: a JSON object as text.
inline std::string reconciled_text(std::int64_t generation, deployment_is which,
                                   std::string_view spec) {
  return R"({"resource_metadata":{"apiVersion":")" + std::string(api_version) +
         R"(","metadata":{"generation":)" + std::to_string(generation) + R"(},"firstDeployment":)" +
         (which == deployment_is::first ? "true" : "false") + R"(},"spec":)" + std::string(spec) +
         "}";
}

}  // namespace drey
