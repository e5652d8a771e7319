#include "sim/kubernetes/controller_queue.hpp"

#include <utility>

#include "protocol/facts.hpp"

namespace drey::sim {

controller_queue::controller_queue(timeline& time, choices& chance, api_server& api,
                                   std::string_view site, milliseconds delay_max,
                                   std::function<void(const object_key&)> reconcile)
    : time_(time),
      chance_(chance),
      api_(api),
      site_(site),
      delay_max_(delay_max),
      reconcile_(std::move(reconcile)) {
  api.on_recovery([this] {
    for (const auto& key : std::exchange(parked_, {})) plan(milliseconds{0}, key);
  });
}

void controller_queue::add_after(milliseconds wait, const object_key& key) {
  if (waiting_.insert(key).second) plan(wait, key);
}

void controller_queue::retry(const object_key& key) {
  constexpr milliseconds first{5}, most{1'000'000};
  const auto wait = backoff(++failures_[key], first, most);
  if (!retried_.insert(key).second) return;
  time_.after(wait, [this, key] {
    retried_.erase(key);
    add(key);
  });
}

void controller_queue::plan(milliseconds wait, const object_key& key) {
  const auto delay = chance_.between("delay", site_, milliseconds{1}, delay_max_);
  time_.after(wait + delay, [this, key] { take(key); });
}

void controller_queue::take(const object_key& key) {
  if (!api_.up()) {
    parked_.insert(key);
    return;
  }
  waiting_.erase(key);
  reconcile_(key);
}

}  // namespace drey::sim
