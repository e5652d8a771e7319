/// Flink's REST API as HTTP: what is asked (a client's side) and what is answered (both sides).
/// Source: Flink's REST API documentation, 1.12 … 2.3, and what the lab's servers answered
/// (tests/gateways/recorded/).
///
/// A refusal is `not_found` only when Flink itself says that the named job, trigger or jar does not
/// exist; a 404 of a server that is not (yet) Flink's dispatcher is `unavailable`.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/flink_call.hpp"
#include "protocol/http_message.hpp"

namespace drey {

/// ── the client's side ──

http_request to_http(const flink_body& asked);
flink_answer flink_answer_of(const flink_body& asked, const http_response& response);

/// Of a job that makes no checkpoints by itself, in ms: Long.MAX_VALUE.
inline constexpr std::int64_t no_interval = std::numeric_limits<std::int64_t>::max();

/// The line of a Java stack trace that a person wants to read: its innermost "Caused by", without
/// frames, at most 2048 characters.
std::string root_cause(std::string_view stack_trace);

/// Why Flink said no, of a status that is not 2xx.
refusal flink_refusal(const flink_body& asked, const http_response& response);

/// ── the server's side: a model that is asked over HTTP ──

/// None: not a request that drey makes.
std::optional<flink_body> flink_body_of(const http_request& request);
http_response to_http(const flink_body& asked, const flink_answer& answer);

}  // namespace drey
