/// What the API server tells of every call that wants to change something.
#pragma once

#include <functional>
#include <string_view>

#include "protocol/kube_call.hpp"

namespace drey::sim {

/// One mutating call, after it was answered. References are valid during the callback only.
struct audited_call {
  std::string_view user;
  std::string_view verb;  ///< "create", "apply", "write status", "delete", "evict", …
  object_kind kind;
  const object_name& name;
  std::string_view uid_given;               ///< precondition; empty: none
  std::string_view resource_version_given;  ///< precondition; empty: none
  const kube_answer& answer;
  bool changed;  ///< false: refused, or all was so already (no new resource version)
};

using auditor = std::function<void(const audited_call&)>;

}  // namespace drey::sim
