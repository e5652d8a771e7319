/// What the root tells a job of the FlinkStateSnapshots that name it.
#pragma once

#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>

#include "protocol/kube_call.hpp"

namespace drey {

/// All of them, paused ones too, whenever one of them changed: whoever is told remembers nothing.
struct snapshots_seen {
  std::vector<object_ptr> all;
  string_map labels;  ///< of the job: by these the operator selects what it looks after
};

}  // namespace drey

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::snapshots_seen)
