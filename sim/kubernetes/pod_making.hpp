/// What the workload controllers share: pods from templates, and whose a pod is.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/kube_call.hpp"
#include "sim/kubernetes/object_store.hpp"

namespace drey::sim {

/// A pod of `owner`, not yet created.
pod pod_from(const pod_template& pods, const object_meta& owner, object_kind owner_kind,
             std::string name);

/// The pods of `owner` (by UID) in order of their names; both controllers name a pod after its
/// owner and '-'.
std::vector<const pod*> pods_of(const object_store& store, const object_meta& owner);

/// The owner of that kind; null: none.
const owner_reference* owner_of(const object_meta& meta, object_kind kind);

bool is_terminating(const pod& x);
/// Failed or succeeded: no process of it will run again.
bool is_over(const pod& x);

/// Ten characters that differ when the template does (`pod-template-hash`,
/// `controller-revision-hash`).
std::string hash_of(const pod_template& pods);

/// Remembers the hash per owner and generation: a template is long and seldom changes.
class template_hashes {
public:
  const std::string& of(const object_meta& owner, const pod_template& pods);
  void forget(const std::string& uid) { known_.erase(uid); }

private:
  struct entry {
    std::int64_t generation = 0;
    std::string hash;
  };
  std::map<std::string, entry> known_;  // by UID
};

}  // namespace drey::sim
