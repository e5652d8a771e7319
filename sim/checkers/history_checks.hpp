/// What holds of the snapshots that a job's schedule makes: one within an interval, and the oldest
/// go, but not the last good one, nor what somebody asked for or may restore from. Each gives what
/// is wrong; empty: nothing.
#pragma once

#include <string>

#include "sim/checkers/pause_checker.hpp"
#include "sim/kubernetes/kubernetes.hpp"

namespace drey::sim {

/// A call leaves: does it make a resource that no status names yet (rule 2)?
std::string unnamed_complaint(const kubernetes& kube, const kube_body& body);

/// A call arrives: is it a second one within its interval (rule 8)?
std::string periodic_complaint(const kubernetes& kube, milliseconds wall, const kube_body& body);

/// A call leaves: does it take away what must stay (rule 7)?
std::string removal_complaint(const kubernetes& kube, milliseconds wall, const kube_body& body);

/// Of a job that runs: no more savepoints stay than it says, but for those that somebody needs
/// (rule 1).
std::string length_complaint(const kubernetes& kube, const pause_checker& pauses,
                             const flink_session_job& job);

}  // namespace drey::sim
