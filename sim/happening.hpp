/// What happened in a run, in the order in which it happened: the one record from which the
/// timeline for people, the JSON and the HTML report are made.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "protocol/time.hpp"

namespace drey::sim {

/// Whom it happened to. `fault` is what the world did to us on purpose; `person` what a user did.
enum class subject {
  operator_,
  cluster,
  job_manager,
  task_manager,
  job,
  node,
  kubernetes,
  fault,
  person,
  verdict
};

/// How it looks to a person. `outage` begins and `recovered` ends a time without service of the
/// subject (the reports draw a bar between them).
enum class tone { note, good, warning, bad, outage, recovered };

struct happening {
  milliseconds at{0};
  sim::subject subject = subject::operator_;
  std::string name;  ///< "ns/name" of a resource, a pod's or node's name, a fault's kind
  sim::tone tone = tone::note;
  std::string what;  ///< a machine word, e.g. "job_running", "restored", "pod_evicted"
  std::string text;  ///< one plain sentence
  bool operator==(const happening&) const = default;
};

std::string_view name_of(subject);
std::string_view name_of(tone);

using recorder = std::function<void(happening)>;

}  // namespace drey::sim
