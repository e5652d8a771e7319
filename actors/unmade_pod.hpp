/// A pod that has a node and whose containers are not made yet. Its status says `ContainerCreating`
/// and no more: what is in the way (a volume that cannot be mounted, a network that cannot be set
/// up) its kubelet tells in Events alone. Of several such pods of one kind the first is asked
/// about.
///
/// Pure: is told what there is, says whom to ask about.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "actors/pod_trouble.hpp"
#include "protocol/kube_call.hpp"

namespace drey {

/// How often Events are listed about what lasts.
inline constexpr milliseconds events_again{15'000};
/// Who failed tries again at least so often, and says so again.
inline constexpr milliseconds event_lasts{1'200'000};

/// It has a node, and nothing of it runs or waits with a reason of its own.
bool is_unmade(const pod& x);

class unmade_pod {
public:
  /// `uid`: of the first that is unmade now; empty: there is none. True: its Events are to be
  /// listed.
  bool look(milliseconds now, const std::string& uid);
  /// The Events about it. `wall`: now.
  void learn(const std::string& uid, const object_list& events, milliseconds wall);
  /// None: it is another pod, or nothing is in its way.
  std::optional<trouble> told(const pod& x) const;

private:
  std::string uid_;
  milliseconds since_{0};
  std::optional<milliseconds> asked_;
  std::string reason_;   ///< empty: nothing is in its way, as far as its Events say
  std::string message_;  ///< the kubelet's; the first, for it words each try anew
};

/// Of the JobManagers, and of the TaskManagers.
using unmade_pods = std::array<unmade_pod, 2>;

/// By its status, else by what is known of its Events.
std::optional<trouble> trouble_of(const pod& x, const unmade_pods& unmade, milliseconds wall);

}  // namespace drey
