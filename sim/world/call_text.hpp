/// Changing calls in one line each, for `--trace`.
#pragma once

#include <string>

#include "protocol/flink_call.hpp"
#include "protocol/kube_call.hpp"

namespace drey::sim {

std::string text_of_call(const kube_body& body, const kube_answer& answer);
std::string text_of_call(const flink_body& body);

}  // namespace drey::sim
