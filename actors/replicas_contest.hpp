/// Whether two managers fight over `spec.taskManager.replicas`: a value that was set aside comes
/// back, and is set aside again. A person who corrects a number, and an autoscaler that goes up
/// with the load and down after it, do not look like that.
///
/// Pure. The memory is bounded, and it does not outlive the actor; what status held when an actor
/// began is told on until it is over.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "protocol/flink_resources.hpp"
#include "protocol/time.hpp"

namespace drey {

inline constexpr std::string_view replicas_contested = "ReplicasContested";

class replicas_contest {
public:
  replicas_contest() = default;
  /// What an operator before us told.
  replicas_contest(const std::vector<condition>& recorded, milliseconds now);

  /// The spec asks for so many.
  void seen(std::int32_t count, milliseconds now);
  /// What people are to be told now; empty: nobody fights.
  std::string look(milliseconds now);

  /// One value comes back so often within so long a time. An autoscaler with Kubernetes' defaults,
  /// which goes down at most every five minutes, cannot do that alone.
  static constexpr int returns_min = 3;
  static constexpr milliseconds window{600'000};
  /// Nobody touched it for so long: it is over.
  static constexpr milliseconds peace{300'000};

private:
  struct change {
    std::int32_t to = 0;
    milliseconds at{0};
  };
  static constexpr std::size_t kept_max = 16;
  void forget_what_is_over(milliseconds now);
  int returns_to(std::int32_t count, milliseconds now) const;

  std::vector<change> changes_;  ///< the oldest first; the first is what was found
  milliseconds last_{0};
  std::string told_;
};

/// The condition as it is to stand: while it is so, and no longer.
void tell_of_contest(std::vector<condition>& all, const std::string& text, std::int64_t generation,
                     milliseconds wall);

}  // namespace drey
