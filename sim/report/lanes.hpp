/// The picture of a run as data: one lane per cluster, JobManager, TaskManager, job, node and the
/// operator, with bars of service and marks. What the world must record for it:
///
/// - tone `recovered`: service begins (the first time too); tone `outage`: service ends. Between a
///   lane's first happening and its first `recovered` it is starting.
/// - `what` "gone", "deleted" or "finished": the lane's bar ends here (a later happening begins a
///   new one).
/// - `what` "restored" and "savepoint_completed" are drawn as marks, tones `bad` and `warning` too.
/// - subjects `fault` and `person` are pins above the lanes; faults of tone `note` (a lost answer,
/// a
///   broken watch) only ticks.
#pragma once

#include <string>
#include <vector>

#include "sim/report/run_result.hpp"

namespace drey::sim {

enum class bar_kind { starting, running, outage };
enum class mark_kind { restored, savepoint, bad, warning, finished };

struct bar {
  milliseconds from{0};
  milliseconds to{0};
  bar_kind kind = bar_kind::starting;
  std::string text;  ///< of the happening that began it
  bool operator==(const bar&) const = default;
};

struct mark {
  milliseconds at{0};
  mark_kind kind = mark_kind::restored;
  std::string text;
  bool operator==(const mark&) const = default;
};

struct lane {
  sim::subject subject = subject::job;
  std::string name;
  std::vector<bar> bars;
  std::vector<mark> marks;
  bool operator==(const lane&) const = default;
};

std::string_view name_of(bar_kind);
std::string_view name_of(mark_kind);

/// In the order in which a person reads them: operator, clusters, JobManagers, TaskManagers, jobs,
/// nodes; within a subject by name.
std::vector<lane> lanes_of(const run_result& result);

/// What was done to the world at about one time: `text` of each, in order.
struct pin {
  milliseconds at{0};  ///< of the first
  std::vector<happening> what;
};

/// Faults above tone `note`, and people. Those closer than `apart` share a pin.
std::vector<pin> pins_of(const run_result& result, milliseconds apart);

}  // namespace drey::sim
