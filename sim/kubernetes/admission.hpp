/// What the API server's admission refuses: pods beyond a ResourceQuota, and what a person's
/// webhook denies. It holds for whoever asks, controllers included.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "sim/kubernetes/object_store.hpp"

namespace drey::sim {

class admission {
public:
  explicit admission(const object_store& store) : store_(store) {}

  /// At most so many pods in the namespace that are not over.
  void limit_pods(const std::string& ns, std::size_t pods_max) { quotas_[ns] = pods_max; }
  void lift_limit(const std::string& ns) { quotas_.erase(ns); }
  /// Objects of the kind are neither created nor changed by a request.
  void deny(object_kind kind) { denied_.insert(kind); }
  void allow(object_kind kind) { denied_.erase(kind); }

  /// In the words of the real one; none: it may be created, or take the place of what is there.
  std::optional<std::string> objection_to_creating(const object& x) const;
  std::optional<std::string> objection_to_changing(object_kind kind) const;

  /// The namespace's ResourceQuotas, as a list in JSON.
  std::string quotas_of(const std::string& ns) const;

private:
  std::size_t pods_in(const std::string& ns) const;

  const object_store& store_;
  std::map<std::string, std::size_t> quotas_;  // by namespace
  std::set<object_kind> denied_;
};

}  // namespace drey::sim
