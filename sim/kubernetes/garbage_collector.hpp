/// kube-controller-manager's garbage collector: what names only owners that are gone goes too; an
/// owner deleted in the foreground waits for what it owns.
#pragma once

#include <map>
#include <set>
#include <string>

#include "sim/kubernetes/controller_queue.hpp"

namespace drey::sim {

class garbage_collector {
public:
  garbage_collector(timeline& time, choices& chance, object_store& store, api_server& api,
                    const kubernetes_settings& settings);

private:
  void learn(const object_change& x);
  void forget_owners(const object_ptr& x, const object_key& key);
  void collect(const object_key& key);
  void collect_dependents(const object_ptr& owner);
  void collect_dependent(const object_ptr& dependent);
  void queue_dependents(const std::string& owner_uid);
  bool waits_for_dependents(const std::string& uid) const;

  object_store& store_;
  api_server& api_;
  controller_queue queue_;
  std::map<std::string, object_key> alive_;                 // by UID
  std::map<std::string, std::set<object_key>> dependents_;  // by the owner's UID
};

}  // namespace drey::sim
