/// What `status.operation` names: the write-ahead log of a session job. Pure.
#pragma once

#include <optional>

#include "actors/job_machine.hpp"

namespace drey {

/// What is under way, or was when the position was left and has no known outcome yet.
std::optional<operation> operation_of(const job_known& known, const job_machine::state& now);

}  // namespace drey
