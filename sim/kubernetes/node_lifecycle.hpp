/// Nodes in the eyes of the control plane: silent for the grace period → Ready=Unknown; silent for
/// the toleration of a pod after that → it gets a deletionTimestamp and stays so until the node is
/// back or gone. A heartbeat is never sent as a message: only its absence is a deadline.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "sim/kubernetes/controller_queue.hpp"
#include "sim/kubernetes/kubelet.hpp"
#include "sim/kubernetes/machines.hpp"
#include "sim/kubernetes/narration.hpp"

namespace drey::sim {

class node_lifecycle {
public:
  node_lifecycle(timeline& time, choices& chance, object_store& store, api_server& api,
                 machines& nodes, kubelets& agents, narration& tell,
                 const kubernetes_settings& settings);

  void add(const std::string& name, string_map allocatable);
  void remove(const std::string& name);
  void power_off(const std::string& name);
  void power_on(const std::string& name);
  void cut(const std::string& name);
  void heal(const std::string& name);
  /// Its kubelet stops: what runs there goes on, unseen, and nothing is started or ended.
  void silence(const std::string& name);
  void wake(const std::string& name);
  /// Since when it is `Unknown`; none: it is not.
  std::optional<milliseconds> lost_since(const std::string& name) const;
  /// The API server went away: no kubelet hears anything until it is back.
  void lose_server();

private:
  enum class belief { ready, unknown, evicted };
  struct record {
    belief state = belief::ready;
    milliseconds since{0};           ///< of `unknown`
    timeline::handle deadline = 0;   ///< of the next belief; 0: none, or it passed in an outage
    timeline::handle heartbeat = 0;  ///< the first after a silence
    timeline::handle boot = 0;
  };

  void find_server();
  void lose_contact(const std::string& name);
  void regain_contact(const std::string& name);
  void heartbeat(const std::string& name);
  void expect_silence(const std::string& name, milliseconds wait);
  void silent(const std::string& name);
  void mark_unknown(const std::string& name);
  void mark_ready(const std::string& name);
  std::optional<milliseconds> toleration_of(const pod& x) const;
  std::optional<milliseconds> next_eviction(const std::string& name, milliseconds away) const;
  void evict_intolerant(const std::string& name, milliseconds away);
  void evict_all(const std::string& name);
  void evict(const std::string& name, const object_name& which);
  void learn(const object_change& x);
  bool can_talk(const std::string& name) const;

  timeline& time_;
  choices& chance_;
  object_store& store_;
  api_server& api_;
  machines& nodes_;
  kubelets& agents_;
  narration& tell_;
  const kubernetes_settings& settings_;
  controller_queue taint_queue_;
  std::map<std::string, record> records_;
};

/// The names of the pods that are bound to the node, in order.
std::vector<object_name> pods_on(const object_store& store, const std::string& node_name);

}  // namespace drey::sim
