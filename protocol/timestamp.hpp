/// Times as Kubernetes writes them: RFC 3339 in UTC. A resource's `Time` has seconds, a Lease's
/// `MicroTime` six digits.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "protocol/time.hpp"

namespace drey {

/// Milliseconds since the Unix epoch, of "2024-05-17T09:30:00Z", with any number of decimals and
/// any offset ("+02:00"). None: not a time. What is finer than a millisecond is cut off.
std::optional<milliseconds> parse_timestamp(std::string_view text);

/// `metav1.Time`: "2024-05-17T09:30:00Z"; what is finer than a second is cut off.
std::string timestamp_seconds(milliseconds since_epoch);

/// `metav1.MicroTime`: "2024-05-17T09:30:00.123000Z".
std::string timestamp_micros(milliseconds since_epoch);

/// "2024-05-17T09:30:00.123Z", as Apache writes the times of a FlinkStateSnapshot.
std::string timestamp_millis(milliseconds since_epoch);

}  // namespace drey
