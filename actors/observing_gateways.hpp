/// Gateways that let nothing out that would change anything: what the actors of a process that only
/// observes are given instead of the real ones, which nobody else of it knows.
#pragma once

#include <caf/event_based_actor.hpp>
#include <functional>
#include <memory>
#include <mutex>

#include "actors/observation.hpp"
#include "protocol/wire.hpp"

namespace drey {

/// Called on the actors' threads, once per distinct call.
using withheld_listener = std::function<void(const withheld_call&)>;

/// The notes of one that observes, also for whoever shows resources to its actors beside these
/// gateways. Any thread may ask.
class shared_notes {
public:
  object_ptr shown(const object_ptr& real) {
    const std::lock_guard held{lock_};
    return notes_.shown(real);
  }
  void forget(const object& gone) {
    const std::lock_guard held{lock_};
    notes_.forget(gone);
  }
  kube_answer answer_without(const kube_body& asked) {
    const std::lock_guard held{lock_};
    return drey::answer_without(asked, notes_);
  }

private:
  std::mutex lock_;
  noted_primaries notes_;
};

/// Reads go to `real`. They end when `owner` ends.
gateways observing_gateways(caf::event_based_actor* owner, const gateways& real,
                            const withheld_listener& tell,
                            std::shared_ptr<shared_notes> notes = std::make_shared<shared_notes>());

}  // namespace drey
