/// Apache's form of `status.reconciliationStatus`: its specs, and which of them counts.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/flink_resources.hpp"

namespace drey {

enum class deployment_is { first, another };

inline constexpr std::string_view rolling_back = "ROLLING_BACK";
inline constexpr std::string_view rolled_back = "ROLLED_BACK";

/// What was deployed last: `lastReconciledSpec` keeps a spec that was undone.
inline const std::string& deployed_text(const reconciliation_status& x) {
  return x.state == rolled_back ? x.last_stable_spec : x.last_reconciled_spec;
}

/// Of such a text; 0: it does not say.
inline std::int64_t generation_in(std::string_view reconciled) {
  constexpr std::string_view key = R"("generation":)";
  const auto at = reconciled.find(key);
  std::int64_t generation = 0;
  if (at != std::string_view::npos)
    std::from_chars(reconciled.data() + at + key.size(), reconciled.data() + reconciled.size(),
                    generation);
  return generation;
}

/// `spec`: a JSON object as text.
inline std::string reconciled_text(std::int64_t generation, deployment_is which,
                                   std::string_view spec) {
  return R"({"resource_metadata":{"apiVersion":")" + std::string(api_version) +
         R"(","metadata":{"generation":)" + std::to_string(generation) + R"(},"firstDeployment":)" +
         (which == deployment_is::first ? "true" : "false") + R"(},"spec":)" + std::string(spec) +
         "}";
}

}  // namespace drey
