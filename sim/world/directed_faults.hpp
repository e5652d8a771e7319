/// What a scenario does to chosen calls of the operator and to what it sees, instead of chance.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "protocol/flink_call.hpp"
#include "protocol/kube_call.hpp"
#include "sim/kubernetes/kubernetes.hpp"
#include "sim/scenario/timeline_event.hpp"

namespace drey::sim {

/// A call of the operator; one of the two is set.
struct operator_call {
  const kube_body* kube = nullptr;
  const flink_body* flink = nullptr;
};

/// Whether a scenario means this call; before it is applied, since an apply may be a creation.
bool fits(const call_pattern& wanted, const operator_call& call, const kubernetes& kube);

class directed_faults {
public:
  explicit directed_faults(const kubernetes& kube) : kube_(kube) {}

  void plan(const hinder_calls& what, milliseconds now);
  /// What becomes of this call; none: nothing was planned for it. Uses up one time.
  std::optional<hinder_calls> fate_of(const operator_call& call, milliseconds now);

  void plan(const hold_watch& what, milliseconds now);
  /// An event of the kind is told at this time at the earliest.
  milliseconds told_from(object_kind kind, milliseconds now);

  /// `old` is what lists of the kind are answered with.
  void plan(const old_lists& what, object_list old, milliseconds now);
  /// Null: as things are.
  const object_list* old_list(const kube_list& asked, milliseconds now);

  /// From now on nothing is planned.
  void stop();
  /// Sentences of those that never struck, and so showed nothing.
  std::vector<std::string> idle() const;

private:
  struct planned {
    timeline_action what;
    int left = 0;  ///< of a number of calls; 0: all of its time
    milliseconds end{0};
    object_list old;
    int struck = 0;
  };
  template <class Action>
  planned* of_kind(object_kind kind, milliseconds now);

  const kubernetes& kube_;
  std::vector<planned> planned_;
  bool over_ = false;
};

}  // namespace drey::sim
