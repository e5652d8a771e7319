/// The picture of a run as data: one lane per operator, JobManager, TaskManager, job and node, with
/// bars of service and marks. What the world's words mean for it (`happening::what`):
///
/// - in service: tone `recovered`, "job_running", "job_restored", "registered", "leader_elected";
/// - out of service: tone `outage`, "job_failed", "lost", "leader_lost", "container_crashed",
///   "pod_evicted", "pod_deleted"; a pod that stopped stays so until it is back, if it ever is; a
///   "node_power_off" takes along what "pod_started" there (its text ends with the node's name);
/// - over: "job_finished", "job_canceled", "node_removed", and "pod_stopped" of one in service;
/// - anything else of tone `note` or `good` begins a bar of starting where there is none;
/// - marks: "job_restored", "savepoint_completed", "job_finished", and what is `bad` or a `warning`
///   without ending the service;
/// - subjects `fault` and `person` are pins above the lanes; faults of tone `note` only ticks.
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
/// nodes, the API server; within a subject by name.
std::vector<lane> lanes_of(const std::vector<happening>& happenings, milliseconds end);

/// What was done to the world at about one time: `text` of each, in order.
struct pin {
  milliseconds at{0};  ///< of the first
  std::vector<happening> what;
};

/// Faults above tone `note`, and people. Those closer than `apart` share a pin.
std::vector<pin> pins_of(const run_result& result, milliseconds apart);

}  // namespace drey::sim
