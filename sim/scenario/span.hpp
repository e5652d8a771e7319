/// Lengths of time as people write them in scenarios and read them in reports.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "protocol/time.hpp"

namespace drey::sim {

/// The longest span that a scenario may name: a leap year.
inline constexpr milliseconds span_max = std::chrono::hours{24 * 366};

/// "90s", "5m", "1h30m", "250ms", "2d", "0": whole numbers with d, h, m, s or ms, largest unit
/// first, each at most once. None: not a span, or longer than `span_max`.
std::optional<milliseconds> parse_span(std::string_view text);

/// The exact text that `parse_span` reads back: "1h30m", "1s250ms", "0s".
std::string text_of_span(milliseconds span);

/// Rounded to tenths of a second for timelines: "1m30.2s", "0.0s" is "0s".
std::string clock_text(milliseconds at);

}  // namespace drey::sim
