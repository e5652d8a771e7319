/// Time as a value. Nothing in protocol/ or actors/ can ask what time it is: facts carry it.
#pragma once

#include <chrono>
#include <cstdint>

namespace drey {

using milliseconds = std::chrono::milliseconds;
using seconds = std::chrono::seconds;

/// One reading of both clocks. `monotonic` orders and measures; `wall` (since the Unix epoch, UTC)
/// is only ever written into resources for people and compared with what Kubernetes wrote.
struct moment {
  milliseconds monotonic{0};
  milliseconds wall{0};
  auto operator<=>(const moment&) const = default;
};

}  // namespace drey
