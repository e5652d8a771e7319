/// What a person has paused is left alone (protocol/decisions/0010-pause.md): from the moment at
/// which a process of the operator has taken in a paused resource, it changes nothing of it but the
/// one condition that tells of the pause. Judged by what the process was shown and what left it.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include "sim/kubernetes/kubernetes.hpp"
#include "sim/world/fabric.hpp"

namespace drey::sim {

class pause_checker {
public:
  explicit pause_checker(const kubernetes& kube) : kube_(kube) {}

  /// An answer or a watch event brought it to this process.
  void shown(std::uint32_t process, const object& live);
  /// All that was shown to it so far has been dealt with.
  void digested(std::uint32_t process);
  /// What of a call should not have been; empty: nothing.
  std::string broken_by(const arrival& call) const;

  /// It, or its cluster, is paused now.
  bool is_paused(const object& primary) const;

private:
  using sight = std::pair<std::uint32_t, std::string>;  ///< process, UID

  object_ptr owner_of(const kube_body& body) const;
  object_ptr owner_of(const arrival& call) const;
  object_ptr with_uid(const std::string& uid) const;
  object_ptr cluster_of(const object& primary) const;
  bool knows(std::uint32_t process, const object& primary) const;

  const kubernetes& kube_;
  std::set<sight> shown_;
  std::set<sight> known_;
};

}  // namespace drey::sim
