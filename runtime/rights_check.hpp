/// Asks the API server at start whether this process may do all that it needs, right by right; says
/// plainly in the log what is missing and how to mend it; and asks again until nothing is missing.
#pragma once

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>
#include <caf/allowed_unsafe_message_type.hpp>
#include <string>
#include <vector>

#include "protocol/needed_rights.hpp"
#include "runtime/cluster_access.hpp"
#include "runtime/http_client.hpp"

namespace drey {

/// To the check: what is known? Answered by `rights_known`.
struct rights_wanted {};
struct rights_known {
  /// False: the API server has not answered about all of them yet; `unanswered` says why.
  bool asked = false;
  std::string unanswered;
  std::vector<std::string> missing;  ///< those that are needed, each with what it is for
};

struct rights_check_options {
  milliseconds call_timeout{10'000};
  milliseconds ask_again{10'000};
};

/// `client` outlives the actor, which is ended by an exit message. A server that lets nobody ask
/// (it refuses the question itself) is asked no more: then the first refused call tells.
caf::actor spawn_rights_check(caf::actor_system& system, http_client& client, cluster_access access,
                              std::vector<access_right> rights, rights_check_options options = {});

}  // namespace drey

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::rights_wanted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::rights_known)
