/// Gateways that let nothing out that would change anything: what the actors of a process that only
/// observes are given instead of the real ones, which nobody else of it knows.
#pragma once

#include <caf/event_based_actor.hpp>
#include <functional>

#include "actors/observation.hpp"
#include "protocol/wire.hpp"

namespace drey {

/// Called on the actors' threads, once per distinct call.
using withheld_listener = std::function<void(const withheld_call&)>;

/// Reads go to `real`. They end when `owner` ends.
gateways observing_gateways(caf::event_based_actor* owner, const gateways& real,
                            const withheld_listener& tell);

}  // namespace drey
