/// Answers in one line without ids, times and ports, for tables of expectations.
#pragma once

#include <string>

#include "protocol/flink_call.hpp"
#include "protocol/kube_call.hpp"

namespace drey::testing {

std::string meaning_of(const flink_answer& answer);
std::string meaning_of(const kube_answer& answer);
std::string meaning_of(const refusal& why);
std::string meaning_of(const watch_event& event);

}  // namespace drey::testing
