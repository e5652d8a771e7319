/// TaskManagers that end one after the other, each in a pod of its own: evicted by a node that
/// lacks memory or disk, or made by Flink, which begins no container twice. Of none of these pods
/// anything is wrong any more when the next one is there, so the status of a pod does not show it
/// (protocol/decisions/0014-pod-troubles.md).
///
/// Pure: is told what there is, and remembers what ended.
#pragma once

#include <deque>
#include <optional>
#include <set>
#include <string>

#include "actors/pod_trouble.hpp"

namespace drey {

/// So many, in so long, are a loop; and so long without another one ends it.
inline constexpr std::size_t looping_ends = 3;
inline constexpr milliseconds ends_window{600'000};

/// Whether a condition tells of that.
bool is_of_ends(const condition& told);

class pod_ends {
public:
  /// A TaskManager's pod, as it is. One that is being removed ends because of that.
  void look(const pod& x, milliseconds wall);
  /// It is there no more.
  void forget(const std::string& uid) { seen_.erase(uid); }
  /// None: they do not.
  std::optional<trouble> told(milliseconds wall) const;

private:
  struct end {
    milliseconds at{0};  ///< wall clock
    std::string pod;
    std::string reason;  ///< "Evicted", "OOMKilled", "Error", …
    std::int32_t exit_code = 0;
  };
  std::deque<end> ends_;        ///< the newest last
  std::set<std::string> seen_;  ///< UIDs of those that are still there
};

}  // namespace drey
