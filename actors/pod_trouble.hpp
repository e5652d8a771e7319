/// What keeps a pod from working, or from being made: Kubernetes' own word for it, which pod and
/// which container, the cause, and what a person can do. Kubernetes goes on trying by itself, so
/// drey only tells. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "protocol/describe.hpp"
#include "protocol/kubernetes.hpp"

namespace drey {

struct trouble {
  std::string reason;   ///< "ImagePullBackOff", "OOMKilled", "Unschedulable", "FailedCreate", …
  std::string about;    ///< UID of the pod, or of the workload that lacks pods
  std::string message;  ///< for people; no word of it changes while nothing does
  bool operator==(const trouble&) const = default;
};

inline constexpr std::string_view unschedulable_reason = "Unschedulable";
inline constexpr std::string_view failed_create_reason = "FailedCreate";

/// A container that ended soon after its start may end again: it is not trusted before it has run
/// for so long.
inline constexpr milliseconds container_trial{120'000};

/// None: it works, is being started as it should be, or is going.
std::optional<trouble> trouble_of(const pod& x, milliseconds wall);

/// A JobManager's that is being deleted, and does not end: nothing is made beside it.
std::optional<trouble> trouble_of_end(const pod& x, milliseconds wall);

/// Its containers are not made: what an Event of its kubelet says of that.
trouble trouble_of_unmade(const pod& x, const std::string& reason, const std::string& message);

/// Pods of the workload are refused by the API server, which says so in `message`.
trouble refused_pods(const object_meta& workload, std::string_view message);
/// What the Deployment's own conditions say of that.
std::optional<trouble> trouble_of(const deployment& x);

/// An object of ours is refused by the API server, which says so in `message`.
trouble refused_object(const std::string& which, std::string_view message);

/// No node has room for it: another pod that goes may give it some.
bool lacks_room(const pod& x);

}  // namespace drey
