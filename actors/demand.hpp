/// What pods ask their machines for.
#pragma once

#include <cstdint>

namespace drey {

/// What one pod asks for, or what pods together do.
struct demand {
  std::int64_t cpu_milli = 0;
  std::int64_t bytes = 0;
  std::int64_t pods = 0;
  bool operator==(const demand&) const = default;
};
demand& operator+=(demand& to, const demand& more);

}  // namespace drey
