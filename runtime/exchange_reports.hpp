/// What the HTTP client's thread tells a gateway's actor: messages of runtime/ alone. They travel
/// by a weak address, so that a call under way keeps no actor alive that everybody else has let go.
#pragma once

#include <caf/actor.hpp>
#include <caf/actor_cast.hpp>
#include <caf/actor_control_block.hpp>
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/send.hpp>
#include <cstdint>
#include <string>
#include <utility>

#include "runtime/http_client.hpp"

namespace drey {

/// The exchange that the gateway numbered `call` is over.
struct exchange_over {
  std::uint64_t call = 0;
  http_outcome outcome;
};

/// A piece of a streaming answer.
struct bytes_arrived {
  std::uint64_t call = 0;
  std::string bytes;
};

template <class Report>
void report_to(const caf::weak_actor_ptr& gateway, Report report) {
  if (auto alive = caf::actor_cast<caf::strong_actor_ptr>(gateway))
    caf::anon_send(caf::actor_cast<caf::actor>(alive), std::move(report));
}

}  // namespace drey

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::exchange_over)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::bytes_arrived)
