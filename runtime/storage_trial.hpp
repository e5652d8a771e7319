/// Tries where a cluster keeps its state with pods like Flink's, which are made for that and
/// removed whatever comes of it (actors/storage_probe.hpp).
#pragma once

#include <functional>

#include "actors/preflight.hpp"
#include "protocol/http_message.hpp"

namespace drey {

/// One call of the API server; it may throw when nobody answers.
using api_call = std::function<http_response(http_request)>;

struct trial_patience {
  milliseconds all{90'000};  ///< an image may have to be pulled
  milliseconds between{1'000};
};

preflight_checks try_storage(const flink_deployment& cluster, const api_call& call,
                             const trial_patience& patience = {});

}  // namespace drey
