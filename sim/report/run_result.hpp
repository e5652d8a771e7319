/// Everything that one run leaves behind: what the world fills while it runs and what the writers
/// of text, JSON and HTML read. Nothing in it depends on the wall clock, so the same seed gives the
/// same result, byte for byte.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/time.hpp"
#include "sim/happening.hpp"

namespace drey::sim {

/// A rule of the architecture (1 … 8) that did not hold; 0: our own code failed (an exception),
/// which fails a run too. Times are virtual, since the start.
struct violation {
  std::int32_t rule = 0;
  milliseconds at{0};
  std::string text;  ///< one plain sentence: who, what, and what should have been
  bool operator==(const violation&) const = default;
};

/// Short name of rule 1 … 8 as the architecture heads it ("state never regresses"); any other
/// number is "unknown rule". 0 is "our own code does not fail".
std::string_view rule_title(std::int32_t number);

/// What became of one expectation of the scenario.
struct expectation_result {
  std::string text;    ///< `sentence_of(expectation)`: what was expected
  bool held = false;   ///< false also when its time never came
  milliseconds at{0};  ///< when it was first seen to hold, else when it was judged
  std::string found;   ///< what was there instead; empty when it held
  bool operator==(const expectation_result&) const = default;
};

/// Time without service of one cluster, JobManager or job. A time still open at the end of the run
/// counts to the end.
struct outage_figure {
  sim::subject subject = subject::job;
  std::string name;  ///< "ns/name"
  milliseconds total{0};
  milliseconds longest{0};
  std::int64_t count = 0;
  bool operator==(const outage_figure&) const = default;
};

struct run_figures {
  std::uint64_t events = 0;  ///< actions that the virtual clock fired
  std::int64_t faults = 0;   ///< injected by the profile, not by the timeline
  std::int64_t restores = 0;
  std::int64_t savepoints = 0;   ///< completed
  std::int64_t checkpoints = 0;  ///< completed
  std::int64_t operator_restarts = 0;
  std::int64_t mutating_calls = 0;     ///< of the operator, lease renewals exempt
  std::vector<outage_figure> outages;  ///< by subject, then name
  bool operator==(const run_figures&) const = default;
};

struct run_result {
  std::uint64_t seed = 0;
  std::string scenario;
  std::string faults = "none";  ///< name of the profile
  milliseconds end{0};          ///< virtual time at which the run ended
  std::vector<happening> happenings;
  std::vector<violation> violations;
  std::vector<expectation_result> expectations;
  run_figures figures;
  bool operator==(const run_result&) const = default;
};

/// The verdict: no rule was broken and every expectation held.
bool held(const run_result& result);

/// The outages of clusters, JobManagers and jobs as the happenings tell them (lanes.hpp), for
/// `run_figures::outages`.
std::vector<outage_figure> outages_of(const std::vector<happening>& happenings, milliseconds end);

}  // namespace drey::sim
