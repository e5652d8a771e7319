/// Server-side apply: who applied which keys, so that a key that its manager applies no longer
/// goes, and a key of somebody else stays.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "protocol/kube_call.hpp"
#include "sim/kubernetes/object_store.hpp"

namespace drey::sim {

class apply_ledger {
public:
  /// What `before` becomes when `manager` applies `wanted` (both of one kind, forced). Maps are
  /// merged by key, finalizers and owners by entry, the rest of the spec is taken as given; status
  /// is not touched.
  draft merged(const object& before, const object_ptr& wanted, const std::string& manager) const;
  /// `manager` applied `wanted` to the object `uid`.
  void note(const std::string& uid, const std::string& manager, object_ptr wanted);
  void forget(const std::string& uid) { applied_.erase(uid); }

private:
  using managers = std::map<std::string, object_ptr>;
  std::map<std::string, managers> applied_;  // by UID: what each manager applied last
};

}  // namespace drey::sim
