/// The work queue of a controller: an object that is named several times before its turn is looked
/// at once, after a delay of chance. While the API server is down, nothing has its turn.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string_view>

#include "protocol/kube_call.hpp"
#include "sim/choices.hpp"
#include "sim/kubernetes/api_server.hpp"
#include "sim/timeline.hpp"

namespace drey::sim {

struct object_key {
  object_kind kind;
  object_name name;
  auto operator<=>(const object_key&) const = default;
};

class controller_queue {
public:
  /// `site` must be a string literal.
  controller_queue(timeline& time, choices& chance, api_server& api, std::string_view site,
                   milliseconds delay_max, std::function<void(const object_key&)> reconcile);
  void add(const object_key& key) { add_after(milliseconds{0}, key); }
  /// At the earliest after `wait`. A key that waits already keeps its turn.
  void add_after(milliseconds wait, const object_key& key);
  /// Its reconciliation failed: again after 5 ms, doubled with each failure up to 1000 s
  /// (client-go's ItemExponentialFailureRateLimiter). What happens meanwhile gives it its turn at
  /// once.
  void retry(const object_key& key);
  /// It went well.
  void forget(const object_key& key) { failures_.erase(key); }

private:
  void plan(milliseconds wait, const object_key& key);
  void take(const object_key& key);

  timeline& time_;
  choices& chance_;
  api_server& api_;
  std::string_view site_;
  milliseconds delay_max_;
  std::function<void(const object_key&)> reconcile_;
  std::set<object_key> waiting_;
  std::set<object_key> parked_;  // their turn came while the server was down
  std::map<object_key, int> failures_;
  std::set<object_key> retried_;  // that wait to be tried again
};

}  // namespace drey::sim
