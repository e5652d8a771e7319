/// Apache's options about a job's end (operator-facts §5.5, §8.9): what becomes of a running job
/// whose resource is deleted.
#pragma once

#include <string_view>

#include "protocol/configuration.hpp"
#include "protocol/text_parts.hpp"

namespace drey {

/// true: it is stopped with a savepoint; else it is cancelled.
inline constexpr std::string_view savepoint_on_deletion_key =
    "kubernetes.operator.job.savepoint-on-deletion";
/// true: event time ends before that savepoint is taken. Of deletions only, where Apache has it of
/// upgrades, too (decision 0023).
inline constexpr std::string_view drain_on_deletion_key =
    "kubernetes.operator.job.drain-on-savepoint-deletion";

/// As the validation rules read it: true in any case of letters.
inline bool is_on(const configuration& config, std::string_view key) {
  const auto text = value_of(config, key);
  return text && lower_case(*text) == "true";
}

}  // namespace drey
