/// Where another operator writes status drey changes nothing (decision 0027): from the moment at
/// which a process has taken in a fresh write of it, until that write is five minutes old, nothing
/// of that namespace leaves the process but Events and the condition that tells of it. Judged by
/// what the process was shown and what left it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "sim/kubernetes/kubernetes.hpp"
#include "sim/world/fabric.hpp"

namespace drey::sim {

class yield_checker {
public:
  explicit yield_checker(const kubernetes& kube) : kube_(kube) {}

  /// An answer or a watch event brought it to this process.
  void shown(std::uint32_t process, const object& live, milliseconds wall);
  /// All that was shown to it so far has been dealt with.
  void digested(std::uint32_t process);
  /// What of a call should not have been; empty: nothing.
  std::string broken_by(const arrival& call, milliseconds wall) const;
  /// Of a world at peace: what is told of another operator, though none has written for long.
  std::string told_for_ever() const;

private:
  using place = std::pair<std::uint32_t, std::string>;  ///< process, namespace

  bool is_allowed(const kube_body& body) const;

  const kubernetes& kube_;
  std::map<place, milliseconds> shown_;  ///< when the newest write was made, by the wall clock
  std::map<place, milliseconds> known_;
};

}  // namespace drey::sim
