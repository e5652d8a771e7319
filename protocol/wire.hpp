/// Who answers what: the typed gateways through which the actors reach the outside world. The only
/// header of protocol/ that knows CAF; moving to another CAF touches this page.
///
/// Contract of every gateway: each request is answered by exactly one answer, a refusal included;
/// it never answers with a CAF error while it lives. A watch answers with `watch_event`s to its
/// listener, then one `watch_ended`.
#pragma once

#include <caf/actor.hpp>
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

#include "protocol/flink_call.hpp"
#include "protocol/kube_call.hpp"
#include "protocol/storage_call.hpp"
#include "protocol/time.hpp"

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::kube_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::kube_answer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::kube_watch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::kube_unwatch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::watch_event)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::watch_ended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::flink_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::flink_answer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::storage_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::storage_answer)

namespace drey {

/// Speaks to the Kubernetes API server: over HTTPS in runtime/, to a model of it in sim/.
using kube_gateway =
    caf::typed_actor<caf::replies_to<kube_request>::with<kube_answer>,
                     caf::reacts_to<kube_watch, caf::actor>, caf::reacts_to<kube_unwatch>>;

/// Speaks to JobManagers: over REST in runtime/, to a model of them in sim/.
using flink_gateway = caf::typed_actor<caf::replies_to<flink_request>::with<flink_answer>>;

/// Lists checkpoint stores and fetches jars.
using storage_gateway = caf::typed_actor<caf::replies_to<storage_request>::with<storage_answer>>;

/// Reads both clocks. The shells stamp facts with it; machines never see it.
class clock_source {
public:
  virtual ~clock_source() = default;
  virtual moment now() const = 0;
  /// How long to wait instead of `wait`, so that many waits end together: never less, and little
  /// more.
  virtual milliseconds together(milliseconds wait) const { return wait; }
};

/// What an actor is given to reach the outside world. Never constructed by an actor.
struct gateways {
  kube_gateway kube;
  flink_gateway flink;
  storage_gateway storage;
  const clock_source* clock = nullptr;
};

}  // namespace drey
