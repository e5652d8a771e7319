/// Whether a JobManager on a node that does not answer works all the same: with Kubernetes high
/// availability a leader renews its lock every few seconds, whatever its kubelet does
/// (protocol/decisions/0038-unreachable-nodes.md). Two reads of it, as far from each other as a
/// person waits, tell; clocks are not compared.
///
/// Pure. It remembers the last read.
#pragma once

#include <string>
#include <string_view>

#include "protocol/time.hpp"

namespace drey {

enum class leader_lock { unknown, renewed, lapsed };

class leader_vigil {
public:
  /// Over this pod from now on; true: the lock is to be read.
  bool is_due(const std::string& pod_uid, milliseconds wait, milliseconds now);
  /// `version` of the lock's ConfigMap; empty: there is none. `may_lapse`: the silence of a node
  /// means something.
  void read(std::string_view version, milliseconds now, bool may_lapse);
  /// Nobody is watched over, or the lock could not be read: what is not seen says nothing.
  void end() { *this = {}; }

  const std::string& pod_uid() const { return pod_uid_; }
  leader_lock lock() const { return lock_; }

private:
  std::string pod_uid_;
  std::string version_;
  milliseconds read_at_{0};
  bool was_read_ = false;
  leader_lock lock_ = leader_lock::unknown;
};

}  // namespace drey
